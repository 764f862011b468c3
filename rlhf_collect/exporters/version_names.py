"""Names of versions, and which of two is the later one."""

from __future__ import annotations

import re
from collections.abc import Iterable


def is_version_name(name: str) -> bool:
    """Whether a tag or folder has the form of a version's name."""
    return re.fullmatch(r"\d+\.\d+\.\d+", name, re.ASCII) is not None


def version_order(name: str) -> tuple[int, ...]:
    """``MAJOR.MINOR.PATCH`` as numbers, to compare versions by."""
    return tuple(int(part) for part in name.split("."))


def newest(names: Iterable[str]) -> str | None:
    """The highest of some version names."""
    return max(names, key=version_order, default=None)
