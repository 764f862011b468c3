"""Parquet files, written so that the same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rlhf_collect.exporters.columns import Config

SHARD_BYTES = 192 * 1024 * 1024
"""Size in memory at which a file is closed and the next begins: about 75 MB on disk with zstd. Twice that is needed to
write it."""
ROW_GROUP = 65_536
ZSTD_LEVEL = 3


@dataclass(frozen=True, kw_only=True)
class WrittenSplit:
    """What was written for one config and split."""

    files: tuple[str, ...]
    """Paths within the version folder."""
    rows: tuple[int, ...]
    """Rows of each file."""
    memory_bytes: int
    """Size of the rows in memory, as the card gives it."""


def writer_settings(compression: str) -> dict[str, Any]:
    """The manifest's account of how files were written."""
    settings: dict[str, Any] = {
        "compression": compression,
        "row_group_size": ROW_GROUP,
        "cdc": True,
        "page_index": True,
    }
    return settings | ({"level": ZSTD_LEVEL} if compression == "zstd" else {})


def write_split(
    batches: Iterable[pa.RecordBatch],
    config: Config,
    split: str,
    folder: Path,
    *,
    compression: str,
    shard_bytes: int = SHARD_BYTES,
) -> WrittenSplit | None:
    """Write rows of the config's schema, already in order, as ``<config>/<split>-00000-of-0000N.parquet``.

    Nothing is written for a split without rows: an empty Parquet file fails every load.
    """
    waiting: list[Path] = []
    sizes, memory = [], 0
    # Not ``enumerate``: it holds each shard until it has the next.
    for table in _shards(batches, config.schema, shard_bytes):
        path = folder / config.name / f".{split}-{len(waiting):05}"
        path.parent.mkdir(exist_ok=True)
        write_file(table, path, compression)
        waiting.append(path)
        sizes.append(table.num_rows)
        memory += table.nbytes
        del table
        pa.default_memory_pool().release_unused()  # else each shard would leave its own behind
    if not waiting:
        return None
    files = [f"{config.name}/{split}-{i:05}-of-{len(waiting):05}.parquet" for i in range(len(waiting))]
    for path, name in zip(waiting, files, strict=True):
        path.rename(folder / name)
    return WrittenSplit(files=tuple(files), rows=tuple(sizes), memory_bytes=memory)


def write_file(table: pa.Table, path: Path, compression: str) -> None:
    """One file, as every file of a version is written."""
    pq.write_table(
        table,
        path,
        compression=compression,
        compression_level=ZSTD_LEVEL if compression == "zstd" else None,
        version="2.6",
        row_group_size=ROW_GROUP,
        use_content_defined_chunking=True,
        write_page_index=True,
        store_schema=True,
    )


def _shards(batches: Iterable[pa.RecordBatch], schema: pa.Schema, shard_bytes: int) -> Iterator[pa.Table]:
    """Tables of at most ``shard_bytes``, each in one chunk: chunking would show in the bytes."""
    kept = schema.empty_table()
    for batch in batches:
        kept = pa.concat_tables([kept, pa.Table.from_batches([batch])])
        while kept.nbytes > shard_bytes and kept.num_rows > 1:
            rows = _rows_within(kept, shard_bytes)
            if rows == kept.num_rows:
                break
            shard, kept = kept.slice(0, rows), kept.slice(rows)
            columns = [shard.column(name) for name in schema.names]
            del shard
            yield _in_one_chunk(columns, schema)
    if kept.num_rows:
        columns = [kept.column(name) for name in schema.names]
        del kept
        yield _in_one_chunk(columns, schema)


def _in_one_chunk(columns: list[pa.ChunkedArray[Any]], schema: pa.Schema) -> pa.Table:
    """A table of columns, which are taken off the list one by one so that no more than one is there twice."""
    joined = []
    while columns:
        joined.append(columns.pop(0).combine_chunks())
    return pa.Table.from_arrays(joined, schema=schema)


def _rows_within(table: pa.Table, limit: int) -> int:
    """How many rows from the start fit into ``limit`` bytes, at least one."""
    low, high = 1, table.num_rows
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if table.slice(0, middle).nbytes <= limit else (low, middle - 1)
    return low
