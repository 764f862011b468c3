"""What leads read: agreement and progress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.rubric import TURN_MARK, turn_order
from rlhf_collect.errors import NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.decision_steps import settle_due
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.unchanged import Remembering, is_made, made_once, state_of
from rlhf_collect.stats.forecast import finish_forecast
from rlhf_collect.stats.progress_words import forecast_sentence, progress_sentence
from rlhf_collect.stats.report import agreement_report
from rlhf_collect.stats.slices import slice_figures
from rlhf_collect.stats.tables import HEADLINE, AgreementTables, PatternTables, all_of, histograms
from rlhf_collect.storage.port import Reader, Table

Columns = dict[str, np.ndarray[Any, Any]]
_HEADLINE = (
    "sentence",
    "judgements",
    "pairs",
    "raters",
    "chance",
    "percent_agreement",
    "percent_agreement_no_ties",
    "krippendorff_alpha",
    "position_bias",
    "coverage",
    "ground",
    "notes",
)


def project_agreement(
    ctx: Context, actor: Actor, project_name: str, criterion: str | None = None
) -> dict[str, Any]:
    """The agreement report of the contract, live, for one criterion (default: the first).

    Errors: ``NotFound`` naming the criteria there are.
    """
    return report_on(ctx, actor, project_name, criterion, ("agreement", agreement_of))


def project_headline(
    ctx: Context, actor: Actor, project_name: str, criterion: str | None = None
) -> dict[str, Any]:
    """Of the agreement report what is read first, made in a fraction of the time.

    ``{"sentence", "judgements", "pairs", "raters", "chance", "percent_agreement", "percent_agreement_no_ties",
    "krippendorff_alpha", "position_bias", "coverage", "ground", "notes"}``, each as there. Errors: as there.
    """
    return report_on(ctx, actor, project_name, criterion, ("headline", _headline_of))


def report_on(
    ctx: Context,
    actor: Actor,
    project_name: str,
    criterion: str | None,
    report: tuple[str, Callable[[Context, Reader, Project, str], dict[str, Any]]],
) -> dict[str, Any]:
    """A report, by its name and what makes it, on one criterion: made once for each state of the project.

    Errors: ``NotFound`` naming the criteria there are.
    """
    name, make = report
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    settle_due(ctx, project)
    with ctx.store.snapshot() as reader:
        chosen = chosen_criterion(reader, project, criterion)
        state = state_of(reader, project)
        once = Remembering(ctx, project, state, reader)
        return made_once(ctx, project, state, (name, chosen), lambda: make(ctx, once, project, chosen))


def at_hand(ctx: Context, project: Project, criterion: str, *reports: str) -> bool:
    """Whether these reports on a criterion, by their names, need not be made."""
    state = state_of(ctx.store, project)
    return all(is_made(ctx, project, state, (each, criterion)) for each in reports)


def chosen_criterion(reader: Reader, project: Project, criterion: str | None) -> str:
    """The criterion asked for, the first if none. Error: ``NotFound`` naming those there are."""
    names = judged_criteria(reader, project)
    chosen = criterion or names[0]
    if chosen not in names:
        raise NotFound(f"Project {project.name} has no criterion '{chosen}'. Criteria: {', '.join(names)}.")
    return chosen


def judged_criteria(reader: Reader, project: Project) -> list[str]:
    """The criteria of the project file, each followed by the turns it was judged by."""
    rows = reader.read("criteria_answered", project_id=project.project_id)
    turns = [row["criterion"] for row in rows if TURN_MARK in row["criterion"]]
    return [
        name
        for each in project.settings.criteria
        for name in (
            each.name,
            *sorted((turn for turn in turns if turn.startswith(each.name + TURN_MARK)), key=turn_order),
        )
    ]


def agreement_of(
    ctx: Context, reader: Reader, project: Project, criterion: str, *, version: str = "live"
) -> dict[str, Any]:
    """The report of what ``reader`` sees, without asking who wants it."""
    tables = AgreementTables.read(columns_of(reader, project, criterion))
    return agreement_report(
        tables, project=project.name, criterion=criterion, version=version, code=ctx.program_version
    )


def _headline_of(ctx: Context, reader: Reader, project: Project, criterion: str) -> dict[str, Any]:
    tables = AgreementTables.read(columns_of(reader, project, criterion), only=HEADLINE)
    report = agreement_report(tables, project=project.name, criterion=criterion, code=ctx.program_version)
    return {name: report[name] for name in _HEADLINE}


def columns_of(reader: Reader, project: Project, criterion: str) -> Callable[[str], Columns]:
    """How statistics get at the result of a named statement about one criterion."""

    def columns(name: str) -> Columns:
        return arrays(reader.read_table(name, project_id=project.project_id, criterion=criterion))

    return columns


def arrays(table: Table) -> Columns:
    """The columns of a table by name."""
    return {each: table[each].to_numpy(zero_copy_only=False) for each in table.column_names}


def project_progress(ctx: Context, actor: Actor, project_name: str) -> dict[str, Any]:
    """How far the project is.

    ``{"project", "as_of", "overlap", "comparisons", "complete", "started", "judgements", "judgements_left",
    "imported_judgements", "raters", "by_day": [{"day", "judgements"}], "sentence", "forecast": {"day", "low",
    "high", "per_day", "days", "quiet_since", "reason", "sentence"}}``: ``forecast`` is when it will be done, between
    two days, or why that cannot be said; ``as_of`` is today, which it does not count. ``overlap`` is as in the project
    file, a number or a rule; under a rule ``judgements_left`` is the fewest that can be left. Made once for each state
    of the project and day.
    """
    project, today = find_own_project(ctx, actor, project_name, Right.READ_REPORTS), ctx.clock().date()
    settle_due(ctx, project)
    with ctx.store.snapshot() as reader:
        state = (*state_of(reader, project), today.toordinal())
        return made_once(ctx, project, state, ("progress",), lambda: _progress_of(reader, project, today))


def _progress_of(reader: Reader, project: Project, today: date) -> dict[str, Any]:
    counts = reader.read("progress_counts", **wanting_values(project))[0]
    days = reader.read("judgements_by_day", project_id=project.project_id)
    numbers = {name: int(value) for name, value in counts.items()}
    document: dict[str, Any] = {
        "project": project.name,
        "as_of": today.isoformat(),
        "overlap": project.settings.overlap.model_dump(mode="json"),
        **numbers,
        "by_day": [{"day": row["day"].isoformat(), "judgements": row["judgements"]} for row in days],
    }
    forecast = finish_forecast(
        {row["day"]: int(row["judgements"]) for row in days},
        left=numbers["judgements_left"],
        total=numbers["comparisons"],
        today=today,
    )
    forecast |= {
        name: forecast[name] and forecast[name].isoformat() for name in ("day", "low", "high", "quiet_since")
    }
    document["forecast"] = forecast | {"sentence": forecast_sentence(forecast)}
    return document | {"sentence": progress_sentence(document)}


def wanting_values(project: Project) -> dict[str, Any]:
    """What statements need that tell which comparisons want judgements."""
    rule = project.settings.overlap_rule
    return {
        "project_id": project.project_id,
        "criterion": rule.criterion,
        "least": rule.least,
        "least_in_sample": rule.least_in_sample,
        "sampled_below": rule.sampled_below_hex,
        "lead": rule.lead,
        "most": rule.most,
        "practice": list(project.settings.practice.comparisons),
    }


def criteria_agreement(ctx: Context, actor: Actor, project_name: str) -> list[dict[str, Any]]:
    """A slice as in the report for each criterion, in the order of the project file; none where there is only one."""
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    settle_due(ctx, project)
    with ctx.store.snapshot() as reader:
        names = judged_criteria(reader, project)
        if len(names) < 2:
            return []
        state = state_of(reader, project)
        once = Remembering(ctx, project, state, reader)
        return made_once(
            ctx, project, state, ("criteria",), lambda: [_slice_of(once, project, each) for each in names]
        )


def _slice_of(reader: Reader, project: Project, criterion: str) -> dict[str, Any]:
    patterns = PatternTables.read(columns_of(reader, project, criterion))
    return {"key": criterion, **slice_figures(all_of(histograms(patterns)))}
