"""In-memory DuckDB with a bound on memory: what does not fit goes to a temporary folder and is removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import duckdb

MEMORY_MB = 320


@contextmanager
def bounded_duckdb(megabytes: int = MEMORY_MB) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own, closed at the end."""
    with TemporaryDirectory(prefix="rlhf-collect-") as spill, duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")  # it would draw into what a command prints
        con.execute("SET temp_directory = $1", [spill])
        con.execute("SET memory_limit = $1", [f"{megabytes}MB"])
        yield con
