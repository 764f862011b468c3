"""Imports of comparisons: all or nothing, twice is once, and every bad line is counted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.comparison import Completion, Message
from rlhf_collect.errors import BadSource, Conflict, NotAllowed, Problem
from rlhf_collect.importers import Imported, ImportedJudgement
from rlhf_collect.operations import perform
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.import_rows import ImportReport
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.projects import Project
from rlhf_collect.services.serving import next_assignment
from tests.making import HeldClock, bring, comparison, invite, judge, make_project, raters, said
from tests.services.looking import board_from_store, board_in_memory, column, count, query


@pytest.fixture
def project(ctx: Context) -> Project:
    """A project without comparisons."""
    return make_project(ctx)


def item(name: str, *judgements: ImportedJudgement, **changes: Any) -> Imported:
    compared = replace(comparison(name), **changes)
    return Imported(where=f"test.jsonl:{name}", comparison=compared, judgements=judgements)


def bad_line(number: int = 7) -> Problem:
    return Problem(where=f"test.jsonl:{number}", field="prompt", what="It is empty.", mend="Write it.")


def bring_items(
    ctx: Context, project: Project, items: Iterable[Imported | Problem], **options: Any
) -> ImportReport:
    options = {"source": "test.jsonl", "form": "rlhf_collect"} | options
    return import_comparisons(ctx, OPERATOR, project.name, items, **options)


def everything(ctx: Context) -> list[int]:
    tables = ("comparison", "completion", "judgement", "rater", "skip", "import_batch", "audit")
    return [count(ctx, table) for table in tables]


def test_a_comparison_is_stored_as_it_came(ctx: Context, clock: HeldClock, project: Project) -> None:
    whole = comparison(
        "c1",
        3,
        gold="c1-b",
        language="en",
        tags=("science", "sky"),
        labels=({"category": "medical", "severity": 1},),
        metadata={"score": 0.5, "nested": {"ü": [1, None]}},
        source="somewhere",
    )
    bring(ctx, project, [whole])
    row = query(
        ctx,
        "SELECT prompt, tags, labels, gold, metadata, language, source, is_gold, completion_count FROM comparison",
    )[0]
    assert [json.loads(each) for each in row[:5]] == [
        [{"role": "user", "content": "What is c1?"}],
        ["science", "sky"],
        [{"category": "medical", "severity": 1}],
        {"criterion": "overall", "choice": "c1-b", "reason": "It is so."},
        {"score": 0.5, "nested": {"ü": [1, None]}},
    ]
    assert row[5:] == ("en", "somewhere", True, 3)
    completions = query(
        ctx, "SELECT place, completion_id, model, content, slot FROM completion ORDER BY place"
    )
    assert [(place, name, model) for place, name, model, _, _ in completions] == [
        (place, each.completion_id, each.model) for place, each in enumerate(whole.completions)
    ]
    assert sorted(slot for *_, slot in completions) == [0, 1, 2]
    assert query(ctx, "SELECT source, form, comparisons, imported_at FROM import_batch") == [
        ("test.jsonl", "rlhf_collect", 1, clock.now)
    ]


def test_importing_twice_adds_nothing_and_leaves_no_trace(ctx: Context, project: Project) -> None:
    items = [item(f"c{number}") for number in range(5)]
    first = bring_items(ctx, project, items)
    before = everything(ctx)
    again = bring_items(ctx, project, items)
    assert (first.comparisons, first.known) == (5, 0)
    assert (again.comparisons, again.known) == (0, 5)
    assert everything(ctx) == before


def test_a_file_that_names_a_comparison_twice_brings_it_once(ctx: Context, project: Project) -> None:
    report = bring_items(ctx, project, [item("c1"), item("c2"), item("c1")])
    assert (report.comparisons, report.known) == (2, 1)
    assert count(ctx, "comparison") == 2


OTHER_REPLY = Completion(completion_id="c1-b", model="", content=(Message(role="assistant", content="No."),))
OTHERS = [
    item("c1", prompt=(Message(role="user", content="What else?"),)),
    item("c1", completions=(comparison("c1").completions[0], OTHER_REPLY)),
    item("c1", completions=comparison("c1").completions[::-1]),
    item("c1", tags=("new",)),
    item("c1", language="en"),
    item("c1", metadata={"more": True}),
]


def test_the_same_id_with_other_content_is_refused_before_and_within_a_file(
    ctx: Context, project: Project
) -> None:
    for other in OTHERS:
        with pytest.raises(BadSource) as refused:
            bring_items(ctx, project, [item("c1"), item("c2"), other])
        assert [each.field for each in refused.value.problems] == ["id"]
    assert count(ctx, "comparison") == 0
    bring_items(ctx, project, [item("c1")])
    before = everything(ctx)
    for other in OTHERS:
        with pytest.raises(BadSource):
            bring_items(ctx, project, [item("c2"), other])
    assert everything(ctx) == before
    report = bring_items(ctx, project, [item("c2"), *OTHERS], skip_bad=True)
    assert (report.comparisons, report.bad) == (1, len(OTHERS))


def test_another_source_of_the_same_content_is_not_other_content(ctx: Context, project: Project) -> None:
    bring_items(ctx, project, [item("c1", source="one.jsonl")])
    assert bring_items(ctx, project, [item("c1", source="two.jsonl")]).known == 1


@pytest.mark.parametrize("label", [("war_conflict", 2), ("hate_harassment", 3), ("csae", 0)], ids=str)
def test_content_that_nobody_may_be_shown_here_is_a_bad_line(
    ctx: Context, project: Project, label: tuple[str, int]
) -> None:
    labels = ({"category": label[0], "severity": label[1]},)
    with pytest.raises(BadSource) as refused:
        bring(ctx, project, [comparison("mild"), comparison("strong", labels=labels)])
    (problem,) = refused.value.problems
    assert (problem.where, problem.field) == ("test.jsonl:2", "labels")
    assert f"'{label[0]}' of severity {label[1]}" in problem.what


def test_a_label_that_may_be_shown_is_kept(ctx: Context, project: Project) -> None:
    labels = ({"category": "medical_distress", "severity": 1}, {"category": "drugs", "severity": 0})
    bring(ctx, project, [comparison("mild", labels=labels)])
    assert [json.loads(each) for each in column(ctx, "SELECT labels FROM comparison")] == [[*labels]]


def test_one_bad_line_refuses_the_whole_import_and_names_every_bad_line(
    ctx: Context, project: Project
) -> None:
    items = [item("c1"), bad_line(2), item("c3"), bad_line(4)]
    before = everything(ctx)
    with pytest.raises(BadSource, match="2 lines cannot be used") as refused:
        bring_items(ctx, project, items)
    assert [each.where for each in refused.value.problems] == ["test.jsonl:2", "test.jsonl:4"]
    assert everything(ctx) == before


def test_with_skip_bad_the_rest_is_imported_and_the_bad_counted(ctx: Context, project: Project) -> None:
    items = [item("c1"), *(bad_line(number) for number in range(2, 1203)), item("c3")]
    report = bring_items(ctx, project, items, skip_bad=True)
    assert (report.comparisons, report.bad, len(report.problems)) == (2, 1201, 1000)
    assert column(ctx, "SELECT comparison_id FROM comparison ORDER BY import_no") == ["c1", "c3"]


def test_nothing_but_bad_lines_leaves_nothing_even_with_skip_bad(ctx: Context, project: Project) -> None:
    before = everything(ctx)
    assert bring_items(ctx, project, [bad_line()], skip_bad=True).bad == 1
    assert bring_items(ctx, project, []).comparisons == 0
    assert everything(ctx) == before


def test_an_import_whose_reader_fails_leaves_nothing(ctx: Context, project: Project) -> None:
    def items() -> Iterable[Imported]:
        for number in range(3000):  # more than a batch is on disk by then
            yield item(f"c{number}")
        raise OSError("the disk was taken out")

    before = everything(ctx)
    with pytest.raises(OSError, match="taken out"):
        bring_items(ctx, project, items())
    assert everything(ctx) == before


def test_judgements_that_came_along_are_imported_with_their_comparison(
    ctx: Context, project: Project
) -> None:
    items = [item(name, said(name, "import:x/1", f"{name}-a")) for name in ("c1", "c2")]
    report = bring_items(ctx, project, items)
    assert (report.comparisons, report.judgements) == (2, 2)
    again = bring_items(ctx, project, items)
    assert (again.known, again.known_judgements, again.judgements) == (2, 2, 0)


def test_judgements_that_came_with_other_content_are_not_put_on_the_comparison_of_that_name(
    ctx: Context, project: Project
) -> None:
    bring_items(ctx, project, [item("c1")])
    other = item("c1", said("c1", "import:x/1", "c1-a"), tags=("another",))
    report = bring_items(ctx, project, [other], skip_bad=True)
    assert (report.bad, report.judgements) == (1, 0)
    assert count(ctx, "judgement") == 0


def test_comparisons_are_numbered_on_from_import_to_import(ctx: Context, project: Project) -> None:
    for name in "abc":
        bring_items(ctx, project, [item(f"{name}{number}") for number in range(2)])
    other = make_project(ctx, "other")
    bring_items(ctx, other, [item("a0")])
    numbers = query(
        ctx,
        "SELECT comparison_id, import_no FROM comparison WHERE project_id = ? ORDER BY import_no",
        project.project_id,
    )
    assert numbers == [("a0", 0), ("a1", 1), ("b0", 2), ("b1", 3), ("c0", 4), ("c1", 5)]
    assert column(ctx, "SELECT import_no FROM comparison WHERE project_id = ?", other.project_id) == [0]


def test_an_import_that_ends_while_another_is_being_read_is_numbered_before_it(
    ctx: Context, project: Project
) -> None:
    def slow() -> Iterable[Imported]:
        yield item("slow1")
        bring_items(ctx, project, [item("quick1"), item("quick2")])
        yield item("slow2")

    bring_items(ctx, project, slow())
    rows = query(ctx, "SELECT comparison_id, import_no FROM comparison ORDER BY import_no")
    assert rows == [("quick1", 0), ("quick2", 1), ("slow1", 2), ("slow2", 3)]
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)


def test_two_imports_of_the_same_at_once_are_a_conflict_for_the_second_and_then_nothing_new(
    ctx: Context, project: Project
) -> None:
    def slow() -> Iterable[Imported]:
        yield item("c1")
        bring_items(ctx, project, [item("c1")])

    with pytest.raises(Conflict):
        bring_items(ctx, project, slow())
    assert count(ctx, "comparison") == 1
    assert bring_items(ctx, project, [item("c1")]).known == 1


def test_who_judges_during_an_import_is_not_disturbed(ctx: Context, project: Project) -> None:
    bring_items(ctx, project, [item("c1"), item("c2")])
    (actor,) = raters(ctx, project, 1)

    def items() -> Iterable[Imported]:
        yield item("c3", said("c3", "import:x/1", "tie"))
        judge(ctx, actor, next_assignment(ctx, actor, project.name))

    bring_items(ctx, project, items())
    judge(ctx, actor, next_assignment(ctx, actor, project.name))
    numbers = column(ctx, "SELECT sequence_no FROM judgement ORDER BY sequence_no")
    assert numbers == [1, 2, 3]
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
    assert examine_store(ctx)["healthy"]


def test_raters_may_not_import_and_leads_may(ctx: Context, project: Project) -> None:
    def bring_as(role: str) -> ImportReport:
        actor = invite(ctx, project, role, role).actor
        return import_comparisons(ctx, actor, project.name, [item("c1")], source="x", form="rlhf_collect")

    with pytest.raises(NotAllowed):
        bring_as("rater")
    assert bring_as("lead").comparisons == 1
    assert column(ctx, "SELECT actor FROM audit WHERE deed = 'import'") == ["lead"]


def test_who_watches_an_import_sees_how_much_of_the_file_is_read(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    file, seen = tmp_path / "pairs.jsonl", []
    lines = [
        {"prompt": f"Question {number}", "completions": [{"content": each} for each in ("Yes.", "No.")]}
        for number in range(2000)
    ]
    file.write_text("".join(json.dumps(each) + "\n" for each in lines))
    values = {"project": project.name, "source": str(file), "format": None, "token": None}
    perform(
        ctx,
        lambda *step: seen.append(step),
        "bring_comparisons",
        {**values, "skip_bad": False, "keep_preferences": False},
    )
    size = file.stat().st_size
    *reading, storing = seen
    assert [what for _, _, what in reading][::3] == [
        "500 comparisons read; bytes",
        "2,000 comparisons read; bytes",
    ]
    assert [done for done, _, _ in reading] == sorted(done for done, _, _ in reading)
    assert {total for _, total, _ in reading} == {size}
    assert reading[-1][0] == size
    assert storing == (6000, 6000, "storing")
