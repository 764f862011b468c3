"""Many at once: double clicks, impatient retries, several people on one comparison, a neighbour that fails."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import AlreadyJudged, CollectError, Conflict, NoWork
from rlhf_collect.ids import new_id
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import Receipt, revise_judgement, skip_assignment
from rlhf_collect.services.projects import Project
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.storage.duckdb_store import DuckStore
from rlhf_collect.storage.port import Transaction
from tests.making import bring, judge, make_project, raters
from tests.services.looking import board_from_store, board_in_memory, column, count, query
from tests.storage.notes import Crowd, note

THREADS = 16


@pytest.fixture
def project(ctx: Context) -> Project:
    """Twenty comparisons, four judgements each."""
    project = make_project(ctx, overlap=4)
    bring(ctx, project, 20)
    return project


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """What each call gives or raises, all started together."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait(10)
        try:
            return call()
        except CollectError as refused:
            return refused

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def whole(ctx: Context, project: Project) -> bool:
    """Whether the store is healthy and the board is the one it gives."""
    healthy: bool = examine_store(ctx)["healthy"]
    return healthy and board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_the_same_judgement_from_sixteen_threads_is_stored_once_and_acknowledged_to_all(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    receipts = at_once([lambda: judge(ctx, actor, held)] * THREADS)
    assert Counter(receipt.fresh for receipt in receipts) == {True: 1, False: THREADS - 1}
    assert {receipt.judgement_id for receipt in receipts} == {held.judgement_id}
    assert len({receipt.next.assignment_id for receipt in receipts}) == 1
    assert (count(ctx, "judgement"), count(ctx, "assignment")) == (1, 2)
    assert whole(ctx, project)


def test_different_answers_to_one_judgement_at_once_leave_one_and_tell_the_others(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    calls = [
        lambda number=number: judge(ctx, actor, held, rationale=f"Reason {number}.")
        for number in range(THREADS)
    ]
    outcomes = at_once(calls)
    assert Counter(type(each) for each in outcomes) == {Receipt: 1, AlreadyJudged: THREADS - 1}
    kept = next(number for number, each in enumerate(outcomes) if isinstance(each, Receipt))
    assert column(ctx, "SELECT rationale FROM judgement") == [f"Reason {kept}."]
    assert whole(ctx, project)


def test_sixteen_raters_at_once_never_pass_the_overlap_and_arrive_in_one_order(
    ctx: Context, project: Project
) -> None:
    people = raters(ctx, project, THREADS)

    def work(actor: Actor) -> int:
        given: Assignment | NoWork = next_assignment(ctx, actor, project.name)
        done = 0
        while isinstance(given, Assignment):
            given = judge(ctx, actor, given).next
            done += 1
        return done

    done = at_once([lambda actor=actor: work(actor) for actor in people])
    assert sum(done) == count(ctx, "judgement") == 20 * 4
    assert column(ctx, "SELECT sequence_no FROM judgement ORDER BY sequence_no") == list(range(1, 81))
    assert column(ctx, "SELECT count(*) FROM judgement GROUP BY comparison_key") == [4] * 20
    assert whole(ctx, project)


def test_one_rater_in_sixteen_tabs_is_given_one_comparison(ctx: Context, project: Project) -> None:
    (actor,) = raters(ctx, project, 1)
    given = at_once([lambda: next_assignment(ctx, actor, project.name)] * THREADS)
    assert len({each.assignment_id for each in given}) == 1
    assert (count(ctx, "assignment"), count(ctx, "lease")) == (1, 1)


def test_the_same_revision_from_sixteen_threads_is_one_revision(ctx: Context, project: Project) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    judge(ctx, actor, held)
    tie = [Draft(choice="tie")]
    receipts = at_once([lambda: revise_judgement(ctx, actor, held.judgement_id, tie)] * THREADS)
    assert Counter(receipt.fresh for receipt in receipts) == {True: 1, False: THREADS - 1}
    assert column(ctx, "SELECT choice FROM judgement ORDER BY revision_no")[1:] == ["tie"]
    assert whole(ctx, project)


def test_different_revisions_at_once_are_all_kept_one_after_the_other(ctx: Context, project: Project) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    judge(ctx, actor, held)
    calls = [
        lambda number=number: revise_judgement(
            ctx, actor, held.judgement_id, [Draft(choice="tie", rationale=str(number))]
        )
        for number in range(THREADS)
    ]
    assert all(isinstance(each, Receipt) for each in at_once(calls))
    assert column(ctx, "SELECT revision_no FROM judgement ORDER BY sequence_no") == list(range(THREADS + 1))
    assert whole(ctx, project)


def test_a_skip_and_an_answer_at_once_never_lose_the_answer(ctx: Context, project: Project) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    answered, skipped = at_once(
        [lambda: judge(ctx, actor, held), lambda: skip_assignment(ctx, actor, held.assignment_id)]
    )
    assert answered.fresh
    assert isinstance(skipped, Receipt | AlreadyJudged)
    assert count(ctx, "judgement") == 1
    assert whole(ctx, project)


def test_answers_that_share_a_group_with_a_failing_work_are_stored_once(
    ctx: Context, project: Project
) -> None:
    people = raters(ctx, project, 6)
    held = [next_assignment(ctx, actor, project.name) for actor in people]
    assert isinstance(ctx.store, DuckStore)

    def fails(tx: Transaction) -> None:
        tx.insert("audit", [note("never")])
        raise ValueError("no")

    crowd = Crowd(ctx.store)
    waiting = ctx.store._writer._waiting
    with ThreadPoolExecutor(len(people)) as pool:
        half = [pool.submit(judge, ctx, *each) for each in zip(people[:3], held[:3], strict=True)]
        while waiting.qsize() < 3:
            threading.Event().wait(0.001)
        bad = crowd.add(fails)
        rest = [pool.submit(judge, ctx, *each) for each in zip(people[3:], held[3:], strict=True)]
        while waiting.qsize() < 7:
            threading.Event().wait(0.001)
        crowd.meet()
        receipts = [each.result(10) for each in half + rest]
    assert isinstance(bad.exception(10), ValueError)
    assert all(receipt.fresh for receipt in receipts)
    assert "never" not in column(ctx, "SELECT deed FROM audit")
    assert count(ctx, "judgement") == 6
    # What the first, undone run had handed out is gone; what was answered is what the store holds.
    assert count(ctx, "assignment") == 12
    assert [next_assignment(ctx, actor, project.name) for actor in people] == [each.next for each in receipts]
    assert whole(ctx, project)


def test_a_submission_the_store_refuses_leaves_nothing_in_it_or_in_memory(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    board = board_in_memory(ctx, project)
    # Somebody else's row stands under the unique key of rater, comparison and criterion.
    query(
        ctx,
        "INSERT INTO judgement BY NAME SELECT ? AS judgement_id, 'overall' AS criterion, 0 AS revision_no,"
        " ? AS project_id, comparison_key, rater_key, 0 AS repeat_no, 'tie' AS choice, 1 AS label, 1000 AS sequence_no,"
        " '' AS answers_sha256, 1 AS setting_no, '' AS guideline_version, '' AS interface_version,"
        " DATE '2026-01-01' AS submitted_on FROM assignment",
        new_id(),
        new_id(),
    )
    with pytest.raises(Conflict):
        judge(ctx, actor, held)
    assert (count(ctx, "judgement"), count(ctx, "assignment"), count(ctx, "lease")) == (1, 1, 1)
    assert board_in_memory(ctx, project) == board_from_store(ctx, project) == board
    query(ctx, "DELETE FROM judgement")
    assert judge(ctx, actor, held).fresh


def test_where_board_and_store_differ_the_store_wins_and_the_next_try_knows(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    board_in_memory(ctx, project)
    query(
        ctx,
        "INSERT INTO lease SELECT comparison_key, 0, uuid(), now(), TIMESTAMPTZ '2020-01-01' FROM comparison",
    )
    with pytest.raises(Conflict):
        next_assignment(ctx, actor, project.name)
    assert count(ctx, "assignment") == 0
    held = next_assignment(ctx, actor, project.name)
    assert column(ctx, "SELECT place_no FROM lease WHERE assignment_id = ?", held.assignment_id) == [1]
