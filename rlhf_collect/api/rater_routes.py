"""What raters call: next, judge, revise, skip, and what is theirs."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from rlhf_collect.api.forms import ConsentForm, JudgementForm, RevisionForm, SkipForm
from rlhf_collect.api.identity import as_anyone, as_rater, context_of
from rlhf_collect.api.shown import assignment_json, receipt_json
from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import NotAllowed, NoWork
from rlhf_collect.rendering import render_markdown
from rlhf_collect.services.judgements import Receipt, revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.projects import find_project, project_of
from rlhf_collect.services.raters import about_me, export_me, set_consents
from rlhf_collect.services.serving import next_assignment

router = APIRouter(tags=["rater"])
Rater = Annotated[Actor, Depends(as_rater)]
Anyone = Annotated[Actor, Depends(as_anyone)]


@router.post(
    "/projects/{project}/next", responses={204: {"description": "Nothing to judge; X-Reason says why"}}
)
def post_next(request: Request, project: str, actor: Rater, render: str = "") -> Any:
    """Hand out the caller's next assignment; the one they hold already, if they hold one."""
    ctx = context_of(request)
    try:
        assignment = next_assignment(ctx, actor, project)
    except NoWork as nothing:
        return Response(status_code=204, headers={"X-Reason": nothing.reason})
    return assignment_json(ctx, find_project(ctx, project), assignment, html=render == "html")


def _receipt(request: Request, actor: Actor, receipt: Receipt, render: str) -> dict[str, Any]:
    ctx = context_of(request)
    if actor.project_id is None:
        raise NotAllowed("This is for people of a project.")
    return receipt_json(ctx, project_of(ctx, actor.project_id), receipt, html=render == "html")


@router.post(
    "/judgements", status_code=201, responses={200: {"description": "Stored before: the same receipt"}}
)
def post_judgement(
    request: Request, response: Response, form: JudgementForm, actor: Rater, render: str = ""
) -> dict[str, Any]:
    """Store a judgement and hand out the next comparison."""
    receipt = submit_judgement(
        context_of(request),
        actor,
        form.assignment,
        form.judgement,
        form.drafts(),
        flags=form.flagged(),
        edited=form.improved(),
    )
    response.status_code = 201 if receipt.fresh else 200
    return _receipt(request, actor, receipt, render)


@router.put("/judgements/{judgement}")
def put_judgement(
    request: Request, judgement: UUID, form: RevisionForm, actor: Rater, render: str = ""
) -> dict[str, Any]:
    """Revise one's own judgement; the earlier revisions are kept."""
    receipt = revise_judgement(
        context_of(request), actor, judgement, form.drafts(), flags=form.flagged(), edited=form.improved()
    )
    return _receipt(request, actor, receipt, render)


@router.post("/assignments/{assignment}/skip")
def post_skip(
    request: Request, assignment: UUID, form: SkipForm, actor: Rater, render: str = ""
) -> dict[str, Any]:
    """Pass on a comparison, without consequence; it is not offered again."""
    receipt = skip_assignment(context_of(request), actor, assignment, form.reason, flags=form.flagged())
    return _receipt(request, actor, receipt, render)


@router.get("/me")
def get_me(request: Request, actor: Anyone) -> dict[str, Any]:
    """Who the caller is, who asks for the work and why, and how far they are."""
    me = about_me(context_of(request), actor)
    me["guidelines"]["html"] = render_markdown(me["guidelines"]["text"])
    return me


@router.get("/me/export")
def get_my_export(request: Request, actor: Anyone) -> dict[str, Any]:
    """Everything stored about the caller."""
    return export_me(context_of(request), actor)


@router.put("/me/consents")
def put_consents(request: Request, form: ConsentForm, actor: Anyone) -> dict[str, bool]:
    """Give or take back a consent; it holds for versions frozen from now on."""
    return set_consents(context_of(request), actor, {"publish_rationale": form.publish_rationale})
