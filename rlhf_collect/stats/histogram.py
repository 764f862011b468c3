"""The pattern histogram: how many comparisons received how many judgements of each category.

Agreement depends on the judgements only through this table, which has a few dozen rows whatever
the size of the project. Every statistic of this package takes its two columns:

``counts``
    integers of shape ``(patterns, categories)``, judgements of each category in such a comparison;
``times``
    how many comparisons show each pattern, shape ``(..., patterns)``. Leading axes are replicates:
    the same function gives the value (one row of times) and its bootstrap (a thousand rows).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Times = NDArray[np.int64] | NDArray[np.float64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Patterns in ascending order, each once, so that a seeded draw over them is the same for ever."""

    counts: Counts
    """Shape ``(patterns, categories)``."""
    times: Times
    """Shape ``(patterns,)``: comparisons with that pattern."""

    @classmethod
    def of(cls, counts: NDArray[np.integer], times: NDArray[np.number]) -> Histogram:
        """Sort patterns and add up equal ones; patterns that never occur or are empty go.

        Example: ``Histogram.of([[2, 0], [1, 1], [2, 0]], [1, 4, 2])`` has patterns (1, 1) four times
        and (2, 0) three times.
        """
        counts, times = np.asarray(counts), np.asarray(times)
        kept = (times > 0) & (counts.sum(axis=1) > 0)
        patterns, place = np.unique(counts[kept], axis=0, return_inverse=True)
        summed = np.zeros(len(patterns), dtype=times.dtype)
        np.add.at(summed, place.reshape(-1), times[kept])
        return cls(counts=patterns.astype(np.int64), times=summed)

    @classmethod
    def of_judgements(cls, comparison: NDArray[np.integer], label: NDArray[np.integer]) -> Histogram:
        """From one row per judgement: the comparison's number and the category, both from 0.

        Example: comparisons ``[0, 0, 1, 1]`` with labels ``[0, 0, 0, 1]`` give (1, 1) and (2, 0) once each.
        """
        table = np.zeros(
            (int(comparison.max(initial=-1)) + 1, int(label.max(initial=-1)) + 1), dtype=np.int64
        )
        np.add.at(table, (comparison, label), 1)
        return cls.of(table, np.ones(len(table), dtype=np.int64))

    @property
    def comparisons(self) -> int:
        """Comparisons, those judged once included."""
        return int(self.times.sum())

    @property
    def judgements(self) -> int:
        """Judgements in all."""
        return int((self.counts.sum(axis=1) * self.times).sum())

    @property
    def pairs(self) -> int:
        """Unordered pairs of raters who judged the same comparison."""
        per_comparison = self.counts.sum(axis=1)
        return int((per_comparison * (per_comparison - 1) // 2 * self.times).sum())

    def paired(self) -> Histogram:
        """Only comparisons judged at least twice."""
        kept = self.counts.sum(axis=1) >= 2
        return Histogram(counts=self.counts[kept], times=self.times[kept])

    def only(self, categories: Sequence[int]) -> Histogram:
        """Judgements of other categories dropped."""
        return Histogram.of(self.counts[:, list(categories)], self.times)

    def plus(self, other: Histogram) -> Histogram:
        """Both together; same categories."""
        return Histogram.of(
            np.concatenate([self.counts, other.counts]), np.concatenate([self.times, other.times])
        )


def symmetrised(counts: Counts, times: Times, *, mirror: Sequence[int]) -> tuple[Counts, Times]:
    """Every pattern once as it is and once with its sides exchanged.

    Meaning: close to what the hashed orientation gives in expectation; the test of that rule.
    ``mirror`` says which category each one becomes, ``(2, 1, 0)`` for A, tie, B.
    Example: (3, 0, 1) seen 10 times becomes (3, 0, 1) and (1, 0, 3), 10 times each.
    """
    return np.concatenate([counts, counts[:, list(mirror)]]), np.concatenate([times, times])
