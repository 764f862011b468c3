"""How many judgements a comparison gets: a number, or as many as its answers ask for (spec stats, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Counts = np.ndarray[Any, np.dtype[np.int32]]
"""One number for each comparison."""
_LOTS = 2**32


@dataclass(frozen=True, kw_only=True)
class OverlapRule:
    """When a comparison has enough: ``least`` judgements, and a first answer that leads by ``lead``, or ``most``.

    Answers count equally: which completion, tie or both-bad, on one criterion. Who gave them plays no part.
    """

    least: int
    """Judgements every comparison gets."""
    lead: int
    """By how many the most frequent answer must be ahead of the next one."""
    most: int
    """Judgements after which it is enough, whatever they say."""
    criterion: str
    """The criterion whose answers are looked at."""
    fixed: int
    """Judgements a comparison of the sample gets before its answers are looked at."""
    fixed_share: float
    """Share of the comparisons in that sample."""

    @property
    def varies(self) -> bool:
        """Whether the number of judgements depends on the answers."""
        return self.least < self.most

    @property
    def sampled_below(self) -> int:
        """Comparisons whose lot, a fair draw from 0 to below 2**32, is below this are in the sample."""
        return round(self.fixed_share * _LOTS)

    @property
    def sampled_below_hex(self) -> str:
        """The same for lots written as eight hexadecimal digits, as statements compare them."""
        return "g" if self.sampled_below >= _LOTS else f"{self.sampled_below:08x}"

    @property
    def least_in_sample(self) -> int:
        """Judgements every comparison of the sample gets."""
        return max(self.least, self.fixed)

    def first_k(self, *, sampled: bool) -> int | None:
        """How many judgements count in statistics: those that came whatever the answers; ``None``: all."""
        if not self.varies:
            return None
        return self.least_in_sample if sampled else self.least

    def wanted(self, judged: Counts, ahead: Counts, sampled: np.ndarray[Any, np.dtype[np.bool_]]) -> Counts:
        """How many judgements each comparison wants, those it has among them.

        ``ahead`` says by how many the first answer leads. A judgement brings the lead forward by one at most, so that
        places may be given out for the whole difference at once: none of them can turn out to have been too many.
        """
        least = np.where(sampled, self.least_in_sample, self.least)
        asked = np.minimum(self.most, judged + np.maximum(0, self.lead - ahead))
        return np.maximum(least, asked).astype(np.int32)


def lead_of(tally: np.ndarray[Any, np.dtype[np.int16]]) -> Counts:
    """By how many the most frequent answer leads the next, for counts of answers along the last axis."""
    ordered = np.partition(tally, -2, axis=-1)
    return (ordered[..., -1] - ordered[..., -2]).astype(np.int32)
