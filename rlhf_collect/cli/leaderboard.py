"""The command about models: leaderboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, run
from rlhf_collect.cli.show import print_json, say
from rlhf_collect.stats.leaderboard_words import separation_sentence
from rlhf_collect.wording import decimal, plural

MOST = 20
"""Models told on a terminal; --json has them all."""


def register(app: typer.Typer) -> None:
    """Add this room's command."""
    app.command()(leaderboard)


def leaderboard(
    project: ProjectName,
    criterion: Annotated[str | None, typer.Option("--criterion", help="Default: the first.")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Model strengths with intervals."""
    report = run(database, "leaderboard", project=project, criterion=criterion)
    if as_json:
        print_json(report)
        return
    say(report["sentence"])
    if report["separation"] is not None:
        say(separation_sentence(report["separation"]))
    shown = report["models"][:MOST]
    wide = max((len(each["model"]) for each in shown), default=0)
    for each in shown:
        say(f"  {each['model']:<{wide}}  {_line(each, report['notes'])}")
    if len(report["models"]) > MOST:
        say(f"  and {plural(len(report['models']) - MOST, 'model')} more: --json has all of them")


def _line(model: Mapping[str, Any], notes: Mapping[str, str]) -> str:
    if model["strength"] is None:
        return f"– ({notes['models.' + model['model']]})"
    low, high = model["rank_low"], model["rank_high"]
    ranks = f"{low}" if low == high else f"{low} to {high}"
    between = f"({model['elo_low']:.0f} to {model['elo_high']:.0f})"
    ties = decimal(100 * model["tie_share"], 0)
    return (
        f"rank {ranks:<9}{model['elo']:>6.0f} {between:<16}"
        f"{plural(model['judgements'], 'judgement')}, {ties} % ties"
    )
