"""The command about what a lead should look at: alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, run
from rlhf_collect.cli.show import print_json, say, warn
from rlhf_collect.wording import plural

MOST = 20
"""Flags told on a terminal; --json has more."""


def register(app: typer.Typer) -> None:
    """Add this room's command."""
    app.command()(alerts)


def alerts(
    project: ProjectName,
    send: Annotated[
        bool, typer.Option("--send", help="For a timer: send what is due by alerts of the project file.")
    ] = False,
    looked: Annotated[bool, typer.Option("--looked", help="You have looked at the flags that wait.")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """What a lead should look at now, and what to do."""
    found = run(database, "alerts", project=project, send=send, looked=looked)
    if as_json:
        print_json(found)
        return
    for each in found["alerts"]:
        say(f"Since {datetime.fromisoformat(each['since']):%Y-%m-%d}: {each['sentence']}")
        say(f"  {each['what_to_do']}")
        for line in (*_flags(each["figures"].get("flags", [])), *map(_sent, each["sent"])):
            say(f"  {line}")
    if not found["alerts"]:
        say("Nothing to look at.")
    for each in found.get("tried", []):
        say(f"{each['channel']}: {each['key']} {each['outcome'].replace('_', ' ')}. {each['said']}".rstrip())
    for each in found["channels"]:
        if each["problem"]:
            warn(f"Nothing can be sent by {each['channel']}: {each['problem']}")


def _flags(flags: list[dict[str, str]]) -> list[str]:
    """What was flagged, a line for each comparison; ids are somebody else's words."""
    by_comparison: dict[str, list[str]] = {}
    for each in flags:
        name = "".join(char for char in each["comparison"] if char.isprintable())
        by_comparison.setdefault(name, []).append(each["flag"])
    lines = [f"{name}: {', '.join(sorted(set(said)))}" for name, said in by_comparison.items()]
    more = [f"and {len(lines) - MOST:,} more: --json"] if len(lines) > MOST else []
    return lines[:MOST] + more


def _sent(sent: Mapping[str, Any]) -> str:
    outcome = sent["outcome"].replace("_", " ")
    tries = f" after {plural(sent['tries'], 'try', 'tries')}" if sent["tries"] > 1 else ""
    return f"{sent['channel']}: {outcome}{tries}. {sent['said']}".rstrip()
