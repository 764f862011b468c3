"""How reports write numbers and days in one language; their sentences inherit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rlhf_collect.wording import decimal


@dataclass(frozen=True, kw_only=True)
class Numerals:
    """Everything numbers and days are written with."""

    decimal: str = "."
    """Decimal mark."""
    thousands: str = ","
    """Mark between thousands."""
    percent: str = "{n} %"
    """A share in whole percent."""
    under_one: str = "under 1 %"
    """A share that rounds to nothing and is not."""
    over_99: str = "over 99 %"
    """A share that rounds to all and is not."""
    months: str = "January February March April May June July August September October November December"
    """The twelve months."""
    day: str = "{day} {month} {year}"
    """A day of the calendar."""
    first_day: str = "{n}"
    """The first of a month: in French it is "1er"."""


ENGLISH_NUMERALS = Numerals()


def whole_number(value: int, phrases: Numerals) -> str:
    """1204 as "1,204"."""
    return f"{value:,}".replace(",", phrases.thousands)


def percent(share: float, phrases: Numerals) -> str:
    """0.584 as "58 %"; never "0 %" or "100 %" for what is not quite."""
    rounded = int(100 * share + 0.5)
    if rounded == 0 and share > 0:
        return phrases.under_one
    if rounded == 100 and share < 1:
        return phrases.over_99
    return phrases.percent.format(n=rounded)


def coefficient(value: float, phrases: Numerals) -> str:
    """-0.118 as "−0.12"."""
    return decimal(value, 2).replace(".", phrases.decimal)


def day_in_words(day: date, phrases: Numerals) -> str:
    """2026-12-03 as "3 December 2026"."""
    month = phrases.months.split()[day.month - 1]
    number = phrases.first_day.format(n=1) if day.day == 1 else day.day
    return phrases.day.format(day=number, month=month, year=day.year)


def rounded(value: int) -> int:
    """A forecast with the two leading digits it may claim: 1,234 as 1,200."""
    step = int(10 ** max(0, len(str(value)) - 2))
    return -(-value // step) * step


def days_told(figures: Mapping[str, Any], phrases: Numerals) -> dict[str, str]:
    """``day``, ``low`` and ``high`` of a forecast in words, as far as they are named; the day alone if all are one."""
    names = ["day", "low", "high"]
    if figures["day"] == figures["low"] == figures["high"]:
        names = ["day"]
    return {
        name: day_in_words(date.fromisoformat(figures[name]), phrases)
        for name in names
        if figures[name] is not None
    }
