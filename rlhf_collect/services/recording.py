"""What is written down of a judgement, and noted on the serving board."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rlhf_collect.domain.judgement import Settled
from rlhf_collect.services.answers import Submission
from rlhf_collect.services.board import Board
from rlhf_collect.services.context import Context
from rlhf_collect.services.standing import is_excluded, standing_label
from rlhf_collect.storage.port import Row, Transaction


def record_judgement(ctx: Context, tx: Transaction, board: Board, held: Row, said: Submission) -> None:
    """The first answers to what was handed out as ``held``."""
    arrival = board.judge(held, _label(board, said))
    _insert(ctx, tx, held, said, {}, arrival)


def record_revision(
    ctx: Context,
    tx: Transaction,
    board: Board,
    held: Row,
    said: Submission,
    before: Mapping[str, Row],
    *,
    back: bool,
) -> None:
    """Answers in place of those ``before``, by criterion; ``back``: they were taken back, and stand again.

    A revision keeps its place in the queue.
    """
    label = _label(board, said)
    if is_excluded(tx, held["judgement_id"]):
        pass  # the decision is about the judgement, whatever it says by now
    elif back:
        board.change(held, judgements=1, come=label)
    elif label is not None:  # what is not answered again stands as it was
        board.change(held, gone=standing_label(tx, held["judgement_id"], board.tally.rule), come=label)
    _insert(ctx, tx, held, said, before, next(iter(before.values()))["arrival_no"])


def _label(board: Board, said: Submission) -> int | None:
    """What is said on the criterion whose answers are looked at."""
    wanted = board.tally.rule.criterion
    return next((each.label for each in said.settled if each.criterion == wanted), None)


def _insert(
    ctx: Context,
    tx: Transaction,
    held: Row,
    said: Submission,
    before: Mapping[str, Row],
    arrival: int | None,
) -> None:
    now = ctx.clock()
    hashed = said.sha256
    for each in said.settled:
        earlier = before.get(each.criterion)
        # A revision keeps the versions it was first given under.
        origin = earlier or held
        row = judgement_row(
            each,
            judgement_id=held["judgement_id"],
            revision_no=earlier["revision_no"] + 1 if earlier else 0,
            project_id=held["project_id"],
            comparison_key=held["comparison_key"],
            rater_key=held["rater_key"],
            repeat_no=held["repeat_no"],
            presentation=held["presentation"],
            arrival_no=arrival,
            sequence_no=ctx.boards.next_sequence(tx),
            answers_sha256=hashed,
            setting_no=origin["setting_no"],
            guideline_version=origin["guideline_version"],
            interface_version=origin["interface_version"],
            submitted_on=now.date(),
            submitted_at=now,
        )
        tx.insert("judgement", [row])


def judgement_row(settled: Settled, **rest: Any) -> Row:
    """A row of ``judgement``."""
    return {
        **rest,
        "criterion": settled.criterion,
        "choice": settled.choice,
        "strength": settled.strength,
        "degree": settled.degree,
        "ranking": None if settled.ranking is None else json.dumps(settled.ranking),
        "points": None if settled.points is None else json.dumps(settled.points),
        "reasons": json.dumps([asdict(each) for each in settled.reasons]) if settled.reasons else None,
        "order_asked": settled.order_asked,
        "rationale": settled.rationale,
        "label": settled.label,
        "signed_strength": settled.signed_strength,
        "first_shown_won": settled.first_shown_won,
    }
