"""In-memory DuckDB with a bound on memory: what does not fit goes to a temporary folder and is removed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import duckdb

MEMORY_MB = 320
Engine = duckdb.DuckDBPyConnection


@contextmanager
def bounded_duckdb(megabytes: int = MEMORY_MB) -> Iterator[Engine]:
    """An engine of its own, closed at the end. To start one costs as much as ten statements."""
    with TemporaryDirectory(prefix="rlhf-collect-") as spill, duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")  # it would draw into what a command prints
        con.execute("SET temp_directory = $1", [spill])
        con.execute("SET memory_limit = $1", [f"{megabytes}MB"])
        yield con


@contextmanager
def room(engine: Engine | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to an empty database in an engine, or in one of its own; at the end the database is gone."""
    if engine is None:
        with bounded_duckdb() as own:
            yield own
        return
    name = f"room_{secrets.token_hex(8)}"
    try:
        with engine.cursor() as con:
            con.execute(f"ATTACH ':memory:' AS {name}")
            con.execute(f"USE {name}")
            yield con
    finally:
        with engine.cursor() as con:
            con.execute(f"DETACH DATABASE IF EXISTS {name}")


@contextmanager
def beside(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Another connection to the same database, for another thread."""
    (name,) = con.execute("SELECT current_database()").fetchall()[0]
    with con.cursor() as other:
        other.execute(f'USE "{name}"')
        yield other
