"""Judgements leave as lines that can be imported again, and mean the same there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import AlreadyExists, BadCall, NotAllowed
from rlhf_collect.importers import open_judgements
from rlhf_collect.services.context import Context
from rlhf_collect.services.exports import export_judgements, judgement_stream
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.judgements import revise_judgement, submit_judgement
from rlhf_collect.services.projects import Project
from rlhf_collect.services.reports import project_agreement
from rlhf_collect.services.serving import Assignment, next_assignment
from tests.depth import thorough
from tests.making import (
    HeldClock,
    ask_and_judge,
    bring,
    comparison,
    invite,
    let_go,
    make_project,
    open_services,
    raters,
    said,
)

CRITERIA = [
    {"name": "overall", "question": "?"},
    {"name": "tone", "question": "?", "strengths": 0},
]


def collection(count: int) -> list[Any]:
    """Pairs with models and tags, a gold one, and some of three completions."""
    pairs = [comparison(f"c{number}", tags=(f"t{number % 2}",), language="en") for number in range(count)]
    return [
        *pairs,
        comparison("known", gold="known-a"),
        *(comparison(f"m{number}", 3) for number in range(4)),
    ]


def judge_all(ctx: Context, project: Project, clock: HeldClock, people: list[Actor]) -> None:
    """Everybody judges everything, with ties, reasons, rankings and second thoughts, over some weeks."""
    draw = Random(7)
    for actor in people:
        given: Any = next_assignment(ctx, actor, project.name)
        while isinstance(given, Assignment):
            drafts = [_draft(draw, given, criterion) for criterion in ("overall", "tone")]
            receipt = submit_judgement(ctx, actor, given.assignment_id, given.judgement_id, drafts)
            # Of a known answer the first one counts, and a file has only the last.
            if draw.random() < 0.2 and "known-a" not in given.presentation:
                again = [_draft(draw, given, criterion) for criterion in ("overall", "tone")]
                revise_judgement(ctx, actor, given.judgement_id, again)
            clock.move(hours=draw.choice([0, 1, 30]))
            given = receipt.next


def _draft(draw: Random, given: Assignment, criterion: str) -> Draft:
    ids = list(given.presentation)
    choice = draw.choice([*ids, ids[0], "tie", "both_bad"])
    decided = choice in ids
    ranking = [[choice], [each for each in ids if each != choice]] if decided and len(ids) > 2 else None
    return Draft(
        criterion=criterion,
        choice=choice,
        strength=draw.randint(1, 3) if decided and criterion == "overall" else None,
        ranking=ranking,
        rationale=draw.choice([None, "Clearer.\nAnd “kinder” — 好."]),
    )


@pytest.fixture
def elsewhere(tmp_path: Path, clock: HeldClock) -> Iterator[Context]:
    """A fresh database beside the first."""
    opened = open_services(tmp_path / "elsewhere.duckdb", clock=clock)
    yield opened
    let_go(opened)


@thorough
def test_what_is_exported_and_imported_elsewhere_agrees_as_it_did(
    ctx: Context, elsewhere: Context, clock: HeldClock, tmp_path: Path
) -> None:
    project = make_project(ctx, overlap=5, criteria=CRITERIA)
    bring(ctx, project, collection(4))
    judge_all(ctx, project, clock, raters(ctx, project, 5))
    done = export_judgements(ctx, OPERATOR, project.name, tmp_path / "out.jsonl")
    assert done["judgements"] >= 8 * 5 * 2  # known answers come to few

    there = make_project(elsewhere, criteria=CRITERIA)
    bring(elsewhere, there, collection(4))
    items = list(open_judgements(tmp_path / "out.jsonl"))
    report = import_judgements(elsewhere, OPERATOR, there.name, items, source="out.jsonl")
    assert (report.judgements, report.bad, report.repeats) == (done["judgements"], 0, 0)
    for criterion in ("overall", "tone"):
        here = project_agreement(ctx, OPERATOR, project.name, criterion)
        assert project_agreement(elsewhere, OPERATOR, there.name, criterion) == here
        assert here["judgements"] == 8 * 5
        assert here["position_bias"]["n"] > 0

    # The export of what was imported is the file that was imported.
    export_judgements(elsewhere, OPERATOR, there.name, tmp_path / "again.jsonl")
    lines = [(tmp_path / name).read_text().splitlines() for name in ("out.jsonl", "again.jsonl")]
    without_zero = [
        [{k: v for k, v in json.loads(line).items() if (k, v) != ("strength", 0)} for line in each]
        for each in lines
    ]
    assert without_zero[0] == without_zero[1]
    assert import_judgements(elsewhere, OPERATOR, there.name, items, source="out.jsonl").judgements == 0


def test_an_export_names_no_rater_and_no_moment(ctx: Context, clock: HeldClock) -> None:
    project = make_project(ctx)
    bring(ctx, project, 2)
    ada = invite(ctx, project, "ada marker").actor
    for _ in range(2):
        ask_and_judge(ctx, ada, project)
    import_judgements(ctx, OPERATOR, project.name, [said("c000", "import:x/1", "tie")], source="x")
    rows = list(judgement_stream(ctx, OPERATOR, project.name))
    assert set(rows[0]) == {
        "comparison",
        "rater",
        "criterion",
        "choice",
        "strength",
        "presentation",
        "submitted_on",
    }
    assert [each["submitted_on"] for each in rows] == [clock.now.date().isoformat()] * 3
    assert rows[0]["rater"] == rows[1]["rater"] != rows[2]["rater"] == "import:x/1"
    assert not any("marker" in json.dumps(row) or str(ada.rater_key) in json.dumps(row) for row in rows)


def test_what_is_revised_while_an_export_is_read_stands_in_it_once_as_it_was(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 3)
    (actor,) = raters(ctx, project, 1)
    held = [ask_and_judge(ctx, actor, project) for _ in range(2)]
    rows = judgement_stream(ctx, OPERATOR, project.name)
    first = next(rows)
    revise_judgement(ctx, actor, held[0].judgement_id, [Draft(choice="tie")])
    ask_and_judge(ctx, actor, project)
    assert [first["choice"], *(each["choice"] for each in rows)] == [each.presentation[0] for each in held]
    later = [each["choice"] for each in judgement_stream(ctx, OPERATOR, project.name)]
    assert len(later) == 3
    assert "tie" in later


def test_more_judgements_than_a_page_all_leave_in_their_order(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 40)
    items = [said(f"c{number % 40:03}", f"rater {number // 40}", "tie") for number in range(10_400)]
    import_judgements(ctx, OPERATOR, project.name, items, source="x")
    rows = judgement_stream(ctx, OPERATOR, project.name)
    assert [(each["comparison"], each["rater"]) for each in rows] == [
        (each.comparison, each.rater) for each in items
    ]


def test_an_export_never_writes_over_a_file_and_leaves_no_half_one(ctx: Context, tmp_path: Path) -> None:
    project = make_project(ctx)
    taken, folder = tmp_path / "taken.jsonl", tmp_path / "exports"
    taken.write_text("mine")
    folder.mkdir()
    with pytest.raises(AlreadyExists):
        export_judgements(ctx, OPERATOR, project.name, taken)
    assert taken.read_text() == "mine"
    with pytest.raises(BadCall, match="no folder"):
        export_judgements(ctx, OPERATOR, project.name, tmp_path / "nowhere" / "out.jsonl")
    assert export_judgements(ctx, OPERATOR, project.name, folder / "out.jsonl")["judgements"] == 0
    assert [each.name for each in folder.iterdir()] == ["out.jsonl"]


def test_raters_may_not_read_judgements(ctx: Context, tmp_path: Path) -> None:
    project = make_project(ctx)
    rater, lead = (invite(ctx, project, role, role).actor for role in ("rater", "lead"))
    with pytest.raises(NotAllowed):
        judgement_stream(ctx, rater, project.name)
    with pytest.raises(NotAllowed):
        export_judgements(ctx, rater, project.name, tmp_path / "out.jsonl")
    assert list(judgement_stream(ctx, lead, project.name)) == []
    assert not list(tmp_path.glob("out*"))


def test_where_raters_were_told_of_no_pseudonym_none_holds_beyond_one_comparison(ctx: Context) -> None:
    project = make_project(ctx, overlap=3, quality={"visibility": "anonymous"})
    bring(ctx, project, 6)
    for rater in raters(ctx, project, 3):
        for _ in range(6):
            ask_and_judge(ctx, rater, project)
    lea = invite(ctx, project, "Lea", "lead").actor
    rows = list(judgement_stream(ctx, lea, project.name))
    assert len({row["rater"] for row in rows}) == len(rows) == 18
    assert [(row["comparison"], row["rater"]) for row in rows] == sorted(
        (row["comparison"], row["rater"]) for row in rows
    )
    again = list(judgement_stream(ctx, lea, project.name))
    assert again == rows
