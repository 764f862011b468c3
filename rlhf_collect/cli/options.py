"""Options that every command has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from rlhf_collect.bootstrap import DATABASE_VARIABLE, locate
from rlhf_collect.cli.reach import ask
from rlhf_collect.cli.show import progress_bar
from rlhf_collect.errors import BadCall

Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", envvar=DATABASE_VARIABLE, help="duckdb:///FILE"),
]
_REPO = re.compile(r"[\w-][\w.-]*/[\w.-]+")
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else there.")]
ProjectName = Annotated[str, typer.Argument(metavar="PROJECT", help="Name in the project file.")]
VersionName = Annotated[str, typer.Argument(metavar="VERSION", help="MAJOR.MINOR.PATCH, such as 1.0.0.")]


def run(database: str | None, operation: str, /, **values: Any) -> dict[str, Any]:
    """Run one operation on the database, wherever it is open, with a progress bar on a terminal."""
    with progress_bar() as report:
        return ask(locate(database), operation, values, report)


def absolute(path: Path | str) -> str:
    """A path as the server sees it too; ``hub:`` sources stay as they are."""
    return str(path) if str(path).startswith("hub:") else str(Path(path).absolute())


def published_to(target: str) -> str:
    """Where a version goes: ``hub:org/name`` or a folder. Errors: ``BadCall`` for what is surely meant otherwise."""
    path = Path(target)
    if "://" in target:
        name = target.partition("/datasets/")[2].strip("/")
        meant = f"hub:{name}" if _REPO.fullmatch(name) else "hub:org/name"
        raise BadCall(
            f"'{target}' is an address. Write {meant} for the Hub, or a folder. Nothing was changed."
        )
    if _REPO.fullmatch(target) and not path.is_dir() and not path.parent.is_dir():
        raise BadCall(
            f"There is no folder '{path.parent}'. Write hub:{target} for the Hub, or ./{target} for a folder."
        )
    return absolute(target)
