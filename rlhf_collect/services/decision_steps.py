"""Where decisions about raters and appeals stand: what a person or time does to them, each act a row of its own."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from rlhf_collect.domain.appeals import (
    DECISION,
    IN_EFFECT,
    JUDGEMENT_MARK,
    LIFTED,
    LIMIT,
    PARTLY,
    REJECTED,
    TIMED_OUT,
    UPHELD,
    WITHDRAWN,
)
from rlhf_collect.errors import Refused
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.storage.port import Row, Transaction
from rlhf_collect.wording import plural


def settle_due(ctx: Context, project: Project) -> None:
    """Write down what time has done: appeals upheld without an answer, decisions whose notice is over.

    To be called before anything is told that depends on it; most often there is nothing, and nothing is written.
    """
    due = ctx.store.read("anything_due", project_id=project.project_id, now=ctx.clock())
    if due[0]["due"]:
        ctx.store.write(lambda tx: settle(ctx, tx, project))


def settle(ctx: Context, tx: Transaction, project: Project) -> None:
    """The same within a transaction."""
    asked = {"project_id": project.project_id, "now": ctx.clock()}
    for row in tx.read("appeals_overdue", **asked):
        end_appeal(ctx, tx, project, row, TIMED_OUT, occurred_at=row["due_at"])
    for row in tx.read("decisions_due", **asked):
        take_step(ctx, tx, row["decision_id"], IN_EFFECT)


def take_step(
    ctx: Context, tx: Transaction, decision_id: UUID, step: str, *, taken_by: UUID | None = None
) -> None:
    """Note where a decision stands from now on; boards that served by it are built anew."""
    before = tx.read("decision_step_reached", decision_id=decision_id)
    if before and before[0]["step"] == LIFTED:
        return  # for good
    row = {
        "decision_id": decision_id,
        "step_no": before[0]["step_no"] + 1 if before else 0,
        "step": step,
        "taken_by": taken_by,
        "sequence_no": ctx.boards.next_sequence(tx),
        "occurred_at": ctx.clock(),
    }
    tx.insert("decision_step", [row])
    ctx.boards.forget()


def end_appeal(
    ctx: Context,
    tx: Transaction,
    project: Project,
    appeal: Row,
    step: str,
    *,
    reviewer: UUID | None = None,
    reasons: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """Note how an appeal ended and what follows for what it contests; its rank.

    Upheld, or without an answer in time: a decision is lifted, a known answer measures nobody any more.
    """
    rank = ctx.boards.next_sequence(tx)
    row = {
        "appeal_id": appeal["appeal_id"],
        "rater_key": appeal["rater_key"],
        "step": step,
        "reviewer": reviewer,
        "decision_author": appeal["decision_author"],
        "reasons": reasons,
        "sequence_no": rank,
        "occurred_at": occurred_at or ctx.clock(),
    }
    tx.insert("appeal_event", [row])
    if step in (PARTLY, REJECTED, WITHDRAWN):
        return rank
    if appeal["subject_kind"] == DECISION:
        take_step(ctx, tx, appeal["subject_id"], LIFTED)
    else:
        stop_measuring(ctx, tx, project, appeal["subject_id"])
    return rank


def stop_measuring(ctx: Context, tx: Transaction, project: Project, comparison_key: UUID) -> bool:
    """Take a known answer out of use for good; whether that was new. What rests on it alone is lifted."""
    if tx.read("gold_removal_of", comparison_key=comparison_key):
        return False
    gone = {
        "comparison_key": comparison_key,
        "project_id": project.project_id,
        "sequence_no": ctx.boards.next_sequence(tx),
        "removed_at": ctx.clock(),
    }
    tx.insert("gold_removal", [gone])
    ctx.boards.forget()
    _lift_what_rests_on_nothing(ctx, tx, project)
    return True


def _lift_what_rests_on_nothing(ctx: Context, tx: Transaction, project: Project) -> None:
    """Lift decisions that cite known answers alone, once none of these measures any more."""
    told = tx.read(
        "controls_told",
        project_id=project.project_id,
        practice=list(project.settings.practice.comparisons),
        rater_key=None,
    )
    fallen = {f"{JUDGEMENT_MARK}{row['judgement_id']}" for row in told if row["removed"]}
    for row in tx.read("decisions_told", project_id=project.project_id, rater_key=None):
        if row["step"] != LIFTED and fallen.issuperset(json.loads(row["evidence"])):
            take_step(ctx, tx, row["decision_id"], LIFTED)
            for appeal in tx.read("appeals_told", project_id=project.project_id, rater_key=row["rater_key"]):
                if appeal["subject_id"] == row["decision_id"] and appeal["step"] is None:
                    end_appeal(ctx, tx, project, appeal, UPHELD)


def hold_to_appeals(ctx: Context, project: Project, sealed: Row) -> None:
    """Refuse to hand out judgements that are contested (spec welfare, gate G5). Errors: ``Refused``."""
    settle_due(ctx, project)
    (found,) = ctx.store.read(
        "appeals_open_on_version", project_id=project.project_id, last_sequence=sealed["last_sequence"]
    )
    if found["appeals"]:
        raise Refused(
            f"{plural(found['appeals'], 'appeal')} about judgements of {sealed['version']} "
            f"{'is' if found['appeals'] == 1 else 'are'} not answered. Nothing was sent. A second person answers "
            f"on the Raters tab, or time does: after {LIMIT.days} days an appeal is upheld."
        )
