"""Figures without each rater, and of each rater among peers, from one small table.

A rater has one judgement per comparison, so what a rater adds depends only on the own label and
the pattern of the comparison. Rows: ``rater`` (number from 0), ``label`` (category), ``counts``
(pattern with the own judgement in it, at least two judgements), ``times`` (how many such
judgements). Who may see figures of a rater is decided elsewhere (``quality.visibility``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.agreement import agreeing_pairs, rater_pairs
from rlhf_collect.stats.alpha import Level, alpha_of_coincidences, coincidences
from rlhf_collect.stats.histogram import Counts, Histogram, Numbers


@dataclass(frozen=True, kw_only=True)
class RaterPatterns:
    """One row per rater, own label and pattern."""

    rater: NDArray[np.int64]
    """Number of the rater, 0 ... raters - 1; shape (rows,)."""
    label: NDArray[np.int64]
    """The rater's own category; shape (rows,)."""
    counts: Counts
    """Judgements of each category in the comparison, the own one included; shape (rows, categories)."""
    times: Counts
    """Judgements of this kind; shape (rows,)."""
    raters: int
    """How many raters."""

    @classmethod
    def of_judgements(
        cls, rater: NDArray[np.integer], comparison: NDArray[np.integer], label: NDArray[np.integer]
    ) -> RaterPatterns:
        """From one row per judgement, all numbered from 0; comparisons judged once drop out."""
        table = np.zeros((int(comparison.max()) + 1, int(label.max()) + 1), dtype=np.int64)
        np.add.at(table, (comparison, label), 1)
        twice = table[comparison].sum(axis=1) >= 2
        raters = int(rater.max()) + 1
        return cls(
            rater=rater[twice].astype(np.int64),
            label=label[twice].astype(np.int64),
            counts=table[comparison[twice]],
            times=np.ones(int(twice.sum()), dtype=np.int64),
            raters=raters,
        )

    def only(self, categories: tuple[int, ...]) -> RaterPatterns:
        """Judgements of other categories dropped, and comparisons then judged once."""
        new_label = np.full(self.counts.shape[1], -1, dtype=np.int64)
        new_label[list(categories)] = np.arange(len(categories))
        counts, label = self.counts[:, list(categories)], new_label[self.label]
        kept = (label >= 0) & (counts.sum(axis=1) >= 2)
        return RaterPatterns(
            rater=self.rater[kept],
            label=label[kept],
            counts=counts[kept],
            times=self.times[kept],
            raters=self.raters,
        )

    def sum_by_rater(self, amount: Numbers) -> Numbers:
        """Totals of a column, shape (raters,)."""
        return np.bincount(self.rater, weights=amount, minlength=self.raters).astype(np.float64)

    def peers_agreeing(self) -> Numbers:
        """Per row: other raters there who gave the same answer, n_c - 1, times ``times``."""
        own = self.counts[np.arange(len(self.label)), self.label]
        return np.asarray((own - 1) * self.times, dtype=np.float64)

    def peers(self) -> Numbers:
        """Per row: other raters there, n - 1, times ``times``."""
        return np.asarray((self.counts.sum(axis=1) - 1) * self.times, dtype=np.float64)


def peer_agreement(rows: RaterPatterns) -> tuple[Numbers, Numbers]:
    """Agreement of each rater with the others on the same comparisons, and the pairs behind it.

    Formula: a_r = sum (n_ic - 1) / sum (n_i - 1) over r's judgements; ``nan`` without any.
    Meaning: how often another rater gave the same answer. Low can be a minority view: never a score.
    Example: A where two others said A and B: 1/2 over 2 pairs.
    """
    pairs = rows.sum_by_rater(rows.peers())
    agreeing = rows.sum_by_rater(rows.peers_agreeing())
    return np.divide(agreeing, pairs, out=np.full(rows.raters, np.nan), where=pairs > 0), pairs


def leave_one_out_majority(rows: RaterPatterns) -> tuple[Numbers, Numbers]:
    """For each rater: judgements equal to the one most frequent answer of the others, and judgements asked.

    Formula: counts of [own = unique mode of the others] over judgements with at least two others and
    a unique mode. Meaning: how often a rater sides with the rest; grows with overlap, so compare at
    equal overlap only. Example: own A, others A A B: agrees, 1 of 1; others A B: not asked.
    """
    others = rows.counts.copy()
    others[np.arange(len(rows.label)), rows.label] -= 1
    most = others.max(axis=1, initial=0)
    asked = (others.sum(axis=1) >= 2) & ((others == most[:, None]).sum(axis=1) == 1)
    equal = asked & (others[np.arange(len(rows.label)), rows.label] == most)
    return rows.sum_by_rater(equal * rows.times), rows.sum_by_rater(asked * rows.times)


def pairwise_without_each(rows: RaterPatterns, histogram: Histogram) -> Numbers:
    """Pooled pairwise agreement without each rater in turn, shape (raters,).

    Formula: (agreeing pairs - r's agreeing pairs) / (pairs - r's pairs).
    """
    agreeing = agreeing_pairs(histogram.counts, histogram.times) - rows.sum_by_rater(rows.peers_agreeing())
    pairs = rater_pairs(histogram.counts, histogram.times) - rows.sum_by_rater(rows.peers())
    return np.asarray(np.divide(agreeing, pairs, out=np.full(rows.raters, np.nan), where=pairs > 0))


def alpha_without_each(rows: RaterPatterns, histogram: Histogram, *, level: Level = "nominal") -> Numbers:
    """Krippendorff's alpha without each rater in turn, shape (raters,); ``nan`` where undefined.

    Formula: O_-r = O + sum over r's judgements of (coincidences of the comparison without it - with
    it); equal to recomputing from the rows. Meaning: "what would alpha be without these judgements".
    """
    occurring = np.flatnonzero(histogram.counts.any(axis=0))
    if not len(occurring):
        return np.full(rows.raters, np.nan)
    new_label = np.zeros(histogram.counts.shape[1], dtype=np.int64)
    new_label[occurring] = np.arange(len(occurring))
    before, label = rows.counts[:, occurring].astype(np.float64), new_label[rows.label]
    after = before.copy()
    after[np.arange(len(label)), label] -= 1
    share_before = _pair_weight(before) * rows.times
    share_after = _pair_weight(after) * rows.times
    size = len(occurring)
    tables = np.broadcast_to(
        coincidences(histogram.counts[:, occurring], histogram.times), (rows.raters, size, size)
    ).copy()
    for c in range(size):  # by cells of the small table, so memory stays one column whatever the raters
        for k in range(c, size):
            same = float(c == k)
            change = after[:, c] * (after[:, k] - same) * share_after
            change -= before[:, c] * (before[:, k] - same) * share_before
            summed = rows.sum_by_rater(change)
            tables[:, c, k] += summed
            if c != k:
                tables[:, k, c] += summed
    # Differences of sums: what is zero but for rounding must be zero, or alpha of nothing looks defined.
    tables[np.abs(tables) < 1e-9] = 0.0
    return alpha_of_coincidences(tables, level=level)


def _pair_weight(counts: Numbers) -> Numbers:
    """1 / (n - 1), 0 where fewer than two judgements are left."""
    total = counts.sum(axis=1)
    return np.asarray(np.divide(1.0, total - 1, out=np.zeros_like(total), where=total >= 2))
