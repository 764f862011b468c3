"""Commands that take versions to where people load them, and check them there: publish, release, verify."""

# ruff: noqa: PLC0415 - clients of the Hub load slowly

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, VersionName, published_to, run
from rlhf_collect.cli.show import print_json, say, spoken_progress, warn
from rlhf_collect.errors import CollectError
from rlhf_collect.wording import plural


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (publish, release, verify):
        app.command()(command)


class Gate(StrEnum):
    """Who lets people in who ask for access."""

    AUTO = "auto"
    MANUAL = "manual"


To = Annotated[str, typer.Option("--to", metavar="TARGET", help="hub:org/name, or a folder.")]
Public = Annotated[bool, typer.Option("--public", help="Everyone may read it; private otherwise.")]
Gated = Annotated[
    Gate | None,
    typer.Option("--gated", help="Readers ask first, and are let in at once (auto) or by a person (manual)."),
]


Candidate = Annotated[bool, typer.Option("--candidate", help="Send it as a pull request, to look at first.")]
Approve = Annotated[bool, typer.Option("--approve", help="Merge the candidate, compare and tag it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be sent and changed; write nothing.")]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace our files that somebody edited on the Hub.")
]


DefaultTo = Annotated[
    str | None, typer.Option("--to", metavar="TARGET", help="Default: publication.repository.")
]
Every = Annotated[
    int | None, typer.Option("--every", metavar="N", min=1, help="Due with N new decided comparisons.")
]
Day = Annotated[
    str | None,
    typer.Option("--weekday", metavar="DAY", help="Due once that day comes, such as monday (UTC)."),
]


def publish(
    project: ProjectName,
    version: VersionName,
    to: To,
    public: Public = False,
    gated: Gated = None,
    candidate: Candidate = False,
    approve: Approve = False,
    dry_run: DryRun = False,
    overwrite: Overwrite = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Publish a sealed version; run it again to go on after a failure."""
    from rlhf_collect.services.publishing import plan_sending, reach_of, send_version, way_of

    # The Hub is spoken to from here, not from the server: this is the process that has the person's token.
    target, gate = published_to(to), None if gated is None else gated.value
    reach = reach_of(public=public, gated=gate)
    way = way_of(candidate=candidate, approve=approve, dry_run=dry_run)
    asked = {"project": project, "version": version, "to": target, "public": public, "gated": gate}
    folder = Path(run(database, "version_to_send", **asked)["path"])
    with spoken_progress(quiet=as_json) as step:
        if dry_run:
            plan = plan_sending(folder, target, reach=reach, overwrite=overwrite, say=step)
        else:
            sent = send_version(folder, target, reach=reach, way=way, overwrite=overwrite, say=step)
    if dry_run:
        _show_plan(project, version, plan, as_json=as_json)
        return
    if not sent.candidate:
        place = {"target": sent.target, "revision": sent.revision, "manifest_sha256": sent.manifest_sha256}
        run(database, "note_publication", project=project, version=version, **place)
    if as_json:
        print_json(sent.as_json(version))
    else:
        show_sent(project, version, sent.as_json(version))


def release(
    project: ProjectName,
    to: DefaultTo = None,
    every: Every = None,
    weekday: Day = None,
    public: Public = False,
    gated: Gated = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Freeze and publish the next version if it is due; for a timer, such as cron."""
    gate, target = None if gated is None else gated.value, None if to is None else published_to(to)
    asked = {"project": project, "to": target, "public": public, "gated": gate}
    found = run(database, "next_release", every=every, weekday=weekday, **asked)
    if found["due"]:
        done = {"released": True, "reason": found["reason"], **_send(database, project, found, quiet=as_json)}
    else:
        done = {"released": False, "reason": found["reason"]}
    if as_json:
        print_json(done)
    elif found["due"]:
        say(found["reason"])
        show_sent(project, found["version"], done)
    else:
        say(f"No new version of {project}: {found['reason']}")


def _send(database: str | None, project: str, found: dict[str, Any], *, quiet: bool) -> dict[str, Any]:
    """Send what is due, and note what became of it."""
    from rlhf_collect.services.publishing import reach_of, send_version

    version, target = found["version"], found["target"]
    reach = reach_of(public=found["public"], gated=found["gated"])
    try:
        with spoken_progress(quiet=quiet) as step:
            sent = send_version(Path(found["path"]), target, reach=reach, say=step)
    except CollectError as error:
        why = {"code": error.code, "message": error.message}
        run(database, "note_failure", project=project, version=version, to=target, **why)
        raise
    place = {"target": sent.target, "revision": sent.revision, "manifest_sha256": sent.manifest_sha256}
    run(database, "note_publication", project=project, version=version, **place)
    return sent.as_json(version)


def show_sent(project: str, version: str, done: dict[str, Any]) -> None:
    """Where a version is now, in lines for people."""
    commit = f", commit {done['revision']}" if done["revision"] else ""
    if done.get("candidate"):
        say(f"Proposed {project} {version} to {done['target']}: {done['url']}")
        say(f'  load it: revision="{done["candidate"]}"{commit}')
        say("  once it is found good, run the same command with --approve in the place of --candidate")
    else:
        say(f"Published {project} {version} to {done['target']}: {done['url']}")
        say(f"  pin it: manifest sha256 {done['manifest_sha256']}{commit}")
    for warning in done["warnings"]:
        warn(warning)


def _show_plan(project: str, version: str, plan: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json({"version": version} | {name: value for name, value in plan.items() if name != "card"})
        return
    new = plan["repository"] == "new"
    say(f"Publishing {project} {version} to {plan['target']} ({plan['reach']}{', new' if new else ''}) would")
    tag = f" and the tag {plan['tag']}" if plan["tag"] else ""
    if plan["reach"] != "folder":
        say(f"  make {plural(plan['commits'], 'commit')}{tag}")
    for what in ("added", "changed", "deleted"):
        for name in plan[what]:
            say(f"  {what:<9} {name}")
    say(f"  leave {plural(plan['unchanged'], 'file')} as they are, and send {plan['bytes']:,} bytes at most")
    say("Nothing was written.")
    for warning in plan["warnings"]:
        warn(warning)


def verify(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help="A folder, hub:org/name@version, or http://host/project@version."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Hold a published version against its manifest."""
    from rlhf_collect.services.publishing import verify_target

    report = verify_target(target)
    for name in report["unlisted"]:
        warn(f"{name} is in the repository and not in the manifest: it is no part of the version.")
    if as_json:
        print_json(report)
    else:
        rows = sum(count for splits in report["rows"].values() for count in splits.values())
        say(f"{target}: {plural(report['files'], 'file')}, {plural(rows, 'row')}, all as the manifest says.")
        commit = f", commit {report['commit']}" if report["commit"] else ""
        say(f"  pin it: manifest sha256 {report['manifest_sha256']}{commit}")
