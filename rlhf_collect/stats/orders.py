"""Rankings of three to eight completions: how alike they are, and the pairs they say something about.

One row per judgement: the place of every completion, 0 being best, equal places being a tie. Where a
rater only named the best one (``partial``), nothing is said about the others among themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.histogram import Histogram, Numbers
from rlhf_collect.stats.outcomes import Outcomes, Whole

NOBODY = -1
"""In ``place`` and ``model``: this comparison has no such completion, or its model is not known."""


@dataclass(frozen=True, kw_only=True)
class Orders:
    """Judgements of comparisons of three and more completions."""

    comparison: Whole
    """Number of the comparison; shape (rows,)."""
    rater: Whole
    """Number of the rater."""
    cluster: Whole
    """What errors are clustered by: the comparison, or the prompt that several share."""
    partial: NDArray[np.bool_]
    """Only the best one was named."""
    both_bad: NDArray[np.bool_]
    """The answer was that none is good: equal places that say nothing about an order."""
    place: Whole
    """Place of each slot, 0 best, ``NOBODY`` beyond the last; shape (rows, 8)."""
    model: Whole
    """Model of each slot, ``NOBODY`` where unknown; shape (rows, 8)."""

    def where(self, kept: NDArray[np.bool_]) -> Orders:
        """Only some rows."""
        return Orders(**{each.name: getattr(self, each.name)[kept] for each in fields(self)})


def pairs_of_slots(most: int) -> Iterator[tuple[int, int]]:
    """Every two slots, the earlier one first: 28 of 8."""
    return ((one, two) for one in range(most) for two in range(one + 1, most))


def directions(orders: Orders) -> Iterator[tuple[int, int, NDArray[np.bool_], Whole]]:
    """For every two slots: which rows say something, and what: 1 for the earlier, 0 tied, -1 for the later."""
    for one, two in pairs_of_slots(orders.place.shape[1]):
        here, there = orders.place[:, one], orders.place[:, two]
        said = (here != NOBODY) & (there != NOBODY) & ~(orders.partial & (here == there))
        yield one, two, said, np.sign(there - here).astype(np.int64)


def mean_tau_b(orders: Orders) -> tuple[Numbers, Whole]:
    """Kendall's tau-b between raters: the mean of each comparison, and the rater pairs behind it.

    Formula: tau_b = sum s t / sqrt(sum s^2 sum t^2), s and t being the directions (1, 0, -1) that two
    raters give to the pairs of completions; mean over the rater pairs of a comparison, then over
    comparisons. Since it is a product of unit vectors, the sum over rater pairs is
    (|sum of vectors|^2 - raters) / 2, so no pair of raters is ever formed.
    Source: Kendall 1945, https://doi.org/10.1093/biomet/33.3.239.
    Meaning: 1 the same order, 0 chance, -1 the reverse. Who calls all equal, says that none is good, or
    names only the best one gives no order and drops out. Comparisons in ascending order of their number.
    Example: ranks [1 2 3 4], [1 3 2 4], [2 2 3 4]: mean 0.709.
    """
    orders = orders.where(~orders.partial & ~orders.both_bad)
    sign = [np.where(said, towards, 0) for _, _, said, towards in directions(orders)]
    length = np.sqrt(sum(each**2 for each in sign))
    kept = length > 0
    number, raters = np.unique(orders.comparison[kept], return_inverse=True, return_counts=True)[1:]
    squares = np.zeros(len(raters))
    for each in sign:
        squares += np.bincount(number, each[kept] / length[kept], len(raters)) ** 2
    several = raters >= 2
    raters, squares = raters[several], squares[several]
    tau = np.clip((squares - raters) / (raters * (raters - 1)), -1, 1)
    return tau, (raters * (raters - 1) // 2).astype(np.int64)


def kendall_w(ranks: Numbers) -> float:
    """Kendall's coefficient of concordance of whole rankings of one comparison, corrected for ties.

    Formula: W = 12 S / (m^2 (n^3 - n) - m sum T), S = sum over completions of (rank sum - mean)^2,
    T = t^3 - t for each group of t equal ranks. ``ranks``: shape (raters m, completions n), any numbers
    that rise with the place; equal ones share the mean of their ranks.
    Source: Kendall & Babington Smith 1939, https://doi.org/10.1214/aoms/1177732186.
    Meaning: its chance value is 1 / m, so it is never shown: see ``mean_correlation``. ``nan`` when all
    call all equal. Example: ranks [1 2 3 4], [1 3 2 4], [2 2 3 4]: 0.862.
    """
    raters, completions = ranks.shape
    below = (ranks[:, None, :] < ranks[:, :, None]).sum(axis=2)
    equal = (ranks[:, None, :] == ranks[:, :, None]).sum(axis=2)
    middle = below + (equal + 1) / 2
    sums = middle.sum(axis=0)
    ties = float((equal**2 - 1).sum())  # a group of t adds t (t^2 - 1)
    most = raters**2 * (completions**3 - completions) - raters * ties
    return 12 * float(((sums - sums.mean()) ** 2).sum()) / most if most else float("nan")


def mean_correlation(concordance: float, raters: int) -> float:
    """Mean rank correlation of rater pairs from Kendall's W.

    Formula: (m W - 1) / (m - 1). Meaning: 0 is chance whatever the number of raters, as it is not for W.
    Example: W = 0.862069 of 3 raters gives 0.793.
    """
    return (raters * concordance - 1) / (raters - 1)


def unrolled(orders: Orders) -> tuple[Whole, Histogram]:
    """Pairs of completions as comparisons of their own, and the comparison each came from.

    Meaning: each ranking of N says N (N - 1) / 2 things, which depend on each other; intervals are
    therefore clustered by comparison (``pair_agreement``), and n counts rankings.
    The histogram has one row per comparison and pair: judgements for the earlier slot, tied, for the
    later one. Both-bad says nothing. Example: orders a > b > c and a > c > b give the patterns
    (2, 0, 0) twice and (1, 0, 1).
    """
    orders = orders.where(~orders.both_bad)
    number = np.unique(orders.comparison, return_inverse=True)[1]
    size = int(number.max(initial=-1)) + 1
    which, counts = [], []
    for _, _, said, towards in directions(orders):
        cell = number[said] * 3 + (1 - towards[said])
        table = np.bincount(cell, minlength=size * 3).reshape(size, 3)
        kept = table.any(axis=1)
        which.append(np.flatnonzero(kept))
        counts.append(table[kept])
    rows = np.concatenate(counts).astype(np.int64)
    return np.concatenate(which), Histogram(counts=rows, times=np.ones(len(rows), dtype=np.int64))


def pair_agreement(comparison: Whole, pairs: Histogram) -> tuple[Whole, Whole]:
    """Agreeing and all rater pairs on unrolled pairs, summed by comparison: what is resampled together.

    Formula: sum over the pairs of a comparison of sum_c n_c (n_c - 1) / 2, and of n (n - 1) / 2.
    Example: patterns (2, 0, 0), (2, 0, 0) and (1, 0, 1) of one comparison: 2 of 3.
    """
    counts, total = pairs.counts, pairs.counts.sum(axis=1)
    size = int(comparison.max(initial=-1)) + 1
    agreeing = np.bincount(comparison, (counts * (counts - 1) // 2).sum(axis=1), size)
    every = np.bincount(comparison, total * (total - 1) // 2, size)
    return agreeing.astype(np.int64), every.astype(np.int64)


def outcomes_of(orders: Orders) -> Outcomes:
    """What rankings say about models, pair by pair; ties and both-bad are half a win each.

    Pairs of one model with itself and of unknown models are left out. The ``judgement`` is the row, the
    cluster that of the row. Example: a > b = c gives a over b, a over c, and b tied with c.
    """
    columns: dict[str, list[Whole]] = {each.name: [] for each in fields(Outcomes)}
    for one, two, said, towards in directions(orders):
        first, second = orders.model[:, one], orders.model[:, two]
        kept = np.flatnonzero(said & (first != second) & (first != NOBODY) & (second != NOBODY))
        found = towards[kept]
        row = {"first": first[kept], "second": second[kept], "times": np.ones(len(kept), dtype=np.int64)}
        row |= {"won": found == 1, "tied": found == 0, "lost": found == -1}
        row |= {"cluster": orders.cluster[kept], "judgement": kept}
        for name, values in row.items():
            columns[name].append(values.astype(np.int64))
    return Outcomes(**{name: np.concatenate(parts) for name, parts in columns.items()})
