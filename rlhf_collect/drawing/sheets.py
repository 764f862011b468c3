"""Tables as CSV for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_OBEYED = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet would take for a formula."""


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV with one head, what lies within a row under joined names, such as ``peer_agreement_low``.

    Lists are joined with semicolons; what is missing is empty. A text that a spreadsheet would take for a formula
    gets an apostrophe in front, for names of models and tags are strangers'. No rows give an empty text.
    Example: ``{"key": "law", "alpha": {"value": 0.2, "n": 9}}`` has the columns ``key``, ``alpha_value``, ``alpha_n``.
    """
    flat = [dict(_flat(row)) for row in rows]
    heads = list(dict.fromkeys(name for row in flat for name in row))
    # A figure that is missing in one row and has parts in another is no column of its own.
    heads = [name for name in heads if not _has_parts(name, heads) or any(row.get(name) for row in flat)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if heads:
        writer.writerow(heads)
    for row in flat:
        writer.writerow([_cell(row.get(name)) for name in heads])
    return text.getvalue()


def _has_parts(name: str, heads: Sequence[str]) -> bool:
    return f"{name}_value" in heads


def _flat(row: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}_")
        else:
            yield before + name, value


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.startswith(_OBEYED) else text
