"""``manifest.json``: what a version holds, file by file and row by row. It lists every file but itself."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pyarrow as pa

from rlhf_collect.errors import DamagedVersion, NotFound
from rlhf_collect.exporters.prompts import SPLITS

FORMAT = "rlhf_collect/manifest/1"
NAME = "manifest.json"

Manifest = dict[str, Any]


def file_sha256(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def bytes_sha256(content: bytes) -> str:
    """SHA-256 (hex) of bytes at hand."""
    return hashlib.sha256(content).hexdigest()


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """The manifest as it is written, with ``self_sha256`` filled in.

    ``self_sha256`` is the hash of the text with that value empty: a folder can be checked for damage
    without knowing the manifest's own hash. (Whoever wants to be safe from forgery pins that hash.)
    """
    text = json.dumps(
        {**manifest, "self_sha256": ""}, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False
    )
    text += "\n"
    seal = hashlib.sha256(text.encode()).hexdigest()
    # Only a value of the manifest itself stands two spaces in, and no text holds a line end as such.
    return text.replace('\n  "self_sha256": ""', f'\n  "self_sha256": "{seal}"')


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a version folder. Errors: ``NotFound``, ``DamagedVersion``."""
    path = folder / NAME
    if not path.is_file():
        raise NotFound(f"{folder} holds no version: there is no {NAME} in it.")
    return parse_manifest(path.read_bytes(), where=str(path))


def parse_manifest(content: bytes, *, where: str) -> Manifest:
    """A manifest from its bytes. Errors: ``DamagedVersion`` if it is not whole."""
    try:
        manifest = json.loads(content)
    except ValueError as error:
        raise DamagedVersion(f"{where} is damaged: it is not JSON ({error}). Fetch it again.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise DamagedVersion(f"{where} is not a manifest of the form {FORMAT}.")
    if manifest_text(manifest).encode() != content:
        raise DamagedVersion(f"{where} is damaged: its own hash does not fit. Fetch it again.")
    _check_names(manifest, where)
    return manifest


def _check_names(manifest: Manifest, where: str) -> None:
    """A manifest may come from anybody: its files lie beside it, and those of its configs are among them."""
    try:
        listed = set(manifest["files"])
        used = {
            name
            for config in manifest["configs"].values()
            for split in config["splits"].values()
            for name in split["files"]
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise DamagedVersion(
            f"{where} is not a manifest of the form {FORMAT}: {error} is missing."
        ) from error
    for name in sorted(listed | used):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or name not in listed:
            problem = "lies outside" if name in listed else "it does not list among its files"
            raise DamagedVersion(f"{where} names {name!r}, which {problem}. Nothing was read.")


def data_sha256(files: Mapping[str, Mapping[str, Any]]) -> str:
    """One hash for all rows: SHA-256 of the sorted ``path sha256`` lines of the Parquet files."""
    lines = sorted(
        f"{path} {entry['sha256']}\n" for path, entry in files.items() if path.endswith(".parquet")
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def files_of(folder: Path, manifest: Manifest, config: str) -> dict[str, list[Path]]:
    """Split to paths of a config's files; empty if the version lacks the config."""
    splits = manifest["configs"].get(config, {"splits": {}})["splits"]
    return {split: [folder / name for name in splits[split]["files"]] for split in SPLITS if split in splits}


def row_counts(manifest: Manifest) -> dict[str, dict[str, int]]:
    """Rows per config and split."""
    return {
        config: {split: entry["splits"][split]["rows"] for split in SPLITS if split in entry["splits"]}
        for config, entry in manifest["configs"].items()
    }


def builder(writer: Mapping[str, Any]) -> dict[str, Any]:
    """What made the version: bytes depend on these."""
    return {
        "rlhf_collect": _own_version(),
        "pyarrow": pa.__version__,
        "duckdb": duckdb.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "writer": dict(writer),
    }


def _own_version() -> str:
    try:
        return version("rlhf-collect")
    except PackageNotFoundError:
        return "source"
