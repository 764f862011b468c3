"""One submitted judgement: stored once whatever is sent again, never overwritten, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import AlreadyJudged, BadAnswer, NotAllowed, NotFound, NoWork
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.projects import Project
from rlhf_collect.services.serving import Assignment, next_assignment
from tests.making import HeldClock, ask_and_judge, bring, comparison, invite, judge, make_project, raters
from tests.services.looking import board_from_store, board_in_memory, column, count, query


@pytest.fixture
def project(ctx: Context) -> Project:
    """Ten comparisons, three judgements each."""
    project = make_project(ctx)
    bring(ctx, project, 10)
    return project


def revisions(ctx: Context) -> list[tuple[Any, ...]]:
    return query(
        ctx,
        "SELECT revision_no, choice, strength, arrival_no, setting_no FROM judgement ORDER BY sequence_no",
    )


def test_a_judgement_is_stored_with_what_was_shown_and_the_next_comparison_comes_with_the_receipt(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    clock.now = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
    receipt = judge(ctx, actor, held, held.presentation[1], rationale=" Clearer. ")
    assert (receipt.judgement_id, receipt.fresh) == (held.judgement_id, True)
    assert receipt.next == next_assignment(ctx, actor, project.name)
    answer = query(ctx, "SELECT judgement_id, choice, strength, rationale, first_shown_won FROM judgement")
    assert answer == [(held.judgement_id, held.presentation[1], 2, "Clearer.", False)]
    given = query(ctx, "SELECT presentation, interface_version, submitted_on, submitted_at FROM judgement")
    assert given == [(json.dumps(held.presentation), "test-1", date(2026, 3, 2), clock.now)]


def test_the_same_again_is_the_same_receipt(ctx: Context, clock: HeldClock, project: Project) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    first = judge(ctx, actor, held)
    clock.move(days=40)
    board_before = board_in_memory(ctx, project)["comparisons"]
    again = judge(ctx, actor, held)
    assert (again.judgement_id, again.fresh) == (first.judgement_id, False)
    assert isinstance(first.next, Assignment)
    assert isinstance(again.next, Assignment)
    assert again.next.judgement_id == first.next.judgement_id
    assert count(ctx, "judgement") == 1
    assert [row[:4] for row in board_before] == [
        row[:4] for row in board_in_memory(ctx, project)["comparisons"]
    ]


def test_other_content_under_the_same_id_is_refused_and_the_first_answer_kept(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    judge(ctx, actor, held)
    before = revisions(ctx)
    others: list[dict[str, Any]] = [{"choice": "tie", "strength": 0}, {"strength": 1}, {"rationale": "So."}]
    for other in others:
        with pytest.raises(AlreadyJudged):
            judge(ctx, actor, held, **other)
    assert revisions(ctx) == before
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_a_revision_is_a_new_row_with_the_rank_and_settings_of_the_first(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    one, other = raters(ctx, project, 2)
    held = ask_and_judge(ctx, one, project)
    ask_and_judge(ctx, other, project)
    make_project(ctx, overlap=2)
    clock.move(days=1)
    for strength in (1, 3):
        drafts = [Draft(choice=held.presentation[1], strength=strength)]
        receipt = revise_judgement(ctx, one, held.judgement_id, drafts)
        assert (receipt.judgement_id, receipt.fresh) == (held.judgement_id, True)
    first, second = held.presentation
    mine = [row for row in revisions(ctx) if row[1] in held.presentation]
    assert mine == [(0, first, 2, 1, 1), (1, second, 1, 1, 1), (2, second, 3, 1, 1)]
    days = column(
        ctx,
        "SELECT submitted_on FROM judgement WHERE judgement_id = ? ORDER BY revision_no",
        held.judgement_id,
    )
    assert days == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 3)]


def test_the_same_revision_again_adds_nothing_and_one_back_to_the_first_answer_does(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = ask_and_judge(ctx, actor, project)
    tie, first = [Draft(choice="tie")], [Draft(choice=held.presentation[0], strength=2)]
    fresh = [
        revise_judgement(ctx, actor, held.judgement_id, drafts).fresh
        for drafts in (first, tie, tie, first, first)
    ]
    assert fresh == [False, True, False, True, False]
    assert [row[1] for row in revisions(ctx)] == [held.presentation[0], "tie", held.presentation[0]]
    assert not judge(ctx, actor, held).fresh  # what holds now is what counts as the same


def test_after_a_revision_the_first_answer_sent_again_does_not_undo_it(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = ask_and_judge(ctx, actor, project)
    revise_judgement(ctx, actor, held.judgement_id, [Draft(choice="tie")])
    with pytest.raises(AlreadyJudged):
        judge(ctx, actor, held)
    assert [row[1] for row in revisions(ctx)][-1] == "tie"


def test_only_what_is_judged_can_be_revised(ctx: Context, project: Project) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    with pytest.raises(NotFound, match="not judged yet"):
        revise_judgement(ctx, actor, held.judgement_id, [Draft(choice="tie")])
    skip_assignment(ctx, actor, held.assignment_id)
    with pytest.raises(NotFound, match="not judged yet"):
        revise_judgement(ctx, actor, held.judgement_id, [Draft(choice="tie")])
    assert count(ctx, "judgement") == 0


def test_nobody_can_judge_revise_or_skip_what_was_handed_to_somebody_else(
    ctx: Context, project: Project
) -> None:
    one, other = raters(ctx, project, 2)
    stranger = invite(ctx, make_project(ctx, "elsewhere"), "stranger").actor
    held = ask_and_judge(ctx, one, project)
    following = next_assignment(ctx, one, project.name)
    for actor in (other, stranger):
        for call in (
            lambda actor=actor: judge(ctx, actor, following),
            lambda actor=actor: skip_assignment(ctx, actor, following.assignment_id),
            lambda actor=actor: revise_judgement(ctx, actor, held.judgement_id, [Draft(choice="tie")]),
        ):
            with pytest.raises(NotFound, match="not handed to you"):
                call()
    with pytest.raises(NotFound):
        judge(ctx, one, replace(following, assignment_id=new_id()))
    with pytest.raises(NotFound):
        judge(ctx, one, replace(following, judgement_id=held.judgement_id))
    with pytest.raises(NotAllowed):
        judge(ctx, replace(one, rater_key=None), following)
    assert (count(ctx, "judgement"), count(ctx, "skip")) == (1, 0)


def test_an_answer_that_does_not_fit_stores_nothing_and_the_place_is_kept(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    unfit = [
        [],
        [Draft(criterion="other", choice="tie")],
        [Draft(choice="tie"), Draft(choice="tie")],
        [Draft(choice="c999-a", strength=1)],
        [Draft(choice="skip")],
        [Draft(choice="tie", rationale="a\x00b")],
    ]
    for drafts in unfit:
        with pytest.raises(BadAnswer):
            submit_judgement(ctx, actor, held.assignment_id, held.judgement_id, drafts)
    assert count(ctx, "judgement") == 0
    assert next_assignment(ctx, actor, project.name) == held
    assert judge(ctx, actor, held).fresh


def test_a_skip_twice_is_one_skip_and_what_is_judged_cannot_be_skipped(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    fresh = [skip_assignment(ctx, actor, held.assignment_id, " Too long. ").fresh for _ in range(2)]
    assert fresh == [True, False]
    assert column(ctx, "SELECT reason FROM skip") == ["Too long."]
    judged = ask_and_judge(ctx, actor, project)
    with pytest.raises(AlreadyJudged):
        skip_assignment(ctx, actor, judged.assignment_id)
    assert count(ctx, "skip") == 1


def test_a_reason_that_cannot_be_kept_is_refused_and_the_comparison_not_skipped(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    for reason in ("x" * 2001, "a\x00b", "half \ud83d"):
        with pytest.raises(BadAnswer, match="reason"):
            skip_assignment(ctx, actor, held.assignment_id, reason)
    assert next_assignment(ctx, actor, project.name) == held


def test_who_skipped_and_answers_after_all_is_heard(ctx: Context, project: Project) -> None:
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    skip_assignment(ctx, actor, held.assignment_id)
    assert judge(ctx, actor, held).fresh
    assert not judge(ctx, actor, held).fresh
    with pytest.raises(AlreadyJudged):
        skip_assignment(ctx, actor, held.assignment_id)
    assert (count(ctx, "judgement"), count(ctx, "skip")) == (1, 1)
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_two_tabs_show_the_same_comparison_and_the_second_answer_is_not_lost_in_silence(
    ctx: Context, project: Project
) -> None:
    (actor,) = raters(ctx, project, 1)
    left, right = (next_assignment(ctx, actor, project.name) for _ in range(2))
    assert left == right
    following = judge(ctx, actor, left).next
    with pytest.raises(AlreadyJudged):
        judge(ctx, actor, right, "tie", strength=0)
    assert revise_judgement(ctx, actor, right.judgement_id, [Draft(choice="tie")]).next == following
    assert next_assignment(ctx, actor, project.name) == following


def test_the_last_receipt_says_that_there_is_no_more(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, [comparison("only")])
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    for _ in range(2):
        receipt = judge(ctx, actor, held)
        assert isinstance(receipt.next, NoWork)
        assert receipt.next.reason == "no_eligible"


def test_a_judgement_on_several_criteria_is_one_submission(ctx: Context) -> None:
    names = ("overall", "safety")
    project = make_project(ctx, criteria=[{"name": each, "question": "?"} for each in names])
    bring(ctx, project, 1)
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    both = [Draft(criterion=each, choice="tie") for each in names]

    def submit(drafts: list[Draft]) -> bool:
        return submit_judgement(ctx, actor, held.assignment_id, held.judgement_id, drafts).fresh

    assert [submit(both), submit(both[::-1])] == [True, False]  # whatever order the answers come in
    with pytest.raises(AlreadyJudged):
        submit([both[0], Draft(criterion="safety", choice="both_bad")])
    assert column(ctx, "SELECT arrival_no FROM judgement") == [1, 1]
    assert board_in_memory(ctx, project)["comparisons"][0][2] == 1
