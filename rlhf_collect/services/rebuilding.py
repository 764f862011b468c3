"""Versions built again from the store, to show that they are what they say, or to bring a lost folder back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rlhf_collect.config import read_recipe
from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.engine import Engine, bounded_duckdb
from rlhf_collect.exporters.fingerprints import TOLD, WRITTEN, fingerprint_inputs
from rlhf_collect.exporters.folders import refuse_taken
from rlhf_collect.exporters.inputs import SealedVersion, VersionInputs
from rlhf_collect.exporters.manifest import NAME, file_sha256, read_manifest
from rlhf_collect.exporters.publish_folder import publish_to_folder
from rlhf_collect.exporters.rebuilt import compare_rows, manifest_differences
from rlhf_collect.services.consents import consents_withdrawn, hold_to_consents
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import hold_to_erasures
from rlhf_collect.services.projects import Project, find_own_project, project_seen_by
from rlhf_collect.services.version_inputs import version_inputs, version_numbers
from rlhf_collect.services.versions import sealed_version
from rlhf_collect.services.withdrawn import hold_to_withdrawals
from rlhf_collect.services.work import without_messages
from rlhf_collect.storage.port import Row

Say = Callable[[str], None]


def rebuild_version(
    ctx: Context,
    actor: Actor,
    project_name: str,
    version: str,
    *,
    to: str | None = None,
    say: Say | None = None,
) -> dict[str, Any]:
    """Build a sealed version again from the store as it stood, and compare it with its seal.

    ``{"project", "version", "identical", "manifest_sha256", "rebuilt_manifest_sha256", "inputs", "differences",
    "rows", "sealed_folder", "consents_withdrawn", "withdrawn", "path"}``: the inputs that changed since, what the two
    manifests say differently, and a verdict for each config and split; the last two of these are empty where the
    sealed manifest is not at hand. ``to`` receives the version if it is identical. The sealed folder is only read.
    Errors: ``NotFound``; ``Refused`` where ``to`` would spread what somebody withdrew, or their consent to it;
    ``AlreadyExists``.
    """
    project = find_own_project(ctx, actor, project_name, Right.PUBLISH)
    withdrawn = sealed_version(ctx, actor, project_name, version)["withdrawn"]
    rows = ctx.store.read("versions_of_project", project_id=project.project_id)
    (sealed,) = [row for row in rows if row["version"] == version]
    earlier = [row for row in rows if version_numbers(row["version"]) < version_numbers(version)]
    if to is not None:
        mend = "Nothing was written. Freeze a new version, or rebuild without --to to compare only."
        hold_to_withdrawals(ctx, project, version, mend=mend)
        hold_to_consents(ctx, project, sealed, mend=mend)
        hold_to_erasures(ctx, project, sealed, mend=mend)
        refuse_taken(Path(to))
    home = ctx.versions / project.name
    home.mkdir(parents=True, exist_ok=True)
    # Beside the versions, under a name that the next freeze sweeps away should this process die here.
    with ctx.building, TemporaryDirectory(prefix=".rebuilt.partial-", dir=home) as place:
        built, changed = _built_again(ctx, project, sealed, earlier, Path(place), say)
        found = {
            "project": project.name,
            "version": version,
            "identical": built.manifest_sha256 == sealed["manifest_sha256"],
            "manifest_sha256": sealed["manifest_sha256"],
            "rebuilt_manifest_sha256": built.manifest_sha256,
            "inputs": changed,
            **_compared(Path(sealed["folder"]), sealed["manifest_sha256"], built.folder),
            "consents_withdrawn": consents_withdrawn(ctx, project, sealed) > 0,
            "withdrawn": withdrawn,
            "path": None,
        }
        if to is not None and found["identical"]:
            publish_to_folder(built.folder, Path(to))
            found["path"] = to
    return found


def _built_again(
    ctx: Context, project: Project, sealed: Row, earlier: list[Row], place: Path, say: Say | None
) -> tuple[SealedVersion, list[str]]:
    """The version in the folder ``place``, and the names of the inputs that changed."""
    with bounded_duckdb() as engine:
        inputs, changed = _inputs_of(ctx, project, sealed, earlier, place, engine)
        return build_version(inputs, place / sealed["version"], engine, progress=say), changed


def _inputs_of(
    ctx: Context, project: Project, sealed: Row, earlier: list[Row], place: Path, engine: Engine
) -> tuple[VersionInputs, list[str]]:
    """What the version is built from, as far as the store still has it, and the names of what changed."""
    moment = sealed["snapshot_at"] or sealed["frozen_at"]
    with ctx.store.snapshot_as_of(moment, sealed["last_sequence"]) as reader:
        then = project_seen_by(reader, project)
        settings = then.settings.dataset
        if sealed["recipe"] is not None:
            settings = read_recipe(sealed["recipe"], f"the recipe of {sealed['version']}", then.settings)
        inputs = version_inputs(ctx, reader, then, sealed["version"], earlier, settings, place, now=moment)
    ctx.store.forget_pages()
    known = {
        row["input"]: row["fingerprint"]
        for row in ctx.store.read("version_inputs", version_id=sealed["version_id"])
    }
    if TOLD not in known:
        inputs = replace(inputs, tells_guidelines=False)
    if WRITTEN not in known:
        inputs = replace(inputs, work=without_messages(inputs.work))
    now = fingerprint_inputs(inputs, engine)
    before = inputs.previous
    if known and before is not None and known["version before"] != now["version before"]:
        # It may have been frozen when the folder of the version before was not at hand.
        without = replace(inputs, previous=replace(before, folder=None))
        if fingerprint_inputs(without, engine)["version before"] == known["version before"]:
            inputs, now = without, {**now, "version before": known["version before"]}
    changed = sorted(name for name in known if known[name] != now.get(name))
    # Agreement follows from the other inputs: it is one of its own only where none of them changed.
    return inputs, changed if changed == ["agreement"] else [name for name in changed if name != "agreement"]


def _compared(folder: Path, seal: str, built: Path) -> dict[str, Any]:
    """Verdicts on rows, and what manifests say differently; empty where the sealed manifest is not at hand."""
    if not (folder / NAME).is_file() or file_sha256(folder / NAME) != seal:
        return {"differences": [], "rows": {}, "sealed_folder": "gone or changed"}
    manifests = read_manifest(folder), read_manifest(built)
    return {
        "differences": manifest_differences(*manifests),
        "rows": compare_rows(*manifests),
        "sealed_folder": "at hand",
    }
