"""A judgement: what a rater answered, checked against the rubric and turned back from sides.

Sides never reach the store as an answer: a rater says which *completion* is better, and the order
they saw is kept beside it as the presentation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlhf_collect.domain.comparison import canonical_slots
from rlhf_collect.errors import BadAnswer
from rlhf_collect.ids import content_hash

TIE = "tie"
BOTH_BAD = "both_bad"
SKIP = "skip"
MAX_RATIONALE = 10_000
"""Characters of a written reason."""
MAX_STRENGTH = 3

Ranking = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One aspect that is judged."""

    name: str
    """Short stable name, ``overall`` by default."""
    question: str
    """What the rater is asked, in one sentence."""
    tie: bool = True
    """Whether "equally good" may be answered."""
    both_bad: bool = True
    """Whether "both bad" may be answered."""
    strengths: int = MAX_STRENGTH
    """How many degrees of "better" are offered: 0 (direction only) to 3."""
    rationale: str = "optional"
    """``off``, ``optional`` or ``required``."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What came through a door, before it was checked."""

    criterion: str = "overall"
    """The criterion answered."""
    choice: str | None = None
    """A completion id, ``tie`` or ``both_bad``; may be left out beside a ranking."""
    strength: int | None = None
    """0 to 3; 0 only with a tie or both_bad; ``None`` when not asked."""
    ranking: Sequence[Sequence[str]] | None = None
    """Groups of completion ids, best first; a group is a tie."""
    rationale: str | None = None
    """The reason in the rater's words."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A checked answer with everything derived from it that statistics need."""

    criterion: str
    """The criterion answered."""
    choice: str
    """A completion id, ``tie`` or ``both_bad``."""
    strength: int | None
    """0 to 3, ``None`` when not collected."""
    ranking: Ranking | None
    """Groups, best first; ``None`` where none was given."""
    rationale: str | None
    """The reason, ``None`` when empty."""
    label: int
    """Slot of the chosen completion, then tie, then both_bad: for two completions 0 A, 1 tie, 2 B,
    3 both_bad; for N completions 0..N-1 slots, N tie, N+1 both_bad."""
    signed_strength: int | None
    """Negative towards slot 0, 0 for a tie; ``None`` for both_bad, for N > 2, or when not collected."""
    first_shown_won: bool | None
    """Whether the completion shown first was chosen; ``None`` when nobody won or no order was shown."""

    def content(self) -> dict[str, object]:
        """What the rater said, without what is derived: compared when the same id comes twice."""
        return {
            "criterion": self.criterion,
            "choice": self.choice,
            "strength": self.strength,
            "ranking": None if self.ranking is None else [list(group) for group in self.ranking],
            "rationale": self.rationale,
        }


def answers_hash(settled: Sequence[Settled]) -> str:
    """One hash for all answers of a judgement: equal hashes mean the same submission again."""
    return content_hash(sorted((each.content() for each in settled), key=lambda each: str(each["criterion"])))


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
    ranking = _checked_ranking(draft.ranking, completion_ids)
    choice = _checked_choice(draft.choice, ranking, completion_ids, criterion)
    strength = _checked_strength(draft.strength, choice, criterion)
    slots = canonical_slots(comparison_id, completion_ids)
    decided = choice not in (TIE, BOTH_BAD)
    signed: int | None = None
    if len(completion_ids) == 2 and choice != BOTH_BAD and strength is not None:
        signed = 0 if choice == TIE else (strength if slots[choice] == 1 else -strength)
    return Settled(
        criterion=draft.criterion,
        choice=choice,
        strength=strength,
        ranking=ranking,
        rationale=_checked_rationale(draft.rationale, criterion),
        label=label_of(choice, slots),
        signed_strength=signed,
        first_shown_won=(choice == presentation[0]) if decided and presentation else None,
    )


def _checked_ranking(
    ranking: Sequence[Sequence[str]] | None, completion_ids: Sequence[str]
) -> Ranking | None:
    if ranking is None:
        return None
    groups = tuple(tuple(group) for group in ranking)
    named = [each for group in groups for each in group]
    if any(not group for group in groups) or sorted(named) != sorted(completion_ids):
        raise BadAnswer(
            "ranking: every completion must stand in exactly one group. "
            f"Rank exactly these: {', '.join(completion_ids)}."
        )
    return groups


def _checked_choice(
    choice: str | None, ranking: Ranking | None, completion_ids: Sequence[str], criterion: Criterion | None
) -> str:
    implied = None if ranking is None else (ranking[0][0] if len(ranking[0]) == 1 else TIE)
    choice = choice or implied
    allowed = list(completion_ids)
    if criterion is None or criterion.tie:
        allowed.append(TIE)
    if criterion is None or criterion.both_bad:
        allowed.append(BOTH_BAD)
    if choice is None or choice not in allowed:
        said = "is missing" if choice is None else f"'{choice}' is not possible here"
        raise BadAnswer(f"choice: {said}. Choose one of {', '.join(allowed)}.")
    if implied is not None and choice not in (implied, BOTH_BAD):
        raise BadAnswer(f"choice: '{choice}' contradicts the ranking, whose first place is '{implied}'.")
    return choice


def _checked_strength(strength: int | None, choice: str, criterion: Criterion | None) -> int | None:
    if choice in (TIE, BOTH_BAD):
        if strength not in (None, 0):
            raise BadAnswer(f"strength: must be 0 with '{choice}', not {strength}.")
        return 0 if criterion is None or criterion.strengths else None
    most = MAX_STRENGTH if criterion is None else criterion.strengths
    if criterion is not None and most == 0:
        if strength is not None:
            raise BadAnswer("strength: this criterion asks for the direction only. Leave it out.")
        return None
    if strength is None and criterion is not None:
        raise BadAnswer(f"strength: is missing. Say how much better: 1 to {most}.")
    if strength is not None and not 1 <= strength <= most:
        raise BadAnswer(f"strength: {strength} is out of range. Use 1 to {most} for a chosen completion.")
    return strength


def check_text(field: str, text: str) -> None:
    """Raise ``BadAnswer`` for what a rater wrote that no store can hold."""
    if "\x00" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise BadAnswer(f"{field}: holds characters that are not text (U+0000 or half a surrogate pair).")


def _checked_rationale(rationale: str | None, criterion: Criterion | None) -> str | None:
    text = (rationale or "").strip() or None
    if criterion is not None and criterion.rationale == "off" and text:
        raise BadAnswer("rationale: this criterion takes no written reason. Leave it out.")
    if criterion is not None and criterion.rationale == "required" and not text:
        raise BadAnswer("rationale: is missing. This criterion asks for a short reason.")
    check_text("rationale", text or "")
    if text and len(text) > MAX_RATIONALE:
        raise BadAnswer(f"rationale: {len(text):,} characters are too many. Keep it under {MAX_RATIONALE:,}.")
    return text
