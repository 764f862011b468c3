"""OpenAssistant: trees of messages; the ranked replies to one message are a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.domain.comparison import MAX_COMPLETIONS, Message, Messages
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import Problem
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import (
    as_id,
    as_list,
    as_object,
    language,
    number,
    optional_id,
    optional_text,
    required,
    text,
)
from rlhf_collect.importers.imported import Imported, Origin, Row
from rlhf_collect.importers.judged import first_of, judged, ranking_of
from rlhf_collect.importers.parts import LETTERS, Reply, checked_prompt, comparison, in_order_of_hash, reply
from rlhf_collect.importers.reading import each_of

RATER = "merged"
"""Ranks are merged from those of several people."""
NOTE = f"of more than {MAX_COMPLETIONS} ranked replies the {MAX_COMPLETIONS} best were taken"
COLUMNS = frozenset(
    {"message_id", "parent_id", "message_tree_id", "text", "role", "lang", "deleted", "rank", "synthetic"}
    | {"model_name", "prompt", "tree_state"}
)
_ROLES = {"prompter": "user", "assistant": "assistant"}


@dataclass(frozen=True, kw_only=True)
class _Node:
    """One message of a tree."""

    row: Row
    name: str
    parent: str
    role: str
    text: str
    model: str
    language: str
    deleted: bool
    rank: float | None


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is a message, or a whole tree."""
    flat = {"message_id", "message_tree_id", "role", "text"} <= set(values)
    return flat or ("message_tree_id" in values and isinstance(values.get("prompt"), Mapping))


def key(row: Row) -> str:
    """What tells which rows belong together. Errors: ``Fault``."""
    return as_id(required(row, "message_tree_id"), "message_tree_id")


def read(rows: Sequence[Row], origin: Origin) -> Iterable[Imported | Problem]:
    """A comparison for every message with ranked replies, the way to it from the root being the prompt."""
    nodes, bad = each_of((each for row in rows for each in _messages(row)), _node)
    yield from (problem for _, problem in bad)
    spoilt = {str(row.values.get("parent_id")) for row, _ in bad}
    tree = {each.name: each for each in nodes}
    replies: dict[str, list[_Node]] = {}
    for each in nodes:
        if each.role == "assistant" and each.rank is not None and not each.deleted:
            replies.setdefault(each.parent, []).append(each)
    for parent, siblings in replies.items():
        if len(siblings) > 1 and parent not in spoilt:
            try:
                yield _comparison(parent, siblings, tree, origin)
            except Fault as fault:
                yield fault.at(siblings[0].row.where)


def _messages(row: Row) -> Iterator[Row]:
    """The row, or a row for each message of a tree that stands on one line."""
    if "prompt" not in row.values:
        yield row
        return
    waiting: list[tuple[Mapping[str, Any], str]] = [(as_object(required(row, "prompt"), "prompt"), "")]
    while waiting:
        message, parent = waiting.pop(0)
        values = {**message, "parent_id": parent or None}
        yield Row(where=row.where, values=values, textual=row.textual)
        name = str(message.get("message_id"))
        waiting += [(as_object(each, "replies"), name) for each in as_list(message.get("replies"), "replies")]


def _node(row: Row) -> _Node:
    role = text(row, "role")
    if role not in _ROLES:
        raise Fault("role", f"'{role[:40]}' is not known.", f"Use one of {', '.join(_ROLES)}.")
    return _Node(
        row=row,
        name=as_id(required(row, "message_id"), "message_id"),
        parent=optional_id(row, "parent_id"),
        role=_ROLES[role],
        text=text(row, "text"),
        model=optional_text(row, "model_name"),
        language=language(row, "lang"),
        deleted=row.values.get("deleted") in (True, "True", "true"),
        rank=number(row.values.get("rank"), textual=row.textual),
    )


def _comparison(
    parent: str, siblings: Sequence[_Node], tree: Mapping[str, _Node], origin: Origin
) -> Imported:
    first = siblings[0]
    best = sorted(siblings, key=lambda each: (each.rank, each.name))[:MAX_COMPLETIONS]
    offered = {each.name: Reply(content=reply(each.text, "text"), model=each.model) for each in best}
    ordered = in_order_of_hash(offered.values())
    turns = _way_to(parent, tree)
    compared = comparison(
        checked_prompt(turns, "parent_id"),
        ordered,
        comparison_id=parent,
        language=tree[parent].language,
        source=origin.source,
    )
    note = NOTE if len(siblings) > MAX_COMPLETIONS else ""
    if not origin.keep_preferences:
        return Imported(where=first.row.where, comparison=compared, note=note)
    # The lowest rank is the best.
    ranking = ranking_of({LETTERS[ordered.index(offered[each.name])]: -(each.rank or 0) for each in best})
    draft = Draft(choice=first_of(ranking), ranking=ranking)
    judgement = judged(first.row, origin, RATER, compared, draft)
    return Imported(where=first.row.where, comparison=compared, judgements=(judgement,), note=note)


def _way_to(name: str, tree: Mapping[str, _Node]) -> Messages:
    """The messages from the root of the tree to this one."""
    way: list[_Node] = []
    while name:
        node = tree.get(name)
        if node is None or node in way:
            what = "stands nowhere in its tree" if node is None else "is its own ancestor"
            raise Fault("parent_id", f"The message '{name[:40]}' {what}.", "Give the whole tree.")
        if node.deleted:
            raise Fault(
                "deleted", f"The message '{name[:40]}' before it was deleted.", "Leave the replies out."
            )
        way.append(node)
        name = node.parent
    return tuple(Message(role=each.role, content=each.text) for each in reversed(way))
