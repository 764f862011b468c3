"""What the page keeps with us without telling what it means: drafts, and how somebody likes the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import AlreadyJudged, AlreadySkipped, BadCall, NotAllowed
from rlhf_collect.services.context import Context
from rlhf_collect.services.deciding import own_deciding
from rlhf_collect.services.judgements import own_assignment
from rlhf_collect.services.leasing import board_of, hold_on
from rlhf_collect.services.people import hold_to_standing
from rlhf_collect.services.projects import project_of
from rlhf_collect.storage.port import Transaction

MOST_DRAFT = 200_000
"""Bytes of a draft: eight reasons of the greatest length, and room."""
MOST_DISPLAY = 10_000
MOST_DEPTH = 20
"""Levels within each other; the page needs four. Deeper ones do not come out of every library again."""


def save_draft(ctx: Context, actor: Actor, assignment_id: UUID, draft: Mapping[str, Any]) -> None:
    """Keep what the caller has typed for an assignment of theirs, in place of what they had typed before.

    The comparison stays theirs for longer while they write.
    Errors: ``NotFound``; ``AlreadyJudged`` and ``AlreadySkipped`` when there is nothing left to type for;
    ``BadCall`` when it is too large.
    """
    held = own_assignment(ctx, actor, "assignment_by_id", assignment_id=assignment_id)
    text, project = _as_text(draft, MOST_DRAFT, "draft"), project_of(ctx, held["project_id"])

    def work(tx: Transaction) -> None:
        board = board_of(ctx, tx, project)
        if board.has_done(held):
            if tx.read("judgement_state", judgement_id=held["judgement_id"]):
                raise AlreadyJudged("You have judged this comparison already; this draft was not kept.")
            raise AlreadySkipped("You have skipped this comparison. Take the skip back to go on with it.")
        tx.run(
            "save_draft",
            assignment_id=assignment_id,
            rater_key=held["rater_key"],
            draft=text,
            now=ctx.clock(),
        )
        board.drafts.add(assignment_id)
        hold_on(ctx, tx, project, held)

    ctx.store.write(work)


def save_decision_draft(ctx: Context, actor: Actor, decision_id: UUID, draft: Mapping[str, Any]) -> None:
    """The same for a comparison that is shown to the caller to be decided. Errors as there."""
    held = own_deciding(ctx, actor, decision_id)
    text = _as_text(draft, MOST_DRAFT, "draft")

    def work(tx: Transaction) -> None:
        if tx.read("revisions_of_decision", adjudication_id=decision_id):
            raise AlreadyJudged("You have decided this comparison already; this draft was not kept.")
        if tx.read("decline_of_deciding", adjudication_id=decision_id):
            raise AlreadySkipped("You have left this comparison to somebody else; this draft was not kept.")
        hold_to_standing(tx, held["rater_key"])
        now = ctx.clock()
        tx.run("save_draft", assignment_id=decision_id, rater_key=held["rater_key"], draft=text, now=now)

    ctx.store.write(work)


def draft_of(ctx: Context, assignment_id: UUID) -> tuple[dict[str, Any] | None, str | None]:
    """What was typed for an assignment and when it was saved; nothing twice if there is none."""
    for row in ctx.store.read("draft_of_assignment", assignment_id=assignment_id):
        return json.loads(row["draft"]), row["saved_at"].isoformat()
    return None, None


def save_display(ctx: Context, actor: Actor, display: Mapping[str, Any]) -> None:
    """Keep how the caller likes the page. Errors: ``BadCall`` when it is too large; ``NotAllowed``."""
    if actor.rater_key is None:
        raise NotAllowed("This is for people of a project.")
    rater_key, text = actor.rater_key, _as_text(display, MOST_DISPLAY, "display")

    def work(tx: Transaction) -> None:
        tx.run("save_display", rater_key=rater_key, display=text, now=ctx.clock())

    ctx.store.write(work)


def _as_text(value: Mapping[str, Any], most: int, field: str) -> str:
    """The object as JSON text. Errors: ``BadCall`` for what could not be given back as it came."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (ValueError, RecursionError) as error:
        raise BadCall(f"{field}: it cannot be kept as JSON ({error}). Nothing was stored.") from error
    if size > most:
        raise BadCall(f"{field}: {size:,} bytes are too many. Keep it to {most:,}; nothing was stored.")
    if _depth(value) > MOST_DEPTH:
        raise BadCall(f"{field}: more than {MOST_DEPTH} levels within each other. Nothing was stored.")
    return text


def _depth(value: Any) -> int:
    """Levels of lists and objects within each other; found level by level, so that depth costs no stack."""
    level, found = [value], 0
    while level := [
        inner
        for each in level
        if isinstance(each, dict | list)
        for inner in (each.values() if isinstance(each, dict) else each)
    ]:
        found += 1
    return found
