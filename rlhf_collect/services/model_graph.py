"""Which models of a project are joined by what is judged, so that comparisons which join more can come first.

A model is a node. A comparison that somebody judged, or holds and may judge, joins all its models, whatever the answer
and the criterion: it is answered on all criteria at once, and the leaderboard reads ties and both-bad both ways. What
is held counts, so that many who ask at once do not all get what joins the same two components; a lease that lapses
takes that back. A completion without a model is no node, and a known answer joins nothing, as on the leaderboard.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.intp]]
"""Places on the board, or models."""


class ModelGraph:
    """One project's models. A *kind* is a set of models that some comparisons have; few, where models are few."""

    def __init__(self, models: Sequence[str], uses: Sequence[int]) -> None:
        """By place on the board: its models as ``board_comparisons`` has them, and how many judgements join them."""
        kinds: dict[str, int] = {}
        self._kind = np.array([kinds.setdefault(each, len(kinds)) for each in models], dtype=np.intp)
        members = [list(map(int, kind.split(","))) if kind else [0] for kind in kinds] or [[0]]
        widest = max(map(len, members))
        self._members = np.array([each + each[:1] * (widest - len(each)) for each in members], dtype=np.intp)
        self._uses = np.bincount(self._kind, weights=uses, minlength=len(members)).astype(np.int64)
        self._left: set[int] = set()
        self._join_anew()

    def change(self, place: int, by: int) -> None:
        """So many judgements and leases of a comparison more or less."""
        kind = int(self._kind[place])
        self._uses[kind] += by
        if self._uses[kind] == 0:
            self._left.add(kind)
        elif self._joins[kind]:
            parts = self._part[self._members[kind]]
            self._part[np.isin(self._part, parts)] = parts.min()
            self._see_what_joins()

    def components(self) -> Numbers:
        """The component of each model, called after the first model in it."""
        # A lease that ended because its judgement came has left nothing apart.
        if any(self._uses[kind] == 0 for kind in self._left):
            self._join_anew()
        self._left.clear()
        return self._part

    def joining(self, places: Numbers) -> Numbers:
        """Those of some places whose models lie in two components or more; all of the places where none do."""
        self.components()
        if not self._any:
            return places
        found = places[self._joins[self._kind[places]]]
        return found if len(found) else places

    def _join_anew(self) -> None:
        used = self._members[self._uses > 0]
        self._part = np.arange(int(self._members.max()) + 1)
        while True:
            first = self._part.copy()
            np.minimum.at(first, used, self._part[used].min(axis=1, keepdims=True))
            first = first[first]  # what a model follows is followed further at once
            if np.array_equal(first, self._part):
                break
            self._part = first
        self._see_what_joins()

    def _see_what_joins(self) -> None:
        parts = self._part[self._members]
        self._joins = (parts != parts[:, :1]).any(axis=1)
        self._any = bool(self._joins.any())
