"""A board in memory beside one built from the store: what a test compares."""

from __future__ import annotations

from typing import Any

from rlhf_collect.services.board import Board
from rlhf_collect.services.context import Context
from rlhf_collect.services.leasing import board_of, plan_of
from rlhf_collect.services.projects import Project
from rlhf_collect.storage.port import Transaction


def picture(board: Board, ctx: Context) -> dict[str, Any]:
    """Everything a board knows that matters, in plain values."""
    now = ctx.clock()
    board.leases.lapse(now)
    return {
        "judged": board.tally.judged.tolist(),
        "wanted": board.tally.wanted.tolist(),
        "answers": board.tally.answers.tolist(),
        "first k": list(board.tally.first_k),
        "arrived": board.arrived.tolist(),
        "places given": board.leases_given.tolist(),
        "leased": board.leases.counts.tolist(),
        "live": {each: ends for each, (ends, _) in board.leases._live.items()},
        "drafts": set(board.drafts),
        "raters": {
            key: (
                view.done,
                [(held.place, held.assignment_id, held.lease_ends) for held in view.held.values()],
                view.seen,
                view.times_first,
                view.taken_up,
            )
            for key, view in board.raters.items()
            if view.seen
        },
    }


def both_pictures(ctx: Context, project: Project) -> tuple[dict[str, Any], dict[str, Any]]:
    """The board in use, and one built from the store this moment."""

    def work(tx: Transaction) -> tuple[dict[str, Any], dict[str, Any]]:
        used = board_of(ctx, tx, project)
        built = Board(tx, project.project_id, plan_of(project), ctx.clock())
        return picture(used, ctx), picture(built, ctx)

    return ctx.store.write(work)
