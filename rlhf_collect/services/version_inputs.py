"""What a version is built from, read from one moment of the store."""

from __future__ import annotations

import json
import re
from pathlib import Path

from rlhf_collect.config import Guidelines
from rlhf_collect.errors import BadCall, Refused
from rlhf_collect.exporters.inputs import Previous, ProjectFacts, Rules, Snapshot, Source, VersionInputs
from rlhf_collect.services.context import Context
from rlhf_collect.services.images import picture_bytes
from rlhf_collect.services.projects import Project
from rlhf_collect.services.reports import agreement_of, judged_criteria
from rlhf_collect.storage.port import Reader, Row

_NUMBER = r"(0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")


def version_numbers(version: str) -> tuple[int, int, int]:
    """``1.2.0`` as numbers. Errors: ``BadCall`` for any other form."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise BadCall(f"'{version}' is not a version. Write MAJOR.MINOR.PATCH, such as 1.0.0, without a 'v'.")
    major, minor, patch = (int(part) for part in match.groups())
    return major, minor, patch


def version_inputs(
    ctx: Context, reader: Reader, project: Project, version: str, earlier: list[Row], *, report: bool = True
) -> VersionInputs:
    """Everything ``reader`` sees that goes into a version. Errors: ``Refused`` without a judgement.

    Without ``report`` the agreement, which takes its time, is left out: enough to count rows.
    """
    last_sequence = int(reader.read("last_sequence")[0]["last_sequence"])
    project_id = project.project_id
    table = reader.read_table
    judgements = table(
        "frozen_judgements",
        project_id=project_id,
        last_sequence=last_sequence,
        practice=list(project.settings.practice.comparisons),
    )
    if judgements.num_rows == 0:
        raise Refused(f"Project {project.name} has no judgements yet. Nothing was frozen.")
    settings = project.settings.dataset
    previous = max(earlier, key=lambda row: version_numbers(row["version"]), default=None)
    return VersionInputs(
        project=project.name,
        version=version,
        previous=None
        if previous is None
        else Previous(
            version=previous["version"],
            manifest_sha256=previous["manifest_sha256"],
            folder=Path(previous["folder"]) if Path(previous["folder"]).is_dir() else None,
        ),
        judgements=judgements,
        comparisons=table("frozen_comparisons", project_id=project_id),
        completions=table("frozen_completions", project_id=project_id),
        edited=table("frozen_edited", project_id=project_id),
        version_rows=table("version_rows", project_id=project_id),
        rules=Rules(
            decision=settings.decision,
            min_raters=settings.min_raters,
            criteria=None if settings.criteria == "all" else tuple(settings.criteria),
            test_share=settings.test_share,
            split_salt=settings.split_salt,
            imported_rationales=settings.imported_rationales,
            compression=settings.compression,
        ),
        dataset_key=ctx.keys.dataset_key(project.settings.publication.repository or project.name),
        snapshot=Snapshot(
            last_sequence=last_sequence, schema_migration=reader.read("schema_number")[0]["number"]
        ),
        project_facts=_facts(reader, project, last_sequence),
        undated=int(reader.read("undated_judgements", project_id=project_id)[0]["undated"]),
        agreement={
            each: agreement_of(ctx, reader, project, each, version=version)
            for each in (judged_criteria(reader, project) if report else ())
        },
        images=table("frozen_images", project_id=project_id),
        picture=lambda sha256: picture_bytes(ctx, project, sha256),
        left_out={"skip": int(reader.read("skip_count", project_id=project_id)[0]["skips"])},
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
