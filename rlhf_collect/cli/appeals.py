"""Commands about decisions that leave out judgements, what contests them, and known answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, run
from rlhf_collect.cli.show import print_json, printable, say
from rlhf_collect.wording import decimal, plural

_STATES = {"in_effect": "in effect", "timed_out_upheld": "upheld by time"}


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command()(exclusions)
    app.command()(appeals)
    app.command()(gold)


def exclusions(project: ProjectName, database: Database = None, as_json: Json = False) -> None:
    """Written decisions to leave out judgements of a rater, and where they stand. A person makes them, on the page."""
    found = run(database, "exclusions", project=project)
    if as_json:
        print_json(found)
        return
    say(plural(len(found["exclusions"]), "decision") + " to leave out judgements.")
    for each in found["exclusions"]:
        whose = f"{plural(each['judgements'], 'judgement')} of {each['rater']}"
        say(f"  {_state(each)}  {whose}, by {each['by'] or 'a lead'}")
        say(f"    notice {_day(each['notice_sent_at'])}, effect not before {_day(each['effective_at'])}")
        say(f"    {printable(each['reasons'])}")


def appeals(project: ProjectName, database: Database = None, as_json: Json = False) -> None:
    """What raters contest, decisions and known answers, those still open first. A second person answers on the page."""
    found = run(database, "appeals", project=project)
    if as_json:
        print_json(found)
        return
    waiting = sum(each["state"] == "open" for each in found["appeals"])
    say(f"{plural(len(found['appeals']), 'appeal')}, {waiting} open.")
    for each in found["appeals"]:
        until = f", upheld on {_day(each['due_at'])} unless it is answered" if each["state"] == "open" else ""
        about = "a decision" if each["subject"] == "decision" else f"the known answer of {_control(each)}"
        say(f"  {_state(each)}  {each['rater']} against {about}{until}")
        if each["reasons"]:
            say(f"    {printable(each['reasons'])}")


def gold(
    project: ProjectName,
    remove: Annotated[
        str | None, typer.Option(metavar="COMPARISON", help="Take it out of use for good.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is taken out of use; 10 characters or more.")] = "",
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Known answers among a rater's others and how raters choose there, those that ask for a look first."""
    found = run(database, "gold", project=project, remove=remove, reason=reason)
    if as_json:
        print_json(found)
        return
    told = found["gold"]
    say(f"{plural(len(told), 'known answer')}, {sum(each['removed'] for each in told)} out of use.")
    for each in told:
        share = each["as_expected"]
        met = "nobody met it yet"
        if share is not None:
            met = f"{decimal(100 * share['value'], 0)} % of {plural(share['n'], 'judgement')} as expected"
        contested = f", contested {each['contested']}, waiting {each['waiting']}" if each["contested"] else ""
        gone = ", out of use" if each["removed"] else ""
        say(f"  {printable(each['comparison'])}  {each['criterion']}: {met}{contested}{gone}")


def _control(appeal: Mapping[str, Any]) -> str:
    return str(appeal["control"]["comparison"]) if appeal["control"] else "a comparison"


def _state(row: Mapping[str, Any]) -> str:
    return str(_STATES.get(row["state"], row["state"]))


def _day(moment: str) -> str:
    return moment[:10]
