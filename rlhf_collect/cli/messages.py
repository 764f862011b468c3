"""What raters wrote to the leads, and what these replied."""

from __future__ import annotations

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, run
from rlhf_collect.cli.show import print_json, printable, say
from rlhf_collect.wording import plural


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command()(messages)


def messages(project: ProjectName, database: Database = None, as_json: Json = False) -> None:
    """What raters wrote to the leads, what waits for an answer first. A person answers, on the page."""
    found = run(database, "messages", project=project)
    if as_json:
        print_json(found)
        return
    told = found["messages"]
    waiting = sum(each["state"] == "waiting" for each in told)
    say(f"{plural(len(told), 'thread')} of raters, {waiting} waiting for an answer.")
    for each in told:
        since = f" since {each['since']}" if each["since"] else ""
        about = f", about {printable(each['about']['comparison'])}" if each["about"] else ""
        say(f"  {each['state']}{since}  {each['rater']}{about}")
        for said in each["messages"]:
            who = "rater" if said["from"] == "rater" else said["by"] or "a lead"
            say(f"    {said['written_on']}  {printable(who)}: {printable(said['text'])}")
