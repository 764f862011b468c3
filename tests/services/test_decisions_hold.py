# ruff: noqa: F811 - fixtures of the module beside this one are asked for by their names
"""Decisions and appeals under pressure: given twice, raced by an erasure, resting on what fell, looked at by others."""

from __future__ import annotations

from uuid import UUID

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import Conflict, NotSignedIn
from rlhf_collect.services.adjudications import adjudicate
from rlhf_collect.services.appeals import answer_appeal, contest
from rlhf_collect.services.context import Context
from rlhf_collect.services.decided import list_appeals, list_exclusions, my_controls
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.exclusions import decide_exclusion, lift_exclusion
from rlhf_collect.services.reports import project_agreement
from rlhf_collect.web.lead_decided import decided_html
from rlhf_collect.web.lead_words import words_in
from tests.making import HeldClock
from tests.services.looking import count

# The story is told by the module beside this one; its fixtures are taken as they are.
from tests.services.test_exclusions import (  # noqa: F401
    ORDINARY,
    WHY,
    Team,
    ctx,
    decide,
    in_effect,
    judgements,
    known_as,
    team,
    told,
    wrong,
)


def test_given_twice_it_is_decided_once_and_what_an_appeal_gave_back_is_not_decided_again(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    done = decide(ctx, team)
    with pytest.raises(Conflict, match="stands already"):
        decide(ctx, team)
    clock.move(days=7)
    assert judgements(ctx) == 2 * ORDINARY
    opened = contest(ctx, team.ada, decision=done.decision_id)
    answer_appeal(ctx, team.max, "helpfulness", opened.appeal_id, step="upheld", reasons="It is her taste.")
    assert judgements(ctx) == 3 * ORDINARY
    with pytest.raises(Conflict, match="given back"):
        decide(ctx, team)
    assert count(ctx, "decision") == 1


def test_what_a_lead_lifted_may_be_decided_again_and_what_is_new_beside_what_stands(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    few = decide(ctx, team, comparisons=["c000"])
    rest = decide(ctx, team)
    assert (few.judgements, rest.judgements) == (1, ORDINARY)
    lift_exclusion(ctx, team.lea, "helpfulness", few.decision_id)
    assert decide(ctx, team, comparisons=["c000", "c001"]).judgements == 1


def test_whoever_was_erased_after_they_were_let_in_decides_and_contests_nothing(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    done = decide(ctx, team, comparisons=["c000"])
    erase_me(ctx, team.ada, judgements="kept")
    erase_me(ctx, team.lea, judgements="kept")
    with pytest.raises(NotSignedIn):
        contest(ctx, team.ada, decision=done.decision_id, reasons="Zyx")
    with pytest.raises(NotSignedIn):
        adjudicate(ctx, team.lea, "helpfulness", "c001", choice="c001-a", strength=1, reason="Zyx Zyx Zyx.")
    with pytest.raises(NotSignedIn):
        lift_exclusion(ctx, team.lea, "helpfulness", done.decision_id)
    with pytest.raises(NotSignedIn):
        decide_exclusion(
            ctx, team.lea, "helpfulness", known_as(ctx, team.bo), reasons=WHY, evidence=["first_shown"]
        )
    assert (count(ctx, "appeal"), count(ctx, "adjudication"), count(ctx, "decision")) == (0, 0, 1)
    assert wrong(ctx) == []


def test_leads_read_on_when_whom_it_is_about_left_their_judgements_without_a_name(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    in_effect(ctx, clock, team)
    erase_me(ctx, team.ada, judgements="kept")
    (decision,) = list_exclusions(ctx, team.lea, "helpfulness")
    assert decision["evidence"] == {"figures": [], "controls": []}
    appeals = list_appeals(ctx, team.lea, "helpfulness")
    for language in ("en", "fr"):
        assert WHY not in decided_html(words_in(language), [decision], appeals), language


def test_a_decision_that_rests_on_a_known_answer_alone_falls_with_it(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    in_effect(ctx, clock, team, evidence=["control:g0"], comparisons=["c000", "c001"])
    in_effect(ctx, clock, team, comparisons=["c002"])
    assert judgements(ctx) == 3 * ORDINARY - 3
    opened = contest(ctx, team.bo, judgement=UUID(my_controls(ctx, team.bo)[0]["judgement"]))
    answer_appeal(ctx, team.max, "helpfulness", opened.appeal_id, step="upheld", reasons="Both are true.")
    assert judgements(ctx) == 3 * ORDINARY - 1
    states = [each["state"] for each in list_exclusions(ctx, team.lea, "helpfulness")]
    assert states == ["in_effect", "lifted"]
    assert project_agreement(ctx, OPERATOR, "helpfulness")["gold_accuracy"] is None
    assert wrong(ctx) == []


def test_the_second_contact_sees_what_is_contested_and_no_known_answer_before_their_own(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    done = decide(ctx, team)
    assert list_exclusions(ctx, team.sam, "helpfulness") == []
    contest(ctx, team.ada, decision=done.decision_id)
    contest(ctx, team.bo, judgement=UUID(my_controls(ctx, team.bo)[0]["judgement"]))
    assert len(list_exclusions(ctx, team.sam, "helpfulness")) == 1
    assert [each["subject"] for each in list_appeals(ctx, team.sam, "helpfulness")] == ["decision"]
    assert len(list_appeals(ctx, team.max, "helpfulness")) == 2
