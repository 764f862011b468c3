"""Nulls with their reasons: a value of the statement may be missing only where the statement says why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from rlhf_collect.exporters.labour.facts import K_RATERS

T = TypeVar("T")


@dataclass(kw_only=True)
class Gaps:
    """Collects why values are null, by JSON pointer."""

    suppressions: list[dict[str, str]] = field(default_factory=list)
    """``[{"pointer", "reason"}]``: known, or without meaning here, and not told."""
    not_measured: list[dict[str, str]] = field(default_factory=list)
    """``[{"pointer", "why"}]``: not known."""

    def unknown(self, pointer: str, why: str) -> Any:
        """The null of what nobody measured."""
        self.not_measured.append({"pointer": pointer, "why": why})
        return None

    def hidden(self, pointer: str, reason: str) -> Any:
        """The null for ``n_below_k``, ``differencing``, ``not_applicable`` or ``first_version``."""
        self.suppressions.append({"pointer": pointer, "reason": reason})
        return None

    def told(self, pointer: str, value: T, *, behind: int, reason: str = "n_below_k") -> T | None:
        """The value if at least five raters are behind it, else a null with its reason."""
        if behind >= K_RATERS:
            return value
        self.hidden(pointer, reason)
        return None

    def all_unknown(self, base: str, names: tuple[str, ...], why: str) -> dict[str, None]:
        """Nulls for several names of a block, all for one reason."""
        for name in names:
            self.unknown(f"{base}/{name}", why)
        return dict.fromkeys(names)
