"""A judgement: what a rater answered, checked against the rubric and turned back from sides.

Sides never reach the store as an answer: a rater says which *completion* is better, and the order
they saw is kept beside it as the presentation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlhf_collect.domain.comparison import canonical_slots
from rlhf_collect.domain.parts import (
    BOTH_BAD,
    MAX_RATIONALE,
    SKIP,
    TIE,
    Ranking,
    Reason,
    checked_asking,
    checked_choice,
    checked_points,
    checked_ranking,
    checked_rationale,
    checked_reasons,
    checked_strength,
)
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.domain.rubric import MAX_STRENGTH, Criterion
from rlhf_collect.ids import content_hash

__all__ = [
    "BOTH_BAD",
    "MAX_RATIONALE",
    "MAX_STRENGTH",
    "SKIP",
    "TIE",
    "Criterion",
    "Draft",
    "Ranking",
    "Reason",
    "Settled",
    "answers_hash",
    "label_of",
    "settle",
]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What came through a door, before it was checked."""

    criterion: str = "overall"
    """The criterion answered."""
    choice: str | None = None
    """A completion id, ``tie`` or ``both_bad``; may be left out beside a ranking or points."""
    strength: int | None = None
    """1 to as many degrees as the criterion has; 0 only with a tie or both_bad; ``None`` when not asked."""
    degree: int | None = None
    """1 to 4, for judgements made elsewhere on a scale of four degrees; here it follows from ``strength``."""
    ranking: Sequence[Sequence[str]] | None = None
    """Groups of completion ids, best first; a group is a tie."""
    points: Mapping[str, int] | None = None
    """A number for every completion id; the ranking and the choice follow from them."""
    reasons: Sequence[Reason] = ()
    """Reasons given with one touch."""
    rationale: str | None = None
    """The reason in the rater's words."""
    order_asked: bool | None = None
    """Whether the rater was asked if an untouched order is meant, and said yes."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A checked answer with everything derived from it that statistics need."""

    criterion: str
    """The criterion answered."""
    choice: str
    """A completion id, ``tie`` or ``both_bad``."""
    strength: int | None
    """0 to 3, ``None`` when not collected."""
    degree: int | None = None
    """1 to 4 as said on a scale of four degrees, ``None`` on any other and with a tie or both_bad."""
    ranking: Ranking | None
    """Groups, best first, each in import order; ``None`` where none was given and no points were, as where all
    are bad and nothing more is said."""
    points: Mapping[str, int] | None = None
    """Points of every completion in import order, ``None`` where none were asked."""
    reasons: tuple[Reason, ...] = ()
    """Reasons given with one touch, in import order of the completions."""
    rationale: str | None
    """The reason, ``None`` when empty."""
    order_asked: bool | None = None
    """Whether an untouched order was asked about and confirmed; ``None`` where there was nothing to ask."""
    label: int
    """Slot of the chosen completion, then tie, then both_bad: for two completions 0 A, 1 tie, 2 B,
    3 both_bad; for N completions 0..N-1 slots, N tie, N+1 both_bad."""
    signed_strength: int | None
    """Negative towards slot 0, 0 for a tie; ``None`` for both_bad, for N > 2, or when not collected."""
    first_shown_won: bool | None
    """Whether the completion shown first was chosen; ``None`` when nobody won or no order was shown."""

    def content(self) -> dict[str, object]:
        """What the rater said, without what is derived: compared when the same id comes twice.

        Ways to answer that came later are there only where they were used, so that an answer stored
        before them keeps its hash, and a file imported before them is still known.
        """
        later: dict[str, object] = {
            "degree": self.degree,
            "points": None if self.points is None else dict(self.points),
            "reasons": [[each.completion, each.reason] for each in self.reasons] or None,
            "order_asked": self.order_asked or None,
        }
        return {
            "criterion": self.criterion,
            "choice": self.choice,
            "strength": self.strength,
            "ranking": None if self.ranking is None else [list(group) for group in self.ranking],
            "rationale": self.rationale,
        } | {name: value for name, value in later.items() if value is not None}


def answers_hash(settled: Sequence[Settled], flags: Sequence[Flag] = (), edited: Edited | None = None) -> str:
    """One hash for all of a submission: equal hashes mean the same submission again."""
    said: list[object] = [
        *sorted((each.content() for each in settled), key=lambda each: str(each["criterion"]))
    ]
    if flags:
        said.append({"flags": [[each.target, each.flag] for each in flags]})
    if edited is not None:
        said.append({"edited": [edited.completion, edited.content]})
    return content_hash(said)


def label_of(choice: str, slots: Mapping[str, int]) -> int:
    """The integer category of a choice, see ``Settled.label``."""
    count = len(slots)
    if count == 2:
        return {TIE: 1, BOTH_BAD: 3}.get(choice, 2 * slots.get(choice, 0))
    return {TIE: count, BOTH_BAD: count + 1}.get(choice, slots.get(choice, 0))


def settle(
    draft: Draft,
    *,
    comparison_id: str,
    completion_ids: Sequence[str],
    presentation: Sequence[str] | None,
    criterion: Criterion | None,
) -> Settled:
    """Check a draft against the rubric and work out its label, sign and side.

    ``completion_ids`` in import order; ``presentation`` the order shown, ``None`` for imported
    judgements; ``criterion`` ``None`` when the project's rubric does not bind (imports).
    Errors: ``BadAnswer`` saying which field, what is wrong and what is allowed.
    """
    points = checked_points(draft.points, completion_ids, criterion)
    ranking = checked_ranking(draft.ranking, draft.choice, points, completion_ids, criterion)
    choice = checked_choice(draft.choice, ranking, completion_ids, criterion)
    strength, degree = checked_strength(draft.strength, draft.degree, choice, criterion, len(completion_ids))
    reasons = checked_reasons(draft.reasons, completion_ids, criterion)
    slots = canonical_slots(comparison_id, completion_ids)
    decided = choice not in (TIE, BOTH_BAD)
    signed: int | None = None
    if len(completion_ids) == 2 and choice != BOTH_BAD and strength is not None:
        signed = 0 if choice == TIE else (strength if slots[choice] == 1 else -strength)
    return Settled(
        criterion=draft.criterion,
        choice=choice,
        strength=strength,
        degree=degree,
        ranking=ranking,
        points=points,
        reasons=reasons,
        rationale=checked_rationale(draft.rationale, reasons, criterion),
        order_asked=checked_asking(draft.order_asked, ranking, criterion),
        label=label_of(choice, slots),
        signed_strength=signed,
        first_shown_won=(choice == presentation[0]) if decided and presentation else None,
    )
