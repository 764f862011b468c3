"""DuckDB as versions and the store use it: what it may not do."""

from __future__ import annotations

import json
import subprocess
import sys

DRAWS = """
import json, sys, duckdb
from rlhf_collect.exporters.engine import bounded_duckdb
from rlhf_collect.storage.duckdb_file import DuckFile

def draws(connection):
    return connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()[0][0]

file = DuckFile(":memory:")
with duckdb.connect() as usual, bounded_duckdb() as ours:
    print(json.dumps([bool(draws(each)) for each in (usual, ours, file.cursor())]))
"""


def test_no_statement_draws_into_what_a_command_prints_where_duckdb_would_draw_a_bar() -> None:
    # It would in a process that runs no file, as this one.
    done = subprocess.run([sys.executable, "-c", DRAWS], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [True, False, False]
