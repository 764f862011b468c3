"""What the lead's page may send to Gradio: words in its fields, and nothing else.

Gradio copies whatever looks like a file, by path or address, into its own folder before an event of ours
runs. No event of the page takes a file, so an event is written anew from the little it may hold.
"""

from __future__ import annotations

import json
from typing import Any

MOST_FIELDS = 17
MOST_CHARACTERS = 100_000
"""Of one word: guidelines are as long as that."""


def plain_event(body: bytes) -> bytes | None:
    """The event in ``body``, a JSON object as Gradio's queue takes it, of words only; ``None`` when it is not one."""
    try:
        event = json.loads(body)
        data, number, session = event["data"], event["fn_index"], event["session_hash"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    fields = isinstance(data, list) and len(data) <= MOST_FIELDS and all(map(_is_field, data))
    if not fields or type(number) is not int or not isinstance(session, str) or not _is_word(session):
        return None
    trigger = event.get("trigger_id")
    return json.dumps(
        {
            "data": data,
            "fn_index": number,
            "session_hash": session,
            "trigger_id": trigger if type(trigger) is int else None,
            "event_data": None,
        }
    ).encode()


def _is_field(value: Any) -> bool:
    """A word, or what is ticked of a list of words."""
    ticked = isinstance(value, list) and len(value) <= MOST_FIELDS
    return (ticked and all(isinstance(each, str) and _is_word(each) for each in value)) or _is_word(value)


def _is_word(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= MOST_CHARACTERS)
