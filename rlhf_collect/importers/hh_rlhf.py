"""Anthropic hh-rlhf: ``chosen`` and ``rejected`` are whole dialogues with ``Human:`` and ``Assistant:``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rlhf_collect.domain.comparison import Message, Messages
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import text
from rlhf_collect.importers.imported import Imported, Origin, Row
from rlhf_collect.importers.judged import preferred
from rlhf_collect.importers.parts import Reply, split_dialogues

COLUMNS = frozenset({"chosen", "rejected"})
_MARKER = re.compile(r"\n\n(Human|Assistant):")
_ROLES = {"Human": "user", "Assistant": "assistant"}


def is_dialogue(value: object) -> bool:
    """Whether a text is such a dialogue."""
    return isinstance(value, str) and bool(_MARKER.match(value))


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of this form."""
    return (
        "prompt" not in values and is_dialogue(values.get("chosen")) and is_dialogue(values.get("rejected"))
    )


def dialogue(value: str, field: str) -> Messages:
    """The turns of a dialogue; the one space after a marker belongs to the marker, all else is text."""
    head, *parts = _MARKER.split(value)
    if head.strip() or not parts:
        raise Fault(
            field,
            "It does not begin with '\\n\\nHuman:'.",
            "Begin every turn with an empty line and 'Human:' or 'Assistant:'.",
        )
    return tuple(
        Message(role=_ROLES[role], content=said.removeprefix(" "))
        for role, said in zip(parts[::2], parts[1::2], strict=True)
    )


def read(row: Row, origin: Origin) -> Imported:
    """One comparison: the prompt is what both dialogues share up to a Human turn. Errors: ``Fault``."""
    turns, chosen, rejected = split_dialogues(
        dialogue(text(row, "chosen"), "chosen"),
        dialogue(text(row, "rejected"), "rejected"),
        ("chosen", "rejected"),
    )
    return preferred(row, origin, turns, Reply(content=chosen), Reply(content=rejected), metadata={})
