"""Two versions beside each other: their rows by key, and the figures of both manifests, then and now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rlhf_collect.exporters.changes import compare_versions, totals
from rlhf_collect.exporters.engine import Engine
from rlhf_collect.exporters.inputs import Previous
from rlhf_collect.exporters.manifest import NAME, Manifest, file_sha256, read_manifest, row_counts
from rlhf_collect.exporters.verify import check_file

FIGURES = ("percent_agreement", "percent_agreement_no_ties", "krippendorff_alpha", "position_bias")
"""What a manifest keeps of the agreement report."""
MIXES = ("models", "tags")


def difference(old: Path, new: Path) -> dict[str, Any]:
    """What changed from the version in ``old`` to the one in ``new``.

    ``{"project", "old", "new", "totals", "rows": {config: {split: {"before", "now", "added", "changed",
    "withdrawn", "columns", "examples"}}}, "new_columns", "lost_columns", "agreement", "outcomes", "models",
    "tags"}``; the last four are ``{name: {"then", "now"}}``, ``None`` where a version does not have it. Errors:
    ``NotFound``, ``DamagedVersion`` if a Parquet file is not the one its manifest lists.
    """
    manifests = read_manifest(old), read_manifest(new)
    check_rows(old, manifests[0])
    check_rows(new, manifests[1])
    changes = compare_versions((old, manifests[0]), (new, manifests[1]))
    before, now = (row_counts(each) for each in manifests)
    rows = {
        config: {
            split: {
                "before": before.get(config, {}).get(split, 0),
                "now": now.get(config, {}).get(split, 0),
                **found,
            }
            for split, found in splits.items()
        }
        for config, splits in changes.items()
    }
    return {
        "project": manifests[1]["project"],
        "old": _named(old, manifests[0]),
        "new": _named(new, manifests[1]),
        "totals": totals(changes),
        "rows": rows,
        "new_columns": _columns_beyond(manifests[1], manifests[0]),
        "lost_columns": _columns_beyond(manifests[0], manifests[1]),
        **then_and_now(*manifests),
    }


def check_rows(folder: Path, manifest: Manifest, *besides: str) -> None:
    """That every Parquet file, and what lies in the folders ``besides``, is as the manifest lists it.

    Damage must not be told as a change. Error: ``DamagedVersion`` naming the file.
    """
    for name, entry in manifest["files"].items():
        if name.endswith(".parquet") or name.partition("/")[0] in besides:
            check_file(folder, name, entry)


def then_and_now(old: Manifest, new: Manifest) -> dict[str, dict[str, Any]]:
    """The figures of two manifests by name: agreement, outcomes, models and tags, each ``{"then", "now"}``."""
    return {
        "agreement": {
            criterion: {
                figure: {"then": _of(side["then"], figure), "now": _of(side["now"], figure)}
                for figure in FIGURES
            }
            for criterion, side in _beside(old.get("agreement"), new.get("agreement")).items()
        },
        "outcomes": _beside(old["counts"].get("outcomes"), new["counts"].get("outcomes")),
        **{kind: _beside(old["counts"].get(kind), new["counts"].get(kind)) for kind in MIXES},
    }


def count_changes(
    previous: Previous | None,
    before: Manifest | None,
    manifest: Manifest,
    folder: Path,
    engine: Engine | None = None,
) -> dict[str, Any]:
    """Rows added, changed and withdrawn since the version before, together and per config (``changes``).

    All null if the version before is not at hand. The manifest needs no more than its ``configs`` yet.
    """
    if previous is None:
        rows = sum(sum(splits.values()) for splits in row_counts(manifest).values())
        return {"added": rows, "changed": 0, "withdrawn": 0, "changes": None}
    if before is None or previous.folder is None:
        return {"added": None, "changed": None, "withdrawn": None, "changes": None}
    found = compare_versions((previous.folder, before), (folder, manifest), engine)
    return {**totals(found), "changes": {config: totals({config: each}) for config, each in found.items()}}


def _beside(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Each name of either side with what both say; nothing where both are silent."""
    old, new = old or {}, new or {}
    names = sorted(old.keys() | new.keys())
    return {name: {"then": old.get(name), "now": new.get(name)} for name in names}


def _of(figures: Mapping[str, Any] | None, name: str) -> Any:
    return None if figures is None else figures.get(name)


def _named(folder: Path, manifest: Manifest) -> dict[str, Any]:
    return {
        "version": manifest["version"],
        "manifest_sha256": file_sha256(folder / NAME),
        "frozen_on": manifest["frozen_on"],
    }


def _columns_beyond(these: Manifest, those: Manifest) -> dict[str, list[str]]:
    """Columns per config that only ``these`` have; a config the others lack is no change of columns."""
    found = {}
    for config in sorted(these["configs"].keys() & those["configs"].keys()):
        had = {each["name"] for each in those["configs"][config]["schema"]}
        beyond = [each["name"] for each in these["configs"][config]["schema"] if each["name"] not in had]
        if beyond:
            found[config] = beyond
    return found
