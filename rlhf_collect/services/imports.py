"""Imports: all or nothing by default, idempotent by content, every bad line named."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.errors import BadSource, Problem
from rlhf_collect.exporters.licences import at_odds
from rlhf_collect.ids import new_id
from rlhf_collect.importers import Imported, ImportedJudgement
from rlhf_collect.services.context import Context, Progress, no_progress
from rlhf_collect.services.import_known import known_rows
from rlhf_collect.services.import_rows import ImportReport, stage_comparison, stage_judgement
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.storage.port import Transaction
from rlhf_collect.storage.staging import Stage
from rlhf_collect.wording import plural


def import_comparisons(
    ctx: Context,
    actor: Actor,
    project_name: str,
    items: Iterable[Imported | Problem],
    *,
    source: str,
    form: str,
    revision: str = "",
    licence: str = "",
    skip_bad: bool = False,
    skip_with: str = "--skip-bad",
    progress: Progress = no_progress,
) -> ImportReport:
    """Import comparisons, with the judgements that came with them if the reader kept any.

    Errors: ``BadSource`` listing every bad line, nothing being imported; with ``skip_bad`` the good
    ones are imported and the report counts the bad (``skip_with`` is how the caller asks for that).
    ``Conflict`` when two imports bring the same.
    """
    project = find_own_project(ctx, actor, project_name, Right.IMPORT)
    report = ImportReport(source=source, form=form)
    known, batch_id = known_rows(ctx, project), new_id()
    with Stage() as stage:
        for number, item in enumerate(items, 1):
            if isinstance(item, Problem):
                report.note(item)
            elif stage_comparison(stage, report, known, project, batch_id, item):
                for judgement in item.judgements:
                    stage_judgement(ctx, stage, report, known, project, judgement)
            if number % 500 == 0:
                progress(number, None, "comparisons read")
        if report.bad and not skip_bad:
            raise _unusable(report, skip_with)
        _note_licence(report, project, licence)
        _finish(
            ctx, actor, project, stage, report,
            batch_id=batch_id, revision=revision, licence=licence, progress=progress,
        )  # fmt: skip
    return report


def import_judgements(
    ctx: Context,
    actor: Actor,
    project_name: str,
    items: Iterable[ImportedJudgement | Problem],
    *,
    source: str,
    skip_bad: bool = False,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import judgements made elsewhere, by raters who cannot sign in here. Errors as above."""
    project = find_own_project(ctx, actor, project_name, Right.IMPORT)
    report = ImportReport(source=source, form="judgements")
    known = known_rows(ctx, project)
    with Stage() as stage:
        for number, item in enumerate(items, 1):
            if isinstance(item, Problem):
                report.note(item)
            else:
                stage_judgement(ctx, stage, report, known, project, item)
            if number % 500 == 0:
                progress(number, None, "judgements read")
        if report.bad and not skip_bad:
            raise _unusable(report, "--skip-bad")
        _finish(
            ctx, actor, project, stage, report,
            batch_id=new_id(), revision="", licence="", progress=progress,
        )  # fmt: skip
    return report


def _note_licence(report: ImportReport, project: Project, licence: str) -> None:
    """Say now what publishing will hold to, before anybody has judged."""
    told = project.settings.publication
    odd = at_odds(told.licence, [{"id": report.source, "licence": licence}])
    if odd and report.comparisons and not told.licence_override:
        note = f"of {odd[0]}, which forbids commercial use; publishing under {told.licence} will be refused"
        report.notes[note] = report.comparisons


def _unusable(report: ImportReport, skip_with: str) -> BadSource:
    return BadSource(
        f"{report.source}: {plural(report.bad, 'line')} cannot be used, so nothing was imported. Mend "
        f"{'it' if report.bad == 1 else 'them'}, or import the rest with {skip_with}.",
        problems=report.problems,
    )


def _finish(
    ctx: Context,
    actor: Actor,
    project: Project,
    stage: Stage,
    report: ImportReport,
    *,
    batch_id: UUID,
    revision: str,
    licence: str,
    progress: Progress,
) -> None:
    if not stage.counts:
        return
    staged = sum(stage.counts.values())
    progress(staged, staged, "storing")

    def work(tx: Transaction) -> None:
        tx.on_rollback(ctx.boards.forget)
        last = {
            "sequence_no": int(tx.read("last_sequence")[0]["last_sequence"]),
            "import_no": int(tx.read("last_import_no", project_id=project.project_id)[0]["import_no"]),
        }
        stage.append_to(tx, after=last)
        batch = {
            "batch_id": batch_id,
            "project_id": project.project_id,
            "source": report.source,
            "form": report.form,
            "revision": revision,
            "licence": licence,
            "comparisons": report.comparisons,
            "judgements": report.judgements,
            "imported_at": ctx.clock(),
        }
        tx.insert("import_batch", [batch])
        detail = {name: getattr(report, name) for name in ("source", "comparisons", "judgements", "undated")}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "import", detail)])
        ctx.boards.forget()

    ctx.store.write(work)
