"""Chatbot Arena: two conversations with the same user, and who won (LMSYS 33k, LMArena 140k)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.domain.comparison import Comparison, Messages
from rlhf_collect.domain.judgement import BOTH_BAD, TIE, Draft
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_id, as_list, as_object, day, optional_id, optional_text, required
from rlhf_collect.importers.imported import Imported, ImportedJudgement, Origin, Row
from rlhf_collect.importers.judged import judged
from rlhf_collect.importers.languages import language_tag
from rlhf_collect.importers.parts import Reply, comparison, message, split_dialogues

SIDES = ("conversation_a", "conversation_b")
COLUMNS = frozenset(
    {"question_id", "id", "model_a", "model_b", "winner", "judge", "evaluation_session_id", "language"}
    | {"tstamp", "timestamp", "is_code", *SIDES}
)
_WINNERS = {"model_a": "a", "model_b": "b", "tie": TIE, "tie (bothbad)": BOTH_BAD, "both_bad": BOTH_BAD}


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of one of the two forms."""
    return {*SIDES, "winner"} <= set(values)


def read(row: Row, origin: Origin) -> Imported:
    """One comparison: the prompt is what both sides share, the rest of each is its completion."""
    one, other = (_conversation(row, field) for field in SIDES)
    turns, first, second = split_dialogues(one, other, SIDES)
    choice = _winner(row)
    named = optional_text(row, "language")
    compared = comparison(
        turns,
        (
            Reply(content=first, model=optional_text(row, "model_a")),
            Reply(content=second, model=optional_text(row, "model_b")),
        ),
        comparison_id=optional_id(row, "question_id") or optional_id(row, "id"),
        language=language_tag(named),
        tags=("code",) if row.values.get("is_code") is True else (),
        source=origin.source,
        metadata={"language": named} if named else {},
    )
    judgements: tuple[ImportedJudgement, ...] = ()
    if origin.keep_preferences:
        judgements = (_judgement(row, origin, compared=compared, choice=choice),)
    return Imported(where=row.where, comparison=compared, judgements=judgements)


def _judgement(row: Row, origin: Origin, *, compared: Comparison, choice: str) -> ImportedJudgement:
    rater = optional_id(row, "judge") or optional_id(row, "evaluation_session_id") or "unknown"
    field = "tstamp" if row.values.get("tstamp") is not None else "timestamp"
    moment = row.values.get(field)
    if row.textual and isinstance(moment, str) and moment.replace(".", "", 1).isdigit():
        moment = float(moment)
    made_on = None if moment is None else day(moment, field)
    return judged(row, origin, rater, compared, Draft(choice=choice), made_on)


def _winner(row: Row) -> str:
    winner = as_id(required(row, "winner"), "winner")
    if winner not in _WINNERS:
        raise Fault("winner", f"'{winner[:40]}' is not known.", f"Use one of {', '.join(_WINNERS)}.")
    return _WINNERS[winner]


def _conversation(row: Row, field: str) -> Messages:
    return tuple(
        message(_as_text_message(each, field), field) for each in as_list(required(row, field), field)
    )


def _as_text_message(value: object, field: str) -> dict[str, Any]:
    """A message whose list of parts is joined; LMArena writes text and image parts."""
    turn = dict(as_object(value, field))
    if isinstance(turn.get("content"), list | tuple):
        turn["content"] = "\n".join(_part(each, field) for each in turn["content"])
    return turn


def _part(value: object, field: str) -> str:
    part = as_object(value, field)
    said = part.get("text")
    if part.get("image") or part.get("type") not in (None, "text") or not isinstance(said, str):
        raise Fault(
            field, "A message holds an image or another part that is no text.", "Import text rows only."
        )
    return said
