"""Invitations, keys and sessions: hashed rows that hold until they are ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rlhf_collect.ids import new_id, secret_hash
from rlhf_collect.services.context import Context
from rlhf_collect.storage.port import Row, Transaction


def credential_row(rater_key: UUID, kind: str, secret: str, now: datetime, ends: datetime | None) -> Row:
    """A row of ``credential``."""
    return {
        "credential_id": new_id(),
        "rater_key": rater_key,
        "kind": kind,
        "secret_sha256": secret_hash(secret),
        "created_at": now,
        "expires_at": ends,
    }


def end_credentials(ctx: Context, tx: Transaction, rater_key: UUID) -> list[str]:
    """End everything a person could come in with; the hashes, to be forgotten once this is durable."""
    now = ctx.clock()
    held = tx.read("credentials_held", rater_key=rater_key)
    tx.insert("credential_end", [{"credential_id": row["credential_id"], "ended_at": now} for row in held])
    return [row["secret_sha256"] for row in held]


def forget_credentials(ctx: Context, hashes: list[str]) -> None:
    """Let nobody in by what was remembered of ended ones."""
    for each in hashes:
        ctx.memory.forget(("credential", each))
