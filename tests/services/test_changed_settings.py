"""Settings change while people work: what they have open counts, and what it was given under is known."""

from __future__ import annotations

from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import AlreadyJudged, BadAnswer, NotAllowed
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import Receipt, revise_judgement, submit_judgement
from rlhf_collect.services.projects import apply_project, find_project
from rlhf_collect.services.reports import project_agreement
from rlhf_collect.services.serving import Assignment, next_assignment
from tests.making import HeldClock, ask_and_judge, bring, invite, judge, make_project, raters, settings
from tests.services.looking import board_from_store, board_in_memory, query, reason_of_none

OVERALL = {"name": "overall", "question": "Which is better?"}
SAFETY = {"name": "safety", "question": "Which is safer?"}


def answers(
    assignment: Assignment, *criteria: str, strength: int | None = 2, choice: str = ""
) -> list[Draft]:
    return [
        Draft(criterion=each, choice=choice or assignment.presentation[0], strength=strength)
        for each in criteria
    ]


def submit(ctx: Context, actor: Actor, assignment: Assignment, drafts: list[Draft]) -> Receipt:
    return submit_judgement(ctx, actor, assignment.assignment_id, assignment.judgement_id, drafts)


def stored(ctx: Context) -> list[tuple[Any, ...]]:
    return query(
        ctx,
        "SELECT criterion, revision_no, arrival_no, setting_no, guideline_version FROM judgement"
        " ORDER BY sequence_no",
    )


def test_the_same_settings_again_change_nothing_and_others_count_up(ctx: Context) -> None:
    said = [apply_project(ctx, OPERATOR, settings(overlap=overlap)) for overlap in (3, 3, 2, 3)]
    assert [(each["setting_no"], each["changed"]) for each in said] == [
        (1, True),
        (1, False),
        (2, True),
        (3, True),
    ]
    assert query(ctx, "SELECT count(*) FROM project") == [(1,)]


def test_people_of_a_project_may_not_apply_settings(ctx: Context) -> None:
    project = make_project(ctx)
    for role in ("rater", "lead", "admin"):
        with pytest.raises(NotAllowed):
            apply_project(ctx, invite(ctx, project, role, role).actor, settings(overlap=5))
    assert find_project(ctx, project.name).setting_no == 1


def test_a_raised_overlap_opens_complete_comparisons_to_others(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    ask_and_judge(ctx, one, project)
    assert reason_of_none(ctx, other, project) == "no_eligible"
    make_project(ctx, overlap=2)
    ask_and_judge(ctx, other, project)
    assert reason_of_none(ctx, one, project) == "no_eligible"


def test_a_lowered_overlap_leaves_who_is_reading_their_comparison(ctx: Context, clock: HeldClock) -> None:
    project = make_project(ctx, overlap=3)
    bring(ctx, project, 1)
    one, other, late, third = raters(ctx, project, 4)
    held = [next_assignment(ctx, each, project.name) for each in (one, other, late)]
    make_project(ctx, overlap=1)
    assert [next_assignment(ctx, each, project.name) for each in (one, other)] == held[:2]
    assert judge(ctx, one, held[0]).fresh
    assert judge(ctx, other, held[1]).fresh
    clock.move(minutes=31)  # the third place is not given again, but who held it may still answer
    assert reason_of_none(ctx, late, project) == "no_eligible"
    assert reason_of_none(ctx, third, project) == "no_eligible"
    assert judge(ctx, late, held[2]).fresh
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_new_lease_minutes_hold_for_what_is_handed_out_from_then_on(ctx: Context, clock: HeldClock) -> None:
    project = make_project(ctx, overlap=2, lease_minutes=30)
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    before = next_assignment(ctx, one, project.name)
    make_project(ctx, overlap=2, lease_minutes=5)
    assert next_assignment(ctx, one, project.name) == before
    after = next_assignment(ctx, other, project.name)
    assert (before.lease_ends - clock.now).seconds == 1800
    assert (after.lease_ends - clock.now).seconds == 300


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([OVERALL], [OVERALL, SAFETY]),
        ([OVERALL, SAFETY], [SAFETY]),
        ([OVERALL], [SAFETY]),
    ],
)
def test_answers_to_the_rubric_shown_and_to_the_one_in_force_are_both_taken(
    ctx: Context, before: list[dict[str, str]], after: list[dict[str, str]]
) -> None:
    project = make_project(ctx, criteria=before)
    bring(ctx, project, 1)
    people = raters(ctx, project, 2)
    held = [next_assignment(ctx, each, project.name) for each in people]
    make_project(ctx, criteria=after)
    for actor, assignment, rubric in zip(people, held, (before, after), strict=True):
        names = [each["name"] for each in rubric]
        assert submit(ctx, actor, assignment, answers(assignment, *names)).fresh
        assert not submit(ctx, actor, assignment, answers(assignment, *names)).fresh
    assert {row[3] for row in stored(ctx)} == {1}  # the settings it was handed out under
    assert examine_store(ctx)["healthy"]


def test_other_degrees_of_better_do_not_lose_an_answer_that_is_open(ctx: Context) -> None:
    project = make_project(ctx, criteria=[OVERALL | {"strengths": 0}])
    bring(ctx, project, 1)
    people = raters(ctx, project, 3)
    held = [next_assignment(ctx, each, project.name) for each in people]
    make_project(ctx, criteria=[OVERALL | {"strengths": 2}])
    make_project(ctx, criteria=[OVERALL | {"strengths": 3}])
    for actor, assignment, strength in zip(people, held, (None, 2, 3), strict=True):
        submit(ctx, actor, assignment, answers(assignment, "overall", strength=strength))
    assert query(ctx, "SELECT strength FROM judgement ORDER BY sequence_no") == [(None,), (2,), (3,)]


def test_an_answer_that_fits_no_rubric_since_is_refused_in_the_words_of_the_present_one(ctx: Context) -> None:
    project = make_project(ctx, criteria=[SAFETY])
    make_project(ctx, criteria=[OVERALL])
    bring(ctx, project, 1)
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    make_project(ctx, criteria=[OVERALL, SAFETY])
    for wrong in (answers(held, "safety"), answers(held, "overall", strength=4), []):
        with pytest.raises(BadAnswer, match="every criterion once, please: overall, safety"):
            submit(ctx, actor, held, wrong)
    assert stored(ctx) == []


def test_a_judgement_names_the_guidelines_it_was_given_under_through_every_revision(ctx: Context) -> None:
    project = make_project(ctx, guidelines={"version": "1", "text": "Be kind."})
    bring(ctx, project, 2)
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    make_project(ctx, guidelines={"version": "2", "text": "Be brief."})
    following = submit(ctx, actor, held, answers(held, "overall")).next
    assert isinstance(following, Assignment)
    revise_judgement(ctx, actor, held.judgement_id, answers(held, "overall", strength=1))
    judge(ctx, actor, following)
    assert [(row[1], row[3], row[4]) for row in stored(ctx)] == [(0, 1, "1"), (1, 1, "1"), (0, 2, "2")]


def test_a_criterion_added_by_a_revision_stands_at_the_rank_of_its_judgement(ctx: Context) -> None:
    project = make_project(ctx, criteria=[OVERALL])
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    held = [ask_and_judge(ctx, each, project) for each in (one, other)]
    make_project(ctx, criteria=[OVERALL, SAFETY])
    both = answers(held[1], "overall", "safety", strength=1)
    assert revise_judgement(ctx, other, held[1].judgement_id, both).fresh
    assert not revise_judgement(ctx, other, held[1].judgement_id, both).fresh
    assert [row[:3] for row in stored(ctx)] == [
        ("overall", 0, 1),
        ("overall", 0, 2),
        ("overall", 1, 2),
        ("safety", 0, 2),
    ]
    assert examine_store(ctx)["healthy"]


def test_a_criterion_asked_no_more_stays_as_it_was_answered(ctx: Context) -> None:
    project = make_project(ctx, criteria=[OVERALL, SAFETY])
    bring(ctx, project, 1)
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    submit(ctx, actor, held, answers(held, "overall", "safety"))
    make_project(ctx, criteria=[OVERALL])
    changed = answers(held, "overall", strength=1)
    with pytest.raises(AlreadyJudged):
        submit(ctx, actor, held, changed)
    assert revise_judgement(ctx, actor, held.judgement_id, changed).fresh
    assert not revise_judgement(ctx, actor, held.judgement_id, changed).fresh
    assert not submit(ctx, actor, held, changed).fresh
    assert [row[:2] for row in stored(ctx)] == [("overall", 0), ("safety", 0), ("overall", 1)]
    make_project(ctx, criteria=[OVERALL, SAFETY])
    assert project_agreement(ctx, OPERATOR, project.name, "safety")["judgements"] == 1
