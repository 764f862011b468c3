"""Rows in the cache of ``datasets``, given out only while they are what was made of files that were checked.

``datasets`` reads Parquet once and then answers from the Arrow files it made, which nobody compares with anything.
What was made here is noted beside them: the hashes of the Parquet files and of the Arrow files. Where one of them is
another now, or nothing is noted, they are made anew.
"""

# ruff: noqa: PLC0415 - loading one config must not import what another way needs

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from rlhf_collect.exporters.alone import alone_with
from rlhf_collect.exporters.hub.client import quiet_data
from rlhf_collect.exporters.manifest import file_sha256

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

NOTE = "rlhf_collect.json"
"""Lies beside the Arrow files."""
Paths = Mapping[str, list[Path]]


def prepared_rows(
    paths: Paths, hashes: Mapping[Path, str], split: str | None, cache_dir: Path | None
) -> Dataset | DatasetDict:
    """The rows of Parquet files by split, ``hashes`` being their SHA-256 as just compared; one ``split`` or all."""
    from datasets import DownloadMode, Features, load_dataset_builder

    first = next(iter(paths.values()))[0]
    made_of = sorted(hashes[path] for each in paths.values() for path in each)
    with quiet_data():
        builder = load_dataset_builder(
            "parquet",
            data_files={name: [str(path) for path in each] for name, each in paths.items()},
            features=Features.from_arrow_schema(pq.read_schema(first)),
            cache_dir=None if cache_dir is None else str(cache_dir / "datasets"),
        )
        place = Path(builder.cache_dir)
        with alone_with(place.with_name(f"{place.name}.checked")):
            if not _is_as_noted(place, made_of):
                # Whatever lies there, if anything: made by nobody knows whom, or not what it was.
                builder.download_and_prepare(download_mode=DownloadMode.FORCE_REDOWNLOAD)
                _write_note(place, made_of)
            return builder.as_dataset(split=split)


def _is_as_noted(place: Path, made_of: list[str]) -> bool:
    try:
        noted = json.loads((place / NOTE).read_bytes())
    except (OSError, ValueError):
        return False
    return bool(noted == {"made_of": made_of, "files": _files(place)})


def _write_note(place: Path, made_of: list[str]) -> None:
    partial = place / f"{NOTE}.{secrets.token_hex(4)}"
    partial.write_text(json.dumps({"made_of": made_of, "files": _files(place)}), encoding="utf-8")
    partial.replace(place / NOTE)


def _files(place: Path) -> dict[str, str]:
    return {each.name: file_sha256(each) for each in sorted(place.glob("*.arrow"))}
