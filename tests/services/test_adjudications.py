"""A lead decides a contested comparison: beside what raters said, revised and taken back without losing anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.errors import BadAnswer, NotAllowed, NotFound, Refused
from rlhf_collect.services.adjudications import adjudicate, take_back_adjudication
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.contested import contested_comparisons
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.leaderboard import project_leaderboard
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import export_me
from rlhf_collect.services.rebuilding import rebuild_version
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.versions import freeze_version
from tests.depth import thorough
from tests.exporters.example import read_rows
from tests.making import HeldClock, bring, comparison, invite, judge, make_project, raters
from tests.services.looking import query
from tests.services.stories import Told, tell, told_again

WHY = "The other one invents a date."


def contested(ctx: Context, **changes: Any) -> tuple[Project, Actor]:
    """A project with a lead in which two raters differ on ``c`` and agree on ``d``."""
    project = make_project(ctx, overlap=2, **changes)
    bring(ctx, project, [comparison("c"), comparison("d")])
    for rater, letter in zip(raters(ctx, project, 2), "ab", strict=True):
        for _ in range(2):
            held = next_assignment(ctx, rater, project.name)
            name = held.presentation[0][:-2]
            judge(ctx, rater, held, f"{name}-{letter if name == 'c' else 'a'}")
    return project, invite(ctx, project, "Lea", "lead").actor


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What they differ on is decided, and version 1.0.0 goes by that."""

    def story(ctx: Context, clock: HeldClock) -> tuple[Actor, list[dict[str, Any]]]:
        _, lead = contested(ctx)
        before = told(ctx)
        adjudicate(ctx, lead, "helpfulness", "c", choice="c-b", strength=2, reason=f" {WHY}\n")
        freeze_version(ctx, OPERATOR, "helpfulness", "1.0.0")
        return lead, before

    return tell(tmp_path_factory.mktemp("story"), story)


@pytest.fixture
def decided(told_once: Told, clock: HeldClock) -> Iterator[Context]:
    with told_again(told_once, clock) as opened:
        yield opened


def frozen(ctx: Context, version: str) -> dict[str, list[dict[str, Any]]]:
    return rows_of(Path(freeze_version(ctx, OPERATOR, "helpfulness", version)["path"]))


def rows_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    return {config: read_rows(folder, config) for config in ("preference", "ratings")}


def told(ctx: Context) -> list[dict[str, Any]]:
    """Everything raters' answers are reported in."""
    reports = [
        each(ctx, OPERATOR, "helpfulness")
        for each in (project_agreement, project_leaderboard, project_progress)
    ]
    return [{name: value for name, value in report.items() if name != "ground"} for report in reports]


def test_a_version_goes_by_the_decision_and_keeps_what_raters_said(decided: Context, told_once: Told) -> None:
    ctx, (_, before) = decided, told_once.answer
    assert told(ctx) == before
    rows = rows_of(ctx.versions / "helpfulness" / "1.0.0")
    assert {(row["comparison_id"], row["adjudicated"]) for row in rows["preference"]} == {
        ("c", True),
        ("d", False),
    }
    (chosen,) = [row["chosen"][0]["content"] for row in rows["preference"] if row["comparison_id"] == "c"]
    assert chosen == "Reply 1 about c."
    said = {
        (row["role"], row["choice"], row["rationale"])
        for row in rows["ratings"]
        if row["comparison_id"] == "c"
    }
    assert said == {("rater", "c-a", None), ("rater", "c-b", None), ("lead", "c-b", WHY)}
    assert [each for each in examine_store(ctx)["checks"] if each["wrong"]] == []


def test_a_decision_is_revised_and_taken_back_and_no_revision_is_lost(ctx: Context) -> None:
    # The database was made by the clock of this computer, the story is told by one that is held.
    query(ctx, "UPDATE schema_migration SET applied_at = TIMESTAMPTZ '2026-01-01 00:00:00+00'")
    _, lead = contested(ctx)
    first = adjudicate(ctx, lead, "helpfulness", "c", choice="c-b", reason=WHY)
    assert (first.revision_no, first.criterion, first.fresh) == (0, "overall", True)
    assert not adjudicate(ctx, lead, "helpfulness", "c", choice="c-b", reason=WHY).fresh
    assert adjudicate(ctx, lead, "helpfulness", "c", choice="c-a", reason=WHY).revision_no == 1
    assert len(frozen(ctx, "1.0.0")["preference"]) == 2
    back = take_back_adjudication(ctx, lead, "helpfulness", "c")
    assert (back.adjudication_id, back.revision_no) == (first.adjudication_id, 2)
    assert not take_back_adjudication(ctx, lead, "helpfulness", "c").fresh
    rows = frozen(ctx, "1.1.0")
    assert [row["comparison_id"] for row in rows["preference"]] == ["d"]
    assert {row["role"] for row in rows["ratings"]} == {"rater"}
    assert query(ctx, "SELECT revision_no, choice FROM adjudication ORDER BY 1") == [
        (0, "c-b"),
        (1, "c-a"),
        (2, None),
    ]
    for version in ("1.0.0", "1.1.0"):
        built = rebuild_version(ctx, OPERATOR, "helpfulness", version)
        assert built["identical"], str(built)


def test_what_the_last_of_two_leads_decided_holds_and_the_others_returns_when_it_is_taken_back(
    ctx: Context,
) -> None:
    project, lea = contested(ctx)
    max_ = invite(ctx, project, "Max", "lead").actor
    adjudicate(ctx, lea, "helpfulness", "c", choice="c-a", reason=WHY)
    adjudicate(ctx, max_, "helpfulness", "c", choice="c-b", reason=WHY)
    (shown,) = contested_comparisons(ctx, lea, "helpfulness")["comparisons"]
    assert [(each["by"], each["choice"]) for each in shown["decisions"]] == [("Max", "c-b"), ("Lea", "c-a")]
    take_back_adjudication(ctx, max_, "helpfulness", "c")
    (shown,) = contested_comparisons(ctx, lea, "helpfulness")["comparisons"]
    assert [(each["by"], each["choice"], each["reason"]) for each in shown["decisions"]] == [
        ("Lea", "c-a", WHY)
    ]


def test_who_may_not_decide_and_what_cannot_be_decided_is_refused_in_words(ctx: Context) -> None:
    project, lead = contested(ctx)
    bring(ctx, project, [comparison("new"), comparison("known", gold="known-a")])
    rater = invite(ctx, project, "Bo").actor
    refused: list[tuple[Actor, str, dict[str, Any], type[Exception], str]] = [
        (rater, "c", {}, NotAllowed, "may not decide contested comparisons"),
        (OPERATOR, "c", {}, NotAllowed, "command line decides nothing"),
        (lead, "nothing", {}, NotFound, "no comparison 'nothing'"),
        (lead, "c", {"criterion": "style"}, NotFound, "no criterion 'style'"),
        (lead, "new", {"choice": "new-a"}, Refused, "Nobody has judged"),
        (lead, "known", {"choice": "known-a"}, Refused, "known answer"),
        (lead, "c", {"choice": "d-a"}, BadAnswer, "d-a"),
        (lead, "c", {"strength": 9}, BadAnswer, "strength"),
        (lead, "c", {"reason": "  "}, BadAnswer, "reason"),
        (lead, "c", {"reason": " no reason "}, BadAnswer, "9 characters say too little"),
        (lead, "c", {"reason": "x" * 10_001}, BadAnswer, "10,001"),
        (lead, "c", {"reason": "\x00"}, BadAnswer, "not text"),
    ]
    for actor, name, changes, error, words in refused:
        with pytest.raises(error, match=words):
            adjudicate(ctx, actor, "helpfulness", name, **{"choice": "c-a", "reason": WHY, **changes})
    with pytest.raises(NotFound, match="decided nothing"):
        take_back_adjudication(ctx, lead, "helpfulness", "c")
    assert query(ctx, "SELECT count(*) FROM adjudication") == [(0,)]


@pytest.mark.parametrize(("judgements", "left"), [("left_out", []), ("kept", [("c-b", None)])])
@thorough
def test_a_lead_who_is_erased_takes_their_words_and_if_they_wish_their_decisions(
    decided: Context, told_once: Told, judgements: str, left: list[tuple[str, str | None]]
) -> None:
    ctx, (lead, _) = decided, told_once.answer
    assert [row["reason"] for row in export_me(ctx, lead)["adjudications"]] == [WHY]
    done = erase_me(ctx, lead, judgements=judgements)
    assert done.versions == ("1.0.0",)
    rows = frozen(ctx, "1.1.0")["ratings"]
    assert [(row["choice"], row["rationale"]) for row in rows if row["role"] == "lead"] == left
    assert WHY not in json.dumps(query(ctx, "SELECT * FROM adjudication"), default=str)
