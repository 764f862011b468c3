"""Judgements made elsewhere: by raters who do not rate here, once however often they are imported."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import BadCall, BadSource, Problem, Refused
from rlhf_collect.importers import ImportedJudgement
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.import_rows import ImportReport
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import add_rater
from rlhf_collect.services.reports import project_agreement
from rlhf_collect.services.versions import freeze_version
from tests.making import (
    START,
    HeldClock,
    ask_and_judge,
    bring,
    comparison,
    invite,
    make_project,
    raters,
    said,
)
from tests.services.looking import column, count, query, reason_of_none


@pytest.fixture
def project(ctx: Context) -> Project:
    """Comparisons ``c1`` to ``c3``, the last one of four completions."""
    project = make_project(ctx, overlap=1)
    bring(ctx, project, [comparison("c1"), comparison("c2"), comparison("c3", 4)])
    return project


def bring_said(
    ctx: Context, project: Project, *items: ImportedJudgement | Problem, **options: Any
) -> ImportReport:
    return import_judgements(ctx, OPERATOR, project.name, items, source="judged.jsonl", **options)


def problem_of(ctx: Context, project: Project, item: ImportedJudgement) -> Problem:
    with pytest.raises(BadSource) as refused:
        bring_said(ctx, project, said("c1", "good", "tie"), item)
    assert count(ctx, "judgement") == 0
    assert count(ctx, "rater") == len(column(ctx, "SELECT name FROM rater WHERE NOT imported"))
    (problem,) = refused.value.problems
    return problem


def test_an_imported_judgement_has_no_order_no_moment_and_no_rank(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring_said(ctx, project, said("c1", "ada", "c1-a", 3), said("c1", "bea", "both_bad"))
    rows = query(
        ctx,
        "SELECT choice, strength, presentation, first_shown_won, arrival_no, submitted_at, submitted_on, sequence_no"
        " FROM judgement ORDER BY sequence_no",
    )
    day = clock.now.date()
    assert rows == [
        ("c1-a", 3, None, None, None, None, day, 1),
        ("both_bad", 0, None, None, None, None, day, 2),
    ]
    assert query(ctx, "SELECT name, role, imported FROM rater ORDER BY name") == [
        ("ada", "rater", True),
        ("bea", "rater", True),
    ]
    assert examine_store(ctx)["healthy"]


def test_an_order_and_a_day_that_were_given_are_kept(ctx: Context, project: Project) -> None:
    given = said("c1", "ada", "c1-b", presentation=("c1-b", "c1-a"), submitted_on=date(2025, 1, 31))
    bring_said(ctx, project, given)
    assert query(ctx, "SELECT presentation, first_shown_won, submitted_on FROM judgement") == [
        ('["c1-b", "c1-a"]', True, date(2025, 1, 31))
    ]


def test_importing_the_same_file_twice_adds_nothing_even_on_another_day(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    items = [said("c1", "ada", "tie"), said("c2", "ada", "skip"), said("c3", "bea", "c3-d", 1)]
    first = bring_said(ctx, project, *items)
    clock.move(days=3)
    again = bring_said(ctx, project, *items)
    assert (first.judgements, first.skips, first.known_judgements) == (2, 1, 0)
    assert (again.judgements, again.skips, again.known_judgements) == (0, 0, 3)
    assert (count(ctx, "judgement"), count(ctx, "skip"), count(ctx, "import_batch")) == (2, 1, 2)


def test_a_second_answer_is_a_repeat_and_feeds_consistency_alone(ctx: Context, project: Project) -> None:
    report = bring_said(
        ctx,
        project,
        said("c1", "ada", "c1-a", submitted_on=date(2025, 1, 1)),
        said("c1", "ada", "c1-b", submitted_on=date(2025, 1, 9)),
        said("c2", "ada", "c2-a", submitted_on=date(2025, 1, 1)),
        said("c2", "ada", "c2-a", submitted_on=date(2025, 1, 9)),  # the same again, a week later
        said("c3", "ada", "tie", presentation=("c3-a", "c3-b", "c3-c", "c3-d")),
        said("c3", "ada", "tie", presentation=("c3-d", "c3-c", "c3-b", "c3-a")),  # in another order
        said("c3", "bea", "tie"),
        said("c3", "bea", "tie"),  # a line that stands twice says nothing new
    )
    assert (report.judgements, report.repeats, report.known_judgements) == (7, 3, 1)
    assert column(ctx, "SELECT repeat_no FROM judgement ORDER BY sequence_no") == [0, 1, 0, 1, 0, 1, 0]
    found = project_agreement(ctx, OPERATOR, project.name)
    assert found["judgements"] == 4
    assert found["self_consistency"]["n"] == 3
    assert found["self_consistency"]["value"] == pytest.approx(2 / 3, abs=1e-4)


def test_the_first_in_the_file_is_the_one_that_counts(ctx: Context, project: Project) -> None:
    bring_said(ctx, project, said("c1", "ada", "c1-b"), said("c1", "ada", "c1-a"))
    assert column(ctx, "SELECT choice FROM judgement WHERE repeat_no = 0") == ["c1-b"]


def test_each_criterion_is_a_judgement_of_its_own(ctx: Context, project: Project) -> None:
    named = [{"name": each, "question": "Which is better?"} for each in ("overall", "tone")]
    project = make_project(ctx, overlap=1, criteria=named)
    tone = ImportedJudgement(
        where="judged.jsonl:2",
        comparison="c1",
        rater="ada",
        draft=Draft(criterion="tone", choice="tie"),
        presentation=None,
        submitted_on=None,
    )
    report = bring_said(ctx, project, said("c1", "ada", "tie"), tone)
    assert (report.judgements, report.repeats) == (2, 0)


def test_a_ranking_says_who_won(ctx: Context, project: Project) -> None:
    ranked = ImportedJudgement(
        where="judged.jsonl:1",
        comparison="c3",
        rater="ada",
        draft=Draft(ranking=[["c3-c"], ["c3-a", "c3-b"], ["c3-d"]]),
        presentation=None,
        submitted_on=None,
    )
    bring_said(ctx, project, ranked)
    assert query(ctx, "SELECT choice, ranking, strength FROM judgement") == [
        ("c3-c", '[["c3-c"], ["c3-a", "c3-b"], ["c3-d"]]', None)
    ]


def test_imported_judgements_do_not_fill_the_places_of_raters(ctx: Context, project: Project) -> None:
    bring_said(ctx, project, *(said(name, "ada", "tie") for name in ("c1", "c2", "c3")))
    (actor,) = raters(ctx, project, 1)
    for _ in range(3):
        ask_and_judge(ctx, actor, project)
    assert reason_of_none(ctx, actor, project) == "no_eligible"
    arrived = column(ctx, "SELECT arrival_no FROM judgement WHERE submitted_at IS NOT NULL")
    assert arrived == [1, 1, 1]
    assert examine_store(ctx)["healthy"]


TOMORROW = START.date() + timedelta(days=1)
UNFIT = [
    (said("c1", "ada", "tie", submitted_on=TOMORROW), "submitted_on", "2026-03-03 is in the future"),
    (said("c9", "ada", "tie"), "comparison", "'c9' is not a comparison"),
    (said("c1", "ada", "c2-a"), "choice", "'c2-a' is not possible here"),
    (said("c1", "ada", "c1-a", 4), "strength", "out of range"),
    (said("c1", "ada", "tie", 1), "strength", "must be 0"),
    (said("c1", "ada", "c1-a", presentation=("c1-a", "c1-c")), "presentation", "exactly the completions"),
    (said("c1", "ada", "c1-a", presentation=("c1-a",)), "presentation", "exactly the completions"),
    (said("c9", "ada", "skip"), "comparison", "is not a comparison"),
]


def test_a_recipe_may_ask_for_as_many_judgements_as_an_imported_comparison_has_and_for_no_more(
    ctx: Context, project: Project
) -> None:
    bring_said(ctx, project, *(said("c1", name, "c1-a") for name in ("good", "better", "best")))
    sealed = freeze_version(
        ctx, OPERATOR, project.name, "1.0.0", recipe={"text": "min_raters: 3", "where": "r.yaml"}
    )
    assert sum(sealed["rows"]["preference"].values()) == 1
    with pytest.raises(
        Refused, match=r"min_raters is 4: no comparison .* has more than 3 judgements, or gets "
    ):
        freeze_version(
            ctx, OPERATOR, project.name, "1.1.0", recipe={"text": "min_raters: 4", "where": "r.yaml"}
        )


def test_a_judgement_that_does_not_fit_is_named_with_its_field(ctx: Context, project: Project) -> None:
    for item, field, word in UNFIT:
        problem = problem_of(ctx, project, item)
        assert (problem.where, problem.field) == ("judged.jsonl:1", field)
        assert word in problem.what
    unfit = [item for item, _, _ in UNFIT]
    report = bring_said(ctx, project, *unfit, said("c1", "bea", "tie"), skip_bad=True)
    assert (report.judgements, report.skips, report.bad) == (1, 0, len(UNFIT))
    assert column(ctx, "SELECT name FROM rater") == ["bea"]


@pytest.mark.parametrize("criterion", ["helpful", "overall@0", "overall@", "overall@x", "@2"])
def test_a_judgement_of_a_criterion_that_is_not_there_is_a_bad_line_naming_those_there_are(
    ctx: Context, project: Project, criterion: str
) -> None:
    item = replace(said("c1", "ada", "tie"), draft=Draft(criterion=criterion, choice="tie"))
    problem = problem_of(ctx, project, item)
    assert (problem.field, problem.what[: len(criterion) + 2]) == ("criterion", f"'{criterion}'")
    assert problem.mend.startswith("Use one of overall, or a turn of it (overall@2)")


def test_a_turn_of_a_criterion_may_be_imported(ctx: Context, project: Project) -> None:
    item = replace(said("c1", "ada", "tie"), draft=Draft(criterion="overall@2", choice="tie"))
    assert bring_said(ctx, project, item).judgements == 1


def test_an_import_counts_the_judgements_that_brought_no_date(ctx: Context, project: Project) -> None:
    dated = said("c1", "ada", "tie", submitted_on=START.date())
    report = bring_said(ctx, project, dated, said("c1", "bea", "tie"), said("c2", "ada", "tie"))
    assert (report.judgements, report.undated) == (3, 2)
    sealed = freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    manifest = json.loads((Path(sealed["path"]) / "manifest.json").read_text())
    assert manifest["counts"]["undated_judgements"] == 2


def test_an_import_may_not_speak_for_somebody_who_is_here(ctx: Context, project: Project) -> None:
    invite(ctx, project, "ada")
    for choice in ("tie", "skip"):
        assert problem_of(ctx, project, said("c1", "ada", choice)).field == "rater"


def test_nobody_can_be_invited_under_the_name_of_an_imported_rater(ctx: Context, project: Project) -> None:
    bring_said(ctx, project, said("c1", "ada", "tie"))
    with pytest.raises(BadCall, match="imported judgements"):
        add_rater(ctx, OPERATOR, project.name, "ada")
    assert count(ctx, "credential") == 0


def test_the_same_name_in_two_projects_is_two_raters(ctx: Context, project: Project) -> None:
    other = make_project(ctx, "other")
    bring(ctx, other, [comparison("c1")])
    invite(ctx, other, "ada")
    assert bring_said(ctx, project, said("c1", "ada", "tie")).judgements == 1
