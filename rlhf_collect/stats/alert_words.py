"""Alerts in plain words: what it is, and what to do next.

The words of one language are one ``AlertPhrases`` value, as with :mod:`rlhf_collect.stats.sentence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rlhf_collect.stats.alerts import (
    AGREEMENT_FELL,
    APPEALS_WAIT,
    FLAGS_WAIT,
    MESSAGES_WAIT,
    NOTHING_TO_DO,
    ONE_SIDE_WINS,
    RUNNING_DRY,
    TELLING_RATERS,
)
from rlhf_collect.stats.phrases import Numerals, coefficient, day_in_words, days_told, percent, whole_number


@dataclass(frozen=True, kw_only=True)
class AlertPhrases(Numerals):
    """Everything alerts can say, as templates in one language."""

    agreement_fell: str = (
        "Since guidelines {guidelines_after} raters agree less on '{criterion}': {new}, and {old} under "
        "{guidelines_before}; the difference is {difference}, from {comparisons_before} and {comparisons_after} "
        "comparisons judged twice."
    )
    """Agreement before and after."""
    agreement_fell_do: str = (
        "Read the contested comparisons: what do raters read differently? Ask them what is unclear, then make the new "
        "paragraphs plainer or take them back, with a new version of the guidelines."
    )
    """What to do about it."""
    running_dry_one: str = "1 judgement is left. At the recent pace raters find nothing more from {day} on"
    """The last one."""
    running_dry: str = (
        "{judgements_left} judgements are left, on {comparisons_open} comparisons. At the recent pace ({per_day} a "
        "day) raters find nothing more from {day} on"
    )
    """Soon nothing is left."""
    running_dry_between: str = " (between {low} and {high})."
    """Both ends of the interval."""
    running_dry_early: str = " (not before {low})."
    """The early end alone."""
    dry: str = "Every judgement asked for is there: raters find nothing more."
    """Nothing is left."""
    running_dry_do: str = (
        "Import more comparisons, ask for more judgements of each (overlap), or tell raters that it ends and freeze "
        "a version."
    )
    """What to do about it."""
    nobody_can_go_on: str = (
        "Judgements still wanted: {judgements_left}. No rater can give any: all have judged everything they are asked "
        "about."
    )
    """All raters have nothing left."""
    few_can_go_on: str = (
        "Judgements still wanted: {judgements_left}. {with_nothing} of {raters} raters cannot give any: they have "
        "judged everything they are asked about."
    )
    """At least half of them."""
    nothing_to_do_do: str = (
        "Invite more raters, widen the languages or tags raters are asked about, or import more comparisons."
    )
    """What to do about it."""
    one_side_wins_first: str = (
        "On '{criterion}' the response shown first wins {p} of the time ({low} to {high}), over {n} judgements that "
        "picked a side. Sides are drawn, so it should be half."
    )
    """The first side."""
    one_side_wins_second: str = (
        "On '{criterion}' the response shown second wins {p} of the time ({low} to {high}), over {n} judgements that "
        "picked a side. Sides are drawn, so it should be half."
    )
    """The second side."""
    one_side_wins_do: str = (
        "Look at a comparison as raters see it, on their kind of screen: can both responses be read to the end? Say in "
        "the guidelines that both are read before choosing. Compare models at equal place (strength_adjusted)."
    )
    """What to do about it."""
    flags_wait_one: str = (
        "Raters flagged something about 1 comparison, and for {days} days or more no lead has looked "
        "(since {oldest})."
    )
    """One comparison."""
    flags_wait: str = (
        "Raters flagged something about {comparisons} comparisons, and for {days} days or more no lead has "
        "looked (since {oldest})."
    )
    """Several."""
    flags_wait_do: str = (
        "Look at these comparisons, then say that you have looked: what raters warned of is then read. A contested one "
        "can be decided, which counts as looking."
    )
    """What to do about it."""
    appeals_wait_one: str = (
        "1 appeal has waited for an answer for {days} days or more (since {oldest}). Without one until {due} it is "
        "upheld."
    )
    """One appeal."""
    appeals_wait: str = (
        "{appeals} appeals have waited for an answer for {days} days or more (since {oldest}). Without one, the first "
        "is upheld on {due}."
    )
    """Several."""
    appeals_wait_do: str = (
        "Answer on the Raters tab. It must be somebody else than who decided: another lead, or the second "
        "contact."
    )
    """What to do about it."""
    messages_wait_one: str = (
        "1 message of a rater has waited for an answer for {days} days or more (since {oldest})."
    )
    """One of them."""
    messages_wait: str = (
        "{messages} messages of raters have waited for an answer for {days} days or more (since {oldest})."
    )
    """Several."""
    messages_wait_do: str = (
        "Answer on the Messages tab. What many ask belongs into the guidelines, where everybody reads it."
    )
    """What to do about it."""
    band: str = "{value} ({low} to {high})"
    """A figure with its interval."""


ENGLISH_ALERTS = AlertPhrases()


def alert_sentence(kind: str, figures: Mapping[str, Any], phrases: AlertPhrases = ENGLISH_ALERTS) -> str:
    """What it is, in a sentence or two."""
    words = {
        AGREEMENT_FELL: _agreement_fell,
        RUNNING_DRY: _running_dry,
        NOTHING_TO_DO: _nothing_to_do,
        ONE_SIDE_WINS: _one_side_wins,
        FLAGS_WAIT: _flags_wait,
        APPEALS_WAIT: _appeals_wait,
        MESSAGES_WAIT: _messages_wait,
    }
    return words[kind](figures, phrases)


def what_to_do(kind: str, phrases: AlertPhrases = ENGLISH_ALERTS) -> str:
    """What to do next."""
    return str(getattr(phrases, f"{kind}_do"))


def _agreement_fell(figures: Mapping[str, Any], phrases: AlertPhrases) -> str:
    write = coefficient if figures["figure"] == "krippendorff_alpha" else percent
    bands = {
        name: phrases.band.format(
            **{each: form(figures[of][each], phrases) for each in ("value", "low", "high")}
        )
        for name, of, form in (
            ("old", "before", write),
            ("new", "after", write),
            ("difference", "difference", coefficient),
        )
    }
    names = ("criterion", "guidelines_before", "guidelines_after")
    named = {name: _in_a_line(figures[name]) for name in names}
    return phrases.agreement_fell.format(**_whole(figures, phrases), **named, **bands)


def _running_dry(figures: Mapping[str, Any], phrases: AlertPhrases) -> str:
    if not figures["judgements_left"]:
        return phrases.dry
    days = days_told(figures, phrases)
    end = (
        "."
        if "low" not in days
        else phrases.running_dry_between
        if "high" in days
        else phrases.running_dry_early
    )
    said = phrases.running_dry_one if figures["judgements_left"] == 1 else phrases.running_dry
    a_day = figures["per_day"]
    pace = f"{a_day if a_day < 10 else round(a_day):g}".replace(".", phrases.decimal)
    return (said + end).format(**days, **_whole(figures, phrases), per_day=pace)


def _nothing_to_do(figures: Mapping[str, Any], phrases: AlertPhrases) -> str:
    told = figures["raters"] >= TELLING_RATERS and figures["with_nothing"] < figures["raters"]
    said = phrases.few_can_go_on if told else phrases.nobody_can_go_on
    return said.format(**_whole(figures, phrases))


def _one_side_wins(figures: Mapping[str, Any], phrases: AlertPhrases) -> str:
    first = figures["side"] == "first"
    shares = {name: figures[name] if first else 1 - figures[name] for name in ("value", "low", "high")}
    low, high = sorted((shares["low"], shares["high"]))
    said = phrases.one_side_wins_first if first else phrases.one_side_wins_second
    return said.format(
        criterion=_in_a_line(figures["criterion"]),
        p=percent(shares["value"], phrases),
        low=percent(low, phrases),
        high=percent(high, phrases),
        n=whole_number(figures["n"], phrases),
    )


def _flags_wait(figures: Mapping[str, Any], phrases: AlertPhrases) -> str:
    said = phrases.flags_wait_one if figures["comparisons"] == 1 else phrases.flags_wait
    oldest = day_in_words(date.fromisoformat(figures["oldest"]), phrases)
    return said.format(**_whole(figures, phrases), oldest=oldest)


def _appeals_wait(figures: Mapping[str, Any], phrases: AlertPhrases) -> str:
    said = phrases.appeals_wait_one if figures["appeals"] == 1 else phrases.appeals_wait
    days = {name: day_in_words(date.fromisoformat(figures[name]), phrases) for name in ("oldest", "due")}
    return said.format(**_whole(figures, phrases), **days)


def _messages_wait(figures: Mapping[str, Any], phrases: AlertPhrases) -> str:
    said = phrases.messages_wait_one if figures["messages"] == 1 else phrases.messages_wait
    oldest = day_in_words(date.fromisoformat(figures["oldest"]), phrases)
    return said.format(**_whole(figures, phrases), oldest=oldest)


def _whole(figures: Mapping[str, Any], phrases: AlertPhrases) -> dict[str, str]:
    """The counts among the figures, written out."""
    return {name: whole_number(value, phrases) for name, value in figures.items() if isinstance(value, int)}


def _in_a_line(text: str) -> str:
    """A name of the project file without line ends or what a terminal would obey: it goes into mails too."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
