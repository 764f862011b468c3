"""A database with a version to publish, and what it knows of where the version went."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.services.versions import freeze_version, list_versions
from tests.making import ask_and_judge, bring, make_project, open_services, raters


def frozen(database: Path) -> str:
    """Version 1.0.0 of a project with a judgement, sealed; its name."""
    ctx = open_services(database)
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 2)
    ask_and_judge(ctx, raters(ctx, project, 1)[0], project)
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    ctx.store.close()
    return project.name


def published(database: Path, project: str) -> list[dict[str, Any]]:
    """Where the version stands, as the service knows."""
    ctx = open_services(database)
    (version,) = list_versions(ctx, OPERATOR, project)
    ctx.store.close()
    places: list[dict[str, Any]] = version["published"]
    return places
