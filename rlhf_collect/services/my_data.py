"""What the store holds about one rater, and how they like the page."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from rlhf_collect.domain.limits import Limits, stored_limits
from rlhf_collect.services.context import Context
from rlhf_collect.storage.port import Row

_EXPORTED = {
    "judgements": "judgements_of_rater",
    "flags": "flags_of_rater",
    "edited": "edited_of_rater",
    "handed_out": "assignments_of_rater",
    "leases": "leases_of_rater",
    "withdrawals": "withdrawals_of_rater",
    "adjudications": "adjudications_of_rater",
    "named_to_decide": "decider_of_rater",
    "shown_to_decide": "decidings_of_rater",
    "decisions": "decisions_of_rater",
    "decision_judgements": "decision_judgements_of_rater",
    "decision_steps": "decision_steps_of_rater",
    "appeals": "appeals_of_rater",
    "appeal_events": "appeal_events_of_rater",
    "threads": "threads_of_rater",
    "messages": "messages_of_rater",
    "thread_ends": "thread_ends_of_rater",
    "skips": "skips_of_rater",
    "eligibility": "eligibility_of_rater",
    "consents": "consent_history_of_rater",
    "credentials": "credentials_of_rater",
    "drafts": "drafts_of_rater",
    "display": "display_of_rater",
    "guidelines_confirmed": "confirmations_of_rater",
    "practice_rounds": "practice_rounds_of_rater",
    "practice_answers": "practice_answers_of_rater",
}
"""Part of a rater's export, and the statement that reads it."""
_AS_JSON = frozenset(
    {
        "ranking",
        "points",
        "reasons",
        "presentation",
        "flags",
        "draft",
        "display",
        "languages",
        "tags",
        "evidence",
    }
)


def my_rows(ctx: Context, rater_key: UUID) -> dict[str, list[Row]]:
    """Everything the store holds about one rater, as rows, by part of their export."""
    held = {part: ctx.store.read(name, rater_key=rater_key) for part, name in _EXPORTED.items()}
    for row in (row for rows in held.values() for row in rows):
        for field in row.keys() & _AS_JSON:
            row[field] = json.loads(row[field]) if row[field] else None
    return held


def display_of(ctx: Context, rater_key: UUID) -> dict[str, Any]:
    """How somebody likes the page; empty until they said."""
    rows = ctx.store.read("display_of_rater", rater_key=rater_key)
    kept: dict[str, Any] = json.loads(rows[0]["display"]) if rows else {}
    return kept


def language_of(display: dict[str, Any]) -> str:
    """The language somebody chose on the page, English until they did."""
    chosen = display.get("language")
    return chosen if isinstance(chosen, str) else "en"


def limits_of(ctx: Context, rater_key: UUID) -> Limits:
    """What somebody is asked about."""
    rows = ctx.store.read("eligibility_of_rater", rater_key=rater_key)
    return stored_limits(rows[-1]) if rows else Limits()
