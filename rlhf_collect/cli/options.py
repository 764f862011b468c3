"""Options that every command has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rlhf_collect.bootstrap import DATABASE_VARIABLE, locate
from rlhf_collect.cli.reach import ask
from rlhf_collect.cli.show import progress_bar

Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", envvar=DATABASE_VARIABLE, help="duckdb:///FILE"),
]
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
