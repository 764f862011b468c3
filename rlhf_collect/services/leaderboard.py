"""The leaderboard of models, for leads. It ranks models; nobody who rates is in it."""

from __future__ import annotations

from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.services.reports import arrays, columns_of, report_on
from rlhf_collect.stats.leaderboard import leaderboard_report
from rlhf_collect.stats.leaderboard_tables import LeaderboardTables
from rlhf_collect.storage.port import Reader


def project_leaderboard(
    ctx: Context, actor: Actor, project_name: str, criterion: str | None = None
) -> dict[str, Any]:
    """Strengths of the models, live, for one criterion (default: the first).

    Errors: ``NotFound`` naming the criteria there are.
    """
    return report_on(ctx, actor, project_name, criterion, ("leaderboard", leaderboard_of))


def leaderboard_of(ctx: Context, reader: Reader, project: Project, criterion: str) -> dict[str, Any]:
    """The leaderboard of what ``reader`` sees, without asking who wants it."""
    judged = columns_of(reader, project, criterion)
    # The models there are, whatever they are judged by.
    models = arrays(reader.read_table("leaderboard_models", project_id=project.project_id))
    tables = LeaderboardTables.read(lambda name: models if name == "leaderboard_models" else judged(name))
    return leaderboard_report(tables, project=project.name, criterion=criterion, code=ctx.program_version)
