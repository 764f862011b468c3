"""Habits: nothing is swallowed, left for later, printed on the side, faked or skipped."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, nodes

WRITTEN_BY_US = ("*.py", "*.js", "*.css", "*.html", "*.sql", "*.yaml", "*.toml", "*.md", "Makefile")
LATER = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")))
OUR_FOLDERS = ("rlhf_collect", "tests", "scripts", "benchmarks", "docs", "configs")
BROAD = {"Exception", "BaseException"}


def our_files() -> list[Path]:
    found = [path for folder in OUR_FOLDERS for kind in WRITTEN_BY_US for path in (ROOT / folder).rglob(kind)]
    return sorted({*found, *(path for kind in WRITTEN_BY_US for path in ROOT.glob(kind))})


def test_nothing_is_left_for_later():
    files = our_files()
    assert len(files) > 200
    left = [path for path in files if LATER.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in left] == []


def test_no_error_is_caught_broadly_and_dropped():
    dropped = []
    for module, handler in nodes(ast.ExceptHandler):
        broad = handler.type is None or any(
            isinstance(each, ast.Name) and each.id in BROAD for each in ast.walk(handler.type)
        )
        idle = all(
            isinstance(each, ast.Pass | ast.Continue)
            or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            for each in handler.body
        )
        if broad and idle:
            dropped.append(f"{module}:{handler.lineno}")
    for module, call in nodes(ast.Call):
        suppressed = isinstance(call.func, ast.Name) and call.func.id == "suppress"
        if suppressed and any(isinstance(each, ast.Name) and each.id in BROAD for each in call.args):
            dropped.append(f"{module}:{call.lineno}")
    assert dropped == []


def test_only_the_command_line_speaks_on_the_terminal():
    spoken = [
        f"{module}:{call.lineno}"
        for module, call in nodes(ast.Call)
        if ast.unparse(call.func) in ("print", "pprint", "typer.echo", "sys.stdout.write", "sys.stderr.write")
        and not module.startswith("rlhf_collect/cli/")
    ]
    assert spoken == []


@pytest.mark.parametrize(
    "word", ["mock", "monkeypatch.setattr", "mocker", "mark.skip", "pytest.skip", "importorskip", "xfail("]
)
def test_tests_neither_fake_our_own_code_nor_skip(word: str):
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path.parent != Path(__file__).parent]
    assert tests
    assert [
        path for path in tests if re.search(rf"\b{re.escape(word)}", path.read_text(encoding="utf-8"))
    ] == []


def test_no_module_of_the_program_is_about_tests():
    imported = {
        alias.name.partition(".")[0]
        for _, node in nodes((ast.Import, ast.ImportFrom))
        for alias in node.names
    } | {(node.module or "").partition(".")[0] for _, node in nodes(ast.ImportFrom)}
    assert imported & {"pytest", "hypothesis", "unittest", "playwright", "tests", "pandas"} == set()
    assert not list(PACKAGE.rglob("test_*.py"))
