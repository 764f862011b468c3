"""The project's own form: ``id``, ``prompt``, ``completions`` and so on, one comparison per line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.domain.comparison import Gold
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.fields import (
    as_id,
    as_list,
    as_object,
    as_text,
    kind_of,
    language,
    optional_id,
    optional_text,
    required,
    storable,
    unpacked,
    whole,
)
from rlhf_collect.importers.imported import Imported, Origin, Row
from rlhf_collect.importers.parts import Reply, comparison, prompt, reply

COLUMNS = frozenset(
    {
        "id",
        "comparison_id",
        "prompt",
        "completions",
        "language",
        "tags",
        "labels",
        "gold",
        "metadata",
        "source",
    }
)
MAX_SEVERITY = 3


def recognise(values: Mapping[str, Any]) -> bool:
    """Whether a row is of this form."""
    return "prompt" in values and "completions" in values


def read(row: Row, origin: Origin) -> Imported:
    """One comparison. ``comparison_id`` stands for ``id`` in published versions. Errors: ``Fault``."""
    turns = prompt(required(row, "prompt"))
    offered = as_list(unpacked(required(row, "completions"), "completions"), "completions")
    return Imported(
        where=row.where,
        comparison=comparison(
            turns,
            [_reply(each, place) for place, each in enumerate(offered)],
            comparison_id=optional_id(row, "id") or optional_id(row, "comparison_id"),
            language=language(row),
            tags=tuple(
                as_text(each, "tags") for each in as_list(unpacked(row.values.get("tags"), "tags"), "tags")
            ),
            labels=tuple(
                _label(each) for each in as_list(unpacked(row.values.get("labels"), "labels"), "labels")
            ),
            gold=_gold(row),
            source=optional_text(row, "source") or origin.source,
            metadata=_metadata(row),
        ),
    )


def _reply(value: object, place: int) -> Reply:
    field = f"completions[{place}]"
    if isinstance(value, str):
        return Reply(content=reply(value, field))
    if not isinstance(value, Mapping):
        raise Fault(field, f"It is {kind_of(value)}.", 'Write {"content": "..."} or the text itself.')
    if value.get("content") is None:
        raise Fault(f"{field}.content", "It is missing.", "Write what the model replied.")
    name, model = value.get("id"), value.get("model")
    return Reply(
        content=reply(value["content"], f"{field}.content"),
        model="" if model is None else as_text(model, f"{field}.model"),
        name="" if name is None else as_id(name, f"{field}.id"),
    )


def _label(value: object) -> dict[str, Any]:
    label = {key: each for key, each in as_object(value, "labels").items() if each is not None}
    if label.get("category") is None:
        raise Fault("labels.category", "It is missing.", "Name what the content is about.")
    as_id(label["category"], "labels.category")
    if label.get("severity") is None:
        raise Fault("labels.severity", "It is missing.", f"Write 0 to {MAX_SEVERITY}.")
    label["severity"] = whole(label["severity"], "labels.severity", 0, MAX_SEVERITY)
    return dict(storable(label, "labels"))


def _gold(row: Row) -> Gold | None:
    value = unpacked(row.values.get("gold"), "gold")
    if value is None:
        return None
    gold = as_object(value, "gold")
    if gold.get("choice") is None:
        raise Fault(
            "gold.choice", "It is missing.", "Write the id of the better completion, tie or both_bad."
        )
    if not str(gold.get("reason") or "").strip():
        raise Fault(
            "gold.reason", "It is missing.", "Write why: raters read it when they contest the answer."
        )
    criterion = gold.get("criterion")
    return Gold(
        criterion="overall" if criterion is None else as_id(criterion, "gold.criterion"),
        choice=as_id(gold["choice"], "gold.choice"),
        reason=as_text(gold["reason"], "gold.reason"),
    )


def _metadata(row: Row) -> dict[str, Any]:
    value = unpacked(row.values.get("metadata"), "metadata")
    return {} if value is None else dict(storable(as_object(value, "metadata"), "metadata"))
