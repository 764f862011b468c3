"""Names and texts as they really come: quotes, bars, brackets, other alphabets, eight completions, no reason."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import BadSource
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.importers import open_judgements, open_source
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.exports import export_judgements
from rlhf_collect.services.imports import import_comparisons, import_judgements
from rlhf_collect.services.judgements import revise_judgement, submit_judgement
from rlhf_collect.services.projects import Project
from rlhf_collect.services.reports import project_agreement
from rlhf_collect.services.serving import Assignment, next_assignment, shown_comparison
from rlhf_collect.services.versions import freeze_version
from tests.depth import thorough
from tests.making import make_project, open_services, raters
from tests.services.looking import board_from_store, board_in_memory, column, query

NAMES = [
    "it's",
    'say "hi"',
    "x|y",
    "{curly: [1]}",
    "back\\slash",
    "100% _like_ ?",
    "-- name: drop",
    "Zoë 王芳 🦊",
    "Tie",
    "both bad",
    "$name",
    "a" * 200,
]
AMBIGUOUS = ["x", "y|z", "x|y", "z", "x\\|y", "\\", "|", "x||y"]
"""Eight names that look alike once they are joined by bars."""
TEXT = "Tabs\tand\n\nlines, “quotes”, \\( x_1 \\), 'single', {\"json\": [1]}, עברית, \u200bzero width, 😀"


def bring_lines(ctx: Context, project: Project, folder: Path, lines: list[dict[str, object]]) -> None:
    """Import as people do: a file of the native form."""
    file = folder / "comparisons.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    source = open_source(str(file))
    import_comparisons(ctx, OPERATOR, project.name, source.items(), source=source.name, form=source.format)


def line(name: str, completions: list[str]) -> dict[str, object]:
    replies = [{"id": each, "model": "m", "content": f"{each}: {TEXT}"} for each in completions]
    return {"id": name, "prompt": TEXT, "completions": replies}


@thorough
def test_unusual_names_go_the_whole_way_from_file_to_version_and_back(ctx: Context, tmp_path: Path) -> None:
    lines = [line(name, [name, NAMES[place - 1]]) for place, name in enumerate(NAMES)]
    lines.append(line("c|overall", AMBIGUOUS))
    project = make_project(ctx, overlap=2)
    bring_lines(ctx, project, tmp_path, lines)
    for actor in raters(ctx, project, 2):
        given: object = next_assignment(ctx, actor, project.name)
        while isinstance(given, Assignment):
            shown = shown_comparison(ctx, given)
            assert {each["content"][0]["content"] for each in shown["completions"]} == {
                f"{each}: {TEXT}" for each in given.presentation
            }
            ranking = [[each] for each in sorted(given.presentation)]
            draft = Draft(ranking=ranking, strength=1, rationale=TEXT)
            receipt = submit_judgement(ctx, actor, given.assignment_id, given.judgement_id, [draft])
            given = receipt.next
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
    assert examine_store(ctx)["healthy"]
    assert set(column(ctx, "SELECT rationale FROM judgement")) == {TEXT}
    here = project_agreement(ctx, OPERATOR, project.name)
    assert here["percent_agreement"]["value"] == 1

    sealed = Path(freeze_version(ctx, OPERATOR, project.name, "1.0.0")["path"])
    verify_folder(sealed)
    files = sorted(sealed.glob("preference/*.parquet"))
    pairs = [row for file in files for row in pq.read_table(file).to_pylist()]
    assert len({row["pair_id"] for row in pairs}) == len(pairs) == len(NAMES) + 8 * 7 // 2

    export_judgements(ctx, OPERATOR, project.name, tmp_path / "out.jsonl")
    there = open_services(tmp_path / "elsewhere.duckdb")
    bring_lines(there, make_project(there), tmp_path, lines)
    items = open_judgements(tmp_path / "out.jsonl")
    report = import_judgements(there, OPERATOR, project.name, items, source="out.jsonl")
    assert (report.judgements, report.bad) == (2 * len(lines), 0)
    assert project_agreement(there, OPERATOR, project.name) == here
    there.store.close()


@pytest.mark.parametrize("word", ["tie", "both_bad", "skip"])
def test_a_completion_cannot_be_called_as_an_answer_is(ctx: Context, tmp_path: Path, word: str) -> None:
    project = make_project(ctx)
    with pytest.raises(BadSource) as refused:
        bring_lines(ctx, project, tmp_path, [line("c1", ["a", word])])
    assert word in refused.value.problems[0].what


def test_a_reason_of_nothing_but_space_is_no_reason_and_no_other_answer(ctx: Context, tmp_path: Path) -> None:
    project = make_project(ctx)
    bring_lines(ctx, project, tmp_path, [line("c1", ["a", "b"])])
    (actor,) = raters(ctx, project, 1)
    held = next_assignment(ctx, actor, project.name)
    fresh = []
    for rationale in (None, "", " \n\t "):
        drafts = [Draft(choice="tie", rationale=rationale)]
        receipt = submit_judgement(ctx, actor, held.assignment_id, held.judgement_id, drafts)
        fresh.append(receipt.fresh)
    assert fresh == [True, False, False]
    assert query(ctx, "SELECT rationale FROM judgement") == [(None,)]
    revise_judgement(ctx, actor, held.judgement_id, [Draft(choice="tie", rationale="x" * 10_000)])
    assert query(ctx, "SELECT max(length(rationale)) FROM judgement") == [(10_000,)]
