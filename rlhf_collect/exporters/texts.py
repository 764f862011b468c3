"""The texts of a version, each kept once in a file. In every table of the workshop a number stands for a text.

Texts are nearly all of a version. Sorting, joining and counting without them takes little memory and little time, and
they are put in when a row is written.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rlhf_collect.exporters.columns import MESSAGES

BATCH_ROWS = 16_384
TAKEN_ROWS = 1024
"""Texts taken at a time: each may bring 64 KiB of the file into memory."""


class Texts:
    """Conversations in one file, which is written first and then read by number."""

    def __init__(self, path: Path) -> None:
        """``path`` is where the file is made."""
        self._path = path
        self._starts = [0]
        self._out: pa.RecordBatchFileWriter | None = None
        self._file: mmap.mmap | None = None
        self._parts: list[pa.Array[Any]] = []

    def number(self, con: duckdb.DuckDBPyConnection, view: str, table: str) -> None:
        """Make ``table`` of the rows of ``view``, with a ``content`` number in the place of ``turns``."""
        kept: list[pa.RecordBatch] = []
        reader = con.table(view).to_arrow_reader(BATCH_ROWS)
        told = [each for each in reader.schema if each.name != "turns"]
        schema = pa.schema([*told, ("content", pa.int64())])
        for batch in reader:
            numbers = pa.array(np.arange(batch.num_rows) + self._starts[-1], pa.int64())
            self._write(batch.column("turns"))
            # Columns of one batch hold each other in memory; copied, these let go of the texts.
            narrow = [
                pa.concat_arrays([each, each.slice(0, 0)]) for each in batch.drop_columns(["turns"]).columns
            ]
            kept.append(pa.RecordBatch.from_arrays([*narrow, numbers], schema=schema))
        con.register("newly_numbered", pa.Table.from_batches(kept, schema))
        con.table("newly_numbered").create(table)
        con.unregister("newly_numbered")

    def spelled(self, rows: pa.Array[Any], kind: pa.DataType) -> pa.Array[Any]:
        """A column of the type ``kind``, texts put in where it has numbers."""
        if kind == MESSAGES:
            return self._take(rows.to_numpy())
        if not _holds_texts(kind):
            return rows
        if pa.types.is_list(kind):
            lengths = rows.value_lengths().to_numpy()
            offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
            return pa.ListArray.from_arrays(offsets, self.spelled(rows.flatten(), kind.value_type))
        fields = [kind.field(place) for place in range(kind.num_fields)]
        parts = [self.spelled(rows.field(each.name), each.type) for each in fields]
        return pa.StructArray.from_arrays(parts, [each.name for each in fields])

    def close(self) -> None:
        """Let go of the file; nothing may be spelled any more."""
        self._parts.clear()
        if self._out is not None:
            self._out.close()

    def _write(self, turns: pa.Array[Any]) -> None:
        if self._out is None:
            self._out = pa.ipc.new_file(str(self._path), pa.schema([("turns", turns.type)]))
        self._out.write_batch(pa.RecordBatch.from_arrays([turns], ["turns"]))
        self._starts.append(self._starts[-1] + len(turns))

    def _opened(self) -> mmap.mmap:
        if self._file is None:
            assert self._out is not None
            self._out.close()
            with self._path.open("rb") as handle:
                self._file = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
            found = pa.ipc.open_file(pa.py_buffer(self._file))
            self._parts = [found.get_batch(place).column(0) for place in range(found.num_record_batches)]
        return self._file

    def _take(self, numbers: npt.NDArray[np.int64]) -> pa.Array[Any]:
        """Texts in the order of their numbers' places, part by part of the file."""
        file = self._opened()
        part = np.searchsorted(self._starts, numbers, side="right") - 1
        order = np.argsort(part, kind="stable")
        found = [self._parts[0].slice(0, 0)]
        for rows in np.split(order, np.flatnonzero(np.diff(part[order])) + 1):
            for start in range(0, len(rows), TAKEN_ROWS):
                some = rows[start : start + TAKEN_ROWS]
                place = part[some[0]]
                found.append(self._parts[place].take(pa.array(numbers[some] - self._starts[place])))
                # What was read stays with the system, which can do without, instead of counting as ours.
                file.madvise(mmap.MADV_DONTNEED)
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        return pa.concat_arrays(found).take(pa.array(back))


def _holds_texts(kind: pa.DataType) -> bool:
    if kind == MESSAGES:
        return True
    if pa.types.is_list(kind):
        return _holds_texts(kind.value_type)
    return pa.types.is_struct(kind) and any(_holds_texts(kind.field(i).type) for i in range(kind.num_fields))
