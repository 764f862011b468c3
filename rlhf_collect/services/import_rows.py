"""How an imported comparison or judgement becomes rows, held against what the project has already."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import Role
from rlhf_collect.domain.comparison import Comparison, canonical_slots, comparison_hash, prompt_as_json
from rlhf_collect.domain.judgement import SKIP, answers_hash, settle
from rlhf_collect.errors import BadAnswer, Problem
from rlhf_collect.ids import new_id
from rlhf_collect.importers import Imported, ImportedJudgement
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import judgement_row
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import rater_row
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
    known_judgements: int = 0
    """Judgements that were there already."""
    repeats: int = 0
    """Further judgements of the same rater on the same comparison: kept, for self-consistency only."""
    skips: int = 0
    """New skips."""
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


@dataclass(kw_only=True)
class Known:
    """What the project holds already, and what this import has added to it so far."""

    hashes: dict[str, str]
    """Comparison id to content hash."""
    keys: dict[str, tuple[UUID, tuple[str, ...]]]
    """Comparison id to inner id and completion ids in import order."""
    judged: dict[tuple[str, str, str], list[str]]
    """(rater, comparison, criterion) to the hashes of what they said, first to last."""
    skipped: set[tuple[str, str]]
    """(rater, comparison)."""
    raters: dict[str, UUID]
    """Name to inner id."""
    taken: set[str]
    """Names of people who rate here themselves: imports may not speak for them."""
    import_no: int
    """Last place in the import order."""
    sequence_no: int = 0
    """Judgements staged so far; the real numbers are added in the transaction."""


def known_rows(ctx: Context, project: Project) -> Known:
    """Read what the project holds already."""
    read, project_id = ctx.store.read, project.project_id
    keys: dict[str, tuple[UUID, tuple[str, ...]]] = {}
    for row in read("comparison_index", project_id=project_id):
        key, ids = keys.get(row["comparison_id"], (row["comparison_key"], ()))
        keys[row["comparison_id"]] = (key, (*ids, row["completion_id"]))
    judged: dict[tuple[str, str, str], list[str]] = {}
    for row in read("known_judgements", project_id=project_id):
        judged.setdefault((row["rater"], row["comparison_id"], row["criterion"]), []).append(
            row["answers_sha256"]
        )
    people = read("raters_of_project", project_id=project_id)
    return Known(
        hashes={
            r["comparison_id"]: r["content_sha256"] for r in read("known_comparisons", project_id=project_id)
        },
        keys=keys,
        judged=judged,
        skipped={(r["rater"], r["comparison_id"]) for r in read("known_skips", project_id=project_id)},
        raters={row["name"]: row["rater_key"] for row in people if row["imported"]},
        taken={row["name"] for row in people if not row["imported"]},
        import_no=read("last_import_no", project_id=project_id)[0]["import_no"],
    )


def stage_comparison(
    stage: Stage, report: ImportReport, known: Known, project: Project, batch_id: UUID, item: Imported
) -> None:
    """Stage a comparison with its completions, or note that it is known, or known with other content."""
    comparison = item.comparison
    hashed = comparison_hash(comparison)
    before = known.hashes.get(comparison.comparison_id)
    if before == hashed:
        report.known += 1
        return
    if before is not None:
        report.note(
            Problem(
                where=item.where,
                field="id",
                what=f"'{comparison.comparison_id}' is in project {project.name} already, with other content.",
                mend="Comparisons never change: give the new content a new id.",
            )
        )
        return
    comparison_key = new_id()
    known.hashes[comparison.comparison_id] = hashed
    ids = tuple(each.completion_id for each in comparison.completions)
    known.keys[comparison.comparison_id] = (comparison_key, ids)
    known.import_no += 1
    report.comparisons += 1
    stage.add(
        "comparison", _comparison_row(comparison, comparison_key, project, batch_id, known.import_no, hashed)
    )
    slots = canonical_slots(comparison.comparison_id, ids)
    for place, completion in enumerate(comparison.completions):
        stage.add(
            "completion",
            {
                "comparison_key": comparison_key,
                "place": place,
                "completion_id": completion.completion_id,
                "model": completion.model,
                "content": _text(prompt_as_json(completion.content)),
                "slot": slots[completion.completion_id],
                "characters": sum(len(message.content) for message in completion.content),
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
        "first_k": None,
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def stage_judgement(
    ctx: Context, stage: Stage, report: ImportReport, known: Known, project: Project, item: ImportedJudgement
) -> None:
    """Stage a judgement or skip and, at their first, its rater; or note why it does not fit."""
    problem = _unfit(known, project, item)
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
    hashed = answers_hash([settled])
    said = known.judged.setdefault((item.rater, item.comparison, settled.criterion), [])
    if hashed in said:
        report.known_judgements += 1
        return
    said.append(hashed)
    rater_key = _rater(ctx, stage, known, project, item.rater)
    known.sequence_no += 1
    report.judgements += 1
    report.repeats += len(said) > 1
    stage.add(
        "judgement",
        judgement_row(
            settled,
            judgement_id=new_id(),
            revision_no=0,
            project_id=project.project_id,
            comparison_key=comparison_key,
            rater_key=rater_key,
            repeat_no=len(said) - 1,
            presentation=None if item.presentation is None else json.dumps(item.presentation),
            arrival_no=None,
            sequence_no=known.sequence_no,
            answers_sha256=hashed,
            setting_no=project.setting_no,
            guideline_version="",
            interface_version="",
            submitted_on=item.submitted_on or ctx.clock().date(),
            submitted_at=None,
        ),
    )


def _unfit(known: Known, project: Project, item: ImportedJudgement) -> Problem | None:
    """What makes a judgement unusable in this project, apart from the answer itself."""
    where = item.where
    if item.comparison not in known.keys:
        return Problem(
            where=where,
            field="comparison",
            what=f"'{item.comparison}' is not a comparison of project {project.name}.",
            mend="Import the comparisons first, with the same ids.",
        )
    if item.rater in known.taken:
        return Problem(
            where=where,
            field="rater",
            what=f"'{item.rater}' rates in this project themselves; an import may not speak for them.",
            mend="Give the imported rater another name.",
        )
    ids = known.keys[item.comparison][1]
    if item.presentation is not None and sorted(item.presentation) != sorted(ids):
        return Problem(
            where=where,
            field="presentation",
            what="does not name exactly the completions of the comparison.",
            mend=f"Write an order of {', '.join(ids)}, or leave it out.",
        )
    return None


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
