"""The parts of an answer, each checked against its criterion.

Every function raises ``BadAnswer`` naming its field, what is wrong and what is allowed. A criterion of
``None`` means that no rubric binds: judgements made elsewhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlhf_collect.domain.rubric import (
    MAX_DEGREE,
    MAX_STRENGTH,
    POINT_RANGES,
    POINTS,
    RANKING,
    STRENGTH_OF_DEGREE,
    Criterion,
)
from rlhf_collect.errors import BadAnswer

TIE = "tie"
BOTH_BAD = "both_bad"
SKIP = "skip"
MAX_RATIONALE = 10_000
"""Characters of a written reason."""
MOST_POINTS = 100
"""More points than this no scale has."""

Ranking = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, order=True)
class Reason:
    """Why one response is what it is, said with one touch."""

    completion: str
    """Id of the completion it is said of."""
    reason: str
    """Name of the reason."""


def checked_points(
    points: Mapping[str, int] | None, completion_ids: Sequence[str], criterion: Criterion | None
) -> dict[str, int] | None:
    """Points of every completion in import order, ``None`` where none are asked."""
    wanted = criterion is not None and criterion.answer == POINTS
    if points is None:
        if wanted:
            raise BadAnswer(f"points: are missing. Give every response a number: {_range_words(criterion)}.")
        return None
    if criterion is not None and not wanted:
        raise BadAnswer("points: this criterion asks for none. Leave them out.")
    if sorted(points) != sorted(completion_ids):
        raise BadAnswer(
            "points: every completion must have exactly one number. "
            f"Give points to exactly these: {', '.join(completion_ids)}."
        )
    low, high = POINT_RANGES[str(criterion.points)] if criterion is not None else (0, MOST_POINTS)
    for each in completion_ids:
        if type(points[each]) is not int or not low <= points[each] <= high:
            raise BadAnswer(
                f"points: {points[each]!r} for '{each}' is not possible. Use whole numbers, "
                f"{_range_words(criterion)}."
            )
    return {each: points[each] for each in completion_ids}


def _range_words(criterion: Criterion | None) -> str:
    low, high = POINT_RANGES[str(criterion.points)] if criterion is not None else (0, MOST_POINTS)
    return f"{low} to {high}"


def checked_ranking(
    ranking: Sequence[Sequence[str]] | None,
    choice: str | None,
    points: Mapping[str, int] | None,
    completion_ids: Sequence[str],
    criterion: Criterion | None,
) -> Ranking | None:
    """Groups, best first, each in import order; from the points where there are any.

    Where a criterion has a way to say so, ``choice`` ``both_bad`` stands without an order.
    """
    asked = criterion is not None and criterion.answer == RANKING
    all_bad = criterion is not None and criterion.both_bad and choice == BOTH_BAD
    if asked and ranking is None and not all_bad:
        raise BadAnswer(
            f"ranking: is missing. Put all in order, best first: exactly {', '.join(completion_ids)}."
        )
    given = None if ranking is None else _grouped(ranking, completion_ids)
    if points is not None:
        by_points = _by_points(points)
        if given is not None and given != by_points:
            raise BadAnswer("ranking: contradicts the points. Leave it out, it follows from them.")
        return by_points
    alone = asked and criterion is not None and not criterion.tie
    if given is not None and alone and any(len(group) > 1 for group in given):
        raise BadAnswer("ranking: no two may share a place here. Give each its own.")
    return given


def _grouped(ranking: Sequence[Sequence[str]], completion_ids: Sequence[str]) -> Ranking:
    named = [each for group in ranking for each in group]
    if any(not group for group in ranking) or sorted(named) != sorted(completion_ids):
        raise BadAnswer(
            "ranking: every completion must stand in exactly one group. "
            f"Rank exactly these: {', '.join(completion_ids)}."
        )
    # Within a shared place there is no order: that of the import makes the same answer the same row.
    return tuple(tuple(each for each in completion_ids if each in group) for group in ranking)


def _by_points(points: Mapping[str, int]) -> Ranking:
    steps = sorted(set(points.values()), reverse=True)
    return tuple(tuple(each for each in points if points[each] == step) for step in steps)


def checked_choice(
    choice: str | None, ranking: Ranking | None, completion_ids: Sequence[str], criterion: Criterion | None
) -> str:
    """A completion id, ``tie`` or ``both_bad``; what the first place says where one is left out."""
    implied = None if ranking is None else (ranking[0][0] if len(ranking[0]) == 1 else TIE)
    choice = choice or implied
    allowed = list(completion_ids)
    # As many points for two responses is a tie that nobody needs to be allowed to say.
    if criterion is None or criterion.tie or criterion.answer == POINTS:
        allowed.append(TIE)
    if criterion is None or criterion.both_bad:
        allowed.append(BOTH_BAD)
    if choice is None or choice not in allowed:
        said = "is missing" if choice is None else f"'{choice}' is not possible here"
        raise BadAnswer(f"choice: {said}. Choose one of {', '.join(allowed)}.")
    if implied is not None and choice not in (implied, BOTH_BAD):
        raise BadAnswer(f"choice: '{choice}' contradicts the ranking, whose first place is '{implied}'.")
    return choice


def checked_strength(
    strength: int | None, degree: int | None, choice: str, criterion: Criterion | None, completions: int
) -> tuple[int | None, int | None]:
    """Strength as it is stored, 0 to 3, and the degree where the scale had four.

    Between more than two ``completions`` there is no single distance, so no strength needs to be given.
    """
    if criterion is None:
        strength = _strength_beside(degree, strength, choice)
    elif degree is not None:
        raise BadAnswer("degree: follows from strength here. Leave it out.")
    if choice in (TIE, BOTH_BAD):
        if strength not in (None, 0):
            raise BadAnswer(f"strength: must be 0 with '{choice}', not {strength}.")
        return (0 if criterion is None or criterion.strengths else None), None
    most = MAX_STRENGTH if criterion is None else criterion.strengths
    if criterion is not None and most == 0:
        if strength is not None:
            raise BadAnswer("strength: this criterion asks for the direction only. Leave it out.")
        return None, None
    if strength is None and criterion is not None and completions == 2:
        raise BadAnswer(f"strength: is missing. Say how much better: 1 to {most}.")
    if strength is not None and not 1 <= strength <= most:
        raise BadAnswer(f"strength: {strength} is out of range. Use 1 to {most} for a chosen completion.")
    if most == MAX_DEGREE and strength is not None:
        return STRENGTH_OF_DEGREE[strength], strength
    return strength, degree


def _strength_beside(degree: int | None, strength: int | None, choice: str) -> int | None:
    """The strength of a judgement made elsewhere, which may have brought its degree of four."""
    if degree is None:
        return strength
    if choice in (TIE, BOTH_BAD):
        raise BadAnswer(f"degree: stands beside '{choice}'. Leave it out.")
    if degree not in STRENGTH_OF_DEGREE:
        raise BadAnswer(f"degree: {degree} is out of range. Use 1 to {MAX_DEGREE}.")
    meant = STRENGTH_OF_DEGREE[degree]
    if strength not in (None, meant):
        raise BadAnswer(f"degree: {degree} means strength {meant}, not {strength}. Leave one of the two out.")
    return meant


def checked_reasons(
    reasons: Sequence[Reason], completion_ids: Sequence[str], criterion: Criterion | None
) -> tuple[Reason, ...]:
    """Reasons sorted by completion in import order, then by name: touched in any order, they say the same."""
    offered = None if criterion is None else [each.name for each in criterion.reasons]
    for each in reasons:
        if each.completion not in completion_ids:
            raise BadAnswer(
                f"reasons: '{each.completion}' is no response of this comparison. "
                f"Name one of {', '.join(completion_ids)}."
            )
        if offered is not None and each.reason not in offered:
            allowed = f"Offered are {', '.join(offered)}." if offered else "None are offered: leave them out."
            raise BadAnswer(f"reasons: '{each.reason}' is not offered by this criterion. {allowed}")
    if len(set(reasons)) < len(reasons):
        raise BadAnswer("reasons: the same reason is given twice for one response. Give each once.")
    return tuple(sorted(reasons, key=lambda each: (completion_ids.index(each.completion), each.reason)))


def checked_rationale(
    rationale: str | None, reasons: Sequence[Reason], criterion: Criterion | None
) -> str | None:
    """The written reason, ``None`` when empty."""
    text = (rationale or "").strip() or None
    if criterion is not None and criterion.rationale == "off" and text:
        raise BadAnswer("rationale: this criterion takes no written reason. Leave it out.")
    if criterion is not None and criterion.rationale == "required" and not text and not reasons:
        how = "Choose one of the reasons, or write one" if criterion.reasons else "Write one"
        raise BadAnswer(f"rationale: is missing. This criterion asks for a short reason. {how}.")
    if text:
        check_text("rationale", text, MAX_RATIONALE)
    return text


def check_text(field: str, text: str, most: int) -> None:
    """Raise unless ``text`` can be stored: real characters, and not too many of them."""
    if "\x00" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise BadAnswer(f"{field}: holds characters that are not text (U+0000 or half a surrogate pair).")
    if len(text) > most:
        raise BadAnswer(f"{field}: {len(text):,} characters are too many. Keep it under {most:,}.")


def length_in_words(text: str) -> int:
    """How many characters somebody can read: of white space one between words, of what shows nothing none."""
    shown = "".join(each for each in text if each.isspace() or unicodedata.category(each)[0] not in "CM")
    return len(" ".join(shown.split()))


def checked_asking(
    order_asked: bool | None, ranking: Ranking | None, criterion: Criterion | None
) -> bool | None:
    """Whether the rater was asked if an untouched order is meant; ``None`` where nobody could ask."""
    ranked = ranking is not None and (criterion is None or criterion.answer == RANKING)
    if order_asked and not ranked:
        raise BadAnswer("order_asked: there is no order to ask about. Leave it out.")
    if criterion is None:
        return order_asked if ranked else None
    return bool(order_asked) if ranked else None
