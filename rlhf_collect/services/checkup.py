"""Integrity checks: what foreign keys would guard elsewhere, and what is derived, worked out again."""

from __future__ import annotations

import json
from typing import Any

from rlhf_collect.domain.judgement import label_of
from rlhf_collect.services.context import Context


def examine_store(ctx: Context) -> dict[str, Any]:
    """``{"checks": [{"name", "what", "wrong"}], "healthy"}``; ``wrong`` counts rows that break a rule."""
    checks = [
        {"name": row["name"], "what": row["what"], "wrong": int(row["wrong"])}
        for row in ctx.store.read("integrity")
    ]
    wrong = sum(1 for row in ctx.store.read("labels_to_check") if _differs(row))
    checks.append(
        {
            "name": "labels",
            "what": "judgements whose stored label is not that of their choice",
            "wrong": wrong,
        }
    )
    return {"checks": checks, "healthy": not any(each["wrong"] for each in checks)}


def _differs(row: dict[str, Any]) -> bool:
    slots = json.loads(row["slots"])
    return bool(row["judgements"]) and label_of(row["choice"], slots) != row["label"]
