"""Reads a version back from the Hub and compares it, byte by byte and row by row."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rlhf_collect.errors import DamagedVersion, HubRefused, NotFound
from rlhf_collect.exporters.hub.client import fresh_snapshot, quiet_data
from rlhf_collect.exporters.hub.errors import client_errors, told
from rlhf_collect.exporters.hub.patience import open_patiently
from rlhf_collect.exporters.hub.place import refuse_other_version, resolve_commit
from rlhf_collect.exporters.hub.release import Release
from rlhf_collect.exporters.manifest import Manifest, read_manifest, row_counts
from rlhf_collect.exporters.verify import BESIDE, VerifyReport, verify_folder

if TYPE_CHECKING:
    from huggingface_hub import HfApi


_UNCHANGED = "Nothing was changed."


def read_back(api: HfApi, release: Release, commit: str) -> None:
    """Compare what the Hub serves with what was sent, in a fresh cache, and load every config.

    Errors: ``HubRefused`` naming the file that differs.
    """
    try:
        with fresh_snapshot(api, release.repo, commit, names=sorted(release.paths)) as (folder, cache_dir):
            verify_folder(folder, manifest_sha256=release.manifest_sha256)
            _load_every_config(folder, cache_dir, release.manifest)
    except (DamagedVersion, NotFound) as error:
        what = error.message.split(" (")[0]
        raise HubRefused(
            f"What the Hub serves differs from what was sent: {what} The commit {commit[:7]} was left "
            f"as it is and got no new tag. {release.kept}"
        ) from error


@contextmanager
def fetched_version(repo: str, version: str, token: str | None = None) -> Iterator[tuple[Path, VerifyReport]]:
    """A version downloaded into a fresh cache and checked as ``verify_folder`` does; gone at the end.

    ``version`` is a version name or a 40-hex commit. Foreign files beside the config folders, which
    publishing leaves where they are, are named in the report. Errors: ``NotFound``, ``DamagedVersion``,
    ``HubRefused``, ``HubUnreachable``.
    """
    with told(repo, _UNCHANGED):
        api = open_patiently(repo, token, _UNCHANGED)
        commit = resolve_commit(api, repo, version)
        with fresh_snapshot(api, repo, commit) as (folder, _):
            unlisted = _set_foreign_aside(folder)
            report = replace(verify_folder(folder), commit=commit, unlisted=unlisted)
            refuse_other_version(f"{repo}@{version} (commit {commit[:7]})", version, report.version)
            yield folder, report


def verify_hub(repo: str, version: str, token: str | None = None) -> VerifyReport:
    """The report of ``fetched_version``."""
    with fetched_version(repo, version, token) as (_, report):
        return report


def _set_foreign_aside(folder: Path) -> tuple[str, ...]:
    """Unlink foreign files of a throw-away snapshot, those in config folders excepted, and name them."""
    aside = []
    manifest = read_manifest(folder)
    known = manifest["files"].keys() | BESIDE
    for path in [each for each in folder.rglob("*") if not each.is_dir()]:
        name = path.relative_to(folder).as_posix()
        if name not in known and name.split("/")[0] not in manifest["configs"]:
            path.unlink()
            aside.append(name)
    return tuple(sorted(aside))


def _load_every_config(folder: Path, cache_dir: Path, manifest: Manifest) -> None:
    """Load each config as a reader does, by the card. Errors: ``DamagedVersion`` naming the config."""
    from datasets import load_dataset
    from datasets.exceptions import DatasetGenerationError, DatasetsError

    for config, splits in row_counts(manifest).items():
        try:
            with quiet_data():
                loaded = load_dataset(str(folder), config, cache_dir=str(cache_dir / "datasets"))
        except (DatasetsError, DatasetGenerationError, *client_errors()) as error:
            raise DamagedVersion(f"{config} does not load ({type(error).__name__}: {error}).") from error
        found = {split: rows.num_rows for split, rows in loaded.items()}
        if found != splits:
            raise DamagedVersion(f"{config} loads with {found} rows, not {splits}.")
