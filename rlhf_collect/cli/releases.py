"""Commands about what comes out: agreement, progress, freeze, versions, publish, verify, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, VersionName, absolute, run
from rlhf_collect.cli.show import print_json, progress_bar, say, warn
from rlhf_collect.config import recipe_text
from rlhf_collect.wording import decimal, plural


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (agreement, progress, freeze, versions, publish, verify, export):
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
        say(
            f"{each['version']}  {', '.join(place['target'] for place in each['published']) or 'not published'}"
        )
    if not known["versions"]:
        say(f"No version yet. Make one: rlhf-collect freeze {project} 1.0.0")


def publish(
    project: ProjectName,
    version: VersionName,
    to: Annotated[str, typer.Option("--to", metavar="TARGET", help="hub:org/name, or a folder.")],
    public: Annotated[
        bool, typer.Option("--public", help="Everyone may read it; private otherwise.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace our files that somebody edited on the Hub.")
    ] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Publish a sealed version; run it again to go on after a failure."""
    from rlhf_collect.services.publishing import send_version  # noqa: PLC0415 - clients of the Hub load slowly

    # The Hub is spoken to from here, not from the server: this is the process that has the person's token.
    target = absolute(to)
    sealed = run(database, "version_to_send", project=project, version=version, to=target, public=public)
    with progress_bar() as report:
        sent = send_version(
            Path(sealed["path"]),
            target,
            public=public,
            overwrite=overwrite,
            say=lambda step: report(0, None, step),
        )
    run(
        database,
        "note_publication",
        project=project,
        version=version,
        target=sent.target,
        revision=sent.revision,
        manifest_sha256=sent.manifest_sha256,
    )
    done = sent.as_json(version)
    if as_json:
        print_json(done)
        return
    commit = f", commit {sent.revision}" if sent.revision else ""
    say(f"Published {project} {version} to {done['target']}: {done['url']}")
    say(f"  pin it: manifest sha256 {done['manifest_sha256']}{commit}")
    for warning in sent.warnings:
        warn(warning)


def verify(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A folder, or hub:org/name@version.")],
    as_json: Json = False,
) -> None:
    """Hold a published version against its manifest."""
    from rlhf_collect.services.publishing import verify_target  # noqa: PLC0415 - clients of the Hub load slowly

    report = verify_target(target)
    for name in report["unlisted"]:
        warn(f"{name} is in the repository and not in the manifest: it is no part of the version.")
    if as_json:
        print_json(report)
    else:
        rows = sum(count for splits in report["rows"].values() for count in splits.values())
        say(f"{target}: {plural(report['files'], 'file')}, {plural(rows, 'row')}, all as the manifest says.")


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
