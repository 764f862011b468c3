"""Consent to publish what one wrote, taken back after a version was sealed: what it holds goes nowhere new."""

from __future__ import annotations

from rlhf_collect.errors import Refused
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.storage.port import Row
from rlhf_collect.wording import plural


def consents_withdrawn(ctx: Context, project: Project, sealed: Row) -> int:
    """How many raters whose words a sealed version holds do not agree any more; ``sealed`` is its row of the store."""
    found = ctx.store.read(
        "consents_withdrawn",
        project_id=project.project_id,
        moment=sealed["snapshot_at"] or sealed["frozen_at"],
        last_sequence=sealed["last_sequence"],
    )
    return int(found[0]["raters"])


def hold_to_consents(ctx: Context, project: Project, sealed: Row, *, mend: str) -> None:
    """Refuse to hand out what somebody took back. Errors: ``Refused``, with what to do."""
    withdrawn = consents_withdrawn(ctx, project, sealed)
    if withdrawn:
        raise Refused(
            f"{plural(withdrawn, 'rater')} withdrew since then their consent to publish what they wrote, and "
            f"{sealed['version']} holds it. {mend}"
        )
