"""Recipes: settings of ``dataset`` in a file of their own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rlhf_collect.config import Project, check_recipe, read_project, read_recipe, recipe_text
from rlhf_collect.errors import BadConfig
from tests.config.test_project_files import SMALLEST

PROJECT = read_project(SMALLEST + "dataset: {min_raters: 2, test_share: 0.25, margin: {scale: 2}}\n", "x")


def problems_of(text: str, folder: Path, project: Project = PROJECT) -> list[str]:
    path = folder / "r.yaml"
    path.write_text(text, encoding="utf-8")
    return [each.line().replace(str(path), "r.yaml") for each in check_recipe(path, project)]


def test_what_a_recipe_names_takes_the_place_of_the_project_and_the_rest_stays():
    text = "decision: majority\nfilters: {tags: [science], first_day: 2026-11-01}\n"
    found = read_recipe(text, "r.yaml", PROJECT)
    assert (found.decision, found.min_raters, found.test_share) == ("majority", 2, 0.25)
    assert (found.filters.tags, found.filters.first_day) == (("science",), date(2026, 11, 1))
    assert found.margin == PROJECT.dataset.margin
    assert read_recipe("margin: {from: share}\n", "r.yaml", PROJECT).margin.scale == 1.0


def test_every_problem_of_a_recipe_is_told_with_line_place_and_remedy(tmp_path: Path):
    text = (
        "decision: loudest\nties: sometimes\nmin_raters: 0\ncriteria: [clarity]\npairs: some\n"
        "margin: {from: taste, scale: 0}\nmin_agreement: 2\n"
        "filters:\n  tag: [x]\n  first_day: soon\n  tags: [a, a]\n  models: words\n"
        "test_share: 0.5\nname: other\n"
    )
    problems = problems_of(text, tmp_path)
    assert [each.split(" ")[0] for each in problems] == [
        f"r.yaml:{line}:" for line in (1, 2, 3, 4, 5, 6, 6, 7, 9, 10, 11, 12, 13, 14)
    ]
    said = "\n".join(problems)
    for words in (
        "decision: 'loudest' is not possible. Choose one of plurality, majority, unanimous.",
        "there is no criterion 'clarity'. Name only criteria of this file: overall.",
        "filters.tag: is not a known setting. Did you mean 'tags'?",
        "filters.first_day: 'soon' is not a date. Write year-month-day",
        "filters.models: is 'words', not a list.",
        "test_share: is the same for all versions. Leave it to the project file.",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("filters: {first_day: 2026-11-02, last_day: 2026-11-01}", "first_day comes after last_day."),
        ("filters: {tags: [a], without_tags: [b, a]}", "'a' is in tags and in without_tags."),
        ("decision: [majority]", "decision: a list is not possible. Choose one of plurality, majority"),
        ("ties: {count: 1}", "ties: a mapping is not possible. Choose one of count, ignore."),
        ("filters: {guideline_versions: ['', ' ']}", "holds the same word twice."),
        ("- min_raters", "holds no settings."),
        ("", "the file is empty."),
        ("a: b: c", "there is a second ': ' in the line."),
    ],
)
def test_a_recipe_that_can_mean_nothing_is_refused_with_the_reason(tmp_path: Path, text: str, words: str):
    (problem,) = problems_of(text, tmp_path)
    assert words in problem
    with pytest.raises(BadConfig):
        read_recipe(text, "r.yaml", PROJECT)


def test_a_recipe_that_is_no_file_is_said_to_be_none(tmp_path: Path):
    with pytest.raises(BadConfig, match=r"missing\.yaml is no recipe"):
        recipe_text(tmp_path / "missing.yaml")
    (problem,) = check_recipe(tmp_path, PROJECT)
    assert problem.what == "is a folder."
