"""The serving boards of all projects, built when they are needed and thrown away on rollback."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rlhf_collect.services.board import Board
from rlhf_collect.services.plan import Plan
from rlhf_collect.storage.port import Transaction


class Boards:
    """The boards of all projects, and the store-wide count of what was judged and taken back; writer's eyes only."""

    def __init__(self) -> None:
        self._boards: dict[UUID, Board] = {}
        self._last_sequence: int | None = None
        self._gone: set[UUID] = set()

    def of(self, tx: Transaction, project_id: UUID, plan: Plan, now: datetime) -> Board:
        """The board of a project under a plan, built from the store if need be; dropped again on rollback."""
        tx.on_rollback(self.forget)
        board = self._boards.get(project_id)
        if board is None or board.plan != plan:
            board = self._boards[project_id] = Board(tx, project_id, plan, now, self._gone)
        return board

    def next_sequence(self, tx: Transaction) -> int:
        """The next place in the store-wide order of judgements and withdrawals."""
        tx.on_rollback(self.forget)
        if self._last_sequence is None:
            self._last_sequence = int(tx.read("last_sequence")[0]["last_sequence"])
        self._last_sequence += 1
        return self._last_sequence

    def erased(self, tx: Transaction, rater_key: UUID) -> None:
        """Note that a rater is nobody any more: what they sent a moment before must not be stored after."""
        tx.on_rollback(lambda: self._gone.discard(rater_key))
        self._gone.add(rater_key)
        self.forget()

    def referred(self, tx: Transaction, project_id: UUID) -> None:
        """Note that others decide in a project, or that something else waits for them; its board stands.

        A board built anew costs all who ask for work seconds, and a lead may leave comparisons to others one by one.
        """
        tx.on_rollback(self.forget)
        if project_id in self._boards:
            self._boards[project_id].read_referrals(tx)

    def forget(self) -> None:
        """Drop everything: the next use reads the store again."""
        self._boards.clear()
        self._last_sequence = None
