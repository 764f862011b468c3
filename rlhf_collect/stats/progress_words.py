"""How far a project is and when it will be done, in plain words.

The words of one language are one ``ProgressPhrases`` value, as with :mod:`rlhf_collect.stats.sentence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rlhf_collect.stats.forecast import DONE, FEW_DAYS, NEEDED, NOT_LATELY, NOTHING, TOO_FAR
from rlhf_collect.stats.phrases import Numerals, day_in_words, days_told, whole_number


@dataclass(frozen=True, kw_only=True)
class ProgressPhrases(Numerals):
    """Everything the sentences can say, as templates in one language."""

    nothing_yet: str = "Nothing has been imported yet. Import comparisons to begin."
    """No comparison."""
    one_asked: str = (
        "{complete} of {comparisons} comparisons have the 1 judgement asked for; "
        "judgements to go: {judgements_left}."
    )
    """How far it is with one judgement each."""
    asked: str = (
        "{complete} of {comparisons} comparisons have the {overlap} judgements asked for; "
        "judgements to go: {judgements_left}."
    )
    """How far it is with several."""
    varying: str = (
        "{complete} of {comparisons} comparisons have the judgements asked for ({min}, up to {max} until an answer "
        "leads by {lead}); judgements to go: {judgements_left} or more."
    )
    """How far it is where the answers say how many are asked for."""
    all_varying: str = (
        "All {comparisons} comparisons have the judgements asked for ({min}, up to {max} until an answer leads by "
        "{lead})."
    )
    """The same with nothing left."""
    imported: str = "{imported_judgements} judgements made elsewhere were imported beside them."
    """What did not come from here."""
    done: str = "Every judgement asked for is there."
    """Nothing is left."""
    few_days: str = (
        "When it will be done can be said after {needed} days with judgements; so far there are {days}, not "
        "counting today."
    )
    """Too little to go by; today is not over and does not count."""
    not_lately: str = "Nobody has judged in the last two weeks, so no day can be named."
    """Nothing to go by."""
    too_far: str = "At this pace it would take more than ten years."
    """No day worth naming."""
    finished: str = "At the pace of the last {days} days it will be done on {day}"
    """The day."""
    between: str = " (between {low} and {high})."
    """Both ends of the interval."""
    not_before: str = " (not before {low}; no last day can be named, for the days differ too much)."
    """The early end alone."""

    quiet: str = " No new judgement has counted since {quiet}."
    """Beside a day, where that has stopped."""


ENGLISH_PROGRESS = ProgressPhrases()


def progress_sentence(progress: Mapping[str, Any], phrases: ProgressPhrases = ENGLISH_PROGRESS) -> str:
    """How far it is. Example: "1 of 4 comparisons have the 2 judgements asked for; judgements to go: 6."."""
    if not progress["comparisons"]:
        return phrases.nothing_yet
    overlap = progress["overlap"]
    told = {**progress, **(overlap if isinstance(overlap, Mapping) else {})}
    numbers = {name: whole_number(value, phrases) for name, value in told.items() if isinstance(value, int)}
    text = _how_far(progress, phrases).format(**numbers)
    if progress["imported_judgements"]:
        text += " " + phrases.imported.format(**numbers)
    return text


def _how_far(progress: Mapping[str, Any], phrases: ProgressPhrases) -> str:
    if isinstance(progress["overlap"], Mapping):
        return phrases.varying if progress["judgements_left"] else phrases.all_varying
    return phrases.one_asked if progress["overlap"] == 1 else phrases.asked


def forecast_sentence(forecast: Mapping[str, Any], phrases: ProgressPhrases = ENGLISH_PROGRESS) -> str:
    """When it will be done, or why that cannot be said; empty where there is nothing to do."""
    reason = forecast["reason"]
    if reason is not None:
        said = {DONE: phrases.done, FEW_DAYS: phrases.few_days, NOT_LATELY: phrases.not_lately}
        words = {**said, TOO_FAR: phrases.too_far, NOTHING: ""}[reason]
        return words.format(needed=NEEDED, days=forecast["days"])
    days = days_told(forecast, phrases)
    band = "." if "low" not in days else phrases.between if "high" in days else phrases.not_before
    told = days | {"days": forecast["days"]}
    if forecast["quiet_since"] is not None:
        band += phrases.quiet
        told["quiet"] = day_in_words(date.fromisoformat(forecast["quiet_since"]), phrases)
    return (phrases.finished + band).format(**told)
