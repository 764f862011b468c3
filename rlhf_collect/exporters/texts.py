"""The texts of a version, each kept once in a file. In every table of the workshop a number stands for a text.

Texts are nearly all of a version. Sorting, joining and counting without them takes little memory and little time, and
they are put in when a row is written.
"""

from __future__ import annotations

import os
from itertools import repeat
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rlhf_collect.errors import BadCall
from rlhf_collect.exporters.columns import MESSAGES

BATCH_ROWS = 16_384
_SAID = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
Ints = npt.NDArray[np.int64]


class Texts:
    """Conversations in one file, which is written first and then read by number.

    What was said stands there turn after turn, with nothing between; whose turn it is and where it ends is in memory.
    """

    def __init__(self, path: Path) -> None:
        """``path`` is where the file is made."""
        self._file = path.open("w+b")
        self._turns = _Totals()
        """For each text the number of its first turn; one more at the end."""
        self._places = _Totals()
        """For each turn where it begins in the file; one more at the end."""
        self._roles: list[pa.Array[Any]] = []

    def number(self, con: duckdb.DuckDBPyConnection, view: str, table: str) -> None:
        """Make ``table`` of the rows of ``view``, with a ``content`` number in the place of ``turns``.

        Errors: ``BadCall`` if a turn has no role or no content, which no import lets in.
        """
        kept: list[pa.RecordBatch] = []
        reader = con.table(view).to_arrow_reader(BATCH_ROWS)
        told = [each for each in reader.schema if each.name != "turns"]
        schema = pa.schema([*told, ("content", pa.int64())])
        for batch in reader:
            numbers = pa.array(np.arange(batch.num_rows) + self._turns.count, pa.int64())
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
            offsets = pa.array(_ends(rows.value_lengths().to_numpy()), pa.int32())
            return pa.ListArray.from_arrays(offsets, self.spelled(rows.flatten(), kind.value_type))
        fields = [kind.field(place) for place in range(kind.num_fields)]
        parts = [self.spelled(rows.field(each.name), each.type) for each in fields]
        return pa.StructArray.from_arrays(parts, [each.name for each in fields])

    def size(self, rows: pa.Array[Any], kind: pa.DataType) -> int:
        """Bytes of the texts that ``spelled`` puts into such a column."""
        if kind == MESSAGES:
            numbers, turns, places = rows.to_numpy(), self._turns.values, self._places.values
            return int((places[turns[numbers + 1]] - places[turns[numbers]]).sum())
        if not _holds_texts(kind):
            return 0
        if pa.types.is_list(kind):
            return self.size(rows.flatten(), kind.value_type)
        fields = [kind.field(place) for place in range(kind.num_fields)]
        return sum(self.size(rows.field(each.name), each.type) for each in fields)

    def close(self) -> None:
        """Let go of the file; nothing may be spelled any more."""
        self._file.close()

    def _write(self, texts: pa.Array[Any]) -> None:
        turns = texts.flatten()
        roles, contents = turns.flatten()
        if texts.null_count + roles.null_count + contents.null_count:
            raise BadCall("Nothing was frozen: a text lacks a role or content. Run `rlhf-collect doctor`.")
        _, offsets, said = contents.buffers()
        ends = np.frombuffer(offsets, np.int32)[contents.offset : contents.offset + len(contents) + 1]
        if said is not None:
            self._file.write(memoryview(said)[ends[0] : ends[-1]])
        self._turns.add(texts.value_lengths().to_numpy())
        self._places.add(np.diff(ends))
        self._roles.append(roles.dictionary_encode())

    def _take(self, numbers: Ints) -> pa.Array[Any]:
        """Texts by their numbers, each read with all its turns at once."""
        self._file.flush()
        turns, places = self._turns.values, self._places.values
        first, last = turns[numbers], turns[numbers + 1]
        bounds = _ends(last - first)
        begins, until = _stretches(places[first], places[last])
        read = map(os.pread, repeat(self._file.fileno()), (until - begins).tolist(), begins.tolist())
        said = pa.py_buffer(b"".join(read))
        taken = np.repeat(first - bounds[:-1], last - first) + np.arange(bounds[-1])
        ends = _ends(places[taken + 1] - places[taken])
        contents = _whole(pa.string(), len(taken), _buffer(ends), said)
        told = _whole(_SAID.value_type, len(taken), children=[self._role_of(taken), contents])
        return _whole(_SAID, len(numbers), _buffer(bounds), children=[told])

    def _role_of(self, turns: Ints) -> pa.Array[Any]:
        """Who speaks in some turns. There are few roles, so that one number each is enough."""
        if len(self._roles) > 1:
            self._roles = [pa.chunked_array(self._roles).unify_dictionaries().combine_chunks()]
        (roles,) = self._roles
        return pc.take(roles.dictionary, roles.indices.take(pa.array(turns)))


class _Totals:
    """Running totals that grow by many at a time."""

    def __init__(self) -> None:
        self._parts = [np.zeros(1, np.int64)]
        self.count = 0
        """How many were added."""

    def add(self, steps: npt.NDArray[Any]) -> None:
        """Go on by these steps."""
        if len(steps):
            self._parts.append(self._parts[-1][-1] + np.cumsum(steps, dtype=np.int64))
            self.count += len(steps)

    @property
    def values(self) -> Ints:
        """0, and the total after each step."""
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        return self._parts[0]


def _stretches(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Where to read: what follows on what was read before is read with it."""
    if not len(begins):
        return begins, ends
    apart = np.flatnonzero(begins[1:] != ends[:-1])
    return begins[np.concatenate([[0], apart + 1])], ends[np.concatenate([apart, [-1]])]


def _ends(lengths: npt.NDArray[Any]) -> Ints:
    """Where pieces of these lengths end, 0 before them."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def _whole(kind: pa.DataType, count: int, *buffers: pa.Buffer, **children: Any) -> pa.Array[Any]:
    """An array without nulls that says so of every value: it is measured with that where a shard ends."""
    there = pa.py_buffer(b"\xff" * ((count + 7) // 8))
    return pa.Array.from_buffers(kind, count, [there, *buffers], -1, **children)


def _buffer(offsets: Ints) -> pa.Buffer:
    return pa.py_buffer(offsets.astype(np.int32))


def _holds_texts(kind: pa.DataType) -> bool:
    if kind == MESSAGES:
        return True
    if pa.types.is_list(kind):
        return _holds_texts(kind.value_type)
    return pa.types.is_struct(kind) and any(_holds_texts(kind.field(i).type) for i in range(kind.num_fields))
