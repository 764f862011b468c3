"""The logical hash: the same rows give the same hash, whatever the bytes of the Parquet file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rlhf_collect.exporters.lines import row_lines

BATCH_ROWS = 4096
TAKEN_ROWS = 256
"""Rows hashed at a time."""
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
    """SHA-256 of the pieces of a file, of these lengths as they stand there, taken in another order.

    Read and not mapped: what is mapped counts as ours until it is let go of, which takes as long as reading.
    """
    digest = hashlib.sha256()
    starts = np.cumsum(lengths, dtype=np.int64) - lengths
    for place in range(0, len(order), TAKEN_ROWS):
        some = order[place : place + TAKEN_ROWS]
        read = map(os.pread, repeat(handle), lengths[some].tolist(), starts[some].tolist())
        digest.update(b"".join(read))
    return digest.hexdigest()
