"""What the server does by itself, again and again: releases that are due by the project file, and alerts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.errors import CollectError
from rlhf_collect.services.alert_sending import send_every_alert
from rlhf_collect.services.context import Context
from rlhf_collect.services.decision_steps import settle_due
from rlhf_collect.services.projects import find_project
from rlhf_collect.services.publishing import publish_version
from rlhf_collect.services.releases import Rule, note_failed_release, prepare_release, rule_for

TICK_SECONDS = 600.0
"""How long the server waits between two looks."""
_log = logging.getLogger(__name__)


def release_if_due(
    ctx: Context, actor: Actor, project_name: str, rule: Rule, *, token: str | None = None
) -> dict[str, Any]:
    """Freeze and publish the next version if it is due; ``{"released", "reason", ...}``.

    Errors: as ``publish_version``, noted for the lead. The same call again goes on with that version.
    """
    found = prepare_release(ctx, actor, project_name, rule)
    if not found["due"]:
        return {"released": False, "reason": found["reason"]}
    try:
        sent = publish_version(
            ctx, actor, project_name, found["version"], to=found["target"], reach=rule.reach, token=token
        )
    except CollectError as error:
        where = {"version": found["version"], "to": found["target"]}
        note_failed_release(ctx, actor, project_name, **where, code=error.code, message=error.message)
        raise
    return {"released": True, "reason": found["reason"], **sent}


def release_what_is_due(ctx: Context, *, token: str | None = None) -> list[dict[str, Any]]:
    """One look at every project, what became of each that has a schedule. A failure stops no other project.

    Appeals nobody answered in time, and decisions whose notice is over, are written down everywhere.
    """
    done = []
    for row in ctx.store.read("project_names"):
        name = row["name"]
        try:
            project = find_project(ctx, name)
            settle_due(ctx, project)
            if not project.settings.publication.schedule.is_set:
                continue
            rule = rule_for(ctx, OPERATOR, name, to=None, reach=None, every=None, weekday=None)
            done.append({"project": name, **release_if_due(ctx, OPERATOR, name, rule, token=token)})
        except CollectError as error:
            done.append({"project": name, "released": False, "reason": error.message})
    return done


@contextmanager
def schedule_kept(ctx: Context, *, seconds: float = TICK_SECONDS) -> Iterator[None]:
    """While this holds, what is due is released and alerts are sent: at once, and again after every wait."""
    ending = threading.Event()

    def look() -> None:
        while not ending.is_set():
            for work in (release_what_is_due, send_every_alert):
                try:
                    work(ctx)
                except Exception:  # the next look may find it mended; the server goes on
                    _log.exception("%s failed", work.__name__)
            ending.wait(seconds)

    thread = threading.Thread(target=look, name="schedule", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join(timeout=5)
