"""How an imported comparison or judgement becomes rows, held against what the project has already."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Role
from rlhf_collect.domain.comparison import Comparison, canonical_slots, comparison_hash, prompt_as_json
from rlhf_collect.domain.judgement import SKIP, Settled, answers_hash, settle
from rlhf_collect.errors import BadAnswer, Problem
from rlhf_collect.ids import new_id
from rlhf_collect.importers import Imported, ImportedImage, ImportedJudgement
from rlhf_collect.services.context import Context
from rlhf_collect.services.import_known import Known, Said
from rlhf_collect.services.import_rules import unfit_judgement, unfit_labels
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import rater_row
from rlhf_collect.services.recording import judgement_row
from rlhf_collect.storage.port import Row
from rlhf_collect.storage.staging import Stage

MOST_LISTED = 1000
"""Bad lines kept with their text; beyond that they are counted."""


@dataclass(kw_only=True)
class ImportReport:
    """What an import did."""

    source: str
    """Where from."""
    form: str
    """How it was read."""
    comparisons: int = 0
    """New comparisons."""
    known: int = 0
    """Comparisons that were there already, with the same content."""
    judgements: int = 0
    """New judgements."""
    undated: int = 0
    """New judgements without a date of their own: they stand under the day of the import."""
    known_judgements: int = 0
    """Judgements that were there already."""
    repeats: int = 0
    """Further judgements of the same rater on the same comparison: kept, for self-consistency only."""
    skips: int = 0
    """New skips."""
    notes: dict[str, int] = field(default_factory=dict)
    """What to know about new comparisons, in words (such as what they lack of their source), and how many."""
    bad: int = 0
    """Lines that could not be used."""
    problems: list[Problem] = field(default_factory=list)
    """The first thousand of them."""

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)

    def note(self, problem: Problem) -> None:
        """Count a bad line and keep its text while there is room."""
        self.bad += 1
        if len(self.problems) < MOST_LISTED:
            self.problems.append(problem)


def stage_comparison(
    stage: Stage, report: ImportReport, known: Known, project: Project, batch_id: UUID, item: Imported
) -> bool:
    """Stage a comparison with its completions, or note that it is known, or known with other content.

    Whether judgements of it can follow: those on other content under the same id are about something else.
    """
    comparison = item.comparison
    problem = unfit_labels(item)
    if problem is not None:
        report.note(problem)
        return False
    hashed = comparison_hash(comparison)
    before = known.hashes.get(comparison.comparison_id)
    if before == hashed:
        report.known += 1
        return True
    if before is not None:
        report.note(
            Problem(
                where=item.where,
                field="id",
                what=f"'{comparison.comparison_id}' is in project {project.name} already, with other content.",
                mend="Comparisons never change: give the new content a new id.",
            )
        )
        return False
    comparison_key = new_id()
    known.hashes[comparison.comparison_id] = hashed
    ids = tuple(each.completion_id for each in comparison.completions)
    known.keys[comparison.comparison_id] = (comparison_key, ids)
    known.import_no += 1
    report.comparisons += 1
    if item.note:
        report.notes[item.note] = report.notes.get(item.note, 0) + 1
    stage.add(
        "comparison", _comparison_row(comparison, comparison_key, project, batch_id, known.import_no, hashed)
    )
    for row in _completion_rows(comparison, comparison_key):
        stage.add("completion", row)
    _stage_images(stage, known, project, comparison_key, item.images)
    return True


def _completion_rows(comparison: Comparison, key: UUID) -> Iterator[Row]:
    ids = [each.completion_id for each in comparison.completions]
    slots = canonical_slots(comparison.comparison_id, ids)
    for place, completion in enumerate(comparison.completions):
        yield {
            "comparison_key": key,
            "place": place,
            "completion_id": completion.completion_id,
            "model": completion.model,
            "content": _text(prompt_as_json(completion.content)),
            "slot": slots[completion.completion_id],
            "characters": sum(len(message.content) for message in completion.content),
        }


def _stage_images(
    stage: Stage, known: Known, project: Project, comparison_key: UUID, images: Sequence[ImportedImage]
) -> None:
    """Stage what a comparison's paths mean, and each picture the project does not hold yet."""
    for image in images:
        row = {"comparison_key": comparison_key, "path": image.path, "sha256": image.sha256}
        stage.add("comparison_image", row)
        if image.sha256 in known.images:
            continue
        known.images.add(image.sha256)
        stage.add(
            "image",
            {
                "project_id": project.project_id,
                "sha256": image.sha256,
                "media_type": image.media_type,
                "bytes": image.content,
            },
        )


def _comparison_row(
    comparison: Comparison, key: UUID, project: Project, batch_id: UUID, import_no: int, hashed: str
) -> dict[str, object]:
    return {
        "comparison_key": key,
        "project_id": project.project_id,
        "batch_id": batch_id,
        "import_no": import_no,
        "comparison_id": comparison.comparison_id,
        "prompt": _text(prompt_as_json(comparison.prompt)),
        "language": comparison.language,
        "tags": _text(list(comparison.tags)),
        "labels": _text([dict(label) for label in comparison.labels]),
        "gold": None if comparison.gold is None else _text(asdict(comparison.gold)),
        "is_gold": comparison.gold is not None,
        "source": comparison.source,
        "metadata": _text(dict(comparison.metadata)),
        "content_sha256": hashed,
        "completion_count": len(comparison.completions),
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def stage_judgement(
    ctx: Context, stage: Stage, report: ImportReport, known: Known, project: Project, item: ImportedJudgement
) -> None:
    """Stage a judgement or skip and, at their first, its rater; or note why it does not fit."""
    problem = unfit_judgement(known, project, item, today=ctx.clock().date())
    if problem is not None:
        report.note(problem)
        return
    comparison_key, ids = known.keys[item.comparison]
    if item.draft.choice == SKIP:
        rater_key = _rater(ctx, stage, known, project, item.rater)
        _stage_skip(ctx, stage, report, known, project, item, comparison_key, rater_key)
        return
    try:
        settled = settle(
            item.draft,
            comparison_id=item.comparison,
            completion_ids=ids,
            presentation=item.presentation,
            criterion=None,
        )
    except BadAnswer as error:
        field_name, _, rest = error.message.partition(": ")
        report.note(Problem(where=item.where, field=field_name, what=rest, mend=""))
        return
    hashed, day = answers_hash([settled]), item.submitted_on
    shown = None if item.presentation is None else json.dumps(item.presentation)
    said = known.judged.setdefault((item.rater, item.comparison, settled.criterion), [])
    # What the source leaves out fits whatever was kept.
    if any(each == (hashed, shown or each[1], day or each[2]) for each in said):
        report.known_judgements += 1
        return
    said.append((hashed, shown, day or ctx.clock().date()))
    known.sequence_no += 1
    report.judgements += 1
    report.undated += day is None
    report.repeats += len(said) > 1
    rater_key = _rater(ctx, stage, known, project, item.rater)
    row = _imported_row(project, settled, said[-1], comparison_key=comparison_key, rater_key=rater_key)
    stage.add("judgement", {**row, "repeat_no": len(said) - 1, "sequence_no": known.sequence_no})


def _imported_row(
    project: Project, settled: Settled, said: Said, *, comparison_key: UUID, rater_key: UUID
) -> Row:
    """A row of ``judgement``, but for its places among others: nobody was shown anything here."""
    hashed, shown, day = said
    return judgement_row(
        settled,
        judgement_id=new_id(),
        revision_no=0,
        project_id=project.project_id,
        comparison_key=comparison_key,
        rater_key=rater_key,
        presentation=shown,
        arrival_no=None,
        answers_sha256=hashed,
        setting_no=project.setting_no,
        guideline_version="",
        interface_version="",
        submitted_on=day,
        submitted_at=None,
    )


def _rater(ctx: Context, stage: Stage, known: Known, project: Project, name: str) -> UUID:
    if name not in known.raters:
        known.raters[name] = new_id()
        row = rater_row(known.raters[name], project.project_id, name, Role.RATER, ctx.clock(), imported=True)
        stage.add("rater", row)
    return known.raters[name]


def _stage_skip(
    ctx: Context,
    stage: Stage,
    report: ImportReport,
    known: Known,
    project: Project,
    item: ImportedJudgement,
    comparison_key: UUID,
    rater_key: UUID,
) -> None:
    if (item.rater, item.comparison) in known.skipped:
        report.known_judgements += 1
        return
    known.skipped.add((item.rater, item.comparison))
    report.skips += 1
    stage.add(
        "skip",
        {
            "skip_id": new_id(),
            "project_id": project.project_id,
            "comparison_key": comparison_key,
            "rater_key": rater_key,
            "reason": "",
            "skipped_at": ctx.clock(),
        },
    )
