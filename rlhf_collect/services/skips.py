"""Skips taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import AlreadyJudged, NoPlace, NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import own_assignment
from rlhf_collect.services.leasing import Wish, board_of, lease
from rlhf_collect.services.projects import project_of
from rlhf_collect.services.rater_view import Held
from rlhf_collect.services.remarks import record_flags
from rlhf_collect.services.serving import Handed, hand_out, wish_for_work
from rlhf_collect.storage.port import Row, Transaction


def take_back_skip(ctx: Context, actor: Actor, assignment_id: UUID, *, ahead: bool = False) -> Handed:
    """Take back one's own skip: its comparison is next, before what has been handed out since.

    Twice is once. Errors: ``NotFound`` when it is not the caller's or was never skipped;
    ``AlreadyJudged``; ``NoPlace`` when others have taken every place in the meantime: the skip stands.
    """
    held = own_assignment(ctx, actor, "assignment_by_id", assignment_id=assignment_id)
    project = project_of(ctx, held["project_id"])
    wish = wish_for_work(ctx, project, held["rater_key"], ahead=ahead)

    def work(tx: Transaction) -> Handed:
        if tx.read("judgement_state", judgement_id=held["judgement_id"]):
            raise AlreadyJudged(
                "You have judged this comparison. Your answer is kept; revise it if you like."
            )
        rows = tx.read(
            "skips_of_comparison", rater_key=held["rater_key"], comparison_key=held["comparison_key"]
        )
        skips = [row for row in rows if row["repeat_no"] == held["repeat_no"]]
        if not skips:
            raise NotFound("You have not skipped this comparison. Nothing was changed.")
        if skips[0]["ended_at"] is None:
            _bring_back(ctx, tx, wish, held, skips[0]["skip_id"])
        return hand_out(ctx, tx, wish)

    return ctx.store.write(work)


def _bring_back(ctx: Context, tx: Transaction, wish: Wish, held: Row, skip_id: UUID) -> None:
    """Give the comparison back and keep to two: what was next steps behind it, what was ahead is free again."""
    now, board = ctx.clock(), board_of(ctx, tx, wish.project)
    if not board.has_room(held, now):
        raise NoPlace(
            "Others have taken this comparison in the meantime, so it cannot come back to you. Your skip stands."
        )
    tx.insert("skip_end", [{"skip_id": skip_id, "ended_at": now}])
    if not held["repeat_no"]:
        # What was flagged went with the skip; the page sends it again with the answer.
        record_flags(ctx, tx, held, ())
    lease_ends = now + timedelta(minutes=wish.project.settings.lease_minutes)
    open_ones = board.open_for(wish.rater_key, now)
    for each in open_ones[1:]:
        lease(tx, board, wish.rater_key, replace(each, lease_ends=now), now)
    back = Held(
        assignment_id=held["assignment_id"],
        judgement_id=held["judgement_id"],
        place=board.index[held["comparison_key"]],
        presentation=held["shown"],
        lease_ends=lease_ends,
        repeat_no=held["repeat_no"],
    )
    lease(tx, board, wish.rater_key, back, now)
    for each in open_ones[:1]:
        lease(tx, board, wish.rater_key, replace(each, lease_ends=lease_ends), now)
