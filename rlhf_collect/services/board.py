"""The serving board: which comparisons of a project still want judgements, and who holds what.

A mirror of the store in arrays, so that picking the next comparison costs microseconds and not an
aggregate query. Only work inside the store's writer touches it, so it needs no lock; it is built
from the store at first use and thrown away whenever a transaction is rolled back. The store's
unique keys have the last word: the board proposes, the store decides.
"""

from __future__ import annotations

import json
from collections.abc import Set
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from rlhf_collect.domain.limits import Limits, stored_limits
from rlhf_collect.domain.overlap import Counts
from rlhf_collect.domain.shares import is_due
from rlhf_collect.errors import NotFound
from rlhf_collect.services.model_graph import ModelGraph
from rlhf_collect.services.plan import Plan
from rlhf_collect.services.rater_view import Held, RaterView
from rlhf_collect.services.running_leases import RunningLeases
from rlhf_collect.services.tally import Tally
from rlhf_collect.services.terrain import Places, Terrain, drawn
from rlhf_collect.storage.port import Row, Transaction

ROOM_PER_RATER = 2
"""Comparisons with room, for each rater at work, above which one may be held ahead."""
_FULL = 1_000_000
"""More judgements than anybody asks for."""
_INSTANT = timedelta(microseconds=1)


class Board:
    """One project's comparisons; places are indices in import order."""

    def __init__(
        self,
        tx: Transaction,
        project_id: UUID,
        plan: Plan,
        now: datetime,
        gone: Set[UUID] = frozenset(),
    ) -> None:
        self._gone = gone
        self._project_id = project_id
        self.plan = plan
        rows = tx.read("board_comparisons", project_id=project_id)
        self.keys: list[UUID] = [row["comparison_key"] for row in rows]
        self.comparison_ids: list[str] = [row["comparison_id"] for row in rows]
        self.tally = Tally(plan.rule, rows)
        self.terrain = Terrain(plan, rows)
        self.arrived = np.array([row["arrived"] for row in rows], dtype=np.int32)
        self.leases_given = np.array([row["places"] for row in rows], dtype=np.int32)
        self.graph = ModelGraph(
            [row["models"] for row in rows], [row["judged"] + row["imported"] for row in rows]
        )
        self.leases = RunningLeases(len(rows), self.graph)
        self.index = {key: place for place, key in enumerate(self.keys)}
        if plan.rule.varies:
            answers = tx.read("board_tally", project_id=project_id, criterion=plan.rule.criterion)
            self.tally.read(answers, self.index)
        eligible = tx.read("board_eligibility", project_id=project_id)
        self._limits = {row["rater_key"]: stored_limits(row) for row in eligible}
        if eligible or plan.first or plan.targets:
            self.terrain.read(tx.read("board_topics", project_id=project_id))
        self.completion_ids: list[list[str]] = [[] for _ in rows]
        for row in tx.read("board_completions", project_id=project_id):
            self.completion_ids[self.index[row["comparison_key"]]].append(row["completion_id"])
        self.raters: dict[UUID, RaterView] = {}
        self.drafts: set[UUID] = set()
        for row in tx.read("board_assignments", project_id=project_id):
            self._restore(row, now)
        for row in tx.read("board_decidings", project_id=project_id):
            self.set_aside(row["rater_key"], row["comparison_key"])
        self.read_referrals(tx)

    def read_referrals(self, tx: Transaction) -> None:
        """Read who decides, and what waits for them: it is kept from nobody else."""
        self._deciders = {row["rater_key"] for row in tx.read("board_deciders", project_id=self._project_id)}
        self._referred: Places = np.zeros(len(self.keys), dtype=np.bool_)
        waiting = tx.read("board_referrals", project_id=self._project_id) if self._deciders else []
        self._referred[[self.index[row["comparison_key"]] for row in waiting]] = True

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
            granted_at=row["granted_at"],  # type: ignore[arg-type]
            repeat_no=row["repeat_no"],  # type: ignore[arg-type]
        )
        self._note_given(view, held)
        view.taken_up = row["granted_at"]  # type: ignore[assignment]
        if row["drafted"]:
            self.drafts.add(held.assignment_id)
        if row["judged"] or row["skipped"]:
            view.done_of(held.repeat_no).add(place)
            return
        view.held[place] = held
        self.leases.begin(row["rater_key"], held, now)  # type: ignore[arg-type]

    def set_aside(self, rater_key: UUID, comparison_key: UUID) -> None:
        """Note that a rater was shown a comparison to decide: they are not asked to judge it."""
        self.raters.setdefault(rater_key, RaterView()).done.add(self.index[comparison_key])

    def rater(self, rater_key: UUID) -> RaterView:
        """What is known of a rater, empty for a new one. Errors: ``NotFound`` for one who was erased."""
        if rater_key in self._gone:
            raise NotFound("Your data was erased a moment ago. Nothing was stored.")
        return self.raters.setdefault(rater_key, RaterView())

    def open_for(self, rater_key: UUID, now: datetime) -> list[Held]:
        """What the rater holds under a live lease, the one handed out first being the first."""
        return [held for held in self.rater(rater_key).held.values() if held.lease_ends > now]

    def work(self) -> int:
        """How many comparisons want judgements, or did: those for practice and those with a known answer left out."""
        return int(self.terrain.ordinary.sum())

    def announces_gold(self) -> bool:
        """Whether comparisons with a known answer may come among the others."""
        return self.plan.gold_share > 0 and bool(self.terrain.gold.any())

    def resume(self, rater_key: UUID, now: datetime) -> Held | None:
        """What the rater held before and nobody took since, so that a draft finds its comparison again."""
        room = self._taken(now) < self.tally.wanted
        within = self._within(rater_key)
        for place, held in reversed(self.rater(rater_key).held.items()):
            alone = self.terrain.gold[place] or (held.repeat_no and self.terrain.ordinary[place])
            if (room[place] or alone) and within[place] and held.lease_ends <= now:
                return held
        return None

    def repeat_is_due(self, rater_key: UUID) -> bool:
        """Whether the next thing the rater gets is to be one of their own comparisons, if there is one to repeat."""
        return self._is_due(rater_key, "repeat", self.plan.repeat_share)

    def pick(self, rater_key: UUID, now: datetime) -> tuple[int, int] | None:
        """A place that is new to the rater and the random state it was drawn with, or ``None``.

        First one with a known answer, if it is its turn and one is left; then, of what comes first in the project,
        fewest judgements and live leases; of these, what joins models that nothing joins yet. Ties are drawn uniformly
        (spec stats, section 5).
        """
        taken, view, unseen = self._taken(now), self.rater(rater_key), self._to_judge(rater_key)
        unseen[[*view.done, *view.held]] = False
        gold = self.terrain.gold & unseen
        if gold.any() and self._is_due(rater_key, "gold", self.plan.gold_share):
            return drawn(np.flatnonzero(gold))
        room = unseen & (taken < self.tally.wanted)
        if not room.any():
            return None
        room = self.terrain.foremost(room, self.tally.judged >= self.tally.wanted)
        fewest = np.flatnonzero(room & (taken == taken[room].min()))
        return drawn(self.graph.joining(fewest))

    def limits_of(self, rater_key: UUID) -> Limits:
        """What a rater is asked about."""
        return self._limits.get(rater_key, Limits())

    def _within(self, rater_key: UUID) -> Places:
        return self.terrain.within(self.limits_of(rater_key))

    def _to_judge(self, rater_key: UUID) -> Places:
        """The comparisons somebody may be asked to judge: those that wait for them to decide are none, if not held."""
        places = self._within(rater_key).copy()
        if rater_key in self._deciders:
            waiting = self._referred.copy()
            waiting[list(self.rater(rater_key).held)] = False
            places &= ~waiting
        return places

    def repeatable(self, rater_key: UUID, comparison_key: UUID) -> bool:
        """Whether a comparison a rater judged before may come again: ordinary work that they are asked about."""
        place = self.index[comparison_key]
        return bool(self.terrain.ordinary[place] and self._within(rater_key)[place])

    def wants_others(self) -> bool:
        """Whether anything wants judgements still, whoever is asked."""
        return bool((self.terrain.ordinary & (self.tally.judged < self.tally.wanted)).any())

    def _is_due(self, rater_key: UUID, kind: str, share: float) -> bool:
        number = self.rater(rater_key).given
        return is_due(seed=self.plan.seed, rater=str(rater_key), kind=kind, share=share, number=number)

    def _taken(self, now: datetime) -> Counts:
        """Judgements and live leases of each comparison; what is not ordinary work counts as full."""
        self.leases.lapse(now)
        return np.where(self.terrain.ordinary, self.tally.judged + self.leases.counts, _FULL)

    def has_room(self, assigned: Row, now: datetime) -> bool:
        """Whether what was handed out is still wanted, or takes nobody's place, as repeats and known answers do."""
        place = self.index[assigned["comparison_key"]]
        alone = assigned["repeat_no"] or self.terrain.gold[place]
        return bool(alone or self._taken(now)[place] < self.tally.wanted[place])

    def is_scarce(self, rater_key: UUID, now: datetime) -> bool:
        """Whether somebody who takes a second comparison could leave others without a first.

        So it is when fewer comparisons the rater is asked about have room than two for each rater who holds something.
        """
        room = self._to_judge(rater_key) & (self._taken(now) < self.tally.wanted)
        return int(room.sum()) <= ROOM_PER_RATER * self.leases.holders(now)

    def limit(self, held: Held) -> int | None:
        """How many of a comparison's judgements count from now on, if that has to be written down."""
        if held.repeat_no or not self.terrain.ordinary[held.place]:
            return None
        return self.tally.limit(held.place, int(self.arrived[held.place]))

    def take(self, rater_key: UUID, held: Held, now: datetime) -> tuple[int, datetime]:
        """Note a lease given: its number among all ever given for the comparison, and when it counts as given."""
        view = self.rater(rater_key)
        view.taken_up = now if view.taken_up is None else max(now, view.taken_up + _INSTANT)
        self._note_given(view, held)
        view.done_of(held.repeat_no).discard(held.place)
        view.held.pop(held.place, None)
        held.granted_at = view.taken_up
        view.held[held.place] = held
        self.leases.end(held)
        self.leases.begin(rater_key, held, now)
        given = int(self.leases_given[held.place])
        self.leases_given[held.place] += 1
        return given, view.taken_up

    def extend(self, rater_key: UUID, held: Held, now: datetime) -> int:
        """Note that a place is held longer, where it stands among the rater's; returns the number of the lease."""
        self.leases.end(held)
        self.rater(rater_key).held[held.place] = held
        self.leases.begin(rater_key, held, now)
        given = int(self.leases_given[held.place])
        self.leases_given[held.place] += 1
        return given

    def judge(self, assigned: Row, label: int | None) -> int | None:
        """Note a judgement with what it says on the criterion of the rule; returns the rank on arrival it gets.

        A repeat gets none: it counts for nobody but its rater.
        """
        place = self.skip(assigned)
        if assigned["repeat_no"]:
            return None
        self.tally.change(place, judgements=1, gone=None, come=label)
        self.graph.change(place, 1)
        self.arrived[place] += 1
        return int(self.arrived[place])

    def skip(self, assigned: Row) -> int:
        """Note that a rater is done with what was handed out; returns its place."""
        place, view = self.index[assigned["comparison_key"]], self.rater(assigned["rater_key"])
        held = view.held.pop(place, None)
        if held is not None:
            self.leases.end(held)
        view.done_of(assigned["repeat_no"]).add(place)
        return place

    def change(
        self, assigned: Row, *, judgements: int = 0, gone: int | None = None, come: int | None = None
    ) -> None:
        """Note what became of a judgement given before, by its label on the criterion of the rule.

        Taken back: one judgement less and a label ``gone``; its place is free for others, its rank on arrival stays its
        own. Given again: one more and a label that has ``come``, though its place may have been given meanwhile.
        """
        if not assigned["repeat_no"]:
            place = self.index[assigned["comparison_key"]]
            self.tally.change(place, judgements=judgements, gone=gone, come=come)
            self.graph.change(place, judgements)

    def has_done(self, assigned: Row) -> bool:
        """Whether the rater has judged or skipped what was handed out."""
        view = self.rater(assigned["rater_key"])
        return self.index[assigned["comparison_key"]] in view.done_of(assigned["repeat_no"])

    def left_for(self, rater_key: UUID) -> int:
        """How many comparisons still want a judgement of this rater."""
        wanted = self.terrain.ordinary & (self.tally.judged < self.tally.wanted)
        open_places = self._to_judge(rater_key) & wanted
        open_places[list(self.rater(rater_key).done)] = False
        return int(open_places.sum())

    def _note_given(self, view: RaterView, held: Held) -> None:
        if held.repeat_no:
            view.again.add(held.place)
            return
        if held.place in view.seen:
            return
        view.seen.add(held.place)
        ids = self.completion_ids[held.place]
        if len(ids) == 2:
            view.times_first[ids.index(held.presentation[0])] += 1
