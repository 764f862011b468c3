"""A second rater decides: without names, never what they were to judge, beside what raters said and below a lead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import BadAnswer, BadCall, NotAllowed, NotFound, NoWork, Refused
from rlhf_collect.services.adjudications import adjudicate, take_back_adjudication
from rlhf_collect.services.board import Board
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.contested import contested_comparisons
from rlhf_collect.services.context import Context
from rlhf_collect.services.deciders import list_deciders, name_decider
from rlhf_collect.services.deciding import (
    ToDecide,
    decide,
    deciding_standing,
    leave_to_others,
    next_to_decide,
    take_back_decision,
)
from rlhf_collect.services.deciding_shown import my_decided, my_decision, said_by_raters
from rlhf_collect.services.eligibility import set_limits
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.leasing import board_of
from rlhf_collect.services.page_objects import draft_of, save_decision_draft
from rlhf_collect.services.projects import find_project
from rlhf_collect.services.raters import export_me, set_consents
from rlhf_collect.services.rebuilding import rebuild_version
from rlhf_collect.services.referrals import refer, take_back_referral
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.versions import freeze_version
from tests.depth import thorough
from tests.exporters.example import read_rows
from tests.making import MODELS, HeldClock, bring, comparison, invite, judge, make_project, raters
from tests.services.looking import name_of, query
from tests.services.stories import Told, tell, told_again

NAME = "helpfulness"
WHY = "The other one invents a date."


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Two raters differ on ``c`` and ``d``; Lea names Cy and Di, and leaves both comparisons to a second rater."""

    def story(ctx: Context, clock: HeldClock) -> dict[str, Actor]:
        project = make_project(ctx, overlap=3)
        bring(ctx, project, [comparison("c", tags=("law",)), comparison("d")])
        people = dict(zip(("ada", "bo"), raters(ctx, project, 2), strict=True))
        for person, letter, words in (("ada", "a", "Words of Ada."), ("bo", "b", "Words of Bo.")):
            for _ in range(2):
                held = next_assignment(ctx, people[person], NAME)
                judge(ctx, people[person], held, f"{held.presentation[0][:-2]}-{letter}", rationale=words)
        set_consents(ctx, people["bo"], {"publish_rationale": True})
        people |= {name: invite(ctx, project, name).actor for name in ("cy", "di", "ed")}
        people["lea"] = invite(ctx, project, "lea", "lead").actor
        for name in ("cy", "di"):
            name_decider(ctx, people["lea"], NAME, name)
        refer(ctx, people["lea"], NAME)
        return people

    return tell(tmp_path_factory.mktemp("story"), story)


@pytest.fixture
def ctx(told_once: Told, clock: HeldClock) -> Iterator[Context]:
    with told_again(told_once, clock) as opened:
        query(opened, "UPDATE schema_migration SET applied_at = TIMESTAMPTZ '2026-01-01 00:00:00+00'")
        yield opened


@pytest.fixture
def people(told_once: Told) -> dict[str, Actor]:
    found: dict[str, Actor] = told_once.answer
    return found


def names(ctx: Context, shown: ToDecide | NoWork) -> str:
    assert isinstance(shown, ToDecide)
    found: str = query(
        ctx, "SELECT comparison_id FROM comparison WHERE comparison_key = ?", shown.comparison_key
    )[0][0]
    return found


def settle(ctx: Context, actor: Actor, shown: ToDecide, letter: str = "b", **more: Any) -> Any:
    draft = Draft(choice=f"{names(ctx, shown)}-{letter}", strength=2)
    return decide(ctx, actor, shown.decision_id, draft, more.pop("reason", WHY), **more)


def bo_saw(ctx: Context, bo: Actor, name: str) -> list[str]:
    """The completions in the order they stood in before Bo."""
    rows = query(
        ctx,
        """SELECT j.presentation FROM judgement j JOIN comparison c USING (comparison_key)
        WHERE j.rater_key = ? AND c.comparison_id = ?""",
        bo.rater_key,
        name,
    )
    order: list[str] = json.loads(rows[0][0])
    return order


def frozen(ctx: Context, version: str) -> list[dict[str, Any]]:
    return read_rows(Path(freeze_version(ctx, OPERATOR, NAME, version)["path"]), "ratings")


def test_a_decider_sees_what_was_said_and_not_who_and_words_only_of_who_publishes_them(
    ctx: Context, people: dict[str, Actor]
) -> None:
    shown = next_to_decide(ctx, people["cy"], NAME)
    assert next_to_decide(ctx, people["cy"], NAME) == shown, (
        "the same one in the same order until it is decided"
    )
    said = said_by_raters(ctx, find_project(ctx, NAME), shown)
    assert sorted((each["choice"][-1], each["rationale"], each["withheld"]) for each in said) == [
        ("a", None, True),
        ("b", "Words of Bo.", False),
    ]
    assert [each["side"] for each in said] == ["A", "B"], "in the order of what was said"
    assert all(shown.presentation.index(each["choice"]) == "AB".index(each["side"]) for each in said)
    (bo,) = [each for each in said if each["rationale"]]
    seen = bo_saw(ctx, people["bo"], names(ctx, shown))
    other = [("AB"[shown.presentation.index(each)]) for each in seen]
    assert bo["seen"] == (None if other == ["A", "B"] else ["B", "A"]), "what A and B mean in the words"
    told = json.dumps(said)
    assert not any(model in told for model in MODELS)
    assert "rater 0" not in told


def test_the_decision_is_published_under_its_role_with_its_order_and_a_leads_holds_before_it(
    ctx: Context, people: dict[str, Actor]
) -> None:
    shown = next_to_decide(ctx, people["cy"], NAME)
    name = names(ctx, shown)
    done = settle(ctx, people["cy"], shown)
    assert (done.fresh, done.revision_no, names(ctx, done.next) != name) == (True, 0, True)
    assert not settle(ctx, people["cy"], shown).fresh
    (row,) = [each for each in frozen(ctx, "1.0.0") if each["role"] != "rater"]
    assert (row["comparison_id"], row["role"], row["choice"], row["rationale"], row["rater"]) == (
        name, "second_rater", f"{name}-b", WHY, None,
    )  # fmt: skip
    assert tuple(row["presentation"]) == shown.presentation
    adjudicate(ctx, people["lea"], NAME, name, choice=f"{name}-a", reason=WHY)
    assert settle(ctx, people["cy"], shown, reason="Looked at again, it does invent a date.").revision_no == 1
    freeze_version(ctx, OPERATOR, NAME, "1.1.0")
    pairs = read_rows(ctx.versions / NAME / "1.1.0", "preference")
    assert [row["chosen"][0]["content"] for row in pairs] == [f"Reply 0 about {name}."], (
        "the lead's, though older"
    )
    (told,) = contested_comparisons(ctx, people["lea"], NAME)["comparisons"][1:]
    assert [(each["by"], each["role"]) for each in told["decisions"]] == [("lea", "lead"), ("", "rater")]
    for version in ("1.0.0", "1.1.0"):
        built = rebuild_version(ctx, OPERATOR, NAME, version)
        assert (built["identical"], built["inputs"]) == (True, []), str(built)
    assert [each for each in examine_store(ctx)["checks"] if each["wrong"]] == []


def test_what_somebody_has_before_them_is_shown_to_others_only_once_its_time_is_over(
    ctx: Context, people: dict[str, Actor], clock: HeldClock
) -> None:
    first, other = (names(ctx, next_to_decide(ctx, people[each], NAME)) for each in ("cy", "di"))
    assert first != other
    assert deciding_standing(ctx, people["di"])["left"] == 1
    clock.move(hours=24)
    assert deciding_standing(ctx, people["di"])["left"] == 2


def test_what_is_left_to_others_does_not_come_back_and_goes_to_them(
    ctx: Context, people: dict[str, Actor]
) -> None:
    shown = next_to_decide(ctx, people["cy"], NAME)
    after = leave_to_others(ctx, people["cy"], shown.decision_id).next
    assert isinstance(after, ToDecide)
    assert after.comparison_key != shown.comparison_key
    assert isinstance(leave_to_others(ctx, people["cy"], after.decision_id).next, NoWork)
    with pytest.raises(Refused, match="left this comparison"):
        settle(ctx, people["cy"], shown)
    assert names(ctx, next_to_decide(ctx, people["di"], NAME)) == names(ctx, shown)
    assert "declin" not in json.dumps(contested_comparisons(ctx, people["lea"], NAME))


def test_nobody_decides_what_they_were_to_judge_nor_judges_what_they_saw_nor_beyond_their_limits(
    ctx: Context, people: dict[str, Actor], clock: HeldClock
) -> None:
    held = next_assignment(ctx, people["ed"], NAME)
    for each in (people["ada"].name, "ed"):
        name_decider(ctx, people["lea"], NAME, each)
    with pytest.raises(NoWork):
        next_to_decide(ctx, people["ada"], NAME)
    assert names(ctx, next_to_decide(ctx, people["ed"], NAME)) != name_of(ctx, held)
    with pytest.raises(NoWork):
        next_assignment(ctx, people["di"], NAME)  # both wait for a second rater
    set_limits(ctx, OPERATOR, NAME, "cy", tags=["law"])
    take_back_referral(ctx, people["lea"], NAME, ["d"])
    clock.move(hours=24)
    shown = next_to_decide(ctx, people["cy"], NAME)
    assert names(ctx, shown) == "c"
    assert isinstance(leave_to_others(ctx, people["cy"], shown.decision_id).next, NoWork)
    with pytest.raises(NoWork):
        next_assignment(ctx, people["cy"], NAME)


def test_the_board_stands_when_others_decide_or_something_else_waits_for_them(
    ctx: Context, people: dict[str, Actor]
) -> None:
    lea, ed, project = people["lea"], people["ed"], find_project(ctx, NAME)
    assert ed.rater_key is not None

    def board() -> Board:
        return ctx.store.write(lambda tx: board_of(ctx, tx, project))

    used = board()
    assert used.left_for(ed.rater_key) == 2
    name_decider(ctx, lea, NAME, "ed")
    assert board().left_for(ed.rater_key) == 0
    take_back_referral(ctx, lea, NAME, ["c"])
    assert name_of(ctx, next_assignment(ctx, ed, NAME)) == "c"
    refer(ctx, lea, NAME, ["c"])
    assert board().left_for(ed.rater_key) == 1, "what was handed to them stays theirs to judge"
    name_decider(ctx, lea, NAME, "ed", decides=False)
    assert board().left_for(ed.rater_key) == 2
    assert board() is used, "building it anew keeps all who ask for work waiting"


def test_what_waits_again_once_a_lead_takes_their_decision_back_is_not_handed_to_deciders_to_be_judged(
    ctx: Context, people: dict[str, Actor]
) -> None:
    adjudicate(ctx, people["lea"], NAME, "d", choice="tie", reason=WHY)
    with pytest.raises(NoWork):
        next_assignment(ctx, people["ada"], NAME)  # builds the board
    take_back_adjudication(ctx, people["lea"], NAME, "d")
    with pytest.raises(NoWork):
        next_assignment(ctx, people["cy"], NAME)


def test_who_may_not_and_what_cannot_be_is_refused_in_words(ctx: Context, people: dict[str, Actor]) -> None:
    cy, lea = people["cy"], people["lea"]
    shown = next_to_decide(ctx, cy, NAME)
    name = names(ctx, shown)
    for actor, error in ((people["ed"], NotAllowed), (lea, NotAllowed), (OPERATOR, NotAllowed)):
        with pytest.raises(error):
            next_to_decide(ctx, actor, NAME)
    with pytest.raises(NotFound, match="not given to you"):
        decide(ctx, people["di"], shown.decision_id, Draft(choice="tie"), WHY)
    for draft, reason, words in (
        (Draft(choice=f"{name}-z", strength=1), WHY, f"{name}-z"),
        (Draft(choice=f"{name}-a"), WHY, "strength: is missing"),
        (Draft(choice="tie"), "no reason", "9 characters say too little"),
        (Draft(choice="tie", rationale="words"), WHY, "Leave the rest out"),
    ):
        with pytest.raises(BadAnswer, match=words):
            decide(ctx, cy, shown.decision_id, draft, reason)
    with pytest.raises(BadAnswer) as caught:
        decide(ctx, cy, shown.decision_id, Draft(choice="nothing"), WHY, page=True)
    assert f"{name}-a" not in caught.value.message, "the page is told in its own names"
    with pytest.raises(NotFound, match="'nothing'"):
        refer(ctx, lea, NAME, ["nothing"])
    with pytest.raises(BadCall, match="decides anyway"):
        name_decider(ctx, lea, NAME, "lea")
    for each in ("cy", "di"):
        name_decider(ctx, lea, NAME, each, decides=False)
    assert list_deciders(ctx, lea, NAME) == []
    with pytest.raises(NotAllowed, match="not among those who decide"):
        settle(ctx, cy, shown)
    with pytest.raises(Refused, match="No rater decides"):
        refer(ctx, lea, NAME, [name])


def test_a_decision_is_changed_and_taken_back_by_who_made_it_and_then_waits_again_for_others(
    ctx: Context, people: dict[str, Actor]
) -> None:
    cy, lea = people["cy"], people["lea"]
    shown = next_to_decide(ctx, cy, NAME)
    name = names(ctx, shown)
    save_decision_draft(ctx, cy, shown.decision_id, {"why": "half"})
    settle(ctx, cy, shown)
    assert draft_of(ctx, shown.decision_id) == (None, None)
    waits = {
        each["comparison"]: each["waiting"] for each in contested_comparisons(ctx, lea, NAME)["comparisons"]
    }
    assert waits.pop(name) is False
    name_decider(ctx, lea, NAME, "cy", decides=False)
    own, project = my_decision(ctx, cy, shown.decision_id), find_project(ctx, NAME)
    assert said_by_raters(ctx, project, own.shown) == [], "what raters answer is read by who decides"
    assert (
        take_back_decision(ctx, cy, shown.decision_id) == take_back_decision(ctx, cy, shown.decision_id) == 1
    )
    found = contested_comparisons(ctx, lea, NAME)
    assert (found["waiting"], found["decided"]) == (2, 0)
    name_decider(ctx, lea, NAME, "cy")
    assert names(ctx, next_to_decide(ctx, cy, NAME)) != name, "not again, of its own accord"
    (listed,) = my_decided(ctx, cy)["decided"]
    assert (listed["answer"]["choice"], listed["withdrawn"], listed["revisions"]) == (f"{name}-b", True, 1)
    settle(ctx, cy, shown)
    own = my_decision(ctx, cy, shown.decision_id)
    assert (own.answer["rationale"], own.withdrawn, own.version) == (WHY, False, None)
    assert take_back_referral(ctx, lea, NAME)["referred"] == 1


@pytest.mark.parametrize(("judgements", "left"), [("left_out", []), ("kept", [("second_rater", None)])])
@thorough
def test_who_is_erased_takes_their_words_and_if_they_wish_their_decisions(
    ctx: Context, people: dict[str, Actor], judgements: str, left: list[tuple[str, str | None]]
) -> None:
    cy = people["cy"]
    shown = next_to_decide(ctx, cy, NAME)
    settle(ctx, cy, shown)
    exported = export_me(ctx, cy, page=True)
    (own,) = exported["adjudications"]
    assert (own["reason"], own["role"]) == (WHY, "rater")
    assert names(ctx, shown) not in (own["comparison_id"], own["choice"]), "the page has names of its own"
    assert [each["decides"] for each in exported["named_to_decide"]] == [True]
    erase_me(ctx, cy, judgements=judgements)
    rows = frozen(ctx, "1.0.0")
    assert [(row["role"], row["rationale"]) for row in rows if row["role"] != "rater"] == left
    assert '"cy"' not in json.dumps(query(ctx, "SELECT detail FROM audit WHERE deed = 'decider'"))
    assert query(ctx, "SELECT count(*) FROM decider") == [(1,)]
    assert [each for each in examine_store(ctx)["checks"] if each["wrong"]] == []


def test_deciding_counts_as_work_like_judging(ctx: Context, people: dict[str, Actor]) -> None:
    def counted() -> tuple[int, int]:
        values = {"project_id": find_project(ctx, NAME).project_id, "last_sequence": 0}
        (row,) = ctx.store.read("work_done", **values, moment=HeldClock().now.replace(year=1970))
        return row["raters"], row["judgements"]

    assert counted() == (2, 4)
    settle(ctx, people["cy"], next_to_decide(ctx, people["cy"], NAME))
    assert counted() == (3, 5)
