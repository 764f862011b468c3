"""Loads a published version for training, every file checked against the manifest."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from rlhf_collect.errors import BadCall, DamagedVersion, NotFound
from rlhf_collect.exporters.hub.place import find_place, is_commit, refuse_other_version, version_name
from rlhf_collect.exporters.manifest import NAME, Manifest, file_sha256, files_of, read_manifest
from rlhf_collect.exporters.prepared import prepared_rows
from rlhf_collect.exporters.service_place import find_service, is_service
from rlhf_collect.exporters.streaming import Place, checked_file, stream_split, told_with
from rlhf_collect.exporters.verify import checked_pin, damaged, refuse_other_pin
from rlhf_collect.exporters.withdrawn import refuse_withdrawn_from

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict

_REPO = re.compile(r"[\w.-]+/[\w.-]+")


@overload
def load_version(
    source: str | Path,
    version: str,
    config: str = "preference",
    *,
    split: str | None = None,
    manifest_sha256: str | None = None,
    token: str | None = None,
    cache_dir: str | Path | None = None,
    streaming: Literal[False] = False,
) -> Dataset | DatasetDict: ...
@overload
def load_version(
    source: str | Path,
    version: str,
    config: str = "preference",
    *,
    split: str | None = None,
    manifest_sha256: str | None = None,
    token: str | None = None,
    cache_dir: str | Path | None = None,
    streaming: Literal[True],
) -> IterableDataset | IterableDatasetDict: ...
def load_version(
    source: str | Path,
    version: str,
    config: str = "preference",
    *,
    split: str | None = None,
    manifest_sha256: str | None = None,
    token: str | None = None,
    cache_dir: str | Path | None = None,
    streaming: bool = False,
) -> Dataset | DatasetDict | IterableDataset | IterableDatasetDict:
    """Load one config of a version: a ``Dataset`` for a ``split``, else a ``DatasetDict``.

    ``source`` is ``org/name``, ``hub:org/name``, a folder, or ``http://host/project`` of a running service, for
    which ``token`` is a lead's API key; ``version`` is a name such as ``1.2.0`` or, on the Hub, a 40-hex commit.
    ``manifest_sha256`` pins the content for good. Unlike ``load_dataset`` this never answers with another
    revision, nor from a cache nobody compared: each file is held against the manifest first, what came from the Hub
    and is damaged is got once more, and rows read before are given out only while they are what was read.

    With ``streaming`` the result is iterable: a file is got and compared when its first row is asked for,
    so that a damaged one raises there and rows of the files before it were good; that nothing lies beside
    the listed files is not looked at.

    Errors: ``NotFound``, ``DamagedVersion`` (naming the file), ``HubRefused``, ``HubUnreachable``, ``BadCall``;
    of a service also ``NotSignedIn`` and ``NotAllowed``.
    """
    if not (isinstance(version, str) and is_commit(version)):
        version_name(version)
    cache, pin = None if cache_dir is None else Path(cache_dir), checked_pin(manifest_sha256)
    place = _find(source, version, token=token, cache=cache, manifest_sha256=pin)
    open_it = partial(
        _open,
        version=version,
        config=config,
        split=split,
        cache=cache,
        pin=pin,
        streaming=streaming,
    )
    try:
        return open_it(place)
    except DamagedVersion as damage:
        again = place.afresh()
        if again is None:
            raise
        with told_with(damage):
            # First the manifest alone: a wrong pin is no reason to get the rest once more.
            _checked_manifest(again, again.file(NAME), version, pin)
            return open_it(again)


def _open(
    place: Place,
    *,
    version: str,
    config: str,
    split: str | None,
    cache: Path | None,
    pin: str | None,
    streaming: bool,
) -> Dataset | DatasetDict | IterableDataset | IterableDatasetDict:
    folder = place.file(NAME) if streaming else place.folder(config)
    manifest = _checked_manifest(place, folder, version, pin)
    paths = files_of(folder, manifest, config)
    if not paths:
        known = ", ".join(manifest["configs"])
        raise NotFound(f"Version {manifest['version']} has no config '{config}', but {known}.")
    if split is not None and split not in paths:
        raise NotFound(
            f"{config} of version {manifest['version']} has no split '{split}', but {', '.join(paths)}."
        )
    if streaming:
        return _stream(place, manifest, config, list(paths), split)
    _check_files(folder, manifest, config, paths)
    hashes = {folder / name: each["sha256"] for name, each in manifest["files"].items()}
    return prepared_rows(paths, hashes, split, cache)


@dataclass(frozen=True, kw_only=True)
class FolderPlace:
    """A version folder: everything is there already."""

    root: Path
    """The folder."""

    @property
    def called(self) -> str:
        """Its path."""
        return str(self.root)

    def folder(self, config: str) -> Path:
        """The folder."""
        return self.root

    def file(self, name: str) -> Path:
        """The folder."""
        return self.root

    def afresh(self) -> None:
        """Nowhere to get it from once more."""
        return


def _find(
    source: str | Path,
    version: str,
    *,
    token: str | None,
    cache: Path | None,
    manifest_sha256: str | None,
) -> Place:
    if is_service(source):
        if is_commit(version):
            raise BadCall(f"{version} is a commit, and a service has none: name a version, such as 1.2.0.")
        url, name = str(source), version_name(version)
        return find_service(url, name, key=token, cache_dir=cache, manifest_sha256=manifest_sha256)
    folder = _find_folder(source, version)
    if folder is not None:
        return FolderPlace(root=folder)
    repo, hub_cache = str(source).removeprefix("hub:"), None if cache is None else cache / "hub"
    return find_place(repo, version, token=token, cache_dir=hub_cache)


def _find_folder(source: str | Path, version: str) -> Path | None:
    """The version folder, if ``source`` is a folder: the version itself, or the folder that holds it."""
    if isinstance(source, str) and source.startswith("hub:"):
        return None
    folder = Path(source)
    if folder.is_dir():
        inner = folder / version.removeprefix("v")
        found = inner if not (folder / NAME).is_file() and inner.is_dir() else folder
        if not (found / NAME).is_file():
            refuse_withdrawn_from(folder, version.removeprefix("v"))
        return found
    refuse_withdrawn_from(folder, version.removeprefix("v"))
    if isinstance(source, str) and _REPO.fullmatch(source):
        return None
    raise NotFound(
        f"{source} is neither a folder nor a Hub dataset (org/name) nor a service's project (http://host/project)."
    )


def _checked_manifest(place: Place, folder: Path, version: str, manifest_sha256: str | None) -> Manifest:
    manifest = read_manifest(folder)
    found = file_sha256(folder / NAME)
    refuse_other_pin(place.called, manifest_sha256, found)
    refuse_other_version(place.called, version, manifest["version"])
    return manifest


def _check_files(folder: Path, manifest: Manifest, config: str, paths: dict[str, list[Path]]) -> None:
    """Each file as the manifest says, and none beside them."""
    listed = {path for each in paths.values() for path in each}
    extra = sorted(path for path in (folder / config).rglob("*") if path not in listed)
    if extra:
        raise damaged(folder, extra[0].relative_to(folder).as_posix(), "it is not listed there")
    here = FolderPlace(root=folder)
    for path in sorted(listed):
        checked_file(here, manifest, config, path.relative_to(folder).as_posix())


def _stream(
    place: Place, manifest: Manifest, config: str, splits: list[str], split: str | None
) -> IterableDataset | IterableDatasetDict:
    from datasets import IterableDatasetDict

    if split is not None:
        return stream_split(place, manifest, config, split)
    return IterableDatasetDict({name: stream_split(place, manifest, config, name) for name in splits})
