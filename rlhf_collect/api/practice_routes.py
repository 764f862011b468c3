"""Practising before the first real comparison, or again later."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from rlhf_collect.api.forms import PracticeForm
from rlhf_collect.api.identity import as_page, as_rater, context_of
from rlhf_collect.api.shown import comparison_json
from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.services.practice_rounds import answer_practice, my_practice, next_practice, practise_again
from rlhf_collect.services.projects import find_own_project

router = APIRouter(tags=["rater"], prefix="/projects/{project}/practice")
Rater = Annotated[Actor, Depends(as_rater)]


@router.get("")
def get_practice(request: Request, project: str, actor: Rater) -> dict[str, Any]:
    """How far the caller is."""
    return my_practice(context_of(request), actor, project).as_json()


@router.post("/next", responses={204: {"description": "All of this round are answered"}})
def post_next_practice(request: Request, project: str, actor: Rater, render: str = "") -> Any:
    """The next practice comparison, without what is expected."""
    ctx = context_of(request)
    turn = next_practice(ctx, actor, project)
    if turn is None:
        return Response(status_code=204)
    criterion = find_own_project(ctx, actor, project, Right.RATE).criteria()[turn.criterion]
    return {
        "comparison": comparison_json(ctx, turn, html=as_page(request, render)),
        "criteria": [criterion.as_json()],
        "number": turn.number,
        "total": turn.total,
    }


@router.post("")
def post_practice(
    request: Request, project: str, form: PracticeForm, actor: Rater, render: str = ""
) -> dict[str, Any]:
    """Answer it, and read what was expected and why."""
    drafts = [each.to_domain() for each in form.answers]
    result = answer_practice(
        context_of(request), actor, project, form.comparison, drafts, page=as_page(request, render)
    )
    return {
        "as_expected": result.as_expected,
        "expected": {"criterion": result.criterion, "choice": result.choice, "side": result.side},
        "reason": result.reason,
        "practice": result.state.as_json(),
    }


@router.post("/again")
def post_practice_again(request: Request, project: str, actor: Rater) -> dict[str, Any]:
    """Begin another round."""
    return practise_again(context_of(request), actor, project).as_json()
