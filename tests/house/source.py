"""The program as text and as syntax trees, for the tests of this folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from rlhf_collect.cli.main import app

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "rlhf_collect"
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the program by its path from the root."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def nodes(kind: type[ast.AST] | tuple[type[ast.AST], ...]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a kind, with the module it stands in."""
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield name, node


def snippets(path: Path, language: str) -> list[str]:
    """The fenced blocks of a document in one language; an empty one means those without."""
    return [text for kind, text in _FENCE.findall(path.read_text(encoding="utf-8")) if kind == language]


def commands() -> dict[str, TyperCommand]:
    """Every command by the words it is called with: ``freeze``, ``raters add``."""

    def under(group: TyperGroup, before: str) -> Iterator[tuple[str, TyperCommand]]:
        for name, command in group.commands.items():
            if isinstance(command, TyperGroup):
                yield from under(command, f"{before}{name} ")
            else:
                yield before + name, command

    whole = typer.main.get_command(app)
    assert isinstance(whole, TyperGroup)
    return dict(under(whole, ""))


def options(command: TyperCommand) -> set[str]:
    """The options of a command but ``--help``, each by its long name."""
    return {
        name
        for parameter in command.params
        if isinstance(parameter, TyperOption)
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--") and name != "--help"
    }
