"""Whatever raters do, in whatever order: overlap holds, nobody holds three, nothing comes twice."""

from __future__ import annotations

import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import AlreadyJudged, AlreadySkipped, NoPlace, NoWork
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.leasing import board_of
from rlhf_collect.services.page_objects import save_draft
from rlhf_collect.services.serving import Assignment, Handed, next_assignments
from rlhf_collect.services.skips import take_back_skip
from rlhf_collect.services.withdrawals import withdraw_judgement
from tests.depth import depth
from tests.making import HeldClock, bring, make_project, open_services, raters
from tests.services.boards import both_pictures

OVERLAP, PEOPLE = 2, st.integers(0, 2)


class RatersAtWork(RuleBasedStateMachine):
    """Three raters, a clock that is moved, a service that is stopped and started."""

    @initialize(comparisons=st.integers(1, 12))
    def begin(self, comparisons: int) -> None:
        """A fresh database."""
        self.folder = tempfile.TemporaryDirectory()
        self.clock = HeldClock()
        self.ctx = open_services(Path(self.folder.name) / "x.duckdb", clock=self.clock)
        self.project = make_project(self.ctx, overlap=OVERLAP, lease_minutes=30)
        bring(self.ctx, self.project, comparisons)
        self.people = raters(self.ctx, self.project, 3)
        self.handed: list[dict[Any, Assignment]] = [{}, {}, {}]
        self.judged: list[set[Any]] = [set(), set(), set()]
        self.skipped: list[dict[Any, Assignment]] = [{}, {}, {}]
        self.taken_back: list[set[Any]] = [set(), set(), set()]
        self.late: Counter[Any] = Counter()

    def teardown(self) -> None:
        if hasattr(self, "ctx"):
            assert examine_store(self.ctx)["healthy"]
            self.ctx.store.close()
            self.folder.cleanup()

    def _note(self, who: int, next_one: Assignment | NoWork, ahead: Assignment | None) -> None:
        given = [each for each in (next_one, ahead) if isinstance(each, Assignment)]
        for each in given:
            assert each.comparison_key not in self.judged[who]
            assert each.comparison_key not in self.skipped[who]
            assert each.lease_ends > self.clock.now
            before = self.handed[who].get(each.comparison_key, each)
            assert (each.assignment_id, each.presentation) == (before.assignment_id, before.presentation)
            self.handed[who][each.comparison_key] = each
        assert len({each.comparison_key for each in given}) == len(given)

    @rule(who=PEOPLE, ahead=st.booleans())
    def ask(self, who: int, ahead: bool) -> None:
        """The page is opened or loaded again."""
        try:
            found = next_assignments(self.ctx, self.people[who], self.project.name, ahead=ahead)
        except NoWork:
            return
        again = next_assignments(self.ctx, self.people[who], self.project.name, ahead=ahead)
        assert again.next == found.next
        self._note(who, found.next, found.ahead)

    @rule(who=PEOPLE, which=st.integers(0, 20), ahead=st.booleans())
    def judge(self, who: int, which: int, ahead: bool) -> None:
        """Any comparison ever handed out is judged, in whichever tab it lies open, even after its time."""
        waiting = [key for key in self.handed[who] if key not in self.judged[who]]
        if not waiting:
            return
        key = waiting[which % len(waiting)]
        one = self.handed[who][key]
        if key in self.skipped[who] or one.lease_ends <= self.clock.now or not self._held(who, key):
            self.late[key] += 1
        self.judged[who].add(key)
        self.skipped[who].pop(key, None)
        receipt = submit_judgement(
            self.ctx,
            self.people[who],
            one.assignment_id,
            one.judgement_id,
            [Draft(choice="tie")],
            ahead=ahead,
        )
        assert receipt.fresh
        self._note(who, receipt.next, receipt.ahead)

    def _held(self, who: int, key: Any) -> bool:
        """Whether the rater's lease still stands: a place may have been handed back."""
        used, _ = both_pictures(self.ctx, self.project)
        return self.handed[who][key].assignment_id in used["live"]

    @rule(who=PEOPLE, which=st.integers(0, 20), ahead=st.booleans())
    def skip(self, who: int, which: int, ahead: bool) -> None:
        """One is passed on."""
        waiting = [key for key in self.handed[who] if key not in self.judged[who] | set(self.skipped[who])]
        if not waiting:
            return
        key = waiting[which % len(waiting)]
        one = self.skipped[who][key] = self.handed[who][key]
        receipt = skip_assignment(self.ctx, self.people[who], one.assignment_id, ahead=ahead)
        self._note(who, receipt.next, receipt.ahead)

    @rule(who=PEOPLE, which=st.integers(0, 20), ahead=st.booleans())
    def take_back(self, who: int, which: int, ahead: bool) -> None:
        """A skip is taken back."""
        if not self.skipped[who]:
            return
        key = list(self.skipped[who])[which % len(self.skipped[who])]
        one = self.skipped[who][key]
        try:
            back = take_back_skip(self.ctx, self.people[who], one.assignment_id, ahead=ahead)
        except NoPlace:
            used, _ = both_pictures(self.ctx, self.project)
            assert max(used["judged"][n] + used["leased"][n] for n in range(len(used["judged"]))) >= OVERLAP
            return
        del self.skipped[who][key]
        assert isinstance(back.next, Assignment) and back.next.comparison_key == key
        self._note(who, back.next, back.ahead)

    @rule(who=PEOPLE, which=st.integers(0, 20))
    def withdraw(self, who: int, which: int) -> None:
        """A judgement is taken back, perhaps once more."""
        given = [key for key in self.handed[who] if key in self.judged[who]]
        if given:
            key = given[which % len(given)]
            withdraw_judgement(self.ctx, self.people[who], self.handed[who][key].judgement_id)
            self.taken_back[who].add(key)

    @rule(who=PEOPLE, which=st.integers(0, 20), choice=st.sampled_from(["tie", "both_bad"]))
    def revise(self, who: int, which: int, choice: str) -> None:
        """A judgement is given anew; one that was taken back stands again, wherever its place went."""
        given = [key for key in self.handed[who] if key in self.judged[who]]
        if given:
            key = given[which % len(given)]
            self.late[key] += key in self.taken_back[who]
            self.taken_back[who].discard(key)
            receipt = revise_judgement(
                self.ctx, self.people[who], self.handed[who][key].judgement_id, [Draft(choice=choice)]
            )
            self._note(who, receipt.next, receipt.ahead)

    @rule(who=PEOPLE, which=st.integers(0, 20))
    def type(self, who: int, which: int) -> None:
        """Something is typed and not sent."""
        if self.handed[who]:
            key = list(self.handed[who])[which % len(self.handed[who])]
            try:
                save_draft(self.ctx, self.people[who], self.handed[who][key].assignment_id, {"n": which})
            except AlreadyJudged:
                assert key in self.judged[who]
            except AlreadySkipped:
                assert key in self.skipped[who]

    @rule(minutes=st.sampled_from([0, 1, 16, 31]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.clock.move(minutes=minutes)

    @precondition(lambda self: hasattr(self, "ctx"))
    @rule()
    def restart(self) -> None:
        """What was in memory is gone."""
        self.ctx.store.write(lambda tx: self.ctx.boards.forget())

    @invariant()
    def the_board_is_what_the_store_says_and_no_promise_is_broken(self) -> None:
        if not hasattr(self, "ctx"):
            return
        used, built = both_pictures(self.ctx, self.project)
        assert used == built
        board = self.ctx.store.write(lambda tx: board_of(self.ctx, tx, self.project))
        for place, key in enumerate(board.keys):
            standing = sum(key in self.judged[who] and key not in self.taken_back[who] for who in range(3))
            assert used["judged"][place] == standing
            assert used["judged"][place] + used["leased"][place] <= OVERLAP + self.late[key]
            assert used["leased"][place] <= max(0, OVERLAP - used["judged"][place]) + self.late[key]
        for _, held, *_ in used["raters"].values():
            assert len([1 for _, assignment, _ in held if assignment in used["live"]]) <= 2


RatersAtWork.TestCase.settings = settings(
    max_examples=depth(4, 12),
    stateful_step_count=depth(25, 30),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestRatersAtWork = RatersAtWork.TestCase


def _work(ctx: Context, actor: Actor, project_name: str, draw: Random) -> list[Any]:
    """One rater goes on until there is nothing left, skipping now and then and often thinking better of it."""
    judged: list[Any] = []
    try:
        handed: Handed = next_assignments(ctx, actor, project_name, ahead=True)
    except NoWork:
        return judged
    following: Assignment | NoWork = handed.next
    while isinstance(following, Assignment):
        one = following
        if draw.random() < 0.3:
            following = skip_assignment(ctx, actor, one.assignment_id, ahead=True).next
            if draw.random() < 0.7:
                try:
                    following = take_back_skip(ctx, actor, one.assignment_id, ahead=True).next
                except NoPlace:
                    continue
            continue
        receipt = submit_judgement(
            ctx, actor, one.assignment_id, one.judgement_id, [Draft(choice="tie")], ahead=True
        )
        judged.append(one.comparison_key)
        following = receipt.next
    return judged


def test_eight_raters_at_once_never_exceed_the_overlap_and_judge_nothing_twice(ctx: Context) -> None:
    project = make_project(ctx, overlap=3)
    bring(ctx, project, 40)
    people = raters(ctx, project, 8)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: _work(ctx, people[n], project.name, Random(n)), range(8)))
    counts = Counter(key for judged in done for key in judged)
    assert max(counts.values()) <= 3
    assert all(len(judged) == len(set(judged)) for judged in done)
    used, built = both_pictures(ctx, project)
    assert used == built
    assert max(used["judged"]) <= 3
    assert examine_store(ctx)["healthy"]
