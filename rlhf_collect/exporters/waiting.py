"""Rows on their way into a version: they wait in a file, so that memory does not grow with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

import pyarrow as pa

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

Rows: TypeAlias = Union[pa.Table, "Dataset"]
"""Rows at hand, or in a file; the engine reads either."""


def waiting_rows(batches: pa.RecordBatchReader, path: Path) -> Dataset:
    """Rows read once and kept at ``path``, for as long as it is there."""
    from pyarrow import dataset  # noqa: PLC0415 - brings pandas along, which no other command needs

    with pa.ipc.new_file(str(path), batches.schema) as out:
        for batch in batches:
            out.write_batch(batch)
    return dataset.dataset([str(path)], schema=batches.schema, format="ipc")
