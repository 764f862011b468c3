"""What was written between raters and leads as documents: a rater's own, and what leads see of a project."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right, Role
from rlhf_collect.domain.messages import ANSWERED, SETTLED, WAITING
from rlhf_collect.domain.presentation import side_of
from rlhf_collect.services.appeals import rater_in
from rlhf_collect.services.context import Context
from rlhf_collect.services.my_judgements import MOST_PROMPT, last_request, texts_of_responses
from rlhf_collect.services.names import A_RATER, name_for_leads
from rlhf_collect.services.projects import Project, find_own_project, project_of
from rlhf_collect.storage.port import Row

_NOT_WAITING = datetime.max.replace(tzinfo=UTC)
"""After all that wait."""
RATER, LEAD = "rater", "lead"
"""Who wrote a message."""


def messages_standing(ctx: Context, actor: Actor) -> dict[str, Any] | None:
    """What a rater's page begins with: after how many days leads are alerted, how many threads wait, the last reply.

    ``{"alert_days", "waiting", "last_reply"}``, the last the id of a message or null; nothing for who does not rate.
    """
    if actor.role != Role.RATER or actor.project_id is None or actor.rater_key is None:
        return None
    alerts = project_of(ctx, actor.project_id).settings.alerts
    (row,) = ctx.store.read("threads_waiting", rater_key=actor.rater_key)
    last = row["last_reply"]
    return {
        "alert_days": alerts.message_days,
        "waiting": int(row["waiting"]),
        "last_reply": None if last is None else str(last),
    }


def my_threads(ctx: Context, actor: Actor) -> list[dict[str, Any]]:
    """What the caller wrote to the leads and what these replied, the latest thread first.

    ``{"thread", "state", "nameless", "about", "messages"}``: ``state`` is waiting, answered or settled; ``about`` is
    null or ``{"judgement", "prompt"}``, the beginning of what that comparison asks; ``messages`` are ``{"message",
    "from", "by", "text", "written_at"}``, oldest first, ``from`` being rater or lead and ``by`` the name of a lead.
    Errors: ``NotAllowed`` for who does not rate.
    """
    rater_key, project = rater_in(ctx, actor)
    told = []
    for thread, messages in _threads(ctx, project, rater_key):
        about = None
        if thread["prompt"] is not None:
            begins = last_request(thread["prompt"])[:MOST_PROMPT]
            about = {"judgement": str(thread["judgement_id"]), "prompt": begins}
        shared = {"thread": str(thread["thread_id"]), "state": _state(thread, messages)}
        told.append(
            {
                **shared,
                "nameless": thread["nameless"],
                "about": about,
                "messages": [
                    {
                        "message": str(each["message_id"]),
                        **_said(each),
                        "written_at": each["written_at"].isoformat(),
                    }
                    for each in messages
                ],
            }
        )
    return told


def list_threads(
    ctx: Context, actor: Actor, project_name: str, *, limit: int | None = None, after: int = 0
) -> list[dict[str, Any]]:
    """What raters of a project wrote, for its leads: what waits for an answer first, the longest waiting before others.

    ``{"thread", "rater", "state", "since", "about", "messages"}``: ``rater`` is the name leads know them by, or ``a
    rater``; ``since`` the day from which it waits, or null; ``messages`` are ``{"from", "by", "text", "written_on"}``;
    ``about`` is null or ``{"comparison", "request", "responses": [{"side", "id", "text"}]}``, in the letters and the
    order its rater was shown; where they have no name here, in the order of the import and with ``side`` null, since
    the order before somebody tells who among those who judged it wrote. Days and no times: nobody's hours are told.
    ``limit`` at most, after passing over ``after``. Errors: ``NotAllowed``.
    """
    project = find_own_project(ctx, actor, project_name, Right.REPLY)
    found = sorted(_threads(ctx, project, None), key=lambda each: _waits_from(*each) or _NOT_WAITING)
    found = found[after : None if limit is None else after + limit]
    texts = texts_of_responses(
        ctx, [thread["comparison_key"] for thread, _ in found if thread["comparison_key"]]
    )
    return [
        {
            "thread": str(thread["thread_id"]),
            "rater": name_for_leads(ctx, project, thread),
            "state": _state(thread, messages),
            "since": None if (waits := _waits_from(thread, messages)) is None else waits.date().isoformat(),
            "about": _about(thread, texts, named=name_for_leads(ctx, project, thread) != A_RATER),
            "messages": [
                {**_said(each), "written_on": each["written_at"].date().isoformat()} for each in messages
            ],
        }
        for thread, messages in found
    ]


def messages_waiting(ctx: Context, actor: Actor, project_name: str) -> int:
    """How many threads of a project wait for an answer. Errors: ``NotAllowed``."""
    project = find_own_project(ctx, actor, project_name, Right.REPLY)
    return len(ctx.store.read("messages_waiting", project_id=project.project_id))


def _threads(ctx: Context, project: Project, rater_key: UUID | None) -> list[tuple[Row, list[Row]]]:
    """Threads of a project, or of one rater, with their messages; the one begun last first."""
    with ctx.store.snapshot() as reader:
        asked = {"project_id": project.project_id, "rater_key": rater_key}
        by_thread: dict[UUID, list[Row]] = defaultdict(list)
        for each in reader.read("messages_told", **asked):
            by_thread[each["thread_id"]].append(each)
        return [(row, by_thread[row["thread_id"]]) for row in reader.read("threads_told", **asked)]


def _state(thread: Row, messages: list[Row]) -> str:
    if thread["ended_at"] is not None:
        return SETTLED
    return WAITING if messages[-1]["role"] == RATER else ANSWERED


def _waits_from(thread: Row, messages: list[Row]) -> datetime | None:
    """When the first message after the last reply was written, while it waits."""
    if _state(thread, messages) != WAITING:
        return None
    replied = [place for place, each in enumerate(messages) if each["role"] != RATER]
    written: datetime = messages[replied[-1] + 1 if replied else 0]["written_at"]
    return written


def _said(message: Row) -> dict[str, str]:
    """Who wrote what; raters have no name here."""
    mine = message["role"] == RATER
    return {
        "from": RATER if mine else LEAD,
        "by": "" if mine else message["written_by_name"] or "",
        "text": message["body"],
    }


def _about(thread: Row, texts: Mapping[tuple[UUID, str], str], *, named: bool) -> dict[str, Any] | None:
    key = thread["comparison_key"]
    if key is None:
        return None
    shown = json.loads(thread["presentation"])
    names = shown if named else [name for of, name in texts if of == key]
    return {
        "comparison": thread["comparison_id"],
        "request": last_request(thread["prompt"]),
        "responses": [
            {"side": side_of(each, shown) if named else None, "id": each, "text": texts[key, each]}
            for each in names
        ],
    }
