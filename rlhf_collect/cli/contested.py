"""The commands about disagreement: contested, refer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, run
from rlhf_collect.cli.show import print_json, say
from rlhf_collect.errors import BadCall
from rlhf_collect.services.contested import MOST
from rlhf_collect.wording import number, plural

WIDE = 100
"""Characters of a prompt on a terminal; --json has all of it."""


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command()(contested)
    app.command()(refer)


def contested(
    project: ProjectName,
    criterion: Annotated[str | None, typer.Option("--criterion", help="Default: the first.")] = None,
    tag: Annotated[str, typer.Option("--tag", help="Only comparisons with this tag.")] = "",
    rater: Annotated[
        str, typer.Option("--rater", help="Only comparisons with an answer under this pseudonym.")
    ] = "",
    undecided: Annotated[bool, typer.Option("--undecided", help="Without those that are decided.")] = False,
    decided: Annotated[bool, typer.Option("--decided", help="Those that are decided alone.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST, help="How many comparisons.")] = 10,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """The comparisons raters differ on most: judged twice or more, and no answer leads by two."""
    asked = {"criterion": criterion, "tag": tag, "rater": rater, "undecided": undecided, "decided": decided}
    found = run(database, "contested", project=project, **asked, limit=limit)
    if as_json:
        print_json(found)
        return
    if not found["total"]:
        say("No comparison is contested: none was judged twice without an answer leading by two.")
        return
    told = f", {number(found['decided'])} decided" if found["decided"] else ""
    told += f", {number(found['waiting'])} left to a second rater" if found["waiting"] else ""
    say(f"{plural(found['total'], 'comparison')} contested{told}, the most evenly split first.")
    for each in found["comparisons"]:
        # What a model wrote may hold what a terminal would obey.
        said = " ".join(word for word in each["prompt"][-1]["content"].split() if word.isprintable())
        say(f"  {each['comparison']}  {said[:WIDE]}{'…' if len(said) > WIDE else ''}")
        say(f"    {_answers(each)}")
    if found["total"] > len(found["comparisons"]):
        say(f"  and {number(found['total'] - len(found['comparisons']))} more: --limit, or --json")


def refer(
    project: ProjectName,
    comparisons: Annotated[
        list[str] | None, typer.Argument(metavar="COMPARISON...", help="Which ones, by id.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All undecided ones; with --back, all that wait.")
    ] = False,
    criterion: Annotated[str | None, typer.Option("--criterion", help="Default: the first.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Not any more: leads decide these.")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Leave contested comparisons to a second rater: raters who decide, see `raters set --decides`."""
    named = comparisons or []
    if bool(named) == every:
        raise BadCall("Name comparisons, or all undecided ones with --all. Nothing was changed.")
    done = run(
        database,
        "leave_to_second_rater",
        project=project,
        comparisons=None if every else named,
        criterion=criterion,
        back=back,
    )
    if as_json:
        print_json(done)
    elif back:
        say(f"{plural(done['referred'], 'comparison')} taken back: leads decide.")
    else:
        say(f"{plural(done['referred'], 'comparison')} left to a second rater; a lead may still decide.")


def _answers(comparison: Mapping[str, Any]) -> str:
    """Who got how many judgements: models where they are known, else ids."""
    named = {each["id"]: each["model"] or each["id"] for each in comparison["completions"]}
    named |= {"tie": "tie", "both_bad": "both bad"}
    counted = sorted(comparison["counts"].items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{named[choice]} {count}" for choice, count in counted)
