"""Loads a published version for training, every file checked against the manifest."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from rlhf_collect.errors import BadCall, DamagedVersion, HubUnreachable, NotFound
from rlhf_collect.exporters.columns import schema_as_json
from rlhf_collect.exporters.hub.client import open_hub, quiet_data, quiet_hub
from rlhf_collect.exporters.hub.errors import told
from rlhf_collect.exporters.manifest import NAME, Manifest, file_sha256, files_of, read_manifest
from rlhf_collect.exporters.verify import check_file, damaged
from rlhf_collect.exporters.version_names import newest

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict
    from huggingface_hub import HfApi

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPO = re.compile(r"[\w.-]+/[\w.-]+")
_VERSION = re.compile(r"v?(\d+\.\d+\.\d+)")


def load_version(
    source: str | Path,
    version: str,
    config: str = "preference",
    *,
    split: str | None = None,
    manifest_sha256: str | None = None,
    token: str | None = None,
    cache_dir: str | Path | None = None,
) -> Dataset | DatasetDict:
    """Load one config of a version: a ``Dataset`` for a ``split``, else a ``DatasetDict``.

    ``source`` is ``org/name``, ``hub:org/name`` or a folder; ``version`` is a name such as ``1.2.0``
    or a 40-hex commit. ``manifest_sha256`` pins the content for good. Unlike ``load_dataset`` this
    never answers with another revision: each file is compared with the manifest first. Errors:
    ``NotFound``, ``DamagedVersion`` (naming the file), ``HubRefused``, ``HubUnreachable``, ``BadCall``.
    """
    folder = _find_folder(source, version)
    if folder is None:
        folder = _fetch(str(source).removeprefix("hub:"), version, config, token=token, cache_dir=cache_dir)
    manifest = _checked_manifest(folder, version, manifest_sha256)
    paths = _checked_files(folder, manifest, config)
    if split is not None and split not in paths:
        raise NotFound(
            f"{config} of version {manifest['version']} has no split '{split}', but {', '.join(paths)}."
        )
    return _load(paths, split, cache_dir)


def resolve_commit(api: HfApi, repo: str, version: str) -> str:
    """The 40-hex commit of a version or commit, asked of the Hub and of no cache. Errors: ``NotFound``."""
    from huggingface_hub.errors import RevisionNotFoundError

    if _COMMIT.fullmatch(version):
        return version
    tag = _tag(version)
    try:
        found = api.dataset_info(repo, revision=tag).sha
    except RevisionNotFoundError as error:
        names = [each.name for each in api.list_repo_refs(repo, repo_type="dataset").tags]
        known = [name for name in names if _VERSION.fullmatch(name)]
        told_names = (
            f"It has {', '.join(sorted(known))}; the newest is {newest(known)}." if known else "It has none."
        )
        raise NotFound(f"{repo} has no version {tag}. {told_names}") from error
    assert found is not None, "the Hub names the commit of a revision"
    return found


def _tag(version: str) -> str:
    found = _VERSION.fullmatch(version)
    if found is None:
        raise BadCall(f"'{version}' is neither a version such as 1.2.0 nor a 40-hex commit.")
    return found[1]


def _find_folder(source: str | Path, version: str) -> Path | None:
    """The version folder, if ``source`` is a folder: the version itself, or the folder that holds it."""
    if isinstance(source, str) and source.startswith("hub:"):
        return None
    folder = Path(source)
    if folder.is_dir():
        inner = folder / version.removeprefix("v")
        return inner if not (folder / NAME).is_file() and inner.is_dir() else folder
    if isinstance(source, str) and _REPO.fullmatch(source):
        return None
    raise NotFound(f"{source} is neither a folder nor a Hub dataset (org/name).")


def _fetch(repo: str, version: str, config: str, *, token: str | None, cache_dir: str | Path | None) -> Path:
    """The snapshot folder of the commit, with the manifest and the config's files."""
    from huggingface_hub.errors import LocalEntryNotFoundError

    with told(repo, "Nothing was loaded."), quiet_hub():
        api = open_hub(token)
        commit = resolve_commit(api, repo, version)
        try:
            folder = api.snapshot_download(
                repo,
                repo_type="dataset",
                revision=commit,
                allow_patterns=[NAME, f"{config}/*"],
                cache_dir=None if cache_dir is None else Path(cache_dir) / "hub",
            )
        except LocalEntryNotFoundError as error:
            raise HubUnreachable(
                f"The Hub could not be reached, and {repo} at {commit[:7]} is not whole in the cache. "
                "Nothing was loaded. Try again."
            ) from error
    return Path(folder)


def _checked_manifest(folder: Path, version: str, manifest_sha256: str | None) -> Manifest:
    manifest = read_manifest(folder)
    found = file_sha256(folder / NAME)
    if manifest_sha256 is not None and found != manifest_sha256:
        raise damaged(folder, NAME, f"its SHA-256 is {found}, not the pinned {manifest_sha256}")
    if not _COMMIT.fullmatch(version) and manifest["version"] != _tag(version):
        raise DamagedVersion(f"{folder} holds version {manifest['version']}, not {version}.")
    return manifest


def _checked_files(folder: Path, manifest: Manifest, config: str) -> dict[str, list[Path]]:
    """Split to files, each as the manifest says, and none beside them."""
    paths = files_of(folder, manifest, config)
    if not paths:
        known = ", ".join(manifest["configs"])
        raise NotFound(f"Version {manifest['version']} has no config '{config}', but {known}.")
    listed = {path for each in paths.values() for path in each}
    extra = sorted(path for path in (folder / config).rglob("*") if path not in listed)
    if extra:
        raise damaged(folder, extra[0].relative_to(folder).as_posix(), "it is not listed there")
    for path in sorted(listed):
        name = path.relative_to(folder).as_posix()
        check_file(folder, name, manifest["files"][name])
        if schema_as_json(pq.read_schema(path)) != manifest["configs"][config]["schema"]:
            raise damaged(folder, name, "its columns are not those of the manifest")
    return paths


def _load(
    paths: dict[str, list[Path]], split: str | None, cache_dir: str | Path | None
) -> Dataset | DatasetDict:
    from datasets import Features, load_dataset

    first = next(iter(paths.values()))[0]
    with quiet_data():
        return load_dataset(
            "parquet",
            data_files={name: [str(path) for path in each] for name, each in paths.items()},
            features=Features.from_arrow_schema(pq.read_schema(first)),
            split=split,
            cache_dir=None if cache_dir is None else str(Path(cache_dir) / "datasets"),
        )
