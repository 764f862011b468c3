"""The rubric: what is judged, in which of the ways to answer, and how it unfolds over turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

CHOICE = "choice"
RANKING = "ranking"
POINTS = "points"
ANSWERS = (CHOICE, RANKING, POINTS)
"""The ways to answer a criterion."""

MAX_STRENGTH = 3
"""The strongest "better" that is stored as strength."""
MAX_DEGREE = 4
"""The most degrees of "better" a scale may offer."""
STRENGTH_OF_DEGREE = {1: 1, 2: 1, 3: 2, 4: 3}
"""Strength of each of four degrees. The weakest, "negligibly better or unsure", is still a choice: it
may not be 0, which means a tie, so it shares 1 with "slightly better" and ``degree`` tells them apart."""

POINT_RANGES = {"1-5": (1, 5), "1-7": (1, 7), "0-100": (0, 100)}
"""The scales of points, as the project file writes them."""

KNOWN_REASONS = (
    "incorrect",
    "incomplete",
    "unsafe",
    "badly_formatted",
    "instructions_not_followed",
    "unclear",
    "repetitive",
    "too_long",
    "too_short",
    "wrong_language",
    "correct",
    "complete",
    "clear",
    "well_formatted",
    "useful",
)
"""Reasons the pages have words for."""

FlagName = Literal["personal_data", "harmful", "not_rankable", "wrong_language", "broken"]
FLAGS: tuple[FlagName, ...] = get_args(FlagName)
"""What a rater may flag about a prompt or a completion."""

TURN_MARK = "@"
"""Stands between a criterion's own name and the turn judged; no criterion's own name may hold it."""


@dataclass(frozen=True, kw_only=True)
class OfferedReason:
    """A reason raters may give for a response with one touch."""

    name: str
    """One of ``KNOWN_REASONS``, or a name of the project's own."""
    en: str | None = None
    """English words; ``None`` for a known name, whose words the pages have."""
    fr: str | None = None
    """French words; the same."""

    def as_json(self) -> dict[str, str | None]:
        """``{"name", "en", "fr"}``."""
        return {"name": self.name, "en": self.en, "fr": self.fr}


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One aspect that is judged."""

    name: str
    """Short stable name, ``overall`` by default; ``NAME@2`` where the second turn is meant."""
    question: str
    """What the rater is asked, in one sentence."""
    answer: str = CHOICE
    """One of ``ANSWERS``: choose one, put all in order, or give each a number."""
    tie: bool = True
    """Whether "equally good" may be answered; in a ranking, whether several may share a place."""
    both_bad: bool = True
    """Whether "both bad" may be answered; in a ranking it stands beside the order."""
    strengths: int = MAX_STRENGTH
    """How many degrees of "better" are offered: 0 (direction only) to 4 (a forced choice)."""
    points: str | None = None
    """One of ``POINT_RANGES`` where the answer is points, else ``None``."""
    reasons: tuple[OfferedReason, ...] = ()
    """Reasons offered for each response."""
    rationale: str = "optional"
    """``off``, ``optional`` or ``required``; a reason with one touch is enough where any is offered."""
    turns: bool = False
    """Whether it is judged once for every assistant turn."""
    turn: int | None = None
    """The assistant turn judged, from 1; ``None`` when the whole is judged."""

    def as_json(self) -> dict[str, Any]:
        """The criterion as a rater's page or program reads it."""
        return {
            "name": self.name,
            "question": self.question,
            "answer": self.answer,
            "tie": self.tie,
            "both_bad": self.both_bad,
            "strengths": self.strengths,
            "points": self.points,
            "reasons": [each.as_json() for each in self.reasons],
            "rationale": self.rationale,
            "turn": self.turn,
        }

    def way(self) -> str:
        """How it is answered, in words for people who read the data."""
        if self.answer == POINTS:
            way = f"with {self.points} points for each response, more being better"
        elif self.answer == RANKING:
            way = "by ranking the responses" + (", ties allowed" if self.tie else "")
        elif self.strengths == MAX_DEGREE:
            way = "by a forced choice in four degrees, negligibly to significantly better"
        else:
            asked = {0: "the direction only", 1: "one degree"}.get(
                self.strengths, f"{self.strengths} degrees"
            )
            way = f"by choosing one, {asked}"
        return way + (", once for every turn of the assistant" if self.turns else "")


def expanded(rubric: Sequence[Criterion], roles: Sequence[Sequence[str]]) -> tuple[Criterion, ...]:
    """The criteria to answer for one comparison.

    ``roles`` holds, for each completion, the roles of its messages in order. A criterion that is judged by
    turns unfolds into one for every assistant turn where all completions have equally many, at least two;
    anywhere else, a single turn included, the whole is judged, and so may become a training row.
    """
    counts = {sum(role == "assistant" for role in each) for each in roles}
    turns = counts.pop() if len(counts) == 1 else 0
    return tuple(
        one for each in rubric for one in (_by_turn(each, turns) if each.turns and turns > 1 else (each,))
    )


def _by_turn(criterion: Criterion, turns: int) -> tuple[Criterion, ...]:
    return tuple(
        replace(criterion, name=f"{criterion.name}{TURN_MARK}{turn}", turn=turn)
        for turn in range(1, turns + 1)
    )


def turn_order(name: str) -> tuple[int, str]:
    """Sorts the names of one criterion's turns as they follow each other: the tenth after the ninth."""
    return len(name), name
