"""What a second rater may be shown: found out before the transaction that shows it, which others wait for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from rlhf_collect.domain.limits import Limits, reach_of
from rlhf_collect.services.context import Context
from rlhf_collect.services.leasing import Wish
from rlhf_collect.services.my_data import limits_of
from rlhf_collect.services.projects import Project
from rlhf_collect.services.serving import wish_for_work
from rlhf_collect.storage.port import Row


@dataclass(frozen=True, kw_only=True)
class WishToDecide:
    """Who asks what to decide."""

    wish: Wish
    """Who, where, and what bars them."""
    kinds: list[str] | None
    """The kinds of comparisons they are asked about, of those that wait; ``None`` for all."""


def wish_to_decide(ctx: Context, project: Project, rater_key: UUID) -> WishToDecide:
    """What is to be known of somebody who asks what to decide."""
    limits, kinds = limits_of(ctx, rater_key), None
    if limits != Limits():
        kinds = [row["kind"] for row in _kinds_within(ctx, project, rater_key, limits)]
    return WishToDecide(wish=wish_for_work(ctx, project, rater_key, ahead=False), kinds=kinds)


def left_to_decide(ctx: Context, project: Project, rater_key: UUID) -> int:
    """How many comparisons wait for somebody who decides."""
    rows = _kinds_within(ctx, project, rater_key, limits_of(ctx, rater_key))
    return sum(row["waiting"] for row in rows)


def what_waits(ctx: Context, project: Project, rater_key: UUID) -> dict[str, Any]:
    """What the statements about what waits for somebody take."""
    return {
        "project_id": project.project_id,
        "rater_key": rater_key,
        "practice": list(project.settings.practice.comparisons),
        "moment": ctx.clock() - timedelta(minutes=project.settings.lease_minutes),
    }


def _kinds_within(ctx: Context, project: Project, rater_key: UUID, limits: Limits) -> list[Row]:
    """What may be shown, counted by kind: within what they are asked about, and before nobody else now."""
    takes = reach_of(limits)
    rows = ctx.store.read("kinds_to_decide", **what_waits(ctx, project, rater_key))
    return [row for row in rows if takes(row["language"], json.loads(row["tags"]))]
