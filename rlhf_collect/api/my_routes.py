"""What raters keep with us and look back at: display, guidelines confirmed, their own judgements."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from rlhf_collect.api.forms import DisplayForm, GuidelinesForm
from rlhf_collect.api.identity import as_anyone, as_page, as_rater, context_of
from rlhf_collect.api.shown import assignment_json, in_plain_words
from rlhf_collect.config import LANGUAGE_COOKIE, LANGUAGES
from rlhf_collect.domain.actor import Actor
from rlhf_collect.services.guidelines import confirm_guidelines
from rlhf_collect.services.my_judgements import my_judgement, my_judgements, my_skips
from rlhf_collect.services.page_objects import save_display
from rlhf_collect.services.projects import project_of
from rlhf_collect.services.rater_figures import my_figures

router = APIRouter(tags=["rater"], prefix="/me")
Rater = Annotated[Actor, Depends(as_rater)]
Anyone = Annotated[Actor, Depends(as_anyone)]
A_YEAR = 365 * 24 * 60 * 60


@router.put("/display", status_code=204)
def put_display(request: Request, response: Response, form: DisplayForm, actor: Anyone) -> None:
    """Keep how the caller likes the page. A language is remembered for the sign-in pages too."""
    save_display(context_of(request), actor, form.display)
    if (language := form.display.get("language")) in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, str(language), max_age=A_YEAR, samesite="lax")


@router.put("/guidelines", status_code=204)
def put_guidelines(request: Request, form: GuidelinesForm, actor: Anyone) -> None:
    """Say that the current guidelines are read."""
    confirm_guidelines(context_of(request), actor, form.version)


@router.get("/figures")
def get_my_figures(request: Request, actor: Rater, criterion: str | None = None) -> dict[str, Any]:
    """What the caller's own answers show: nobody else's, nothing about time, no rank."""
    return my_figures(context_of(request), actor, criterion)


@router.get("/judgements")
def get_my_judgements(
    request: Request,
    actor: Rater,
    search: Annotated[str, Query(max_length=1000)] = "",
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    render: str = "",
) -> dict[str, Any]:
    """The caller's judgements, newest first."""
    page = as_page(request, render)
    listed = my_judgements(context_of(request), actor, search=search, before=before, limit=limit, page=page)
    return in_plain_words(listed) if page else listed


@router.get("/skips")
def get_my_skips(
    request: Request,
    actor: Rater,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    render: str = "",
) -> dict[str, Any]:
    """What the caller has skipped and may take back, the latest first."""
    return my_skips(context_of(request), actor, limit=limit, page=as_page(request, render))


@router.get("/judgements/{judgement}")
def get_my_judgement(request: Request, judgement: UUID, actor: Rater, render: str = "") -> dict[str, Any]:
    """One of them as it was seen, with what was said."""
    ctx = context_of(request)
    found = my_judgement(ctx, actor, judgement, page=as_page(request, render))
    assert actor.project_id is not None  # else nothing would have been found
    document = assignment_json(
        ctx, project_of(ctx, actor.project_id), found.assignment, html=as_page(request, render)
    )
    return document | {
        "answers": found.answers,
        "flags": found.flags,
        "edited": found.edited,
        "withdrawn": found.withdrawn,
        "version": found.version,
    }
