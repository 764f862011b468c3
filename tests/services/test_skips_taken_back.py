"""A skip can be taken back: the comparison is next again, and nobody loses by it."""

from __future__ import annotations

import pytest

from rlhf_collect.errors import AlreadyJudged, NoPlace, NotFound
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import skip_assignment
from rlhf_collect.services.my_judgements import my_skips
from rlhf_collect.services.raters import export_me
from rlhf_collect.services.serving import Assignment, next_assignment, next_assignments
from rlhf_collect.services.skips import take_back_skip
from tests.making import bring, judge, make_project, raters
from tests.services.boards import both_pictures


def test_a_skip_taken_back_makes_its_comparison_the_next_one_in_the_same_order(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first = next_assignment(ctx, rater, project.name)
    following = skip_assignment(ctx, rater, first.assignment_id).next
    assert isinstance(following, Assignment) and following != first
    back = take_back_skip(ctx, rater, first.assignment_id)
    assert back.next == first
    assert next_assignment(ctx, rater, project.name) == first
    # What had been handed out since is behind it.
    after = judge(ctx, rater, first).next
    assert isinstance(after, Assignment) and after.comparison_key == following.comparison_key


def test_with_two_in_hand_the_second_is_free_for_others_again(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first = next_assignments(ctx, rater, project.name, ahead=True).next
    assert isinstance(first, Assignment)
    skipped = skip_assignment(ctx, rater, first.assignment_id, ahead=True)
    assert isinstance(skipped.next, Assignment) and skipped.ahead is not None
    back = take_back_skip(ctx, rater, first.assignment_id, ahead=True)
    assert isinstance(back.next, Assignment) and back.ahead is not None
    assert back.next.comparison_key == first.comparison_key
    assert back.ahead.comparison_key == skipped.next.comparison_key
    used, built = both_pictures(ctx, project)
    assert used == built
    assert sum(used["leased"]) == 2


def test_taking_back_twice_is_taking_back_once(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first = next_assignment(ctx, rater, project.name)
    skip_assignment(ctx, rater, first.assignment_id)
    assert take_back_skip(ctx, rater, first.assignment_id) == take_back_skip(ctx, rater, first.assignment_id)
    assert len(export_me(ctx, rater)["skips"]) == 1


def test_a_comparison_may_be_skipped_and_taken_back_again_and_again_and_every_act_is_kept(
    ctx: Context,
) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    (rater,) = raters(ctx, project, 1)
    first = next_assignment(ctx, rater, project.name)
    for reason in ("one", "two", "three"):
        skip_assignment(ctx, rater, first.assignment_id, reason)
        if reason != "three":
            take_back_skip(ctx, rater, first.assignment_id)
    skips = export_me(ctx, rater)["skips"]
    assert [each["reason"] for each in skips] == ["one", "two", "three"]
    assert [each["taken_back_at"] is not None for each in skips] == [True, True, False]
    used, built = both_pictures(ctx, project)
    assert used == built
    assert examine_store(ctx)["healthy"]


def test_when_others_took_every_place_the_skip_stands(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 1)
    one, two = raters(ctx, project, 2)
    first = next_assignment(ctx, one, project.name)
    skip_assignment(ctx, one, first.assignment_id)
    next_assignment(ctx, two, project.name)
    with pytest.raises(NoPlace):
        take_back_skip(ctx, one, first.assignment_id)
    assert export_me(ctx, one)["skips"][0]["taken_back_at"] is None
    used, built = both_pictures(ctx, project)
    assert used == built
    assert used["leased"] == [1]


def test_what_was_never_skipped_or_is_anothers_or_is_judged_cannot_be_taken_back(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 20)
    one, two = raters(ctx, project, 2)
    first = next_assignment(ctx, one, project.name)
    with pytest.raises(NotFound, match="not skipped"):
        take_back_skip(ctx, one, first.assignment_id)
    skip_assignment(ctx, one, first.assignment_id)
    with pytest.raises(NotFound, match="not handed to you"):
        take_back_skip(ctx, two, first.assignment_id)
    judge(ctx, one, first)
    with pytest.raises(AlreadyJudged):
        take_back_skip(ctx, one, first.assignment_id)


def test_skips_that_stand_are_listed_for_their_rater_alone_the_latest_first(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 6)
    one, two = raters(ctx, project, 2)
    held = []
    for _ in range(3):
        held.append(next_assignment(ctx, one, project.name))
        skip_assignment(ctx, one, held[-1].assignment_id)
        ctx.clock.move(minutes=1)  # type: ignore[attr-defined]
    first, second, third = held
    listed = my_skips(ctx, one)["skips"]
    assert [each["assignment"] for each in listed] == [str(each.assignment_id) for each in held[::-1]]
    assert listed[0]["prompt"].startswith("What is ")
    assert my_skips(ctx, two) == {"skips": []}
    # Taken back, and judged in spite of the skip from another tab: neither is a skip any more.
    take_back_skip(ctx, one, second.assignment_id)
    judge(ctx, one, first)
    assert [each["assignment"] for each in my_skips(ctx, one)["skips"]] == [str(third.assignment_id)]
    assert len(my_skips(ctx, one, limit=1)["skips"]) == 1
    shown = my_skips(ctx, one, page=True)["skips"][0]["comparison"]
    assert shown != my_skips(ctx, one)["skips"][0]["comparison"]
