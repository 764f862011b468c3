"""Judgements left out by a written decision: after notice, contestable, and back once it is lifted or upheld."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import BadCall, Conflict, NotAllowed, NotFound, Refused
from rlhf_collect.services.alerts import project_alerts
from rlhf_collect.services.appeals import answer_appeal, contest, withdraw_appeal
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.decided import list_appeals, list_exclusions, my_controls, my_decisions
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.exclusions import Exclusion, decide_exclusion, lift_exclusion
from rlhf_collect.services.exports import judgement_stream
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.judgements import revise_judgement
from rlhf_collect.services.leaderboard import project_leaderboard
from rlhf_collect.services.names import pseudonym_for_leads, pseudonym_key
from rlhf_collect.services.projects import find_project
from rlhf_collect.services.rater_figures import my_figures
from rlhf_collect.services.raters import about_me, export_me
from rlhf_collect.services.rebuilding import rebuild_version
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.services.schedule import release_what_is_due
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.versions import freeze_version, version_to_publish
from rlhf_collect.services.withdrawals import withdraw_judgement
from rlhf_collect.stats.alerts import APPEALS_WAIT
from tests.depth import thorough
from tests.exporters.example import read_rows
from tests.making import HeldClock, bring, comparison, invite, judge, make_project, raters, said
from tests.services.looking import board_from_store, board_in_memory, column, count, next_inputs, query
from tests.services.stories import Told, fixtures_of

WHY = "The first response shown was chosen every time, whatever it says."
WHY_NOT = "I read a dozen of them: nothing was looked at."
ON = ["first_shown", "control:g0"]
ORDINARY = 20


@dataclass(frozen=True, kw_only=True)
class Team:
    """Everybody of the story."""

    ada: Actor
    bo: Actor
    cyd: Actor
    sam: Actor
    lea: Actor
    max: Actor


def story(ctx: Context, clock: HeldClock) -> Team:
    """Ada says B wherever Bo and Cyd say A, and on the one control too; Sam is the second contact and rates."""
    project = make_project(
        ctx,
        overlap=7,
        quality={"gold_share": 0.05},
        second_contact={"name": "Sam", "contact": "mailto:sam@example.org"},
        dataset={"test_share": 0},
    )
    bring(ctx, project, ORDINARY)
    bring(ctx, project, [comparison("g0", gold="g0-a")])
    # The database was made by the clock of this computer, the story is told by one that is held.
    query(ctx, "UPDATE schema_migration SET applied_at = TIMESTAMPTZ '2026-01-01 00:00:00+00'")
    people = {name: invite(ctx, project, name).actor for name in ("Ada", "Bo", "Cyd", "Sam")}
    for name in ("Ada", "Bo", "Cyd"):
        for _ in range(ORDINARY + 1):
            held = next_assignment(ctx, people[name], project.name)
            stem = held.presentation[0][:-2]
            judge(ctx, people[name], held, f"{stem}-{'b' if name == 'Ada' else 'a'}")
    leads = {name: invite(ctx, project, name, "lead").actor for name in ("Lea", "Max")}
    return Team(**{name.lower(): actor for name, actor in (people | leads).items()})


told, ctx = fixtures_of(story)


@pytest.fixture
def team(told: Told) -> Team:
    found: Team = told.answer
    return found


def known_as(ctx: Context, actor: Actor) -> str:
    """The pseudonym leads have for somebody."""
    project = find_project(ctx, "helpfulness")
    row = {"rater": actor.name, "rater_key": actor.rater_key, "imported": False}
    return pseudonym_for_leads(pseudonym_key(ctx, project), row)


def decide(ctx: Context, team: Team, **changes: Any) -> Exclusion:
    values = {"reasons": WHY, "evidence": ON} | changes
    return decide_exclusion(ctx, team.lea, "helpfulness", known_as(ctx, team.ada), **values)


def in_effect(ctx: Context, clock: HeldClock, team: Team, **changes: Any) -> Exclusion:
    """A decision whose notice is over."""
    done = decide(ctx, team, **changes)
    clock.move(days=7)
    return done


def alert_kinds(ctx: Context) -> list[str]:
    return [each["kind"] for each in project_alerts(ctx, OPERATOR, "helpfulness")["alerts"]]


def responses_of(ctx: Context, name: str) -> list[tuple[str]]:
    """What the responses of a comparison say, in the order of the import."""
    return query(
        ctx,
        "SELECT content::JSON ->> '$[0].content' FROM completion p JOIN comparison c USING (comparison_key) "
        f"WHERE c.comparison_id = '{name}' ORDER BY p.place",
    )


def judgements(ctx: Context) -> int:
    """How many are handed to leads, those of the control aside; ``project_agreement`` takes ten times as long."""
    return sum(row["comparison"] != "g0" for row in judgement_stream(ctx, OPERATOR, "helpfulness"))


def freeze(ctx: Context, version: str) -> tuple[Path, Any]:
    folder = Path(freeze_version(ctx, OPERATOR, "helpfulness", version)["path"])
    return folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def wrong(ctx: Context) -> list[str]:
    return [each["name"] for each in examine_store(ctx)["checks"] if each["wrong"]]


def test_notice_comes_first_and_effect_after_seven_days(ctx: Context, clock: HeldClock, team: Team) -> None:
    done = decide(ctx, team)
    assert done.judgements == ORDINARY + 1
    (mine,) = my_decisions(ctx, team.ada)
    assert (mine["state"], mine["by"], mine["reasons"], mine["may_contest"]) == (
        "announced",
        "Lea",
        WHY,
        True,
    )
    assert mine["evidence"]["figures"] == ["first_shown"]
    assert mine["evidence"]["judgements"] == [
        each["judgement"] for each in my_controls(ctx, team.ada) if not each["as_expected"]
    ]
    assert judgements(ctx) == 3 * ORDINARY
    clock.move(days=6, hours=23, minutes=59)
    assert judgements(ctx) == 3 * ORDINARY
    clock.move(minutes=1)
    assert judgements(ctx) == 2 * ORDINARY
    (mine,) = my_decisions(ctx, team.ada)
    assert (mine["state"], mine["since"]) == ("in_effect", clock.now.isoformat())
    assert my_decisions(ctx, team.bo) == my_decisions(ctx, team.lea) == []
    assert wrong(ctx) == []


def test_what_is_left_out_enters_nothing_that_is_told_and_no_number_of_arrival_changes(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    arrivals = "SELECT judgement_id, arrival_no FROM judgement ORDER BY 1"
    before = query(ctx, arrivals)
    in_effect(ctx, clock, team)
    report = project_agreement(ctx, OPERATOR, "helpfulness")
    assert (report["raters"], report["percent_agreement"]["value"]) == (2, 1.0)
    assert report["gold_accuracy"]["n"] == 2
    board = project_leaderboard(ctx, OPERATOR, "helpfulness")
    assert {each["judgements"] for each in board["models"]} == {2 * ORDINARY}
    assert project_progress(ctx, OPERATOR, "helpfulness")["judgements"] == 2 * ORDINARY
    assert my_figures(ctx, team.ada)["judgements"] == 0
    assert about_me(ctx, team.ada)["progress"]["judged"] == ORDINARY + 1
    assert known_as(ctx, team.ada) not in {
        row["rater"] for row in judgement_stream(ctx, OPERATOR, "helpfulness")
    }
    assert query(ctx, arrivals) == before
    project = find_project(ctx, "helpfulness")
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_a_version_keeps_them_marked_in_the_raw_rows_alone_is_built_again_and_the_next_has_what_came_back(
    ctx: Context, clock: HeldClock, team: Team, tmp_path: Path
) -> None:
    for actor in raters(ctx, find_project(ctx, "helpfulness"), 3):
        held = next_assignment(ctx, actor, "helpfulness")
        judge(ctx, actor, held, f"{held.presentation[0][:-2]}-a")
    done = in_effect(ctx, clock, team)
    folder, manifest = freeze(ctx, "1.0.0")
    rows = read_rows(folder, "ratings")
    out = [row for row in rows if row["excluded"]]
    assert {row["choice"][-1] for row in out} == {"b"}
    assert len(out) == ORDINARY + 1
    assert {row["rater"] for row in out} == {None}
    assert len({row["rater"] for row in rows if not row["excluded"]}) == 5
    assert {(row["agreement"], row["n_ties"]) for row in read_rows(folder, "preference")} == {(1.0, 0)}
    assert manifest["privacy"]["left_out"]["excluded"] == ORDINARY + 1
    assert manifest["counts"]["raters"] == 5
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert (
        "judgements left out by a written decision, after notice and open to appeal (in `ratings` only"
        in card
    )
    told = json.loads((folder / "labour_statement.json").read_text(encoding="utf-8"))["this_version"]
    assert (told["decisions"]["exclusions"], told["decisions"]["rows_excluded"]) == (1, ORDINARY + 1)
    assert f"Written decisions to leave out judgements: 1 ({ORDINARY + 1} judgements left out" in card

    lift_exclusion(ctx, team.max, "helpfulness", done.decision_id)
    following = next_inputs(ctx, "1.1.0", tmp_path)
    assert following.exclusions.num_rows == 0
    assert following.judgements.count_rows() == len(rows)
    built = rebuild_version(ctx, OPERATOR, "helpfulness", "1.0.0")
    assert built["identical"], str(built)


@thorough
def test_effect_is_suspended_while_an_appeal_is_open_and_publication_waits(
    ctx: Context, clock: HeldClock, team: Team, tmp_path: Path
) -> None:
    done = in_effect(ctx, clock, team)
    assert judgements(ctx) == 2 * ORDINARY
    contest(ctx, team.ada, decision=done.decision_id, reasons="I read them all.")
    assert judgements(ctx) == 3 * ORDINARY
    assert my_decisions(ctx, team.ada)[0]["state"] == "contested"
    freeze(ctx, "1.0.0")
    with pytest.raises(Refused, match="1 appeal about judgements"):
        version_to_publish(ctx, OPERATOR, "helpfulness", "1.0.0", to=str(tmp_path / "out"))
    (waiting,) = list_appeals(ctx, team.max, "helpfulness")
    answer_appeal(ctx, team.max, "helpfulness", UUID(waiting["appeal"]), step="rejected", reasons=WHY_NOT)
    assert judgements(ctx) == 2 * ORDINARY
    assert version_to_publish(ctx, OPERATOR, "helpfulness", "1.0.0", to=str(tmp_path / "out"))
    told = my_decisions(ctx, team.ada)[0]["appeal"]
    assert (told["state"], told["by"], told["answer"]) == ("rejected", "Max", WHY_NOT)
    assert wrong(ctx) == []


def test_contested_during_the_notice_it_has_no_effect_before_the_answer(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    done = decide(ctx, team)
    opened = contest(ctx, team.ada, decision=done.decision_id)
    clock.move(days=8)
    assert judgements(ctx) == 3 * ORDINARY
    withdraw_appeal(ctx, team.ada, opened.appeal_id)
    withdraw_appeal(ctx, team.ada, opened.appeal_id)
    assert judgements(ctx) == 2 * ORDINARY
    assert wrong(ctx) == []


@thorough
def test_without_an_answer_in_fourteen_days_it_is_upheld_by_time_alone(
    ctx: Context, clock: HeldClock, team: Team, tmp_path: Path
) -> None:
    done = in_effect(ctx, clock, team)
    opened = contest(ctx, team.ada, decision=done.decision_id)
    waits = [clock.move(days=days) or alert_kinds(ctx) for days in (6, 1)]
    assert [APPEALS_WAIT in each for each in waits] == [False, True]
    clock.move(days=6, hours=23)
    assert my_decisions(ctx, team.ada)[0]["state"] == "contested"
    clock.move(hours=1)
    with pytest.raises(Conflict, match="ended already"):
        answer_appeal(ctx, team.max, "helpfulness", opened.appeal_id, step="rejected", reasons=WHY_NOT)
    (mine,) = my_decisions(ctx, team.ada)
    assert (mine["state"], mine["appeal"]["state"]) == ("lifted", "timed_out_upheld")
    assert mine["appeal"]["answered_at"] == opened.due_at.isoformat()
    assert APPEALS_WAIT not in alert_kinds(ctx)
    assert judgements(ctx) == 3 * ORDINARY
    told = next_inputs(ctx, "1.0.0", tmp_path).work.since_beginning.decided
    assert (told.opened, told.upheld, told.timed_out_upheld, told.pending) == (1, 0, 1, 0)
    assert wrong(ctx) == []


def test_the_server_writes_down_by_itself_what_time_did(ctx: Context, clock: HeldClock, team: Team) -> None:
    done = in_effect(ctx, clock, team)
    release_what_is_due(ctx)
    assert column(ctx, "SELECT step FROM decision_step") == ["in_effect"]
    contest(ctx, team.ada, decision=done.decision_id)
    clock.move(days=14)
    release_what_is_due(ctx)
    assert column(ctx, "SELECT step FROM appeal_event") == ["timed_out_upheld"]


def test_upheld_it_is_lifted_and_upheld_in_part_some_come_back(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    first = in_effect(ctx, clock, team, comparisons=["c000", "c001", "c002"])
    assert (first.judgements, judgements(ctx)) == (3, 3 * ORDINARY - 3)
    opened = contest(ctx, team.ada, decision=first.decision_id)
    with pytest.raises(NotFound, match="not about a judgement of 'c009'"):
        answer_appeal(
            ctx, team.sam, "helpfulness", opened.appeal_id,
            step="partly", reasons=WHY_NOT, comparisons=["c009"],
        )  # fmt: skip
    answer_appeal(
        ctx, team.sam, "helpfulness", opened.appeal_id,
        step="partly", reasons=WHY_NOT, comparisons=["c000", "c001"],
    )  # fmt: skip
    assert judgements(ctx) == 3 * ORDINARY - 1
    second = in_effect(ctx, clock, team, comparisons=["c005"])
    assert judgements(ctx) == 3 * ORDINARY - 2
    opened = contest(ctx, team.ada, decision=second.decision_id)
    answer_appeal(ctx, team.max, "helpfulness", opened.appeal_id, step="upheld", reasons="It was read.")
    assert judgements(ctx) == 3 * ORDINARY - 1
    assert [each["state"] for each in list_exclusions(ctx, team.lea, "helpfulness")] == [
        "lifted",
        "in_effect",
    ]
    assert wrong(ctx) == []


def test_a_lead_lifts_it_and_whoever_contested_has_what_they_asked_for(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    done = in_effect(ctx, clock, team)
    contest(ctx, team.ada, decision=done.decision_id)
    for _ in range(2):
        lift_exclusion(ctx, team.lea, "helpfulness", done.decision_id, reasons="I was wrong.")
    (mine,) = my_decisions(ctx, team.ada)
    assert (mine["state"], mine["appeal"]["state"], mine["appeal"]["by"]) == ("lifted", "upheld", "")
    clock.move(days=40)
    assert judgements(ctx) == 3 * ORDINARY
    with pytest.raises(Refused, match="lifted"):
        contest(ctx, team.ada, decision=done.decision_id)


def test_later_judgements_are_not_touched_and_a_revision_stays_left_out(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    in_effect(ctx, clock, team)
    project = find_project(ctx, "helpfulness")
    bring(ctx, project, [comparison("later")])
    judge(ctx, team.ada, next_assignment(ctx, team.ada, project.name), "later-b")
    assert judgements(ctx) == 2 * ORDINARY + 1
    first, second = column(
        ctx,
        "SELECT judgement_id FROM excluded_judgement JOIN judgement j USING (judgement_id) "
        "WHERE j.choice LIKE 'c%' ORDER BY 1 LIMIT 2",
    )
    revise_judgement(ctx, team.ada, first, [Draft(choice="tie")])
    withdraw_judgement(ctx, team.ada, second)
    assert judgements(ctx) == 2 * ORDINARY + 1
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
    revise_judgement(ctx, team.ada, second, [Draft(choice="tie")])
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
    assert wrong(ctx) == []


@thorough
def test_a_contested_control_is_shown_with_its_reason_and_removed_once_it_is_upheld(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    freeze(ctx, "0.9.0")
    (mine,) = my_controls(ctx, team.ada)
    assert (mine["answer"]["choice"], mine["expected"]["choice"], mine["reason"]) == (
        "g0-b",
        "g0-a",
        "It is so.",
    )
    assert {mine["answer"]["side"], mine["expected"]["side"]} == {"A", "B"}
    (page,) = my_controls(ctx, team.ada, page=True)
    assert "g0" not in json.dumps([page["comparison"], page["answer"], page["expected"]])
    opened = contest(ctx, team.ada, judgement=UUID(mine["judgement"]), reasons="Both are true.")
    (queued,) = list_appeals(ctx, team.lea, "helpfulness")
    assert (queued["subject"], queued["reasons"], queued["may_answer"]) == ("control", "Both are true.", True)
    assert queued["control"]["expected"] == "g0-a"
    texts = {f"g0-{each}": row[0] for each, row in zip("ab", responses_of(ctx, "g0"), strict=True)}
    assert {each["id"]: each["text"] for each in queued["control"]["responses"]} == texts
    assert queued["control"]["request"].startswith(queued["control"]["prompt"])
    assert {each["side"]: each["text"] for each in mine["responses"]} == {
        each["side"]: texts[each["choice"]] for each in (mine["answer"], mine["expected"])
    }
    assert "model" not in json.dumps(page["responses"])
    assert queued["rater"] == known_as(ctx, team.ada)
    answer_appeal(ctx, team.lea, "helpfulness", opened.appeal_id, step="upheld", reasons="So they are.")
    assert project_agreement(ctx, OPERATOR, "helpfulness")["gold_accuracy"] is None
    assert my_controls(ctx, team.bo)[0]["removed"]
    with pytest.raises(Refused, match="measures nobody"):
        contest(ctx, team.bo, judgement=UUID(my_controls(ctx, team.bo)[0]["judgement"]))
    with pytest.raises(BadCall, match="control:g0"):
        decide(ctx, team)
    folder, _ = freeze(ctx, "1.0.0")
    assert {row["comparison_id"] for row in read_rows(folder, "ratings") if row["is_gold"]} == {"g0"}
    assert "g0" not in {row["comparison_id"] for row in read_rows(folder, "preference")}
    assert not about_me(ctx, team.ada)["announced"]["gold"]
    for version in ("0.9.0", "1.0.0"):
        built = rebuild_version(ctx, OPERATOR, "helpfulness", version)
        assert built["identical"], str(built)
    assert wrong(ctx) == []


def test_a_control_counts_by_what_was_answered_before_the_expected_answer_was_read(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    before = project_agreement(ctx, OPERATOR, "helpfulness")["gold_accuracy"]
    (mine,) = my_controls(ctx, team.ada)
    revise_judgement(ctx, team.ada, UUID(mine["judgement"]), [Draft(choice="g0-a", strength=2)])
    assert project_agreement(ctx, OPERATOR, "helpfulness")["gold_accuracy"] == before
    assert my_controls(ctx, team.ada) == [mine]


def test_a_control_nobody_answers_for_is_removed_by_time_and_a_rejected_one_measures_on(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    accuracy = lambda: project_agreement(ctx, OPERATOR, "helpfulness")["gold_accuracy"]  # noqa: E731
    rejected = contest(ctx, team.bo, judgement=UUID(my_controls(ctx, team.bo)[0]["judgement"]))
    answer_appeal(ctx, team.lea, "helpfulness", rejected.appeal_id, step="rejected", reasons=WHY_NOT)
    assert accuracy()["n"] == 3
    contest(ctx, team.ada, judgement=UUID(my_controls(ctx, team.ada)[0]["judgement"]))
    clock.move(days=14)
    assert accuracy() is None


def test_who_may_not_and_what_cannot_be_decided_or_contested_is_refused_in_words(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    project = find_project(ctx, "helpfulness")
    import_judgements(ctx, OPERATOR, project.name, [said("c000", "eve", "c000-a", 1)], source="x")
    ada = known_as(ctx, team.ada)
    refused: list[tuple[Actor, str, dict[str, Any], type[Exception], str]] = [
        (team.bo, ada, {}, NotAllowed, "may not leave out judgements"),
        (team.sam, ada, {}, NotAllowed, "may not leave out judgements"),
        (OPERATOR, ada, {}, NotAllowed, "command line decides nothing"),
        (team.lea, "Ada", {}, NotFound, "Nobody in helpfulness is known to leads as 'Ada'"),
        (team.lea, "eve", {}, Refused, "were imported"),
        (team.lea, known_as(ctx, team.sam), {"evidence": ["drift"]}, Refused, "no judgement of theirs"),
        (team.lea, ada, {"reasons": "Too short."}, BadCall, "10 characters say too little"),
        (team.lea, ada, {"evidence": []}, BadCall, "evidence: is missing"),
        (team.lea, ada, {"evidence": ["speed"]}, BadCall, "'speed' is neither a figure from answers"),
        (team.lea, ada, {"comparisons": ["c999"]}, NotFound, "has not judged 'c999'"),
    ]
    for actor, rater, changes, error, words in refused:
        with pytest.raises(error, match=words):
            decide_exclusion(ctx, actor, project.name, rater, **({"reasons": WHY, "evidence": ON} | changes))
    assert count(ctx, "decision") == 0
    done = decide(ctx, team)
    with pytest.raises(NotFound, match="no such decision about you"):
        contest(ctx, team.bo, decision=done.decision_id)
    with pytest.raises(NotFound, match="no judgement of yours"):
        contest(ctx, team.bo, judgement=UUID(my_controls(ctx, team.ada)[0]["judgement"]))
    with pytest.raises(BadCall, match="Name what you contest"):
        contest(ctx, team.ada)
    for actor in (team.bo, team.ada):
        with pytest.raises(NotAllowed):
            list_appeals(ctx, actor, project.name)
        with pytest.raises(NotAllowed):
            lift_exclusion(ctx, actor, project.name, done.decision_id)
    opened = contest(ctx, team.ada, decision=done.decision_id)
    with pytest.raises(Conflict, match="already"):
        contest(ctx, team.ada, decision=done.decision_id)
    for actor, values, error, words in (
        (team.lea, {}, NotAllowed, "another person"),
        (team.bo, {}, NotAllowed, "may not leave out"),
        (team.ada, {}, NotAllowed, "may not leave out"),
        (OPERATOR, {}, NotAllowed, "command line answers nothing"),
        (team.max, {"step": "maybe"}, BadCall, "no answer"),
        (team.max, {"reasons": " "}, BadCall, "are missing"),
        (team.max, {"step": "partly"}, BadCall, "name those"),
        (team.max, {"step": "rejected", "reasons": "non"}, BadCall, "3 characters say too little"),
        (
            team.max,
            {"step": "partly", "comparisons": ["c000"], "reasons": "non"},
            BadCall,
            "3 characters say too little",
        ),
    ):
        with pytest.raises(error, match=words):
            answer_appeal(
                ctx, actor, project.name, opened.appeal_id, **({"step": "upheld", "reasons": "Yes."} | values)
            )
    assert count(ctx, "appeal_event") == 0


def test_the_window_of_thirty_days_closes(ctx: Context, clock: HeldClock, team: Team) -> None:
    done = decide(ctx, team)
    clock.move(days=30, seconds=1)
    assert my_decisions(ctx, team.ada)[0]["may_contest"] is False
    with pytest.raises(Refused, match="30 days"):
        contest(ctx, team.ada, decision=done.decision_id)


def test_the_database_itself_refuses_what_a_decision_or_an_answer_must_not_be(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    done = decide(ctx, team)
    opened = contest(ctx, team.ada, decision=done.decision_id)
    copy = "INSERT INTO decision SELECT uuid(), project_id, rater_key, kind, {} FROM decision"
    rest = {
        "decided_by": "decided_by", "role": "role", "reasons": "reasons", "evidence": "evidence",
        "sequence_no": "999", "notice_sent_at": "notice_sent_at", "effective_at": "effective_at",
    }  # fmt: skip
    for column_name, value in (
        ("reasons", "'Too short, though it says so.' || repeat(' ', 40)"),
        ("evidence", "'[]'"),
        ("evidence", "''"),
        ("effective_at", "notice_sent_at - INTERVAL 1 SECOND"),
        ("decided_by", "rater_key"),
        ("decided_by", "NULL"),
    ):
        with pytest.raises(duckdb.ConstraintException):
            query(ctx, copy.format(", ".join((rest | {column_name: value}).values())))
    end = "INSERT INTO appeal_event VALUES (?, ?, ?, ?, ?, ?, 999, now())"
    ada, lea, max_ = (str(each.rater_key) for each in (team.ada, team.lea, team.max))
    for step, reviewer, reasons in (
        ("rejected", lea, "I wrote it."),
        ("rejected", ada, "I ask for it."),
        ("rejected", None, "Nobody."),
        ("rejected", max_, " "),
    ):
        with pytest.raises(duckdb.ConstraintException):
            query(ctx, end, str(opened.appeal_id), ada, step, reviewer, lea, reasons)
    assert (count(ctx, "decision"), count(ctx, "appeal_event")) == (1, 0)


@pytest.mark.parametrize("wish", ["left_out", "kept"])
def test_who_is_decided_about_takes_it_along_and_who_leaves_their_judgements_takes_the_words(
    ctx: Context, clock: HeldClock, team: Team, wish: str
) -> None:
    done = in_effect(ctx, clock, team)
    opened = contest(ctx, team.ada, decision=done.decision_id, reasons="Zyx: I read them.")
    answer_appeal(ctx, team.max, "helpfulness", opened.appeal_id, step="rejected", reasons=f"Zyx: {WHY_NOT}")
    mine = export_me(ctx, team.ada)
    assert [row["said"] for part in ("decisions", "appeals", "appeal_events") for row in mine[part]] == [
        WHY,
        "Zyx: I read them.",
        f"Zyx: {WHY_NOT}",
    ]
    assert len(mine["decision_judgements"]) == ORDINARY + 1
    assert [row["step"] for row in mine["decision_steps"]] == ["in_effect", "suspended", "in_effect"]
    assert {export_me(ctx, team.bo)[part] == [] for part in ("decisions", "appeals")} == {True}
    erase_me(ctx, team.ada, judgements=wish)
    held = json.dumps(
        [query(ctx, f"FROM {table}") for table in ("decision", "appeal", "appeal_event")], default=str
    )
    assert WHY not in held
    assert "Zyx" not in held
    assert count(ctx, "decision_step") == (3 if wish == "kept" else 0)
    assert judgements(ctx) == 2 * ORDINARY
    assert wrong(ctx) == []


def test_a_lead_who_is_erased_leaves_the_decision_without_a_name(
    ctx: Context, clock: HeldClock, team: Team
) -> None:
    decide(ctx, team)
    erase_me(ctx, team.lea)
    assert [each["by"] for each in my_decisions(ctx, team.ada)] == [""]
    assert wrong(ctx) == []
