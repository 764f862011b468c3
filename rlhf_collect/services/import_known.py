"""What a project holds already: an import is held against it, so that doing it twice adds nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project

Said = tuple[str, str | None, date]
"""Hash of the answer, order shown (JSON), day."""
Judged = dict[tuple[str, str, str], list[Said]]


@dataclass(kw_only=True)
class Known:
    """What the project holds already, and what this import has added to it so far."""

    hashes: dict[str, str]
    """Comparison id to content hash."""
    keys: dict[str, tuple[UUID, tuple[str, ...]]]
    """Comparison id to inner id and completion ids in import order."""
    read_judged: Callable[[], Judged]
    """How to find what was judged already."""
    read_skipped: Callable[[], set[tuple[str, str]]]
    """Likewise what was skipped."""
    raters: dict[str, UUID]
    """Name to inner id."""
    taken: set[str]
    """Names of people who rate here themselves: imports may not speak for them."""
    images: set[str]
    """SHA-256 of the pictures it holds."""
    import_no: int = 0
    """Comparisons staged so far; the real numbers are added in the transaction."""
    sequence_no: int = 0
    """Judgements staged so far, likewise."""

    @cached_property
    def judged(self) -> Judged:
        """(rater, comparison, criterion) to what they said, first to last: read only if a judgement is brought."""
        return self.read_judged()

    @cached_property
    def skipped(self) -> set[tuple[str, str]]:
        """(rater, comparison); likewise."""
        return self.read_skipped()


def known_rows(ctx: Context, project: Project) -> Known:
    """Read what the project holds already."""
    read, project_id = ctx.store.read, project.project_id
    keys: dict[str, tuple[UUID, tuple[str, ...]]] = {}
    for row in read("comparison_index", project_id=project_id):
        key, ids = keys.get(row["comparison_id"], (row["comparison_key"], ()))
        keys[row["comparison_id"]] = (key, (*ids, row["completion_id"]))

    def judged() -> Judged:
        found: Judged = {}
        for row in read("known_judgements", project_id=project_id):
            found.setdefault((row["rater"], row["comparison_id"], row["criterion"]), []).append(
                (row["answers_sha256"], row["presentation"], row["submitted_on"])
            )
        return found

    def skipped() -> set[tuple[str, str]]:
        return {(r["rater"], r["comparison_id"]) for r in read("known_skips", project_id=project_id)}

    people = read("raters_of_project", project_id=project_id)
    return Known(
        hashes={
            r["comparison_id"]: r["content_sha256"] for r in read("known_comparisons", project_id=project_id)
        },
        keys=keys,
        read_judged=judged,
        read_skipped=skipped,
        raters={row["name"]: row["rater_key"] for row in people if row["imported"]},
        taken={row["name"] for row in people if not row["imported"]},
        images={row["sha256"] for row in read("known_images", project_id=project_id)},
    )
