"""Looking behind the services: rows of the store as they stand, and what a serving board knows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import NoWork
from rlhf_collect.exporters.inputs import VersionInputs
from rlhf_collect.services.board import Board
from rlhf_collect.services.context import Context
from rlhf_collect.services.leasing import board_of, plan_of
from rlhf_collect.services.projects import Project, find_project
from rlhf_collect.services.serving import Assignment, next_assignment, shown_comparison
from rlhf_collect.services.version_inputs import version_inputs
from rlhf_collect.storage.duckdb_store import DuckStore


def query(ctx: Context, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of one statement, run beside the service."""
    assert isinstance(ctx.store, DuckStore)
    with ctx.store._file.cursor() as cursor:
        return cursor.execute(sql, list(values)).fetchall()


def column(ctx: Context, sql: str, *values: object) -> list[Any]:
    """The first column of a statement's rows."""
    return [row[0] for row in query(ctx, sql, *values)]


def count(ctx: Context, table: str) -> int:
    """How many rows a table has."""
    found: int = column(ctx, f"SELECT count(*) FROM {table}")[0]
    return found


def name_of(ctx: Context, assignment: Assignment) -> str:
    """The public id of the comparison that was handed out."""
    name: str = shown_comparison(ctx, assignment)["id"]
    return name


def reason_of_none(ctx: Context, actor: Actor, project: Project) -> str | None:
    """Why there is nothing to judge; ``None`` when there is something, which is then handed out."""
    try:
        next_assignment(ctx, actor, project.name)
    except NoWork as nothing:
        return nothing.reason
    return None


def next_inputs(ctx: Context, version: str, place: Path, name: str = "helpfulness") -> VersionInputs:
    """What would go into the next version of a project, the agreement left out; its rows lie in a folder."""
    project = find_project(ctx, name)
    earlier = ctx.store.read("versions_of_project", project_id=project.project_id)
    with ctx.store.snapshot() as reader:
        return version_inputs(
            ctx,
            reader,
            project,
            version,
            earlier,
            project.settings.dataset,
            place,
            now=ctx.clock(),
            report=False,
        )


def board_facts(board: Board, now: datetime) -> dict[str, Any]:
    """All a board knows, leases that have lapsed by ``now`` counted as such."""
    board.leases.lapse(now)
    return {
        "comparisons": [
            (name, ids, *map(int, numbers))
            for name, ids, *numbers in zip(
                board.comparison_ids,
                board.completion_ids,
                board.tally.judged,
                board.tally.wanted,
                board.arrived,
                board.leases_given,
                board.leases.counts,
                strict=True,
            )
        ],
        "first k": list(board.tally.first_k),
        "answers": board.tally.answers.tolist(),
        "models": board.graph.components().tolist(),
        "raters": {
            rater: (sorted(view.done), list(view.held.values()), list(view.times_first))
            for rater, view in board.raters.items()
            if view.done or view.held or any(view.times_first)
        },
    }


def board_in_memory(ctx: Context, project: Project) -> dict[str, Any]:
    """What the board that serves knows."""
    now = ctx.clock()
    return ctx.store.write(lambda tx: board_facts(board_of(ctx, tx, project), now))


def board_from_store(ctx: Context, project: Project) -> dict[str, Any]:
    """What a board built from the store this moment knows."""
    now = ctx.clock()
    return ctx.store.write(lambda tx: board_facts(Board(tx, project.project_id, plan_of(project), now), now))
