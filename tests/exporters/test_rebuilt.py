"""What two manifests of one version say differently: programs, recipe, files, and rows by config and split."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.inputs import Rules
from rlhf_collect.exporters.manifest import Manifest, read_manifest
from rlhf_collect.exporters.rebuilt import compare_rows, manifest_differences
from tests.exporters.example import many


@pytest.fixture
def manifest(example_version: Path) -> Manifest:
    return read_manifest(example_version)


def test_a_version_beside_itself_differs_in_nothing(manifest: Manifest) -> None:
    assert manifest_differences(manifest, manifest) == []
    assert {
        verdict for splits in compare_rows(manifest, manifest).values() for verdict in splits.values()
    } == {"identical"}


def test_another_program_is_named_with_both_its_versions(manifest: Manifest) -> None:
    other = copy.deepcopy(manifest)
    other["builder"]["pyarrow"] = "99.0.0"
    other["builder"]["writer"]["row_group_size"] = 1
    writer, pyarrow = sorted(manifest_differences(manifest, other))
    assert pyarrow == f"pyarrow: {manifest['builder']['pyarrow']} then, 99.0.0 now"
    assert writer.startswith("how files are written: cdc True, ")


def test_the_same_rows_under_another_compression_are_told_from_other_rows(
    manifest: Manifest, tmp_path: Path
) -> None:
    other = read_manifest(
        build_version(many().inputs(rules=Rules(compression="snappy")), tmp_path / "v").folder
    )
    rows = compare_rows(manifest, other)
    assert set(rows["ratings"].values()) == {"same rows, other bytes"}
    fewer = read_manifest(build_version(many(comparisons=20).inputs(), tmp_path / "w").folder)
    assert compare_rows(manifest, fewer)["ratings"]["train"] == "other rows"


def test_rules_and_files_beside_the_rows_are_named(manifest: Manifest) -> None:
    other = copy.deepcopy(manifest)
    other["rules"]["decision"] = "majority"
    other["config_sha256"] = "d" * 64
    other["files"]["README.md"]["sha256"] = "d" * 64
    del other["files"]["croissant.json"]
    assert manifest_differences(manifest, other) == [
        "manifest.json, rules: decision",
        "manifest.json, config_sha256",
        "README.md has other bytes",
        "croissant.json is not there now",
    ]
