"""Small files to import, and everything that came out of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rlhf_collect.errors import Problem
from rlhf_collect.importers import Imported, open_source

DATA = Path(__file__).parent.parent / "data"


def sky(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A good line in the project's own form."""
    return {
        "id": f"c{number}",
        "prompt": "Why is the sky blue?",
        "completions": [
            {"id": "x", "model": "m1", "content": "Because of scattering."},
            {"id": "y", "model": "m2", "content": "Because of the sea."},
        ],
        **fields,
    }


def write_lines(path: Path, rows: Iterable[Mapping[str, Any] | str]) -> Path:
    """JSON Lines; a row given as text is written as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def read_all(source: Path | str, **options: Any) -> tuple[list[Imported], list[Problem]]:
    """Everything of a source: what can be used, and the problems."""
    good: list[Imported] = []
    bad: list[Problem] = []
    for item in open_source(str(source), **options).items():
        if isinstance(item, Problem):
            bad.append(item)
        else:
            good.append(item)
    return good, bad


def read_rows(path: Path, rows: Iterable[Mapping[str, Any] | str], **options: Any):
    """Write JSON Lines and read them."""
    return read_all(write_lines(path / "rows.jsonl", rows), **options)


def only(items: list[Any]) -> Any:
    """The single item of a list."""
    assert len(items) == 1, items
    return items[0]


def texts(imported: Imported) -> list[list[str]]:
    """The contents of each completion."""
    return [[turn.content for turn in each.content] for each in imported.comparison.completions]


def turns(imported: Imported) -> list[tuple[str, str]]:
    """Role and content of each turn of the prompt."""
    return [(turn.role, turn.content) for turn in imported.comparison.prompt]
