"""What a comparison says, and how a rater reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rlhf_collect.services.context import Context
from rlhf_collect.storage.port import Row


def comparison_rows(ctx: Context, comparison_key: UUID) -> list[Row]:
    """A comparison's texts, a row for each completion in import order; comparisons never change."""
    return ctx.memory.recall(
        ("comparison", comparison_key),
        lambda: ctx.store.read("comparison_shown", comparison_key=comparison_key),
    )


def shown_comparison(ctx: Context, comparison_key: UUID, presentation: Sequence[str]) -> dict[str, Any]:
    """What the rater reads: ``{"id", "language", "prompt", "completions"}``, in presentation order, no models."""
    rows = comparison_rows(ctx, comparison_key)
    content = {row["completion_id"]: json.loads(row["content"]) for row in rows}
    return {
        "id": rows[0]["comparison_id"],
        "language": rows[0]["language"],
        "prompt": json.loads(rows[0]["prompt"]),
        "completions": [{"id": each, "content": content[each]} for each in presentation],
    }


def side_of(choice: str, presentation: Sequence[str]) -> str | None:
    """The letter a completion stood under, ``A`` to ``H``; ``None`` for a tie and the like."""
    return "ABCDEFGH"[presentation.index(choice)] if choice in presentation else None
