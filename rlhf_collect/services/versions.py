"""Versions: frozen once, published where the lead says, never changed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rlhf_collect.config import Guidelines
from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.errors import AlreadyExists, BadCall, NotFound, Refused
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.folders import remove_leftovers
from rlhf_collect.exporters.inputs import (
    Previous,
    ProjectFacts,
    Rules,
    SealedVersion,
    Snapshot,
    Source,
    VersionInputs,
)
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.images import picture_bytes
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.services.reports import agreement_of, judged_criteria
from rlhf_collect.storage.port import Reader, Row, Transaction

_NUMBER = r"(0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")
Say = Callable[[str], None]


def version_numbers(version: str) -> tuple[int, int, int]:
    """``1.2.0`` as numbers. Errors: ``BadCall`` for any other form."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise BadCall(f"'{version}' is not a version. Write MAJOR.MINOR.PATCH, such as 1.0.0, without a 'v'.")
    major, minor, patch = (int(part) for part in match.groups())
    return major, minor, patch


def freeze_version(
    ctx: Context, actor: Actor, project_name: str, version: str, *, say: Say | None = None
) -> dict[str, Any]:
    """Build and seal a version from one snapshot of the store.

    Returns ``{"version", "path", "manifest_sha256", "rows": {config: {split: n}}}``. Errors: ``BadCall``;
    ``AlreadyExists`` for a name that is taken or not above the last; ``Refused`` when there is nothing
    to freeze or the split settings changed since the first version.
    """
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)
    with ctx.building:
        return _build_and_record(ctx, actor, project, version, say)


def _build_and_record(
    ctx: Context, actor: Actor, project: Project, version: str, say: Say | None
) -> dict[str, Any]:
    earlier = ctx.store.read("versions_of_project", project_id=project.project_id)
    _check_name(project, version, earlier)
    folder = ctx.versions / project.name / version
    folder.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder.parent)
    if folder.exists():
        # Sealed on disk but never recorded: the process died between the two. The record is the seal.
        shutil.rmtree(folder)
    with ctx.store.snapshot() as reader:
        inputs = _inputs(ctx, reader, project, version, earlier)
    sealed = build_version(inputs, folder, progress=say)
    try:
        ctx.store.write(lambda tx: _record_version(ctx, tx, actor, project, sealed))
    except BaseException:
        # A commit that seemed to fail may have been made: what is on record keeps its folder.
        recorded = ctx.store.read("versions_of_project", project_id=project.project_id)
        if all(row["version"] != version for row in recorded):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return {
        "version": version,
        "path": str(folder),
        "manifest_sha256": sealed.manifest_sha256,
        "rows": sealed.rows,
    }


def _check_name(project: Project, version: str, earlier: list[Row]) -> None:
    numbers = version_numbers(version)
    if not earlier:
        return
    last = max(version_numbers(row["version"]) for row in earlier)
    if any(row["version"] == version for row in earlier):
        raise AlreadyExists(f"Version {version} of {project.name} is sealed already, and stays as it is.")
    if numbers < last:
        newest = ".".join(map(str, last))
        raise AlreadyExists(
            f"{version} is below {newest}, the newest version of {project.name}. Versions rise."
        )


def _inputs(
    ctx: Context, reader: Reader, project: Project, version: str, earlier: list[Row]
) -> VersionInputs:
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
    if previous is not None:
        _check_splits(project, previous)
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
        project_facts=_facts(reader, project),
        agreement={
            each: agreement_of(ctx, reader, project, each, version=version)
            for each in judged_criteria(reader, project)
        },
        images=table("frozen_images", project_id=project_id),
        picture=lambda sha256: picture_bytes(ctx, project, sha256),
        left_out={"skip": int(reader.read("skip_count", project_id=project_id)[0]["skips"])},
    )


def _check_splits(project: Project, previous: Row) -> None:
    manifest = Path(previous["folder"]) / "manifest.json"
    if not manifest.exists():
        return
    rules, settings = json.loads(manifest.read_text(encoding="utf-8"))["rules"], project.settings.dataset
    if (rules["test_share"], rules["split_salt"]) != (settings.test_share, settings.split_salt):
        raise Refused(
            f"dataset.test_share or dataset.split_salt changed since version {previous['version']} "
            f"({rules['test_share']}, '{rules['split_salt']}'). Prompts that tested would become training data. "
            "Nothing was frozen; put the old values back."
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
        overlap=f"{settings.overlap} raters each",
        repo=settings.publication.repository or "",
    )


def _record_version(
    ctx: Context, tx: Transaction, actor: Actor, project: Project, sealed: SealedVersion
) -> None:
    now, last = ctx.clock(), json.loads((sealed.folder / "manifest.json").read_text(encoding="utf-8"))
    tx.insert(
        "version",
        [
            {
                "version_id": new_id(),
                "project_id": project.project_id,
                "version": sealed.version,
                "manifest_sha256": sealed.manifest_sha256,
                "last_sequence": last["snapshot"]["last_sequence"],
                "folder": str(sealed.folder),
                "row_counts": json.dumps(sealed.rows, sort_keys=True),
                "frozen_at": now,
            }
        ],
    )
    tx.insert_table(
        "version_row",
        sealed.new_rows.append_column("project_id", [[str(project.project_id)] * sealed.new_rows.num_rows]),
    )
    detail = {"version": sealed.version, "manifest_sha256": sealed.manifest_sha256}
    tx.insert("audit", [audit_row(ctx, project.project_id, actor, "freeze", detail)])


def list_versions(ctx: Context, actor: Actor, project_name: str) -> list[dict[str, Any]]:
    """Sealed versions, oldest first, each with where it was published."""
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    places: dict[str, list[dict[str, Any]]] = {}
    for row in ctx.store.read("publications_of_project", project_id=project.project_id):
        place = {name: row[name] for name in ("target", "revision", "manifest_sha256", "published_at")}
        places.setdefault(row["version"], []).append(place)
    return [
        {
            "version": row["version"],
            "manifest_sha256": row["manifest_sha256"],
            "path": row["folder"],
            "rows": json.loads(row["row_counts"]),
            "frozen_at": row["frozen_at"],
            "published": places.get(row["version"], []),
        }
        for row in ctx.store.read("versions_of_project", project_id=project.project_id)
    ]


def find_version(ctx: Context, actor: Actor, project_name: str, version: str) -> dict[str, Any]:
    """One sealed version. Errors: ``NotFound`` naming the versions there are."""
    find_own_project(ctx, actor, project_name, Right.PUBLISH)
    known = list_versions(ctx, actor, project_name)
    for each in known:
        if each["version"] == version:
            return each
    names = ", ".join(each["version"] for each in known) or "none yet"
    raise NotFound(
        f"Project {project_name} has no version {version}. Sealed versions: {names}. Freeze it first."
    )


def record_publication(
    ctx: Context,
    actor: Actor,
    project_name: str,
    version: str,
    *,
    target: str,
    revision: str,
    manifest_sha256: str,
) -> None:
    """Note where a version was published, once it was read back and compared."""
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)
    row = {
        "publication_id": new_id(),
        "project_id": project.project_id,
        "version": version,
        "target": target,
        "revision": revision,
        "manifest_sha256": manifest_sha256,
        "published_at": ctx.clock(),
    }

    def work(tx: Transaction) -> None:
        tx.insert("publication", [row])
        detail = {"version": version, "target": target, "revision": revision}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "publish", detail)])

    ctx.store.write(work)
