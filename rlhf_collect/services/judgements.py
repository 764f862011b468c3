"""One submitted judgement: checked, turned back from sides, stored, and the next comparison."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.parts import check_text
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.errors import AlreadyJudged, Conflict, NotFound, NoWork
from rlhf_collect.ids import new_id
from rlhf_collect.services.answers import Submission, check_flags, check_submission
from rlhf_collect.services.board import Board
from rlhf_collect.services.context import Context
from rlhf_collect.services.leasing import board_of
from rlhf_collect.services.page_ids import Said
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.recording import record_judgement, record_revision
from rlhf_collect.services.remarks import record_edited, record_flags
from rlhf_collect.services.serving import Assignment, Handed, hand_out, rater_key_of, wish_for_work
from rlhf_collect.services.standing import acts_of, is_taken_back, state_of
from rlhf_collect.storage.port import Row, Transaction

MOST_SKIP_REASON = 2000


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Proof that a judgement or skip is durable."""

    judgement_id: UUID
    """The judgement."""
    fresh: bool
    """Whether this call stored it; ``False`` when the same had been stored before."""
    next: Assignment | NoWork
    """What to judge now."""
    ahead: Assignment | None = None
    """What comes after it, if that was asked for."""


def submit_judgement(
    ctx: Context,
    actor: Actor,
    assignment_id: UUID,
    judgement_id: UUID,
    drafts: Sequence[Draft],
    *,
    flags: Sequence[Flag] = (),
    edited: Edited | None = None,
    ahead: bool = False,
    page: bool = False,
) -> Receipt:
    """Store a judgement with what was said beside it, and hand out the next comparison, in one transaction.

    With ``ahead`` the next two are handed out; for the rater's ``page`` refusals use its names.

    The same submission again gives the same receipt. Errors: ``NotFound`` for a place that is not the
    caller's; ``BadAnswer``; ``AlreadyJudged`` when other answers are stored. Nothing is stored then.
    """
    held = own_assignment(ctx, actor, "assignment_by_id", assignment_id=assignment_id)
    if held["judgement_id"] != judgement_id:
        raise NotFound("This judgement id was not handed out with this assignment. Reload and judge again.")
    project = project_of(ctx, held["project_id"])
    sent = Said(drafts=drafts, flags=flags, edited=edited)
    said = check_submission(ctx, project, held, sent, page=page)
    wish = wish_for_work(ctx, project, rater_key_of(actor), ahead=ahead)

    def work(tx: Transaction) -> Handed:
        _store_first(ctx, tx, project, held, said)
        return hand_out(ctx, tx, wish, moved_on=True)

    try:
        following = ctx.store.write(work)
        fresh = True
    except Conflict:
        # It was judged before, here or in another tab: the answer is a receipt or a refusal.
        if not _stored_before(ctx, held, said):
            raise
        following = ctx.store.write(lambda tx: hand_out(ctx, tx, wish))
        fresh = False
    return Receipt(judgement_id=judgement_id, fresh=fresh, next=following.next, ahead=following.ahead)


def revise_judgement(
    ctx: Context,
    actor: Actor,
    judgement_id: UUID,
    drafts: Sequence[Draft],
    *,
    flags: Sequence[Flag] = (),
    edited: Edited | None = None,
    ahead: bool = False,
    page: bool = False,
) -> Receipt:
    """Replace all that one's own judgement says by a new revision; the older ones are kept.

    Flags and an edited completion that are left out are taken back. A judgement that was taken back stands again.

    The same answers again change nothing else. Errors: ``NotFound`` when it is not the caller's or not judged
    yet; ``BadAnswer``.
    """
    held = own_assignment(ctx, actor, "assignment_by_judgement", judgement_id=judgement_id)
    project = project_of(ctx, held["project_id"])
    sent = Said(drafts=drafts, flags=flags, edited=edited)
    said = check_submission(ctx, project, held, sent, page=page)
    wish = wish_for_work(ctx, project, held["rater_key"], ahead=ahead)

    def work(tx: Transaction) -> tuple[bool, Handed]:
        state = state_of(tx, judgement_id)
        if not state:
            raise NotFound("This comparison is not judged yet. Submit it instead of revising it.")
        back = is_taken_back(acts_of(tx, [judgement_id])[judgement_id])
        fresh = back or not _says(state, said)
        if fresh:
            record_revision(ctx, tx, board_of(ctx, tx, project), held, said, state, back=back)
            record_flags(ctx, tx, held, said.flags)
            before = tx.read("edited_state", judgement_id=judgement_id)
            record_edited(ctx, tx, held, said.edited, before[0] if before else None)
        return fresh, hand_out(ctx, tx, wish)

    fresh, following = ctx.store.write(work)
    return Receipt(judgement_id=judgement_id, fresh=fresh, next=following.next, ahead=following.ahead)


def skip_assignment(
    ctx: Context,
    actor: Actor,
    assignment_id: UUID,
    reason: str = "",
    *,
    flags: Sequence[Flag] = (),
    ahead: bool = False,
    page: bool = False,
) -> Receipt:
    """Pass on a comparison: it is not offered to the caller again, unless they take the skip back.

    Skipping twice is the same skip.
    Errors: ``NotFound``; ``AlreadyJudged`` when it is judged; ``BadAnswer`` for an overlong reason or a
    flag that does not fit.
    """
    held = own_assignment(ctx, actor, "assignment_by_id", assignment_id=assignment_id)
    check_text("reason", reason, MOST_SKIP_REASON)
    project = project_of(ctx, held["project_id"])
    flagged = check_flags(ctx, project, held, Said(flags=flags), page=page)
    row = {
        "skip_id": new_id(),
        "project_id": held["project_id"],
        "comparison_key": held["comparison_key"],
        "rater_key": held["rater_key"],
        "reason": reason.strip(),
        "skipped_at": ctx.clock(),
        "repeat_no": held["repeat_no"],
    }
    wish = wish_for_work(ctx, project, held["rater_key"], ahead=ahead)

    def work(tx: Transaction) -> tuple[bool, Handed]:
        board = board_of(ctx, tx, project)
        fresh = not board.has_done(held)
        if not fresh and tx.read("judgement_state", judgement_id=held["judgement_id"]):
            raise AlreadyJudged(
                "You have judged this comparison already. Your answer is kept; revise it if you like."
            )
        if fresh:
            before = tx.read(
                "skips_of_comparison", rater_key=row["rater_key"], comparison_key=row["comparison_key"]
            )
            tx.insert("skip", [row | {"skip_no": len(before)}])
            board.skip(held)
            _drop_draft(tx, board, assignment_id)
        if flagged:
            record_flags(ctx, tx, held, flagged, beside=bool(held["repeat_no"]))
        return fresh, hand_out(ctx, tx, wish, moved_on=fresh)

    fresh, following = ctx.store.write(work)
    return Receipt(judgement_id=held["judgement_id"], fresh=fresh, next=following.next, ahead=following.ahead)


def _drop_draft(tx: Transaction, board: Board, assignment_id: UUID) -> None:
    """What was typed is not needed any more; most often there is nothing, and nothing is asked of the store."""
    if assignment_id in board.drafts:
        tx.run("remove_draft", assignment_id=assignment_id)
        board.drafts.discard(assignment_id)


def own_assignment(ctx: Context, actor: Actor, query: str, **values: UUID) -> Row:
    """The assignment if it is the caller's; the same words for another's and for none."""
    rater_key = rater_key_of(actor)
    rows = ctx.memory.recall((query, *values.values()), lambda: ctx.store.read(query, **values))
    if not rows or rows[0]["rater_key"] != rater_key:
        raise NotFound(
            "This comparison was not handed to you. If you opened another invitation in this browser, "
            "open your own link again; nothing was stored."
        )
    actor.require(Right.RATE, rows[0]["project_id"])
    return {**rows[0], "shown": tuple(json.loads(rows[0]["presentation"]))}


def _says(state: Mapping[str, Row], said: Submission) -> bool:
    """Whether exactly this submission is what holds; a criterion that is asked no more may stand beside it."""
    return all(
        each.criterion in state and state[each.criterion]["answers_sha256"] == said.sha256
        for each in said.settled
    )


def _stored_before(ctx: Context, held: Row, said: Submission) -> bool:
    """Whether exactly this submission is stored. Errors: ``AlreadyJudged`` when another is."""
    state = state_of(ctx.store, held["judgement_id"])
    if state and not _says(state, said):
        raise AlreadyJudged(
            "You have judged this comparison already, with another answer. That one is kept; "
            "you can replace it with the new one."
        )
    return bool(state)


def _store_first(ctx: Context, tx: Transaction, project: Project, held: Row, said: Submission) -> None:
    board = board_of(ctx, tx, project)
    done = board.has_done(held)
    if done and tx.read("judgement_state", judgement_id=held["judgement_id"]):
        raise Conflict("This comparison is judged already. Nothing was changed.")
    record_judgement(ctx, tx, board, held, said)
    again = bool(held["repeat_no"])
    # Who skipped it before may have flagged it then, and who judges it again when they judged it first.
    if said.flags or (done and not again):
        record_flags(ctx, tx, held, said.flags, beside=again)
    record_edited(ctx, tx, held, said.edited, None)
    _drop_draft(tx, board, held["assignment_id"])
