"""Published datasets on their way into a project: what its rules make of them, and what the report says."""

from __future__ import annotations

from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import BadSource
from rlhf_collect.importers import open_source
from rlhf_collect.importers.oasst import NOTE
from rlhf_collect.services.context import Context
from rlhf_collect.services.import_rows import ImportReport
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.projects import Project
from tests.importers import samples
from tests.importers.writing import write_lines
from tests.making import make_project


def bring_rows(
    ctx: Context, project: Project, path: Any, rows: list[dict[str, Any]], **more: Any
) -> ImportReport:
    source = open_source(str(write_lines(path / "rows.jsonl", rows)), keep_preferences=True)
    return import_comparisons(
        ctx, OPERATOR, project.name, source.items(), source=source.name, form=source.format, **more
    )


def rubric(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "question": f"Which is more {name}?"} for name in names]


@pytest.mark.parametrize("severity", [2, 3])
def test_severe_responses_are_bad_lines_in_a_project_that_is_declared_safe(ctx: Context, tmp_path, severity):
    project = make_project(ctx, criteria=rubric("helpful", "safe"))
    rows = [samples.safe_rlhf(1, "Drugs"), samples.safe_rlhf(severity, "Drugs", prompt="Another?")]
    report = bring_rows(ctx, project, tmp_path, rows, skip_bad=True)
    assert (report.comparisons, report.judgements, report.bad) == (1, 2, 1)
    assert (report.problems[0].where, report.problems[0].field) == ("rows.jsonl:2", "labels")
    assert report.problems[0].what.startswith(f"'drugs' of severity {severity} is more than may be shown")
    again = bring_rows(ctx, project, tmp_path, rows, skip_bad=True)
    assert (again.comparisons, again.known, again.known_judgements, again.bad) == (0, 1, 2, 1)


def test_the_report_says_where_only_the_best_replies_were_taken(ctx: Context, tmp_path):
    project = make_project(ctx)
    many = [
        samples.oasst(f"t1-{number}", "t1-p", f"Reply {number}.", rank=float(number)) for number in range(9)
    ]
    report = bring_rows(ctx, project, tmp_path, [samples.TREE[0], *many])
    assert (report.comparisons, report.judgements, report.notes) == (1, 1, {NOTE: 1})
    assert bring_rows(ctx, project, tmp_path, [samples.TREE[0], *many]).notes == {}


def test_every_form_comes_in_with_its_preferences_and_comes_again_as_known(ctx: Context, tmp_path):
    names = ("overall", "helpful", "truthful", "harmless", "helpfulness", "correctness", "coherence")
    project = make_project(ctx, criteria=rubric(*names))
    forms = [
        [samples.helpsteer2("q", "one", 1), samples.helpsteer2("q", "two", 3)],
        [samples.multipref()],
        samples.CONVERSATION,
        samples.TREE,
        [samples.coval(samples.assessment("r1", "A>B>C=D"))],
        [samples.tulu()],
        [samples.DPO_MIX],
    ]
    brought = [bring_rows(ctx, project, tmp_path, rows) for rows in forms]
    assert [(each.comparisons, each.judgements) for each in brought] == [
        (1, 3), (1, 12), (2, 2), (2, 2), (1, 1), (1, 1), (1, 1),
    ]  # fmt: skip
    again = [bring_rows(ctx, project, tmp_path, rows) for rows in forms]
    assert [(each.comparisons, each.judgements, each.repeats) for each in again] == [(0, 0, 0)] * len(forms)


def test_a_criterion_the_project_does_not_have_is_a_bad_line_that_names_it(ctx: Context, tmp_path):
    project = make_project(ctx)
    with pytest.raises(BadSource) as refused:
        bring_rows(ctx, project, tmp_path, [samples.safe_rlhf()])
    assert [each.field for each in refused.value.problems] == ["criterion", "criterion"]
