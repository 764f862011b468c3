"""Judgements taken back by their raters."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import NotFound
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import own_assignment
from rlhf_collect.services.leasing import board_of
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.standing import (
    acts_of,
    is_excluded,
    is_taken_back,
    standing_label,
    versions_keeping,
)
from rlhf_collect.storage.port import Row, Transaction


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """Proof that a judgement does not count any more."""

    judgement_id: UUID
    """The judgement."""
    versions: tuple[str, ...]
    """Sealed versions that keep it, oldest first; later ones leave it out."""


def taken_back_since(tx: Transaction, project: Project, last_sequence: int) -> bool:
    """Whether judgements of a project were taken back, or erased, after the act of this rank."""
    asked = {"project_id": project.project_id}
    (acts,) = tx.read("judgements_since", **asked, last_sequence=last_sequence)
    erasures = tx.read("erasures_of_project", **asked)
    return bool(acts["withdrawals"]) or any(row["sequence_no"] > last_sequence for row in erasures)


def withdraw_judgement(ctx: Context, actor: Actor, judgement_id: UUID) -> Withdrawal:
    """Take back one's own judgement, with what was flagged and edited beside it: from now on it counts nowhere.

    Its place is free for others and it is not offered to the caller again; a revision makes it stand again.
    Twice is once. Errors: ``NotFound`` when it is not the caller's or not judged yet.
    """
    held = own_assignment(ctx, actor, "assignment_by_judgement", judgement_id=judgement_id)
    project = project_of(ctx, held["project_id"])

    def work(tx: Transaction) -> list[Row]:
        acts = acts_of(tx, [judgement_id]).get(judgement_id)
        if not acts:
            raise NotFound("This comparison is not judged yet. There is nothing to take back.")
        if not is_taken_back(acts):
            row = {
                "withdrawal_id": new_id(),
                "judgement_id": judgement_id,
                "project_id": held["project_id"],
                "rater_key": held["rater_key"],
                "withdrawal_no": sum(act["taken_back"] for act in acts),
                "sequence_no": ctx.boards.next_sequence(tx),
                "withdrawn_at": ctx.clock(),
            }
            board = board_of(ctx, tx, project)
            if not is_excluded(tx, judgement_id):
                board.change(held, judgements=-1, gone=standing_label(tx, judgement_id, board.tally.rule))
            tx.insert("withdrawal", [row])
        return acts

    acts = ctx.store.write(work)
    versions = ctx.store.read("versions_of_project", project_id=project.project_id)
    return Withdrawal(judgement_id=judgement_id, versions=tuple(versions_keeping(acts, versions)))
