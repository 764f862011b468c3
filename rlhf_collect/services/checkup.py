"""Integrity checks: what foreign keys would guard elsewhere, and what is derived, worked out again."""

from __future__ import annotations

from typing import Any

from rlhf_collect.services.context import Context


def examine_store(ctx: Context) -> dict[str, Any]:
    """``{"checks": [{"name", "what", "wrong"}], "healthy"}``; ``wrong`` counts rows that break a rule."""
    checks = [{**row, "wrong": int(row["wrong"])} for row in ctx.store.read("integrity")]
    return {"checks": checks, "healthy": not any(each["wrong"] for each in checks)}
