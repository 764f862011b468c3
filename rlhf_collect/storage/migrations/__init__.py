"""Numbered, forward-only SQL files, each applied in one transaction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from rlhf_collect.errors import StoreUnusable


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One step of the schema."""

    number: int
    """Place in the order, from 1."""
    name: str
    """File name without its ending."""
    sql: str
    """The statements."""


@cache
def all_migrations() -> tuple[Migration, ...]:
    """Every migration in order. Errors: ``ValueError`` when a number is doubled."""
    found = []
    for path in (files("rlhf_collect.storage") / "migrations").iterdir():
        match = re.fullmatch(r"(\d{4})_\w+\.sql", path.name)
        if match:
            found.append(
                Migration(number=int(match[1]), name=path.name[:-4], sql=path.read_text(encoding="utf-8"))
            )
    found.sort(key=lambda each: each.number)
    if len({each.number for each in found}) < len(found):
        raise ValueError("two migrations have the same number")
    return tuple(found)


def newest() -> int:
    """Number of the newest migration this program knows."""
    return all_migrations()[-1].number


def migrate(connection: Any) -> None:
    """Bring a DuckDB connection's schema up to date.

    Errors: ``StoreUnusable`` when the database was written by a newer program, or by another one.
    """
    try:
        done = {row[0] for row in connection.execute("SELECT number FROM schema_migration").fetchall()}
    except duckdb.CatalogException:  # nothing of ours is in it yet
        _begin(connection)
        done = set()
    if max(done, default=0) > newest():
        raise StoreUnusable(
            f"This database has schema {max(done)}, this program knows schemas up to {newest()}. "
            "Nothing was changed. Install a newer rlhf-collect, or open the backup made before the upgrade."
        )
    # By what it lacks, not by the highest number: two that were made side by side may come in either order.
    for migration in [each for each in all_migrations() if each.number not in done]:
        connection.begin()
        try:
            connection.execute(migration.sql)
            connection.execute(
                "INSERT INTO schema_migration VALUES (?, ?, ?)",
                [migration.number, migration.name, datetime.now(UTC)],
            )
            connection.commit()
        except BaseException:
            connection.rollback()
            raise


def _begin(connection: Any) -> None:
    """Make the table that says which migrations were made, in a database that is empty."""
    tables = sorted(row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall())
    if tables:
        raise StoreUnusable(
            f"This database is not of rlhf-collect: it holds {', '.join(tables[:3])}. "
            "Nothing was changed. Name another file."
        )
    connection.execute(
        "CREATE TABLE schema_migration "
        "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
    )
