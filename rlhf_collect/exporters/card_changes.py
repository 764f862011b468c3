"""The card's changelog: rows per config and figures, then and now. From two manifests, so it holds counts only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.exporters.card_facts import CardFacts, code, percent, table
from rlhf_collect.exporters.difference import MIXES, then_and_now
from rlhf_collect.wording import decimal, number, plural

_MOST = 5
"""Models or tags that are told: those whose share of the comparisons moved most."""
_FIGURES = (
    ("percent_agreement", "same answer"),
    ("percent_agreement_no_ties", "same answer among those that name a better response"),
    ("krippendorff_alpha", "Krippendorff's alpha"),
)


def changes(facts: CardFacts) -> str:
    """What changed since the version before."""
    previous, counts = facts.manifest["previous"], facts.counts
    if previous is None:
        return "## Changes\n\nFirst version."
    head = f"## Changes since {previous['version']}\n\n"
    if counts["added"] is None or facts.before is None:
        return head + "Not counted: the previous version was not at hand when this one was made."
    rows = [
        (f"`{config}`", number(each["added"]), number(each["changed"]), number(each["withdrawn"]))
        for config, each in counts["changes"].items()
    ]
    told = (
        f"{plural(counts['added'], 'row')} added, {number(counts['changed'])} changed, "
        f"{number(counts['withdrawn'])} withdrawn, over all configs. Rows that stayed kept their place. A row is "
        "withdrawn when what it was made of was taken back or erased, or when new judgements leave it undecided."
    )
    parts = [told, table(("config", "rows added", "changed", "withdrawn"), rows)]
    figures = _figures(facts.before, facts.manifest)
    if figures:
        parts.append(table(("figure", previous["version"], facts.manifest["version"]), figures))
    return head + "\n\n".join(parts)


def _figures(before: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Agreement, answers, models and tags, each as a row of then and now."""
    found = then_and_now(dict(before), dict(manifest))
    rows = [
        (f"`{criterion}`: {words}", _figure(sides[name]["then"]), _figure(sides[name]["now"]))
        for criterion, sides in found["agreement"].items()
        for name, words in _FIGURES
        if any(sides[name].values())
    ]
    rows += [
        (
            f"`{criterion}`: one is better / tie / both bad",
            _outcome(sides["then"]),
            _outcome(sides["now"]),
        )
        for criterion, sides in found["outcomes"].items()
    ]
    totals = (before["counts"]["comparisons"], manifest["counts"]["comparisons"])
    for kind, one in zip(MIXES, ("model", "tag"), strict=True):
        rows += _mix(one, found[kind], totals) if kind in before["counts"] else []
    return rows


def _mix(one: str, sides: Mapping[str, Any], totals: tuple[int, int]) -> list[tuple[str, str, str]]:
    """Comparisons with the models or tags that moved most; what moved in no share is not told."""

    def moved(name: str) -> float:
        then, now = sides[name]["then"] or 0, sides[name]["now"] or 0
        return abs(float(now / totals[1] - then / totals[0]))

    def told(count: int | None, total: int) -> str:
        return f"{number(count or 0)} ({percent(count or 0, total)})"

    names = sorted((name for name in sides if moved(name)), key=lambda name: (-moved(name), name))
    return [
        (
            f"comparisons with the {one} {code(name)}" if name else f"comparisons with an unknown {one}",
            told(sides[name]["then"], totals[0]),
            told(sides[name]["now"], totals[1]),
        )
        for name in names[:_MOST]
    ]


def _figure(found: Mapping[str, Any] | None) -> str:
    if not found or found.get("value") is None:
        return "not known"
    shown = [
        decimal(each, 2) for each in (found["value"], found.get("low"), found.get("high")) if each is not None
    ]
    return shown[0] + (f" [{shown[1]} to {shown[2]}]" if len(shown) == 3 else "")


def _outcome(found: Mapping[str, Any] | None) -> str:
    if not found:
        return "–"
    return " / ".join(percent(found[name], found["judgements"]) for name in ("better", "ties", "both_bad"))
