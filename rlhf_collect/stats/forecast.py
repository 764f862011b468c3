"""When a project will be done, if the days to come are like those behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from rlhf_collect.stats.intervals import LEVEL, t_quantile

WINDOW = 28
"""Days looked back on: four weeks, so that every day of the week counts alike."""
NEEDED = 3
"""Days with judgements below which nothing is said."""
LATELY = 14
"""Days without a judgement after which nothing is said."""
QUIET = 3
"""Whole days without a judgement from which on that is said beside the day: more than a weekend."""
FARTHEST = 3650
"""Days ahead beyond which nothing is said."""
DONE, NOTHING, FEW_DAYS, NOT_LATELY, TOO_FAR = "done", "nothing", "few_days", "not_lately", "too_far"
"""Why there is no day: nothing left, nothing imported, too few days, nothing lately, more than ten years."""


def finish_forecast(by_day: Mapping[date, int], *, left: int, total: int, today: date) -> dict[str, Any]:
    """The day on which ``left`` more judgements will have been given, with an interval.

    Formula: over the n whole days of the window (at most ``WINDOW``, from the first judgement in it to
    yesterday; days without any count as 0) the mean is m and the standard deviation s. What T days bring lies in
    m T -+ t(n - 1) s sqrt(T + T^2 / n); the day is the first at which m T reaches ``left``, the earliest the first
    at which the upper bound does, the latest the first at which the lower one does, if ever.
    Source: prediction interval of a future sum, Hahn & Meeker 1991, Statistical Intervals, chapter 4.
    Meaning: assumes that days are alike and independent: no holiday, no new rater, no deadline. Today is left out,
    because it is not over. Example: 10 a day on 10 days and 50 left: in 5 days, without an interval to either side.
    Gives ``{"day", "low", "high", "per_day", "days", "quiet_since", "reason"}``; ``low`` is the earliest day, ``high``
    the latest (``None``: no last day can be said), ``quiet_since`` the last day anybody judged, after more than
    ``QUIET`` days without. Without a day, ``reason`` is one of the words above.
    """
    nothing = {"day": None, "low": None, "high": None, "per_day": None, "days": 0, "quiet_since": None}
    if left <= 0:
        return nothing | {"reason": DONE if total else NOTHING}
    yesterday = today - timedelta(days=1)
    if by_day and max(by_day) <= yesterday - timedelta(days=LATELY):
        return nothing | {"reason": NOT_LATELY}
    start = yesterday - timedelta(days=WINDOW - 1)
    within = {day: count for day, count in by_day.items() if start <= day <= yesterday and count}
    if len(within) < NEEDED:
        return nothing | {"days": len(within), "reason": FEW_DAYS}
    days, last = (yesterday - min(within)).days + 1, max(day for day, count in by_day.items() if count)
    counts = np.zeros(days)
    for day, count in within.items():
        counts[(day - min(within)).days] = count
    middle, early, late = _days_needed(float(left), counts)
    if middle is None:
        return nothing | {"days": days, "reason": TOO_FAR}
    return {
        "day": yesterday + timedelta(days=middle),
        "low": None if early is None else yesterday + timedelta(days=early),
        "high": None if late is None else yesterday + timedelta(days=late),
        "per_day": round(float(counts.mean()), 2),
        "days": days,
        "quiet_since": last if (today - last).days > QUIET else None,
        "reason": None,
    }


def _days_needed(left: float, counts: np.ndarray[Any, Any]) -> tuple[int | None, ...]:
    """Days until the mean, the upper and the lower bound of what they bring reach ``left``."""
    ahead = np.arange(1, FARTHEST + 1, dtype=np.float64)
    mean, spread = float(counts.mean()), float(counts.std(ddof=1))
    half = t_quantile(len(counts) - 1, LEVEL) * spread * np.sqrt(ahead + ahead**2 / len(counts))
    found = []
    for brought in (mean * ahead, mean * ahead + half, mean * ahead - half):
        reached = np.flatnonzero(brought >= left - 1e-9)
        found.append(int(reached[0]) + 1 if len(reached) else None)
    return tuple(found)
