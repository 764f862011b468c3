"""Prompts, replies and whole comparisons, checked by the rules every source must keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rlhf_collect.domain.comparison import (
    MAX_COMPLETIONS,
    MIN_COMPLETIONS,
    RESERVED_IDS,
    ROLES,
    Comparison,
    Completion,
    Gold,
    Message,
    Messages,
    derived_comparison_id,
    prompt_as_json,
)
from rlhf_collect.ids import content_hash
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import as_id, as_text, kind_of
from rlhf_collect.importers.imported import AnyJson

MAX_CHARACTERS = 200_000
"""Characters of a prompt, or of one completion: nobody reads more on a screen."""
LETTERS = "abcdefgh"
"""Names of completions that brought none, in their order."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One completion before it has a name."""

    content: Messages
    """The reply turns."""
    model: str = ""
    """The model that made it, empty when unknown."""
    name: str = ""
    """Its id in the source, empty when it has none."""


def message(value: object, field: str) -> Message:
    """One ``{"role", "content"}``; further keys are passed over. Content must be text."""
    if not isinstance(value, Mapping):
        raise Fault(field, f"A message is {kind_of(value)}.", 'Write {"role": "user", "content": "..."}.')
    role, content = value.get("role"), value.get("content")
    if role not in ROLES:
        raise Fault(field, f"The role {role!r} is not known.", f"Use one of {', '.join(ROLES)}.")
    if isinstance(content, list | tuple | Mapping):
        raise Fault(
            field,
            "The content of a message is a list of parts (images, audio), which is not supported.",
            "Only text can be compared here: write the content as one text.",
        )
    if value.get("tool_calls"):
        raise Fault(
            field,
            "A message holds tool calls, which cannot be shown.",
            "Write them into its content as text.",
        )
    if content is None:
        raise Fault(field, "A message has no content.", "Write a text, or leave the message out.")
    return Message(role=str(role), content=as_text(content, field))


def messages(value: object, field: str) -> Messages:
    """A list of messages."""
    if not isinstance(value, list | tuple):
        raise Fault(field, f"It is {kind_of(value)}.", "Write a text or a list of messages.")
    return tuple(message(each, field) for each in value)


def prompt(value: object, field: str = "prompt") -> Messages:
    """A prompt from a text (one user message) or from messages."""
    if isinstance(value, str):
        return checked_prompt((Message(role="user", content=value),), field)
    return checked_prompt(messages(value, field), field)


def checked_prompt(turns: Messages, field: str) -> Messages:
    """The prompt, if it is not empty and ends with a turn that asks for a reply."""
    if not turns or not turns[-1].content.strip():
        raise Fault(field, "The prompt is empty.", "Write what the model was asked.")
    _check_length(turns, field)
    if turns[-1].role not in ("user", "tool"):
        raise Fault(
            field,
            f"The prompt ends with a turn of '{turns[-1].role}'.",
            "End it with a turn of 'user' or 'tool'; what the model wrote belongs into the completions.",
        )
    return turns


def _check_length(turns: Messages, field: str) -> None:
    length = sum(len(each.content) for each in turns)
    if length > MAX_CHARACTERS:
        raise Fault(
            field,
            f"It has {length:,} characters.",
            f"Keep it to {MAX_CHARACTERS:,}: nobody reads more on a screen.",
        )


def reply(value: object, field: str) -> Messages:
    """A completion from a text (one assistant message) or from messages."""
    if isinstance(value, str):
        return checked_reply((Message(role="assistant", content=value),), field)
    return checked_reply(messages(value, field), field)


def checked_reply(turns: Messages, field: str) -> Messages:
    """The completion, if it begins with the assistant and has something to read."""
    if not turns:
        raise Fault(field, "The completion is empty.", "Write what the model replied.")
    _check_length(turns, field)
    if turns[0].role != "assistant":
        raise Fault(
            field,
            f"The completion begins with a turn of '{turns[0].role}'.",
            "Begin it with the turn of 'assistant'; earlier turns belong into the prompt.",
        )
    if not turns[0].content.strip() or not turns[-1].content.strip():
        raise Fault(field, "The completion is empty.", "Write what the model replied, or remove the line.")
    return turns


def comparison(
    turns: Messages,
    replies: Sequence[Reply],
    *,
    comparison_id: str = "",
    gold: Gold | None = None,
    **rest: AnyJson,
) -> Comparison:
    """The comparison, if a rater can compare it. ``rest`` are further fields of ``Comparison``.

    Without ``comparison_id`` it is derived from the texts, so importing twice adds nothing.
    """
    if not MIN_COMPLETIONS <= len(replies) <= MAX_COMPLETIONS:
        raise Fault(
            "completions",
            f"There are {len(replies)}.",
            f"A comparison has {MIN_COMPLETIONS} to {MAX_COMPLETIONS} completions.",
        )
    completions = tuple(
        Completion(completion_id=name, model=each.model, content=each.content)
        for name, each in zip(_names(replies), replies, strict=True)
    )
    _check_differ(completions)
    if gold is not None and gold.choice not in {"tie", "both_bad", *(x.completion_id for x in completions)}:
        raise Fault(
            "gold",
            f"Its choice '{gold.choice}' is no completion of this comparison.",
            f"Use one of {', '.join(x.completion_id for x in completions)}, tie, both_bad.",
        )
    return Comparison(
        comparison_id=comparison_id or derived_comparison_id(turns, [each.content for each in replies]),
        prompt=turns,
        completions=completions,
        gold=gold,
        **rest,
    )


def _names(replies: Sequence[Reply]) -> list[str]:
    taken = [as_id(each.name, "completions") for each in replies if each.name]
    for name in taken:
        if name in RESERVED_IDS:
            raise Fault("completions", f"The id '{name}' is a word of its own.", "Give it another id.")
        if taken.count(name) > 1:
            raise Fault("completions", f"The id '{name}' stands twice.", "Give every completion its own id.")
    free = iter([each for each in LETTERS if each not in taken])
    return [each.name or next(free) for each in replies]


def _check_differ(completions: Sequence[Completion]) -> None:
    trimmed = {
        each.completion_id: [(turn.role, turn.content.strip()) for turn in each.content]
        for each in completions
    }
    for one, other in combinations(trimmed, 2):
        if trimmed[one] == trimmed[other]:
            raise Fault(
                "completions",
                f"'{one}' and '{other}' are the same text.",
                "There is nothing to compare: remove one, or the line.",
            )


def paired(chosen: Reply, rejected: Reply) -> tuple[tuple[Reply, Reply], str]:
    """Both replies in an order that tells nothing about the preference, and the name of the chosen one.

    The order is that of the SHA-256 of their texts; the names are ``a`` and ``b``.
    """
    first, second = in_order_of_hash((chosen, rejected))
    return (first, second), "a" if first is chosen else "b"


def in_order_of_hash(replies: Iterable[Reply]) -> list[Reply]:
    """The replies by the SHA-256 of their texts: an order that tells nothing about them."""
    return sorted(replies, key=lambda each: content_hash(prompt_as_json(each.content)))


def common_turns(one: Messages, other: Messages) -> int:
    """How many turns two dialogues share as their prompt: their common beginning up to a user turn."""
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    while count and one[count - 1].role not in ("user", "tool"):
        count -= 1
    return count


def split_dialogues(
    one: Messages, other: Messages, fields: tuple[str, str]
) -> tuple[Messages, Messages, Messages]:
    """Two whole dialogues as prompt, first reply, second reply."""
    count = common_turns(one, other)
    if not count:
        raise Fault(
            fields[0],
            f"'{fields[0]}' and '{fields[1]}' do not begin with the same user turn.",
            "Both dialogues must begin with the same prompt.",
        )
    return (
        checked_prompt(one[:count], fields[0]),
        checked_reply(one[count:], fields[0]),
        checked_reply(other[count:], fields[1]),
    )
