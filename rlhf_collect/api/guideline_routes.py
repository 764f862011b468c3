"""The guidelines as leads see and write them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from rlhf_collect.api.forms import WrittenGuidelinesForm
from rlhf_collect.api.identity import as_lead, context_of
from rlhf_collect.domain.actor import Actor
from rlhf_collect.services.guideline_versions import list_guidelines, write_guidelines

router = APIRouter(tags=["lead"], prefix="/projects/{project}")
Lead = Annotated[Actor, Depends(as_lead)]


@router.get("/guidelines")
def get_guidelines(request: Request, project: str, actor: Lead) -> list[dict[str, Any]]:
    """Every version of the guidelines with who wrote it and what was judged under it, the one in force first."""
    return list_guidelines(context_of(request), actor, project)


@router.put("/guidelines")
def put_guidelines(
    request: Request, project: str, form: WrittenGuidelinesForm, actor: Lead
) -> dict[str, Any]:
    """Put other guidelines in force; raters read what changed before their next comparison."""
    return write_guidelines(
        context_of(request), actor, project, version=form.version, text=form.text, replaces=form.replaces
    )
