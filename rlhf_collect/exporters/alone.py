"""One process at a time on a thing in a cache."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone_with(thing: Path) -> Iterator[None]:
    """While this holds, no other process is in it for the same path; ``thing`` need not exist, its folder is made."""
    from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined] # in use, and not in its __all__

    thing.parent.mkdir(parents=True, exist_ok=True)
    with WeakFileLock(thing.with_suffix(".lock")):
        yield
