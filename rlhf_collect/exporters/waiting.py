"""Rows on their way into a version: they wait in a file, so that memory does not grow with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

import pyarrow as pa

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

ROWS = 2_048
"""Rows that are read back at a time."""
Rows: TypeAlias = Union[pa.Table, "Dataset"]
"""Rows at hand, or in a file; the engine reads either."""


def waiting_rows(batches: pa.RecordBatchReader, path: Path) -> Dataset:
    """Rows read once and kept at ``path``, for as long as it is there."""
    from rlhf_collect.exporters.waiting_file import waiting_file  # noqa: PLC0415 - brings pandas along

    with pa.ipc.new_file(str(path), batches.schema) as out:
        for batch in batches:
            for start in range(0, batch.num_rows, ROWS):
                out.write_batch(batch.slice(start, ROWS))
    return waiting_file(path, batches.schema)
