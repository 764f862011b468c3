"""Rooms stay small, say what they are for, and stand where the plan of the house has them."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.source import PACKAGE, ROOT, nodes, trees

MOST_LINES = 300
MOST_IN_A_FUNCTION = 45
"""Lines of a function, its docstring not among them."""
LONGER: dict[str, str] = {}
NO_NAMES_FOR_A_ROOM = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base", "core"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def code_lines(function: Function) -> int:
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    return function.end_lineno - function.lineno + 1 - documented * (first.end_lineno - first.lineno + 1)


def functions() -> dict[str, Function]:
    found = nodes((ast.FunctionDef, ast.AsyncFunctionDef))
    return {f"{module}:{function.name}": function for module, function in found}


@pytest.mark.parametrize("suffix", ["py", "js"])
def test_no_room_is_longer_than_a_person_reads_at_once(suffix: str):
    rooms = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob(f"*.{suffix}")
    }
    assert rooms
    assert {name: lines for name, lines in rooms.items() if lines > MOST_LINES} == {}


def test_no_function_is_longer_than_a_screen_but_those_with_a_reason():
    long = {name for name, function in functions().items() if code_lines(function) > MOST_IN_A_FUNCTION}
    assert long == set(LONGER)


def test_every_module_says_what_it_is_for():
    assert [name for name, tree in trees().items() if not ast.get_docstring(tree)] == []


def test_every_folder_with_code_is_a_package():
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_no_room_is_named_after_nothing():
    names = {path.stem for path in PACKAGE.rglob("*") if path.suffix in ("", ".py", ".js")}
    assert names & NO_NAMES_FOR_A_ROOM == set()


def test_the_plan_in_the_documents_shows_every_room_of_the_ground_floor():
    plan = (ROOT / "docs" / "house.md").read_text(encoding="utf-8").split("```")[1]
    drawn = {name for name in re.findall(r"\b([a-z_]+)(?=\.py|/)", plan) if name != PACKAGE.name}
    rooms = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/*.py")
    }
    assert drawn == rooms - {"__init__"}
