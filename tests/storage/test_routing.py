"""A database made before overlap looked at answers is brought up to date with everything in it."""

from __future__ import annotations

import duckdb

from rlhf_collect.storage.migrations import all_migrations, migrate

OLD = """
INSERT INTO comparison SELECT uuid(), uuid(), uuid(), range, 'c' || range, '[]', '', '[]', '[]', NULL, FALSE, '',
  '{}', '', 2, CASE WHEN range = 1 THEN 2 END FROM range(3);
INSERT INTO skip SELECT uuid(), uuid(), comparison_key, uuid(), 'Not now.', now(), 0 FROM comparison;
"""


def test_comparisons_lose_a_column_that_becomes_rows_and_skips_are_those_of_a_first_time() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
            "applied_at TIMESTAMPTZ NOT NULL)"
        )
        for each in all_migrations()[:8]:
            connection.execute(each.sql)
            connection.execute("INSERT INTO schema_migration VALUES (?, ?, now())", [each.number, each.name])
        connection.execute(OLD)
        migrate(connection)
        found = connection.execute(
            "SELECT c.comparison_id, o.first_k, s.repeat_no FROM comparison c"
            " LEFT JOIN opened o ON o.comparison_key = c.comparison_key"
            " JOIN skip s ON s.comparison_key = c.comparison_key ORDER BY c.comparison_id"
        ).fetchall()
        assert found == [("c0", None, 0), ("c1", 2, 0), ("c2", None, 0)]
