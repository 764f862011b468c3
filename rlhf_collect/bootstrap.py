"""The only room that picks implementations: which store, which keys, which folders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rlhf_collect.clock import Clock, utc_now
from rlhf_collect.errors import BadCall, StoreUnusable
from rlhf_collect.services.context import Context, KeyRing
from rlhf_collect.services.erasure import finish_erasures
from rlhf_collect.storage.duckdb_store import DuckStore

DEFAULT_DATABASE = "duckdb:///rlhf_collect.duckdb"
DATABASE_VARIABLE = "RLHF_COLLECT_DATABASE"


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where a database and what belongs to it lie."""

    database: Path
    """The DuckDB file."""

    @property
    def key(self) -> Path:
        """The key file; without it published pseudonyms cannot be made again."""
        return self.database.with_suffix(".key")

    @property
    def versions(self) -> Path:
        """Sealed versions, one folder a project and version."""
        return self.database.with_suffix(".versions")

    @property
    def server(self) -> Path:
        """How commands reach the server that holds the database, while it runs."""
        return self.database.with_suffix(".server")


def locate(url: str | None = None) -> Location:
    """Read a database URL; ``None`` means ``RLHF_COLLECT_DATABASE`` or a file in this folder.

    Errors: ``BadCall`` saying which forms there are.
    """
    url = url or os.environ.get(DATABASE_VARIABLE) or DEFAULT_DATABASE
    prefix = "duckdb:///"
    if url.startswith(("postgresql://", "postgres://")):
        raise BadCall("PostgreSQL is not supported yet. Use duckdb:///FILE; nothing was changed.")
    if not url.startswith(prefix) or not url[len(prefix) :]:
        raise BadCall(
            f"'{url}' is not a database. Write duckdb:///FILE, or duckdb:////FOLDER/FILE from the root."
        )
    return Location(database=Path(url[len(prefix) :]).absolute())


def open_context(location: Location, *, create: bool, interface: str = "", clock: Clock = utc_now) -> Context:
    """Open the database at a location with everything services need, or ``create`` it.

    ``interface`` names the pages that are served, if any. Errors: ``StoreUnusable``.
    """
    if not create and not location.database.exists():
        raise StoreUnusable(
            f"There is no database at {location.database}. Nothing was written. Name it with --database or "
            f"{DATABASE_VARIABLE}; `rlhf-collect apply` and `rlhf-collect serve` make one."
        )
    program = version("rlhf-collect")
    store = DuckStore(location.database)
    ctx = Context(
        store=store,
        keys=KeyRing.open(location.key),
        versions=location.versions,
        program_version=program,
        interface_version=f"{program}+{interface}" if interface else program,
        clock=clock,
    )
    finish_erasures(ctx)
    return ctx
