"""What a lead should look at now, since when, and what was sent about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.domain.appeals import TARGET_DAYS
from rlhf_collect.errors import BadCall
from rlhf_collect.ids import canonical_json, new_id
from rlhf_collect.senders import channels_of
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.services.reports import project_agreement, project_progress, wanting_values
from rlhf_collect.services.unchanged import made_once, state_of, state_of_alerts
from rlhf_collect.stats.alert_words import alert_sentence, what_to_do
from rlhf_collect.stats.alerts import (
    APPEALS_WAIT,
    FLAGS_WAIT,
    KINDS,
    MESSAGES_WAIT,
    Alert,
    agreement_fell,
    appeals_wait,
    flags_wait,
    messages_wait,
    nothing_to_do,
    one_side_wins,
    running_dry,
)
from rlhf_collect.storage.port import Row, Transaction


def project_alerts(ctx: Context, actor: Actor, project_name: str) -> dict[str, Any]:
    """The alerts that hold; nothing is written or sent, and none is about a person.

    ``{"project", "alerts": [{"key", "kind", "since", "sentence", "what_to_do", "figures", "sent"}], "channels":
    [{"channel", "problem"}]}``, ``sent`` being ``[{"channel", "outcome", "tries", "said", "tried_at", "retry_at"}]``.
    ``since`` is when it was first
    noticed; ``outcome`` is ``waiting`` (not sent yet), ``delivered``, ``failed`` (will be tried again) or ``given_up``;
    ``problem`` is why a channel of the project file cannot be used from here.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    standing = standing_alerts(ctx.store.read("alerts_of_project", project_id=project.project_id))
    return alerts_document(ctx, project, present_alerts(ctx, actor, project, standing))


def alerts_document(ctx: Context, project: Project, present: Sequence[Alert]) -> dict[str, Any]:
    """Alerts as ``project_alerts`` tells them, with what the store knows of each."""
    standing = standing_alerts(ctx.store.read("alerts_of_project", project_id=project.project_id))
    tries = ctx.store.read("alert_tries", project_id=project.project_id)
    channels = channels_of(project.settings.alerts)
    alerts = []
    for each in present:
        row = standing.get(each.key)
        of_it = [] if row is None else [one for one in tries if one["alert_id"] == row["alert_id"]]
        alerts.append(
            {
                "key": each.key,
                "kind": each.kind,
                "since": told_since(each.kind, ctx.clock() if row is None else row["raised_at"]).isoformat(),
                "sentence": alert_sentence(each.kind, each.figures),
                "what_to_do": what_to_do(each.kind),
                "figures": each.figures,
                "sent": [_sent(channel.name, of_it) for channel in channels],
            }
        )
    usable = [{"channel": each.name, "problem": each.problem()} for each in channels]
    return {"project": project.name, "alerts": alerts, "channels": usable}


def _sent(channel: str, tries: list[Row]) -> dict[str, Any]:
    """What became of an alert on one channel."""
    here = [each for each in tries if each["channel"] == channel]
    if not here:
        nothing = {"tries": 0, "said": "", "tried_at": None, "retry_at": None}
        return {"channel": channel, "outcome": "waiting", **nothing}
    last = here[-1]
    return {
        "channel": channel,
        "outcome": last["outcome"] or "waiting",
        "tries": len(here),
        "said": last["said"] or "",
        "tried_at": last["began_at"].isoformat(),
        "retry_at": last["retry_at"] and last["retry_at"].isoformat(),
    }


def standing_alerts(rows: list[Row]) -> dict[str, Row]:
    """Of the rows of ``alerts_of_project`` those that hold, by key."""
    return {row["alert_key"]: row for row in rows if row["ended_at"] is None}


def present_alerts(ctx: Context, actor: Actor, project: Project, standing: Mapping[str, Row]) -> list[Alert]:
    """What the rules say now, in the order it is told; ``standing`` are the alerts that hold already, by key."""
    settings, now = project.settings.alerts, ctx.clock()
    progress = project_progress(ctx, actor, project.name)
    people = _people(ctx, project, now)
    before = now - timedelta(days=settings.flag_days)
    waiting = ctx.store.read("flags_waiting", project_id=project.project_id, moment=before)
    appeals = ctx.store.read("appeals_told", project_id=project.project_id, rater_key=None)
    unanswered = [each for each in appeals if each["step"] is None]
    threads = [row["since"] for row in ctx.store.read("messages_waiting", project_id=project.project_id)]
    late = now - timedelta(days=settings.message_days)
    found = [
        messages_wait(threads, after=settings.message_days, before=late),
        appeals_wait(unanswered, after=TARGET_DAYS, before=now - timedelta(days=TARGET_DAYS)),
        flags_wait(waiting, after=settings.flag_days, before=before),
        nothing_to_do(people, progress),
        running_dry(progress, standing, within=settings.dry_days, today=now.date()),
    ]
    for criterion in project.settings.criteria:
        report = project_agreement(ctx, actor, project.name, criterion.name)
        found += [agreement_fell(report, standing), one_side_wins(report, standing)]
    return sorted((each for each in found if each is not None), key=lambda each: KINDS.index(each.kind))


def _people(ctx: Context, project: Project, now: datetime) -> dict[str, Any]:
    """How many raters may come in and how many of them have nothing left, counted anew when that may have changed.

    Invitations lapse by time, so it is counted once an hour in any case.
    """
    with ctx.store.snapshot() as reader:
        state = (*state_of(reader, project), *state_of_alerts(reader, project), int(now.timestamp()) // 3600)

        def count() -> dict[str, Any]:
            return reader.read("raters_without_work", **wanting_values(project), now=now)[0]

        return made_once(ctx, project, state, ("raters without work",), count)


def settle_alerts(ctx: Context, actor: Actor, project_name: str) -> list[Alert]:
    """Write down which alerts began and which ended; the same look again changes nothing. Gives those that hold."""
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    with ctx.alerting:
        rows = ctx.store.read("alerts_of_project", project_id=project.project_id)
        standing = standing_alerts(rows)
        present = {each.key: each for each in present_alerts(ctx, actor, project, standing)}
        begun = [each for key, each in present.items() if key not in standing]
        over = [row for key, row in standing.items() if key not in present]
        if not begun and not over:
            return list(present.values())
        before = [row["alert_key"] for row in rows]
        now = ctx.clock()
        raised = [
            {
                "alert_id": new_id(),
                "project_id": project.project_id,
                "alert_key": each.key,
                "raised_no": before.count(each.key),
                "kind": each.kind,
                "figures": canonical_json(each.figures),
                "raised_at": now,
            }
            for each in begun
        ]
        ended = [{"alert_id": row["alert_id"], "ended_at": now} for row in over]

        def work(tx: Transaction) -> None:
            tx.insert("alert", raised)
            tx.insert("alert_end", ended)

        ctx.store.write(work)
        return list(present.values())


def look_at_flags(ctx: Context, actor: Actor, project_name: str, before: str) -> dict[str, Any]:
    """Note that a lead has looked at what raters flagged up to a moment: ``before`` as the alert's figures have it.

    Returns ``{"project", "before", "comparisons"}``: how many comparisons waited. Errors: ``BadCall`` for what is no
    moment, or one to come.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_JUDGEMENTS)
    try:
        moment = datetime.fromisoformat(before)
        to_come = moment > ctx.clock()
    except (ValueError, TypeError):
        raise BadCall(f"'{before[:60]}' is no moment. Send figures.before of the alert as it is.") from None
    if to_come:
        raise BadCall("before: lies ahead. Send figures.before of the alert as it is.")
    waiting = ctx.store.read("flags_waiting", project_id=project.project_id, moment=moment)
    if waiting:
        row = audit_row(ctx, project.project_id, actor, "flags_looked", {"before": moment.isoformat()})
        ctx.store.write(lambda tx: tx.insert("audit", [row]))
    looked = len({each["comparison"] for each in waiting})
    return {"project": project.name, "before": moment.isoformat(), "comparisons": looked}


def told_since(kind: str, raised_at: datetime) -> datetime:
    """Since when it is told: by the day where a rater's act began it, which nobody's hours follow from."""
    by_day = kind in (MESSAGES_WAIT, APPEALS_WAIT, FLAGS_WAIT)
    return raised_at.replace(hour=0, minute=0, second=0, microsecond=0) if by_day else raised_at


def notice_figures(row: Row) -> dict[str, Any]:
    """The figures an alert began with."""
    figures: dict[str, Any] = json.loads(row["figures"])
    return figures
