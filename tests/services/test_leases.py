"""A comparison is held for a while: the place is free again when the time is over, the draft is not lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from rlhf_collect.domain.actor import Actor
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.page_objects import save_draft
from rlhf_collect.services.projects import Project
from rlhf_collect.services.serving import Assignment, next_assignment, next_assignments
from tests.making import HeldClock, bring, comparison, judge, make_project, open_services, raters
from tests.services.looking import (
    board_from_store,
    board_in_memory,
    column,
    count,
    name_of,
    reason_of_none,
)


@pytest.fixture
def project(ctx: Context) -> Project:
    """One judgement for each comparison, half an hour to give it."""
    return make_project(ctx, overlap=1, lease_minutes=30)


def test_a_place_is_free_again_at_the_end_of_its_lease_and_not_before(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    held = next_assignment(ctx, one, project.name)
    assert held.lease_ends == clock.now + timedelta(minutes=30)
    clock.move(minutes=30, microseconds=-1)
    assert reason_of_none(ctx, other, project) == "no_eligible"
    clock.move(microseconds=1)
    assert next_assignment(ctx, other, project.name).comparison_key == held.comparison_key


def test_who_comes_back_late_finds_their_own_comparison_if_nobody_took_it(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring(ctx, project, 20)
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    clock.move(days=3)
    again = next_assignment(ctx, actor, project.name)
    assert (again.assignment_id, again.judgement_id, again.presentation) == (
        held.assignment_id,
        held.judgement_id,
        held.presentation,
    )
    assert again.lease_ends == clock.now + timedelta(minutes=30)
    assert column(ctx, "SELECT place_no FROM lease ORDER BY place_no") == [0, 1]
    assert count(ctx, "assignment") == 1


def test_who_comes_back_late_gets_another_comparison_if_theirs_was_taken_and_later_theirs(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring(ctx, project, 2)
    one, other, third = raters(ctx, project, 3)
    held = next_assignment(ctx, one, project.name)
    judge(ctx, other, next_assignment(ctx, other, project.name))  # the second comparison is done
    clock.move(minutes=31)
    taken = next_assignment(ctx, third, project.name)
    assert taken.comparison_key == held.comparison_key
    assert reason_of_none(ctx, one, project) == "no_eligible"
    clock.move(minutes=31)
    assert next_assignment(ctx, one, project.name).assignment_id == held.assignment_id
    assert reason_of_none(ctx, third, project) == "no_eligible"


def test_of_several_comparisons_left_open_the_latest_comes_back_first(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring(ctx, project, [comparison("first")])
    one, other = raters(ctx, project, 2)
    first = next_assignment(ctx, one, project.name)
    clock.move(minutes=31)
    next_assignment(ctx, other, project.name)
    bring(ctx, project, [comparison("second")])
    second = next_assignment(ctx, one, project.name)
    assert second.comparison_key != first.comparison_key
    clock.move(minutes=31)
    again = next_assignment(ctx, one, project.name)
    assert again.assignment_id == second.assignment_id
    following = judge(ctx, one, again).next
    assert isinstance(following, Assignment)
    assert following.assignment_id == first.assignment_id


def test_an_answer_after_the_lease_is_taken_even_if_the_place_was_given_away(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    held = next_assignment(ctx, one, project.name)
    clock.move(minutes=45)
    taken = next_assignment(ctx, other, project.name)
    assert judge(ctx, one, held).fresh
    assert judge(ctx, other, taken).fresh
    assert column(ctx, "SELECT arrival_no FROM judgement ORDER BY sequence_no") == [1, 2]
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_an_answer_after_the_lease_leaves_no_lease_counted(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring(ctx, project, 2)
    one, other = raters(ctx, project, 2)
    held = next_assignment(ctx, one, project.name)
    clock.move(minutes=30)
    judge(ctx, one, held)
    clock.move(minutes=30)
    assert name_of(ctx, next_assignment(ctx, other, project.name)) != name_of(ctx, held)
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_leases_lapse_while_the_service_is_down(tmp_path: Path) -> None:
    clock = HeldClock()
    ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    held = next_assignment(ctx, one, project.name)
    ctx.store.close()
    clock.move(minutes=10)
    ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    assert reason_of_none(ctx, other, project) == "no_eligible"
    assert next_assignment(ctx, one, project.name) == held
    ctx.store.close()
    clock.move(minutes=20)
    ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    assert next_assignment(ctx, other, project.name).comparison_key == held.comparison_key
    ctx.store.close()


def write(ctx: Context, actor: Actor, assignment: Assignment) -> None:
    """The page saves what was typed so far."""
    save_draft(ctx, actor, assignment.assignment_id, {"why": "half a sentence"})


def test_who_still_writes_keeps_the_place_once_half_of_the_time_has_passed(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    held = next_assignment(ctx, one, project.name)
    clock.move(minutes=14)
    write(ctx, one, held)
    assert next_assignment(ctx, one, project.name).lease_ends == held.lease_ends
    clock.move(minutes=1)
    write(ctx, one, held)
    assert next_assignment(ctx, one, project.name).lease_ends == clock.now + timedelta(minutes=30)
    clock.move(minutes=29)
    assert reason_of_none(ctx, other, project) == "no_eligible"
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_nobody_keeps_a_place_by_writing_for_more_than_eight_leases(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    begun, held = clock.now, next_assignment(ctx, one, project.name)
    for _ in range(11):
        clock.move(minutes=20)
        write(ctx, one, held)
    assert next_assignment(ctx, one, project.name).lease_ends == begun + timedelta(minutes=240)
    clock.move(minutes=20)
    assert next_assignment(ctx, other, project.name).comparison_key == held.comparison_key
    write(ctx, one, held)  # what is typed is kept, the place is not won back
    assert reason_of_none(ctx, one, project) == "no_eligible"
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
    assert examine_store(ctx)["healthy"]


def test_writing_changes_nothing_about_which_comparison_is_next(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring(ctx, project, 20)
    (actor,) = raters(ctx, project, 1)
    before = next_assignments(ctx, actor, project.name, ahead=True)
    assert isinstance(before.next, Assignment)
    clock.move(minutes=20)
    write(ctx, actor, before.next)
    ctx.store.write(lambda tx: ctx.boards.forget())  # as after a restart
    after = next_assignments(ctx, actor, project.name, ahead=True)
    assert isinstance(after.next, Assignment)
    assert after.next.assignment_id == before.next.assignment_id
    assert after.ahead == before.ahead
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
