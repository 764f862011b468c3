"""When something is sent, tried again and given up: rules about times, whatever the way it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
"""Between a try that failed and the next one; after as many it is given up."""
LONGEST_WAIT = timedelta(hours=24)
"""However long the other side asks for."""
CUT_SHORT = timedelta(minutes=10)
"""After so long a try of which nothing is known was cut short, as by a crash."""


class Fate(StrEnum):
    """What became of a try."""

    DELIVERED = "delivered"
    FAILED = "failed"
    """It may go through another time."""
    GIVEN_UP = "given_up"
    """It will not, or was tried often enough."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How a try went, as the sender saw it."""

    fate: Fate
    """Whether it went through, and if not, whether it may."""
    said: str
    """Why, in a few words; empty once it is delivered."""
    wait: timedelta | None = None
    """How long the other side asks to be left alone."""


@dataclass(frozen=True, kw_only=True)
class Try:
    """A try that was begun."""

    target: str
    """Where to."""
    began_at: datetime
    """When."""
    fate: Fate | None
    """What became of it; ``None`` while nobody knows."""
    retry_at: datetime | None
    """When to try again."""


def is_due(tries: Sequence[Try], target: str, now: datetime) -> bool:
    """Whether to try now, after ``tries`` in their order.

    What was delivered anywhere is not sent again; what was given up is, once the settings name another target.
    """
    if any(each.fate is Fate.DELIVERED for each in tries):
        return False
    here = [each for each in tries if each.target == target]
    if not here:
        return True
    last = here[-1]
    if last.fate is None:
        return len(here) <= len(WAITS) and last.began_at + CUT_SHORT <= now
    return last.retry_at is not None and last.retry_at <= now


def settled(reply: Reply, before: int, now: datetime) -> tuple[Fate, datetime | None]:
    """What becomes of a try that had ``before`` others to the same target, and when to try again if at all."""
    if reply.fate is not Fate.FAILED:
        return reply.fate, None
    if before >= len(WAITS):
        return Fate.GIVEN_UP, None
    return Fate.FAILED, now + min(max(WAITS[before], reply.wait or timedelta()), LONGEST_WAIT)
