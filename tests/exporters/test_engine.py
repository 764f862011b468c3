"""DuckDB as versions and the store use it: what it may not do."""

from __future__ import annotations

from pathlib import Path

import duckdb

from rlhf_collect.exporters.engine import bounded_duckdb
from rlhf_collect.storage.duckdb_file import DuckFile


def draws(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a statement of more than two seconds draws a bar."""
    (shown,) = connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()[0]
    return bool(shown)


def test_no_statement_draws_into_what_a_command_prints(tmp_path: Path) -> None:
    with duckdb.connect() as usual:
        assert draws(usual)
    with bounded_duckdb() as ours:
        assert not draws(ours)
    file = DuckFile(str(tmp_path / "collect.duckdb"))
    assert not draws(file.cursor())
    file.close()
