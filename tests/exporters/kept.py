"""A database with a version to publish, and what it knows of where the version went."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.services.versions import freeze_version, list_versions
from rlhf_collect.services.withdrawals import withdraw_judgement
from tests.making import HeldClock, ask_and_judge, bring, make_project, open_services, raters


def frozen(database: Path) -> str:
    """Version 1.0.0 of a project with a judgement, sealed; its name."""
    ctx = open_services(database)
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 2)
    ask_and_judge(ctx, raters(ctx, project, 1)[0], project)
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    ctx.store.close()
    return project.name


def frozen_thrice(database: Path, clock: HeldClock | None = None) -> str:
    """Versions 1.0.0, 1.1.0 with one more judgement, and 1.2.0 without one that was taken back; their project."""
    ctx = open_services(database, clock=clock)
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 4)
    (ada,) = raters(ctx, project, 1)
    first = ask_and_judge(ctx, ada, project)
    ask_and_judge(ctx, ada, project)
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    ask_and_judge(ctx, ada, project)
    freeze_version(ctx, OPERATOR, project.name, "1.1.0")
    withdraw_judgement(ctx, ada, first.judgement_id)
    freeze_version(ctx, OPERATOR, project.name, "1.2.0")
    ctx.store.close()
    return project.name


def published(database: Path, project: str) -> list[dict[str, Any]]:
    """Where the version stands, as the service knows."""
    ctx = open_services(database)
    (version,) = list_versions(ctx, OPERATOR, project)
    ctx.store.close()
    places: list[dict[str, Any]] = version["published"]
    return places
