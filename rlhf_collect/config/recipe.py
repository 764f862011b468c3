"""A recipe: settings of ``dataset`` in a file of their own, for one version."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from rlhf_collect.config.dataset import Dataset, Recipe, Splits
from rlhf_collect.config.messages import sentences
from rlhf_collect.config.project import Project
from rlhf_collect.config.reading import (
    Found,
    as_problems,
    criteria_problems,
    or_raise,
    text_of,
)
from rlhf_collect.config.stored import as_json
from rlhf_collect.config.yaml_lines import Lines, read_lines
from rlhf_collect.errors import BadConfig, Problem

_FORM = "Write settings as under dataset: in a project file, for example 'min_raters: 2'."


def recipe_text(path: Path) -> str:
    """The text of a recipe file. Errors: ``BadConfig`` for a file that cannot be read."""
    text, problem = text_of(path)
    if problem:
        raise BadConfig(
            f"{path} is no recipe; nothing was changed.",
            problems=[Problem(where=str(path), field="", what=problem[0], mend=problem[1])],
        )
    return text


def read_recipe(text: str, where: str, project: Project) -> Dataset:
    """The settings of ``project`` under ``dataset`` with those of a recipe in their place.

    A group the recipe names (``margin``, ``soft_labels``, ``filters``) replaces the whole group. ``where``
    names the recipe in messages. Errors: ``BadConfig`` with every problem.
    """
    recipe, problems = _read(text, where, project)
    given = or_raise(recipe, problems, where)
    return project.dataset.model_copy(update={name: getattr(given, name) for name in given.model_fields_set})


def check_recipe(path: Path, project: Project) -> list[Problem]:
    """Every problem of a recipe file for a project, in the order of its lines."""
    try:
        return _read(recipe_text(path), str(path), project)[1]
    except BadConfig as error:
        return list(error.problems)


def _read(text: str, where: str, project: Project) -> tuple[Recipe | None, list[Problem]]:
    lines = read_lines(text, where)
    if lines.problems:
        return None, lines.problems
    if not isinstance(lines.data, dict):
        return None, [Problem(where=f"{where}:1", field="", what="holds no settings.", mend=_FORM)]
    fixed: list[Found] = [
        ((name,), "is the same for all versions.", "Leave it to the project file.")
        for name in Splits.model_fields
        if lines.data.pop(name, None) is not None
    ]
    recipe, found = _build(lines, project)
    problems = as_problems(lines, [*fixed, *found])
    return (None if problems else recipe), problems


def _build(lines: Lines, project: Project) -> tuple[Recipe | None, list[Found]]:
    recipe: Recipe | None = None
    found: list[Found] = []
    try:
        recipe = Recipe.model_validate(lines.data)
    except ValidationError as error:
        found = [sentences(each, Recipe) for each in error.errors(include_url=False) if each["loc"]]
    whole = as_json(project)
    whole["dataset"] = whole["dataset"] | lines.data
    # How many judgements a row may ask for is looked at when it is used: imported comparisons can have any number.
    across = criteria_problems(whole, [])
    return recipe, found + [(place[1:], what, mend) for place, what, mend in across]
