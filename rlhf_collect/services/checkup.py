"""Integrity checks: what foreign keys would guard elsewhere, and what is derived, worked out again."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from rlhf_collect.errors import NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.practice import read_practice_items
from rlhf_collect.services.projects import find_project


def examine_store(ctx: Context) -> dict[str, Any]:
    """``{"checks": [{"name", "what", "wrong"}], "healthy"}``; ``wrong`` counts rows that break a rule."""
    checks = [
        {**row, "wrong": int(row["wrong"])}
        for query in ("integrity", "integrity_around")
        for row in ctx.store.read(query)
    ]
    checks += _practice_checks(ctx)
    return {"checks": checks, "healthy": not any(each["wrong"] for each in checks)}


def _practice_checks(ctx: Context) -> list[dict[str, Any]]:
    """Practice against the known answers, and what project files name against what is there."""
    answers = ctx.store.read("practice_to_check")
    missing = 0
    for row in ctx.store.read("project_names"):
        with suppress(NotFound):  # a project without settings is counted under "settings" and names nothing
            project = find_project(ctx, row["name"])
            missing += len(project.settings.practice.comparisons) - len(read_practice_items(ctx, project))
    return [
        {
            "name": "practice answers",
            "what": "practice answers marked otherwise than their known answer says",
            "wrong": sum(row["answers"] for row in answers if row["as_expected"] != _is_expected(row)),
        },
        {
            "name": "practice comparisons",
            "what": "practice comparisons of project files that are not imported or answer no question asked",
            "wrong": missing,
        },
    ]


def _is_expected(row: dict[str, Any]) -> bool:
    return bool(row["choice"] == json.loads(row["gold"])["choice"])
