"""Commands about what comes out: agreement, progress, freeze, versions, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, VersionName, absolute, run
from rlhf_collect.cli.show import print_json, say, warn
from rlhf_collect.config import recipe_text
from rlhf_collect.stats.sentence import guideline_sentence
from rlhf_collect.wording import decimal, plural


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (agreement, progress, freeze, versions, export):
        app.command()(command)


def agreement(
    project: ProjectName,
    criterion: Annotated[str | None, typer.Option("--criterion", help="Default: the first.")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """The agreement report."""
    report = run(database, "agreement", project=project, criterion=criterion)
    if as_json:
        print_json(report)
        return
    say(report["sentence"])
    for key, name in (
        ("percent_agreement", "Same choice, all answers"),
        ("percent_agreement_no_ties", "Same choice, both picked a side"),
        ("krippendorff_alpha", "Krippendorff's alpha"),
    ):
        say(f"  {name + ':':<34}{_figure(report, key)}")
    helped = guideline_sentence(report["guideline_change"], report["by_guidelines"])
    if helped:
        say(helped)


def _figure(report: dict[str, Any], key: str) -> str:
    figure = report.get(key)
    if not figure or figure.get("value") is None:
        return f"– ({report['notes'].get(key, 'not enough judgements yet')})"
    text = decimal(figure["value"], 4)
    if figure.get("low") is not None:
        text += f"  ({decimal(figure['low'], 4)} to {decimal(figure['high'], 4)})"
    return f"{text}  n = {figure['n']:,}"


def progress(project: ProjectName, database: Database = None, as_json: Json = False) -> None:
    """How far the project is."""
    report = run(database, "progress", project=project)
    if as_json:
        print_json(report)
    else:
        say(report["sentence"])
        if report["forecast"]["sentence"]:
            say(report["forecast"]["sentence"])


def freeze(
    project: ProjectName,
    version: VersionName,
    recipe: Annotated[
        Path | None,
        typer.Option("--recipe", metavar="FILE", help="Settings of dataset: for this version alone."),
    ] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Build and seal a version."""
    given = {"text": recipe_text(recipe), "where": str(recipe)} if recipe else None
    sealed = run(database, "freeze", project=project, version=version, recipe=given)
    if as_json:
        print_json(sealed)
        return
    say(f"Sealed {project} {version} in {sealed['path']}")
    for config, splits in sealed["rows"].items():
        say(f"  {config:<12}" + ", ".join(f"{split} {count:,}" for split, count in splits.items()))
    say(f"  manifest    sha256 {sealed['manifest_sha256']}")


def versions(project: ProjectName, database: Database = None, as_json: Json = False) -> None:
    """Sealed versions and where they were published."""
    known = run(database, "versions", project=project)
    if as_json:
        print_json(known)
        return
    for each in known["versions"]:
        places = ", ".join(place["target"] for place in each["published"] if not place["withdrawn_on"])
        gone = each["withdrawn"]
        state = [f"withdrawn {gone['on']}" if gone["done"] else "is being withdrawn"] if gone else []
        say(f"{each['version']}  {', '.join([*state, *([places] if places else [])]) or 'not published'}")
        if gone and not gone["done"]:
            warn(
                f"The withdrawal of {each['version']} from {', '.join(gone['targets'])} is not finished: run it again."
            )
    if known["release"] and known["release"]["failed"]:
        failed = known["release"]["failed"]
        warn(f"Version {known['release']['version']} is due and not published: {failed['message']}")
    if not known["versions"]:
        say(f"No version yet. Make one: rlhf-collect freeze {project} 1.0.0")


def export(
    project: ProjectName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new JSON Lines file.")],
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Write every judgement as JSON Lines, in the form import-judgements reads."""
    done = run(database, "export", project=project, file=absolute(file))
    if as_json:
        print_json(done)
    else:
        say(f"Wrote {plural(done['judgements'], 'judgement')} to {file}.")
