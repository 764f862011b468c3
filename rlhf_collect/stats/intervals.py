"""Intervals: these raters and other comparisons, other raters, one share, a share by raters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rlhf_collect.stats.histogram import Counts, Histogram, Numbers, Times

SEED = 0
REPLICATES = 1000
LEVEL = 0.95
DEFINED = 0.95
"""Share of replicates in which a figure must be defined for its interval to be given."""

Statistic = Callable[[Counts, Times], Numbers]
Bounds = tuple[float, float] | None


def bootstrap_times(histogram: Histogram, *, replicates: int = REPLICATES, seed: int = SEED) -> Numbers:
    """Histograms of resampled comparisons, shape (replicates, patterns), as floats.

    Formula: multinomial(M, m / M) over the sorted patterns, M = comparisons; the same in
    distribution as drawing M comparisons with replacement, and independent of M in cost.
    Source: Efron & Tibshirani 1993, chapter 6. Error: ``ValueError`` for an empty histogram.
    """
    total = histogram.comparisons
    if not total:
        raise ValueError("an empty histogram cannot be resampled")
    draws = np.random.default_rng(seed).multinomial(total, histogram.times / total, size=replicates)
    return draws.astype(np.float64)


def percentile_bounds(values: Numbers, *, level: float = LEVEL) -> Bounds:
    """Bounds of the middle ``level`` of replicates; ``None`` when too few are defined (``DEFINED``).

    Example: replicates 0.00, 0.01, ... 1.00 give 0.025 and 0.975.
    """
    defined = values[np.isfinite(values)]
    if not len(values) or len(defined) < DEFINED * len(values):
        return None
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def wilson(successes: float, n: float, *, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a share of independent trials.

    Formula: (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n).
    Source: Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953.
    Error: ``ValueError`` for n = 0. Example: 18 of 24 gives 0.551 to 0.880.
    """
    if n <= 0:
        raise ValueError("a share of nothing has no interval")
    z = normal_quantile(level)
    share = successes / n
    middle = share + z**2 / (2 * n)
    half = z * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    below = 1 + z**2 / n
    # At the ends the bound is 0 or 1 but for rounding.
    low = (middle - half) / below if successes > 0 else 0.0
    return low, (middle + half) / below if successes < n else 1.0


def normal_quantile(level: float = LEVEL) -> float:
    """How many standard errors each way hold ``level`` of a normal distribution. Example: 0.95 gives 1.96."""
    from scipy.special import ndtri  # noqa: PLC0415 - loaded by who needs it

    return float(ndtri((1 + level) / 2))


def t_quantile(freedom: int, level: float = LEVEL) -> float:
    """The same of Student's t with so many degrees of freedom. Example: 2 give 4.30."""
    from scipy.special import stdtrit  # noqa: PLC0415 - scipy.stats would take seven times as long to import

    return float(stdtrit(freedom, (1 + level) / 2))


def jackknife_error(without: Numbers) -> float:
    """Estimate the standard error of a figure from its values without each rater in turn.

    Formula: SE^2 = (R - 1) / R * sum (a_r - mean)^2. Source: Efron & Tibshirani 1993, chapter 11.
    Example: values 0.2 and 0.4 give sqrt(1/2 * 0.02) = 0.1.
    """
    raters = len(without)
    return float(np.sqrt((raters - 1) / raters * ((without - without.mean()) ** 2).sum()))


def jackknife_bounds(value: float, without: Numbers, *, level: float = LEVEL) -> Bounds:
    """Where the figure could lie with another pool of raters: value -+ t(R - 1) SE.

    ``None`` with fewer than two raters or when the figure is undefined without one of them.
    """
    if len(without) < 2 or not np.isfinite(without).all() or not np.isfinite(value):
        return None
    half = t_quantile(len(without) - 1, level) * jackknife_error(without)
    return value - half, value + half


def mean_bounds(values: Numbers, *, lowest: float, highest: float, level: float = LEVEL) -> Bounds:
    """Where the mean of a figure could lie with other comparisons: mean -+ t(I - 1) sd / sqrt(I), cut.

    Meaning: one value per comparison, so whatever goes on inside a comparison is in the spread. ``None``
    with fewer than two values, or when all are the same: no spread was seen, which is not certainty.
    Example: values 0.4 and 0.6: 0.5, bounds cut to ``lowest`` and ``highest``.
    """
    size = len(values)
    if size < 2 or not np.ptp(values):
        return None
    half = t_quantile(size - 1, level) * float(values.std(ddof=1)) / float(np.sqrt(size))
    mean = float(values.mean())
    return max(mean - half, lowest), min(mean + half, highest)


@dataclass(frozen=True, kw_only=True)
class ClusteredShare:
    """A share whose trials come in clusters, one cluster a rater."""

    value: float
    """Pooled share."""
    low: float | None
    """Lower bound, ``None`` when raters cannot be compared."""
    high: float | None
    """Upper bound."""
    n: int
    """Trials."""


def clustered_share(successes: Counts, trials: Counts, *, level: float = LEVEL) -> ClusteredShare | None:
    """Pool a share, with an interval that treats each rater, not each judgement, as one observation.

    Formula: p = sum x_r / sum n_r, p -+ t(R - 1) SE, SE^2 = R / (R - 1) * sum (x_r - p n_r)^2 / (sum n_r)^2,
    cut to 0 ... 1. Source: Cochran 1977, section 3.12 (ratio estimate of clusters).
    Meaning: used for ``position_bias``; the plain binomial would take one side-follower's hundreds
    of judgements for an effect of the layout. ``None`` without trials. Bounds are ``None`` with one
    rater, and when all raters have exactly the same share: no spread was seen, which is not certainty.
    Example: raters with 6 of 10 and 4 of 10: 0.5, bounds cut to 0 and 1.
    """
    taken = trials > 0
    successes, trials = successes[taken], trials[taken]
    raters, x, n = len(trials), int(successes.sum()), int(trials.sum())
    if not raters:
        return None
    value = x / n
    off = (successes * n - x * trials).astype(np.float64) / n
    spread = float((off**2).sum())
    if raters < 2 or not spread:
        return ClusteredShare(value=value, low=None, high=None, n=n)
    half = t_quantile(raters - 1, level) * float(np.sqrt(raters / (raters - 1) * spread)) / n
    return ClusteredShare(value=value, low=max(value - half, 0.0), high=min(value + half, 1.0), n=n)


def binomial_p(successes: int, n: int) -> float:
    """Two-sided p of a share against one half: whether one rater's side is more than luck.

    Formula: twice the smaller binomial tail, at most 1; exact because the halves mirror each other.
    Example: 60 of 100 gives 0.0569.
    """
    from scipy.special import bdtr  # noqa: PLC0415

    return min(1.0, 2 * float(bdtr(min(successes, n - successes), n, 0.5)))
