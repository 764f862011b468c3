"""Agreement in plain words.

The words of one language are one ``Phrases`` value; add a language by
writing another and passing it to ``agreement_report`` (or to the functions here).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.stats.guideline_change import HIGHER, LOWER, TOO_CLOSE, TOO_FEW
from rlhf_collect.stats.phrases import Numerals, coefficient, percent, whole_number

FEW_RATERS = 30
"""Below this, a band for these raters says little about others (it covers 83 % at 30)."""
SHOW_FROM = 20
"""Comparisons judged twice below which a figure is not to be relied on."""
SETTLED_FROM = 100
"""Comparisons judged twice from which figures may be acted on."""


@dataclass(frozen=True, kw_only=True)
class Phrases(Numerals):
    """Everything the sentence and the card can say, as templates in one language."""

    nothing_yet: str = "No judgements yet."
    """An empty project."""
    one_judgement: str = "One judgement so far. Agreement needs a second rater on the same comparison."
    """A first judgement."""
    none_paired: str = (
        "{judgements} judgements so far, but no comparison has been judged by two raters yet, "
        "so agreement cannot be told."
    )
    """Judgements, none of them on the same comparison."""
    same: str = "Raters gave the same answer {p} of the time ({pairs})"
    """The first figure."""
    one_pair: str = "1 pair"
    """A single pair of raters."""
    pairs: str = "{n} pairs"
    """Pairs of raters."""
    decided: str = "; when both picked a side, {p}."
    """The second figure, joined to the first."""
    none_decided: str = "; no two raters picked a side on the same comparison."
    """In place of the second figure."""
    alpha: str = "Beyond chance: {value} ({low} to {high})."
    """Alpha with its interval."""
    alpha_bare: str = "Beyond chance: {value}."
    """Alpha where no interval can be given."""
    alpha_null: str = "Every answer was the same, so agreement beyond chance cannot be told."
    """In place of alpha."""
    below_zero: str = "This is less agreement than guessing: check the guidelines and the two sides."
    """Added when the whole interval of alpha is below 0."""
    few_raters: str = "Few raters: with others it could be {low} to {high}."
    """The second band, below ``FEW_RATERS`` raters."""
    other_raters: str = "With other raters it could be {low} to {high}."
    """The second band."""
    very_few_raters: str = "Only {n} raters: with others it could be quite different."
    """In place of the second band."""
    measured_one: str = "Measured on the one comparison judged twice, of {total}{k}."
    """Coverage with a single comparison."""
    measured: str = "Measured on {n} of {total} comparisons{k}."
    """Coverage."""
    first_k: str = ", the first {k} judgements of each"
    """Where only the first judgements count; ``k`` may be "2 or 3"."""
    either: str = " or "
    """Joins several limits."""
    shares: str = "Ties {ties}, both bad {both_bad}."
    """Answers that are no side."""
    shares_with_skips: str = "Ties {ties}, both bad {both_bad}, skipped {skips}."
    """The same with skips."""
    too_few: str = "Too few to rely on yet: wait for at least 20 comparisons judged twice."
    """Below ``SHOW_FROM`` comparisons."""
    still_few: str = "These figures settle from about 100 comparisons judged twice."
    """Below ``SETTLED_FROM`` comparisons."""
    card_same: str = (
        "When two raters see the same comparison, they give the same answer {p} of the time "
        "(a tie counts as an answer). Guessing would give {chance}."
    )
    """Card line of ``percent_agreement``."""
    card_decided: str = (
        "When both picked a winner, it was the same one {p} of the time. Coin flips would give {chance}; "
        "published RLHF projects report 63 to 81 %."
    )
    """Card line of ``percent_agreement_no_ties``."""
    card_alpha: str = (
        "{value}: 0 is no better than guessing with the same habits, 1 is perfect. "
        "Open-ended preference is usually between 0.2 and 0.5."
    )
    """Card line of an alpha."""
    card_side: str = "The response shown first wins {p} of the time ({low} to {high}): {verdict}."
    """Card line of ``position_bias``."""
    card_side_bare: str = "The response shown first wins {p} of the time; too few raters to say more."
    """The same without an interval."""
    no_side_effect: str = "no sign of a side effect"
    """The interval contains one half."""
    small_side_effect: str = "a small side effect"
    """The interval comes within 5 points of one half."""
    side_effect: str = "a side effect: check the layout"
    """Otherwise."""
    card_repeats: str = "Asked again, raters repeat their choice {p} of the time."
    """Card line of ``self_consistency``."""
    card_gold: str = "On comparisons with a known answer, {p} are as expected."
    """Card line of ``gold_accuracy``."""
    guidelines_higher: str = "Since guidelines {after} raters agree more: {new}; under {before} it was {old}."
    """Intervals apart, upwards."""
    guidelines_lower: str = "Since guidelines {after} raters agree less: {new}; under {before} it was {old}."
    """Intervals apart, downwards."""
    guidelines_close: str = (
        "Whether guidelines {after} helped is too close to tell: {new}, and {old} under {before}; "
        "the intervals overlap."
    )
    """Overlapping intervals."""
    guidelines_few: str = (
        "Too few to tell whether guidelines {after} helped: it takes 20 comparisons judged twice under {before} and "
        "under {after}."
    )
    """Too few comparisons on either side."""
    figure_band: str = "{value} ({low} to {high})"
    """A figure with its interval."""
    figure_bare: str = "{value}"
    """A figure without one."""


ENGLISH = Phrases()


def agreement_sentence(report: Mapping[str, Any], phrases: Phrases = ENGLISH) -> str:
    """Say the report in a few sentences a lead can read aloud: same answers, beyond chance, coverage."""
    if not report["judgements"]:
        return phrases.nothing_yet
    if report["judgements"] == 1:
        return phrases.one_judgement
    if not report["pairs"]:
        return phrases.none_paired.format(judgements=whole_number(report["judgements"], phrases))
    parts = [_same(report, phrases), *_beyond_chance(report, phrases), coverage_line(report, phrases)]
    paired = report["coverage"]["comparisons_paired"]
    if paired < SHOW_FROM:
        parts.insert(0, phrases.too_few)
    elif paired < SETTLED_FROM:
        parts.append(phrases.still_few)
    return " ".join(parts)


def _same(report: Mapping[str, Any], phrases: Phrases) -> str:
    n = report["pairs"]
    pairs = phrases.one_pair if n == 1 else phrases.pairs.format(n=whole_number(n, phrases))
    first = phrases.same.format(p=percent(report["percent_agreement"]["value"], phrases), pairs=pairs)
    decided = report["percent_agreement_no_ties"]
    if decided is None:
        return first + phrases.none_decided
    return first + phrases.decided.format(p=percent(decided["value"], phrases))


def _beyond_chance(report: Mapping[str, Any], phrases: Phrases) -> list[str]:
    alpha = report["krippendorff_alpha"]
    if alpha is None:
        return [phrases.alpha_null]
    said = {
        name: coefficient(alpha[name], phrases)
        for name in ("value", "low", "high")
        if alpha[name] is not None
    }
    parts = [(phrases.alpha if "low" in said else phrases.alpha_bare).format(**said)]
    if alpha["high"] is not None and alpha["high"] < 0:
        parts.append(phrases.below_zero)
    low, high = alpha["low_other_raters"], alpha["high_other_raters"]
    if low is not None:
        words = phrases.few_raters if report["raters"] < FEW_RATERS else phrases.other_raters
        parts.append(words.format(low=coefficient(low, phrases), high=coefficient(high, phrases)))
    elif report["raters"] < 5:
        parts.append(phrases.very_few_raters.format(n=report["raters"]))
    return parts


def coverage_line(report: Mapping[str, Any], phrases: Phrases = ENGLISH) -> str:
    """On how much the figures stand."""
    coverage, limit = report["coverage"], report["ground"]["k"]
    limits = [each for each in (limit if isinstance(limit, list) else [limit]) if each is not None]
    first = phrases.first_k.format(k=phrases.either.join(map(str, limits))) if limits else ""
    words = phrases.measured_one if coverage["comparisons_paired"] == 1 else phrases.measured
    measured = words.format(
        n=whole_number(coverage["comparisons_paired"], phrases),
        total=whole_number(coverage["comparisons"], phrases),
        k=first,
    )
    shares = {
        "ties": percent(coverage["tie_share"] or 0.0, phrases),
        "both_bad": percent(coverage["both_bad_share"] or 0.0, phrases),
    }
    if coverage["skip_share"] is None:
        return f"{measured} {phrases.shares.format(**shares)}"
    skips = percent(coverage["skip_share"], phrases)
    return f"{measured} {phrases.shares_with_skips.format(**shares, skips=skips)}"


def card_lines(report: Mapping[str, Any], phrases: Phrases = ENGLISH) -> dict[str, str]:
    """One line for every figure of the headline card that has a value, by the key of the figure.

    A figure that is null has no line: its reason is in ``report["notes"]``.
    """
    shares = {
        "percent_agreement": phrases.card_same,
        "percent_agreement_no_ties": phrases.card_decided,
        "self_consistency": phrases.card_repeats,
        "gold_accuracy": phrases.card_gold,
    }
    lines = {}
    for name, words in shares.items():
        if report[name] is not None:
            chance = percent(report[name].get("chance", 0.0), phrases)
            lines[name] = words.format(p=percent(report[name]["value"], phrases), chance=chance)
    for name in ("krippendorff_alpha", "krippendorff_alpha_strength", "krippendorff_alpha_ordinal"):
        if report[name] is not None:
            lines[name] = phrases.card_alpha.format(value=coefficient(report[name]["value"], phrases))
    if report["position_bias"] is not None:
        lines["position_bias"] = _side_line(report["position_bias"], phrases)
    if report["judgements"]:
        lines["coverage"] = coverage_line(report, phrases)
    return lines


def _side_line(side: Mapping[str, Any], phrases: Phrases) -> str:
    share, low, high = percent(side["value"], phrases), side["low"], side["high"]
    if low is None:
        return phrases.card_side_bare.format(p=share)
    gap = max(low - 0.5, 0.5 - high)
    verdict = (
        phrases.no_side_effect
        if gap <= 0
        else phrases.small_side_effect
        if gap <= 0.05
        else phrases.side_effect
    )
    return phrases.card_side.format(
        p=share, low=percent(low, phrases), high=percent(high, phrases), verdict=verdict
    )


def guideline_sentence(
    change: Mapping[str, Any] | None, slices: Sequence[Mapping[str, Any]], phrases: Phrases = ENGLISH
) -> str:
    """Whether the newest guidelines helped, in words; empty where there is nothing to compare."""
    if change is None:
        return ""
    words = {
        HIGHER: phrases.guidelines_higher,
        LOWER: phrases.guidelines_lower,
        TOO_CLOSE: phrases.guidelines_close,
        TOO_FEW: phrases.guidelines_few,
    }[change["verdict"]]
    figures = {each["key"]: each[change["figure"]] for each in slices}
    alpha = change["figure"] == "krippendorff_alpha"
    old, new = (_figure_in_words(figures[change[side]], phrases, alpha=alpha) for side in ("before", "after"))
    return words.format(before=change["before"], after=change["after"], old=old, new=new)


def _figure_in_words(figure: Mapping[str, Any] | None, phrases: Phrases, *, alpha: bool) -> str:
    if figure is None:
        return "–"
    write = coefficient if alpha else percent
    said = {
        name: write(figure[name], phrases) for name in ("value", "low", "high") if figure[name] is not None
    }
    return (phrases.figure_band if "low" in said else phrases.figure_bare).format(**said)
