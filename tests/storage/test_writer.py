"""One writer for all: works that wait together become durable together, and fail alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rlhf_collect.errors import Busy, Conflict, NotFound, StoreUnusable
from rlhf_collect.storage.duckdb_store import DuckStore
from rlhf_collect.storage.port import Transaction
from tests.storage.notes import CountingStore, Crowd, deeds, inserting, note, write_note


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CountingStore]:
    opened = CountingStore(tmp_path / "notes.duckdb")
    yield opened
    opened.close()


def stored(store: CountingStore) -> list[str]:
    store.close()
    return deeds(Path(store.path))


def test_works_that_wait_together_share_one_commit(store: CountingStore) -> None:
    before, crowd = store.commits, Crowd(store)
    answers = [crowd.add(inserting(f"{number:03}")) for number in range(100)]
    crowd.meet()
    for answer in answers:
        answer.result(10)
    assert store.commits - before == 1
    assert stored(store) == [f"{number:03}" for number in range(100)]


def test_many_threads_need_far_fewer_commits_than_works(store: CountingStore) -> None:
    before = store.commits
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda number: write_note(store, f"{number:03}"), range(400)))
    assert store.commits - before < 300
    assert stored(store) == [f"{number:03}" for number in range(400)]


def test_work_that_writes_nothing_needs_no_commit(store: CountingStore) -> None:
    before = store.commits
    assert store.write(lambda tx: tx.read("schema_number"))[0]["number"] >= 1
    assert store.commits == before


def test_a_work_that_fails_after_writing_does_not_harm_its_neighbours(store: CountingStore) -> None:
    def fails(tx: Transaction) -> None:
        tx.insert("audit", [note("failed")])
        raise ValueError("no")

    crowd = Crowd(store)
    rows = [note(name) for name in ("first", "second")]
    first = crowd.add(lambda tx: tx.insert("audit", [rows[0]]))
    bad = crowd.add(fails)
    second = crowd.add(lambda tx: tx.insert("audit", [rows[1]]))
    crowd.meet()
    first.result(10)
    second.result(10)
    with pytest.raises(ValueError, match="no"):
        bad.result(10)
    assert stored(store) == ["first", "second"]


def test_a_refusal_that_wrote_nothing_lets_the_group_go_on_at_once(store: CountingStore) -> None:
    runs: list[str] = []
    row = note("kept")

    def refuses(tx: Transaction) -> None:
        tx.read("schema_number")
        raise NotFound("no")

    def writes(tx: Transaction) -> None:
        runs.append("once")
        tx.insert("audit", [row])

    before, crowd = store.commits, Crowd(store)
    kept, refused = crowd.add(writes), crowd.add(refuses)
    crowd.meet()
    kept.result(10)
    with pytest.raises(NotFound):
        refused.result(10)
    assert (runs, store.commits - before) == (["once"], 1)


def test_undos_are_called_in_reverse_when_nothing_becomes_durable_and_never_else(
    store: CountingStore,
) -> None:
    called: list[str] = []

    def work(tx: Transaction, *, fail: bool) -> None:
        for name in ("one", "two"):
            tx.on_rollback(lambda name=name: called.append(name))
        tx.insert("audit", [note("x")])
        if fail:
            raise ValueError

    store.write(lambda tx: work(tx, fail=False))
    assert called == []
    with pytest.raises(ValueError):
        store.write(lambda tx: work(tx, fail=True))
    assert called == ["two", "one"]


def test_the_second_row_under_a_unique_key_is_a_conflict_and_the_first_stays(store: CountingStore) -> None:
    row = note("first")
    store.write(lambda tx: tx.insert("audit", [row]))
    with pytest.raises(Conflict):
        store.write(lambda tx: tx.insert("audit", [row | {"deed": "second"}]))
    assert stored(store) == ["first"]


def test_of_two_works_in_one_group_under_one_key_exactly_one_is_stored(store: CountingStore) -> None:
    row, crowd = note("one"), Crowd(store)
    answers = [
        crowd.add(lambda tx, deed=deed: tx.insert("audit", [row | {"deed": deed}])) for deed in ("one", "two")
    ]
    crowd.meet()
    outcomes = [type(answer.exception(10)) for answer in answers]
    assert outcomes == [type(None), Conflict]
    assert stored(store) == ["one"]


def test_a_work_reads_its_own_buffered_rows(store: CountingStore) -> None:
    def work(tx: Transaction) -> int:
        tx.insert(
            "project",
            [
                {
                    "project_id": note("")["audit_id"],
                    "name": "p",
                    "seed": "",
                    "created_at": note("")["done_at"],
                }
            ],
        )
        return len(tx.read("project_names"))

    assert store.write(work) == 1


def test_nothing_can_be_written_after_the_store_is_closed(store: CountingStore) -> None:
    store.close()
    with pytest.raises(Busy):
        write_note(store, "late")
    with pytest.raises(Busy):
        store.read("schema_number")


def test_what_waits_when_the_store_closes_is_still_stored(store: CountingStore) -> None:
    crowd, row = Crowd(store), note("waited")
    answer = crowd.add(lambda tx: tx.insert("audit", [row]))
    closing = threading.Thread(target=store.close)
    closing.start()
    crowd.meet()
    answer.result(10)
    closing.join(10)
    assert deeds(Path(store.path)) == ["waited"]


def test_a_write_inside_a_write_is_a_mistake_and_not_a_standstill(store: CountingStore) -> None:
    with pytest.raises(RuntimeError, match="inside a write"):
        store.write(lambda _: write_note(store, "inner"))


class UnluckyStore(DuckStore):
    """A store whose next commit fails without a word, as when memory runs out."""

    unlucky = False

    def commit(self) -> None:
        if self.unlucky:
            self.unlucky = False
            raise MemoryError
        super().commit()


def test_a_failure_without_a_word_is_told_and_the_writer_goes_on(tmp_path: Path) -> None:
    store = UnluckyStore(tmp_path / "notes.duckdb")
    store.unlucky = True
    with pytest.raises(StoreUnusable, match="MemoryError"):
        write_note(store, "lost")
    write_note(store, "kept")
    store.close()
    assert deeds(tmp_path / "notes.duckdb") == ["kept"]
