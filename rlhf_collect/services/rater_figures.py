"""Figures about raters from their answers: everybody sees their own, a lead how they are spread."""

from __future__ import annotations

from typing import Any

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, find_own_project, project_of
from rlhf_collect.services.reports import chosen_criterion, columns_of, judged_criteria
from rlhf_collect.services.serving import rater_key_of
from rlhf_collect.stats.rater_report import RaterTables, own_figures, spread_of_raters


def my_figures(ctx: Context, actor: Actor, criterion: str | None = None) -> dict[str, Any]:
    """What the caller's own answers show, live, for one criterion (default: the first).

    Errors: ``NotFound`` naming the criteria there are; ``NotAllowed`` for who does not rate.
    """
    rater = rater_key_of(actor)
    assert actor.project_id is not None  # whoever has a row of their own is in a project
    actor.require(Right.RATE, actor.project_id)
    project = project_of(ctx, actor.project_id)
    criteria, chosen, tables = _tables(ctx, project, criterion)
    return own_figures(tables, str(rater), project=project.name, criterion=chosen) | {"criteria": criteria}


def figures_of_raters(
    ctx: Context, actor: Actor, project_name: str, criterion: str | None = None
) -> dict[str, Any]:
    """How figures of raters are spread, without names and from five raters on.

    Errors: ``NotFound`` naming the criteria there are.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    _, chosen, tables = _tables(ctx, project, criterion)
    return spread_of_raters(tables, project=project.name, criterion=chosen)


def _tables(ctx: Context, project: Project, criterion: str | None) -> tuple[list[str], str, RaterTables]:
    """The criteria there are, the one chosen, and its tables."""
    with ctx.store.snapshot() as reader:
        chosen = chosen_criterion(reader, project, criterion)
        return judged_criteria(reader, project), chosen, RaterTables.read(columns_of(reader, project, chosen))
