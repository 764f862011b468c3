"""Practice: tried first or again later, explained afterwards, never counted."""

from __future__ import annotations

from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.practice import practice_state
from rlhf_collect.errors import AlreadyJudged, BadAnswer, NotAllowed, NotFound, NoWork
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.exports import judgement_stream
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.practice_rounds import answer_practice, my_practice, next_practice, practise_again
from rlhf_collect.services.raters import about_me, export_me
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.versions import freeze_version
from tests.making import bring, comparison, invite, judge, make_project, raters, said

NAME = "helpfulness"


def begin(ctx: Context, **practice: Any) -> Any:
    project = make_project(ctx, practice={"comparisons": ["p1", "p2"], **practice})
    bring(
        ctx,
        project,
        [
            comparison("p1", gold="p1-b"),
            comparison("p2", gold="tie"),
            *(comparison(f"c{n}") for n in range(4)),
        ],
    )
    return project


def answer(ctx: Context, actor: Any, name: str, choice: str) -> Any:
    draft = Draft(choice=choice, strength=None if choice == "tie" else 1)
    return answer_practice(ctx, actor, NAME, name, [draft])


def test_they_come_in_the_order_of_the_project_file_and_say_what_was_expected_afterwards(
    ctx: Context,
) -> None:
    project = begin(ctx)
    (rater,) = raters(ctx, project, 1)
    turn = next_practice(ctx, rater, NAME)
    assert turn is not None and (turn.number, turn.total, turn.criterion) == (1, 2, "overall")
    assert "gold" not in repr(turn)
    result = answer(ctx, rater, "p1", "p1-a")
    assert (result.as_expected, result.choice, result.reason) == (False, "p1-b", "It is so.")
    assert result.side == "AB"[turn.presentation.index("p1-b")]
    assert next_practice(ctx, rater, NAME).number == 2  # type: ignore[union-attr]
    second = answer(ctx, rater, "p2", "tie")
    assert (second.as_expected, second.side) == (True, None)
    assert next_practice(ctx, rater, NAME) is None
    assert second.state.as_json() == {
        "required": False, "pass": 0, "total": 2, "answered": 2, "expected": 1, "done": True,
    }  # fmt: skip


def test_the_sides_are_shuffled_for_each_rater_and_stay_as_they_are(ctx: Context) -> None:
    project = begin(ctx)
    people = raters(ctx, project, 12)
    orders = [next_practice(ctx, each, NAME).presentation for each in people]  # type: ignore[union-attr]
    assert len(set(orders)) == 2
    assert orders == [next_practice(ctx, each, NAME).presentation for each in people]  # type: ignore[union-attr]


def test_required_practice_comes_before_the_first_comparison_until_enough_is_as_expected(
    ctx: Context,
) -> None:
    project = begin(ctx, required=True, **{"pass": 2})
    (rater,) = raters(ctx, project, 1)
    for choices, may in (("p1-a", "tie"), False), (("p1-b", "tie"), True):
        answer(ctx, rater, "p1", choices[0])
        with pytest.raises(NoWork) as refusal:
            next_assignment(ctx, rater, NAME)
        assert refusal.value.reason == "practice_required"
        answer(ctx, rater, "p2", choices[1])
        if not may:
            practise_again(ctx, rater, NAME)
    assert next_assignment(ctx, rater, NAME)
    # Another round takes nothing away.
    assert practise_again(ctx, rater, NAME).done
    assert next_assignment(ctx, rater, NAME)


def test_the_same_answer_again_is_the_same_and_another_one_waits_for_another_round(ctx: Context) -> None:
    project = begin(ctx)
    (rater,) = raters(ctx, project, 1)
    assert answer(ctx, rater, "p1", "p1-a") == answer(ctx, rater, "p1", "p1-a")
    with pytest.raises(AlreadyJudged):
        answer(ctx, rater, "p1", "p1-b")
    practise_again(ctx, rater, NAME)
    assert practise_again(ctx, rater, NAME).answered == 0
    assert answer(ctx, rater, "p1", "p1-b").as_expected
    mine = export_me(ctx, rater)
    assert [(each["round_no"], each["as_expected"]) for each in mine["practice_answers"]] == [
        (0, False),
        (1, True),
    ]
    assert [each["round_no"] for each in mine["practice_rounds"]] == [1]


def test_only_practice_comparisons_are_answered_here_and_by_the_rules_of_the_rubric(ctx: Context) -> None:
    project = begin(ctx)
    (rater,) = raters(ctx, project, 1)
    for name in ("c0", "nothing"):
        with pytest.raises(NotFound, match="not a practice comparison"):
            answer(ctx, rater, name, "tie")
    with pytest.raises(BadAnswer):
        answer_practice(ctx, rater, NAME, "p1", [Draft(choice="p1-a")])
    with pytest.raises(BadAnswer):
        answer_practice(ctx, rater, NAME, "p1", [Draft(choice="p1-a", strength=1, criterion="else")])
    lead = invite(ctx, project, "lead", "lead").actor
    for verb in (my_practice, next_practice, practise_again):
        with pytest.raises(NotAllowed):
            verb(ctx, lead, NAME)
        with pytest.raises(NotFound):
            verb(ctx, rater, "elsewhere")


def test_practice_enters_no_count_no_agreement_and_no_version(ctx: Context) -> None:
    project = begin(ctx)
    people = raters(ctx, project, 3)
    for rater in people:
        assert about_me(ctx, rater)["progress"] == {"judged": 0, "left": 4}
        answer(ctx, rater, "p1", "p1-b")
        answer(ctx, rater, "p2", "p2-a")
    # Even judgements made elsewhere on what is practice here stay out of versions.
    import_judgements(ctx, OPERATOR, NAME, [said("p1", "imported", "p1-a")], source="x")
    assert project_progress(ctx, OPERATOR, NAME)["comparisons"] == 4
    assert project_progress(ctx, OPERATOR, NAME)["judgements"] == 0
    assert about_me(ctx, people[0])["progress"] == {"judged": 0, "left": 4}
    for rater in people:
        judge(ctx, rater, next_assignment(ctx, rater, NAME))
    assert project_agreement(ctx, OPERATOR, NAME)["judgements"] == 3
    assert len([each for each in judgement_stream(ctx, OPERATOR, NAME) if each["rater"] != "imported"]) == 3
    sealed = freeze_version(ctx, OPERATOR, NAME, "1.0.0")
    assert sum(sealed["rows"]["ratings"].values()) == 3
    assert sum(sealed["rows"]["comparisons"].values()) <= 3


def test_doctor_finds_practice_that_is_not_there_and_does_not_lock_anybody_out(ctx: Context) -> None:
    project = make_project(ctx, practice={"comparisons": ["p1", "c0"], "required": True, "pass": 2})
    bring(ctx, project, [comparison("c0"), comparison("c1")])
    (rater,) = raters(ctx, project, 1)
    assert my_practice(ctx, rater, NAME).total == 0
    assert next_assignment(ctx, rater, NAME)
    wrong = {each["name"]: each["wrong"] for each in examine_store(ctx)["checks"]}
    assert wrong["practice comparisons"] == 2


def test_me_tells_raters_how_far_they_are_and_leads_nothing(ctx: Context) -> None:
    project = begin(ctx)
    (rater,) = raters(ctx, project, 1)
    assert about_me(ctx, rater)["practice"]["total"] == 2
    assert about_me(ctx, invite(ctx, project, "lead", "lead").actor)["practice"] is None
    plain = make_project(ctx, "plain")
    assert about_me(ctx, raters(ctx, plain, 1)[0])["practice"] is None


@pytest.mark.parametrize(
    ("needed", "total", "rounds", "done"),
    [
        (0, 2, {}, False),
        (0, 2, {0: (1, 1)}, False),
        (0, 2, {0: (2, 0)}, True),
        (2, 3, {0: (2, 2)}, True),
        (2, 3, {0: (3, 1), 1: (1, 1)}, False),
        (2, 3, {0: (3, 2), 1: (1, 0)}, True),
        (2, 0, {}, True),
        (2, 1, {0: (1, 1)}, True),
    ],
)
def test_what_is_enough(needed: int, total: int, rounds: dict[int, tuple[int, int]], done: bool) -> None:
    state = practice_state(required=True, needed=needed, total=total, round_no=0, rounds=rounds)
    assert state.done is done
    assert state.bars is not done
