"""The logical hash: the same rows give the same hash, whatever the bytes of the Parquet file."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rlhf_collect.exporters.lines import row_lines

BATCH_ROWS = 4096
TAKEN_ROWS = 64
"""Rows hashed at a time: each may bring 64 KiB of the file into memory."""
READ_BYTES = 1 << 20
"""Read of each column at a time, instead of all it has in a row group."""


def files_logical_sha256(paths: Sequence[Path], key: str) -> str:
    """SHA-256 of the lines of all rows in Parquet files of one config and split, sorted by their key.

    Memory does not grow with the texts: lines wait in a temporary file while the keys are sorted.
    """
    keys: list[pa.Array[Any]] = [pa.array([], pa.string())]
    lengths = [np.empty(0, dtype=np.int64)]
    with TemporaryFile() as waiting:
        for path in paths:
            with pq.ParquetFile(path, buffer_size=READ_BYTES) as opened:
                for batch in opened.iter_batches(BATCH_ROWS, use_threads=False):
                    lines = row_lines(batch)
                    _, offsets, content = lines.buffers()
                    ends = np.frombuffer(offsets, np.int32)[lines.offset : lines.offset + len(lines) + 1]
                    waiting.write(memoryview(content)[ends[0] : ends[-1]])
                    lengths.append(np.diff(ends))
                    keys.append(batch.column(key))
        waiting.flush()
        order = pc.sort_indices(pa.chunked_array(keys)).to_numpy()
        return _sha256_in_order(waiting.fileno(), np.concatenate(lengths), order)


def _sha256_in_order(handle: int, lengths: np.ndarray[Any, Any], order: np.ndarray[Any, Any]) -> str:
    """SHA-256 of the pieces of a file, of these lengths as they stand there, taken in another order."""
    digest = hashlib.sha256()
    ends = np.cumsum(lengths, dtype=np.int64)
    if not len(ends):
        return digest.hexdigest()
    with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as found:
        for start in range(0, len(order), TAKEN_ROWS):
            some = order[start : start + TAKEN_ROWS]
            places = zip((ends[some] - lengths[some]).tolist(), ends[some].tolist(), strict=True)
            digest.update(b"".join([found[begin:end] for begin, end in places]))
            # What was read stays with the system, which can do without, instead of counting as ours.
            found.madvise(mmap.MADV_DONTNEED)
    return digest.hexdigest()
