"""Operations on projects: their file, what comes in, people, reports, and the database itself."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from rlhf_collect.config import load_project
from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.limits import checked_limits
from rlhf_collect.errors import Problem
from rlhf_collect.importers import open_judgements, open_source
from rlhf_collect.operations.registry import operation
from rlhf_collect.services.alert_sending import send_alerts
from rlhf_collect.services.alerts import look_at_flags, project_alerts
from rlhf_collect.services.backups import make_backup
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.contested import contested_comparisons, which_of
from rlhf_collect.services.context import Context, Progress
from rlhf_collect.services.decided import list_appeals, list_exclusions
from rlhf_collect.services.deciders import name_decider
from rlhf_collect.services.eligibility import set_limits
from rlhf_collect.services.erasure import erase_person, list_erasures
from rlhf_collect.services.exports import export_judgements
from rlhf_collect.services.guideline_versions import list_guidelines
from rlhf_collect.services.imports import import_comparisons, import_judgements
from rlhf_collect.services.known_answers import list_known_answers, remove_known_answer
from rlhf_collect.services.leaderboard import project_leaderboard
from rlhf_collect.services.people import list_people, remove_person
from rlhf_collect.services.projects import apply_project
from rlhf_collect.services.rater_figures import figures_of_raters
from rlhf_collect.services.raters import add_rater
from rlhf_collect.services.referrals import refer, take_back_referral
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.services.threads import list_threads
from rlhf_collect.stats.alerts import FLAGS_WAIT


@operation
def apply(ctx: Context, progress: Progress, *, config: str) -> dict[str, Any]:
    """Record a project file."""
    return apply_project(ctx, OPERATOR, load_project(Path(config)))


@operation
def bring_comparisons(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    source: str,
    format: str | None,
    skip_bad: bool,
    keep_preferences: bool,
    token: str | None,
    licence: str | None = None,
) -> dict[str, Any]:
    """Import comparisons from a file, folder or Hub dataset."""
    opened = open_source(
        source, format=format, keep_preferences=keep_preferences, token=token, licence=licence
    )

    def reading(done: int, total: int | None, what: str) -> None:
        """How many comparisons a file holds is known at its end; how many bytes, at once."""
        if total is None:
            progress(opened.done, opened.total, f"{done:,} {what}; bytes")
        else:
            progress(done, total, what)

    report = import_comparisons(
        ctx,
        OPERATOR,
        project,
        opened.items(),
        source=opened.name,
        form=opened.format,
        revision=opened.revision or "",
        licence=opened.licence or "",
        skip_bad=skip_bad,
        progress=reading,
    )
    return _listed(report.as_json())


@operation
def bring_judgements(
    ctx: Context, progress: Progress, *, project: str, file: str, skip_bad: bool
) -> dict[str, Any]:
    """Import judgements made elsewhere."""
    items = open_judgements(Path(file))
    report = import_judgements(
        ctx, OPERATOR, project, items, source=Path(file).name, skip_bad=skip_bad, progress=progress
    )
    return _listed(report.as_json())


def _listed(report: dict[str, Any]) -> dict[str, Any]:
    report["problems"] = [Problem(**each).line() for each in report["problems"]]
    return report


@operation
def invite(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    name: str,
    role: str,
    languages: list[str] | None = None,
    tags: list[str] | None = None,
) -> dict[str, Any]:
    """Invite a person, and say what they are asked about if that is said."""
    checked_limits(languages or (), tags or ())  # before anything is done
    made = add_rater(ctx, OPERATOR, project, name, role)
    if languages is not None or tags is not None:
        set_limits(ctx, OPERATOR, project, made.name, languages=languages, tags=tags)
    return {
        "name": made.name,
        "role": made.role.value,
        "invitation": made.invitation,
        "api_key": made.api_key,
        "ended": made.ended,
    }


@operation
def people(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """Who may come in."""
    return {"project": project, "people": list_people(ctx, OPERATOR, project)}


@operation
def limit(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    name: str,
    languages: list[str] | None,
    tags: list[str] | None,
) -> dict[str, Any]:
    """Say what a person is asked about."""
    return set_limits(ctx, OPERATOR, project, name, languages=languages, tags=tags)


@operation
def decider(ctx: Context, progress: Progress, *, project: str, name: str, decides: bool) -> dict[str, Any]:
    """Let a rater decide contested comparisons, or not any more."""
    return name_decider(ctx, OPERATOR, project, name, decides=decides)


@operation
def leave_to_second_rater(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    comparisons: list[str] | None,
    criterion: str | None,
    back: bool,
) -> dict[str, Any]:
    """Leave contested comparisons to a second rater, or take that ``back``: all of them for ``None``."""
    if back:
        return take_back_referral(ctx, OPERATOR, project, comparisons, criterion=criterion)
    return refer(ctx, OPERATOR, project, comparisons, criterion=criterion)


@operation
def remove(ctx: Context, progress: Progress, *, project: str, name: str) -> dict[str, Any]:
    """End everything a person could come in with."""
    return remove_person(ctx, OPERATOR, project, name)


@operation
def erase(
    ctx: Context, progress: Progress, *, project: str, name: str, judgements: str, removal: bool
) -> dict[str, Any]:
    """Erase a person's data at their wish."""
    return asdict(erase_person(ctx, OPERATOR, project, name, judgements=judgements, removal=removal))


@operation
def erasures(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """What erasures ask of a project."""
    return {"project": project, "erasures": list_erasures(ctx, OPERATOR, project)}


@operation
def agreement(ctx: Context, progress: Progress, *, project: str, criterion: str | None) -> dict[str, Any]:
    """The agreement report."""
    return project_agreement(ctx, OPERATOR, project, criterion)


@operation
def leaderboard(ctx: Context, progress: Progress, *, project: str, criterion: str | None) -> dict[str, Any]:
    """Model strengths."""
    return project_leaderboard(ctx, OPERATOR, project, criterion)


@operation
def rater_figures(ctx: Context, progress: Progress, *, project: str, criterion: str | None) -> dict[str, Any]:
    """What a lead may see of raters."""
    return figures_of_raters(ctx, OPERATOR, project, criterion)


@operation
def contested(
    ctx: Context,
    progress: Progress,
    *,
    project: str,
    criterion: str | None,
    tag: str,
    rater: str,
    undecided: bool,
    decided: bool,
    limit: int,
) -> dict[str, Any]:
    """The comparisons raters differ on most."""
    which = which_of(undecided=undecided, decided=decided)
    return contested_comparisons(
        ctx, OPERATOR, project, criterion, tag=tag, rater=rater, which=which, limit=limit
    )


@operation
def guidelines(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """Every version of the guidelines."""
    return {"project": project, "guidelines": list_guidelines(ctx, OPERATOR, project)}


@operation
def exclusions(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """Decisions that leave out judgements."""
    return {"project": project, "exclusions": list_exclusions(ctx, OPERATOR, project)}


@operation
def gold(
    ctx: Context, progress: Progress, *, project: str, remove: str | None, reason: str
) -> dict[str, Any]:
    """Known answers and how they are answered; ``remove`` takes one out of use first."""
    if remove is not None:
        remove_known_answer(ctx, OPERATOR, project, remove, reason)
    return {"project": project, "gold": list_known_answers(ctx, OPERATOR, project)}


@operation
def appeals(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """What raters contest."""
    return {"project": project, "appeals": list_appeals(ctx, OPERATOR, project)}


@operation
def messages(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """What raters wrote to the leads."""
    return {"project": project, "messages": list_threads(ctx, OPERATOR, project)}


@operation
def progress(ctx: Context, progress: Progress, *, project: str) -> dict[str, Any]:
    """How far a project is."""
    return project_progress(ctx, OPERATOR, project)


@operation
def alerts(ctx: Context, progress: Progress, *, project: str, send: bool, looked: bool) -> dict[str, Any]:
    """What a lead should look at; ``looked`` notes that the flags were looked at, ``send`` sends what is due."""
    if looked:
        found = project_alerts(ctx, OPERATOR, project)["alerts"]
        for each in found:
            if each["kind"] == FLAGS_WAIT:
                look_at_flags(ctx, OPERATOR, project, each["figures"]["before"])
    return send_alerts(ctx, OPERATOR, project) if send else project_alerts(ctx, OPERATOR, project)


@operation
def export(ctx: Context, progress: Progress, *, project: str, file: str) -> dict[str, Any]:
    """Write every judgement as JSON Lines."""
    return export_judgements(ctx, OPERATOR, project, Path(file), progress=progress)


@operation
def backup(ctx: Context, progress: Progress, *, file: str) -> dict[str, Any]:
    """Write a consistent copy of the database, with its key beside it."""
    return make_backup(ctx, Path(file))


@operation
def doctor(ctx: Context, progress: Progress) -> dict[str, Any]:
    """Integrity checks."""
    return examine_store(ctx)
