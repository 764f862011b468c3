"""Commands for whoever keeps the service: backup, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rlhf_collect.cli.options import Database, Json, absolute, run
from rlhf_collect.cli.show import print_json, say
from rlhf_collect.errors import Refused


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (backup, doctor):
        app.command()(command)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Write a consistent copy of the database while it is in use."""
    done = run(database, "backup", file=absolute(file))
    if as_json:
        print_json(done)
    else:
        say(
            f"Wrote {file} ({done['bytes']:,} bytes) and its key {done['key']}. Keep the two apart from others."
        )


def doctor(database: Database = None, as_json: Json = False) -> None:
    """Check that everything in the database fits together."""
    found = run(database, "doctor")
    if as_json:
        print_json(found)
    else:
        for each in found["checks"]:
            say(f"WRONG  {each['wrong']:,} {each['what']}" if each["wrong"] else f"good   no {each['what']}")
    if not found["healthy"]:
        raise Refused(
            "The database has rows that do not fit together. Nothing was changed; keep a copy of it."
        )
