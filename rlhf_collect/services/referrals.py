"""Contested comparisons that leads leave to a second rater, and take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.errors import NotFound, Refused
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.services.reports import chosen_criterion
from rlhf_collect.storage.port import Transaction


def refer(
    ctx: Context,
    actor: Actor,
    project_name: str,
    comparisons: Sequence[str] | None = None,
    *,
    criterion: str | None = None,
) -> dict[str, Any]:
    """Leave contested comparisons to a second rater, all undecided ones unless some are named; twice is once.

    Leads may still decide them, and theirs stands. Returns ``{"project", "criterion", "referred"}``: how many are new.
    Errors: ``NotFound`` naming what is not contested and undecided; ``Refused`` while nobody decides.
    """
    project, chosen, undecided = _undecided(ctx, actor, project_name, criterion)
    if not ctx.store.read("deciders_of_project", project_id=project.project_id):
        raise Refused(
            "No rater decides in this project yet, so nobody would see it. Name one first: on the Contested tab, or "
            f"rlhf-collect raters set {project.name} NAME --decides. Nothing was changed."
        )
    names = list(undecided) if comparisons is None else list(dict.fromkeys(comparisons))
    for name in names:
        if name not in undecided:
            raise NotFound(
                f"'{name}' is not among the contested comparisons of {project.name} that wait for a decision on "
                f"{chosen}. Nothing was left to a second rater."
            )
    asked = {undecided[name]: name for name in names}
    return _change(ctx, actor, project, chosen, asked, asking=True)


def take_back_referral(
    ctx: Context,
    actor: Actor,
    project_name: str,
    comparisons: Sequence[str] | None = None,
    *,
    criterion: str | None = None,
) -> dict[str, Any]:
    """Leave comparisons to a second rater no longer, all that wait unless some are named.

    Who has one before them already may still hand it in. Returns as above, ``referred`` counting those taken back.
    Errors: ``NotFound`` for a comparison that is not there.
    """
    project = find_own_project(ctx, actor, project_name, Right.ADJUDICATE)
    with ctx.store.snapshot() as reader:
        chosen = chosen_criterion(reader, project, criterion)
        if comparisons is None:
            rows = reader.read("referrals_waiting", project_id=project.project_id, criterion=chosen)
        else:
            names = list(dict.fromkeys(comparisons))
            rows = reader.read("comparisons_by_name", project_id=project.project_id, names=names)
    found = {row["comparison_key"]: row["comparison_id"] for row in rows}
    for name in comparisons or ():
        if name not in found.values():
            raise NotFound(f"Project {project.name} has no comparison '{name}'. Nothing was changed.")
    return _change(ctx, actor, project, chosen, found, asking=False)


def _undecided(
    ctx: Context, actor: Actor, project_name: str, criterion: str | None
) -> tuple[Project, str, Mapping[str, UUID]]:
    """The project, the criterion meant, and its contested comparisons on which no decision holds: name to key."""
    project = find_own_project(ctx, actor, project_name, Right.ADJUDICATE)
    with ctx.store.snapshot() as reader:
        chosen = chosen_criterion(reader, project, criterion)
        rows = reader.read(
            "contested_undecided",
            project_id=project.project_id,
            criterion=chosen,
            practice=list(project.settings.practice.comparisons),
            tag="",
            rater_key=None,
        )
    return project, chosen, {row["comparison_id"]: row["comparison_key"] for row in rows}


def _change(
    ctx: Context, actor: Actor, project: Project, criterion: str, asked: Mapping[UUID, str], *, asking: bool
) -> dict[str, Any]:
    def work(tx: Transaction) -> int:
        rows = tx.read("referrals_of_comparisons", comparison_keys=list(asked), criterion=criterion)
        before = {row["comparison_key"]: row["asked"] for row in rows}
        changed = [key for key in asked if before.get(key, False) != asking]
        if not changed:
            return 0
        tx.run(
            "record_referrals",
            project_id=project.project_id,
            comparison_keys=changed,
            criterion=criterion,
            asked=asking,
            now=ctx.clock(),
        )
        names = [asked[key] for key in changed]
        told = {"comparisons": names, "criterion": criterion, "asked": asking}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "refer", told)])
        ctx.boards.referred(tx, project.project_id)
        return len(changed)

    return {"project": project.name, "criterion": criterion, "referred": ctx.store.write(work)}
