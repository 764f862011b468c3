"""Judgements that a source carries, as drafts of import raters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rlhf_collect.domain.comparison import Comparison, Messages, derived_comparison_id
from rlhf_collect.domain.judgement import MAX_RATIONALE, TIE, Draft
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.imported import Imported, ImportedJudgement, Origin, Row
from rlhf_collect.importers.parts import Reply, comparison, paired


def judged(
    row: Row, origin: Origin, rater: str, compared: Comparison, draft: Draft, submitted_on: date | None = None
) -> ImportedJudgement:
    """The draft as a judgement of the source's import rater ``rater``; no order was recorded."""
    if origin.keep_preferences:  # else a reason that is too long spoils nothing: it is not kept
        check_rationale(draft.rationale)
    return ImportedJudgement(
        where=row.where,
        comparison=compared.comparison_id,
        rater=origin.rater(rater),
        draft=draft,
        presentation=None,
        submitted_on=submitted_on,
    )


def check_rationale(rationale: str | None) -> None:
    """Raise ``Fault`` when a reason is longer than the store takes."""
    if rationale is not None and len(rationale) > MAX_RATIONALE:
        raise Fault(
            "rationale",
            f"It has {len(rationale):,} characters.",
            f"Keep it under {MAX_RATIONALE:,} characters.",
        )


def signed(score: int, first: str, second: str) -> tuple[str, int]:
    """Choice and strength of a score that is negative when the first is better."""
    if score == 0:
        return TIE, 0
    return (first if score < 0 else second), abs(score)


def ranking_of(scores: Mapping[str, float]) -> list[list[str]]:
    """Completion ids in groups, the highest score first; equal scores share a place."""
    return [
        [name for name, each in scores.items() if each == score]
        for score in sorted(set(scores.values()), reverse=True)
    ]


def first_of(ranking: Sequence[Sequence[str]]) -> str:
    """What a ranking says is best: the one completion of its first place, or a tie."""
    return ranking[0][0] if len(ranking[0]) == 1 else TIE


def preferred(
    row: Row,
    origin: Origin,
    turns: Messages,
    chosen: Reply,
    rejected: Reply,
    *,
    rater: str = "unknown",
    criterion: str = "overall",
    scores: tuple[float | None, float | None] = (None, None),
    within: str = "",
    metadata: dict[str, Any],
) -> Imported:
    """A chosen/rejected row: a comparison that does not tell which was chosen; on request the preference.

    ``within`` is the comparison of a published version that the pair is of: several pairs may be, and each of
    them once for every criterion.
    """
    replies, winner = paired(chosen, rejected)
    loser = "b" if winner == "a" else "a"
    if scores != (None, None):
        metadata["scores"] = dict(sorted({winner: scores[0], loser: scores[1]}.items()))
    texts = derived_comparison_id(turns, [each.content for each in replies])
    compared = comparison(
        turns,
        replies,
        comparison_id=f"{within}/{texts[:8]}" if within else texts,
        source=origin.source,
        metadata=metadata,
    )
    judgements: tuple[ImportedJudgement, ...] = ()
    if origin.keep_preferences:
        judgements = (judged(row, origin, rater, compared, Draft(criterion=criterion, choice=winner)),)
    return Imported(where=row.where, comparison=compared, judgements=judgements)
