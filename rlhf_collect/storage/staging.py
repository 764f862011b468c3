"""Rows kept aside on disk until they are all known to be good, then appended in one go.

An import is all or nothing, and may be larger than memory: rows go to an Arrow file as they come,
and the transaction that appends them reads that file batch by batch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from rlhf_collect.storage.port import Transaction

_BATCH = 2048
_TEXT, _NUMBER, _YES_NO = pa.string(), pa.int64(), pa.bool_()
_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("import_no", "completion_count", "first_k", "place", "slot", "characters"), _NUMBER),
    **dict.fromkeys(("revision_no", "repeat_no", "strength", "degree", "label", "signed_strength"), _NUMBER),
    **dict.fromkeys(("arrival_no", "sequence_no", "setting_no"), _NUMBER),
    **dict.fromkeys(("is_gold", "first_shown_won", "imported", "order_asked"), _YES_NO),
    **dict.fromkeys(("submitted_at", "created_at", "skipped_at"), pa.timestamp("us", tz="UTC")),
    "submitted_on": pa.date32(),
}


class Stage:
    """Tables in the making. Use as a context manager: its files go when it closes."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rlhf-collect-import-")
        self._waiting: dict[str, list[dict[str, object]]] = {}
        self._writers: dict[str, pa.RecordBatchStreamWriter] = {}
        self.counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()
        self._folder.cleanup()

    def add(self, table: str, row: Mapping[str, object]) -> None:
        """Keep one row; ids may be ``UUID`` values, they travel as text."""
        waiting = self._waiting.setdefault(table, [])
        waiting.append(dict(row))
        self.counts[table] = self.counts.get(table, 0) + 1
        if len(waiting) >= _BATCH:
            self._spill(table)

    def append_to(self, tx: Transaction, *, sequence_after: int) -> None:
        """Append every staged row to its table, inside the given transaction; may be called again.

        Staged ``sequence_no`` count from 1; ``sequence_after`` is the store's last one.
        """
        for table in list(self._waiting):
            self._spill(table)
        for table, writer in self._writers.items():
            writer.close()
            with pa.OSFile(str(self._path(table))) as file, pa.ipc.open_stream(file) as rows:
                batches = _numbered(rows, sequence_after)
                tx.insert_table(table, pa.RecordBatchReader.from_batches(rows.schema, batches))

    def _path(self, table: str) -> Path:
        return Path(self._folder.name) / f"{table}.arrow"

    def _spill(self, table: str) -> None:
        rows, self._waiting[table] = self._waiting[table], []
        if not rows:
            return
        columns = {
            name: pa.array(
                [str(row[name]) if _is_id(row[name]) else row[name] for row in rows],
                type=_TYPES.get(name, _TEXT),
            )
            for name in rows[0]
        }
        batch = pa.record_batch(columns)
        if table not in self._writers:
            self._writers[table] = pa.ipc.new_stream(str(self._path(table)), batch.schema)
        self._writers[table].write_batch(batch)


def _numbered(rows: pa.RecordBatchReader, sequence_after: int) -> Iterator[pa.RecordBatch]:
    """The batches, the places in the store-wide order counting on from ``sequence_after``."""
    place = rows.schema.get_field_index("sequence_no")
    for batch in rows:
        if place < 0:
            yield batch
        else:
            yield batch.set_column(
                place, rows.schema.field(place), pc.add(batch.column(place), sequence_after)
            )


def _is_id(value: object) -> bool:
    return type(value).__name__ == "UUID"
