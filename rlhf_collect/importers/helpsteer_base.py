"""NVIDIA HelpSteer2, the base file: one rated response on each row, those of one prompt under each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import Problem
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import required, text, whole
from rlhf_collect.importers.helpsteer import turns_of
from rlhf_collect.importers.imported import Imported, Origin, Row
from rlhf_collect.importers.judged import first_of, judged, ranking_of
from rlhf_collect.importers.parts import LETTERS, Reply, comparison, reply
from rlhf_collect.importers.reading import each_of

CRITERIA = ("helpfulness", "correctness", "coherence")
TRAITS = ("complexity", "verbosity")
"""Of these more is not better: they are kept beside."""
COLUMNS = frozenset({"prompt", "response", *CRITERIA, *TRAITS})


@dataclass(frozen=True, kw_only=True)
class _Rated:
    """One row, understood."""

    reply: Reply
    ratings: Mapping[str, int]


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of this form."""
    return {"prompt", "response", *CRITERIA} <= set(values)


def key(row: Row) -> str:
    """What tells which rows belong together. Errors: ``Fault``."""
    return text(row, "prompt")


def read(rows: Sequence[Row], origin: Origin) -> Iterable[Imported | Problem]:
    """The responses to one prompt as a comparison, the mean ratings as rankings. Errors: ``Fault``."""
    rated, bad = each_of(rows, _rated)
    if bad:
        return [problem for _, problem in bad]
    if len(rated) == 1:
        raise Fault(
            "prompt",
            "No row beside this one has the same prompt.",
            "A comparison needs 2 to 8 responses: put the rows of one prompt under each other.",
        )
    first = rows[0]
    compared = comparison(
        turns_of(text(first, "prompt")),
        [each.reply for each in rated],
        source=origin.source,
        metadata={trait: _by_name(rated, trait) for trait in TRAITS},
    )
    if not origin.keep_preferences:
        return [Imported(where=first.where, comparison=compared)]
    rankings = {criterion: ranking_of(_by_name(rated, criterion)) for criterion in CRITERIA}
    drafts = [
        Draft(criterion=criterion, choice=first_of(ranking), ranking=ranking)
        for criterion, ranking in rankings.items()
    ]
    judgements = tuple(judged(first, origin, "overall", compared, each) for each in drafts)
    return [Imported(where=first.where, comparison=compared, judgements=judgements)]


def _rated(row: Row) -> _Rated:
    return _Rated(
        reply=Reply(content=reply(text(row, "response"), "response")),
        ratings={
            field: whole(required(row, field), field, 0, 4, textual=row.textual)
            for field in (*CRITERIA, *TRAITS)
        },
    )


def _by_name(rated: Sequence[_Rated], field: str) -> dict[str, int]:
    """What every completion has of one rating; more than eight are refused before."""
    return {name: each.ratings[field] for name, each in zip(LETTERS, rated, strict=False)}
