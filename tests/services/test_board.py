"""Whatever people do, in whatever order: the board that serves is the one the store would give."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import AlreadyJudged, NoWork
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.judgements import Receipt, revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.serving import Assignment, hand_out, next_assignment, wish_for_work
from rlhf_collect.storage.port import Transaction
from tests.depth import depth
from tests.making import HeldClock, bring, comparison, invite, make_project, open_services
from tests.services.looking import board_from_store, board_in_memory, column, count, query

LEASE = 30
WHO, WHICH = st.integers(0, 3), st.integers(0, 9)


class Collecting(RuleBasedStateMachine):
    """Up to four raters, an operator who imports, changes settings and restarts, and time."""

    @initialize(comparisons=st.integers(0, 4))
    def begin(self, comparisons: int) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock = HeldClock()
        self.ctx = open_services(self.folder / "collect.duckdb", clock=self.clock)
        self.overlap: dict[str, int] = {"least": 2, "lead": 2, "most": 2}
        self.project = make_project(self.ctx, overlap=2, lease_minutes=LEASE)
        self.brought = 0
        self.people: list[Actor] = []
        self.open: list[tuple[Actor, Assignment]] = []
        self.judged: dict[tuple[str, object], tuple[Assignment, Draft]] = {}
        self.skipped: set[tuple[str, object]] = set()
        self.bring(comparisons, 2)
        self.invite()

    def teardown(self) -> None:
        if not hasattr(self, "ctx"):
            return
        try:
            report = examine_store(self.ctx)
            assert report["healthy"], [each for each in report["checks"] if each["wrong"]]
        finally:
            self.ctx.store.close()
            shutil.rmtree(self.folder)

    # What people do

    @rule()
    def invite(self) -> None:
        if len(self.people) < 4:
            self.people.append(invite(self.ctx, self.project, f"rater {len(self.people)}").actor)

    @rule(who=WHO)
    def ask(self, who: int) -> None:
        actor, leases = self.people[who % len(self.people)], count(self.ctx, "lease")
        try:
            given: Assignment | NoWork = next_assignment(self.ctx, actor, self.project.name)
        except NoWork as nothing:
            given = nothing
        self.note(actor, given)
        if count(self.ctx, "lease") > leases:
            assert isinstance(given, Assignment)
            self.check_room(given)

    @precondition(lambda self: self.open)
    @rule(which=WHICH, answer=st.integers(0, 3))
    def submit(self, which: int, answer: int) -> None:
        actor, assignment = self.open.pop(which % len(self.open))
        draft = self.draft(assignment, answer)
        receipt = self.send(actor, assignment, draft)
        assert receipt.fresh
        self.judged[actor.name, assignment.comparison_key] = (assignment, draft)
        self.note(actor, receipt.next)

    @precondition(lambda self: self.open)
    @rule(which=WHICH)
    def skip(self, which: int) -> None:
        actor, assignment = self.open.pop(which % len(self.open))
        for fresh in (True, False):
            receipt = skip_assignment(self.ctx, actor, assignment.assignment_id)
            assert receipt.fresh == fresh
        self.skipped.add((actor.name, assignment.comparison_key))
        self.note(actor, receipt.next)

    @precondition(lambda self: self.judged)
    @rule(which=WHICH)
    def submit_again(self, which: int) -> None:
        actor, assignment, draft = self.one_judged(which)
        before = count(self.ctx, "judgement")
        receipt = self.send(actor, assignment, draft)
        assert (receipt.fresh, count(self.ctx, "judgement")) == (False, before)
        self.note(actor, receipt.next)

    @precondition(lambda self: self.judged)
    @rule(which=WHICH, answer=st.integers(0, 3))
    def submit_something_else(self, which: int, answer: int) -> None:
        actor, assignment, draft = self.one_judged(which)
        other = self.draft(assignment, answer)
        if other != draft:
            with pytest.raises(AlreadyJudged):
                self.send(actor, assignment, other)
            with pytest.raises(AlreadyJudged):
                skip_assignment(self.ctx, actor, assignment.assignment_id)

    @precondition(lambda self: self.judged)
    @rule(which=WHICH, answer=st.integers(0, 3))
    def revise(self, which: int, answer: int) -> None:
        actor, assignment, draft = self.one_judged(which)
        new = self.draft(assignment, answer)
        receipt = revise_judgement(self.ctx, actor, assignment.judgement_id, [new])
        assert receipt.fresh == (new != draft)
        self.judged[actor.name, assignment.comparison_key] = (assignment, new)
        self.note(actor, receipt.next)

    # What happens to them

    @rule(minutes=st.sampled_from([1, 14, LEASE, 45]))
    def wait(self, minutes: int) -> None:
        self.clock.move(minutes=minutes)

    @rule(number=st.integers(1, 2), completions=st.integers(2, 4))
    def bring(self, number: int, completions: int) -> None:
        if self.brought < 8:
            names = [f"c{self.brought + place}" for place in range(number)]
            bring(self.ctx, self.project, [comparison(name, completions) for name in names])
            self.brought += number

    @rule(least=st.integers(1, 2), lead=st.integers(1, 3), more=st.integers(0, 3), sampled=st.booleans())
    def change_overlap(self, least: int, lead: int, more: int, sampled: bool) -> None:
        said = {"min": least, "lead": lead, "max": least + more, "fixed": 3, "fixed_share": int(sampled)}
        self.overlap = {"least": max(least, 3) if sampled else least, "lead": lead, "most": least + more}
        self.project = make_project(self.ctx, overlap=said, lease_minutes=LEASE)

    @rule()
    def restart(self) -> None:
        self.ctx.store.close()
        self.ctx = open_services(self.folder / "collect.duckdb", clock=self.clock)

    @rule(who=WHO)
    def fail_in_the_middle(self, who: int) -> None:
        """The transaction that hands something out does not become durable."""
        actor, before = self.people[who % len(self.people)], count(self.ctx, "assignment")
        assert actor.rater_key is not None
        wish = wish_for_work(self.ctx, self.project, actor.rater_key, ahead=False)

        def work(tx: Transaction) -> None:
            hand_out(self.ctx, tx, wish)
            raise ValueError

        with pytest.raises(ValueError):
            self.ctx.store.write(work)
        assert count(self.ctx, "assignment") == before

    # What always holds

    @invariant()
    def the_board_in_memory_is_the_one_the_store_gives(self) -> None:
        assert board_in_memory(self.ctx, self.project) == board_from_store(self.ctx, self.project)

    @invariant()
    def judgements_are_unique_and_numbered_as_they_arrived(self) -> None:
        rows = query(
            self.ctx,
            "SELECT comparison_key, rater_key, arrival_no FROM judgement WHERE revision_no = 0 ORDER BY sequence_no",
        )
        assert len({row[:2] for row in rows}) == len(rows) == len(self.judged)
        arrived: dict[object, list[int]] = {}
        for key, _, arrival in rows:
            arrived.setdefault(key, []).append(arrival)
        assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in arrived.values())

    @invariant()
    def the_sequence_rises_without_a_gap(self) -> None:
        numbers = column(self.ctx, "SELECT sequence_no FROM judgement ORDER BY sequence_no")
        assert numbers == list(range(1, len(numbers) + 1))

    # Words

    def note(self, actor: Actor, given: Assignment | NoWork) -> None:
        if isinstance(given, NoWork):
            assert given.reason == ("no_eligible" if self.brought else "no_comparisons")
            return
        mark = (actor.name, given.comparison_key)
        assert mark not in self.judged
        assert mark not in self.skipped
        assert given.lease_ends > self.clock.now
        known = [each for who, each in self.open if (who.name, each.comparison_key) == mark]
        if known:  # the same comparison again is the same judgement in the same order
            assert (known[0].judgement_id, known[0].presentation) == (given.judgement_id, given.presentation)
        else:
            self.open.append((actor, given))

    def check_room(self, given: Assignment) -> None:
        key = given.comparison_key
        judged = column(
            self.ctx, "SELECT count(DISTINCT judgement_id) FROM judgement WHERE comparison_key = ?", key
        )
        held = column(
            self.ctx,
            "SELECT count(*) FROM lease l JOIN assignment a ON a.assignment_id = l.assignment_id"
            " WHERE a.comparison_key = ? AND l.lease_ends > ?"
            " AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.judgement_id = a.judgement_id)"
            " AND NOT EXISTS (SELECT 1 FROM skip s WHERE s.rater_key = a.rater_key"
            " AND s.comparison_key = a.comparison_key)",
            key,
            self.clock.now,
        )
        rows = query(
            self.ctx,
            "SELECT label, count(*) FROM current_judgement WHERE comparison_key = ? GROUP BY label ORDER BY 2 DESC",
            key,
        )
        first, second = ([number for _, number in rows] + [0, 0])[:2]
        # Before this place was given, judgements and promises were fewer than the answers surely ask for.
        surely = min(self.overlap["most"], judged[0] + max(0, self.overlap["lead"] - (first - second)))
        assert judged[0] + held[0] <= max(self.overlap["least"], surely)

    def one_judged(self, which: int) -> tuple[Actor, Assignment, Draft]:
        (name, _), (assignment, draft) = list(self.judged.items())[which % len(self.judged)]
        return next(each for each in self.people if each.name == name), assignment, draft

    def draft(self, assignment: Assignment, answer: int) -> Draft:
        choices: list[tuple[str, int]] = [
            (assignment.presentation[0], 1),
            (assignment.presentation[-1], 3),
            ("tie", 0),
            ("both_bad", 0),
        ]
        choice, strength = choices[answer]
        return Draft(choice=choice, strength=strength)

    def send(self, actor: Actor, assignment: Assignment, draft: Draft) -> Receipt:
        return submit_judgement(self.ctx, actor, assignment.assignment_id, assignment.judgement_id, [draft])


TestCollecting: Any = Collecting.TestCase
TestCollecting.settings = settings(
    max_examples=depth(4, 12), stateful_step_count=25, suppress_health_check=list(HealthCheck)
)
