"""The narrow door to the store: what services may ask of any engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

Row = dict[str, Any]
Table = Any
"""A ``pyarrow.Table``; services hand it on without looking inside."""
Batches = Any
"""A ``pyarrow.RecordBatchReader``."""
T = TypeVar("T")


class Transaction(Protocol):
    """What a piece of writing work may do; it all becomes durable together, or not at all."""

    def read(self, name: str, /, **values: object) -> list[Row]:
        """Rows of a named query, seeing this transaction's own writes."""
        ...

    def run(self, name: str, /, **values: object) -> None:
        """Run a named statement."""
        ...

    def insert(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Append rows; every row has the same columns."""
        ...

    def insert_table(self, table: str, rows: Table, **same: object) -> None:
        """Append a columnar table, or a ``pyarrow.RecordBatchReader`` that is read once, for bulk work.

        ``same`` are columns that have one value in every row.
        """
        ...

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Call ``undo`` if what was written here does not become durable."""
        ...


class Reader(Protocol):
    """Reads committed state."""

    def read(self, name: str, /, **values: object) -> list[Row]:
        """Rows of a named query, as dictionaries, from the last committed state."""
        ...

    def read_table(self, name: str, /, **values: object) -> Table:
        """The same as a columnar table, for statistics."""
        ...

    def read_batches(self, name: str, /, **values: object) -> Batches:
        """The same piece by piece, for exports: to be read to its end before this reader is asked again."""
        ...


class Store(Reader, Protocol):
    """One database."""

    def snapshot(self) -> AbstractContextManager[Reader]:
        """A reader that keeps seeing one moment, while others go on writing."""
        ...

    def snapshot_as_of(self, moment: datetime, last_sequence: int) -> AbstractContextManager[Reader]:
        """A reader that sees the store as it stood: judgements up to a rank, everything else up to a moment.

        Versions, their rows and people are seen as they are now.
        """
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in a transaction and return its result after the commit.

        Works waiting at the same time share one commit. ``work`` may be run again when a
        neighbour in its group failed, so it must do nothing but use the transaction.
        Errors: whatever ``work`` raises, nothing of it being stored; ``StoreUnusable`` when the
        commit fails; ``Busy`` when the store is closing.
        """
        ...

    def backup(self, target: Path) -> None:
        """Write a consistent copy to a new file while others go on writing."""
        ...

    def rewrite(self) -> bool:
        """Copy what is there into a new file that takes the place of the old one, so that deleted bytes are gone.

        Writers wait until it is done, readers for the exchange alone. ``False`` when somebody went on reading for
        too long; the old file stays then.
        """
        ...

    def forget_pages(self) -> None:
        """Give back the memory that holds what was read, as far as nobody is reading it: after reading all there is."""
        ...

    def close(self) -> None:
        """Finish waiting work, then let go of the database."""
        ...
