"""Pictures that came with comparisons."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from rlhf_collect.api.identity import as_anyone, context_of
from rlhf_collect.domain.actor import Actor
from rlhf_collect.services.images import find_image

router = APIRouter(tags=["rater"])
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
HEADERS = {
    "Content-Disposition": "inline",
    "Cache-Control": "private, max-age=31536000, immutable",  # the address names the bytes
    "Cross-Origin-Resource-Policy": "same-origin",
}


@router.get("/images/{sha256}", response_class=Response)
def get_image(request: Request, sha256: Sha256, actor: Annotated[Actor, Depends(as_anyone)]) -> Response:
    """A picture, to people who may see a comparison it belongs to."""
    picture = find_image(context_of(request), actor, sha256)
    return Response(picture.content, media_type=picture.media_type, headers=HEADERS)
