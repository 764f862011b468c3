"""One submitted judgement: checked, turned back from sides, stored, and the next comparison."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.judgement import Criterion, Draft, Settled, answers_hash, check_text, settle
from rlhf_collect.errors import AlreadyJudged, BadAnswer, Conflict, NotFound, NoWork
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, earlier_rubrics, project_of
from rlhf_collect.services.serving import Assignment, assign_next, comparison_rows, rater_key_of
from rlhf_collect.storage.port import Reader, Row, Transaction

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


def submit_judgement(
    ctx: Context, actor: Actor, assignment_id: UUID, judgement_id: UUID, drafts: Sequence[Draft]
) -> Receipt:
    """Store a judgement and hand out the next comparison, in one transaction.

    The same answers again give the same receipt. Errors: ``NotFound`` for a place that is not the
    caller's; ``BadAnswer``; ``AlreadyJudged`` when other answers are stored. Nothing is stored then.
    """
    held = _own_assignment(ctx, actor, "assignment_by_id", assignment_id=assignment_id)
    if held["judgement_id"] != judgement_id:
        raise NotFound("This judgement id was not handed out with this assignment. Reload and judge again.")
    project = project_of(ctx, held["project_id"])
    settled = _settle_all(ctx, project, held, drafts)
    rater_key = rater_key_of(actor)
    try:
        following = ctx.store.write(lambda tx: _store_first(ctx, tx, project, held, settled))
        fresh = True
    except Conflict:
        # It was judged before, here or in another tab: the answer is a receipt or a refusal.
        if not _stored_before(ctx, held, settled):
            raise
        following = ctx.store.write(lambda tx: assign_next(ctx, tx, project, rater_key))
        fresh = False
    return Receipt(judgement_id=judgement_id, fresh=fresh, next=following)


def revise_judgement(ctx: Context, actor: Actor, judgement_id: UUID, drafts: Sequence[Draft]) -> Receipt:
    """Replace the answers of one's own judgement by a new revision; the older ones are kept.

    The same answers again change nothing. Errors: ``NotFound`` when it is not the caller's or not judged
    yet; ``BadAnswer``.
    """
    held = _own_assignment(ctx, actor, "assignment_by_judgement", judgement_id=judgement_id)
    project = project_of(ctx, held["project_id"])
    settled = _settle_all(ctx, project, held, drafts)

    def work(tx: Transaction) -> tuple[bool, Assignment | NoWork]:
        state = _state(tx, judgement_id)
        if not state:
            raise NotFound("This comparison is not judged yet. Submit it instead of revising it.")
        fresh = not _says(state, settled)
        if fresh:
            _insert_answers(ctx, tx, held, settled, state)
        return fresh, assign_next(ctx, tx, project, held["rater_key"])

    fresh, following = ctx.store.write(work)
    return Receipt(judgement_id=judgement_id, fresh=fresh, next=following)


def skip_assignment(ctx: Context, actor: Actor, assignment_id: UUID, reason: str = "") -> Receipt:
    """Pass on a comparison: it is never offered to the caller again. Skipping twice is the same skip.

    Errors: ``NotFound``; ``AlreadyJudged`` when it is judged; ``BadAnswer`` for an overlong reason.
    """
    held = _own_assignment(ctx, actor, "assignment_by_id", assignment_id=assignment_id)
    if len(reason) > MOST_SKIP_REASON:
        raise BadAnswer(f"reason: keep it under {MOST_SKIP_REASON:,} characters. Nothing was stored.")
    check_text("reason", reason)
    project = project_of(ctx, held["project_id"])
    row = {
        "skip_id": new_id(),
        "project_id": held["project_id"],
        "comparison_key": held["comparison_key"],
        "rater_key": held["rater_key"],
        "reason": reason.strip(),
        "skipped_at": ctx.clock(),
    }

    def work(tx: Transaction) -> tuple[bool, Assignment | NoWork]:
        board = ctx.boards.of(tx, held["project_id"], ctx.clock())
        fresh = not board.has_done(held["rater_key"], held["comparison_key"])
        if not fresh and tx.read("judgement_state", judgement_id=held["judgement_id"]):
            raise AlreadyJudged(
                "You have judged this comparison already. Your answer is kept; revise it if you like."
            )
        if fresh:
            tx.insert("skip", [row])
            board.settle(held["rater_key"], held["comparison_key"], judged=False)
        return fresh, assign_next(ctx, tx, project, held["rater_key"])

    fresh, following = ctx.store.write(work)
    return Receipt(judgement_id=held["judgement_id"], fresh=fresh, next=following)


def _own_assignment(ctx: Context, actor: Actor, query: str, **values: UUID) -> Row:
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


def _settle_all(ctx: Context, project: Project, held: Row, drafts: Sequence[Draft]) -> list[Settled]:
    """The answers, checked against the rubric in force.

    It may have changed while the comparison was open: who answers one they saw since loses nothing.
    """
    try:
        return _settle_by(project.criteria(), ctx, held, drafts)
    except BadAnswer:
        for rubric in earlier_rubrics(ctx, project, held["setting_no"]):
            with suppress(BadAnswer):
                return _settle_by(rubric, ctx, held, drafts)
        raise


def _settle_by(
    rubric: Mapping[str, Criterion], ctx: Context, held: Row, drafts: Sequence[Draft]
) -> list[Settled]:
    answered = [draft.criterion for draft in drafts]
    if sorted(answered) != sorted(rubric):
        raise BadAnswer(
            f"answers: every criterion once, please: {', '.join(rubric)}. Got: {', '.join(answered) or 'none'}. "
            "Nothing was stored."
        )
    rows = comparison_rows(ctx, held["comparison_key"])
    return [
        settle(
            draft,
            comparison_id=rows[0]["comparison_id"],
            completion_ids=[row["completion_id"] for row in rows],
            presentation=held["shown"],
            criterion=rubric[draft.criterion],
        )
        for draft in drafts
    ]


def _state(reader: Reader | Transaction, judgement_id: UUID) -> dict[str, Row]:
    """The last revision of each criterion of a judgement; empty when it is not judged."""
    return {row["criterion"]: row for row in reader.read("judgement_state", judgement_id=judgement_id)}


def _says(state: Mapping[str, Row], settled: Sequence[Settled]) -> bool:
    """Whether exactly these answers are what holds; a criterion that is asked no more may stand beside them."""
    hashed = answers_hash(settled)
    return all(
        each.criterion in state and state[each.criterion]["answers_sha256"] == hashed for each in settled
    )


def _stored_before(ctx: Context, held: Row, settled: Sequence[Settled]) -> bool:
    """Whether exactly these answers are stored. Errors: ``AlreadyJudged`` when others are."""
    state = _state(ctx.store, held["judgement_id"])
    if state and not _says(state, settled):
        raise AlreadyJudged(
            "You have judged this comparison already, with another answer. That one is kept; "
            "you can replace it with the new one."
        )
    return bool(state)


def _store_first(
    ctx: Context, tx: Transaction, project: Project, held: Row, settled: Sequence[Settled]
) -> Assignment | NoWork:
    board = ctx.boards.of(tx, held["project_id"], ctx.clock())
    done = board.has_done(held["rater_key"], held["comparison_key"])
    if done and tx.read("judgement_state", judgement_id=held["judgement_id"]):
        raise Conflict("This comparison is judged already. Nothing was changed.")
    _insert_answers(ctx, tx, held, settled, {})
    return assign_next(ctx, tx, project, held["rater_key"])


def _insert_answers(
    ctx: Context,
    tx: Transaction,
    held: Row,
    settled: Sequence[Settled],
    before: Mapping[str, Row],
) -> None:
    now = ctx.clock()
    board = ctx.boards.of(tx, held["project_id"], now)
    arrival = (
        next(iter(before.values()))["arrival_no"]
        if before
        else board.settle(held["rater_key"], held["comparison_key"], judged=True)
    )
    hashed = answers_hash(settled)
    for each in settled:
        earlier = before.get(each.criterion)
        # A revision keeps its place in the queue and the versions it was first given under.
        origin = earlier or held
        tx.insert(
            "judgement",
            [
                judgement_row(
                    each,
                    judgement_id=held["judgement_id"],
                    revision_no=earlier["revision_no"] + 1 if earlier else 0,
                    project_id=held["project_id"],
                    comparison_key=held["comparison_key"],
                    rater_key=held["rater_key"],
                    repeat_no=held["repeat_no"],
                    presentation=held["presentation"],
                    arrival_no=arrival,
                    sequence_no=ctx.boards.next_sequence(tx),
                    answers_sha256=hashed,
                    setting_no=origin["setting_no"],
                    guideline_version=origin["guideline_version"],
                    interface_version=origin["interface_version"],
                    submitted_on=now.date(),
                    submitted_at=now,
                )
            ],
        )


def judgement_row(settled: Settled, **rest: Any) -> Row:
    """A row of ``judgement``."""
    return {
        **rest,
        "criterion": settled.criterion,
        "choice": settled.choice,
        "strength": settled.strength,
        "ranking": None if settled.ranking is None else json.dumps(settled.ranking),
        "rationale": settled.rationale,
        "label": settled.label,
        "signed_strength": settled.signed_strength,
        "first_shown_won": settled.first_shown_won,
    }
