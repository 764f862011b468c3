"""Who may read what is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Gate = Literal["auto", "manual"]
"""Who asks for access is let in at once, or by a person."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Who may read what is published: members only, everyone, or whoever asks at a gate."""

    public: bool = False
    """Everyone may read it."""
    gate: Gate | None = None
    """Everyone sees that it exists, and reads it after asking."""

    @property
    def name(self) -> str:
        """In one word."""
        return "gated" if self.gate else "public" if self.public else "private"

    @property
    def visible(self) -> bool:
        """Whether the repository shows itself to everyone."""
        return self.public or self.gate is not None


PRIVATE = Reach()
"""Members only: how a version is published unless somebody says otherwise."""
