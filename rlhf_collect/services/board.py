"""The serving board: which comparisons of a project still want judgements, and who holds what.

A mirror of the store in arrays, so that picking the next comparison costs microseconds and not an
aggregate query. Only work inside the store's writer touches it, so it needs no lock; it is built
from the store at first use and thrown away whenever a transaction is rolled back. The store's
unique keys have the last word: the board proposes, the store decides.
"""

from __future__ import annotations

import heapq
import json
import secrets
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import numpy as np

from rlhf_collect.errors import NotFound
from rlhf_collect.storage.port import Transaction

ROOM_PER_RATER = 2
"""Comparisons with room, for each rater at work, above which one may be held ahead."""
_INSTANT = timedelta(microseconds=1)


@dataclass(kw_only=True)
class Held:
    """A comparison handed to a rater: the same judgement id and order for ever."""

    assignment_id: UUID
    """The place it was handed out under."""
    judgement_id: UUID
    """Id of the judgement to come."""
    place: int
    """Index of the comparison on the board."""
    presentation: tuple[str, ...]
    """Completion ids in the order shown."""
    lease_ends: datetime
    """When the place is free for others; not after it was given in a place handed back."""


@dataclass(kw_only=True)
class RaterView:
    """What the board knows of one rater."""

    done: set[int] = field(default_factory=set)
    """Comparisons judged or skipped, also those whose judgement was taken back."""
    held: dict[int, Held] = field(default_factory=dict)
    """Comparisons handed out and neither judged nor skipped, in the order they were last taken up."""
    seen: set[int] = field(default_factory=set)
    """Comparisons ever handed out: each counts once in ``times_first``."""
    taken_up: datetime | None = None
    """When a lease was last given; no two of a rater are given at the same time, so their order is kept."""
    times_first: list[int] = field(default_factory=lambda: [0, 0])
    """How often import position 0 and 1 of a pair was shown first."""


class Board:
    """One project's comparisons; places are indices in import order."""

    def __init__(
        self, tx: Transaction, project_id: UUID, now: datetime, gone: Set[UUID] = frozenset()
    ) -> None:
        self._gone = gone
        rows = tx.read("board_comparisons", project_id=project_id)
        self.keys: list[UUID] = [row["comparison_key"] for row in rows]
        self.comparison_ids: list[str] = [row["comparison_id"] for row in rows]
        self.judged = np.array([row["judged"] for row in rows], dtype=np.int32)
        self.arrived = np.array([row["arrived"] for row in rows], dtype=np.int32)
        self.leases_given = np.array([row["places"] for row in rows], dtype=np.int32)
        self.leased = np.zeros(len(rows), dtype=np.int32)
        self.index = {key: place for place, key in enumerate(self.keys)}
        self.completion_ids: list[list[str]] = [[] for _ in rows]
        for row in tx.read("board_completions", project_id=project_id):
            self.completion_ids[self.index[row["comparison_key"]]].append(row["completion_id"])
        self.raters: dict[UUID, RaterView] = {}
        self.drafts: set[UUID] = set()
        self._aside: tuple[tuple[str, ...], list[int]] = ((), [])
        self._lapses: list[tuple[datetime, UUID, int]] = []
        self._live: dict[UUID, tuple[datetime, UUID]] = {}
        for row in tx.read("board_assignments", project_id=project_id):
            self._restore(row, now)

    def _restore(self, row: dict[str, object], now: datetime) -> None:
        place = self.index[row["comparison_key"]]  # type: ignore[index]
        # Judgements that were kept are those of somebody who is nobody any more: they count, whoever asks.
        view = self.raters.setdefault(row["rater_key"], RaterView())  # type: ignore[arg-type]
        held = Held(
            assignment_id=row["assignment_id"],  # type: ignore[arg-type]
            judgement_id=row["judgement_id"],  # type: ignore[arg-type]
            place=place,
            presentation=tuple(json.loads(str(row["presentation"]))),
            lease_ends=row["lease_ends"],  # type: ignore[arg-type]
        )
        self._count_first(view, held)
        view.taken_up = row["granted_at"]  # type: ignore[assignment]
        if row["drafted"]:
            self.drafts.add(held.assignment_id)
        if row["judged"] or row["skipped"]:
            view.done.add(place)
            return
        view.held[place] = held
        self._lease(row["rater_key"], held, now)  # type: ignore[arg-type]

    def rater(self, rater_key: UUID) -> RaterView:
        """What is known of a rater, empty for a new one. Errors: ``NotFound`` for one who was erased."""
        if rater_key in self._gone:
            raise NotFound("Your data was erased a moment ago. Nothing was stored.")
        return self.raters.setdefault(rater_key, RaterView())

    def open_for(self, rater_key: UUID, now: datetime) -> list[Held]:
        """What the rater holds under a live lease, the one handed out first being the first."""
        return [held for held in self.rater(rater_key).held.values() if held.lease_ends > now]

    def set_aside(self, comparison_ids: tuple[str, ...]) -> None:
        """Name the comparisons that are for practice: they are nobody's work. Cheap when nothing changed."""
        if self._aside[0] != comparison_ids:
            known = {each: place for place, each in enumerate(self.comparison_ids)}
            self._aside = (comparison_ids, [known[each] for each in comparison_ids if each in known])

    def work(self) -> int:
        """How many comparisons there are, those for practice left out."""
        return len(self.keys) - len(self._aside[1])

    def pick(self, rater_key: UUID, now: datetime, overlap: int) -> tuple[int, int] | None:
        """A place for the rater and the random state it was drawn with, or ``None``.

        First what they held before and nobody took since, so that a draft finds its comparison again;
        then fewest judgements and live leases, ties drawn uniformly (spec stats, section 5).
        """
        taken = self._taken(now, overlap)
        view = self.rater(rater_key)
        for place, held in reversed(view.held.items()):
            if taken[place] < overlap and held.lease_ends <= now:
                return place, 0
        taken[list(view.done)] = overlap
        taken[list(view.held)] = overlap
        if len(taken) == 0 or (fewest := taken.min()) >= overlap:
            return None
        candidates = np.flatnonzero(taken == fewest)
        state = secrets.randbits(62)
        return int(candidates[Random(state).randrange(len(candidates))]), state  # noqa: S311 - a recorded draw

    def _taken(self, now: datetime, overlap: int) -> np.ndarray[Any, np.dtype[np.int32]]:
        """Judgements and live leases of each comparison; those for practice count as full."""
        self._lapse(now)
        taken = self.judged + self.leased
        taken[self._aside[1]] = overlap
        return taken

    def has_room(self, comparison_key: UUID, now: datetime, overlap: int) -> bool:
        """Whether a comparison wants one more judgement than it has or is promised."""
        return bool(self._taken(now, overlap)[self.index[comparison_key]] < overlap)

    def is_scarce(self, now: datetime, overlap: int) -> bool:
        """Whether somebody who takes a second comparison could leave others without a first.

        So it is when fewer comparisons have room than two for each rater who holds something.
        """
        holders = len({rater_key for ends, rater_key in self._live.values() if ends > now})
        return int((self._taken(now, overlap) < overlap).sum()) <= ROOM_PER_RATER * holders

    def take(self, rater_key: UUID, held: Held, now: datetime) -> tuple[int, datetime]:
        """Note a lease given: its number among all ever given for the comparison, and when it counts as given."""
        view = self.rater(rater_key)
        view.taken_up = now if view.taken_up is None else max(now, view.taken_up + _INSTANT)
        self._count_first(view, held)
        view.done.discard(held.place)
        view.held.pop(held.place, None)
        view.held[held.place] = held
        self._end(held)
        self._lease(rater_key, held, now)
        given = int(self.leases_given[held.place])
        self.leases_given[held.place] += 1
        return given, view.taken_up

    def settle(self, rater_key: UUID, comparison_key: UUID, *, judged: bool) -> int:
        """Note a judgement or skip; returns the rank on arrival a judgement gets."""
        place = self.index[comparison_key]
        view = self.rater(rater_key)
        held = view.held.pop(place, None)
        if held is not None:
            self._end(held)
        view.done.add(place)
        if judged:
            self.judged[place] += 1
            self.arrived[place] += 1
        return int(self.arrived[place])

    def withdraw(self, comparison_key: UUID) -> None:
        """Note a judgement taken back: its place is free for others, its rank on arrival stays its own."""
        self.judged[self.index[comparison_key]] -= 1

    def stand_again(self, comparison_key: UUID) -> None:
        """Note that a judgement that was taken back counts again; its place may have been given meanwhile."""
        self.judged[self.index[comparison_key]] += 1

    def has_done(self, rater_key: UUID, comparison_key: UUID) -> bool:
        """Whether the rater has judged or skipped the comparison."""
        return self.index[comparison_key] in self.rater(rater_key).done

    def left_for(self, rater_key: UUID, overlap: int) -> int:
        """How many comparisons still want a judgement of this rater."""
        open_places = self.judged < overlap
        open_places[self._aside[1]] = False
        open_places[list(self.rater(rater_key).done)] = False
        return int(open_places.sum())

    def _lease(self, rater_key: UUID, held: Held, now: datetime) -> None:
        if held.lease_ends > now:
            self.leased[held.place] += 1
            self._live[held.assignment_id] = (held.lease_ends, rater_key)
            heapq.heappush(self._lapses, (held.lease_ends, held.assignment_id, held.place))

    def _end(self, held: Held) -> None:
        if self._live.pop(held.assignment_id, None) is not None:
            self.leased[held.place] -= 1

    def _lapse(self, now: datetime) -> None:
        while self._lapses and self._lapses[0][0] <= now:
            ended, assignment_id, place = heapq.heappop(self._lapses)
            if self._live.get(assignment_id, (None, None))[0] == ended:
                del self._live[assignment_id]
                self.leased[place] -= 1

    def _count_first(self, view: RaterView, held: Held) -> None:
        if held.place in view.seen:
            return
        view.seen.add(held.place)
        ids = self.completion_ids[held.place]
        if len(ids) == 2:
            view.times_first[ids.index(held.presentation[0])] += 1


class Boards:
    """The boards of all projects, and the store-wide count of what was judged and taken back; writer's eyes only."""

    def __init__(self) -> None:
        self._boards: dict[UUID, Board] = {}
        self._last_sequence: int | None = None
        self._gone: set[UUID] = set()

    def of(self, tx: Transaction, project_id: UUID, now: datetime) -> Board:
        """The board of a project, built from the store if need be; dropped again on rollback."""
        tx.on_rollback(self.forget)
        board = self._boards.get(project_id)
        if board is None:
            board = self._boards[project_id] = Board(tx, project_id, now, self._gone)
        return board

    def next_sequence(self, tx: Transaction) -> int:
        """The next place in the store-wide order of judgements and withdrawals."""
        tx.on_rollback(self.forget)
        if self._last_sequence is None:
            self._last_sequence = int(tx.read("last_sequence")[0]["last_sequence"])
        self._last_sequence += 1
        return self._last_sequence

    def erased(self, tx: Transaction, rater_key: UUID) -> None:
        """Note that a rater is nobody any more: what they sent a moment before must not be stored after."""
        tx.on_rollback(lambda: self._gone.discard(rater_key))
        self._gone.add(rater_key)
        self.forget()

    def forget(self) -> None:
        """Drop everything: the next use reads the store again."""
        self._boards.clear()
        self._last_sequence = None
