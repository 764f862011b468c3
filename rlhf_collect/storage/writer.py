"""One writer with group commit.

A durable commit costs about as much for one row as for many, and concurrent writers of one file
only disturb each other. So all writing goes through one thread: it takes whatever work is waiting,
runs it in one transaction, commits once, and only then answers each caller.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from rlhf_collect.errors import Busy, CollectError, StoreUnusable
from rlhf_collect.storage.port import Transaction

T = TypeVar("T")
MOST_IN_A_GROUP = 256
_log = logging.getLogger(__name__)


class Engine(Protocol):
    """What the writer needs of a database: a transaction it can count the writes of."""

    def begin(self) -> EngineTransaction:
        """Start a transaction on the writer's own connection."""
        ...

    def commit(self) -> None:
        """Make it durable."""
        ...

    def rollback(self) -> None:
        """Forget it; must not raise when there is none."""
        ...


class EngineTransaction(Transaction, Protocol):
    """A transaction that knows whether it wrote, and what to undo."""

    writes: int
    broken: bool
    undos: list[Callable[[], None]]

    def flush(self) -> None:
        """Send what is still buffered."""
        ...


@dataclass
class _Work:
    run: Callable[[Transaction], Any]
    answer: Future[Any] = field(default_factory=Future)


@dataclass
class _Pause:
    run: Callable[[], Any]
    answer: Future[Any] = field(default_factory=Future)


class GroupWriter:
    """The one thread that writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.Queue[_Work | _Pause | None] = queue.Queue()
        self._gate = threading.Lock()
        self._closing = False
        self._thread = threading.Thread(target=self._loop, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, run: Callable[[Transaction], T]) -> T:
        """Run ``run`` in the next group and return its result once that group is durable."""
        result: T = self._put(_Work(run)).result()
        return result

    def pause(self, run: Callable[[], T]) -> T:
        """Run ``run`` between two transactions and return its result; whoever writes waits as long."""
        result: T = self._put(_Pause(run)).result()
        return result

    def _put(self, work: _Work | _Pause) -> Future[Any]:
        if threading.current_thread() is self._thread:
            raise RuntimeError("a write was started inside a write: pass the transaction on instead")
        with self._gate:
            if self._closing:
                raise Busy("The service is stopping. Nothing was stored; send the same again in a moment.")
            self._waiting.put(work)
        return work.answer

    def close(self) -> None:
        """Finish what is waiting, then stop."""
        with self._gate:
            if self._closing:
                return
            self._closing = True
            self._waiting.put(None)
        self._thread.join()

    def _loop(self) -> None:
        ahead: list[_Pause | None] = []  # taken off the queue, and no work for the group before it
        while True:
            first = ahead.pop() if ahead else self._waiting.get()
            if first is None:
                return
            if isinstance(first, _Pause):
                _run_pause(first)
                continue
            group = [first]
            while len(group) < MOST_IN_A_GROUP and not ahead:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if isinstance(more, _Work):
                    group.append(more)
                else:
                    ahead.append(more)
            self._run_group(group)

    def _run_group(self, group: list[_Work]) -> None:
        """Run works together; when one fails after it wrote, undo all and run each by itself."""
        results: list[tuple[_Work, Any, BaseException | None]] = []
        spoiled = False
        try:
            tx = self._engine.begin()
        except Exception as error:
            _log.exception("no transaction could be started; nothing was stored")
            for work in group:
                work.answer.set_exception(_as_store_error(error))
            return
        for work in group:
            before = tx.writes
            try:
                results.append((work, work.run(tx), None))
            except BaseException as failure:  # handed to the caller that asked for the work
                results.append((work, None, failure))
                spoiled = tx.broken or tx.writes != before or not isinstance(failure, CollectError)
            if spoiled:
                break
        if not spoiled:
            spoiled = not self._commit(tx, results, alone=len(group) == 1)
            if not spoiled:
                return
        else:
            self._undo(tx)
            if len(group) == 1:
                work, _, refusal = results[0]
                assert refusal is not None
                work.answer.set_exception(refusal)
                return
        if len(group) > 1:
            for work in group:
                self._run_group([work])

    def _commit(
        self, tx: EngineTransaction, results: list[tuple[_Work, Any, BaseException | None]], *, alone: bool
    ) -> bool:
        """Commit and answer; ``False`` when the group has to be tried one by one."""
        try:
            tx.flush()
            if tx.writes:
                self._engine.commit()
            else:
                self._engine.rollback()
        except Exception as error:
            _log.exception("a commit failed; nothing of it was stored")
            self._undo(tx)
            if alone:
                results[0][0].answer.set_exception(_as_store_error(error))
            return alone
        for work, value, refusal in results:
            if refusal is None:
                work.answer.set_result(value)
            else:
                work.answer.set_exception(refusal)
        return True

    def _undo(self, tx: EngineTransaction) -> None:
        self._engine.rollback()
        for undo in reversed(tx.undos):
            undo()


def _run_pause(pause: _Pause) -> None:
    try:
        pause.answer.set_result(pause.run())
    except BaseException as failure:  # handed to the caller that asked for the pause
        pause.answer.set_exception(failure)


def _as_store_error(error: Exception) -> CollectError:
    if isinstance(error, CollectError):
        return error
    what = str(error).partition("\n")[0]
    return StoreUnusable(
        f"The database could not store this ({type(error).__name__}: {what}). "
        "Nothing of it was stored; what was stored before is safe. Check the disk and send the same again."
    )
