"""What the command line can ask, by name: plain values in, one JSON document out.

A DuckDB file belongs to one process. So each command is an operation that runs either here, when
the file is free, or inside the server that holds it; the command cannot tell the difference.
Paths are absolute, because the two may stand in different folders.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rlhf_collect.config import load_project
from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import BadCall, CollectError, Problem
from rlhf_collect.importers import open_judgements, open_source
from rlhf_collect.services.backups import make_backup
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context, Progress
from rlhf_collect.services.exports import export_judgements
from rlhf_collect.services.imports import import_comparisons, import_judgements
from rlhf_collect.services.leaderboard import project_leaderboard
from rlhf_collect.services.people import list_people, remove_person
from rlhf_collect.services.projects import apply_project
from rlhf_collect.services.publishing import reach_of
from rlhf_collect.services.rater_figures import figures_of_raters
from rlhf_collect.services.raters import add_rater
from rlhf_collect.services.rebuilding import rebuild_version
from rlhf_collect.services.releases import note_failed_release, prepare_release, release_state, rule_for
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.services.versions import (
    freeze_version,
    list_versions,
    record_publication,
    sealed_version,
    version_to_publish,
)

Operation = Callable[..., dict[str, Any]]
OPERATIONS: dict[str, Operation] = {}


def operation(run: Operation) -> Operation:
    """Make a function callable by its name."""
    OPERATIONS[run.__name__] = run
    return run


def perform(ctx: Context, progress: Progress, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Run one operation. Errors: ``BadCall`` for an unknown name; whatever the operation raises."""
    if name not in OPERATIONS:
        raise BadCall(f"This server does not know the operation '{name}'. Are both of the same version?")
    return OPERATIONS[name](ctx, progress, **values)


@operation
def apply(ctx: Context, progress: Progress, *, config: str) -> dict[str, Any]:
    """Record a project file."""
    return apply_project(ctx, OPERATOR, load_project(Path(config)))


@operation
def bring_comparisons(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    source: str,
    format: str | None,
    skip_bad: bool,
    keep_preferences: bool,
    token: str | None,
    licence: str | None = None,
) -> dict[str, Any]:
    """Import comparisons from a file, folder or Hub dataset."""
    opened = open_source(
        source, format=format, keep_preferences=keep_preferences, token=token, licence=licence
    )

    def reading(done: int, total: int | None, what: str) -> None:
        """How many comparisons a file holds is known at its end; how many bytes, at once."""
        if total is None:
            progress(opened.done, opened.total, f"{done:,} {what}; bytes")
        else:
            progress(done, total, what)

    report = import_comparisons(
        ctx,
        OPERATOR,
        project,
        opened.items(),
        source=opened.name,
        form=opened.format,
        revision=opened.revision or "",
        licence=opened.licence or "",
        skip_bad=skip_bad,
        progress=reading,
    )
    return _listed(report.as_json())


@operation
def bring_judgements(
    ctx: Context, progress: Progress, *, project: str, file: str, skip_bad: bool
) -> dict[str, Any]:
    """Import judgements made elsewhere."""
    items = open_judgements(Path(file))
    report = import_judgements(
        ctx, OPERATOR, project, items, source=Path(file).name, skip_bad=skip_bad, progress=progress
    )
    return _listed(report.as_json())


def _listed(report: dict[str, Any]) -> dict[str, Any]:
    report["problems"] = [Problem(**each).line() for each in report["problems"]]
    return report


@operation
def invite(ctx: Context, progress: Progress, *, project: str, name: str, role: str) -> dict[str, Any]:
    """Invite a person."""
    made = add_rater(ctx, OPERATOR, project, name, role)
    return {
        "name": made.name,
        "role": made.role.value,
        "invitation": made.invitation,
        "api_key": made.api_key,
        "ended": made.ended,
    }


@operation
def people(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """Who may come in."""
    return {"project": project, "people": list_people(ctx, OPERATOR, project)}


@operation
def remove(ctx: Context, progress: Progress, *, project: str, name: str) -> dict[str, Any]:
    """End everything a person could come in with."""
    return remove_person(ctx, OPERATOR, project, name)


@operation
def agreement(ctx: Context, progress: Progress, *, project: str, criterion: str | None) -> dict[str, Any]:
    """The agreement report."""
    return project_agreement(ctx, OPERATOR, project, criterion)


@operation
def leaderboard(ctx: Context, progress: Progress, *, project: str, criterion: str | None) -> dict[str, Any]:
    """Model strengths."""
    return project_leaderboard(ctx, OPERATOR, project, criterion)


@operation
def rater_figures(ctx: Context, progress: Progress, *, project: str, criterion: str | None) -> dict[str, Any]:
    """How figures of raters are spread."""
    return figures_of_raters(ctx, OPERATOR, project, criterion)


@operation
def progress(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """How far a project is."""
    return project_progress(ctx, OPERATOR, project)


@operation
def freeze(
    ctx: Context, progress: Progress, *, project: str, version: str, recipe: dict[str, str] | None = None
) -> dict[str, Any]:
    """Build and seal a version; ``recipe`` is ``{"text", "where"}`` of a recipe file."""

    def say(step: str) -> None:
        progress(0, None, step)

    return freeze_version(ctx, OPERATOR, project, version, recipe=recipe, say=say)


@operation
def rebuild(
    ctx: Context, progress: Progress, *, project: str, version: str, to: str | None
) -> dict[str, Any]:
    """Build a sealed version again and compare."""

    def say(step: str) -> None:
        progress(0, None, step)

    return rebuild_version(ctx, OPERATOR, project, version, to=to, say=say)


@operation
def versions(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """Sealed versions."""
    return {
        "project": project,
        "versions": list_versions(ctx, OPERATOR, project),
        "release": release_state(ctx, OPERATOR, project),
    }


@operation
def version_to_compare(ctx: Context, progress: Progress, *, project: str, version: str) -> dict[str, Any]:
    """One sealed version and its folder."""
    return sealed_version(ctx, OPERATOR, project, version)


@operation
def version_to_send(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    version: str,
    to: str,
    public: bool,
    gated: str | None = None,
) -> dict[str, Any]:
    """One sealed version and its folder, if it may go there."""
    reach = reach_of(public=public, gated=gated)
    return version_to_publish(ctx, OPERATOR, project, version, to=to, reach=reach)


@operation
def note_publication(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    version: str,
    target: str,
    revision: str,
    manifest_sha256: str,
) -> dict[str, Any]:
    """Note that a version was published by the command line itself."""
    record_publication(
        ctx,
        OPERATOR,
        project,
        version,
        target=target,
        revision=revision,
        manifest_sha256=manifest_sha256,
    )
    return {}


@operation
def next_release(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    to: str | None,
    public: bool,
    gated: str | None,
    every: int | None,
    weekday: str | None,
) -> dict[str, Any]:
    """The version that is due by rule, frozen, or why there is none."""
    asked = reach_of(public=public, gated=gated) if public or gated else None
    rule = rule_for(ctx, OPERATOR, project, to=to, reach=asked, every=every, weekday=weekday)
    found = prepare_release(ctx, OPERATOR, project, rule, say=lambda step: progress(0, None, step))
    if found["due"]:
        where = {"version": found["version"], "to": found["target"]}
        try:
            version_to_publish(ctx, OPERATOR, project, found["version"], to=found["target"], reach=rule.reach)
        except CollectError as error:
            note_failed_release(ctx, OPERATOR, project, **where, code=error.code, message=error.message)
            raise
    return found | {"public": rule.reach.public, "gated": rule.reach.gate}


@operation
def note_failure(
    ctx: Context, progress: Progress, *, project: str, version: str, to: str, code: str, message: str
) -> dict[str, Any]:
    """Note why a version that is due was not published by the command line."""
    note_failed_release(ctx, OPERATOR, project, version=version, to=to, code=code, message=message)
    return {}


@operation
def export(ctx: Context, progress: Progress, *, project: str, file: str) -> dict[str, Any]:
    """Write every judgement as JSON Lines."""
    return export_judgements(ctx, OPERATOR, project, Path(file), progress=progress)


@operation
def backup(ctx: Context, progress: Progress, *, file: str) -> dict[str, Any]:
    """Write a consistent copy of the database, with its key beside it."""
    return make_backup(ctx, Path(file))


@operation
def doctor(ctx: Context, progress: Progress) -> dict[str, Any]:
    """Integrity checks."""
    return examine_store(ctx)
