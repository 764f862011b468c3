"""Whether new guidelines helped: agreement under the newest ones beside that under those before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FEW_COMPARISONS = 20
"""Comparisons judged twice under the same guidelines below which nothing is said."""
HIGHER, LOWER, TOO_FEW, TOO_CLOSE = "higher", "lower", "too_few", "too_close"


def guideline_change(slices: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Compare the last two slices of ``by_guidelines``, which stand in the order they were first judged under.

    Formula: higher or lower where the 95 % intervals of alpha (of percent agreement where alpha has none) lie
    wholly apart; two intervals that do not overlap differ at a level well below 5 %, so what overlaps is "too close
    to tell" and not "the same". Below ``FEW_COMPARISONS`` on either side: too few to tell.
    Meaning: before and after may be other comparisons and other raters, so it is no experiment.
    Source: Schenker & Gentleman 2001, https://doi.org/10.1198/000313001317097960 (the rule is conservative).
    Example: 0.10 to 0.20 before and 0.25 to 0.35 after: higher. Gives ``{"before", "after", "figure", "verdict"}``,
    ``None`` with fewer than two versions.
    """
    if len(slices) < 2:
        return None
    before, after = slices[-2], slices[-1]
    both = before, after
    alpha = all(_has_interval(each["krippendorff_alpha"]) for each in both)
    figure = "krippendorff_alpha" if alpha else "percent_agreement"
    verdict = TOO_CLOSE
    if min(each["comparisons_paired"] for each in both) < FEW_COMPARISONS:
        verdict = TOO_FEW
    elif all(_has_interval(each[figure]) for each in both):
        old, new = before[figure], after[figure]
        verdict = HIGHER if new["low"] > old["high"] else LOWER if new["high"] < old["low"] else TOO_CLOSE
    named = {"before": before["key"], "after": after["key"]}
    return {**named, "figure": figure, "verdict": verdict}


def _has_interval(figure: Mapping[str, Any] | None) -> bool:
    return figure is not None and figure["low"] is not None
