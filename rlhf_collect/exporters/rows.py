"""The logical hash: the same rows give the same hash, whatever the bytes of the Parquet file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rlhf_collect.exporters.engine import bounded_duckdb

BATCH_ROWS = 4096


def row_line(row: Mapping[str, Any]) -> str:
    """One row as a line of JSON: keys as they stand, no spaces, text as it is, dates as ISO.

    Floats are written as Python's ``repr``; a 32-bit float is widened first. Errors: ``ValueError``
    for NaN and infinity.
    """
    return _ENCODER.encode(row) + "\n"


def logical_sha256(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 of the lines of rows, which come sorted by id and with keys in schema order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row_line(row).encode())
    return digest.hexdigest()


def files_logical_sha256(paths: Sequence[Path], key: str) -> str:
    """The logical hash of the rows in Parquet files of one config and split."""
    return logical_sha256(sorted_rows(paths, key))


def sorted_rows(paths: Sequence[Path], key: str) -> Iterator[dict[str, Any]]:
    """The rows of Parquet files in the order of their key, in bounded memory."""
    from pyarrow import dataset  # noqa: PLC0415 - brings pandas along, which no other command needs

    found = dataset.dataset([str(path) for path in paths], format="parquet")
    with bounded_duckdb() as con:
        con.register("found", found)
        names = ", ".join(f'"{name}"' for name in found.schema.names)
        reader = con.sql(f'SELECT {names} FROM found ORDER BY "{key}"').to_arrow_reader(BATCH_ROWS)  # noqa: S608
        for batch in reader:
            yield from batch.to_pylist()


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a published row")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_iso)
