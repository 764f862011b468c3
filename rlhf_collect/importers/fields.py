"""Single fields of a row, by type. Every function raises ``Fault`` naming the field and the remedy."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.imported import AnyJson, Row

MAX_ID = 200
"""Characters of an id or a name."""
MAX_DEPTH = 64
"""Lists and objects inside each other; hashing and reading back go as deep as a value does."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "a text"),
    (Mapping, "an object"),
    ((list, tuple), "a list"),
    ((bytes, bytearray), "binary data"),
)


def kind_of(value: object) -> str:
    """A value's type in plain words."""
    if value is None:
        return "null"
    return next((words for types, words in _KINDS if isinstance(value, types)), type(value).__name__)


def required(row: Row, field: str) -> AnyJson:
    """The value of a field that must be there. ``null`` and an empty CSV cell are missing."""
    value = row.values.get(field)
    if value is None:
        found = ", ".join(str(each) for each in row.values) or "none"
        raise Fault(field, "It is missing.", f"Add it. Found were: {found[:300]}.")
    return value


def text(row: Row, field: str) -> str:
    """A text that must be there."""
    return as_text(required(row, field), field)


def optional_text(row: Row, field: str) -> str:
    """A text, or an empty one where the field is missing or null."""
    value = row.values.get(field)
    return "" if value is None else as_text(value, field)


def as_text(value: object, field: str) -> str:
    """``value`` as text, unchanged."""
    if not isinstance(value, str):
        raise Fault(field, f"It is {kind_of(value)}.", "Write a text in quotes.")
    return value


def as_id(value: object, field: str) -> str:
    """An id or name: a text without control characters, or a whole number, which becomes its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    name = as_text(value, field)
    if not name.strip():
        raise Fault(field, "It is empty.", "Give a name, or leave the field out where it is optional.")
    if len(name) > MAX_ID:
        raise Fault(field, f"It has {len(name)} characters.", f"Use at most {MAX_ID}.")
    if not name.isprintable():
        raise Fault(field, "It holds a line end or another invisible character.", "Remove it.")
    return name


def optional_id(row: Row, field: str) -> str:
    """An id, or an empty text where there is none."""
    value = row.values.get(field)
    return "" if value is None else as_id(value, field)


def whole(value: object, field: str, low: int, high: int, *, textual: bool = False) -> int:
    """A whole number from ``low`` to ``high``; 2.0 is whole; digits count where ``textual``."""
    if textual and isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,9}(\.0+)?", value.strip()):
        value = float(value)
    mend = f"Use a whole number from {low} to {high}."
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Fault(field, f"It is {kind_of(value)}.", mend)
    if isinstance(value, float) and not value.is_integer():
        raise Fault(field, f"It is {value}.", mend)
    if not low <= value <= high:
        raise Fault(field, f"It is {value:g}.", mend)
    return int(value)


def truth(row: Row, field: str) -> bool:
    """True or false; in CSV the words for them."""
    value = required(row, field)
    if row.textual and isinstance(value, str):
        value = {"true": True, "false": False}.get(value.strip().lower(), value)
    if not isinstance(value, bool):
        raise Fault(field, f"It is {kind_of(value)}.", "Write true or false.")
    return value


def number(value: object, *, textual: bool = False) -> float | None:
    """A finite number, or ``None`` for anything else: for scores that are only kept beside."""
    if textual and isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def as_list(value: object, field: str) -> Sequence[Any]:
    """A list; ``null`` is an empty one."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise Fault(field, f"It is {kind_of(value)}.", "Write a list in [ ].")
    return value


def as_object(value: object, field: str) -> Mapping[str, Any]:
    """An object."""
    if not isinstance(value, Mapping):
        raise Fault(field, f"It is {kind_of(value)}.", "Write an object in { }.")
    return value


def language(row: Row, field: str = "language") -> str:
    """A language tag (BCP 47), or an empty text."""
    value = optional_text(row, field).strip()
    if value and not _LANGUAGE.fullmatch(value):
        raise Fault(field, f"'{value[:40]}' is no language tag.", 'Write one like "en" or "pt-BR".')
    return value


def storable(value: object, field: str, depth: int = 0) -> AnyJson:
    """A JSON value as it is; dates become text, numbers that are none become null."""
    if depth > MAX_DEPTH:
        raise Fault(field, "It is nested too deeply.", f"Write a flatter object, {MAX_DEPTH} levels at most.")
    if isinstance(value, Mapping):
        return {str(key): storable(each, field, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each, field, depth + 1) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    raise Fault(field, f"It holds {kind_of(value)}.", "Write text, numbers, lists or objects.")


def unpacked(value: object, field: str) -> AnyJson:
    """JSON that was written as text (CSV cells, published versions), unpacked; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise Fault(
            field, "It is a text that is no JSON.", "Write an object in { } or a list in [ ]."
        ) from error


def day(value: object, field: str) -> date:
    """The day of a date, of a date with a time, of text in ISO form, or of seconds since 1970 (UTC)."""
    mend = 'Write a date like "2026-11-22".'
    try:
        if isinstance(value, datetime):
            return (value.astimezone(UTC) if value.tzinfo else value).date()
        if isinstance(value, date):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC).date()
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
            return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError, OSError) as error:
        raise Fault(field, f"'{str(value)[:40]}' is no date.", mend) from error
    raise Fault(field, f"It is {kind_of(value)}.", mend)
