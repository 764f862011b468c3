"""Rows for tests of the store: lines of the audit, which nothing refers to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import duckdb

from rlhf_collect.ids import new_id
from rlhf_collect.storage.duckdb_store import DuckStore
from rlhf_collect.storage.port import Transaction
from tests.making import START


def note(deed: str, **more: Any) -> dict[str, Any]:
    """One line of the audit."""
    row = {"audit_id": new_id(), "project_id": None, "actor": "test", "deed": deed, "detail": "{}"}
    return row | {"done_at": START} | more


def inserting(deed: str) -> Callable[[Transaction], None]:
    """A work that adds one line."""
    row = note(deed)
    return lambda tx: tx.insert("audit", [row])


def write_note(store: DuckStore, deed: str) -> None:
    """Store one line."""
    store.write(inserting(deed))


def deeds(path: Path) -> list[str]:
    """What stands in the audit of a closed database, read without the store."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return [row[0] for row in connection.execute("SELECT deed FROM audit ORDER BY deed").fetchall()]


class CountingStore(DuckStore):
    """A store that counts its commits."""

    commits = 0

    def commit(self) -> None:
        super().commit()
        self.commits += 1


class Crowd:
    """Works that reach the writer while it is busy, so that they meet in one group."""

    def __init__(self, store: DuckStore) -> None:
        self._store = store
        self._go = threading.Event()
        self._busy = threading.Event()
        self._start(self._hold)
        assert self._busy.wait(10)

    def _hold(self, tx: Transaction) -> None:
        self._busy.set()
        self._go.wait(10)

    def _start(self, work: Callable[[Transaction], Any]) -> Future[Any]:
        answer: Future[Any] = Future()

        def run() -> None:
            try:
                answer.set_result(self._store.write(work))
            except BaseException as error:
                answer.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return answer

    def add(self, work: Callable[[Transaction], Any]) -> Future[Any]:
        """Queue one more work behind those before it; its answer comes after ``meet``."""
        waiting = self._store._writer._waiting
        before, ends = waiting.qsize(), time.monotonic() + 10
        answer = self._start(work)
        while waiting.qsize() == before:
            assert time.monotonic() < ends
            time.sleep(0.0005)
        return answer

    def meet(self) -> None:
        """Let the writer go on: everything queued is one group."""
        self._go.set()
