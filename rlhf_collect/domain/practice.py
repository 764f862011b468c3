"""How far somebody is with a project's practice comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PracticeState:
    """One rater's practice in one project."""

    required: bool
    """Whether it comes before the first real comparison."""
    needed: int
    """How many must be answered as expected; 0 where none must."""
    total: int
    """Practice comparisons there are."""
    answered: int
    """How many of them are answered in this round."""
    expected: int
    """How many of these as expected."""
    done: bool
    """Whether this or an earlier round was enough: what is passed once stays passed."""

    @property
    def bars(self) -> bool:
        """Whether real comparisons have to wait."""
        return self.required and not self.done

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "required": self.required,
            "pass": self.needed,
            "total": self.total,
            "answered": self.answered,
            "expected": self.expected,
            "done": self.done,
        }


def practice_state(
    *, required: bool, needed: int, total: int, round_no: int, rounds: Mapping[int, tuple[int, int]]
) -> PracticeState:
    """The state after ``rounds`` (number to answered and as expected), ``round_no`` being the one under way.

    ``needed`` is cut to ``total``: comparisons that are missing must not shut everybody out. Where none
    must be answered as expected, a round is enough once every comparison in it is answered.
    """
    needed = min(needed, total)

    def enough(answered: int, expected: int) -> bool:
        return expected >= needed if needed else answered >= total

    answered, expected = rounds.get(round_no, (0, 0))
    done = enough(0, 0) or any(enough(*each) for each in rounds.values())
    return PracticeState(
        required=required, needed=needed, total=total, answered=answered, expected=expected, done=done
    )
