"""Tables of the lead's page as CSV and its plots as SVG, for who is signed in there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from rlhf_collect.domain.actor import Actor
from rlhf_collect.drawing import as_sheet, csv_text
from rlhf_collect.errors import NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.known_answers import list_known_answers
from rlhf_collect.services.leaderboard import project_leaderboard
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.rater_figures import figures_of_raters
from rlhf_collect.services.raters import who_is
from rlhf_collect.services.reports import criteria_agreement, project_agreement, project_progress
from rlhf_collect.web.lead_language import language_of_lead
from rlhf_collect.web.lead_models import strengths_plot
from rlhf_collect.web.lead_raters import FIGURES, tenths_plot
from rlhf_collect.web.lead_report import days_plot
from rlhf_collect.web.lead_slices import KINDS, weeks_plot
from rlhf_collect.web.lead_words import Words, words_in


class _Files:
    """The reports of one project and criterion, each made when it is asked for."""

    def __init__(self, ctx: Context, actor: Actor, project: Project, criterion: str | None) -> None:
        self._asked = (ctx, actor, project.name)
        self._criterion = criterion

    def table(self, name: str) -> list[dict[str, Any]] | None:
        """The rows of a table by its name; ``None`` where there is none of that name."""
        if name in KINDS:
            return list(project_agreement(*self._asked, self._criterion)[name])
        known: dict[str, Callable[[], list[dict[str, Any]]]] = {
            "days": lambda: project_progress(*self._asked)["by_day"],
            "by_criterion": lambda: criteria_agreement(*self._asked),
            "models": lambda: project_leaderboard(*self._asked, self._criterion)["models"],
            "wins": lambda: project_leaderboard(*self._asked, self._criterion)["win_table"],
            "raters": lambda: figures_of_raters(*self._asked, self._criterion)["rows"],
            "tenths": self._tenths,
            "known_answers": self._known_answers,
        }
        return known[name]() if name in known else None

    def plot(self, name: str, words: Words) -> str | None:
        """A plot by its name; empty where nothing can be drawn yet, ``None`` where there is none of that name."""
        if name == "days":
            return days_plot(words, project_progress(*self._asked))
        if name == "weeks":
            return weeks_plot(words, project_agreement(*self._asked, self._criterion)["by_week"])
        if name == "models":
            return strengths_plot(words, project_leaderboard(*self._asked, self._criterion))
        if name in FIGURES:
            counts = figures_of_raters(*self._asked, self._criterion)["tenths"][name]
            return "" if counts is None else tenths_plot(words, name, counts)
        return None

    def _known_answers(self) -> list[dict[str, Any]]:
        """One row each, the share with its interval beside it."""
        told = list_known_answers(*self._asked)
        none = {"value": None, "low": None, "high": None}
        return [
            {name: each[name] for name in each if name not in ("as_expected", "responses")}
            | {name: (each["as_expected"] or none)[name] for name in none}
            for each in told
        ]

    def _tenths(self) -> list[dict[str, Any]]:
        """One row a figure and tenth."""
        told = figures_of_raters(*self._asked, self._criterion)["tenths"]
        return [
            {"figure": name, "from": place / 10, "to": (place + 1) / 10, "raters": count}
            for name, counts in told.items()
            for place, count in enumerate(counts or ())
        ]


def lead_files(ctx: Context, cookie: str) -> APIRouter:
    """The routes, for the session cookie of this audience; services check the rights."""
    router = APIRouter(include_in_schema=False, prefix="/lead/files")

    def files(request: Request, criterion: str | None) -> tuple[_Files, Words, Project]:
        actor = who_is(ctx, session=request.cookies.get(cookie))
        if actor.project_id is None:
            raise NotFound("There is no such file.")
        project = project_of(ctx, actor.project_id)
        words = words_in(language_of_lead(ctx, actor, request))
        return _Files(ctx, actor, project, criterion), words, project

    @router.get("/{name}.csv")
    def get_table(request: Request, name: str, criterion: str | None = None) -> Response:
        found, _, project = files(request, criterion)
        rows = found.table(name)
        if rows is None:
            raise NotFound("There is no such table.")
        return _file(csv_text(rows), "text/csv; charset=utf-8", f"{project.name}-{name}.csv")

    @router.get("/{name}.svg")
    def get_plot(request: Request, name: str, criterion: str | None = None) -> Response:
        found, words, project = files(request, criterion)
        plot = found.plot(name, words)
        if not plot:
            raise NotFound("There is no such plot, or nothing to draw yet.")
        return _file(as_sheet(plot), "image/svg+xml", f"{project.name}-{name}.svg")

    return router


def _file(text: str, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(text, media_type=media_type, headers=headers)
