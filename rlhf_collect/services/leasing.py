"""Places held: who wants work, and what is written down when a comparison is handed to them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rlhf_collect.domain.presentation import draw_presentation
from rlhf_collect.errors import NoWork
from rlhf_collect.ids import new_id
from rlhf_collect.services.board import Board, Held
from rlhf_collect.services.context import Context
from rlhf_collect.services.plan import GOLD_SHARE, Plan
from rlhf_collect.services.projects import Project
from rlhf_collect.storage.port import Transaction


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who wants work, and how much of it."""

    project: Project
    """Where."""
    rater_key: UUID
    """Who."""
    ahead: bool
    """Whether the comparison after the next one is wanted too."""
    barred: NoWork | None
    """Why nothing may be handed out, whatever there is."""


def plan_of(project: Project) -> Plan:
    """The plan of a project's settings in force."""
    settings = project.settings
    share = settings.quality.gold_share
    return Plan(
        seed=project.seed,
        rule=settings.overlap_rule,
        practice=settings.practice.comparisons,
        gold_share=GOLD_SHARE if share is None else share,
    )


def board_of(ctx: Context, tx: Transaction, project: Project) -> Board:
    """The project's board under its settings."""
    return ctx.boards.of(tx, project.project_id, plan_of(project), ctx.clock())


def lease(tx: Transaction, board: Board, rater_key: UUID, held: Held, now: datetime) -> Held:
    """Write down that a place is held until ``held.lease_ends``; not after ``now``: it is handed back."""
    place_no, granted_at = board.take(rater_key, held, now)
    tx.insert(
        "lease",
        [
            {
                "comparison_key": board.keys[held.place],
                "place_no": place_no,
                "assignment_id": held.assignment_id,
                "granted_at": granted_at,
                "lease_ends": held.lease_ends,
            }
        ],
    )
    if held.lease_ends > now and (first_k := board.limit(held.place)) is not None:
        opening = {"comparison_key": board.keys[held.place], "first_k": first_k, "decided_at": now}
        tx.insert("opening", [opening])
    return held


def assign(
    ctx: Context,
    tx: Transaction,
    board: Board,
    wish: Wish,
    place: int,
    random_state: int,
    lease_ends: datetime,
) -> Held:
    """Write down that a comparison is handed out, in which order, under which settings; it has no lease yet."""
    project, rater_key = wish.project, wish.rater_key
    held = Held(
        assignment_id=new_id(),
        judgement_id=new_id(),
        place=place,
        presentation=draw_presentation(
            seed=project.seed,
            comparison_id=board.comparison_ids[place],
            rater=str(rater_key),
            completion_ids=board.completion_ids[place],
            times_first=board.rater(rater_key).times_first,
        ),
        lease_ends=lease_ends,
    )
    row = {
        "assignment_id": held.assignment_id,
        "judgement_id": held.judgement_id,
        "project_id": project.project_id,
        "comparison_key": board.keys[place],
        "rater_key": rater_key,
        "repeat_no": 0,
        "presentation": json.dumps(held.presentation),
        "random_state": random_state,
        "setting_no": project.setting_no,
        "guideline_version": project.settings.guidelines.version,
        "interface_version": ctx.interface_version,
        "assigned_at": ctx.clock(),
    }
    tx.insert("assignment", [row])
    # It never changes, and the next thing asked of it is the submission.
    key = ("assignment_by_id", held.assignment_id)
    ctx.memory.keep(key, [row])
    tx.on_rollback(lambda: ctx.memory.forget(key))
    return held
