"""Alerts sent where the project file says: each once, however many look at the same time, and after a restart too.

A try is written down before it is made. Whoever comes second finds it and leaves it alone; after a crash it is made
again with the same id, by which the other side can tell.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import OPERATOR, Actor, Right
from rlhf_collect.domain.sending import Fate, Reply, Try, is_due, settled
from rlhf_collect.senders import Channel, Notice, channels_of
from rlhf_collect.services.alerts import (
    alerts_document,
    notice_figures,
    settle_alerts,
    standing_alerts,
    told_since,
)
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.stats.alert_words import alert_sentence, what_to_do
from rlhf_collect.storage.port import Row, Transaction

_log = logging.getLogger(__name__)


def send_alerts(ctx: Context, actor: Actor, project_name: str) -> dict[str, Any]:
    """Look which alerts hold, and send what is due on every channel that can be used from here.

    Returns ``project_alerts`` and ``"tried": [{"key", "channel", "outcome", "said"}]``, what was just tried.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    present = settle_alerts(ctx, actor, project.name)
    tried = []
    for channel in channels_of(project.settings.alerts):
        if channel.problem() is None:
            while claimed := _claim(ctx, project, channel):
                tried.append(_try(ctx, project, channel, *claimed))
    return {**alerts_document(ctx, project, present), "tried": tried}


def send_every_alert(ctx: Context) -> None:
    """One look at every project. A failure stops no other project."""
    for row in ctx.store.read("project_names"):
        try:
            send_alerts(ctx, OPERATOR, row["name"])
        except Exception:  # the next look may find it mended
            _log.exception("Alerts of %s were not looked at to the end", row["name"])


def _claim(ctx: Context, project: Project, channel: Channel) -> tuple[Row, int, int] | None:
    """The next alert that is due on a channel, written down as being tried.

    Gives its row, the number of the try, and how many were made to the same target before.
    """
    now = ctx.clock()

    def work(tx: Transaction) -> tuple[Row, int, int] | None:
        tries: dict[UUID, list[Row]] = defaultdict(list)
        for each in tx.read("alert_tries", project_id=project.project_id):
            if each["channel"] == channel.name:
                tries[each["alert_id"]].append(each)
        rows = tx.read("alerts_of_project", project_id=project.project_id)
        for row in standing_alerts(rows).values():
            before = tries[row["alert_id"]]
            if is_due(_known(before), channel.target, now):
                claim = {
                    "alert_id": row["alert_id"],
                    "channel": channel.name,
                    "try_no": len(before),
                    "target": channel.target,
                    "began_at": now,
                }
                tx.insert("alert_try", [claim])
                return row, len(before), sum(each["target"] == channel.target for each in before)
        return None

    return ctx.store.write(work)


def _known(rows: Sequence[Row]) -> list[Try]:
    return [
        Try(
            target=row["target"],
            began_at=row["began_at"],
            fate=None if row["outcome"] is None else Fate(row["outcome"]),
            retry_at=row["retry_at"],
        )
        for row in rows
    ]


def _try(
    ctx: Context, project: Project, channel: Channel, row: Row, number: int, before: int
) -> dict[str, Any]:
    """Send one and write down what became of it."""
    figures = notice_figures(row)
    notice = Notice(
        alert_id=row["alert_id"],
        project=project.name,
        key=row["alert_key"],
        kind=row["kind"],
        since=told_since(row["kind"], row["raised_at"]),
        sentence=alert_sentence(row["kind"], figures),
        what_to_do=what_to_do(row["kind"]),
        figures=figures,
    )
    try:
        reply = channel.send(notice, ctx.clock())
    except Exception:  # a fault of ours or an answer nobody foresaw: it stops no other channel, and is said
        _log.exception("%s failed", channel.name)
        reply = Reply(
            fate=Fate.FAILED, said="The server could not make sense of the answer; its log says more."
        )
    now = ctx.clock()
    fate, retry_at = settled(reply, before, now)
    done = {
        "alert_id": row["alert_id"],
        "channel": channel.name,
        "try_no": number,
        "outcome": fate.value,
        "said": reply.said,
        "retry_at": retry_at,
        "ended_at": now,
    }
    ctx.store.write(lambda tx: tx.insert("alert_try_end", [done]))
    return {"key": row["alert_key"], "channel": channel.name, "outcome": fate.value, "said": reply.said}
