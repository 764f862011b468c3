"""How the rows of a file become comparisons: each row one, or adjacent rows together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from rlhf_collect.errors import Problem
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.imported import AnyJson, Imported, Origin, Row
from rlhf_collect.importers.text import MAX_BYTES

Found = Iterator[Imported | Problem]
Reader = Callable[[Iterable[Row | Problem], Origin], Found]
"""The rows of one file in, in their order; what they give out, one after the other."""
MOST_ROWS = 5000
"""Rows that may belong together; the largest message trees have some hundreds."""
T = TypeVar("T")


def row_by_row(read: Callable[[Row, Origin], Imported]) -> Reader:
    """A reader for forms with one comparison on each row; ``read`` raises ``Fault`` for a bad one."""

    def reader(rows: Iterable[Row | Problem], origin: Origin) -> Found:
        for row in rows:
            try:
                yield row if isinstance(row, Problem) else read(row, origin)
            except Fault as fault:
                yield fault.at(row.where)

    return reader


def together(
    column: str,
    read: Callable[[Sequence[Row], Origin], Iterable[Imported | Problem]],
    key: Callable[[Row], str],
) -> Reader:
    """A reader for forms whose comparison needs several rows, which stand under each other.

    Rows with the same ``key`` (the value of ``column``, for messages) are given to ``read`` as soon as a row
    with another key follows, so no more than they are in memory. Rows of a key that was closed before are
    bad lines: what they belong to is already given.
    """

    def reader(rows: Iterable[Row | Problem], origin: Origin) -> Found:
        closed: set[bytes] = set()
        open_now = _Together(column, "")
        for row in rows:
            if isinstance(row, Problem):
                open_now.broken = row.where
                yield row
                continue
            try:
                named = key(row)
            except Fault as fault:
                open_now.broken = row.where  # nobody can say that it is not of the same
                yield fault.at(row.where)
                continue
            if named != open_now.key:
                yield from open_now.finish(read, origin, closed)
                open_now = _Together(column, named)
            open_now.add(row)
        yield from open_now.finish(read, origin, closed)

    return reader


class _Together:
    """Adjacent rows with one key."""

    def __init__(self, column: str, key: str) -> None:
        self.key = key
        self.broken = ""
        """Where a line between them could not be read; it matters only if a further row follows it."""
        self._column = column
        self._rows: list[Row] = []
        self._first = ""
        self._size = 0
        self._fault: Fault | None = None

    def add(self, row: Row) -> None:
        """One more row; beyond what may be in memory only that it is too much is kept."""
        self._first = self._first or row.where
        self._size += _size(row.values)
        if self.broken:
            self._fault = Fault(
                self._column,
                f"A line between the rows of '{self.key[:40]}' cannot be read ({self.broken}).",
                "Mend that line first.",
            )
        if len(self._rows) >= MOST_ROWS or self._size > MAX_BYTES:
            self._fault = Fault(
                self._column,
                f"More than {MOST_ROWS:,} rows, or {MAX_BYTES // 2**20} MiB, have this value.",
                "Check that it is what tells apart what belongs together.",
            )
            self._rows = []
        self._rows.append(row)

    def finish(
        self,
        read: Callable[[Sequence[Row], Origin], Iterable[Imported | Problem]],
        origin: Origin,
        closed: set[bytes],
    ) -> Found:
        """What the rows give; a problem where they are not all that belongs together."""
        if not self._rows:
            return
        hashed = hashlib.sha256(self.key.encode()).digest()[:16]
        try:
            if hashed in closed:
                raise Fault(
                    self._column,
                    "Rows with the same value stand further up, and not directly above.",
                    f"Sort the file so that rows with the same '{self._column}' follow each other.",
                )
            if self._fault is not None:
                raise self._fault
            yield from read(self._rows, origin)
        except Fault as fault:
            yield fault.at(self._first)
        closed.add(hashed)


def each_of(rows: Iterable[Row], parse: Callable[[Row], T]) -> tuple[list[T], list[tuple[Row, Problem]]]:
    """Every good row parsed, and every bad row with its problem, so that all are listed at once."""
    parsed: list[T] = []
    bad: list[tuple[Row, Problem]] = []
    for row in rows:
        try:
            parsed.append(parse(row))
        except Fault as fault:
            bad.append((row, fault.at(row.where)))
    return parsed, bad


def _size(value: AnyJson) -> int:
    """About how much memory a value needs, in bytes: texts count, everything else a little."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_size(each) for each in value.values()) + 64
    if isinstance(value, list | tuple):
        return sum(_size(each) for each in value) + 64
    return 8
