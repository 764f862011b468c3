"""The card's section on what answers go along with: the place on the screen, the length, the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rlhf_collect.exporters.card_facts import CardFacts, code, percent, table
from rlhf_collect.wording import number, plural


def along_with(facts: CardFacts) -> str:
    """Position and length in a sentence each, and a table of model pairs."""
    parts = [*_habits(facts), *_pairs(facts)]
    return "## What the answers go along with\n\n" + "\n\n".join(parts) if parts else ""


def _habits(facts: CardFacts) -> Iterator[str]:
    lines = []
    agreement, effects = facts.manifest["agreement"], facts.manifest["effects"]
    for criterion in sorted(agreement.keys() | effects.keys()):
        first = agreement.get(criterion, {}).get("position_bias")
        longer = effects.get(criterion, {}).get("longer")
        if first:
            lines.append(f"`{criterion}`: the response shown first was named in {_share(first)}.")
        if longer:
            lines.append(
                f"`{criterion}`: the longer response (by more than 30 characters) was named in {_share(longer)}."
            )
    if facts.few_raters:
        yield "How often the longer response was named is a habit of raters: it is told from five raters on."
    if lines:
        yield "\n".join(f"- {line}" for line in lines)
        yield (
            "Of answers that name one of two responses; brackets hold 95 % intervals, by rater for the place, by "
            "comparison for the length. Half would be no preference. The length is no cause by itself: longer "
            "responses may come from better models."
        )


def _share(found: Mapping[str, Any]) -> str:
    shown = f"{100 * found['value']:.0f} %"
    if found.get("low") is not None and found.get("high") is not None:
        shown += f" [{100 * found['low']:.0f} to {100 * found['high']:.0f} %]"
    return f"{shown} of {plural(found['n'], 'answer')}"


def _pairs(facts: CardFacts) -> Iterator[str]:
    rows, more = [], 0
    for criterion, found in facts.manifest["effects"].items():
        more += found["more_pairs"]
        rows += [
            (
                f"`{criterion}`",
                code(each["model_a"]),
                code(each["model_b"]),
                number(each["comparisons"]),
                number(each["votes"]),
                *(
                    percent(each[name], each["votes"])
                    for name in ("a_better", "ties", "both_bad", "b_better")
                ),
            )
            for each in found["model_pairs"]
        ]
    if rows:
        head = (
            "criterion",
            "model A",
            "model B",
            "comparisons",
            "votes",
            "A better",
            "tie",
            "both bad",
            "B better",
        )
        yield table(head, rows)
        yield "A ranking votes on each pair of its responses. These are counts, not a ranking of models." + (
            f" {plural(more, 'more pair')} with fewer votes." if more else ""
        )
