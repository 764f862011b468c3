"""What a freeze holds in memory while rows are written: a shard, however many rows there are."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pyarrow as pa

from rlhf_collect.exporters.columns import TEXTS
from rlhf_collect.exporters.configs.edited import EDITED
from rlhf_collect.exporters.parquet import write_split
from rlhf_collect.exporters.rows import files_logical_sha256

ROWS = 128
"""Of a batch."""
SHARD = 4 * 2**20
FEW, MANY = 6, 24
"""Batches of three quarters of a mebibyte: of one shard and a little, and of five."""


_POOLS: list[pa.MemoryPool] = []
"""None goes while something may be left in it."""


class Held:
    """The most that Python and Arrow held at a time."""

    bytes = 0


@contextmanager
def weighed() -> Iterator[Held]:
    usual, held = pa.default_memory_pool(), Held()
    ours = pa.proxy_memory_pool(usual)
    _POOLS.append(ours)
    pa.set_memory_pool(ours)
    tracemalloc.start()
    try:
        yield held
        held.bytes = tracemalloc.get_traced_memory()[1] + (ours.max_memory() or 0)
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(usual)


def batches(count: int) -> Iterator[pa.RecordBatch]:
    """Rows of ``edited`` with three texts of two kilobytes, no two rows the same."""
    chance, empty = Random(4), [""] * ROWS
    ones = pa.array(range(ROWS + 1), pa.int32())
    for number in range(count):
        said = [pa.array(["user"] * ROWS), pa.array([chance.randbytes(1000).hex() for _ in range(ROWS)])]
        turns = pa.ListArray.from_arrays(ones, pa.StructArray.from_arrays(said, ["role", "content"]))
        given = {
            "edited_id": pa.array([f"{number:06}{place:06}" for place in range(ROWS)]),
            **dict.fromkeys(("prompt", "original", "edited"), turns),
            "tags": pa.array([[]] * ROWS, TEXTS),
            "submitted_on": pa.array([0] * ROWS, pa.date32()),
        }
        columns = [given.get(each.name, pa.array(empty)) for each in EDITED.columns]
        yield pa.RecordBatch.from_arrays(columns, EDITED.schema.names).cast(EDITED.schema)


def held_for(count: int, folder: Path) -> tuple[int, int]:
    """Bytes held while so many batches are written, and while they are hashed."""
    folder.mkdir()
    with weighed() as writing:
        done = write_split(batches(count), EDITED, "train", folder, compression="snappy", shard_bytes=SHARD)
    assert done is not None
    with weighed() as hashing:
        files_logical_sha256([folder / name for name in done.files], EDITED.key)
    return writing.bytes, hashing.bytes


def test_writing_and_hashing_four_times_as_many_rows_takes_no_more_memory(tmp_path: Path) -> None:
    held_for(1, tmp_path / "first")  # what is imported or made once is nobody's
    few, many = (held_for(count, tmp_path / str(count)) for count in (FEW, MANY))
    assert few[0] > SHARD
    assert many[0] < 1.4 * few[0]
    assert many[1] < 1.4 * few[1]
