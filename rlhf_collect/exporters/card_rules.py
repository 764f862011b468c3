"""The card's words for the recipe of a version: what was taken, how rows are made, what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.exporters.card_facts import CardFacts
from rlhf_collect.exporters.columns import SECOND_RATERS
from rlhf_collect.wording import number

LEFT_OUT = {
    "no_consent": "rationales kept back because their rater did not agree to publish them",
    "edited_no_consent": "edited responses kept back because their rater did not agree to publish them",
    "imported_rationale": "rationales of imported judgements, not published",
    "erased": "judgements erased at their rater's request",
    "excluded": "judgements left out by a written decision, after notice and open to appeal (in `ratings` only, "
    "`excluded`, without a pseudonym)",
    "gold": "judgements of control comparisons (in `ratings` only, `is_gold`)",
    "repeats": "repeated judgements (in `ratings` only, `repeat_no` above 0)",
    "skip": "comparisons skipped by a rater",
    "withdrawn": "judgements taken back by their rater",
    "same_reply": "decided pairs whose two responses are the same text",
    "unfit_prompt": "decided pairs whose prompt does not end with a user or tool turn",
    "unfit_reply": "decided pairs with a response that does not begin with the assistant",
    "unfit_completion": "responses not in `unpaired` for one of these three reasons",
    "min_raters": "decided pairs with too few judgements",
    "min_agreement": "decided pairs on which raters agree too little",
    "other_pairs": "decided pairs of rankings that are not among those wanted",
    "filter_tags": "judgements of comparisons with other tags than those wanted",
    "filter_languages": "judgements of comparisons in other languages",
    "filter_models": "judgements of comparisons of other models",
    "filter_days": "judgements of other days",
    "filter_guidelines": "judgements given under other versions of the guidelines",
}
"""What each reason in the manifest's ``left_out`` counts."""
_FILTERS = {
    "tags": "comparisons with one of the tags {}",
    "without_tags": "comparisons without the tags {}",
    "languages": "comparisons in {}",
    "models": "comparisons whose responses are all by {}",
    "without_models": "comparisons without a response by {}",
    "first_day": "judgements from {} on",
    "last_day": "judgements up to {}",
    "guideline_versions": "judgements given under the guidelines {}",
}
_PAIRS = {
    "best_worst": "Of three and more responses only pairs of the best and the worst are rows of `preference`.",
    "adjacent": "Of three and more responses only pairs that follow one another in the order raters give together "
    "are rows of `preference`.",
}
_MARGINS = {
    "strength": "the mean strength towards `chosen`, 0 where that is negative",
    "share": "`score_chosen - score_rejected`",
}


def taken(facts: CardFacts) -> str:
    """Which comparisons and judgements the version is made of; empty if of all of them."""
    filters = facts.manifest["rules"]["filters"]
    told = [
        _FILTERS[name].format(_listed(named)) for name, value in filters.items() if (named := _named(value))
    ]
    if "" in filters["guideline_versions"]:
        told.append(
            f"judgements that name no guidelines{', too' if _named(filters['guideline_versions']) else ''}"
        )
    if not told:
        return ""
    return (
        f"**Taken**, in every config: {'; '.join(told)}. The numbers of this card are of these, those of agreement "
        "too; only skips, erasures and judgements taken back are counted over the whole project."
    )


def rows(facts: CardFacts) -> list[str]:
    """How rows are made, as far as the recipe differs from what nobody would ask about."""
    rules, configs = facts.manifest["rules"], facts.rows
    lines = []
    if rules["criteria"]:
        lines.append(
            f"**Criteria** that give training rows: {_listed(rules['criteria'])}. `ratings` has all."
        )
    if rules["ties"] == "ignore":
        lines.append(
            "**Ties** have no say in whether a pair is decided; they count in the scores and in `n_ties`."
        )
    if rules["min_agreement"]:
        lines.append(
            f"**Agreement** of {100 * rules['min_agreement']:g} % or more is asked of every row of `preference`, "
            "`reward` and `unpaired`; one judgement is not enough for it."
        )
    if decisions := _decisions(facts.manifest["counts"], rules["adjudication"]):
        lines.append(decisions)
    if rules["pairs"] in _PAIRS:
        lines.append(f"**Pairs**: {_PAIRS[rules['pairs']]}")
    if "unpaired" in configs:
        lines.append(
            "**`unpaired`** follows the decision for two responses. Of three and more, each is good that won more "
            "than half of its pairs, and bad that won less: `score` is that share, a tie and a both-bad counting "
            "half. Where the decision is *both bad*, each response is bad."
        )
    if "reward" in configs:
        lines.append(_margin(rules["margin"]))
    lines.append(_strengths(facts.counts))
    if "soft" in configs:
        lines.append(_soft(rules))
    return lines


def left_out(facts: CardFacts) -> str:
    """What was left out and why, counted; empty if nothing."""
    counts = {name: count for name, count in facts.manifest["privacy"]["left_out"].items() if count}
    if not counts:
        return ""
    told = [f"- {LEFT_OUT.get(name, name)}: {number(count)}" for name, count in sorted(counts.items())]
    return "**Left out:**\n\n" + "\n".join(told)


def _decisions(counts: Mapping[str, Any], adjudication: str) -> str:
    """What leads and second raters decided about contested comparisons; empty if nothing."""
    if not counts["adjudications"]:
        return ""
    beside = (
        f"**Decisions of a lead** about contested comparisons, {number(counts['adjudications'])} of them, stand in "
        "`ratings` beside the judgements, with the role `lead` and their reason. They are no votes: no score, count or "
        "agreement has them."
    )
    if second := counts.get(SECOND_RATERS):
        leads = counts["adjudications"] - second
        beside = (
            f"**Decisions** about contested comparisons, {number(counts['adjudications'])} of them, stand in `ratings` "
            f"beside the judgements, with their reason: {number(leads)} with the role `lead`, {number(second)} with "
            "the role `second_rater`, of raters whom a lead named to decide what they had not judged. A lead's holds "
            "before a second rater's. They are no votes: no score, count or agreement has them."
        )
    if adjudication == "ignored":
        return f"{beside} No pair goes by them."
    pairs = counts["adjudicated_pairs"]
    go = "goes" if pairs == 1 else "go"
    return f"{beside} {number(pairs)} of the pairs of `preference` {go} by them: those marked `adjudicated`."


def _strengths(counts: Mapping[str, Any]) -> str:
    """For how many pairs a strength is known, and that it may speak against the choice; empty where all have one."""
    known, against = counts["pairs_with_strength"], counts["pairs_strength_against"]
    if not known or (known == counts["pairs"] and not against):
        return ""
    told = f"**Strength** is known for {number(known)} of {number(counts['pairs'])} pairs"
    if against:
        told += (
            f", below 0 for {number(against)}: those who said how much leaned the other way than all who judged, "
            "so that a margin from strength is 0 there"
        )
    return f"{told}. `n_strength` says how many judgements it is the mean of; beside few, `score_chosen` tells more."


def _margin(margin: Mapping[str, Any]) -> str:
    scale = "" if margin["scale"] == 1 else f", times {margin['scale']:g}"
    least = " `n_strength` says how many votes it is the mean of." if margin["from"] == "strength" else ""
    return f"**Margin** of `reward`: {_MARGINS[margin['from']]}{scale}. A pair without one has no row there.{least}"


def _soft(rules: Mapping[str, Any]) -> str:
    extra = f"{rules['soft_labels']['smoothing']:g}"
    added = "1 vote" if extra == "1" else f"{extra} votes"
    told = (
        f"**`soft`** holds the chance that `chosen` is better as `soft_label`, with {added} added on each side:\n\n"
        f"```text\nsoft_label = (votes for chosen + (n_ties + n_both_bad) / 2 + {extra}) "
        f"/ (n_raters + 2 · {extra})\n```"
    )
    if rules["dawid_skene"] is None:
        return told
    how = rules["dawid_skene"]
    return (
        f"{told}\n\n`dawid_skene` is the posterior of Dawid and Skene (1979), each criterion by itself: started at the "
        f"{how['start']}, pseudo-count {how['pseudo_count']:g}, ended at a relative change of the log-likelihood of "
        f"{how['tolerance']:g} or after {how['rounds']} rounds; a tie and a both-bad count half. It depends on all "
        "four. Shares are usually better calibrated."
    )


def _named(value: list[str] | str | None) -> list[str] | str | None:
    """What a filter asks for by a name; the blank one stands for judgements without guidelines."""
    return [each for each in value if each] if isinstance(value, list) else value


def _listed(value: list[str] | str) -> str:
    return value if isinstance(value, str) else ", ".join(f"`{each}`" for each in value)
