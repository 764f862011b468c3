"""PRISM utterances: people talk with several models at once; a row for each reply, a conversation together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.domain.comparison import Message, Messages
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import Problem
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_id, number, optional_text, required, text, truth, whole
from rlhf_collect.importers.imported import Imported, Origin, Row
from rlhf_collect.importers.judged import judged, ranking_of
from rlhf_collect.importers.parts import LETTERS, Reply, checked_prompt, comparison, in_order_of_hash, reply
from rlhf_collect.importers.reading import each_of

MOST_TURNS = 1000
COLUMNS = frozenset(
    {"interaction_id", "conversation_id", "user_id", "turn", "conversation_type", "user_prompt"}
    | {"model_response", "model_name", "score", "if_chosen"}
)


@dataclass(frozen=True, kw_only=True)
class _Said:
    """One row, understood."""

    row: Row
    turn: int
    interaction: str
    rater: str
    asked: str
    reply: Reply
    score: float | None
    chosen: bool


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of this form."""
    return {"interaction_id", "conversation_id", "user_prompt", "model_response", "if_chosen"} <= set(values)


def key(row: Row) -> str:
    """What tells which rows belong together. Errors: ``Fault``."""
    return as_id(required(row, "conversation_id"), "conversation_id")


def read(rows: Sequence[Row], origin: Origin) -> Iterable[Imported | Problem]:
    """A comparison for every time the person wrote, after the earlier turns with the replies they chose."""
    said, bad = each_of(rows, _said)
    yield from (problem for _, problem in bad)
    spoilt = {str(row.values.get("interaction_id")) for row, _ in bad}
    before: Messages | None = ()
    for place, together in enumerate(_interactions(said)):
        if together[0].turn != place:
            before = None  # a turn is missing
        if together[0].interaction not in spoilt:
            try:
                yield _comparison(together, before, origin)
            except Fault as fault:
                yield fault.at(together[0].row.where)
        before = _continued(before, together)


def _said(row: Row) -> _Said:
    response = text(row, "model_response")
    return _Said(
        row=row,
        turn=whole(required(row, "turn"), "turn", 0, MOST_TURNS, textual=row.textual),
        interaction=as_id(required(row, "interaction_id"), "interaction_id"),
        rater=as_id(required(row, "user_id"), "user_id"),
        asked=text(row, "user_prompt"),
        reply=Reply(content=reply(response, "model_response"), model=optional_text(row, "model_name")),
        score=number(row.values.get("score"), textual=row.textual),
        chosen=truth(row, "if_chosen"),
    )


def _interactions(said: Iterable[_Said]) -> list[list[_Said]]:
    """Rows of the same interaction together, by turn."""
    found: dict[str, list[_Said]] = {}
    for each in said:
        found.setdefault(each.interaction, []).append(each)
    return sorted(found.values(), key=lambda together: together[0].turn)


def _continued(before: Messages | None, together: Sequence[_Said]) -> Messages | None:
    """The conversation with one more turn; ``None`` where nobody can know how it went on."""
    chosen = [each for each in together if each.chosen]
    if before is None or len(chosen) != 1:
        return None
    return (*before, Message(role="user", content=chosen[0].asked), *chosen[0].reply.content)


def _comparison(together: Sequence[_Said], before: Messages | None, origin: Origin) -> Imported:
    first = together[0]
    if before is None:
        raise Fault(
            "turn",
            f"Turn {first.turn} follows on a turn that is missing or has not one chosen reply.",
            "Give every turn from 0 on, each with one reply whose 'if_chosen' is true.",
        )
    if any(each.asked != first.asked for each in together):
        raise Fault(
            "user_prompt", "It differs between the rows of one interaction.", "Write the same in each."
        )
    replies = in_order_of_hash(each.reply for each in together)
    named = {LETTERS[replies.index(each.reply)]: each for each in together} if len(replies) <= 8 else {}
    scores = {name: named[name].score for name in sorted(named)}
    kind = optional_text(first.row, "conversation_type")
    compared = comparison(
        checked_prompt((*before, Message(role="user", content=first.asked)), "user_prompt"),
        replies,
        comparison_id=first.interaction,
        tags=(kind,) if kind else (),
        source=origin.source,
        metadata={"scores": scores} if any(each is not None for each in scores.values()) else {},
    )
    chosen = [name for name, each in named.items() if each.chosen]
    if len(chosen) > 1:
        raise Fault("if_chosen", f"{len(chosen)} replies of one interaction are chosen.", "Only one can be.")
    if not origin.keep_preferences or not chosen:
        return Imported(where=first.row.where, comparison=compared)
    draft = Draft(choice=chosen[0], ranking=_ranking(scores, chosen[0]))
    judgement = judged(first.row, origin, first.rater, compared, draft)
    return Imported(where=first.row.where, comparison=compared, judgements=(judgement,))


def _ranking(scores: Mapping[str, float | None], chosen: str) -> list[list[str]] | None:
    """By score, the chosen one before those that have the same; ``None`` where another has a higher score."""
    known = {name: each for name, each in scores.items() if each is not None}
    if len(known) < len(scores):
        return None
    best, *rest = ranking_of(known)
    if chosen not in best:
        return None
    others = [name for name in best if name != chosen]
    return [[chosen], *([others] if others else []), *rest]
