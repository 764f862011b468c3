"""The leases of a project that run: how many of each comparison, until when, and whose."""

from __future__ import annotations

import heapq
from datetime import datetime
from uuid import UUID

import numpy as np

from rlhf_collect.domain.overlap import Counts
from rlhf_collect.services.model_graph import ModelGraph
from rlhf_collect.services.rater_view import Held


class RunningLeases:
    """What is held now, by place on the board. Repeats are held too and take nobody's place."""

    def __init__(self, places: int, graph: ModelGraph) -> None:
        self.counts: Counts = np.zeros(places, dtype=np.int32)
        self._graph = graph
        self._lapses: list[tuple[datetime, UUID, int, int]] = []
        self._live: dict[UUID, tuple[datetime, UUID]] = {}

    def begin(self, rater_key: UUID, held: Held, now: datetime) -> None:
        """Note that somebody holds a place, unless the time of it is over."""
        if held.lease_ends > now:
            promised = 0 if held.repeat_no else 1
            self._live[held.assignment_id] = (held.lease_ends, rater_key)
            heapq.heappush(self._lapses, (held.lease_ends, held.assignment_id, held.place, promised))
            self._promise(held.place, promised)

    def end(self, held: Held) -> None:
        """Note that a place is not held any more."""
        if self._live.pop(held.assignment_id, None) is not None and not held.repeat_no:
            self._promise(held.place, -1)

    def lapse(self, now: datetime) -> None:
        """Let go of what was held until ``now`` at most."""
        while self._lapses and self._lapses[0][0] <= now:
            ended, assignment_id, place, promised = heapq.heappop(self._lapses)
            if self._live.get(assignment_id, (None, None))[0] == ended:
                del self._live[assignment_id]
                self._promise(place, -promised)

    def holders(self, now: datetime) -> int:
        """How many raters hold something."""
        return len({rater_key for ends, rater_key in self._live.values() if ends > now})

    def _promise(self, place: int, by: int) -> None:
        self.counts[place] += by
        self._graph.change(place, by)
