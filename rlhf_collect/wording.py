"""How counted things are written for people, everywhere."""

from __future__ import annotations


def number(value: int) -> str:
    """An integer with thousands separated."""
    return f"{value:,}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A counted thing: ``1 judgement``, ``2 judgements``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"
