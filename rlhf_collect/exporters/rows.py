"""The logical hash: the same rows give the same hash, whatever the bytes of the Parquet file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rlhf_collect.exporters.lines import row_lines

BATCH_ROWS = 4096
STRETCH_ROWS = 1024, 16_384
"""Rows hashed at a time, the fewest and the most: lines of the most are few enough for memory."""
STRETCHES = 128
"""Times lines are put in order, unless that takes too few or too many rows: each batch is looked into every time."""
READ_BYTES = 1 << 20
"""Read of each column at a time, instead of all it has in a row group."""
Ints = npt.NDArray[np.int64]


class LogicalHash:
    """SHA-256 of the lines of rows, sorted by their key, whatever order they come in.

    Memory does not grow with the texts: each row comes with its place, and lines wait in a temporary file for the
    others of their stretch of places.
    """

    def __init__(self, count: int) -> None:
        """``count`` rows will be added."""
        fewest, most = STRETCH_ROWS
        stretches = 1 + count // min(most, max(fewest, count // STRETCHES))
        self._ends = np.arange(stretches + 1) * count // stretches
        self._waiting: list[_Waiting] = []
        self._file = TemporaryFile()  # noqa: SIM115 - closed once the hash is known

    def add(self, rows: pa.RecordBatch, rank: Ints) -> None:
        """Take some rows; ``rank``, (n,), says which place each has in the order of the keys, the first being 0."""
        order = np.argsort(rank)
        ordered = row_lines(rows).take(pa.array(order))
        _, offsets, content = ordered.buffers()
        self._waiting.append(
            _Waiting(
                place=self._file.tell(),
                ends=np.frombuffer(offsets, np.int32)[: len(ordered) + 1],
                rank=rank[order],
                cuts=np.searchsorted(rank[order], self._ends).tolist(),
            )
        )
        self._file.write(content)

    def hexdigest(self) -> str:
        """The hash, once all rows were added; none can be added after it."""
        digest = hashlib.sha256()
        with self._file as file:
            file.flush()
            for stretch in range(len(self._ends) - 1):
                digest.update(_in_order(self._waiting, stretch, file.fileno()))
        return digest.hexdigest()


def files_logical_sha256(paths: Sequence[Path], key: str) -> str:
    """The logical hash of all rows in Parquet files of one config and split."""
    rank = _ranks(paths, key)
    found, place = LogicalHash(len(rank)), 0
    for path in paths:
        with pq.ParquetFile(path, buffer_size=READ_BYTES) as opened:
            for batch in opened.iter_batches(BATCH_ROWS, use_threads=False):
                found.add(batch, rank[place : place + batch.num_rows])
                place += batch.num_rows
    return found.hexdigest()


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """Lines of one batch, in their order, one after the other in a file."""

    place: int
    """Where they begin."""
    ends: npt.NDArray[np.int32]
    """Where each ends, counted from there, 0 before them."""
    rank: Ints
    """Where each comes among all."""
    cuts: list[int]
    """How many of them come before each end of a stretch."""


def _ranks(paths: Sequence[Path], key: str) -> Ints:
    """Which place each row has in the order of the keys."""
    keys = [chunk for path in paths for chunk in pq.read_table(path, columns=[key]).column(0).chunks]
    order = pc.sort_indices(pa.chunked_array(keys, pa.string())).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _in_order(waiting: Sequence[_Waiting], stretch: int, handle: int) -> pa.Buffer:
    """The lines of a stretch, one after the other."""
    read, lengths, ranks = [b""], [np.zeros(1, np.int64)], [np.empty(0, np.int64)]
    for each in waiting:
        first, last = each.cuts[stretch : stretch + 2]
        begin, end = each.ends[[first, last]].tolist()
        read.append(os.pread(handle, end - begin, each.place + begin))
        lengths.append(np.diff(each.ends[first : last + 1]))
        ranks.append(each.rank[first:last])
    rank = np.concatenate(ranks)
    offsets = np.cumsum(np.concatenate(lengths), dtype=np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(read))]
    lines = pa.Array.from_buffers(pa.large_string(), len(rank), buffers)
    return lines.take(pa.array(np.argsort(rank))).buffers()[2] or pa.py_buffer(b"")
