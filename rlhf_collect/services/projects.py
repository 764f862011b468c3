"""Projects and their settings."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from rlhf_collect.config import Project as Settings
from rlhf_collect.config import as_json, from_json
from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.rubric import Criterion
from rlhf_collect.errors import NotAllowed, NotFound
from rlhf_collect.ids import canonical_json, content_hash, new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.guidelines_kept import keep_what_was_written
from rlhf_collect.services.promises import criteria_gone, hold_to_splits, hold_to_what_was_told
from rlhf_collect.storage.port import Reader, Row, Transaction


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project with the settings in force."""

    project_id: UUID
    """Inner id."""
    name: str
    """Public name."""
    seed: str
    """Draws presentations."""
    setting_no: int
    """Which version of the settings."""
    settings_sha256: str
    """Their hash."""
    settings: Settings
    """The project file."""

    def criteria(self) -> dict[str, Criterion]:
        """The rubric by name."""
        return {each.name: each for each in self.settings.rubric}


@lru_cache(maxsize=64)
def _settings(settings_sha256: str, settings: str) -> Settings:
    """Settings parsed once per version: every request of every rater needs them."""
    return from_json(json.loads(settings))


def project_in(row: Row) -> Project:
    """The project of a row with its settings."""
    return Project(
        project_id=row["project_id"],
        name=row["name"],
        seed=row["seed"],
        setting_no=row["setting_no"],
        settings_sha256=row["settings_sha256"],
        settings=_settings(row["settings_sha256"], row["settings"]),
    )


def find_project(ctx: Context, name: str) -> Project:
    """The project called ``name``. Errors: ``NotFound``, naming the projects there are."""
    rows = ctx.store.read("project_by_name", name=name)
    if not rows:
        known = ", ".join(row["name"] for row in ctx.store.read("project_names")) or "none yet"
        raise NotFound(f"There is no project '{name}' in this database. Projects here: {known}.")
    return project_in(rows[0])


def project_of(ctx: Context, project_id: UUID) -> Project:
    """The project with this inner id. Errors: ``NotFound``."""

    def read() -> Project | None:
        rows = ctx.store.read("project_by_id", project_id=project_id)
        return project_in(rows[0]) if rows else None

    found = ctx.memory.recall(("project", project_id), read)
    if found is None:
        raise NotFound("There is no such project.")
    return found


def project_seen_by(reader: Reader, project: Project) -> Project:
    """The same project with the settings ``reader`` sees. Errors: ``NotFound`` when it sees none."""
    rows = reader.read("project_by_id", project_id=project.project_id)
    if not rows:
        raise NotFound(f"There were no settings of project {project.name} yet at that moment.")
    return project_in(rows[0])


def earlier_settings(ctx: Context, project: Project, since: int) -> Iterator[Settings]:
    """The settings that were in force from number ``since`` until the present ones, newest first."""
    if since < project.setting_no:
        for row in reversed(ctx.store.read("all_settings", project_id=project.project_id)):
            if since <= row["setting_no"] < project.setting_no:
                yield _settings(row["settings_sha256"], row["settings"])


def find_own_project(ctx: Context, actor: Actor, name: str, right: Right) -> Project:
    """The project called ``name`` if the actor may use ``right`` there.

    Errors: ``NotFound`` in the same words for a project of others and for none at all.
    """
    if actor.project_id is None:
        project = find_project(ctx, name)
    else:
        project = project_of(ctx, actor.project_id)
        if project.name != name:
            raise NotFound(f"There is no project '{name}', or you may not see it.")
    actor.require(right, project.project_id)
    return project


def apply_project(ctx: Context, actor: Actor, settings: Settings) -> dict[str, Any]:
    """Record a project, or its new settings; the same settings again change nothing.

    Returns ``{"project", "setting_no", "changed", "settings", "warnings"}``: the names of the settings
    that changed, and what the lead should know. Errors: ``Refused`` where raters were told otherwise, or
    a sealed version would not fit.
    """

    def work(tx: Transaction) -> dict[str, Any]:
        rows = tx.read("project_by_name", name=settings.name)
        if actor.project_id is not None:
            raise NotAllowed("Settings are applied from the command line, beside the database.")
        return record_settings(ctx, tx, rows[0] if rows else None, settings)

    done = ctx.store.write(work)
    ctx.memory.forget(("project", find_project(ctx, settings.name).project_id))
    return done


def record_settings(ctx: Context, tx: Transaction, row: Row | None, settings: Settings) -> dict[str, Any]:
    """Settings on record after those of ``row``, as ``apply_project`` says."""
    name, now = settings.name, ctx.clock()
    warnings: list[str] = []
    if row is not None:
        settings, warnings = keep_what_was_written(tx, row["project_id"], project_in(row).settings, settings)
    value = as_json(settings)
    settings_sha256 = content_hash(value)
    done = {"project": name, "setting_no": 1, "changed": True, "settings": [], "warnings": warnings}
    if row is not None and row["settings_sha256"] == settings_sha256:
        return {**done, "setting_no": row["setting_no"], "changed": False}
    if row is None:
        project_id, setting_no = new_id(), 1
        tx.insert(
            "project",
            [{"project_id": project_id, "name": name, "seed": secrets.token_hex(16), "created_at": now}],
        )
    else:
        project_id, setting_no = row["project_id"], row["setting_no"] + 1
        before = project_in(row).settings
        warnings += _held_to(tx, project_id, before, settings)
        done |= {"setting_no": setting_no, "settings": _changed(as_json(before), value), "warnings": warnings}
    tx.insert(
        "project_setting",
        [
            {
                "project_id": project_id,
                "setting_no": setting_no,
                "settings_sha256": settings_sha256,
                "settings": canonical_json(value),
                "applied_at": now,
            }
        ],
    )
    return done


def _held_to(tx: Transaction, project_id: UUID, before: Settings, after: Settings) -> list[str]:
    """Refuse what may not change any more; words for what the lead should know."""
    if tx.read("own_judgement", project_id=project_id)[0]["judged"]:
        hold_to_what_was_told(before, after)
    versions = tx.read("versions_of_project", project_id=project_id)
    if versions:
        hold_to_splits(before, after, versions[-1]["version"])
    return criteria_gone(tx.read("criteria_answered", project_id=project_id), after)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The settings that differ, by their place in the file."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found += [f"{name}.{each}" for each in _changed(old, new)]
        elif old != new:
            found.append(name)
    return found
