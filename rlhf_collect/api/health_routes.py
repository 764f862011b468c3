"""Whether the service lives and can answer."""

from __future__ import annotations

from fastapi import APIRouter, Request

from rlhf_collect.api.identity import context_of

router = APIRouter(tags=["health"])


@router.get("/healthz")
def get_live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/readyz")
def get_ready(request: Request) -> dict[str, object]:
    """The store answers too."""
    schema = context_of(request).store.read("schema_number")[0]["number"]
    return {"status": "ready", "schema": schema}
