"""What the store has of a judgement: its last revisions, whether it stands, and which versions keep it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from rlhf_collect.domain.overlap import OverlapRule
from rlhf_collect.storage.port import Reader, Row, Transaction


def state_of(reader: Reader | Transaction, judgement_id: UUID) -> dict[str, Row]:
    """The last revision of each criterion of a judgement; empty when it is not judged."""
    return {row["criterion"]: row for row in reader.read("judgement_state", judgement_id=judgement_id)}


def acts_of(reader: Reader | Transaction, judgement_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """How each was given, revised and taken back, oldest first: ``sequence_no``, ``taken_back``.

    What is not judged yet is not among them.
    """
    found: dict[UUID, list[Row]] = {}
    if judgement_ids:
        for row in reader.read("acts_of_judgements", judgement_ids=list(judgement_ids)):
            found.setdefault(row["judgement_id"], []).append(row)
    return found


def standing_label(tx: Transaction, judgement_id: UUID, rule: OverlapRule) -> int | None:
    """What a judgement that stands says on the criterion of a rule, where the rule looks at answers."""
    if not rule.varies:
        return None
    rows = tx.read("standing_label", judgement_id=judgement_id, criterion=rule.criterion)
    return rows[0]["label"] if rows else None


def is_excluded(tx: Transaction, judgement_id: UUID) -> bool:
    """Whether a decision in effect leaves a judgement out: the serving board does not count it."""
    return bool(tx.read("exclusion_of_judgement", judgement_id=judgement_id)[0]["excluded"])


def is_taken_back(acts: Sequence[Row]) -> bool:
    """Whether the last thing its rater did with a judgement was to take it back."""
    return bool(acts[-1]["taken_back"])


def versions_keeping(acts: Sequence[Row], versions: Sequence[Row]) -> list[str]:
    """The sealed versions, of ``versions_of_project``, in whose snapshot a judgement stood."""
    kept = []
    for version in versions:
        before = [act for act in acts if act["sequence_no"] <= version["last_sequence"]]
        if before and not is_taken_back(before):
            kept.append(version["version"])
    return kept
