"""Pictures of comparisons, for the people who may see those."""

from __future__ import annotations

from dataclasses import dataclass

from rlhf_collect.domain.actor import Actor, Role
from rlhf_collect.errors import NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A stored picture."""

    media_type: str
    """What the bytes were found to be when they came in."""
    content: bytes
    """The bytes."""


def picture_bytes(ctx: Context, project: Project, sha256: str) -> bytes:
    """A picture of a project, for its versions. They never change, so no snapshot is needed."""
    return bytes(ctx.store.read("image_of_project", project_id=project.project_id, sha256=sha256)[0]["bytes"])


def find_image(ctx: Context, actor: Actor, sha256: str) -> Picture:
    """A picture of the caller's project: leads any, raters those of comparisons that were handed to them.

    Errors: ``NotFound``, in the same words whether there is none or it may not be seen.
    """
    rows = []
    if actor.project_id is not None and actor.role == Role.RATER:
        rows = ctx.store.read(
            "image_of_rater", project_id=actor.project_id, sha256=sha256, rater_key=actor.rater_key
        )
    elif actor.project_id is not None:
        rows = ctx.store.read("image_of_project", project_id=actor.project_id, sha256=sha256)
    if not rows:
        raise NotFound("There is no such picture, or you may not see it.")
    return Picture(media_type=rows[0]["media_type"], content=bytes(rows[0]["bytes"]))
