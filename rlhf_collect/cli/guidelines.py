"""The command about what raters are asked to do: guidelines."""

from __future__ import annotations

from datetime import datetime

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, run
from rlhf_collect.cli.show import print_json, say
from rlhf_collect.wording import plural


def register(app: typer.Typer) -> None:
    """Add this room's command."""
    app.command()(guidelines)


def guidelines(project: ProjectName, database: Database = None, as_json: Json = False) -> None:
    """Every version of the guidelines, the one in force first; --json has the texts."""
    found = run(database, "guidelines", project=project)
    if as_json:
        print_json(found)
        return
    for each in found["guidelines"]:
        by = f"written by {each['by']}" if each["by"] else "from the project file"
        say(f"{each['version']}  since {datetime.fromisoformat(each['since']):%Y-%m-%d}, {by}")
        say(
            f"  {plural(each['words'], 'word')}, read by {plural(each['confirmed'], 'person', 'people')}, "
            f"{plural(each['judgements'], 'judgement')}"
        )
