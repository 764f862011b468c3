"""Rows on their way into a version: they wait in a file, so that memory does not grow with them."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.dataset

Rows: TypeAlias = pa.Table | pyarrow.dataset.Dataset
"""Rows at hand, or in a file; the engine reads either."""


def waiting_rows(batches: pa.RecordBatchReader, path: Path) -> pyarrow.dataset.Dataset:
    """Rows read once and kept at ``path``, for as long as it is there."""
    with pa.ipc.new_file(str(path), batches.schema) as out:
        for batch in batches:
            out.write_batch(batch)
    return pyarrow.dataset.dataset([str(path)], schema=batches.schema, format="ipc")
