"""What a rater's export holds of the things around their judgements."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from rlhf_collect.services.context import Context
from rlhf_collect.storage.port import Row


def my_surroundings(ctx: Context, rater_key: UUID) -> dict[str, Any]:
    """Drafts, display, guidelines confirmed and practice of one rater, as rows."""
    read = ctx.store.read
    return {
        "drafts": _opened(read("drafts_of_rater", rater_key=rater_key), "draft"),
        "display": _opened(read("display_of_rater", rater_key=rater_key), "display"),
        "guidelines_confirmed": read("confirmations_of_rater", rater_key=rater_key),
        "practice_rounds": read("practice_rounds_of_rater", rater_key=rater_key),
        "practice_answers": read("practice_answers_of_rater", rater_key=rater_key),
    }


def display_of(ctx: Context, rater_key: UUID) -> dict[str, Any]:
    """How somebody likes the page; empty until they said."""
    rows = _opened(ctx.store.read("display_of_rater", rater_key=rater_key), "display")
    return rows[0]["display"] if rows else {}


def language_of(display: dict[str, Any]) -> str:
    """The language somebody chose on the page, English until they did."""
    chosen = display.get("language")
    return chosen if isinstance(chosen, str) else "en"


def _opened(rows: list[Row], column: str) -> list[Row]:
    return [row | {column: json.loads(row[column])} for row in rows]
