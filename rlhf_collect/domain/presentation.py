"""The order in which one rater sees the completions of one comparison."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from rlhf_collect.ids import keyed_hash


def draw_presentation(
    *,
    seed: str,
    comparison_id: str,
    rater: str,
    completion_ids: Sequence[str],
    times_first: Sequence[int] | None = None,
) -> tuple[str, ...]:
    """Completion ids in the order to show, the same at every call with the same arguments.

    Drawn from hash(project seed, comparison, rater). For two completions ``times_first`` may say
    how often this rater already saw import position 0 and 1 first: once one leads by two, the other
    goes first. Each rater's sides stay balanced within two, and yet cannot be foreseen as strict
    alternation could.
    """
    ids = list(completion_ids)
    draw = Random(keyed_hash(seed.encode(), f"{comparison_id}|{rater}"))  # noqa: S311 - a fair draw, not a secret
    if len(ids) == 2 and times_first is not None and abs(times_first[0] - times_first[1]) >= 2:
        return tuple(ids if times_first[0] < times_first[1] else ids[::-1])
    draw.shuffle(ids)
    return tuple(ids)


def side_of(choice: str, presentation: Sequence[str]) -> str | None:
    """The letter a completion stood under, ``A`` to ``H``; ``None`` for a tie and the like."""
    return "ABCDEFGH"[presentation.index(choice)] if choice in presentation else None
