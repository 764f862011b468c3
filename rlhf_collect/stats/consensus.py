"""What the raters of one comparison say together: the majority with its share, plain or weighted.

The posterior of Dawid and Skene is in :mod:`rlhf_collect.stats.dawid_skene`. Shares are better
calibrated than any posterior, so the plain majority with its share is what is shown and exported.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.histogram import Counts, Numbers
from rlhf_collect.stats.outcomes import Whole

UNDECIDED = -1
LEAST_WEIGHT = 0.01


def majority(counts: Counts | Numbers) -> tuple[Whole, Numbers]:
    """The category with most judgements of each comparison, and its share of all of them.

    Formula: argmax_c n_ic where it is unique, else ``UNDECIDED`` (no order, time or rater breaks it); share
    max_c n_ic / n_i, which is the confidence. ``counts``: shape (comparisons, categories); ``nan`` and
    ``UNDECIDED`` without judgements. Example: A A B is A with 0.667; A B is undecided with 0.5.
    """
    total, most = counts.sum(axis=1), counts.max(axis=1, initial=0)
    # Weights are sums of fractions: what differs by rounding alone is a tie.
    first = np.isclose(counts, most[:, None], rtol=1e-12, atol=0) & (most > 0)[:, None]
    winner = np.where(first.sum(axis=1) == 1, first.argmax(axis=1), UNDECIDED)
    share = np.divide(most, total, out=np.full(len(total), np.nan), where=total > 0)
    return winner.astype(np.int64), np.asarray(share, dtype=np.float64)


def weights_of(agreement: Numbers, chance: float) -> Numbers:
    """Weight of each rater: how far agreement with peers is above chance, never nothing.

    Formula: max(a_r - a_0, 0.01); 0.01 for a rater without peers. Meaning: gains 0.1 to 0.4 points where a
    side must be picked, 1 to 1.9 with ties; never used for stopping or routing. Example: 0.65 at chance
    0.36 weighs 0.29.
    """
    return np.asarray(np.maximum(np.nan_to_num(agreement - chance, nan=0.0), LEAST_WEIGHT))


def weighted_counts(
    comparison: Whole, label: Whole, rater: NDArray[np.integer], weight: Numbers, *, shape: tuple[int, int]
) -> Numbers:
    """Judgements of each comparison and category, each weighing what its rater does: for ``majority``.

    Formula: sum over r of w_r [label = c]. ``shape``: comparisons and categories. Example: A by a rater of
    0.3, B by one of 0.2: (0.3, 0.2).
    """
    cell = comparison * shape[1] + label
    return np.bincount(cell, weight[rater], shape[0] * shape[1]).reshape(shape).astype(np.float64)
