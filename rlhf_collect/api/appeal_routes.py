"""Decisions that leave out judgements, and appeals: what leads and second persons call, and what raters do."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from rlhf_collect.api.forms import AppealEndForm, AppealForm, ExclusionForm, KnownAnswerForm
from rlhf_collect.api.identity import as_lead, as_page, as_rater, context_of
from rlhf_collect.domain.actor import Actor
from rlhf_collect.services.appeals import answer_appeal, contest, withdraw_appeal
from rlhf_collect.services.decided import list_appeals, list_exclusions, my_controls
from rlhf_collect.services.exclusions import decide_exclusion, lift_exclusion
from rlhf_collect.services.known_answers import list_known_answers, remove_known_answer

router = APIRouter()
Rater = Annotated[Actor, Depends(as_rater)]
Lead = Annotated[Actor, Depends(as_lead)]


@router.get("/projects/{project}/exclusions", tags=["lead"])
def get_exclusions(request: Request, project: str, actor: Lead) -> list[dict[str, Any]]:
    """Decisions that leave out judgements, the latest first, raters under their pseudonym."""
    return list_exclusions(context_of(request), actor, project)


@router.post("/projects/{project}/exclusions", status_code=201, tags=["lead"])
def post_exclusion(request: Request, project: str, form: ExclusionForm, actor: Lead) -> dict[str, Any]:
    """Decide that judgements of a rater are left out; the rater is told at once and may contest it."""
    done = decide_exclusion(
        context_of(request),
        actor,
        project,
        form.rater,
        reasons=form.reasons,
        evidence=form.evidence,
        comparisons=form.comparisons,
    )
    return {
        "decision": str(done.decision_id),
        "judgements": done.judgements,
        "effective_at": done.effective_at.isoformat(),
    }


@router.delete("/projects/{project}/exclusions/{decision}", status_code=204, tags=["lead"])
def delete_exclusion(request: Request, project: str, decision: UUID, actor: Lead, reasons: str = "") -> None:
    """Lift a decision for good: its judgements count again, and are in the next version."""
    lift_exclusion(context_of(request), actor, project, decision, reasons=reasons)


@router.get("/projects/{project}/appeals", tags=["lead"])
def get_appeals(request: Request, project: str, actor: Lead) -> list[dict[str, Any]]:
    """Appeals against decisions and known answers, those still open first; by key also for the second contact."""
    return list_appeals(context_of(request), actor, project)


@router.post("/projects/{project}/appeals/{appeal}", status_code=204, tags=["lead"])
def post_appeal_end(request: Request, project: str, appeal: UUID, form: AppealEndForm, actor: Lead) -> None:
    """Answer an appeal as a second person: neither who decided it nor who contests it."""
    answer_appeal(
        context_of(request),
        actor,
        project,
        appeal,
        step=form.step,
        reasons=form.reasons,
        comparisons=form.comparisons,
    )


@router.get("/projects/{project}/gold", tags=["lead"])
def get_gold(request: Request, project: str, actor: Lead) -> list[dict[str, Any]]:
    """Known answers among a rater's others, those that ask for a look first; nobody is named."""
    return list_known_answers(context_of(request), actor, project)


@router.post("/projects/{project}/gold/removed", tags=["lead"])
def post_gold_removed(request: Request, project: str, form: KnownAnswerForm, actor: Lead) -> dict[str, Any]:
    """Take a known answer out of use for good, as if it had been contested with success; twice is once."""
    return remove_known_answer(context_of(request), actor, project, form.comparison, form.reason)


@router.get("/me/controls", tags=["rater"])
def get_my_controls(request: Request, actor: Rater, render: str = "") -> list[dict[str, Any]]:
    """The caller's answers to comparisons with a known answer, with what was expected and why, to be contested."""
    return my_controls(context_of(request), actor, page=as_page(request, render))


@router.post("/me/appeals", status_code=201, tags=["rater"])
def post_my_appeal(request: Request, form: AppealForm, actor: Rater) -> dict[str, str]:
    """Contest a decision about oneself, or a known answer. Without an answer in 14 days it is upheld."""
    done = contest(
        context_of(request), actor, decision=form.decision, judgement=form.judgement, reasons=form.reasons
    )
    return {"appeal": str(done.appeal_id), "due_at": done.due_at.isoformat()}


@router.delete("/me/appeals/{appeal}", status_code=204, tags=["rater"])
def delete_my_appeal(request: Request, appeal: UUID, actor: Rater) -> None:
    """Take back one's own appeal; what it contests stands as before."""
    withdraw_appeal(context_of(request), actor, appeal)
