"""A second rater at work: what waits for them, shown in an order of its own, decided, or left to somebody else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from rlhf_collect.config import Project as Settings
from rlhf_collect.domain.actor import Actor, Right, Role
from rlhf_collect.domain.judgement import Draft, settle
from rlhf_collect.domain.presentation import draw_presentation
from rlhf_collect.domain.rubric import CHOICE, MAX_STRENGTH, TURN_MARK, Criterion
from rlhf_collect.errors import AlreadyJudged, AlreadySkipped, BadAnswer, NotFound, NoWork
from rlhf_collect.ids import new_id
from rlhf_collect.services.adjudications import TAKEN_BACK, content_of, record_decision
from rlhf_collect.services.context import Context
from rlhf_collect.services.deciders import hold_to_decider, is_decider
from rlhf_collect.services.deciding_wish import WishToDecide, left_to_decide, what_waits, wish_to_decide
from rlhf_collect.services.leasing import Wish, board_of
from rlhf_collect.services.page_ids import Naming, Said, check_named, page_ids
from rlhf_collect.services.people import hold_to_standing
from rlhf_collect.services.projects import Project, find_own_project, project_of
from rlhf_collect.services.serving import comparison_rows, rater_key_of
from rlhf_collect.storage.port import Row, Transaction

NOTHING_TO_DECIDE = "nothing_to_decide"
"""Why there is nothing to decide, as the page and programs know it."""


@dataclass(frozen=True, kw_only=True)
class ToDecide:
    """A contested comparison before a second rater, in the order they see it."""

    decision_id: UUID
    """Id the decision has or will have: retries are the same decision."""
    rater_key: UUID
    """Before whom."""
    comparison_key: UUID
    """Which comparison."""
    criterion: Criterion
    """What is to be decided, as a choice between responses."""
    presentation: tuple[str, ...]
    """Completion ids in the order to show."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Proof that a decision, or that it was left to somebody else, is durable."""

    decision_id: UUID
    """The decision."""
    revision_no: int
    """How often it was changed before; 0 where it was left to somebody else."""
    fresh: bool
    """Whether this call stored anything."""
    next: ToDecide | NoWork
    """What to decide now."""


def deciding_standing(ctx: Context, actor: Actor) -> dict[str, Any]:
    """``{"announced", "left"}``: whether anybody decides in the caller's project, and how many wait for them.

    ``left`` is ``None`` for who does not decide.
    """
    if actor.project_id is None or actor.rater_key is None or actor.role != Role.RATER:
        return {"announced": False, "left": None}
    announced = bool(ctx.store.read("deciders_of_project", project_id=actor.project_id))
    if not announced or not is_decider(ctx.store, actor.rater_key):
        return {"announced": announced, "left": None}
    project = project_of(ctx, actor.project_id)
    return {"announced": True, "left": left_to_decide(ctx, project, actor.rater_key)}


def next_to_decide(ctx: Context, actor: Actor, project_name: str) -> ToDecide:
    """What the caller began to decide, or what waits for a second rater longest.

    Errors: ``NotAllowed`` for who does not decide; ``NoWork`` with reason ``nothing_to_decide``,
    ``guidelines_changed`` (to be confirmed first) or ``practice_required``.
    """
    project = find_own_project(ctx, actor, project_name, Right.RATE)
    wanted = wish_to_decide(ctx, project, rater_key_of(actor))
    found = ctx.store.write(lambda tx: _next(ctx, tx, wanted))
    if isinstance(found, NoWork):
        raise found
    return found


def decide(
    ctx: Context,
    actor: Actor,
    decision_id: UUID,
    draft: Draft,
    reason: str,
    *,
    page: bool = False,
) -> Decided:
    """Decide what was shown under this id, or decide anew: the last revision holds, the same again changes nothing.

    Training rows go by it where the recipe says so and no lead decided. Errors: ``NotFound`` for what was not shown to
    the caller; ``BadAnswer``, for the rater's ``page`` in its names; ``NotAllowed`` for who does not decide any more.
    """
    held = own_deciding(ctx, actor, decision_id)
    project = project_of(ctx, held["project_id"])
    content = _checked(ctx, project, held, draft, reason, page=page)
    wanted = wish_to_decide(ctx, project, held["rater_key"])

    def work(tx: Transaction) -> Decided:
        hold_to_standing(tx, held["rater_key"])
        hold_to_decider(tx, held["rater_key"])
        if tx.read("decline_of_deciding", adjudication_id=decision_id):
            raise AlreadySkipped("You have left this comparison to somebody else. Nothing was decided.")
        done = record_decision(ctx, tx, held, content, Role.RATER)
        tx.run("remove_draft", assignment_id=decision_id)
        return Decided(
            decision_id=decision_id,
            revision_no=done.revision_no,
            fresh=done.fresh,
            next=_next(ctx, tx, wanted),
        )

    return ctx.store.write(work)


def leave_to_others(ctx: Context, actor: Actor, decision_id: UUID) -> Decided:
    """Leave what was shown to somebody else, without a reason; it is not shown to the caller again. Twice is once.

    Errors: ``NotFound``; ``AlreadyJudged`` once it is decided, which can be taken back.
    """
    held = own_deciding(ctx, actor, decision_id)
    wanted = wish_to_decide(ctx, project_of(ctx, held["project_id"]), held["rater_key"])

    def work(tx: Transaction) -> Decided:
        hold_to_standing(tx, held["rater_key"])
        if tx.read("revisions_of_decision", adjudication_id=decision_id):
            raise AlreadyJudged(
                "You have decided this comparison. Take your decision back if it shall not hold."
            )
        fresh = not tx.read("decline_of_deciding", adjudication_id=decision_id)
        if fresh:
            row = {"adjudication_id": decision_id, "declined_at": ctx.clock()}
            tx.insert("deciding_decline", [row])
            tx.run("remove_draft", assignment_id=decision_id)
        return Decided(decision_id=decision_id, revision_no=0, fresh=fresh, next=_next(ctx, tx, wanted))

    return ctx.store.write(work)


def take_back_decision(ctx: Context, actor: Actor, decision_id: UUID) -> int:
    """Take back one's own decision, also as one who does not decide any more; returns its revision. Twice is once.

    Errors: ``NotFound`` when it is not the caller's, or not decided.
    """
    held = own_deciding(ctx, actor, decision_id)

    def work(tx: Transaction) -> int:
        hold_to_standing(tx, held["rater_key"])
        if not tx.read("revisions_of_decision", adjudication_id=decision_id):
            raise NotFound("You have not decided this comparison. Nothing was changed.")
        return record_decision(ctx, tx, held, TAKEN_BACK, Role.RATER).revision_no

    return ctx.store.write(work)


def own_deciding(ctx: Context, actor: Actor, decision_id: UUID) -> Row:
    """What was shown under this id if it was shown to the caller; the same words for another's and for none."""
    rater_key = rater_key_of(actor)
    rows = ctx.store.read("deciding_by_id", adjudication_id=decision_id)
    if not rows or rows[0]["rater_key"] != rater_key:
        raise NotFound("This comparison was not given to you to decide. Nothing was stored.")
    actor.require(Right.RATE, rows[0]["project_id"])
    return rows[0]


def is_own_deciding(ctx: Context, actor: Actor, decision_id: UUID) -> bool:
    """Whether something was shown to the caller to be decided under this id."""
    rows = ctx.store.read("deciding_by_id", adjudication_id=decision_id)
    return bool(rows) and rows[0]["rater_key"] == actor.rater_key


def as_to_decide(project: Project, held: Row) -> ToDecide:
    """A row of ``deciding_by_id`` as it is shown."""
    return ToDecide(
        decision_id=held["adjudication_id"],
        rater_key=held["rater_key"],
        comparison_key=held["comparison_key"],
        criterion=_asked(project.settings, held["criterion"]),
        presentation=tuple(json.loads(held["presentation"])),
    )


def _asked(settings: Settings, name: str) -> Criterion:
    """What is asked of who decides: which response, by how much, and always why; whatever raters answered in."""
    own, _, turn = name.partition(TURN_MARK)
    known = {each.name: each for each in settings.rubric}.get(own)
    if known is None:  # the project asks it no more
        return Criterion(name=name, question="", rationale="required")
    chosen = known.answer == CHOICE
    return Criterion(
        name=name,
        question=known.question,
        tie=known.tie or not chosen,
        both_bad=known.both_bad,
        strengths=min(known.strengths, MAX_STRENGTH) if chosen else 0,
        rationale="required",
        turn=int(turn) if turn else None,
    )


def _checked(
    ctx: Context, project: Project, held: Row, draft: Draft, reason: str, *, page: bool
) -> Mapping[str, Any]:
    asked = replace(_asked(project.settings, held["criterion"]), rationale="off")
    ids = [row["completion_id"] for row in comparison_rows(ctx, held["comparison_key"])]

    def check(said: Said, name: Naming) -> Mapping[str, Any]:
        settled = settle(
            said.drafts[0],
            comparison_id=held["comparison_id"],
            completion_ids=[name(each) for each in ids],
            presentation=None,
            criterion=asked,
        )
        return content_of(settled, reason)

    if draft.ranking is not None or draft.points is not None or draft.rationale is not None or draft.reasons:
        raise BadAnswer("A decision is a choice, how much better, and a reason. Leave the rest out.")
    said = Said(drafts=[replace(draft, criterion=held["criterion"])])
    names = page_ids(ctx, held["rater_key"], held["comparison_key"])
    return check_named(names, said, check, page=page)


def _next(ctx: Context, tx: Transaction, wanted: WishToDecide) -> ToDecide | NoWork:
    """Inside a transaction: what the decider has before them, or a new one, written down in the order it is shown."""
    wish = wanted.wish
    hold_to_decider(tx, wish.rater_key)
    if wish.barred is not None:
        return wish.barred
    rows = tx.read("next_to_decide", **what_waits(ctx, wish.project, wish.rater_key), kinds=wanted.kinds)
    if not rows:
        return NoWork("Nothing waits for your decision now.", reason=NOTHING_TO_DECIDE)
    row = rows[0]
    if row["adjudication_id"] is None:
        row |= _show(ctx, tx, wish, row)
    return as_to_decide(wish.project, row | {"rater_key": wish.rater_key})


def _show(ctx: Context, tx: Transaction, wish: Wish, row: Row) -> Row:
    """Write down that a comparison is shown, in which order, under which settings."""
    project, rater_key = wish.project, wish.rater_key
    completions = tx.read("comparison_shown", comparison_key=row["comparison_key"])
    order = draw_presentation(
        seed=project.seed,
        comparison_id=completions[0]["comparison_id"],
        rater=f"{rater_key}|deciding",
        completion_ids=[each["completion_id"] for each in completions],
    )
    shown = {
        "adjudication_id": new_id(),
        "project_id": project.project_id,
        "comparison_key": row["comparison_key"],
        "criterion": row["criterion"],
        "rater_key": rater_key,
        "presentation": json.dumps(order),
        "setting_no": project.setting_no,
        "guideline_version": project.settings.guidelines.version,
        "interface_version": ctx.interface_version,
        "shown_at": ctx.clock(),
    }
    tx.insert("deciding", [shown])
    board_of(ctx, tx, project).set_aside(rater_key, row["comparison_key"])
    return {name: shown[name] for name in ("adjudication_id", "presentation")}
