"""What a lead knows raters by."""

from __future__ import annotations

from rlhf_collect.ids import pseudonym
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.storage.port import Row

A_RATER = "a rater"
"""Who stands beside an answer where raters were told that leads see no pseudonym, and in place of the nameless."""


def pseudonym_key(ctx: Context, project: Project) -> bytes:
    """Makes the names leads know raters by; they hold within the project and are not those of its dataset."""
    return ctx.keys.dataset_key(f"{project.name}|leads")


def pseudonym_for_leads(key: bytes, row: Row) -> str:
    """The name for a row with ``rater``, ``rater_key`` and ``imported``: those that came with imports stay."""
    return str(row["rater"]) if row["imported"] else pseudonym(key, str(row["rater_key"]), 12)


def name_for_leads(ctx: Context, project: Project, row: Row) -> str:
    """The same where ``quality.visibility`` allows a pseudonym beside what somebody said, and they are not nameless."""
    anonymous = project.settings.quality.visibility == "anonymous"
    if row["nameless"] or (anonymous and not row["imported"]):
        return A_RATER
    return pseudonym_for_leads(pseudonym_key(ctx, project), row)
