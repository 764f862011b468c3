"""What the fields of the Versions tab ask for: which version goes where, and who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rlhf_collect.config import is_repository
from rlhf_collect.exporters.reach import Reach
from rlhf_collect.services.projects import Project
from rlhf_collect.services.publishing import reach_of
from rlhf_collect.web.lead_words import Words

READERS: dict[str, tuple[bool, str | None]] = {
    "private": (False, None),
    "manual": (False, "manual"),
    "auto": (False, "auto"),
    "public": (True, None),
}
"""What the lead chooses from: whether it is public, its gate."""
_ALLOWED = {"private": 1, "gated": 3, "public": 4}
"""How many of the above raters were told of, by ``publication.access``."""


@dataclass(frozen=True, kw_only=True)
class Sending:
    """All that decides what is sent: what was shown to one person, or what they now ask for."""

    person: UUID | None
    project: UUID
    version: str
    manifest_sha256: str
    to: str
    reach: Reach


def readers_offered(words: Words, project: Project) -> list[tuple[str, str]]:
    """Who may read it: no more than raters were told of."""
    allowed = list(READERS)[: _ALLOWED[project.settings.publication.access]]
    return [(words(f"readers_{key}"), key) for key in allowed]


class Unclear(Exception):
    """The fields do not say what is to be done. It never leaves the tab."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def target_of(words: Words, project: Project, target: str) -> str:
    """The repository a lead wrote, with or without ``hub:``: the page writes to no folder of the server.

    Errors: ``Unclear``.
    """
    text = str(target).strip().removeprefix("hub:")
    if text.startswith((".", "/", "~")) or text.count("/") > 1 or "\\" in text:
        raise Unclear(words("no_folder", project=project.name))
    if not is_repository(text):
        raise Unclear(words("where_to"))
    return f"hub:{text}"


def reach_for(words: Words, readers: str) -> Reach:
    """Who may read it. Errors: ``Unclear``."""
    if readers not in READERS:
        raise Unclear(words("who_may_read"))
    public, gate = READERS[readers]
    return reach_of(public=public, gated=gate)
