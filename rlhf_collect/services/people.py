"""Who may come in to a project, for those who invite: names and doors, and nothing about anybody's work."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right, Role
from rlhf_collect.errors import NotAllowed, NotFound, NotSignedIn
from rlhf_collect.services.context import Context
from rlhf_collect.services.credentials import end_credentials, forget_credentials
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.storage.port import Row, Transaction


def list_people(ctx: Context, actor: Actor, project_name: str) -> list[dict[str, Any]]:
    """Everybody who was invited, by name.

    ``{"name", "role", "created_at", "invitation", "key", "session", "languages", "tags"}``: whether they hold an
    invitation, key or session that works now, and what they are asked about, empty for everything.
    """
    project = find_own_project(ctx, actor, project_name, Right.INVITE)
    people = ctx.store.read("people_of_project", project_id=project.project_id, now=ctx.clock())
    return [row | {each: json.loads(row[each]) for each in ("languages", "tags")} for row in people]


def hold_to_standing(tx: Transaction, rater_key: UUID) -> None:
    """Refuse who was erased since they were let in. Errors: ``NotSignedIn``."""
    if not tx.read("rater_stands", rater_key=rater_key):
        raise NotSignedIn("Your data was erased a moment ago. Nothing was stored.")


def invited_person(ctx: Context, tx: Transaction, project: Project, name: str) -> Row:
    """The row of somebody who was invited. Errors: ``NotFound`` naming the people there are."""
    known = tx.read("rater_by_name", project_id=project.project_id, name=name)
    if not known or known[0]["imported"]:
        people = ctx.store.read("people_of_project", project_id=project.project_id, now=ctx.clock())
        names = ", ".join(row["name"] for row in people) or "nobody yet"
        raise NotFound(f"Nobody called '{name}' was invited to {project.name}. Invited: {names}.")
    return known[0]


def remove_person(ctx: Context, actor: Actor, project_name: str, name: str) -> dict[str, Any]:
    """End everything a person could come in with; what they did stays.

    Returns ``{"name", "ended"}``. Errors: ``NotFound`` naming the people there are; ``NotAllowed`` when a lead
    removes an admin.
    """
    project = find_own_project(ctx, actor, project_name, Right.INVITE)

    def work(tx: Transaction) -> list[str]:
        person = invited_person(ctx, tx, project, name)
        if person["role"] == Role.ADMIN and actor.role != Role.ADMIN:
            raise NotAllowed("Only an admin may remove an admin.")
        ended = end_credentials(ctx, tx, person["rater_key"])
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "remove", {"name": name})])
        return ended

    ended = ctx.store.write(work)
    forget_credentials(ctx, ended)
    return {"name": name, "ended": len(ended)}
