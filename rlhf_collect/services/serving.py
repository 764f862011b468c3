"""Handing out comparisons: the next assignment of a rater, and the one after it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol
from uuid import UUID

from rlhf_collect.config import Project as Settings
from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.limits import Limits
from rlhf_collect.domain.rubric import Criterion, expanded
from rlhf_collect.errors import NotAllowed, NoWork
from rlhf_collect.services.board import Board
from rlhf_collect.services.context import Context
from rlhf_collect.services.guidelines import guidelines_to_confirm
from rlhf_collect.services.leasing import Wish, assign, board_of, lease
from rlhf_collect.services.practice import practice_to_pass
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.rater_view import Held
from rlhf_collect.storage.port import Row, Transaction


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A comparison handed to a rater."""

    assignment_id: UUID
    """Place held."""
    judgement_id: UUID
    """Id the judgement will have: retries are the same judgement."""
    rater_key: UUID
    """Whom it was handed to."""
    comparison_key: UUID
    """Which comparison."""
    presentation: tuple[str, ...]
    """Completion ids in the order to show."""
    lease_ends: datetime
    """Until when the place is held."""
    drafted: bool = False
    """Whether something was typed for it and not sent."""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What a rater gets to do."""

    next: Assignment | NoWork
    """What to judge now."""
    ahead: Assignment | None
    """What comes after it, already held; ``None`` when it was not asked for or comparisons are scarce."""


def rater_key_of(actor: Actor) -> UUID:
    """The row of a person who rates. Errors: ``NotAllowed`` for the operator."""
    if actor.rater_key is None:
        raise NotAllowed("The command line does not rate. Invite a rater and use their link or key.")
    return actor.rater_key


def next_assignments(ctx: Context, actor: Actor, project_name: str, *, ahead: bool) -> Handed:
    """The comparison the caller holds, or a new one; with ``ahead`` the one after it too.

    Errors: ``NoWork`` with reason ``no_comparisons`` (nothing imported yet), ``no_eligible`` (all done
    or held by others), ``no_suitable`` (what is left is not what they are asked about),
    ``guidelines_changed`` (to be confirmed first), ``practice_required``.
    """
    project = find_own_project(ctx, actor, project_name, Right.RATE)
    wish = wish_for_work(ctx, project, rater_key_of(actor), ahead=ahead)
    handed = ctx.store.write(lambda tx: hand_out(ctx, tx, wish))
    if isinstance(handed.next, NoWork):
        raise handed.next
    return handed


def next_assignment(ctx: Context, actor: Actor, project_name: str) -> Assignment:
    """The first of ``next_assignments``, for who works on one at a time. Errors as there."""
    found = next_assignments(ctx, actor, project_name, ahead=False).next
    assert isinstance(found, Assignment)
    return found


def wish_for_work(ctx: Context, project: Project, rater_key: UUID, *, ahead: bool) -> Wish:
    """What ``hand_out`` needs to know; asked before the transaction, which others wait for."""
    barred = guidelines_to_confirm(ctx, project, rater_key) or practice_to_pass(ctx, project, rater_key)
    return Wish(
        project=project, rater_key=rater_key, ahead=ahead and project.settings.prefetch, barred=barred
    )


def hand_out(ctx: Context, tx: Transaction, wish: Wish, *, moved_on: bool = False) -> Handed:
    """Inside a transaction: what the rater holds, new places being written down where there are none.

    Next is what was handed out first. ``moved_on`` says that they have just dealt with a comparison: the
    one that is next now has been waiting, and gets its time again if half of it has passed.
    """
    if wish.barred is not None:
        return Handed(next=wish.barred, ahead=None)
    now, board = ctx.clock(), board_of(ctx, tx, wish.project)
    time = timedelta(minutes=wish.project.settings.lease_minutes)
    held = board.open_for(wish.rater_key, now)
    if not held:
        taken = _take_another(ctx, tx, board, wish)
        if taken is None:
            return Handed(next=_no_work(board, wish.rater_key), ahead=None)
        held = [taken]
    elif moved_on and held[0].lease_ends - now < time / 2:
        held = [lease(tx, board, wish.rater_key, replace(each, lease_ends=now + time), now) for each in held]
    if wish.ahead and len(held) == 1 and not board.is_scarce(wish.rater_key, now):
        taken = _take_another(ctx, tx, board, wish)
        held += [taken] if taken else []
    given = [_as_assignment(board, wish.rater_key, each) for each in held]
    return Handed(next=given[0], ahead=given[1] if wish.ahead and len(given) > 1 else None)


def _as_assignment(board: Board, rater_key: UUID, held: Held) -> Assignment:
    return Assignment(
        assignment_id=held.assignment_id,
        judgement_id=held.judgement_id,
        rater_key=rater_key,
        comparison_key=board.keys[held.place],
        presentation=held.presentation,
        lease_ends=held.lease_ends,
        drafted=held.assignment_id in board.drafts,
    )


def _no_work(board: Board, rater_key: UUID) -> NoWork:
    """Why there is nothing, in words for the rater."""
    if board.work() == 0:
        return NoWork("Nothing has been imported into this project yet.", reason="no_comparisons")
    limits = board.limits_of(rater_key)
    if limits != Limits() and board.wants_others() and not board.left_for(rater_key):
        asked = [f"in {', '.join(limits.languages)}"] if limits.languages else []
        asked += [f"tagged {' or '.join(limits.tags)}"] if limits.tags else []
        return NoWork(
            f"You are asked about comparisons {' and '.join(asked)}, and none of those needs you now. The project "
            "lead can ask you about others.",
            reason="no_suitable",
        )
    return NoWork(
        "You have seen everything that needs you for now. Comparisons others are reading may come back later.",
        reason="no_eligible",
    )


def _take_another(ctx: Context, tx: Transaction, board: Board, wish: Wish) -> Held | None:
    now = ctx.clock()
    lease_ends = now + timedelta(minutes=wish.project.settings.lease_minutes)
    if before := board.resume(wish.rater_key, now):
        return lease(tx, board, wish.rater_key, replace(before, lease_ends=lease_ends), now)
    held = _assign_repeat(ctx, tx, board, wish, lease_ends) if board.repeat_is_due(wish.rater_key) else None
    if held is None and (picked := board.pick(wish.rater_key, now)):
        held = assign(ctx, tx, board, wish, *picked, lease_ends)
    return lease(tx, board, wish.rater_key, held, now) if held else None


def _assign_repeat(
    ctx: Context, tx: Transaction, board: Board, wish: Wish, lease_ends: datetime
) -> Held | None:
    """One of the rater's own comparisons again, if one was judged long enough ago and was never repeated."""
    rows = tx.read("repeatable", rater_key=wish.rater_key, moment=ctx.clock() - board.plan.repeat_after)
    known = [row for row in rows if board.repeatable(wish.rater_key, row["comparison_key"])]
    if not known:
        return None
    state = secrets.randbits(62)
    row = known[Random(state).randrange(len(known))]  # noqa: S311 - a recorded draw
    before = tuple(json.loads(row["presentation"]))
    return assign(ctx, tx, board, wish, board.index[row["comparison_key"]], state, lease_ends, before)


SHA256_DIGITS = 64
IMAGE_SEPARATOR = "\x1f"
"""Between the pictures ``comparison_shown`` names, each its hash and then its path."""


class Shown(Protocol):
    """A comparison in the order somebody sees it: an assignment, or a practice comparison."""

    @property
    def rater_key(self) -> UUID:
        """Who sees it."""
        ...

    @property
    def comparison_key(self) -> UUID:
        """Which comparison."""
        ...

    @property
    def presentation(self) -> tuple[str, ...]:
        """Completion ids in the order to show."""
        ...


def comparison_rows(ctx: Context, comparison_key: UUID) -> list[Row]:
    """A comparison's texts, a row for each completion in import order; comparisons never change."""
    return ctx.memory.recall(
        ("comparison", comparison_key),
        lambda: ctx.store.read("comparison_shown", comparison_key=comparison_key),
    )


def rubric_for(ctx: Context, settings: Settings, comparison_key: UUID) -> tuple[Criterion, ...]:
    """The criteria to answer for a comparison: those of the project, unfolded over turns where they are."""
    rubric = settings.rubric
    if not any(each.turns for each in rubric):
        return rubric
    contents = (json.loads(row["content"]) for row in comparison_rows(ctx, comparison_key))
    return expanded(rubric, [[turn["role"] for turn in content] for content in contents])


def shown_comparison(ctx: Context, shown: Shown) -> dict[str, Any]:
    """What the rater reads: ``{"id", "language", "prompt", "completions"}``, in presentation order, no models.

    ``images`` beside them, where the comparison has any: path to SHA-256.
    """
    rows = comparison_rows(ctx, shown.comparison_key)
    content = {row["completion_id"]: json.loads(row["content"]) for row in rows}
    named = (rows[0]["images"] or "").split(IMAGE_SEPARATOR) if rows[0]["images"] else []
    images = {each[SHA256_DIGITS:]: each[:SHA256_DIGITS] for each in named}
    return {
        **({"images": images} if images else {}),
        "id": rows[0]["comparison_id"],
        "language": rows[0]["language"],
        "prompt": json.loads(rows[0]["prompt"]),
        "completions": [{"id": each, "content": content[each]} for each in shown.presentation],
    }
