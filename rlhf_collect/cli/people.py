"""Commands about people: raters add."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from rlhf_collect.bootstrap import Location, locate
from rlhf_collect.cli.options import Database, Json, ProjectName, run
from rlhf_collect.cli.show import print_json, say

raters = typer.Typer(help="People of a project.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.add_typer(raters, name="raters")


@raters.command("add")
def add(
    project: ProjectName,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the person is called in the project.")],
    role: Annotated[str, typer.Option("--role", help="rater, lead or admin.")] = "rater",
    url: Annotated[
        str | None, typer.Option("--url", help="Public address of the service, when it is not the local one.")
    ] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Invite a person and print their link and API key, once: only hashes are kept."""
    made = run(database, "invite", project=project, name=name, role=role)
    base = (url or _served_at(locate(database))).rstrip("/")
    link = f"{base}/i/{made['invitation']}"
    if as_json:
        print_json(
            {"name": made["name"], "role": made["role"], "invite_url": link, "api_key": made["api_key"]}
        )
        return
    say(f"{made['name']} ({made['role']})")
    say(f"  invitation, for 30 days:  {link}")
    say(f"  API key, shown only now:  {made['api_key']}")


def _served_at(location: Location) -> str:
    """Address of the server that holds the database, else the usual one."""
    try:
        return str(json.loads(location.server.read_text(encoding="utf-8"))["url"])
    except (OSError, ValueError, KeyError):
        return "http://127.0.0.1:7860"
