"""Rows of a version file by file, each file compared with the manifest before its first row is given out."""

# ruff: noqa: PLC0415 - loading one config must not import what another way needs

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow.parquet as pq

from rlhf_collect.errors import DamagedVersion, HubRefused, HubUnreachable, NotFound
from rlhf_collect.exporters.columns import schema_as_json
from rlhf_collect.exporters.manifest import Manifest
from rlhf_collect.exporters.verify import check_file, damaged

if TYPE_CHECKING:
    from datasets import IterableDataset

BATCH_ROWS = 1_000


class Place(Protocol):
    """Where the files of a version are got from, one by one."""

    @property
    def called(self) -> str:
        """What people know it by."""
        ...

    def folder(self, config: str) -> Path:
        """The folder with the manifest and every file of a config."""
        ...

    def file(self, name: str) -> Path:
        """The folder with at least this file."""
        ...

    def afresh(self) -> Place | None:
        """The same, whatever is kept of it got once more; ``None`` where there is nowhere to get it from."""
        ...


def stream_split(place: Place, manifest: Manifest, config: str, split: str) -> IterableDataset:
    """The rows of a split. Errors: ``DamagedVersion`` naming the file, once it is reached."""
    from datasets import Features, IterableDataset

    entry = manifest["configs"][config]
    names = entry["splits"][split]["files"]
    first = checked_file(place, manifest, config, names[0])
    return IterableDataset.from_generator(
        _rows,
        features=Features.from_arrow_schema(pq.read_schema(first)),
        # A list here is what ``datasets`` shares out between workers.
        gen_kwargs={"names": list(names), "place": place, "manifest": manifest, "config": config},
    )


def checked_file(place: Place, manifest: Manifest, config: str, name: str) -> Path:
    """One file of a config, as the manifest says, got once more if it is not. Errors: ``DamagedVersion``."""
    try:
        return _as_listed(place.file(name), manifest, config, name)
    except DamagedVersion as damage:
        again = place.afresh()
        if again is None:
            raise
        with told_with(damage):
            return _as_listed(again.file(name), manifest, config, name)


@contextmanager
def told_with(damage: DamagedVersion) -> Iterator[None]:
    """Getting once more what is damaged: where that fails, the damage is told with it. Errors: ``DamagedVersion``."""
    try:
        yield
    except (HubRefused, HubUnreachable, NotFound) as failed:
        raise DamagedVersion(f"{damage.message} To get it again failed: {failed.message}") from failed


def _as_listed(folder: Path, manifest: Manifest, config: str, name: str) -> Path:
    check_file(folder, name, manifest["files"][name])
    if schema_as_json(pq.read_schema(folder / name)) != manifest["configs"][config]["schema"]:
        raise damaged(folder, name, "its columns are not those of the manifest")
    return folder / name


def _rows(names: list[str], place: Place, manifest: Manifest, config: str) -> Iterator[dict[str, Any]]:
    for name in names:
        with pq.ParquetFile(checked_file(place, manifest, config, name)) as opened:
            for batch in opened.iter_batches(batch_size=BATCH_ROWS):
                yield from batch.to_pylist()
