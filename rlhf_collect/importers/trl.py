"""TRL preference rows: explicit or implicit prompt, plain text or conversations, and what resembles them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.domain.comparison import Message, Messages
from rlhf_collect.importers import hh_rlhf
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_id, as_text, number, optional_id, optional_text, required
from rlhf_collect.importers.imported import Imported, Origin, Row
from rlhf_collect.importers.judged import preferred
from rlhf_collect.importers.parts import (
    Reply,
    checked_prompt,
    checked_reply,
    messages,
    prompt,
    reply,
    split_dialogues,
)

SIDES = ("chosen", "rejected")
COLUMNS = frozenset(
    {"prompt", "chosen", "rejected", "prompt_id", "id", "source", "dataset", "margin", "criterion", "pair_id"}
    | {"comparison_id"}
    | {f"score_{side}" for side in SIDES}
    | {f"{side}_{kind}" for kind in ("model", "rating") for side in SIDES}
)
_KEPT = ("prompt_id", "id", "source", "dataset")
"""Columns that go into the metadata as they are."""


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of this form."""
    return set(SIDES) <= set(values)


def read(row: Row, origin: Origin) -> Imported:
    """One comparison. Errors: ``Fault``."""
    return read_by(row, origin, rater="unknown")


def read_by(row: Row, origin: Origin, *, rater: str) -> Imported:
    """One comparison whose preference is that of ``rater``."""
    for field in ("images", "image", "tools"):
        if row.values.get(field):
            raise Fault(field, "Rows with images or tools are not supported.", "Import rows of text only.")
    turns, chosen, rejected = _shape(row)
    published = row.values.get("pair_id") is not None  # its scores are of one version, not of the pair
    criterion = row.values.get("criterion") if published else None
    return preferred(
        row,
        origin,
        turns,
        Reply(content=chosen, model=optional_text(row, "chosen_model")),
        Reply(content=rejected, model=optional_text(row, "rejected_model")),
        rater=rater,
        criterion="overall" if criterion is None else as_id(criterion, "criterion"),
        scores=(None, None) if published else (_score(row, "chosen"), _score(row, "rejected")),
        within=optional_id(row, "comparison_id") if published else "",
        metadata={} if published else _metadata(row),
    )


def _shape(row: Row) -> tuple[Messages, Messages, Messages]:
    """Prompt, chosen and rejected reply, whichever of the shapes the row has."""
    chosen, rejected = required(row, "chosen"), required(row, "rejected")
    given = row.values.get("prompt")
    if isinstance(chosen, str) != isinstance(rejected, str):
        raise Fault(
            "rejected", "It is not of the same kind as 'chosen'.", "Write both as text or both as messages."
        )
    if isinstance(chosen, str):
        return _standard(given, chosen, rejected)
    one, other = messages(chosen, "chosen"), messages(rejected, "rejected")
    if given is None:
        return split_dialogues(one, other, SIDES)
    if isinstance(given, str):
        return _beside_dialogues(given, one, other)
    turns = prompt(given)
    count = len(turns)
    if one[:count] == turns and other[:count] == turns:  # whole dialogues although the prompt is given
        one, other = one[count:], other[count:]
    return turns, checked_reply(one, "chosen"), checked_reply(other, "rejected")


def _standard(given: object, chosen: str, rejected: str) -> tuple[Messages, Messages, Messages]:
    if isinstance(given, str) and hh_rlhf.is_dialogue(given):
        both = (hh_rlhf.dialogue(given + chosen, "chosen"), hh_rlhf.dialogue(given + rejected, "rejected"))
        return split_dialogues(*both, SIDES)
    if given is not None:
        return prompt(given), reply(chosen, "chosen"), reply(rejected, "rejected")
    if hh_rlhf.is_dialogue(chosen):
        both = (hh_rlhf.dialogue(chosen, "chosen"), hh_rlhf.dialogue(rejected, "rejected"))
        return split_dialogues(*both, SIDES)
    cut = _implicit_cut(chosen, rejected)
    turns = checked_prompt((Message(role="user", content=chosen[:cut]),), "chosen")
    return turns, reply(chosen[cut:], "chosen"), reply(rejected[cut:], "rejected")


def _implicit_cut(chosen: str, rejected: str) -> int:
    """Length of the common beginning, back to a white space: a word is never cut in two.

    The white space belongs to the completions, as in TRL. Where replies begin alike their first
    words still count as prompt: without a ``prompt`` column nobody can tell.
    """
    if chosen == rejected:
        raise Fault(
            "rejected", "It is the same text as 'chosen'.", "There is nothing to compare: remove the line."
        )
    shared = zip(chosen, rejected, strict=False)
    cut = next(
        (at for at, (one, other) in enumerate(shared) if one != other), min(len(chosen), len(rejected))
    )
    if not all(each[cut : cut + 1].isspace() for each in (chosen, rejected)):
        while cut and not chosen[cut - 1].isspace():
            cut -= 1
    cut = len(chosen[:cut].rstrip())
    if not chosen[:cut].strip():
        raise Fault(
            "prompt",
            "There is none, and 'chosen' and 'rejected' begin differently.",
            "Add a column 'prompt'.",
        )
    return cut


def _beside_dialogues(given: str, one: Messages, other: Messages) -> tuple[Messages, Messages, Messages]:
    """A prompt as text beside conversations: replies, or whole dialogues that hold it as a user turn."""
    if one and other and one[0].role == other[0].role == "assistant":
        return prompt(given), checked_reply(one, "chosen"), checked_reply(other, "rejected")
    turns, chosen, rejected = split_dialogues(one, other, SIDES)
    asked = {each.content.strip() for each in turns if each.role == "user"}
    if given.strip() not in asked:
        raise Fault(
            "prompt",
            "It is not what the user says in the dialogues of 'chosen' and 'rejected'.",
            "Remove the column 'prompt' if the dialogues are right.",
        )
    return turns, chosen, rejected


def _score(row: Row, side: str) -> float | None:
    for field in (f"score_{side}", f"{side}_rating"):
        found = number(row.values.get(field), textual=row.textual)
        if found is not None:
            return found
    return None


def _metadata(row: Row) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for field in _KEPT:
        value = row.values.get(field)
        if value is not None:
            kept[field] = str(value) if isinstance(value, int) else as_text(value, field)
    margin = number(row.values.get("margin"), textual=row.textual)
    if margin is not None:
        kept["margin"] = margin
    return kept
