"""Whom an invitation is for, before it is used."""

from __future__ import annotations

from rlhf_collect.domain.actor import Actor, Role
from rlhf_collect.errors import NotSignedIn
from rlhf_collect.services.context import Context
from rlhf_collect.services.raters import holder


def invited_person(ctx: Context, invitation: str) -> Actor:
    """The person an invitation would sign in. Errors: ``NotSignedIn`` when it is unknown or has run out."""
    row = holder(ctx, invitation, ("invitation",))
    if row is None:
        raise NotSignedIn(
            "This invitation is not known, or has run out. Ask the project lead for a new link."
        )
    return Actor(
        name=row["name"], role=Role(row["role"]), project_id=row["project_id"], rater_key=row["rater_key"]
    )
