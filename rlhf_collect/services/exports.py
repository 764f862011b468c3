"""Judgements as they leave by themselves: the import form, line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.errors import AlreadyExists, BadCall, writing
from rlhf_collect.ids import pseudonym
from rlhf_collect.services.context import Context, Progress, no_progress
from rlhf_collect.services.decision_steps import settle_due
from rlhf_collect.services.names import pseudonym_for_leads, pseudonym_key
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.storage.port import Row

_PAGE = 5000
_ANONYMOUS_PAGE = 50_000
"""Judgements put in another order at a time."""


def judgement_stream(ctx: Context, actor: Actor, project_name: str) -> Iterator[dict[str, Any]]:
    """Every judgement that stands, in its last revision, oldest first, in the import form of the contract.

    Raters who rate here stand under a pseudonym that holds within the project (spec welfare, 2); names
    that came with imported judgements stay. Where raters were told that leads see no pseudonym, each has another one
    on every comparison, and the order tells nothing about who judged when. Skips, and judgements taken back, are
    private to raters: they are not among them, nor are those a written decision leaves out.
    Rights are checked before the first row.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_JUDGEMENTS)
    settle_due(ctx, project)
    return _pages(ctx, project)


def _pages(ctx: Context, project: Project) -> Iterator[dict[str, Any]]:
    after, key = 0, pseudonym_key(ctx, project)
    anonymous = project.settings.quality.visibility == "anonymous"
    most = _ANONYMOUS_PAGE if anonymous else _PAGE
    # Judgements are only ever added, so a bound is a snapshot: what is revised or taken back meanwhile comes once.
    last = ctx.store.read("last_sequence")[0]["last_sequence"]
    while rows := ctx.store.read(
        "judgement_rows", project_id=project.project_id, after=after, last_sequence=last, most=most
    ):
        told = [_import_form(row, _name(key, row, anonymous=anonymous)) for row in rows]
        if anonymous:
            told.sort(key=lambda form: (form["comparison"], form["rater"], form["criterion"]))
        yield from told
        after = rows[-1]["sequence_no"]


def _name(key: bytes, row: Row, *, anonymous: bool) -> str:
    if anonymous and not row["imported"]:
        return pseudonym(key, f"{row['rater_key']}|{row['comparison_id']}", 12)
    return pseudonym_for_leads(key, row)


def _import_form(row: Row, rater: str) -> dict[str, Any]:
    form = {
        "comparison": row["comparison_id"],
        "rater": rater,
        "criterion": row["criterion"],
        "choice": row["choice"],
        "strength": row["strength"],
        "degree": row["degree"],
        "ranking": json.loads(row["ranking"]) if row["ranking"] else None,
        "points": json.loads(row["points"]) if row["points"] else None,
        "reasons": json.loads(row["reasons"]) if row["reasons"] else None,
        "order_asked": row["order_asked"],
        "presentation": json.loads(row["presentation"]) if row["presentation"] else None,
        "rationale": row["rationale"],
        "submitted_on": row["submitted_on"].isoformat(),
        "repeat_no": row["repeat_no"] or None,
    }
    return {name: value for name, value in form.items() if value is not None}


def export_judgements(
    ctx: Context, actor: Actor, project_name: str, target: Path, *, progress: Progress = no_progress
) -> dict[str, Any]:
    """Write the stream to a new JSON Lines file. Errors: ``AlreadyExists``; ``BadCall`` if it cannot be written."""
    rows = judgement_stream(ctx, actor, project_name)
    with writing(target):
        count = _write(rows, target, progress)
    return {"project": project_name, "file": str(target), "judgements": count}


def _write(rows: Iterator[dict[str, Any]], target: Path, progress: Progress) -> int:
    if target.exists():
        raise AlreadyExists(f"{target} exists already. Nothing was written; choose a new name.")
    if not target.parent.is_dir():
        raise BadCall(f"There is no folder {target.parent}. Nothing was written; make it, or choose another.")
    partial, count = target.with_name(f".{target.name}.partial"), 0
    try:
        with partial.open("w", encoding="utf-8") as out:
            for count, row in enumerate(rows, 1):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                if count % _PAGE == 0:
                    progress(count, None, "judgements written")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return count
