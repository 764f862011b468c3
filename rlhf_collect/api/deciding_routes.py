"""Contested comparisons decided by a second rater: what leads call to leave them, and raters to decide."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from rlhf_collect.api.forms import DeciderForm, DraftForm, Name, OwnDecisionForm, ReferralForm
from rlhf_collect.api.identity import as_lead, as_page, as_rater, context_of
from rlhf_collect.api.shown import decided_json, to_decide_json
from rlhf_collect.domain.actor import Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import NoWork
from rlhf_collect.services.deciders import list_deciders, name_decider
from rlhf_collect.services.deciding import (
    Decided,
    decide,
    leave_to_others,
    next_to_decide,
    take_back_decision,
)
from rlhf_collect.services.deciding_shown import my_decided, my_decision
from rlhf_collect.services.page_objects import save_decision_draft
from rlhf_collect.services.referrals import refer, take_back_referral

router = APIRouter()
Rater = Annotated[Actor, Depends(as_rater)]
Lead = Annotated[Actor, Depends(as_lead)]
_NOTHING: dict[int | str, dict[str, Any]] = {204: {"description": "Nothing to decide; X-Reason says why"}}


@router.get("/projects/{project}/deciders", tags=["lead"])
def get_deciders(request: Request, project: str, actor: Lead) -> list[str]:
    """The raters who decide contested comparisons, by name."""
    return list_deciders(context_of(request), actor, project)


@router.put("/projects/{project}/deciders", tags=["lead"])
def put_decider(request: Request, project: str, form: DeciderForm, actor: Lead) -> dict[str, Any]:
    """Let a rater decide what leads leave to a second rater, or not any more: what they decided stays."""
    return name_decider(context_of(request), actor, project, form.name, decides=form.decides)


@router.put("/projects/{project}/referrals", tags=["lead"])
def put_referrals(request: Request, project: str, form: ReferralForm, actor: Lead) -> dict[str, Any]:
    """Leave contested comparisons to a second rater; a lead may still decide them."""
    return refer(context_of(request), actor, project, form.comparisons, criterion=form.criterion)


@router.delete("/projects/{project}/referrals", tags=["lead"])
def delete_referral(
    request: Request,
    project: str,
    actor: Lead,
    comparison: Annotated[list[Name] | None, Query(max_length=100)] = None,
    criterion: str | None = None,
) -> dict[str, Any]:
    """Leave comparisons to a second rater no longer: those named, else all that wait."""
    return take_back_referral(context_of(request), actor, project, comparison, criterion=criterion)


@router.post("/projects/{project}/decisions/next", tags=["rater"], responses=_NOTHING)
def post_next_decision(request: Request, project: str, actor: Rater, render: str = "") -> Any:
    """Show the caller the contested comparison they began to decide, or the next one that waits for a second rater."""
    ctx = context_of(request)
    try:
        found = next_to_decide(ctx, actor, project)
    except NoWork as nothing:
        return Response(status_code=204, headers={"X-Reason": nothing.reason})
    return to_decide_json(ctx, actor, found, html=as_page(request, render))


@router.put("/decisions/{decision}", tags=["rater"])
def put_own_decision(
    request: Request, decision: UUID, form: OwnDecisionForm, actor: Rater, render: str = ""
) -> dict[str, Any]:
    """Decide what was shown under this id, or change that; what is next comes with the receipt."""
    draft, page = Draft(choice=form.choice, strength=form.strength), as_page(request, render)
    done = decide(context_of(request), actor, decision, draft, form.reason, page=page)
    return _receipt(request, actor, done, render)


@router.post("/decisions/{decision}/decline", tags=["rater"])
def post_decline(request: Request, decision: UUID, actor: Rater, render: str = "") -> dict[str, Any]:
    """Leave it to somebody else, without a reason and without any consequence; it is not shown to the caller again."""
    return _receipt(request, actor, leave_to_others(context_of(request), actor, decision), render)


@router.put("/decisions/{decision}/draft", status_code=204, tags=["rater"])
def put_decision_draft(request: Request, decision: UUID, form: DraftForm, actor: Rater) -> None:
    """Keep what was typed for a decision and not sent."""
    save_decision_draft(context_of(request), actor, decision, form.draft)


@router.get("/me/decided", tags=["rater"])
def get_my_decided(
    request: Request, actor: Rater, limit: Annotated[int, Query(ge=1, le=200)] = 50, render: str = ""
) -> dict[str, Any]:
    """What the caller decided as a second rater, the latest first."""
    return my_decided(context_of(request), actor, limit=limit, page=as_page(request, render))


@router.get("/me/decided/{decision}", tags=["rater"])
def get_my_decision(request: Request, decision: UUID, actor: Rater, render: str = "") -> dict[str, Any]:
    """One of them as it was seen, with what was decided."""
    ctx, page = context_of(request), as_page(request, render)
    found = my_decision(ctx, actor, decision, page=page)
    return to_decide_json(ctx, actor, found.shown, html=page) | {
        "answers": [found.answer],
        "withdrawn": found.withdrawn,
        "version": found.version,
    }


@router.delete("/me/decided/{decision}", tags=["rater"])
def delete_my_decision(request: Request, decision: UUID, actor: Rater) -> dict[str, Any]:
    """Take back one's own decision: what raters said holds again, or what somebody else decided."""
    return {"decision": str(decision), "revision": take_back_decision(context_of(request), actor, decision)}


def _receipt(request: Request, actor: Actor, done: Decided, render: str) -> dict[str, Any]:
    return decided_json(context_of(request), actor, done, html=as_page(request, render))
