"""Versions: frozen once, published where the lead says, never changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rlhf_collect.config import Dataset, read_recipe
from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.errors import AlreadyExists, Conflict, DamagedVersion, NotFound
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.engine import bounded_duckdb
from rlhf_collect.exporters.fingerprints import fingerprint_inputs
from rlhf_collect.exporters.folders import remove_leftovers
from rlhf_collect.exporters.inputs import SealedVersion
from rlhf_collect.exporters.manifest import NAME, read_manifest
from rlhf_collect.exporters.reach import PRIVATE, Reach
from rlhf_collect.ids import new_id
from rlhf_collect.services.consents import hold_to_consents
from rlhf_collect.services.context import Context
from rlhf_collect.services.decision_steps import hold_to_appeals, settle_due
from rlhf_collect.services.erasure import hold_to_erasures
from rlhf_collect.services.projects import Project, find_own_project
from rlhf_collect.services.promises import hold_to_publication, hold_to_sources
from rlhf_collect.services.raters import audit_row
from rlhf_collect.services.version_inputs import version_inputs, version_numbers
from rlhf_collect.services.withdrawals import taken_back_since
from rlhf_collect.services.withdrawn import (
    hold_to_withdrawals,
    left_places,
    withdrawn_versions,
    words_for,
)
from rlhf_collect.storage.port import Row, Transaction

Say = Callable[[str], None]
TRIES = 3
"""How often a version is made when judgements are taken back meanwhile."""
_FREEZE_ANEW = "Nothing was sent. Freeze a new version and publish that."
PLACE = ("target", "revision", "manifest_sha256")
"""What tells one place of a version from another."""


class _MadeInVain(Exception):
    """What is about to be sealed holds what was taken back or erased while it was made."""


def freeze_version(
    ctx: Context,
    actor: Actor,
    project_name: str,
    version: str,
    *,
    recipe: Mapping[str, str] | None = None,
    say: Say | None = None,
) -> dict[str, Any]:
    """Build and seal a version from one snapshot of the store.

    ``recipe`` holds the ``text`` of a recipe file and ``where`` it stands, for messages. Returns
    ``{"version", "path", "manifest_sha256", "rows": {config: {split: n}}}``. Errors: ``BadCall``;
    ``BadConfig`` for a recipe with problems; ``AlreadyExists`` for a name that is taken or not above
    the last; ``Refused`` or ``NotFound`` when there is nothing to freeze; ``Conflict`` when judgements are taken back
    each time it is made.
    """
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)
    settings = project.settings.dataset
    if recipe is not None:
        settings = read_recipe(recipe["text"], recipe["where"], project.settings)
    settle_due(ctx, project)
    with ctx.building:
        for _ in range(TRIES):
            with suppress(_MadeInVain):
                return _build_and_record(ctx, actor, project, version, settings, say)
            if say:
                say("Judgements were taken back meanwhile.")
    raise Conflict(f"Judgements were taken back each time {version} was made. Nothing was frozen; try again.")


def _build_and_record(
    ctx: Context, actor: Actor, project: Project, version: str, settings: Dataset, say: Say | None
) -> dict[str, Any]:
    earlier = ctx.store.read("versions_of_project", project_id=project.project_id)
    _check_name(project, version, earlier)
    folder = ctx.versions / project.name / version
    folder.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder.parent)
    if folder.exists():
        # Sealed on disk but never recorded: the process died between the two. The record is the seal.
        shutil.rmtree(folder)
    # Beside the versions, under a name that the next freeze sweeps away should this process die here.
    with TemporaryDirectory(prefix=".inputs.partial-", dir=folder.parent) as place:
        with ctx.store.snapshot() as reader:
            # The first look fixes what is seen: nothing stored now is later than that.
            reader.read("last_sequence")
            looked_at = ctx.clock()
            inputs = version_inputs(
                ctx, reader, project, version, earlier, settings, Path(place), now=looked_at
            )
        ctx.store.forget_pages()
        with bounded_duckdb() as engine:
            # One after the other: beside the workshop they take half as much memory again for a tenth of the time.
            prints = fingerprint_inputs(inputs, engine)
            sealed = build_version(inputs, folder, engine, progress=say)
    try:
        ctx.store.write(lambda tx: _record_version(ctx, tx, actor, project, sealed, looked_at, prints))
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


def _record_version(
    ctx: Context,
    tx: Transaction,
    actor: Actor,
    project: Project,
    sealed: SealedVersion,
    looked_at: datetime,
    prints: dict[str, str],
) -> None:
    version_id = new_id()
    now, last = ctx.clock(), json.loads((sealed.folder / "manifest.json").read_text(encoding="utf-8"))
    if taken_back_since(tx, project, last["snapshot"]["last_sequence"]):
        raise _MadeInVain  # what is taken back is in no version sealed later: README, promise 6
    tx.insert(
        "version",
        [
            {
                "version_id": version_id,
                "project_id": project.project_id,
                "version": sealed.version,
                "manifest_sha256": sealed.manifest_sha256,
                "last_sequence": last["snapshot"]["last_sequence"],
                "folder": str(sealed.folder),
                "row_counts": json.dumps(sealed.rows, sort_keys=True),
                "frozen_at": now,
                "snapshot_at": looked_at,
                "recipe": json.dumps(last["rules"]["recipe"], sort_keys=True),
            }
        ],
    )
    rows = [{"version_id": version_id, "input": name, "fingerprint": each} for name, each in prints.items()]
    tx.insert("version_input", rows)
    tx.insert_table("version_row", sealed.new_rows, project_id=project.project_id)
    detail = {"version": sealed.version, "manifest_sha256": sealed.manifest_sha256}
    tx.insert("audit", [audit_row(ctx, project.project_id, actor, "freeze", detail)])


def list_versions(ctx: Context, actor: Actor, project_name: str) -> list[dict[str, Any]]:
    """Sealed versions, oldest first, each with where it was published, and since when it is withdrawn if it is.

    A place is told with its last commit: withdrawing another version from it may have made a new one.
    """
    project = find_own_project(ctx, actor, project_name, Right.READ_REPORTS)
    gone = withdrawn_versions(ctx, project)
    places: dict[str, dict[str, dict[str, Any]]] = {}
    for row in ctx.store.read("publications_of_project", project_id=project.project_id):
        version, target = row["version"], row["target"]
        place = {name: row[name] for name in (*PLACE, "published_at")}
        place["withdrawn_on"] = gone[version]["on"] if target in left_places(gone, version) else None
        places.setdefault(version, {})[target] = place
    return [
        {
            "version": row["version"],
            "manifest_sha256": row["manifest_sha256"],
            "path": row["folder"],
            "rows": json.loads(row["row_counts"]),
            "frozen_at": row["frozen_at"],
            "published": list(places.get(row["version"], {}).values()),
            "withdrawn": gone.get(row["version"]),
        }
        for row in ctx.store.read("versions_of_project", project_id=project.project_id)
    ]


def find_version(ctx: Context, actor: Actor, project_name: str, version: str) -> dict[str, Any]:
    """One sealed version, for who may publish it. Errors: ``NotFound`` naming the versions there are."""
    find_own_project(ctx, actor, project_name, Right.PUBLISH)
    return sealed_version(ctx, actor, project_name, version)


def sealed_version(ctx: Context, actor: Actor, project_name: str, version: str) -> dict[str, Any]:
    """One sealed version, for who may read reports. Errors: ``NotFound`` naming the versions there are."""
    known = list_versions(ctx, actor, project_name)
    for each in known:
        if each["version"] == version:
            return each
    names = ", ".join(each["version"] for each in known) or "none yet"
    raise NotFound(
        f"Project {project_name} has no version {version}. Sealed versions: {names}. Freeze it first."
    )


def version_to_publish(
    ctx: Context, actor: Actor, project_name: str, version: str, *, to: str, reach: Reach = PRIVATE
) -> dict[str, Any]:
    """One sealed version, if it may go to ``to``.

    Errors: ``NotFound``; ``Refused`` for a version that was withdrawn; as ``hold_to_publication`` and
    ``hold_to_sources``; ``Refused`` for words whose rater withdrew the consent since, or judgements that were erased,
    unless the version stands there already; likewise while somebody contests what it holds.
    """
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)
    sealed = find_version(ctx, actor, project_name, version)
    hold_to_withdrawals(ctx, project, version, mend=_FREEZE_ANEW)
    hold_to_publication(project.settings, to, reach)
    hold_to_sources(read_manifest(Path(sealed["path"])), project.settings, version)
    if all(place["target"] != to for place in sealed["published"]):
        rows = ctx.store.read("versions_of_project", project_id=project.project_id)
        (row,) = [each for each in rows if each["version"] == version]
        hold_to_consents(ctx, project, row, mend=_FREEZE_ANEW)
        hold_to_erasures(ctx, project, row, mend=_FREEZE_ANEW)
        hold_to_appeals(ctx, project, row)
    return sealed


def version_file(ctx: Context, actor: Actor, project_name: str, version: str, name: str) -> tuple[Path, str]:
    """A file of a sealed version, and its SHA-256. Errors: ``NotFound`` for what its manifest does not list."""
    project = find_own_project(ctx, actor, project_name, Right.READ_JUDGEMENTS)
    rows = ctx.store.read("versions_of_project", project_id=project.project_id)
    row = next((each for each in rows if each["version"] == version), None)
    if row is None:
        names = ", ".join(each["version"] for each in rows) or "none yet"
        raise NotFound(f"Project {project.name} has no version {version}. Sealed versions: {names}.")
    gone = words_for(ctx, project, version)
    if gone is not None:
        raise NotFound(gone)
    folder = Path(row["folder"])
    listed = {**read_manifest(folder)["files"], NAME: {"sha256": row["manifest_sha256"]}}.get(name)
    if listed is None or not (path := (folder / name).resolve()).is_relative_to(folder.resolve()):
        raise NotFound(
            f"Version {version} of {project.name} has no file '{name}': its manifest lists all there are."
        )
    if not path.is_file():
        raise DamagedVersion(f"{name} of version {version} is missing. Restore its folder from a backup.")
    return path, listed["sha256"]


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
    """Note where a version was published, once it was read back and compared; each place once."""
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
        known = tx.read("publications_of_project", project_id=project.project_id)
        if any(all(each[name] == row[name] for name in ("version", *PLACE)) for each in known):
            return  # it stands there already: publishing again only looked
        tx.insert("publication", [row])
        detail = {"version": version, "target": target, "revision": revision}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "publish", detail)])

    ctx.store.write(work)
