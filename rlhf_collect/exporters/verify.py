"""Checks a version against its manifest, file by file and row by row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rlhf_collect.errors import BadCall, DamagedVersion
from rlhf_collect.exporters.columns import schema_as_json
from rlhf_collect.exporters.manifest import (
    NAME,
    Manifest,
    data_sha256,
    file_sha256,
    read_manifest,
    row_counts,
)
from rlhf_collect.exporters.rows import files_logical_sha256
from rlhf_collect.exporters.withdrawn import WITHDRAWN
from rlhf_collect.ids import content_hash

BESIDE = frozenset({NAME, ".gitattributes", WITHDRAWN})
"""What may stand beside the files of a manifest."""
KEPT_BY_CLIENT = ".cache/huggingface/"
"""Where the Hub's client keeps notes of its own in a folder it downloads into."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class VerifyReport:
    """A version that was found whole."""

    project: str
    """Its project."""
    version: str
    """Its name."""
    manifest_sha256: str
    """SHA-256 of its manifest: what a user pins."""
    files: int
    """Files checked, the manifest apart."""
    bytes: int
    """Bytes checked."""
    rows: dict[str, dict[str, int]]
    """Rows per config and split."""
    commit: str = ""
    """The Hub commit it was read from; empty for a folder."""
    unlisted: tuple[str, ...] = ()
    """Files of others beside the config folders of a Hub repository; a folder holds none."""


def verify_folder(folder: Path, *, manifest_sha256: str | None = None) -> VerifyReport:
    """Check every file and row of a version, and that nothing is missing or extra.

    Compared are hash, size, rows and schema of each file and the logical hash of each split.

    Errors: ``NotFound`` (no version there), ``DamagedVersion`` naming the first file that differs.
    """
    manifest = read_manifest(folder)
    found = file_sha256(folder / NAME)
    refuse_other_pin(folder, manifest_sha256, found)
    _refuse_extra(folder, manifest)
    with ThreadPoolExecutor(max_workers=2) as pool:
        # Whole first: what is not the file that was written is not opened.
        for _ in pool.map(lambda each: check_file(folder, *each), sorted(manifest["files"].items())):
            pass  # the first that is damaged raises here
        for _ in pool.map(lambda each: _check_split(folder, manifest, *each), _splits(folder, manifest)):
            pass
    if data_sha256(manifest["files"]) != manifest["data_sha256"]:
        raise damaged(folder, NAME, "data_sha256 does not fit its list of files")
    return VerifyReport(
        project=manifest["project"],
        version=manifest["version"],
        manifest_sha256=found,
        files=len(manifest["files"]),
        bytes=sum(entry["bytes"] for entry in manifest["files"].values()),
        rows=row_counts(manifest),
    )


def checked_pin(manifest_sha256: str | None) -> str | None:
    """A pin as it is compared. Errors: ``BadCall`` for what no SHA-256 is."""
    if manifest_sha256 is None:
        return None
    pin = str(manifest_sha256).lower()
    if not _SHA256.fullmatch(pin):
        raise BadCall(
            f"manifest_sha256 is '{manifest_sha256}', and a SHA-256 has 64 hexadecimal digits. `rlhf-collect verify` "
            "says that of a version."
        )
    return pin


def refuse_other_pin(where: object, pin: str | None, found: str) -> None:
    """Refuse a version whose manifest is not the pinned one. Errors: ``DamagedVersion``."""
    if pin is not None and found != pin:
        raise DamagedVersion(
            f"{where} is not what you pinned: its {NAME} has the SHA-256 {found}, not {pin}. Check the pin; if it is "
            "right, another version stands there under this name, and nothing of it should be used."
        )


def check_file(folder: Path, name: str, entry: Mapping[str, Any]) -> None:
    """Presence, size and hash of one file. Errors: ``DamagedVersion``."""
    path = folder / name
    if not path.is_file():
        raise damaged(folder, name, "it is missing")
    size = path.stat().st_size
    if size != entry["bytes"]:
        raise damaged(folder, name, f"it has {size:,} bytes, not {entry['bytes']:,}")
    sha256 = file_sha256(path)
    if sha256 != entry["sha256"]:
        raise damaged(folder, name, f"its SHA-256 is {sha256}, not {entry['sha256']}")


def damaged(folder: Path, name: str, what: str) -> DamagedVersion:
    """The refusal that names a file of a version."""
    return DamagedVersion(
        f"{name} differs from the manifest: {what}. ({folder}) Fetch the version again, or restore the file."
    )


def _refuse_extra(folder: Path, manifest: Manifest) -> None:
    present = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if not each.is_dir()}
    beside = {each for each in present if each in BESIDE or each.startswith(KEPT_BY_CLIENT)}
    extra = sorted(present - manifest["files"].keys() - beside)
    if extra:
        raise damaged(folder, extra[0], "it is not listed there")


def _splits(folder: Path, manifest: Manifest) -> list[tuple[str, str]]:
    """Each config and split, the largest first, so that two who share the work end together."""
    sizes = {}
    for config, entry in manifest["configs"].items():
        if content_hash(entry["schema"]) != entry["schema_sha256"]:
            raise damaged(folder, NAME, f"the schema hash of {config} does not fit its schema")
        for split, listed in entry["splits"].items():
            sizes[config, split] = sum(manifest["files"][name]["bytes"] for name in listed["files"])
    return sorted(sizes, key=lambda each: -sizes[each])


def _check_split(folder: Path, manifest: Manifest, config: str, split: str) -> None:
    entry = manifest["configs"][config]
    listed = entry["splits"][split]
    paths = [folder / name for name in listed["files"]]
    for path, name in zip(paths, listed["files"], strict=True):
        rows = manifest["files"][name].get("rows")
        if (found := _rows_of(path, entry["schema"], folder, name)) != rows:
            raise damaged(folder, name, f"it has {found} rows, not {rows}")
    total = sum(manifest["files"][name]["rows"] for name in listed["files"])
    if total != listed["rows"]:
        raise damaged(folder, NAME, f"{config}/{split} counts {listed['rows']} rows, its files {total}")
    logical = files_logical_sha256(paths, entry["key"])
    if logical != listed["logical_sha256"]:
        raise damaged(folder, listed["files"][0], f"the logical hash of {config}/{split} is {logical}")


def _rows_of(path: Path, schema: list[dict[str, Any]], folder: Path, name: str) -> int:
    try:
        with pq.ParquetFile(path) as opened:
            rows, found = opened.metadata.num_rows, opened.schema_arrow
    except pa.ArrowInvalid as error:
        raise damaged(folder, name, f"it cannot be read as Parquet ({error})") from error
    if schema_as_json(found) != schema:
        raise damaged(folder, name, "its columns are not those of the manifest")
    return int(rows)
