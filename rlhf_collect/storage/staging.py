"""Rows kept aside on disk until they are all known to be good, then appended in one go.

An import is all or nothing, and may be larger than memory: rows go to an Arrow file as they come,
and the transaction that appends them reads that file batch by batch. The files have no names, so
that a process that is killed leaves nothing of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import IO, Self

import pyarrow as pa
import pyarrow.compute as pc

from rlhf_collect.storage.port import Transaction

_BATCH, _BATCH_CHARACTERS = 2048, 4_000_000
_TEXT, _NUMBER, _YES_NO = pa.string(), pa.int64(), pa.bool_()
_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("import_no", "completion_count", "place", "slot", "characters"), _NUMBER),
    **dict.fromkeys(("revision_no", "repeat_no", "strength", "degree", "label", "signed_strength"), _NUMBER),
    **dict.fromkeys(("arrival_no", "sequence_no", "setting_no"), _NUMBER),
    **dict.fromkeys(("is_gold", "first_shown_won", "imported", "order_asked"), _YES_NO),
    **dict.fromkeys(("submitted_at", "created_at", "skipped_at"), pa.timestamp("us", tz="UTC")),
    "submitted_on": pa.date32(),
    "bytes": pa.binary(),
}


class _Table:
    """The rows of one table: those of the last batch in memory, the others in a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting: list[dict[str, object]] = []
        self._characters = 0
        self._writer: pa.RecordBatchStreamWriter | None = None

    def add(self, row: Mapping[str, object]) -> None:
        self._waiting.append(dict(row))
        self._characters += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
        if len(self._waiting) >= _BATCH or self._characters >= _BATCH_CHARACTERS:
            self._spill()

    def append_to(self, tx: Transaction, table: str, after: Mapping[str, int]) -> None:
        self._spill()
        if self._writer is not None:
            self._writer.close()
        self._file.seek(0)
        with pa.ipc.open_stream(self._file) as rows:
            tx.insert_table(table, pa.RecordBatchReader.from_batches(rows.schema, _numbered(rows, after)))

    def _spill(self) -> None:
        rows, self._waiting, self._characters = self._waiting, [], 0
        if not rows:
            return
        batch = pa.record_batch(
            {
                name: pa.array(
                    [str(row[name]) if _is_id(row[name]) else row[name] for row in rows],
                    type=_TYPES.get(name, _TEXT),
                )
                for name in rows[0]
            }
        )
        if self._writer is None:
            self._writer = pa.ipc.new_stream(self._file, batch.schema)
        self._writer.write_batch(batch)


class Stage:
    """Tables in the making. Use as a context manager: what was staged goes when it closes."""

    def __init__(self) -> None:
        self._files = ExitStack()
        self._tables: dict[str, _Table] = {}
        self.counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def add(self, table: str, row: Mapping[str, object]) -> None:
        """Keep one row; ids may be ``UUID`` values, they travel as text."""
        if table not in self._tables:
            file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the stage
            self._tables[table] = _Table(self._files.enter_context(file))
        self._tables[table].add(row)
        self.counts[table] = self.counts.get(table, 0) + 1

    def append_to(self, tx: Transaction, *, after: Mapping[str, int]) -> None:
        """Append every staged row to its table, inside the given transaction; may be called again.

        Columns named in ``after`` were staged counting from 1; there stands the store's last number.
        """
        for table, rows in self._tables.items():
            rows.append_to(tx, table, after)


def _numbered(rows: pa.RecordBatchReader, after: Mapping[str, int]) -> Iterator[pa.RecordBatch]:
    """The batches, their numbers counting on from the store's last ones."""
    names = rows.schema.names
    for batch in rows:
        columns = [
            pc.add(column, after[name]) if name in after else column
            for name, column in zip(names, batch.columns, strict=True)
        ]
        yield pa.record_batch(columns, schema=rows.schema)


def _is_id(value: object) -> bool:
    return type(value).__name__ == "UUID"
