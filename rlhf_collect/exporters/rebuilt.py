"""A version built again, beside the one that was sealed: the same to the byte, or where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rlhf_collect.exporters.manifest import Manifest
from rlhf_collect.exporters.prompts import SPLITS

_RECIPE = (
    "rules",
    "config_sha256",
    "previous",
    "snapshot",
    "sources",
    "privacy",
    "counts",
    "agreement",
    "effects",
)


def compare_rows(sealed: Manifest, built: Manifest) -> dict[str, dict[str, str]]:
    """``{config: {split: verdict}}``: ``identical``, ``same rows, other bytes`` or ``other rows``."""
    return {
        config: {
            split: _verdict(_split(sealed, config, split), _split(built, config, split))
            for split in SPLITS
            if _split(sealed, config, split) or _split(built, config, split)
        }
        for config in sorted(sealed["configs"].keys() | built["configs"].keys())
    }


def _split(manifest: Manifest, config: str, split: str) -> dict[str, Any] | None:
    """The logical hash and the files of one split, with the files' own hashes."""
    entry = manifest["configs"].get(config, {"splits": {}})["splits"].get(split)
    return entry and {
        "logical": entry["logical_sha256"],
        "files": [manifest["files"][name] for name in entry["files"]],
    }


def _verdict(then: dict[str, Any] | None, now: dict[str, Any] | None) -> str:
    if then is None or now is None or then["logical"] != now["logical"]:
        return "other rows"
    return "identical" if then["files"] == now["files"] else "same rows, other bytes"


def manifest_differences(sealed: Manifest, built: Manifest) -> list[str]:
    """What the two manifests say differently, one plain sentence part each: programs, recipe, other files."""
    return [*_programs(sealed["builder"], built["builder"]), *_recipe(sealed, built), *_files(sealed, built)]


def _programs(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            what = "how files are written" if name == "writer" else name
            yield f"{what}: {_shown(then.get(name))} then, {_shown(now.get(name))} now"


def _recipe(sealed: Manifest, built: Manifest) -> Iterator[str]:
    for part in _RECIPE:
        then, now = sealed.get(part), built.get(part)
        if isinstance(then, dict) and isinstance(now, dict):
            names = [name for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name)]
            if names:
                yield f"manifest.json, {part}: {', '.join(names)}"
        elif then != now:
            yield f"manifest.json, {part}"


def _files(sealed: Manifest, built: Manifest) -> Iterator[str]:
    """Files beside the rows: rows are told by config and split."""
    then, now = sealed["files"], built["files"]
    for name in sorted(then.keys() | now.keys()):
        if not name.endswith(".parquet") and then.get(name) != now.get(name):
            missing = (
                " was not there then" if name not in then else " is not there now" if name not in now else ""
            )
            yield f"{name}{missing or ' has other bytes'}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in sorted(value.items()))
    return "none" if value is None else str(value)
