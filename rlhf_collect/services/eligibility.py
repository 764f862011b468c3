"""Which comparisons a rater is asked about: languages and tags that whoever invites them says, never a score."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.limits import Limits, checked_limits, stored_limits
from rlhf_collect.services.context import Context
from rlhf_collect.services.people import invited_person
from rlhf_collect.services.projects import find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.storage.port import Transaction


def set_limits(
    ctx: Context,
    actor: Actor,
    project_name: str,
    name: str,
    *,
    languages: Sequence[str] | None = None,
    tags: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Say what a person is asked about from now on; ``None`` leaves that as it is, nothing named means everything.

    Returns ``{"name", "languages", "tags"}``. What they hold already stays theirs. Errors: ``BadCall``; ``NotFound``.
    """
    project = find_own_project(ctx, actor, project_name, Right.INVITE)
    checked_limits(languages or (), tags or ())

    def work(tx: Transaction) -> Limits:
        person = invited_person(ctx, tx, project, name)
        rows = tx.read("eligibility_of_rater", rater_key=person["rater_key"])
        before = stored_limits(rows[-1]) if rows else Limits()
        after = checked_limits(
            before.languages if languages is None else languages, before.tags if tags is None else tags
        )
        if after != before:
            row = {
                "rater_key": person["rater_key"],
                "eligibility_no": len(rows),
                "languages": json.dumps(after.languages),
                "tags": json.dumps(after.tags),
                "decided_at": ctx.clock(),
            }
            tx.insert("eligibility", [row])
            detail = {"name": name, "languages": after.languages, "tags": after.tags}
            tx.insert("audit", [audit_row(ctx, project.project_id, actor, "limit", detail)])
            tx.on_rollback(ctx.boards.forget)
            ctx.boards.forget()
        return after

    limits = ctx.store.write(work)
    return {"name": name, "languages": list(limits.languages), "tags": list(limits.tags)}
