"""What a version is built from, read from one moment of the store."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from rlhf_collect.config import Dataset, Guidelines
from rlhf_collect.errors import BadCall, Refused
from rlhf_collect.exporters.inputs import Previous, ProjectFacts, Snapshot, Source, VersionInputs
from rlhf_collect.exporters.rules import Filters, Rules
from rlhf_collect.exporters.waiting import waiting_rows
from rlhf_collect.services.context import Context
from rlhf_collect.services.images import picture_bytes
from rlhf_collect.services.projects import Project
from rlhf_collect.services.reports import agreement_of, judged_criteria
from rlhf_collect.services.work import work_facts
from rlhf_collect.storage.port import Reader, Row
from rlhf_collect.wording import plural

_NUMBER = r"(0|[1-9][0-9]{0,8})"
_WAITING = {
    "comparisons": "frozen_comparisons",
    "completions": "frozen_completions",
    "edited": "frozen_edited",
}
_WITHOUT_PRACTICE = {"judgements": "frozen_judgements", "adjudications": "frozen_adjudications"}
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")


def is_version(name: str) -> bool:
    """Whether a text is the name of a version."""
    return _VERSION.fullmatch(name) is not None


def version_numbers(version: str) -> tuple[int, int, int]:
    """``1.2.0`` as numbers. Errors: ``BadCall`` for any other form."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise BadCall(f"'{version}' is not a version. Write MAJOR.MINOR.PATCH, such as 1.0.0, without a 'v'.")
    major, minor, patch = (int(part) for part in match.groups())
    return major, minor, patch


def version_inputs(
    ctx: Context,
    reader: Reader,
    project: Project,
    version: str,
    earlier: list[Row],
    settings: Dataset,
    place: Path,
    *,
    now: datetime,
    report: bool = True,
) -> VersionInputs:
    """Everything ``reader`` sees ``now`` that goes into a version made by ``settings`` after ``earlier`` ones.

    Rows are kept in the folder ``place``, which must stay as long as the inputs are used. Without ``report`` the
    agreement, which takes its time, is left out: enough to count rows. Errors: ``Refused`` without a judgement.
    """
    last_sequence = int(reader.read("last_sequence")[0]["last_sequence"])
    project_id = project.project_id
    tables = _tables(reader, project, earlier, place)
    if tables["judgements"].count_rows() == 0:
        raise Refused(f"Project {project.name} has no judgements yet. Nothing was frozen.")
    _hold_to_reach(reader, project, settings)
    previous = max(earlier, key=lambda row: version_numbers(row["version"]), default=None)
    return VersionInputs(
        project=project.name,
        version=version,
        previous=None if previous is None else _before(previous),
        **tables,
        rules=rules_of(settings),
        dataset_key=ctx.keys.dataset_key(project.settings.publication.repository or project.name),
        snapshot=Snapshot(
            last_sequence=last_sequence, schema_migration=reader.read("schema_number")[0]["number"]
        ),
        project_facts=_facts(reader, project),
        work=work_facts(reader, project, previous, now),
        undated=int(reader.read("undated_judgements", project_id=project_id)[0]["undated"]),
        agreement={
            each: agreement_of(ctx, reader, project, each, version=version)
            for each in (judged_criteria(reader, project) if report else ())
        },
        images=reader.read_table("frozen_images", project_id=project_id),
        picture=lambda sha256: picture_bytes(ctx, project, sha256),
        exclusions=reader.read_table("frozen_exclusions", project_id=project_id),
        left_out=_left_out(reader, project),
        tells_guidelines=True,
        **_withdrawn(reader, project, previous),
    )


def _hold_to_reach(reader: Reader, project: Project, settings: Dataset) -> None:
    """Refuse rules under which no pair has a row, however long one waits. Errors: ``Refused``."""
    wanted, coming = settings.min_raters, project.settings.overlap.at_most
    if wanted <= coming:
        return
    most = int(reader.read("most_judged", project_id=project.project_id)[0]["judgements"])
    if wanted > most:
        raise Refused(
            f"min_raters is {wanted}: no comparison of {project.name} has more than "
            f"{plural(most, 'judgement')}, or gets more than {coming} (overlap), so that no pair could have a "
            f"row. Nothing was frozen. Write at most {max(most, coming)}, or raise the overlap."
        )


def _tables(reader: Reader, project: Project, earlier: list[Row], place: Path) -> dict[str, Any]:
    """The rows of a version by their name among the inputs."""
    practice = list(project.settings.practice.comparisons)
    tables = {}
    for name, statement in _WITHOUT_PRACTICE.items():
        rows = reader.read_batches(statement, project_id=project.project_id, practice=practice)
        tables[name] = waiting_rows(rows, place / name)
    for name, statement in _WAITING.items():
        tables[name] = waiting_rows(
            reader.read_batches(statement, project_id=project.project_id), place / name
        )
    versions = [row["version"] for row in earlier]
    rows = reader.read_batches("version_rows", project_id=project.project_id, versions=versions)
    return {**tables, "version_rows": waiting_rows(rows, place / "version_rows")}


def _left_out(reader: Reader, project: Project) -> dict[str, int]:
    """What raters kept back themselves."""
    project_id, practice = project.project_id, list(project.settings.practice.comparisons)
    taken_back = reader.read("withdrawn_count", project_id=project_id, practice=practice)
    erased = reader.read("erased_count", project_id=project_id, last_sequence=0)
    return {
        "skip": int(reader.read("skip_count", project_id=project_id)[0]["skips"]),
        "withdrawn": int(taken_back[0]["judgements"]),
        "erased": int(erased[0]["judgements"]),
    }


def _withdrawn(reader: Reader, project: Project, previous: Row | None) -> dict[str, tuple[str, ...]]:
    """Versions that were withdrawn, in all and since the version before."""
    rows = reader.read("withdrawn_versions", project_id=project.project_id)
    rows.sort(key=lambda row: version_numbers(row["version"]))
    before = None if previous is None else previous["snapshot_at"] or previous["frozen_at"]
    return {
        "withdrawn_versions": tuple(row["version"] for row in rows),
        "withdrawn_since": tuple(
            row["version"] for row in rows if before is None or row["begun_at"] > before
        ),
    }


def _before(row: Row) -> Previous:
    folder = Path(row["folder"])
    return Previous(
        version=row["version"],
        manifest_sha256=row["manifest_sha256"],
        folder=folder if folder.is_dir() else None,
    )


def rules_of(settings: Dataset) -> Rules:
    """The settings under ``dataset`` as the builder uses them."""
    return Rules(
        decision=settings.decision,
        ties=settings.ties,
        adjudication=settings.adjudication,
        min_raters=settings.min_raters,
        min_agreement=settings.min_agreement,
        criteria=None if settings.criteria == "all" else tuple(settings.criteria),
        pairs=settings.pairs,
        margin_from=settings.margin.source,
        margin_scale=settings.margin.scale,
        soft_labels=settings.soft_labels.publish,
        smoothing=settings.soft_labels.smoothing,
        dawid_skene=settings.soft_labels.dawid_skene,
        filters=Filters(**settings.filters.model_dump()),
        test_share=settings.test_share,
        near_prompts=settings.near_prompts,
        split_salt=settings.split_salt,
        imported_rationales=settings.imported_rationales,
        compression=settings.compression,
    )


def _facts(reader: Reader, project: Project) -> ProjectFacts:
    settings = project.settings
    guidelines = {
        each.version: each.text_in("en")
        for row in reader.read("all_settings", project_id=project.project_id)
        for each in [Guidelines(**json.loads(row["settings"])["guidelines"])]
    }
    practice = list(settings.practice.comparisons)
    return ProjectFacts(
        title=settings.shown_title,
        purpose=settings.purpose,
        engagement=settings.engagement,
        responsible=settings.responsible.name,
        contact=settings.responsible.contact,
        config_sha256=project.settings_sha256,
        use=tuple(settings.use),
        licence=settings.publication.licence,
        licence_override=settings.publication.licence_override or "",
        questions={each.name: each.question for each in settings.criteria},
        ways={each.name: each.way() for each in settings.rubric},
        guidelines=guidelines,
        sources=tuple(
            Source(
                id=row["source"],
                revision=row["revision"],
                licence=row["licence"],
                comparisons=int(row["comparisons"]),
            )
            for row in reader.read("import_sources", project_id=project.project_id, practice=practice)
        ),
        notes="\n\n".join(each for each in (settings.description, settings.card.notes) if each),
        repo=settings.publication.repository or "",
    )
