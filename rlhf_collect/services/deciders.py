"""Who decides contested comparisons beside the leads: raters a lead named, and nobody by a score."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right, Role
from rlhf_collect.errors import BadCall, NotAllowed
from rlhf_collect.services.context import Context
from rlhf_collect.services.people import invited_person
from rlhf_collect.services.projects import find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.storage.port import Reader, Transaction


def name_decider(
    ctx: Context, actor: Actor, project_name: str, name: str, *, decides: bool = True
) -> dict[str, Any]:
    """Let a rater decide what leads leave to a second rater, or not any more; what they decided stays.

    Returns ``{"name", "decides"}``. Errors: ``NotFound`` naming the people there are; ``BadCall`` for who is no rater.
    """
    project = find_own_project(ctx, actor, project_name, Right.INVITE)

    def work(tx: Transaction) -> None:
        person = invited_person(ctx, tx, project, name)
        if person["role"] != Role.RATER:
            raise BadCall(
                f"name: '{name}' is a {person['role']}, who decides anyway. Name a rater. Nothing was changed."
            )
        rows = tx.read("decider_of_rater", rater_key=person["rater_key"])
        if decides == bool(rows and rows[-1]["decides"]):
            return
        row = {
            "rater_key": person["rater_key"],
            "decider_no": len(rows),
            "decides": decides,
            "named_at": ctx.clock(),
        }
        tx.insert("decider", [row])
        detail = {"name": name, "decides": decides}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "decider", detail)])
        ctx.boards.referred(tx, project.project_id)

    ctx.store.write(work)
    return {"name": name, "decides": decides}


def list_deciders(ctx: Context, actor: Actor, project_name: str) -> list[str]:
    """The raters who decide, by name; nothing about what they decided or left to others."""
    project = find_own_project(ctx, actor, project_name, Right.INVITE)
    return [row["name"] for row in ctx.store.read("deciders_of_project", project_id=project.project_id)]


def is_decider(reader: Reader | Transaction, rater_key: UUID) -> bool:
    """Whether a rater decides."""
    rows = reader.read("decider_of_rater", rater_key=rater_key)
    return bool(rows and rows[-1]["decides"])


def hold_to_decider(reader: Reader | Transaction, rater_key: UUID) -> None:
    """Refuse who does not decide. Errors: ``NotAllowed``."""
    if not is_decider(reader, rater_key):
        raise NotAllowed(
            "You are not among those who decide contested comparisons. Project leads name them; nothing was changed."
        )
