"""Places held: who wants work, and what is written down when a comparison is handed to them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from rlhf_collect.domain.presentation import draw_presentation
from rlhf_collect.errors import NoWork
from rlhf_collect.ids import new_id
from rlhf_collect.services.board import Board
from rlhf_collect.services.context import Context
from rlhf_collect.services.plan import GOLD_SHARE, Plan
from rlhf_collect.services.projects import Project
from rlhf_collect.services.rater_view import Held
from rlhf_collect.storage.port import Row, Transaction

MOST_LEASES = 8
"""How many times as long as a lease somebody who writes may keep a place."""


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
        repeat_share=settings.quality.repeat_share,
        repeat_after=timedelta(days=settings.quality.repeat_after_days),
        first=settings.routing.first,
        targets=tuple(settings.routing.targets.items()),
    )


def board_of(ctx: Context, tx: Transaction, project: Project) -> Board:
    """The project's board under its settings."""
    return ctx.boards.of(tx, project.project_id, plan_of(project), ctx.clock())


def lease(tx: Transaction, board: Board, rater_key: UUID, held: Held, now: datetime) -> Held:
    """Write down that a place is held until ``held.lease_ends``; not after ``now``: it is handed back."""
    place_no, granted_at = board.take(rater_key, held, now)
    _write_lease(tx, board, held, place_no, granted_at)
    if held.lease_ends > now and (first_k := board.limit(held)) is not None:
        opening = {"comparison_key": board.keys[held.place], "first_k": first_k, "decided_at": now}
        tx.insert("opening", [opening])
    return held


def _write_lease(tx: Transaction, board: Board, held: Held, place_no: int, granted_at: datetime) -> None:
    row = {
        "comparison_key": board.keys[held.place],
        "place_no": place_no,
        "assignment_id": held.assignment_id,
        "granted_at": granted_at,
        "lease_ends": held.lease_ends,
    }
    tx.insert("lease", [row])


def hold_on(ctx: Context, tx: Transaction, project: Project, assigned: Row) -> None:
    """Who still writes keeps the place: once half of its time has passed it gets all of it again.

    No longer than ``MOST_LEASES`` times as long as it is held otherwise; a place that was lost is not won back so.
    """
    now, board = ctx.clock(), board_of(ctx, tx, project)
    time, rater_key = timedelta(minutes=project.settings.lease_minutes), assigned["rater_key"]
    held = board.rater(rater_key).held.get(board.index[assigned["comparison_key"]])
    if held is None or held.granted_at is None or not now < held.lease_ends <= now + time / 2:
        return
    ends = min(now + time, held.granted_at + MOST_LEASES * time)
    if ends > held.lease_ends:
        longer = replace(held, lease_ends=ends)
        _write_lease(tx, board, longer, board.extend(rater_key, longer, now), held.granted_at)


def assign(
    ctx: Context,
    tx: Transaction,
    board: Board,
    wish: Wish,
    place: int,
    random_state: int,
    lease_ends: datetime,
    before: tuple[str, ...] | None = None,
) -> Held:
    """Write down that a comparison is handed out, in which order, under which settings; it has no lease yet.

    ``before`` is the order in which the rater judged it before, if they did: now it is the other way round.
    """
    project, rater_key = wish.project, wish.rater_key
    held = Held(
        assignment_id=new_id(),
        judgement_id=new_id(),
        place=place,
        presentation=before[::-1] if before else _drawn_order(board, wish, place),
        lease_ends=lease_ends,
        repeat_no=1 if before else 0,
    )
    row = {
        "assignment_id": held.assignment_id,
        "judgement_id": held.judgement_id,
        "project_id": project.project_id,
        "comparison_key": board.keys[place],
        "rater_key": rater_key,
        "repeat_no": held.repeat_no,
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


def _drawn_order(board: Board, wish: Wish, place: int) -> tuple[str, ...]:
    """The order in which the rater sees a comparison for the first time."""
    return draw_presentation(
        seed=wish.project.seed,
        comparison_id=board.comparison_ids[place],
        rater=str(wish.rater_key),
        completion_ids=board.completion_ids[place],
        times_first=board.rater(wish.rater_key).times_first,
    )
