"""What raters write to the leads of their project, and what these reply."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request, Response

from rlhf_collect.api.forms import MessageForm, ReplyForm
from rlhf_collect.api.identity import as_lead, as_rater, context_of
from rlhf_collect.domain.actor import Actor
from rlhf_collect.services.messages import Written, reply, settle_thread, write_message
from rlhf_collect.services.threads import list_threads, my_threads

router = APIRouter()
Rater = Annotated[Actor, Depends(as_rater)]
Lead = Annotated[Actor, Depends(as_lead)]
# Random, unlike the ids of rows: leads read when somebody wrote by the day, and those of rows tell the millisecond.
_TWICE: dict[int | str, dict[str, Any]] = {200: {"description": "Sent before: the same message"}}


def _sent(response: Response, written: Written) -> dict[str, str]:
    response.status_code = 201 if written.fresh else 200
    return {"thread": str(written.thread_id), "message": str(written.message_id)}


@router.get("/me/messages", tags=["rater"])
def get_my_messages(request: Request, actor: Rater) -> list[dict[str, Any]]:
    """What the caller wrote to the leads and what these replied, the latest thread first."""
    return my_threads(context_of(request), actor)


@router.post("/me/messages", status_code=201, responses=_TWICE, tags=["rater"])
def post_my_message(request: Request, response: Response, form: MessageForm, actor: Rater) -> dict[str, str]:
    """Write to the leads, about a comparison or not, with one's pseudonym or without; or go on with a thread."""
    written = write_message(
        context_of(request),
        actor,
        form.message or uuid4(),
        form.text,
        thread=form.thread,
        judgement=form.judgement,
        nameless=form.nameless,
    )
    return _sent(response, written)


@router.post("/me/messages/{thread}/settled", status_code=204, tags=["rater"])
def post_my_thread_settled(request: Request, thread: UUID, actor: Rater) -> None:
    """Say that no answer is needed any more; twice is once."""
    settle_thread(context_of(request), actor, thread)


@router.get("/projects/{project}/messages", tags=["lead"])
def get_messages(
    request: Request,
    project: str,
    actor: Lead,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: Annotated[int, Query(ge=0)] = 0,
) -> list[dict[str, Any]]:
    """What raters wrote, what waits for an answer first; under their pseudonym, or as 'a rater'."""
    return list_threads(context_of(request), actor, project, limit=limit, after=after)


@router.post("/projects/{project}/messages/{thread}", status_code=201, responses=_TWICE, tags=["lead"])
def post_reply(
    request: Request, response: Response, project: str, thread: UUID, form: ReplyForm, actor: Lead
) -> dict[str, str]:
    """Reply to a rater, who reads it on their page with the caller's name."""
    written = reply(context_of(request), actor, project, thread, form.message or uuid4(), form.text)
    return _sent(response, written)
