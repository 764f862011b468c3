"""Operations on versions: frozen, built again, published, released by rule, withdrawn."""

from __future__ import annotations

from typing import Any

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import CollectError
from rlhf_collect.operations.registry import operation
from rlhf_collect.services.context import Context, Progress
from rlhf_collect.services.publishing import reach_of
from rlhf_collect.services.rebuilding import rebuild_version
from rlhf_collect.services.releases import note_failed_release, prepare_release, release_state, rule_for
from rlhf_collect.services.versions import (
    freeze_version,
    list_versions,
    record_publication,
    sealed_version,
    version_to_publish,
)
from rlhf_collect.services.withdrawing import begin_withdrawal, end_withdrawal, versions_to_withdraw


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
def to_withdraw(
    ctx: Context, progress: Progress, *, project: str, versions: list[str], target: str
) -> dict[str, Any]:
    """What is known of versions that are to go from a place."""
    return versions_to_withdraw(ctx, OPERATOR, project, versions, target=target)


@operation
def withdraw_begins(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    target: str,
    commits: dict[str, str],
    large_files: dict[str, list[str]],
) -> dict[str, Any]:
    """Put on record what the command line is about to withdraw."""
    return begin_withdrawal(ctx, OPERATOR, project, target=target, commits=commits, large_files=large_files)


@operation
def withdraw_ends(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    versions: list[str],
    target: str,
    kept: dict[str, str],
) -> dict[str, Any]:
    """Note that it was done and looked at again."""
    end_withdrawal(ctx, OPERATOR, project, versions, target=target, kept=kept)
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
