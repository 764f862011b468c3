"""Which guidelines a rater has confirmed, and what changed since."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from rlhf_collect.config import Guidelines
from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.paragraphs import changed_paragraphs
from rlhf_collect.errors import NotAllowed, NoWork, OutOfDate
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.storage.port import Transaction


def confirm_guidelines(ctx: Context, actor: Actor, version: str) -> None:
    """Record that the caller has read this version of their project's guidelines; twice is once.

    Errors: ``OutOfDate`` when it is not the current one; ``NotAllowed`` for the operator.
    """
    if actor.rater_key is None or actor.project_id is None:
        raise NotAllowed("Guidelines are confirmed by people of a project.")
    rater_key, project = actor.rater_key, project_of(ctx, actor.project_id)
    current = project.settings.guidelines.version
    if version != current:
        raise OutOfDate(
            f"The current version of the guidelines is '{current}', not this one. Nothing was recorded; "
            "read it and confirm it."
        )
    row = {
        "confirmation_id": new_id(),
        "project_id": project.project_id,
        "rater_key": rater_key,
        "version": version,
        "confirmed_at": ctx.clock(),
    }

    def work(tx: Transaction) -> None:
        before = tx.read("confirmations_of_rater", rater_key=rater_key)
        if not before or before[0]["version"] != version:
            tx.insert("guideline_confirmation", [row])

    ctx.store.write(work)
    ctx.memory.forget(("confirmed", rater_key))


def _confirmed(ctx: Context, rater_key: UUID) -> tuple[str | None, ...]:
    """The versions a rater has confirmed, the newest word first; ``(None,)`` for none."""

    def read() -> tuple[str | None, ...]:
        rows = ctx.store.read("confirmations_of_rater", rater_key=rater_key)
        return tuple(row["version"] for row in rows) or (None,)

    return ctx.memory.recall(("confirmed", rater_key), read, now=ctx.clock())


def guidelines_to_confirm(ctx: Context, project: Project, rater_key: UUID) -> NoWork | None:
    """Why a rater must read before going on: they confirmed a version once, and it is another one now."""
    confirmed = _confirmed(ctx, rater_key)
    if confirmed[0] is None or project.settings.guidelines.version in confirmed:
        return None
    return NoWork(
        "The guidelines have changed since you read them. Read what is new, then go on.",
        reason="guidelines_changed",
    )


def guidelines_of(ctx: Context, project: Project, rater_key: UUID, language: str) -> dict[str, Any]:
    """The guidelines as somebody sees them.

    ``{"version", "text", "texts": {language: text}, "confirmed"}``, and ``"changes"`` while a changed
    text waits to be confirmed: in ``language`` where both versions are written in it.
    """
    now, confirmed = project.settings.guidelines, _confirmed(ctx, rater_key)
    seen = now.version if now.version in confirmed else confirmed[0]
    shown: dict[str, Any] = {
        "version": now.version,
        "text": now.text_in("en"),
        "texts": now.texts,
        "confirmed": seen,
    }
    before = None if seen in (None, now.version) else _guidelines_called(ctx, project, str(seen))
    if before is not None:
        common = language if language in before.texts and language in now.texts else "en"
        old, new = before.text_in(common), now.text_in(common)
        if old != new:
            shown["changes"] = [each.as_json() for each in changed_paragraphs(old, new)]
    return shown


def _guidelines_called(ctx: Context, project: Project, version: str) -> Guidelines | None:
    """The newest guidelines that went by this version, from the history of the settings."""
    for row in reversed(ctx.store.read("all_settings", project_id=project.project_id)):
        found = json.loads(row["settings"])["guidelines"]
        if found["version"] == version:
            return Guidelines(version=found["version"], text=found["text"])
    return None
