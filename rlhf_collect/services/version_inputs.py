"""What a version is built from, read from one moment of the store."""

from __future__ import annotations

import json
import re
from pathlib import Path

from rlhf_collect.config import Dataset, Guidelines
from rlhf_collect.errors import BadCall, Refused
from rlhf_collect.exporters.inputs import Previous, ProjectFacts, Snapshot, Source, VersionInputs
from rlhf_collect.exporters.rules import Filters, Rules
from rlhf_collect.services.context import Context
from rlhf_collect.services.images import picture_bytes
from rlhf_collect.services.projects import Project
from rlhf_collect.services.reports import agreement_of, judged_criteria
from rlhf_collect.services.work import work_facts
from rlhf_collect.storage.port import Reader, Row, Table

_NUMBER = r"(0|[1-9][0-9]{0,8})"
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
    *,
    report: bool = True,
) -> VersionInputs:
    """Everything ``reader`` sees that goes into a version made by ``settings`` that comes after ``earlier`` ones.

    Without ``report`` the agreement, which takes its time, is left out: enough to count rows. Errors: ``Refused``
    without a judgement.
    """
    last_sequence = int(reader.read("last_sequence")[0]["last_sequence"])
    project_id = project.project_id
    table = reader.read_table
    previous = max(earlier, key=lambda row: version_numbers(row["version"]), default=None)
    return VersionInputs(
        project=project.name,
        version=version,
        previous=None if previous is None else _before(previous),
        judgements=_judgements(reader, project, last_sequence),
        comparisons=table("frozen_comparisons", project_id=project_id),
        completions=table("frozen_completions", project_id=project_id),
        edited=table("frozen_edited", project_id=project_id),
        version_rows=table(
            "version_rows", project_id=project_id, versions=[row["version"] for row in earlier]
        ),
        rules=rules_of(settings),
        dataset_key=ctx.keys.dataset_key(project.settings.publication.repository or project.name),
        snapshot=Snapshot(
            last_sequence=last_sequence, schema_migration=reader.read("schema_number")[0]["number"]
        ),
        project_facts=_facts(reader, project, last_sequence),
        work=work_facts(reader, project, previous),
        undated=int(reader.read("undated_judgements", project_id=project_id)[0]["undated"]),
        agreement={
            each: agreement_of(ctx, reader, project, each, version=version)
            for each in (judged_criteria(reader, project) if report else ())
        },
        images=table("frozen_images", project_id=project_id),
        picture=lambda sha256: picture_bytes(ctx, project, sha256),
        left_out={"skip": int(reader.read("skip_count", project_id=project_id)[0]["skips"])},
    )


def _judgements(reader: Reader, project: Project, last_sequence: int) -> Table:
    found = reader.read_table(
        "frozen_judgements",
        project_id=project.project_id,
        last_sequence=last_sequence,
        practice=list(project.settings.practice.comparisons),
    )
    if found.num_rows == 0:
        raise Refused(f"Project {project.name} has no judgements yet. Nothing was frozen.")
    return found


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


def _facts(reader: Reader, project: Project, last_sequence: int) -> ProjectFacts:
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
            for row in reader.read(
                "import_sources",
                project_id=project.project_id,
                practice=practice,
                last_sequence=last_sequence,
            )
        ),
        notes="\n\n".join(each for each in (settings.description, settings.card.notes) if each),
        repo=settings.publication.repository or "",
    )
