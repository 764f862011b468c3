"""Documents can fail: their links lead somewhere and their examples are what the program takes."""

from __future__ import annotations

import ast
import json
import re
from itertools import count
from pathlib import Path

import pytest

from rlhf_collect.importers import FORMATS, Imported, ImportedJudgement, open_judgements, open_source
from tests.house.source import DOCUMENTS, ROOT, snippets

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PAGES = [*DOCUMENTS, *(path for path in (ROOT / "CHANGELOG.md",) if path.is_file())]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)


def anchors(page: Path) -> set[str]:
    """The anchors GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@each_page
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path):
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@each_page
def test_every_python_example_compiles(page: Path):
    for snippet in snippets(page, "python"):
        ast.parse(snippet)


def test_the_readme_shows_how_a_version_is_loaded():
    examples = "\n".join(snippets(ROOT / "README.md", "python"))
    assert "from rlhf_collect import load_version" in examples
    assert "load_dataset(" in examples


@each_page
def test_every_json_example_is_json(page: Path):
    for snippet in snippets(page, "json"):
        json.loads(snippet)


def test_the_examples_of_the_import_page_are_imported_once_their_dots_are_filled_in(tmp_path: Path):
    texts = (f'"text {number}"' for number in count())
    compared, judged = (
        re.sub(r'"\.\.\."', lambda _: next(texts), snippet)
        for snippet in snippets(ROOT / "docs" / "importing.md", "json")
    )
    (tmp_path / "compared.jsonl").write_text(compared, encoding="utf-8")
    (tmp_path / "judged.jsonl").write_text(judged, encoding="utf-8")
    source = open_source(str(tmp_path / "compared.jsonl"))
    (comparison,) = source.items()
    assert isinstance(comparison, Imported)
    assert source.ignored == ()
    (judgement,) = open_judgements(tmp_path / "judged.jsonl")
    assert isinstance(judgement, ImportedJudgement)
    assert judgement.comparison == comparison.comparison.comparison_id
    assert judgement.draft.choice in {each.completion_id for each in comparison.comparison.completions}


def test_the_formats_of_the_import_page_are_those_the_program_reads():
    text = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    table = text.partition("`--format` |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`[a-z].*?) \|", table, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(.*?)`", row)} == set(FORMATS)


def test_every_runtime_dependency_has_its_reason():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = project.partition("\ndependencies = [")[2].partition("\n]")[0]
    needed = set(re.findall(r'^  "([a-z0-9-]+)', listed, re.MULTILINE))
    table = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    reasons = re.findall(r"^\| ([a-z0-9, -]+) \|", table, re.MULTILINE)
    explained = {name.strip() for row in reasons for name in row.split(",")} - {"package"}
    assert explained == needed
