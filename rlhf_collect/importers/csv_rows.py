"""CSV with a header line; cells that hold JSON are unpacked."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from rlhf_collect.errors import Problem
from rlhf_collect.importers.faults import Broken, Fault
from rlhf_collect.importers.imported import AnyJson, Row
from rlhf_collect.importers.text import MAX_BYTES, Lines, check_text, check_values

_WRITTEN = frozenset(
    {"prompt", "chosen", "rejected", "rationale", "response_1", "response_2", "response1", "response2"}
)
"""Columns of written text, which may begin with a bracket without being JSON."""


def csv_rows(stream: BufferedReader, name: str) -> Iterator[Row | Problem]:
    """One row per record. The separator is comma, semicolon or tab, by the header line.

    An empty cell is a missing value. A record that cannot be read becomes a problem.
    """
    csv.field_size_limit(MAX_BYTES)
    lines = Lines(stream)
    try:
        columns, separator = _header(lines)
    except Broken:
        raise
    except Fault as fault:
        yield fault.at(f"{name}:1")
        return
    records = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        where = f"{name}:{lines.number + 1}"
        try:
            cells = next(records)
            if cells:
                yield Row(where=where, values=_values(cells, columns), textual=True)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault("", f"It is not CSV: {error}.", "Check the quotes: one inside a cell is doubled.").at(
                where
            )
        except Broken:
            raise
        except Fault as fault:
            yield fault.at(where)


def _header(lines: Lines) -> tuple[list[str], str]:
    line = next(lines, "")
    check_text(line)
    separator = max(",;\t", key=line.count)
    columns = [each.strip() for each in next(csv.reader([line], delimiter=separator), [])]
    for column in columns:
        if not column:
            raise Fault("", "A column of the header line has no name.", "Name every column.")
        if columns.count(column) > 1:
            raise Fault(column, "It stands twice in the header line.", "Keep one of the two.")
    return columns, separator


def _values(cells: list[str], columns: list[str]) -> dict[str, Any]:
    if len(cells) != len(columns):
        raise Fault(
            "",
            f"It has {len(cells)} cells where the header has {len(columns)}.",
            "Put quotes around cells that hold the separator or a line end.",
        )
    values = {column: _cell(column, cell) for column, cell in zip(columns, cells, strict=True) if cell}
    check_values(values)
    return values


def _cell(column: str, cell: str) -> AnyJson:
    check_text(cell)
    if cell[0] not in "[{":
        return cell
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    if column not in _WRITTEN:
        return value
    messages = isinstance(value, list) and all(isinstance(each, dict) and "role" in each for each in value)
    return value if messages and value else cell
