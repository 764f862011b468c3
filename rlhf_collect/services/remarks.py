"""Flags and edited completions as rows: append-only, the last revision holds."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.storage.port import Row, Transaction


def record_flags(
    ctx: Context, tx: Transaction, held: Row, flags: Sequence[Flag], *, beside: bool = False
) -> None:
    """Write down what is flagged from now on, unless that is what holds already.

    Flags belong to the comparison and its rater: ``beside`` adds to those that hold instead of taking their place.
    """
    before = tx.read("flag_state", rater_key=held["rater_key"], comparison_key=held["comparison_key"])
    known, said = before[0]["flags"] if before else "[]", [each.as_json() for each in flags]
    if beside:
        held_before = json.loads(known)
        said = held_before + [each for each in said if each not in held_before]
    text = json.dumps(said)
    if text == known:
        return
    row = {
        "flag_id": new_id(),
        "project_id": held["project_id"],
        "comparison_key": held["comparison_key"],
        "rater_key": held["rater_key"],
        "revision_no": before[0]["revision_no"] + 1 if before else 0,
        "flags": text,
        "flagged_at": ctx.clock(),
    }
    tx.insert("flag", [row])


def record_edited(
    ctx: Context, tx: Transaction, held: Row, edited: Edited | None, before: Row | None
) -> None:
    """Write down the completion as the rater would have it from now on, unless that is what holds already.

    ``before`` is the row that holds, ``None`` for a first submission.
    """
    holds = before if before and before["content"] is not None else None
    if edited is not None:
        completion, content = edited.completion, edited.content
    elif holds is not None:
        completion, content = holds["completion_id"], None
    else:
        return
    if holds is not None and (completion, content) == (holds["completion_id"], holds["content"]):
        return
    row = {
        "edited_id": new_id(),
        "judgement_id": held["judgement_id"],
        "project_id": held["project_id"],
        "comparison_key": held["comparison_key"],
        "rater_key": held["rater_key"],
        "revision_no": before["revision_no"] + 1 if before else 0,
        "completion_id": completion,
        "content": content,
        "edited_at": ctx.clock(),
    }
    tx.insert("edited", [row])
