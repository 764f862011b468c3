"""Versions that were withdrawn: since when, from where, and what whoever asks for one reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rlhf_collect.errors import Refused
from rlhf_collect.exporters.withdrawn import withdrawn_words
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project


def day_of(moment: datetime) -> str:
    """The day (UTC) that ``WITHDRAWN.md`` and messages name."""
    return moment.astimezone(UTC).date().isoformat()


def withdrawn_versions(ctx: Context, project: Project) -> dict[str, dict[str, Any]]:
    """``{version: {"on", "targets", "done"}}``: the day the first one began, from where, and whether all are done."""
    found: dict[str, dict[str, Any]] = {}
    for row in ctx.store.read("withdrawals_of_versions", project_id=project.project_id):
        each = found.setdefault(row["version"], {"on": day_of(row["begun_at"]), "targets": [], "done": True})
        each["targets"].append(row["target"])
        each["done"] = each["done"] and row["ended_at"] is not None
    return found


def standing_places(ctx: Context, project: Project) -> dict[str, list[str]]:
    """``{version: targets}``: where each version that was published stands still, in the order it came there."""
    gone = withdrawn_versions(ctx, project)
    places: dict[str, list[str]] = {}
    for row in ctx.store.read("publications_of_project", project_id=project.project_id):
        version, target = row["version"], row["target"]
        here = places.setdefault(version, [])
        if target not in here and target not in left_places(gone, version):
            here.append(target)
    return places


def left_places(gone: dict[str, dict[str, Any]], version: str) -> set[str]:
    """The targets, as a publication names them, that a version was withdrawn from. ``gone``: all that were."""
    targets = gone.get(version, {"targets": []})["targets"]
    return {each for at in targets for each in (at, f"{at}/{version}")}


def words_for(ctx: Context, project: Project, version: str) -> str | None:
    """What whoever asks for a withdrawn version reads; ``None`` for one that stands."""
    gone = withdrawn_versions(ctx, project)
    if version not in gone:
        return None
    rows = ctx.store.read("versions_of_project", project_id=project.project_id)
    return withdrawn_words(
        version, gone[version]["on"], [row["version"] for row in rows if row["version"] not in gone]
    )


def hold_to_withdrawals(ctx: Context, project: Project, version: str, *, mend: str) -> None:
    """Refuse to hand out a version that was withdrawn, from wherever. Errors: ``Refused``, with what to do."""
    words = words_for(ctx, project, version)
    if words is not None:
        raise Refused(f"{words} {mend}")
