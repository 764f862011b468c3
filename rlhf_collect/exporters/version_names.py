"""Names of versions, and which of two is the later one."""

from __future__ import annotations

from collections.abc import Iterable


def version_order(name: str) -> tuple[int, ...]:
    """``MAJOR.MINOR.PATCH`` as numbers, to compare versions by."""
    return tuple(int(part) for part in name.split("."))


def newest(names: Iterable[str]) -> str | None:
    """The highest of some version names."""
    return max(names, key=version_order, default=None)
