"""Copies of the database while it is in use, each with the key that belongs to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rlhf_collect.errors import AlreadyExists, BadCall, writing
from rlhf_collect.services.context import Context

KEY = ".key"


def make_backup(ctx: Context, target: Path) -> dict[str, Any]:
    """Write a consistent copy of the database, and its key beside it.

    Returns ``{"file", "key", "bytes"}``. Errors: ``AlreadyExists`` for a copy, or another database's key, of that
    name; ``BadCall`` for a name that keys have, or a place that cannot be written.
    """
    key = target.with_suffix(KEY)
    if key == target:
        raise BadCall(
            f"{target} is the name of a key file. Nothing was written; call the copy for example "
            f"{target.with_suffix('.duckdb').name}."
        )
    with writing(target):
        if key.exists() and key.read_bytes() != ctx.keys.secret:
            raise AlreadyExists(
                f"{key} exists already and is the key of another database. Nothing was written; choose a new name."
            )
        ctx.store.backup(target)
        if not key.exists():
            key.touch(mode=0o600)
            key.write_bytes(ctx.keys.secret)
        return {"file": str(target), "key": str(key), "bytes": target.stat().st_size}
