"""Figures about raters from their answers: everybody sees their own, a lead what ``quality.visibility`` allows."""

from __future__ import annotations

from typing import Any

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.ids import pseudonym
from rlhf_collect.services.context import Context
from rlhf_collect.services.decision_steps import settle_due
from rlhf_collect.services.names import pseudonym_for_leads, pseudonym_key
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.reports import chosen_criterion, columns_of, judged_criteria, report_on
from rlhf_collect.services.serving import rater_key_of
from rlhf_collect.services.unchanged import Remembering, made_once, state_of
from rlhf_collect.stats.rater_report import (
    COURSE_COLUMNS,
    PAIR_COLUMNS,
    RaterTables,
    own_figures,
    raters_report,
)
from rlhf_collect.stats.rater_views import SIGNALS
from rlhf_collect.stats.tables import checked_columns
from rlhf_collect.storage.port import Reader

BESIDES = ("beside_others", "among_peers", "drift", "alpha_without", "signals", "alone")
"""What leads see of a rater and no figure of their own says."""


def my_figures(ctx: Context, actor: Actor, criterion: str | None = None) -> dict[str, Any]:
    """What the caller's own answers show, live, for one criterion (default: the first).

    ``to_leads`` is what leads see of the caller besides, by ``BESIDES`` and ``facts``, the names of what stands out;
    null while they have no row. Errors: ``NotFound`` naming the criteria there are; ``NotAllowed`` for who does not
    rate.
    """
    rater = rater_key_of(actor)
    assert actor.project_id is not None  # whoever has a row of their own is in a project
    actor.require(Right.RATE, actor.project_id)
    project = project_of(ctx, actor.project_id)
    settle_due(ctx, project)
    with ctx.store.snapshot() as reader:
        chosen = chosen_criterion(reader, project, criterion)
        criteria, tables = (
            judged_criteria(reader, project),
            RaterTables.read(columns_of(reader, project, chosen)),
        )
        besides = _to_leads(ctx, reader, project, chosen, actor)
    own = own_figures(
        tables,
        str(rater),
        project=project.name,
        criterion=chosen,
        visibility=project.settings.quality.visibility,
    )
    return own | {"criteria": criteria, "to_leads": besides}


def figures_of_raters(
    ctx: Context, actor: Actor, project_name: str, criterion: str | None = None
) -> dict[str, Any]:
    """How figures of raters are spread, from five raters on, and rows by pseudonym where the project allows them.

    Raters are told which applies (``quality.visibility``). Errors: ``NotFound`` naming the criteria there are.
    """
    return report_on(ctx, actor, project_name, criterion, ("raters", raters_of))


def raters_of(ctx: Context, reader: Reader, project: Project, criterion: str) -> dict[str, Any]:
    """The report of what ``reader`` sees, without asking who wants it."""
    columns = columns_of(reader, project, criterion)
    key = pseudonym_key(ctx, project)
    people = reader.read("known_raters", project_id=project.project_id)
    return raters_report(
        RaterTables.read(columns),
        checked_columns("rater_course", columns("rater_course"), COURSE_COLUMNS),
        checked_columns("rater_pairs", columns("rater_pairs"), PAIR_COLUMNS),
        {str(row["rater_key"]): pseudonym_for_leads(key, row) for row in people},
        frozenset(str(row["rater_key"]) for row in people if row["imported"]),
        project=project.name,
        criterion=criterion,
        visibility=project.settings.quality.visibility,
    )


def _to_leads(
    ctx: Context, reader: Reader, project: Project, criterion: str, actor: Actor
) -> dict[str, Any] | None:
    """What stands in the caller's row for leads and in no figure of their own; none where leads have no rows."""
    if project.settings.quality.visibility == "anonymous":
        return None
    state = state_of(reader, project)
    once = Remembering(ctx, project, state, reader)
    report = made_once(
        ctx, project, state, ("raters", criterion), lambda: raters_of(ctx, once, project, criterion)
    )
    own = pseudonym(pseudonym_key(ctx, project), str(actor.rater_key), 12)
    for row in report["rows"]:
        if row["rater"] == own:
            named = {said: name for name, said in SIGNALS.items()}
            facts = [named[each] for each in (*row["signals"], *row["alone"])]
            return {name: row[name] for name in BESIDES} | {"facts": facts}
    return None
