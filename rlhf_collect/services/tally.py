"""What raters answered to each comparison so far, and how many judgements it wants for that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import numpy as np

from rlhf_collect.domain.comparison import MAX_COMPLETIONS
from rlhf_collect.domain.overlap import Counts, OverlapRule, lead_of
from rlhf_collect.storage.port import Row

_CATEGORIES = MAX_COMPLETIONS + 2
"""Every completion, tie, both-bad."""


class Tally:
    """One project's comparisons by place on the board, kept up to date answer by answer."""

    def __init__(self, rule: OverlapRule, rows: Sequence[Row]) -> None:
        """``rows`` are those of ``board_comparisons``, in their order."""
        self.rule = rule
        self.judged: Counts = np.array([row["judged"] for row in rows], dtype=np.int32)
        self.first_k = [row["first_k"] for row in rows]
        self.sampled = np.array([int(row["lot"], 16) for row in rows], dtype=np.int64) < rule.sampled_below
        self.answers = np.zeros((len(rows) if rule.varies else 0, _CATEGORIES), dtype=np.int16)
        self.wanted = self._wanted(np.zeros(len(rows), dtype=np.int32))

    def read(self, rows: Iterable[Row], index: Mapping[UUID, int]) -> None:
        """Take in the rows of ``board_tally``; ``index`` says which place a comparison has."""
        for row in rows:
            self.answers[index[row["comparison_key"]], row["label"]] = row["judgements"]
        self.wanted = self._wanted(lead_of(self.answers))

    def _wanted(self, ahead: Counts) -> Counts:
        return self.rule.wanted(self.judged, ahead, self.sampled)

    def change(self, place: int, *, judgements: int, gone: int | None, come: int | None) -> None:
        """So many judgements more or less, one label that counts no more, one that counts now."""
        self.judged[place] += judgements
        if not self.rule.varies:
            return
        for label, by in ((gone, -1), (come, 1)):
            if label is not None:
                self.answers[place, label] += by
        here = slice(place, place + 1)
        ahead = lead_of(self.answers[here])
        self.wanted[here] = self.rule.wanted(self.judged[here], ahead, self.sampled[here])

    def limit(self, place: int, arrived: int) -> int | None:
        """How many judgements of a comparison count from now on, where that is to be written down.

        It is fixed when a comparison is handed out first. A rule that came later may lower it, to its own number or
        to those that had arrived under the rule before, never raise it.
        """
        count = self.rule.first_k(sampled=bool(self.sampled[place]))
        if count is None:
            return None
        count, before = max(count, arrived), self.first_k[place]
        if before is not None and before <= count:
            return None
        self.first_k[place] = count
        return count
