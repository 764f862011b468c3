"""Folders that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rlhf_collect.errors import AlreadyExists


@contextmanager
def appearing_folder(target: Path) -> Iterator[Path]:
    """A hidden sibling of ``target`` to write into; flushed and renamed to ``target`` at the end.

    If anything is raised the sibling is removed; after a crash it stays until ``remove_leftovers``.
    Errors: ``AlreadyExists`` if ``target`` exists and is not an empty folder.
    """
    refuse_taken(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.parent / f".{target.name}.partial-{secrets.token_hex(4)}"
    partial.mkdir()
    try:
        yield partial
        _flush(partial)
        refuse_taken(target)
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    _sync(target.parent)


def remove_leftovers(parent: Path) -> list[str]:
    """Remove what crashes left in ``parent`` (``.NAME.partial-*``) and say what it was.

    To be called at a start, when nobody is writing there.
    """
    found = sorted(each for each in parent.glob(".*.partial-*") if each.is_dir()) if parent.is_dir() else []
    for each in found:
        shutil.rmtree(each)
    return [each.name for each in found]


def refuse_taken(target: Path) -> None:
    """Errors: ``AlreadyExists`` if ``target`` exists and is not an empty folder."""
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise AlreadyExists(
            f"{target} exists already. Nothing was changed. Choose another folder or version."
        )


def _flush(folder: Path) -> None:
    for each in sorted(folder.rglob("*")):
        _sync(each)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
