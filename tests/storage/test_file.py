"""The database file: what is not ours is left alone, what is ours survives."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow
import pytest

from rlhf_collect.errors import AlreadyExists, BadCall, FileHeld, StoreUnusable
from rlhf_collect.storage.duckdb_store import DuckStore
from rlhf_collect.storage.migrations import newest
from rlhf_collect.storage.port import Transaction
from tests.storage.notes import deeds, note, write_note

HOLDER = """
import duckdb, sys
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""
OPENER = "import sys; from rlhf_collect.storage.duckdb_store import DuckStore; DuckStore(sys.argv[1])"


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _text(path: Path) -> None:
    path.write_text("A shopping list.\n" * 1000)


def _nothing(path: Path) -> None:
    path.touch()


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE x (a)")


def _damaged(path: Path) -> None:
    DuckStore(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:5000] + b"\0" * 9000 + whole[14000:])


def _foreign(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE project (budget INTEGER)")


@pytest.mark.parametrize("make", [_text, _nothing, _sqlite, _damaged, _foreign])
def test_a_file_that_is_no_database_of_ours_is_refused_by_name_and_left_alone(
    make: object, tmp_path: Path
) -> None:
    path = tmp_path / "other.duckdb"
    make(path)  # type: ignore[operator]
    before = fingerprint(path)
    with pytest.raises(StoreUnusable) as refused:
        DuckStore(path)
    assert "Nothing was changed" in refused.value.message
    assert "extensions.duckdb.org" not in refused.value.message
    assert fingerprint(path) == before


def test_a_newer_database_is_refused_with_both_numbers_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "newer.duckdb"
    DuckStore(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO schema_migration VALUES (?, 'later', now())", [newest() + 7])
    before = fingerprint(path)
    with pytest.raises(StoreUnusable, match=rf"schema {newest() + 7}.* up to {newest()}"):
        DuckStore(path)
    assert fingerprint(path) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["newer.duckdb", "newer.lock"]


def test_a_file_that_another_process_holds_is_refused_as_held(tmp_path: Path) -> None:
    path = tmp_path / "held.duckdb"
    DuckStore(path).close()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(FileHeld, match="held by another process"):
            DuckStore(path)
        holder.communicate()
    DuckStore(path).close()


def test_a_file_stays_held_although_its_holder_opened_and_closed_it_once_more(tmp_path: Path) -> None:
    path = tmp_path / "held.duckdb"
    store = DuckStore(path)
    with path.open("rb") as again:  # as an import of the wrong file would; DuckDB's own lock ends here
        again.read(1)
    tried = subprocess.run(
        [sys.executable, "-c", OPENER, str(path)], capture_output=True, text=True, check=False
    )
    assert "FileHeld" in tried.stderr
    store.close()


def test_a_snapshot_goes_on_seeing_its_moment_while_others_write(tmp_path: Path) -> None:
    store = DuckStore(tmp_path / "notes.duckdb")

    def add_project(name: str) -> None:
        row = {
            "project_id": note("")["audit_id"],
            "name": name,
            "seed": "",
            "created_at": note("")["done_at"],
        }
        store.write(lambda tx: tx.insert("project", [row]))

    add_project("one")
    with store.snapshot() as reader:
        assert len(reader.read("project_names")) == 1
        add_project("two")
        assert len(reader.read("project_names")) == 1
        assert reader.read_table("project_names").num_rows == 1
        assert len(store.read("project_names")) == 2
    store.close()


def test_each_thread_reads_for_itself(tmp_path: Path) -> None:
    store = DuckStore(tmp_path / "notes.duckdb")
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: store.read("schema_number")[0]["number"], range(200)))
    assert found == {newest()}
    store.close()


def test_a_backup_taken_while_others_write_is_whole_and_opens(tmp_path: Path) -> None:
    store, target = DuckStore(tmp_path / "notes.duckdb"), tmp_path / "copy.duckdb"
    stop, acknowledged = threading.Event(), []

    def keep_writing() -> None:
        while not stop.is_set():
            rows = [note(f"pair {len(acknowledged)}") for _ in range(2)]
            store.write(lambda tx, rows=rows: tx.insert("audit", rows))
            acknowledged.append(rows[0]["deed"])

    writing = threading.Thread(target=keep_writing)
    writing.start()
    while len(acknowledged) < 20:
        stop.wait(0.001)
    before = set(acknowledged)
    store.backup(target)
    stop.set()
    writing.join()
    store.close()
    DuckStore(target).close()
    copied = deeds(target)
    assert before <= set(copied)
    assert all(copied.count(each) == 2 for each in copied)


def test_a_backup_keeps_every_constraint(tmp_path: Path) -> None:
    store, target = DuckStore(tmp_path / "notes.duckdb"), tmp_path / "it's a copy.duckdb"
    store.backup(target)
    store.close()
    wanted = "SELECT table_name, constraint_text FROM duckdb_constraints() ORDER BY ALL"
    found = []
    for path in (tmp_path / "notes.duckdb", target):
        with duckdb.connect(str(path), read_only=True) as connection:
            found.append(connection.execute(wanted).fetchall())
    assert found[0] == found[1]


def test_a_backup_never_writes_over_a_file_and_needs_a_folder(tmp_path: Path) -> None:
    store, target = DuckStore(tmp_path / "notes.duckdb"), tmp_path / "taken"
    target.write_text("mine")
    with pytest.raises(AlreadyExists):
        store.backup(target)
    assert target.read_text() == "mine"
    with pytest.raises(BadCall, match="no folder"):
        store.backup(tmp_path / "nowhere" / "copy.duckdb")
    store.close()


def test_a_table_of_rows_becomes_durable_with_its_transaction_or_not_at_all(tmp_path: Path) -> None:
    store = DuckStore(tmp_path / "notes.duckdb")
    rows = pyarrow.Table.from_pylist(
        [note(f"bulk {number}") | {"audit_id": str(note("")["audit_id"])} for number in range(3)]
    ).drop_columns(["project_id"])

    def fails(tx: Transaction) -> None:
        tx.insert_table("audit", rows)
        raise ValueError

    with pytest.raises(ValueError):
        store.write(fails)
    write_note(store, "alone")
    store.write(lambda tx: tx.insert_table("audit", rows))
    store.close()
    assert deeds(tmp_path / "notes.duckdb") == ["alone", "bulk 0", "bulk 1", "bulk 2"]


def test_pages_that_were_read_are_forgotten_and_the_limit_stays_also_where_too_much_is_in_use(
    tmp_path: Path,
) -> None:
    path = tmp_path / "notes.duckdb"
    DuckStore(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE large AS SELECT random() AS value FROM range(2_000_000)")
    store = DuckStore(path)
    look = store._file.cursor()

    def held() -> int:
        return int(look.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()[0][0])

    limit = look.execute("SELECT current_setting('memory_limit')").fetchall()
    look.execute("SELECT sum(value) FROM large").fetchall()
    store.kept_mb = 4
    assert held() > 8_000_000
    store.forget_pages()
    assert held() <= 4_000_000
    in_use = store._file.cursor()
    in_use.execute("CREATE TEMP TABLE taken AS SELECT random() AS value FROM range(2_000_000)")
    look.execute("SET temp_directory = ''")
    store.forget_pages()
    assert look.execute("SELECT current_setting('memory_limit')").fetchall() == limit
    assert in_use.execute("SELECT count(value) FROM taken").fetchall() == [(2_000_000,)]
    store.close()


def test_a_file_is_rewritten_while_everybody_goes_on(tmp_path: Path) -> None:
    store = DuckStore(tmp_path / "notes.duckdb")
    store.rewrite_patience = 2  # of which newcomers wait for a quarter
    store.write(lambda tx: tx.insert("audit", [note("stays")]))
    stop, read, written, failed = threading.Event(), [], [], []

    def keep(busy: Callable[[], None]) -> None:
        while not stop.is_set():
            try:
                busy()
            except Exception as error:
                failed.append(error)

    def reading() -> None:
        read.append(len(store.read("project_names")))
        with store.snapshot() as reader:
            reader.read("schema_number")
            reader.read("project_names")

    def writing() -> None:
        row = note(f"row {len(written)}")
        store.write(lambda tx: tx.insert("audit", [row]))
        written.append(row["deed"])

    threads = [threading.Thread(target=keep, args=(each,)) for each in (reading, reading, writing)]
    for each in threads:
        each.start()
    while not (read and written):
        stop.wait(0.001)
    rewritten = [store.rewrite() for _ in range(3)]
    stop.set()
    for each in threads:
        each.join()
    store.close()
    assert failed == []
    assert rewritten == [True] * 3
    assert set(deeds(tmp_path / "notes.duckdb")) == {"stays", *written}
