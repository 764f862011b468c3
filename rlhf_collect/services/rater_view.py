"""What the serving board knows of one rater."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(kw_only=True)
class Held:
    """A comparison handed to a rater: the same judgement id and order for ever."""

    assignment_id: UUID
    """The place it was handed out under."""
    judgement_id: UUID
    """Id of the judgement to come."""
    place: int
    """Index of the comparison on the board."""
    presentation: tuple[str, ...]
    """Completion ids in the order shown."""
    lease_ends: datetime
    """When the place is free for others; not after it was given in a place handed back."""
    granted_at: datetime | None = None
    """When it was last taken up; ``None`` until then. A lease that goes on because somebody writes keeps it."""
    repeat_no: int = 0
    """1 for a comparison that its rater has judged before: no promise to anybody else."""


@dataclass(kw_only=True)
class RaterView:
    """What the board knows of one rater."""

    done: set[int] = field(default_factory=set)
    """Comparisons judged or skipped, also those whose judgement was taken back, and those that are theirs to decide."""
    held: dict[int, Held] = field(default_factory=dict)
    """Comparisons handed out and neither judged nor skipped, in the order they were last taken up."""
    seen: set[int] = field(default_factory=set)
    """Comparisons ever handed out: each counts once in ``times_first``."""
    again: set[int] = field(default_factory=set)
    """Comparisons ever handed out a second time."""
    done_again: set[int] = field(default_factory=set)
    """Those of them judged or skipped."""
    taken_up: datetime | None = None
    """When a lease was last given; no two of a rater are given at the same time, so their order is kept."""
    times_first: list[int] = field(default_factory=lambda: [0, 0])
    """How often import position 0 and 1 of a pair was shown first."""

    @property
    def given(self) -> int:
        """How many times something was handed out."""
        return len(self.seen) + len(self.again)

    def done_of(self, repeat_no: int) -> set[int]:
        """What was dealt with, first or again."""
        return self.done_again if repeat_no else self.done
