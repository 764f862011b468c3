"""The command that takes versions from where they were published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, published_to, run
from rlhf_collect.cli.show import print_json, say, spoken_progress, warn
from rlhf_collect.wording import plural

Versions = Annotated[
    str, typer.Option("--versions", metavar="VERSIONS", help="The versions that go, such as 1.0.0,1.1.0.")
]
From = Annotated[str, typer.Option("--from", metavar="TARGET", help="hub:org/name, or a folder.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it, for good; without, only say what would be done.")]


def register(app: typer.Typer) -> None:
    """Add this room's command."""
    app.command()(withdraw)


def withdraw(
    project: ProjectName,
    versions: Versions,
    place: From,
    yes: Yes = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Remove versions from where they were published, for good; run it again to go on after a failure."""
    from rlhf_collect.services.withdrawing import plan_withdrawal, told, withdraw_versions  # noqa: PLC0415 - slow

    # The Hub is spoken to from here, as in publish: this is the process that has the person's token.
    target = published_to(place)
    names = [each.strip() for each in versions.split(",") if each.strip()]
    asked = run(database, "to_withdraw", project=project, versions=names, target=target)
    with spoken_progress(quiet=True) as step:
        plan = plan_withdrawal(asked, say=step)
    done = None
    if yes:
        # On record before anything goes: once a tag is deleted, only the record knows what it led to.
        files = {version: list(each) for version, each in plan.large_files.items()}
        commits = {version: plan.commits.get(version, "") for version in plan.versions}
        asked = run(
            database, "withdraw_begins", project=project, target=target, commits=commits, large_files=files
        )
        with spoken_progress(quiet=as_json) as step:
            done = withdraw_versions(asked, say=step)
        ended = {"versions": list(plan.versions), "kept": dict(done.kept)}
        run(database, "withdraw_ends", project=project, target=target, **ended)
    report = told(asked, plan, done)
    if as_json:
        print_json(report)
        return
    for line in _done(report) if yes else _would(report):
        say(line)
    for each in report["versions"]:
        for other in each["elsewhere"]:
            warn(f"{each['version']} was published to {other} too: withdraw it from there as well.")


def _would(report: Mapping[str, Any]) -> Iterator[str]:
    names = ", ".join(each["version"] for each in report["versions"])
    if report["done"]:
        yield f"{report['project']} {names} is withdrawn from {report['target']} already. Nothing was changed."
        return
    yield f"Withdrawing {report['project']} {names} from {report['target']} would"
    yield from (
        f"  delete    the tag {name} (commit {commit[:7]})" for name, commit in report["tags"].items()
    )
    for each in report["candidates"]:
        yield f"  close     pull request {each['number']}, a candidate of {each['version']}: {each['url']}"
    if report["empties_main"]:
        yield "  empty     main, since no version is left for it to show"
    if report["squashes"]:
        yield "  squash    the history of main into one commit"
    for each in report["objects"]:
        yield f"  delete    {each['name']}, {each['bytes']:,} bytes, sha256 {each['sha256']}"
    yield from (f"  remove    {folder}" for folder in report["folders"])
    yield "  write     WITHDRAWN.md: versions, day and counts"
    kept = ", ".join(f"{name} ({commit[:7]})" if commit else name for name, commit in report["kept"].items())
    yield f"  keep      {kept or 'no version'}"
    yield from _limits(report, "What it cannot remove:")
    yield "Nothing was changed. This cannot be undone: run the same command with --yes to do it."


def _done(report: Mapping[str, Any]) -> Iterator[str]:
    names = ", ".join(each["version"] for each in report["versions"])
    yield f"Withdrew {report['project']} {names} from {report['target']}: {report['url']}"
    size = sum(each["bytes"] for each in report["objects"])
    if report["tags"] or report["objects"] or report["candidates"]:
        yield (
            f"  deleted {plural(len(report['tags']), 'tag')} and {plural(len(report['objects']), 'large file')} "
            f"({size:,} bytes), closed {plural(len(report['candidates']), 'candidate')}"
        )
    yield from (f"  removed {folder}" for folder in report["folders"])
    for name, commit in report["kept"].items():
        was = report["moved"].get(name)
        if was:
            yield f"  {name} is whole, at another commit: {commit}, no longer {was}. Its manifest is the same."
        else:
            yield f"  {name} is whole" + (f", at {commit}" if commit else "")
    yield from _limits(report, "What could not be removed:")


def _limits(report: Mapping[str, Any], head: str) -> Iterator[str]:
    yield head
    yield from (f"  {each}" for each in report["beyond"])
    for each in report["versions"]:
        yield f"  The sealed folder of {each['version']}: {each['path']}. Remove it yourself once nobody needs it."
