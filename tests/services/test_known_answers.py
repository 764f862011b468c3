"""Known answers as leads see them, and one that is taken out of use."""

from __future__ import annotations

from uuid import UUID

import pytest

from rlhf_collect.domain.appeals import LIFTED
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import BadAnswer, NotAllowed, NotFound, Refused
from rlhf_collect.services.appeals import answer_appeal, contest
from rlhf_collect.services.context import Context
from rlhf_collect.services.decided import list_exclusions, my_controls
from rlhf_collect.services.judgements import revise_judgement
from rlhf_collect.services.known_answers import list_known_answers, remove_known_answer
from rlhf_collect.services.rater_figures import my_figures
from rlhf_collect.services.reports import project_agreement
from tests.services.looking import column
from tests.services.stories import Told, fixtures_of
from tests.services.test_exclusions import Team, decide, story, wrong

PROJECT = "helpfulness"
WHY = "Both can be defended."


told, ctx = fixtures_of(story)


@pytest.fixture
def team(told: Told) -> Team:
    found: Team = told.answer
    return found


def test_a_lead_sees_how_often_a_known_answer_was_given_at_first_and_nobody_by_name(
    ctx: Context, team: Team
) -> None:
    (control,) = my_controls(ctx, team.ada)
    revise_judgement(ctx, team.ada, UUID(control["judgement"]), [Draft(choice="g0-a", strength=1)])
    (known,) = list_known_answers(ctx, team.lea, PROJECT)
    assert known == {
        "comparison": "g0",
        "prompt": "What is g0?",
        "criterion": "overall",
        "expected": "g0-a",
        "reason": "It is so.",
        "judgements": 3,
        "as_expected": {"value": 0.666667, "low": 0.2077, "high": 0.9385, "n": 3},
        "contested": 0,
        "waiting": 0,
        "removed": False,
        "removed_by": "",
        "removed_because": "",
        "responses": [
            {"id": f"g0-{each}", "text": f"Reply {place} about g0."} for place, each in enumerate("ab")
        ],
    }
    with pytest.raises(NotAllowed):
        list_known_answers(ctx, team.ada, PROJECT)


def test_one_out_of_use_measures_nobody_and_what_rested_on_it_alone_is_lifted(
    ctx: Context, team: Team
) -> None:
    decide(ctx, team, evidence=["control:g0"])
    assert project_agreement(ctx, team.lea, PROJECT)["gold_accuracy"]["n"] == 3
    assert remove_known_answer(ctx, team.lea, PROJECT, "g0", WHY)["fresh"]
    assert not remove_known_answer(ctx, team.lea, PROJECT, "g0", WHY)["fresh"]
    assert project_agreement(ctx, team.lea, PROJECT)["gold_accuracy"] is None
    assert my_figures(ctx, team.bo)["counted"]["gold_accuracy"] == 0
    assert [each["state"] for each in list_exclusions(ctx, team.lea, PROJECT)] == [LIFTED]
    assert [each["removed"] for each in my_controls(ctx, team.ada)] == [True]
    (known,) = list_known_answers(ctx, team.lea, PROJECT)
    assert (known["removed"], known["removed_by"], known["removed_because"]) == (True, team.lea.name, WHY)
    assert column(ctx, "SELECT detail FROM audit WHERE deed = 'remove_known_answer'") == [
        '{"comparison": "g0", "reason": "Both can be defended."}'
    ]
    assert wrong(ctx) == []


def test_what_a_rater_contests_is_answered_to_them_and_not_taken_away_beside_it(
    ctx: Context, team: Team
) -> None:
    (control,) = my_controls(ctx, team.ada)
    appeal = contest(ctx, team.ada, judgement=UUID(control["judgement"]), reasons="Mine is right too.")
    (known,) = list_known_answers(ctx, team.lea, PROJECT)
    assert (known["contested"], known["waiting"], known["removed"]) == (1, 1, False)
    with pytest.raises(Refused, match="Answer that on the Raters tab"):
        remove_known_answer(ctx, team.lea, PROJECT, "g0", WHY)
    answer_appeal(
        ctx, team.lea, PROJECT, appeal.appeal_id, step="upheld", reasons="So it is.", comparisons=[]
    )
    (known,) = list_known_answers(ctx, team.lea, PROJECT)
    assert (known["contested"], known["waiting"], known["removed"]) == (1, 0, True)


def test_nothing_is_taken_out_of_use_without_a_reason_a_right_or_a_known_answer(
    ctx: Context, team: Team
) -> None:
    with pytest.raises(BadAnswer, match=r"reason: 3 characters\. Write 10 to 2000"):
        remove_known_answer(ctx, team.lea, PROJECT, "g0", " no. ")
    with pytest.raises(NotFound, match="'c000' is not among the known answers"):
        remove_known_answer(ctx, team.lea, PROJECT, "c000", WHY)
    with pytest.raises(NotAllowed):
        remove_known_answer(ctx, team.ada, PROJECT, "g0", WHY)
    assert [each["removed"] for each in list_known_answers(ctx, team.lea, PROJECT)] == [False]
