"""Figures of a report: a value with its n, its intervals, or null with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rlhf_collect.stats.agreement import pairwise_agreement
from rlhf_collect.stats.alpha import krippendorff_alpha
from rlhf_collect.stats.histogram import Counts, Histogram, Numbers, Times
from rlhf_collect.stats.intervals import Bounds, Statistic, bootstrap_times, percentile_bounds, wilson
from rlhf_collect.stats.tables import DECIDED

Figure = dict[str, Any]
"""``{"value", "low", "high", "n"}``; some also ``low_other_raters``, ``high_other_raters`` and ``chance``."""

NOT_PAIRED = "No comparison has been judged by two raters yet."
ALL_THE_SAME = "Every answer was the same, so agreement cannot be told from habit."
NOT_DECIDED = "No two raters picked a side on the same comparison."
ONE_COMPARISON = "An interval needs at least two comparisons judged twice."
UNSTABLE = "Too few comparisons: the figure is undefined in many resamples."


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """A histogram with its bootstrap, drawn once and used by every figure on it."""

    histogram: Histogram
    """The comparisons as they are."""
    draws: Numbers | None
    """Resampled times, shape (replicates, patterns); ``None`` below two comparisons."""

    @classmethod
    def of(cls, histogram: Histogram) -> Resampled:
        """Draw the replicates."""
        enough = histogram.comparisons >= 2
        return cls(histogram=histogram, draws=bootstrap_times(histogram) if enough else None)


@dataclass(kw_only=True)
class Notes:
    """Reasons for what is null or cut short, by the name of the figure."""

    reasons: dict[str, str] = field(default_factory=dict)
    """Name to reason."""

    def null(self, name: str, reason: str) -> None:
        """Record why a figure is null."""
        self.reasons[name] = reason


def bound(value: float) -> float:
    """Round a published bound to 4 decimals, because generator streams may change between NumPy releases."""
    return round(value, 4) + 0.0


def bounds_of(bounds: Bounds) -> dict[str, float | None]:
    """``low`` and ``high`` as published."""
    low, high = bounds or (None, None)
    return {"low": None if low is None else bound(low), "high": None if high is None else bound(high)}


def resampled_figure(
    name: str,
    statistic: Statistic,
    sample: Resampled,
    *,
    n: int,
    notes: Notes,
    nothing: str = NOT_PAIRED,
    undefined: str = ALL_THE_SAME,
    exact: bool = False,
) -> Figure | None:
    """Value and percentile interval of a statistic, or ``None`` with its reason in ``notes``.

    ``n`` is the denominator of the value; the reason is ``nothing`` when it is 0, ``undefined`` when
    the formula has no value. ``exact`` says that the value is a ratio of two whole numbers.
    """
    value = float(statistic(sample.histogram.counts, sample.histogram.times)) if n else float("nan")
    if not np.isfinite(value):
        notes.null(name, undefined if n else nothing)
        return None
    bounds = (
        None if sample.draws is None else percentile_bounds(statistic(sample.histogram.counts, sample.draws))
    )
    if bounds is None:
        notes.null(f"{name}.low", ONE_COMPARISON if sample.draws is None else UNSTABLE)
    # Sums of fractions may differ in the last bits from one processor to the next; ratios do not.
    return {"value": value if exact else round(value, 12), **bounds_of(bounds), "n": n}


def nominal_figures(paired: Histogram, notes: Notes) -> dict[str, Figure | None]:
    """Compute the three figures every report and slice has, from comparisons judged at least twice.

    ``paired`` is on the scale of ``tables.MANY``.
    """
    occurring = np.flatnonzero(paired.counts.any(axis=0))
    decided = np.flatnonzero(np.isin(occurring, DECIDED))
    narrow = Histogram(counts=paired.counts[:, occurring], times=paired.times)
    sample = Resampled.of(narrow)

    def when_decided(counts: Counts, times: Times) -> Numbers:
        return pairwise_agreement(counts[:, decided], times)

    decided_pairs = narrow.only(decided.tolist()).pairs
    return {
        "percent_agreement": resampled_figure(
            "percent_agreement", pairwise_agreement, sample, n=narrow.pairs, notes=notes, exact=True
        ),
        "percent_agreement_no_ties": resampled_figure(
            "percent_agreement_no_ties",
            when_decided,
            sample,
            n=decided_pairs,
            notes=notes,
            nothing=NOT_DECIDED if narrow.pairs else NOT_PAIRED,
            exact=True,
        ),
        "krippendorff_alpha": resampled_figure(
            "krippendorff_alpha", krippendorff_alpha, sample, n=narrow.judgements, notes=notes
        ),
    }


def share_figure(name: str, successes: int, n: int, *, notes: Notes, nothing: str) -> Figure | None:
    """Give a share with Wilson's interval, or ``None`` with the reason ``nothing``."""
    if not n:
        notes.null(name, nothing)
        return None
    return {"value": successes / n, **bounds_of(wilson(successes, n)), "n": n}
