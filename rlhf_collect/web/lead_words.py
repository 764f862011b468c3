"""The lead's page in the language of who reads it: texts, numbers, days, and the sentences of reports."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from functools import cache
from html import escape
from typing import Any, Final, TypeVar

from rlhf_collect.stats.alert_words import AlertPhrases
from rlhf_collect.stats.leaderboard_words import LeaderboardPhrases
from rlhf_collect.stats.phrases import Numerals, day_in_words, whole_number
from rlhf_collect.stats.progress_words import ProgressPhrases
from rlhf_collect.stats.sentence import Phrases
from rlhf_collect.web.texts import LEAD_TEXTS

P = TypeVar("P", bound=Numerals)
DEFAULT: Final = "en"
NOTHING_IS_ONE: Final = frozenset({"fr"})
"""Languages in which nothing takes the word for one."""


class Words:
    """Everything the lead's page says, in one language; what it is filled in with is escaped by who makes HTML."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LEAD_TEXTS else DEFAULT
        self._texts = LEAD_TEXTS[self.language]
        self.agreement = self._phrases(Phrases, "sentence")
        self.leaderboard = self._phrases(LeaderboardPhrases, "ranking")
        self.progress = self._phrases(ProgressPhrases, "progress")
        self.alerts = self._phrases(AlertPhrases, "alert")

    def __call__(self, key: str, **values: Any) -> str:
        """The text ``key`` as it is read, with its places filled in."""
        return self._texts[key].format(**values) if values else self._texts[key]

    def html(self, key: str, **values: Any) -> str:
        """The same, escaped."""
        return escape(self(key, **values))

    def count(self, number: int, key: str) -> str:
        """A counted thing: ``1 judgement``, ``2 judgements``."""
        one = number == 1 or (number == 0 and self.language in NOTHING_IS_ONE)
        return self(f"{key}_one" if one else f"{key}_many", n=self.number(number))

    def number(self, value: int) -> str:
        """An integer with thousands apart."""
        return whole_number(value, self.progress)

    def percent(self, share: float, places: int = 0) -> str:
        """A share, to so many decimals."""
        return self.progress.percent.format(n=self.decimal(100 * share, places))

    def decimal(self, value: float, places: int = 2) -> str:
        """A number to so many decimals, with a true minus sign."""
        text = f"{value:.{places}f}"
        text = text if float(text) else f"{0:.{places}f}"
        return text.replace("-", "−").replace(".", self.progress.decimal)

    def signed(self, value: float, places: int = 0) -> str:
        """The same with its sign in front."""
        text = self.decimal(value, places)
        return text if text.startswith("−") or not float(f"{value:.{places}f}") else f"+{text}"

    def day(self, day: date | str) -> str:
        """A day of the calendar in words."""
        return day_in_words(date.fromisoformat(day) if isinstance(day, str) else day, self.progress)

    def between(self, low: str, high: str) -> str:
        """Two bounds."""
        return self("between", low=low, high=high)

    def reason(self, text: str) -> str:
        """Why a figure of a report is missing, in this language; as it is where the catalogue does not know it."""
        key = _keys_of_reasons().get(text)
        return text if key is None else self._texts[key]

    def _phrases(self, kind: type[P], part: str) -> P:
        """The sentences of one report in this language."""
        names = {each.name for each in fields(kind)}
        said = {name: self._texts[f"{part}_{name}"] for name in names if f"{part}_{name}" in self._texts}
        numerals = {
            each.name: self._texts[f"numerals_{each.name}"]
            for each in fields(Numerals)
            if f"numerals_{each.name}" in self._texts
        }
        return kind(**numerals, **said)


@cache
def words_in(language: str) -> Words:
    """The words of a language, English where there is none of it."""
    return Words(language)


@cache
def _keys_of_reasons() -> dict[str, str]:
    """English reason to its key."""
    return {text: key for key, text in LEAD_TEXTS[DEFAULT].items() if key.startswith("reason_")}
