"""Two roads to the schema meet, and SQL is text with a name, a sentence and a use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from rlhf_collect.storage.duckdb_store import DuckStore
from rlhf_collect.storage.migrations import all_migrations, migrate
from rlhf_collect.storage.named_sql import all_statements, parameters

CATALOGUE = {
    "tables": "SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL",
    "columns": "SELECT table_name, column_index, column_name, data_type, is_nullable, column_default "
    "FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
    "constraints": "SELECT table_name, constraint_type, constraint_text FROM duckdb_constraints() ORDER BY ALL",
    "views": "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
    "indexes": "SELECT table_name, index_name, sql FROM duckdb_indexes() ORDER BY ALL",
}
SAMPLES: dict[str, object] = {
    **dict.fromkeys(
        (
            "project_id",
            "rater_key",
            "comparison_key",
            "assignment_id",
            "judgement_id",
            "version_id",
            "audit_id",
            "decision_id",
            "adjudication_id",
            "thread_id",
            "message_id",
        ),
        UUID(int=0),
    ),
    **dict.fromkeys(
        ("name", "criterion", "secret_sha256", "sha256", "sampled_below", "comparison_id", "tag"), "overall"
    ),
    **dict.fromkeys(("after", "most", "least", "least_in_sample", "lead", "last_sequence", "round_no"), 3),
    **dict.fromkeys(("draft", "display", "search", "words", "actor", "detail", "reasons", "evidence"), "{}"),
    **{
        key: []
        for key in ("practice", "comparison_ids", "comparison_keys", "judgement_ids", "versions", "names")
    },
    **dict.fromkeys(("before", "kinds")),
    "which": "all",
    **dict.fromkeys(("asked",), False),
    **dict.fromkeys(("now", "moment"), datetime(2026, 3, 2, tzinfo=UTC)),
}
"""A value for every parameter of a statement, by name: one name, one meaning."""
CROSS_CHECKS = {"alpha_in_sql": "the second way to the same number, for tests of stats"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckStore]:
    opened = DuckStore(tmp_path_factory.mktemp("schema") / "empty.duckdb")
    yield opened
    opened.close()


@pytest.mark.parametrize("part", CATALOGUE)
def test_the_snapshot_and_the_migrations_make_the_same_schema(part: str) -> None:
    snapshot = (files("rlhf_collect.storage") / "schema.sql").read_text(encoding="utf-8")
    with duckdb.connect() as one, duckdb.connect() as two:
        one.execute(snapshot)
        migrate(two)
        found = [connection.execute(CATALOGUE[part]).fetchall() for connection in (one, two)]
    assert found[0] == found[1]
    assert found[0] or part == "indexes"


def test_migrations_applied_again_change_nothing() -> None:
    with duckdb.connect() as connection:
        migrate(connection)
        before = connection.execute("SELECT * FROM schema_migration").fetchall()
        migrate(connection)
        assert connection.execute("SELECT * FROM schema_migration").fetchall() == before
    assert [row[0] for row in before] == [each.number for each in all_migrations()]


def test_a_migration_that_came_later_under_a_lower_number_is_applied_too() -> None:
    lower = all_migrations()[6]
    tables = re.findall(r"CREATE TABLE (\w+)", lower.sql)
    assert tables == ["version_withdrawal", "version_withdrawal_end"]
    with duckdb.connect() as connection:
        migrate(connection)
        before = [connection.execute(each).fetchall() for each in CATALOGUE.values()]
        for name in tables:
            connection.execute(f"DROP TABLE {name}")
        connection.execute("DELETE FROM schema_migration WHERE number = ?", [lower.number])
        migrate(connection)
        assert [connection.execute(each).fetchall() for each in CATALOGUE.values()] == before


@pytest.mark.parametrize("name", all_statements())
def test_a_statement_runs_on_an_empty_database_as_rows_and_as_a_table(store: DuckStore, name: str) -> None:
    values = {parameter: SAMPLES[parameter] for parameter in parameters(name)}
    rows, table = store.read(name, **values), store.read_table(name, **values)
    assert len(rows) == table.num_rows
    assert not rows or list(rows[0]) == table.column_names


@pytest.mark.parametrize("name", all_statements())
def test_a_statement_says_in_a_sentence_what_it_is_for(name: str) -> None:
    said = [line[3:] for line in all_statements()[name].splitlines() if line.startswith("-- ")]
    assert said
    assert said[0][0].isupper()
    assert said[-1].endswith(".")


def test_no_name_is_given_to_two_statements() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in (files("rlhf_collect.storage") / "sql").iterdir()
    )
    names = re.findall(r"^-- name: (\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(all_statements())


def test_every_statement_is_used() -> None:
    package = Path(str(files("rlhf_collect")))
    code = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    unused = {name for name in all_statements() if f'"{name}"' not in code}
    assert unused == set(CROSS_CHECKS)


def test_a_statement_without_one_of_its_values_is_a_mistake_that_is_named(store: DuckStore) -> None:
    with pytest.raises(TypeError, match="project_by_name takes"):
        store.read("project_by_name")
    with pytest.raises(TypeError, match="project_names takes"):
        store.read("project_names", name="x")
