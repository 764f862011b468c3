"""Parquet, read in small Arrow batches."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from rlhf_collect.errors import Problem
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.imported import Row
from rlhf_collect.importers.text import CHUNK, STOPPED, Meter, check_values, open_bytes

BATCH = 64
"""Rows turned into Python values at once."""


def parquet_rows(path: Path, name: str, meter: Meter) -> Iterator[Row | Problem]:
    """One row per row. A row whose text is no UTF-8 becomes a problem, a damaged page ends the file."""
    number, size = 0, path.stat().st_size
    try:
        with _seekable(path, meter) as opened:
            # A buffered stream and no threads: one column chunk is never wholly in memory.
            file = pq.ParquetFile(opened, buffer_size=CHUNK, pre_buffer=False)
            before, rows = meter.done, max(file.metadata.num_rows, 1)
            for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
                for each in _values(batch):
                    number += 1
                    where = f"{name}:row {number}"
                    yield each.at(where) if isinstance(each, Fault) else Row(where=where, values=each)
                meter.done = before + size * number // rows
    except (pa.ArrowException, OSError, *STOPPED) as error:
        yield Fault(
            "",
            f"The file cannot be read as Parquet here ({(str(error) or repr(error)).splitlines()[0]}).",
            "Copy or download it again. The rest of the file was not read.",
        ).at(f"{name}:row {number + 1}")


def _seekable(path: Path, meter: Meter) -> IO[bytes]:
    """The file itself, or the unpacked copy of a gzip file: Parquet is read from its end."""
    with open_bytes(path, Meter()) as stream:
        if path.suffix.lower() != ".gz":
            return path.open("rb")
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        shutil.copyfileobj(stream, copy, CHUNK)
        copy.seek(0)
        return copy


def _values(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | Fault]:
    try:
        rows = batch.to_pylist()
    except UnicodeDecodeError:
        rows = [_single(batch.slice(place, 1)) for place in range(batch.num_rows)]
    for row in rows:
        try:
            if isinstance(row, Fault):
                raise row
            check_values(row)
            yield row
        except Fault as fault:
            yield fault


def _single(row: pa.RecordBatch) -> dict[str, Any] | Fault:
    try:
        values: dict[str, Any] = row.to_pylist()[0]
        return values
    except UnicodeDecodeError as error:
        return Fault("", f"A text is not UTF-8 ({error.reason}).", "Write the file again from clean text.")
