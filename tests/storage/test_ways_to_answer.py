"""A database made before there were ways to answer keeps every row when it is brought up to date."""

from __future__ import annotations

import duckdb

from rlhf_collect.storage.migrations import all_migrations, migrate

OLD = """
INSERT INTO judgement SELECT uuid(), 'overall', 0, uuid(), uuid(), uuid(), 0, 'a', 2, NULL, 'So.', '["a","b"]',
  0, -2, true, 1, range, 'hash', 1, '1', '1', DATE '2026-03-02', NULL FROM range(5);
INSERT INTO judgement SELECT judgement_id, criterion, 1, project_id, comparison_key, rater_key, 0, 'b', 1, NULL, NULL,
  presentation, 2, 1, false, 1, 9, 'other', 1, '1', '1', DATE '2026-03-03', NULL FROM judgement WHERE sequence_no = 3;
"""


def test_judgements_made_before_are_there_after_with_nothing_said_in_the_new_ways() -> None:
    with duckdb.connect() as connection:
        connection.execute(all_migrations()[0].sql)
        connection.execute(
            "CREATE TABLE schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
            "applied_at TIMESTAMPTZ NOT NULL); INSERT INTO schema_migration VALUES (1, '0001_start', now())"
        )
        connection.execute(OLD)
        before = connection.execute("SELECT * FROM judgement ORDER BY sequence_no").fetchall()
        current = connection.execute("SELECT * FROM current_judgement ORDER BY sequence_no").fetchall()
        migrate(connection)
        after = connection.execute("SELECT * FROM judgement ORDER BY sequence_no").fetchall()
        assert after == [(*row, None, None, None, None) for row in before]
        found = connection.execute("SELECT * FROM current_judgement ORDER BY sequence_no").fetchall()
        assert found == [(*row, None, None, None, None) for row in current]
        assert len(found) == len(before) - 1
