"""The next two comparisons: handed out in order, never more than two, never to the cost of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import NoWork
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.projects import apply_project, find_project
from rlhf_collect.services.serving import Assignment, Handed, next_assignment, next_assignments
from tests.making import (
    Draft,
    HeldClock,
    bring,
    comparison,
    judge,
    make_project,
    open_services,
    raters,
    settings,
)
from tests.services.boards import both_pictures


def handed(ctx: Context, actor, *, ahead: bool = True) -> tuple[Assignment, Assignment | None]:
    found = next_assignments(ctx, actor, "helpfulness", ahead=ahead)
    assert isinstance(found.next, Assignment)
    return found.next, found.ahead


def move_on(ctx: Context, actor, assignment: Assignment) -> tuple[Assignment | NoWork, Assignment | None]:
    draft = Draft(choice="tie")
    receipt = submit_judgement(
        ctx, actor, assignment.assignment_id, assignment.judgement_id, [draft], ahead=True
    )
    return receipt.next, receipt.ahead


def test_the_one_ahead_is_another_one_already_leased_and_becomes_the_next(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first, second = handed(ctx, rater)
    assert second is not None and second.comparison_key != first.comparison_key
    following, third = move_on(ctx, rater, first)
    assert following == second
    assert third is not None
    assert len({each.comparison_key for each in (first, second, third)}) == 3


def test_asking_again_gives_the_same_two_in_the_same_order(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    assert len({handed(ctx, rater) for _ in range(3)}) == 1


def test_without_asking_for_it_one_is_handed_out_and_one_is_leased(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first, ahead = handed(ctx, rater, ahead=False)
    assert ahead is None
    assert sum(both_pictures(ctx, project)[0]["leased"]) == 1
    receipt = judge(ctx, rater, first)
    assert receipt.ahead is None
    assert sum(both_pictures(ctx, project)[0]["leased"]) == 1


def test_who_stops_asking_gets_the_one_that_was_ahead_first(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first, second = handed(ctx, rater)
    assert judge(ctx, rater, first).next == second


def test_a_project_that_does_not_prefetch_hands_out_nothing_ahead(ctx: Context) -> None:
    project = make_project(ctx, prefetch=False)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    assert handed(ctx, rater)[1] is None


def test_skipping_and_revising_bring_the_next_two_as_well(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first, second = handed(ctx, rater)
    skipped = skip_assignment(ctx, rater, first.assignment_id, ahead=True)
    assert skipped.next == second and skipped.ahead is not None
    following, third = move_on(ctx, rater, second)
    revised = revise_judgement(ctx, rater, second.judgement_id, [Draft(choice="both_bad")], ahead=True)
    assert (revised.next, revised.ahead) == (following, third)


def test_when_comparisons_get_scarce_nobody_holds_two(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 3)
    one, two, three = raters(ctx, project, 3)
    for actor in (one, two, three):
        assert handed(ctx, actor)[1] is None


def test_one_rater_alone_reaches_every_comparison(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 9)
    (rater,) = raters(ctx, project, 1)
    following: Assignment | NoWork = handed(ctx, rater)[0]
    seen = []
    while isinstance(following, Assignment):
        seen.append(following.comparison_key)
        following, _ = move_on(ctx, rater, following)
    assert len(set(seen)) == len(seen) == 9


def test_first_handed_out_is_next_after_a_restart_too_even_when_both_were_given_at_once(
    tmp_path: Path, clock: HeldClock
) -> None:
    ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    old = next_assignment(ctx, rater, project.name)
    clock.move(minutes=31)
    # What was held before comes back ahead of anything new: an old assignment behind a young one.
    first, second = handed(ctx, rater)
    assert first == old or first.comparison_key == old.comparison_key
    ctx.store.close()
    again = open_services(tmp_path / "collect.duckdb", clock=clock)
    assert handed(again, rater) == (first, second)
    again.store.close()


def test_what_waited_gets_its_time_again_when_it_becomes_the_next(ctx: Context, clock: HeldClock) -> None:
    project = make_project(ctx, lease_minutes=30)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first, second = handed(ctx, rater)
    assert second is not None
    clock.move(minutes=20)
    following, _ = move_on(ctx, rater, first)
    assert isinstance(following, Assignment)
    assert following.assignment_id == second.assignment_id
    assert (following.lease_ends - clock.now).total_seconds() == 30 * 60
    used, built = both_pictures(ctx, project)
    assert used == built


def test_asking_again_does_not_prolong_anything(ctx: Context, clock: HeldClock) -> None:
    project = make_project(ctx, lease_minutes=30)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    before = handed(ctx, rater)
    clock.move(minutes=20)
    assert handed(ctx, rater) == before


def test_practice_comparisons_are_nobodys_work_even_when_they_become_practice_later(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, [comparison(f"c{n}", gold=f"c{n}-a" if n < 3 else None) for n in range(5)])
    (rater,) = raters(ctx, project, 1)
    changed = settings("helpfulness", overlap=1, practice={"comparisons": ["c0", "c1", "c2"]})
    apply_project(ctx, OPERATOR, changed)
    project = find_project(ctx, "helpfulness")
    seen = []
    with pytest.raises(NoWork) as refusal:
        while True:
            assignment = next_assignment(ctx, rater, project.name)
            judge(ctx, rater, assignment)
            seen.append(assignment.presentation[0][:2])
    assert refusal.value.reason == "no_eligible"
    assert sorted(seen) == ["c3", "c4"]


def test_where_everything_is_practice_there_is_nothing_to_judge_yet(ctx: Context) -> None:
    project = make_project(ctx, practice={"comparisons": ["p"]})
    bring(ctx, project, [comparison("p", gold="p-a")])
    (rater,) = raters(ctx, project, 1)
    with pytest.raises(NoWork) as refusal:
        next_assignments(ctx, rater, project.name, ahead=True)
    assert refusal.value.reason == "no_comparisons"


def test_two_tabs_see_the_same_two_and_one_of_them_may_run_ahead(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first, second = handed(ctx, rater)
    assert second is not None
    # The other tab answers what is ahead: the first one stays the next, and something new is ahead.
    following, third = move_on(ctx, rater, second)
    assert following == first
    assert third is not None and third.comparison_key not in (first.comparison_key, second.comparison_key)
    assert isinstance(next_assignments(ctx, rater, project.name, ahead=True), Handed)
    used, built = both_pictures(ctx, project)
    assert used == built
