"""Handing out comparisons: the next assignment of a rater, and what it shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.presentation import draw_presentation
from rlhf_collect.errors import NotAllowed, NoWork
from rlhf_collect.ids import new_id
from rlhf_collect.services.board import Held
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.storage.port import Row, Transaction


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A comparison handed to a rater."""

    assignment_id: UUID
    """Place held."""
    judgement_id: UUID
    """Id the judgement will have: retries are the same judgement."""
    comparison_key: UUID
    """Which comparison."""
    presentation: tuple[str, ...]
    """Completion ids in the order to show."""
    lease_ends: datetime
    """Until when the place is held."""


def rater_key_of(actor: Actor) -> UUID:
    """The row of a person who rates. Errors: ``NotAllowed`` for the operator."""
    if actor.rater_key is None:
        raise NotAllowed("The command line does not rate. Invite a rater and use their link or key.")
    return actor.rater_key


def next_assignment(ctx: Context, actor: Actor, project_name: str) -> Assignment:
    """The comparison the caller holds, or a new one.

    Errors: ``NoWork`` with reason ``no_comparisons`` (nothing imported yet), ``no_eligible`` (all done
    or held by others).
    """
    project = find_own_project(ctx, actor, project_name, Right.RATE)
    rater_key = rater_key_of(actor)
    found = ctx.store.write(lambda tx: assign_next(ctx, tx, project, rater_key))
    if isinstance(found, NoWork):
        raise found
    return found


def assign_next(ctx: Context, tx: Transaction, project: Project, rater_key: UUID) -> Assignment | NoWork:
    """Inside a transaction: what the rater holds, or a new place written down."""
    now = ctx.clock()
    board = ctx.boards.of(tx, project.project_id, now)
    held = board.open_for(rater_key, now)
    if held is None:
        picked = board.pick(rater_key, now, project.settings.overlap)
        if picked is None:
            return no_work(len(board.keys))
        place, state = picked
        lease_ends = now + timedelta(minutes=project.settings.lease_minutes)
        before = board.rater(rater_key).held.get(place)
        held = (
            _again(before, lease_ends)
            if before
            else _hand_out(ctx, tx, project, rater_key, place, state, lease_ends)
        )
        tx.insert(
            "lease",
            [
                {
                    "comparison_key": board.keys[place],
                    "place_no": board.take(rater_key, held),
                    "assignment_id": held.assignment_id,
                    "granted_at": now,
                    "lease_ends": lease_ends,
                }
            ],
        )
    return Assignment(
        assignment_id=held.assignment_id,
        judgement_id=held.judgement_id,
        comparison_key=board.keys[held.place],
        presentation=held.presentation,
        lease_ends=held.lease_ends,
    )


def no_work(comparisons: int) -> NoWork:
    """Why there is nothing, in words for the rater."""
    if comparisons == 0:
        return NoWork("Nothing has been imported into this project yet.", reason="no_comparisons")
    return NoWork(
        "You have seen everything that needs you for now. Comparisons others are reading may come back later.",
        reason="no_eligible",
    )


def _again(before: Held, lease_ends: datetime) -> Held:
    return Held(
        assignment_id=before.assignment_id,
        judgement_id=before.judgement_id,
        place=before.place,
        presentation=before.presentation,
        lease_ends=lease_ends,
    )


def _hand_out(
    ctx: Context,
    tx: Transaction,
    project: Project,
    rater_key: UUID,
    place: int,
    random_state: int,
    lease_ends: datetime,
) -> Held:
    now = ctx.clock()
    board = ctx.boards.of(tx, project.project_id, now)
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
        "assigned_at": now,
    }
    tx.insert("assignment", [row])
    # It never changes, and the next thing asked of it is the submission.
    key = ("assignment_by_id", held.assignment_id)
    ctx.memory.keep(key, [row])
    tx.on_rollback(lambda: ctx.memory.forget(key))
    return held


def comparison_rows(ctx: Context, comparison_key: UUID) -> list[Row]:
    """A comparison's texts, a row for each completion in import order; comparisons never change."""
    return ctx.memory.recall(
        ("comparison", comparison_key),
        lambda: ctx.store.read("comparison_shown", comparison_key=comparison_key),
    )


def shown_comparison(ctx: Context, assignment: Assignment) -> dict[str, Any]:
    """What the rater reads: ``{"id", "language", "prompt", "completions"}``, in presentation order, no models.

    ``images`` beside them, where the comparison has any: path to SHA-256.
    """
    rows = comparison_rows(ctx, assignment.comparison_key)
    content = {row["completion_id"]: json.loads(row["content"]) for row in rows}
    images = {each["path"]: each["sha256"] for each in rows[0]["images"] or ()}
    return {
        **({"images": images} if images else {}),
        "id": rows[0]["comparison_id"],
        "language": rows[0]["language"],
        "prompt": json.loads(rows[0]["prompt"]),
        "completions": [{"id": each, "content": content[each]} for each in assignment.presentation],
    }
