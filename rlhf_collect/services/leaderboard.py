"""The leaderboard of models, for leads. It ranks models; nobody who rates is in it."""

from __future__ import annotations

from typing import Any

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.reports import Columns, chosen_criterion
from rlhf_collect.stats.leaderboard import leaderboard_report
from rlhf_collect.stats.leaderboard_tables import LeaderboardTables
from rlhf_collect.storage.port import Reader, Table


def project_leaderboard(
    ctx: Context, actor: Actor, project_name: str, criterion: str | None = None
) -> dict[str, Any]:
    """Strengths of the models, live, for one criterion (default: the first).

    Errors: ``NotFound`` naming the criteria there are.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    with ctx.store.snapshot() as reader:
        chosen = chosen_criterion(reader, project, criterion)
        tables = LeaderboardTables.read(lambda name: _columns(reader, project, chosen, name))
    return leaderboard_report(tables, project=project.name, criterion=chosen, code=ctx.program_version)


def _columns(reader: Reader, project: Project, criterion: str, name: str) -> Columns:
    if name == "leaderboard_models":  # the models there are, whatever they are judged by
        return _arrays(reader.read_table("leaderboard_models", project_id=project.project_id))
    return _arrays(reader.read_table(name, project_id=project.project_id, criterion=criterion))


def _arrays(table: Table) -> Columns:
    return {each: table[each].to_numpy(zero_copy_only=False) for each in table.column_names}
