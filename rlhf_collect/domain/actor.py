"""Who acts, and what each role may do. Rights are decided here and asked in services."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from rlhf_collect.errors import NotAllowed, NotFound


class Role(StrEnum):
    """The three roles of a project."""

    RATER = "rater"
    LEAD = "lead"
    ADMIN = "admin"


class Right(StrEnum):
    """What can be asked of a service."""

    RATE = "rate comparisons"
    READ_REPORTS = "read agreement and progress"
    READ_JUDGEMENTS = "read judgements"
    IMPORT = "import comparisons"
    PUBLISH = "freeze and publish versions"
    INVITE = "invite people"
    ADJUDICATE = "decide contested comparisons"
    EXCLUDE = "leave out judgements and answer appeals"
    REPLY = "read and answer what raters write to the leads"
    GUIDE = "write guidelines"
    CONFIGURE = "change project settings"


_LEAD_RIGHTS = frozenset(
    {
        Right.READ_REPORTS,
        Right.READ_JUDGEMENTS,
        Right.IMPORT,
        Right.PUBLISH,
        Right.INVITE,
        Right.ADJUDICATE,
        Right.EXCLUDE,
        Right.REPLY,
        Right.GUIDE,
    }
)

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.RATER: frozenset({Right.RATE}),
    Role.LEAD: _LEAD_RIGHTS,
    Role.ADMIN: _LEAD_RIGHTS | {Right.CONFIGURE},
}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The authenticated caller of a service."""

    name: str
    """Name within the project."""
    role: Role
    """What they are in the project."""
    project_id: UUID | None
    """The project they belong to; ``None`` for the operator, who runs the command line."""
    rater_key: UUID | None
    """Their row, ``None`` for the operator."""

    def require(self, right: Right, project_id: UUID) -> None:
        """Raise unless this actor may use ``right`` in the project.

        Errors: ``NotFound`` for another project (its existence is not told), ``NotAllowed`` for a
        role without the right.
        """
        if self.project_id is not None and self.project_id != project_id:
            raise NotFound("There is no such project, or you may not see it.")
        if right not in RIGHTS[self.role]:
            raise NotAllowed(f"A {self.role} may not {right.value}.")


OPERATOR = Actor(name="operator", role=Role.ADMIN, project_id=None, rater_key=None)
"""Whoever runs the command line beside the database: they hold the file, so they may do all but rate."""
