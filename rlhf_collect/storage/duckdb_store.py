"""The embedded engine: one DuckDB file, one writer, a reading cursor for each thread."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import duckdb
import pyarrow as pa

from rlhf_collect.errors import AlreadyExists, BadCall, Conflict
from rlhf_collect.storage.duckdb_file import DuckFile, private_files
from rlhf_collect.storage.named_sql import parameters, statement
from rlhf_collect.storage.port import Batches, Row, Table, Transaction
from rlhf_collect.storage.writer import GroupWriter

T = TypeVar("T")
BATCH_ROWS = 16_384


def _rows(cursor: duckdb.DuckDBPyConnection) -> list[Row]:
    if cursor.description is None:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def _named(name: str, values: Mapping[str, object]) -> str:
    """The statement, once it is clear that it gets exactly the values it takes."""
    expected = parameters(name)
    if expected != values.keys():
        raise TypeError(f"{name} takes {sorted(expected)}, not {sorted(values)}")
    return statement(name)


def _execute(cursor: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object]) -> None:
    cursor.execute(_named(name, values), dict(values))


class DuckReader:
    """Named queries on one cursor."""

    def __init__(self, file: DuckFile, cursor: duckdb.DuckDBPyConnection) -> None:
        self._file = file
        self._cursor = cursor

    def read(self, name: str, /, **values: object) -> list[Row]:
        with self._file.watch():
            _execute(self._cursor, name, values)
            return _rows(self._cursor)

    def read_table(self, name: str, /, **values: object) -> Table:
        with self._file.watch():
            return self._cursor.sql(_named(name, values), params=dict(values)).to_arrow_table()

    def read_batches(self, name: str, /, **values: object) -> Batches:
        with self._file.watch():
            found = self._cursor.sql(_named(name, values), params=dict(values)).to_arrow_reader(BATCH_ROWS)

        def watched() -> Iterator[pa.RecordBatch]:
            with self._file.watch():
                yield from found

        return pa.RecordBatchReader.from_batches(found.schema, watched())

    def go_back_to(self, moment: datetime, last_sequence: int) -> None:
        """Let this cursor, which must be nobody else's, see the store as it stood then."""
        script = (files("rlhf_collect.storage") / "as_of.sql").read_text(encoding="utf-8")
        with self._file.watch():
            own = self._cursor.execute("SELECT current_database()").fetchall()[0][0]
            self._cursor.execute(
                script.format(
                    stored=f'"{own}".main',
                    moment=f"TIMESTAMPTZ '{moment.isoformat()}'",
                    last_sequence=int(last_sequence),
                )
            )


class DuckTransaction:
    """A transaction on the writer's connection; small inserts wait and go out together.

    Buffering matters: a statement costs ten times as much as a row in it.
    """

    def __init__(self, file: DuckFile, connection: duckdb.DuckDBPyConnection) -> None:
        self._file = file
        self._connection = connection
        self._buffered: dict[str, list[Mapping[str, object]]] = {}
        self.writes = 0
        self.broken = False
        self.undos: list[Callable[[], None]] = []

    @contextmanager
    def _statement(self) -> Iterator[None]:
        """A failed statement spoils the whole transaction in DuckDB, whoever's rows it was about."""
        try:
            with self._file.watch():
                yield
        except duckdb.ConstraintException as error:
            self.broken = True
            raise Conflict(
                "This was stored already, or somebody stored something else in its place at the same time. "
                "Nothing was lost; look again."
            ) from error
        except BaseException:
            self.broken = True
            raise

    def read(self, name: str, /, **values: object) -> list[Row]:
        self.flush()
        with self._statement():
            _execute(self._connection, name, values)
            return _rows(self._connection)

    def run(self, name: str, /, **values: object) -> None:
        self.flush()
        self.writes += 1
        with self._statement():
            _execute(self._connection, name, values)

    def insert(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self.writes += 1
            self._buffered.setdefault(table, []).extend(rows)

    def insert_table(self, table: str, rows: Table, **same: object) -> None:
        self.flush()
        self.writes += 1
        with self._statement():
            self._connection.register("incoming_rows", rows)
            more = "".join(f", ${name} AS {name}" for name in same)
            self._connection.execute(f"INSERT INTO {table} BY NAME SELECT *{more} FROM incoming_rows", same)  # noqa: S608
            self._connection.unregister("incoming_rows")  # a failed transaction takes it along

    def on_rollback(self, undo: Callable[[], None]) -> None:
        self.undos.append(undo)

    def flush(self) -> None:
        """Send the buffered rows, one statement a table and 200 rows."""
        buffered, self._buffered = self._buffered, {}
        for table, rows in buffered.items():
            columns = list(rows[0])
            marks = "(" + ", ".join("?" * len(columns)) + ")"
            for start in range(0, len(rows), 200):
                part = rows[start : start + 200]
                places = ", ".join([marks] * len(part))
                with self._statement():
                    self._connection.execute(
                        f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places}",  # noqa: S608 - our own names
                        [row[column] for row in part for column in columns],
                    )


class DuckStore:
    """A DuckDB file (or ``:memory:``) behind the port."""

    kept_mb = 64
    """What the engine may keep of the file when it is told to forget its pages."""
    rewrite_patience = 20.0
    """Seconds that a rewritten file waits for readers to finish."""

    def __init__(self, path: str | Path) -> None:
        """Open or create the file and bring its schema up to date.

        Errors: ``FileHeld`` when another process has it; ``StoreUnusable`` when it is damaged, not a
        DuckDB file, or newer than this program.
        """
        self.path = str(path)
        self._file = DuckFile(self.path)
        self._writing, self._writing_since = self._file.cursor(), self._file.opened
        self._own = threading.local()
        self._writer = GroupWriter(self)

    def begin(self) -> DuckTransaction:
        if not self._file.usable(self._writing_since):
            self._writing, self._writing_since = self._file.cursor(), self._file.opened
        with self._file.watch():
            self._writing.begin()
        return DuckTransaction(self._file, self._writing)

    def commit(self) -> None:
        with self._file.watch(), private_files():  # the log beside the file is made, and made anew, here
            self._writing.commit()

    def rollback(self) -> None:
        try:
            self._writing.rollback()
        except duckdb.Error:
            return  # a failed commit has already rolled back, and a lost file holds no transaction

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's own connection."""
        if not self._file.usable(getattr(self._own, "opened", 0)):
            self._own.cursor, self._own.opened = self._file.cursor(), self._file.opened
        cursor: duckdb.DuckDBPyConnection = self._own.cursor
        return cursor

    def _reader(self) -> DuckReader:
        return DuckReader(self._file, self._cursor())

    def read(self, name: str, /, **values: object) -> list[Row]:
        with self._file.using():
            return self._reader().read(name, **values)

    def read_table(self, name: str, /, **values: object) -> Table:
        with self._file.using():
            return self._reader().read_table(name, **values)

    def read_batches(self, name: str, /, **values: object) -> Batches:
        with self._file.using():
            return self._reader().read_batches(name, **values)

    @contextmanager
    def snapshot(self) -> Iterator[DuckReader]:
        with self._file.using(), self._file.cursor() as cursor:
            with self._file.watch():
                cursor.begin()
            try:
                yield DuckReader(self._file, cursor)
            finally:
                cursor.close()  # which ends the transaction

    @contextmanager
    def snapshot_as_of(self, moment: datetime, last_sequence: int) -> Iterator[DuckReader]:
        with self.snapshot() as reader:
            reader.go_back_to(moment, last_sequence)
            yield reader

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self._writer.submit(work)

    def backup(self, target: Path) -> None:
        """Copy the last committed state to ``target`` in one reading snapshot, then swap it in."""
        if target.exists():
            raise AlreadyExists(f"{target} exists already. Nothing was written; choose a new name.")
        if not target.parent.is_dir():
            raise BadCall(
                f"There is no folder {target.parent}. Nothing was written; make it, or choose another."
            )
        with self._copied(target) as copy:
            copy.replace(target)

    def rewrite(self) -> bool:
        if self.path == ":memory:":
            return True  # what is deleted there is nowhere

        def exchange() -> bool:
            with self._copied(Path(self.path)) as copy:
                return self._file.exchange(copy, patience=self.rewrite_patience)

        return self._writer.pause(exchange)

    def forget_pages(self) -> None:
        # The engine lets go of pages to meet a lower limit, and refuses one where more is in use. It holds for as
        # long as that takes.
        with self._file.using(), self._file.cursor() as cursor:
            try:
                cursor.execute("SET memory_limit = $1", [f"{self.kept_mb}MB"])
            except duckdb.OutOfMemoryException:
                return
            finally:
                cursor.execute("RESET memory_limit")

    @contextmanager
    def _copied(self, target: Path) -> Iterator[Path]:
        """The last committed state as a file beside ``target``, removed at the end unless it was moved."""
        partial = target.with_name(f".{target.name}.partial")
        leftovers = (partial, partial.with_name(partial.name + ".wal"))
        for each in leftovers:
            each.unlink(missing_ok=True)
        quoted = str(partial).replace("'", "''")
        try:
            with self._file.cursor() as cursor, self._file.watch():
                own = cursor.execute("SELECT current_database()").fetchall()[0][0]
                copy = f"backup_{secrets.token_hex(8)}"
                cursor.execute(f"ATTACH '{quoted}' AS {copy}")
                try:
                    cursor.execute(f'COPY FROM DATABASE "{own}" TO {copy}')
                finally:
                    cursor.execute(f"DETACH {copy}")
            partial.chmod(0o600)
            yield partial
        finally:
            for each in leftovers:
                each.unlink(missing_ok=True)

    def close(self) -> None:
        self._writer.close()
        self._file.close()
