"""What raters call: next, judge, revise, skip, and what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from rlhf_collect.api.forms import ConsentForm, DraftForm, JudgementForm, RevisionForm, SkipForm
from rlhf_collect.api.identity import as_anyone, as_page, as_rater, context_of
from rlhf_collect.api.shown import ahead_json, assignment_json, receipt_json
from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import NotAllowed, NoWork
from rlhf_collect.rendering import render_markdown
from rlhf_collect.services.context import Context
from rlhf_collect.services.decided import my_decisions, terms_of_appeals
from rlhf_collect.services.deciding import deciding_standing
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.judgements import Receipt, revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.page_objects import save_draft
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.raters import about_me, export_me, set_consents
from rlhf_collect.services.serving import Handed, next_assignments
from rlhf_collect.services.skips import take_back_skip
from rlhf_collect.services.threads import messages_standing
from rlhf_collect.services.withdrawals import withdraw_judgement

router = APIRouter(tags=["rater"])
Rater = Annotated[Actor, Depends(as_rater)]
Anyone = Annotated[Actor, Depends(as_anyone)]


_NOTHING: dict[int | str, dict[str, Any]] = {204: {"description": "Nothing to judge; X-Reason says why"}}


def _handed(request: Request, actor: Actor, give: Callable[[], Handed], render: str, *, ahead: bool) -> Any:
    """What is handed out as a document, or 204 and why there is nothing."""
    ctx, html = context_of(request), as_page(request, render)
    try:
        handed = give()
        if isinstance(handed.next, NoWork):
            raise handed.next
    except NoWork as nothing:
        return Response(status_code=204, headers={"X-Reason": nothing.reason})
    project = _own_project(ctx, actor)
    body = assignment_json(ctx, project, handed.next, html=html)
    return body | (ahead_json(ctx, project, handed.ahead, html=html) if ahead else {})


def _own_project(ctx: Context, actor: Actor) -> Project:
    if actor.project_id is None:
        raise NotAllowed("This is for people of a project.")
    return project_of(ctx, actor.project_id)


def _receipt(request: Request, actor: Actor, receipt: Receipt, render: str, *, ahead: bool) -> dict[str, Any]:
    ctx = context_of(request)
    return receipt_json(ctx, _own_project(ctx, actor), receipt, html=as_page(request, render), ahead=ahead)


@router.post("/projects/{project}/next", responses=_NOTHING)
def post_next(request: Request, project: str, actor: Rater, render: str = "", ahead: bool = False) -> Any:
    """Hand out the caller's next assignment, the one they hold already if they hold one; and the one after it."""
    ctx = context_of(request)
    return _handed(
        request, actor, lambda: next_assignments(ctx, actor, project, ahead=ahead), render, ahead=ahead
    )


@router.post(
    "/judgements", status_code=201, responses={200: {"description": "Stored before: the same receipt"}}
)
def post_judgement(
    request: Request,
    response: Response,
    form: JudgementForm,
    actor: Rater,
    render: str = "",
    ahead: bool = False,
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
        ahead=ahead,
        page=as_page(request, render),
    )
    response.status_code = 201 if receipt.fresh else 200
    return _receipt(request, actor, receipt, render, ahead=ahead)


@router.put("/judgements/{judgement}")
def put_judgement(
    request: Request,
    judgement: UUID,
    form: RevisionForm,
    actor: Rater,
    render: str = "",
    ahead: bool = False,
) -> dict[str, Any]:
    """Revise one's own judgement; the earlier revisions are kept. One that was taken back stands again."""
    receipt = revise_judgement(
        context_of(request),
        actor,
        judgement,
        form.drafts(),
        flags=form.flagged(),
        edited=form.improved(),
        ahead=ahead,
        page=as_page(request, render),
    )
    return _receipt(request, actor, receipt, render, ahead=ahead)


@router.delete("/judgements/{judgement}")
def delete_judgement(request: Request, judgement: UUID, actor: Rater) -> dict[str, Any]:
    """Take back one's own judgement: it does not count any more. ``versions`` are the sealed ones that keep it."""
    done = withdraw_judgement(context_of(request), actor, judgement)
    return {"judgement": str(done.judgement_id), "versions": list(done.versions)}


@router.post("/assignments/{assignment}/skip")
def post_skip(
    request: Request,
    assignment: UUID,
    form: SkipForm,
    actor: Rater,
    render: str = "",
    ahead: bool = False,
) -> dict[str, Any]:
    """Pass on a comparison, without consequence; it is not offered again unless the skip is taken back."""
    receipt = skip_assignment(
        context_of(request),
        actor,
        assignment,
        form.reason,
        flags=form.flagged(),
        ahead=ahead,
        page=as_page(request, render),
    )
    return _receipt(request, actor, receipt, render, ahead=ahead)


@router.delete("/assignments/{assignment}/skip", responses=_NOTHING)
def delete_skip(
    request: Request, assignment: UUID, actor: Rater, render: str = "", ahead: bool = False
) -> Any:
    """Take back one's own skip; the comparison is next."""
    ctx = context_of(request)
    return _handed(
        request, actor, lambda: take_back_skip(ctx, actor, assignment, ahead=ahead), render, ahead=ahead
    )


@router.put("/assignments/{assignment}/draft", status_code=204)
def put_draft(request: Request, assignment: UUID, form: DraftForm, actor: Rater) -> None:
    """Keep what was typed for an assignment and not sent."""
    save_draft(context_of(request), actor, assignment, form.draft)


@router.get("/me")
def get_me(request: Request, actor: Anyone) -> dict[str, Any]:
    """Who the caller is, what was decided about them, who asks for the work and why, and how far they are."""
    ctx = context_of(request)
    own = {
        "decisions": my_decisions(ctx, actor),
        "appeals": terms_of_appeals(ctx, actor),
        "messages": messages_standing(ctx, actor),
        "deciding": deciding_standing(ctx, actor),
    }
    me = about_me(ctx, actor) | own
    guidelines = me["guidelines"]
    guidelines["html"] = render_markdown(guidelines["text"])
    guidelines["texts"] = {each: render_markdown(text) for each, text in guidelines["texts"].items()}
    for change in guidelines.get("changes", ()):
        change["html"] = render_markdown(change["text"])
    return me


@router.get("/me/export")
def get_my_export(request: Request, actor: Anyone) -> dict[str, Any]:
    """Everything stored about the caller."""
    return export_me(context_of(request), actor, page=as_page(request, ""))


@router.delete("/me")
def delete_me(
    request: Request,
    actor: Anyone,
    judgements: Literal["kept", "left_out"] = "left_out",
    removal: bool = False,
) -> dict[str, Any]:
    """Erase the caller, for good, and end every way in.

    Judgements are left out of versions to come, or ``kept`` without a name; ``removal`` asks leads to withdraw what is
    published with them. Copies others have downloaded cannot be recalled.
    """
    return asdict(erase_me(context_of(request), actor, judgements=judgements, removal=removal))


@router.put("/me/consents")
def put_consents(request: Request, form: ConsentForm, actor: Anyone) -> dict[str, bool]:
    """Give or take back a consent; it holds for versions frozen from now on."""
    return set_consents(context_of(request), actor, {"publish_rationale": form.publish_rationale})
