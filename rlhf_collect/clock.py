"""Time, always in UTC and always passed in, so that tests can hold the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment as an aware ``datetime`` in UTC."""
    return datetime.now(UTC)
