"""One DuckDB file: opened, watched, and opened again when DuckDB itself has given it up.

After some failures of the disk (a full one in the middle of a checkpoint, say) DuckDB declares the
open database dead: every later statement fails until all connections are closed and the file is
opened anew. What was committed is safe in the file and its write-ahead log. So a service that runs
for months must be able to do just that, by itself, once there is room again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from weakref import WeakSet

import duckdb
from filelock import FileLock, Timeout

from rlhf_collect.errors import Busy, FileHeld, StoreUnusable
from rlhf_collect.storage.migrations import migrate

OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
"""DuckDB would fetch extensions from its own host, for a foreign file even while opening it."""


@contextmanager
def private_files() -> Iterator[None]:
    """Files made meanwhile can be read by their owner only: DuckDB itself asks for no mode.

    The mask is the process's, so what other threads make in the same moment is private too.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


class DuckFile:
    """The open file and every connection made to it."""

    def __init__(self, path: str) -> None:
        """Open or create the file and bring its schema up to date. Errors as ``DuckStore``."""
        self.path = path
        self.opened = 0
        """How often the file was opened: connections of an earlier time are dead."""
        self._gate = threading.Lock()
        self._free = threading.Condition()
        self._users = 0
        self._shut = False
        self._own = threading.local()
        self._cursors: WeakSet[duckdb.DuckDBPyConnection] = WeakSet()
        self._lost = self._closed = False
        self._hold = _hold(path)
        try:
            self._root = self._open()
        except BaseException:
            self._hold.release()
            raise

    def _open(self) -> duckdb.DuckDBPyConnection:
        with private_files():
            root = _connect(self.path)
            self._prepare(root)
        for path in (Path(self.path), Path(f"{self.path}.wal")):
            with suppress(OSError):  # not there, or somebody else's: then it is theirs to keep
                path.chmod(0o600)
        self.opened += 1
        return root

    def _prepare(self, root: duckdb.DuckDBPyConnection) -> None:
        try:
            root.execute("SET TimeZone = 'UTC'")
            root.execute("SET enable_progress_bar = false")  # it would draw into what a command prints
            migrate(root)
        except StoreUnusable:
            root.close()
            raise
        except duckdb.Error as error:
            root.close()
            raise _unusable(self.path, error) from error

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A new connection to the file, which is opened again first if it was lost.

        Errors: ``Busy`` once the store is closed; ``StoreUnusable`` while it cannot be opened.
        """
        with self._gate:
            if self._closed:
                raise Busy("The service is stopping. Nothing was stored; send the same again in a moment.")
            if self._lost:
                self._close_all()
                self._root = self._open()
                self._lost = False
            cursor = self._root.cursor()
            self._cursors.add(cursor)
            return cursor

    def usable(self, opened: int) -> bool:
        """Whether a connection made when the file was opened for the ``opened``-th time still works."""
        return opened == self.opened and not self._lost and not self._closed

    @contextmanager
    def using(self) -> Iterator[None]:
        """While this holds, connections stay what they are: the file is not exchanged under them."""
        holds = getattr(self._own, "holds", 0)
        with self._free:
            if not holds:  # who holds one already is waited for, and must not wait in turn
                self._free.wait_for(lambda: not self._shut)
            self._users += 1
        self._own.holds = holds + 1
        try:
            yield
        finally:
            self._own.holds = holds
            with self._free:
                self._users -= 1
                self._free.notify_all()

    def exchange(self, new: Path, *, patience: float) -> bool:
        """Put another database in the place of this one and open it, once nobody uses a connection.

        Nobody may be writing. ``False`` after ``patience`` seconds of others reading, or if the log could not be
        brought into the old file: nothing is changed then.
        """
        try:
            with self._free:
                # Newcomers are let in for most of the time, and wait for the last of it: else they might never end.
                self._free.wait_for(lambda: self._users == 0, patience * 0.75)
                self._shut = True
                if not self._free.wait_for(lambda: self._users == 0, patience * 0.25):
                    return False
            with self._gate:
                self._lost = True  # should the new one not open, the next to ask tries again
                self._close_all()
                # A log that is left belongs to the old file, and would be taken for the new one's.
                whole = not Path(f"{self.path}.wal").exists()
                if whole:
                    new.replace(self.path)
                self._root = self._open()
                self._lost = False
        finally:
            with self._free:
                self._shut = False
                self._free.notify_all()
        return whole

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Use a connection; say in words what the engine's failures mean, and note when it has given the file up.

        Errors: ``StoreUnusable``, ``Busy``; mistakes in our own SQL pass through as they are.
        """
        try:
            with self.using():
                yield
        except (duckdb.FatalException, duckdb.InternalException, duckdb.ConnectionException) as error:
            if self._closed:
                raise Busy("The service is stopping. Send the same again in a moment.") from error
            # A connection that was closed under us belongs to an earlier opening; the file itself is well.
            self._lost |= not isinstance(error, duckdb.ConnectionException)
            raise StoreUnusable(
                f"The database stopped in the middle of this ({_first_line(error)}). What was confirmed before is "
                "safe; whether this was stored is not known yet. Check the disk and send the same again: it "
                "counts once."
            ) from error
        except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException) as error:
            raise StoreUnusable(
                f"The database could not do this ({_first_line(error)}). Nothing of it was stored; what was stored "
                "before is safe. Check the disk and send the same again."
            ) from error

    def close(self) -> None:
        """Close every connection and let go of the file."""
        with self._gate:
            self._closed = True
            self._close_all()
            self._hold.release()

    def _close_all(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()
        self._cursors.clear()
        self._root.close()


def _hold(path: str) -> FileLock:
    """A lock of our own beside the file, which nothing else ever opens. Errors: ``FileHeld``.

    DuckDB's is gone, without a word, once anything in this process has opened the file and closed it.
    """
    memory = path == ":memory:"
    place = Path(path).with_suffix(".lock")
    if not memory:
        place.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place, timeout=0, mode=0o600, thread_local=False)
    try:
        if not memory:
            lock.acquire()
    except Timeout as error:
        raise _held(path) from error
    except OSError as error:
        raise StoreUnusable(f"{place} cannot be made: {error}. Nothing was changed.") from error
    return lock


def _held(path: str) -> FileHeld:
    return FileHeld(
        f"{path} is held by another process, as DuckDB files are. Nothing was changed. "
        "If it is this service, commands reach it by themselves while it runs; else stop the other."
    )


def _connect(path: str) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(path, config=dict(OFFLINE))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise _held(path) from error
        raise _unusable(path, error) from error
    except duckdb.Error as error:
        raise _unusable(path, error) from error


def _unusable(path: str, error: duckdb.Error) -> StoreUnusable:
    return StoreUnusable(f"{path} cannot be opened as a database: {_first_line(error)} Nothing was changed.")


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]
