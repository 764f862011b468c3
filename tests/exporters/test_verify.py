from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect import load_version
from rlhf_collect.errors import AlreadyExists, BadCall, DamagedVersion, NotFound
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.manifest import FORMAT, manifest_text, read_manifest
from rlhf_collect.exporters.publish_folder import publish_to_folder
from rlhf_collect.exporters.verify import verify_folder
from tests.exporters.example import small


@pytest.fixture
def version(example_version: Path, tmp_path: Path) -> Path:
    return shutil.copytree(example_version, tmp_path / "v")


def test_a_whole_version_verifies(version: Path) -> None:
    report = verify_folder(version)
    assert (report.project, report.version, report.files) == ("example", "1.0.0", 18)
    assert sum(report.rows["ratings"].values()) == 123
    assert (
        report.bytes
        == sum(path.stat().st_size for path in version.rglob("*") if path.is_file())
        - (version / "manifest.json").stat().st_size
    )


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "manifest.json",
        "preference/train-00000-of-00001.parquet",
        "ratings/test-00000-of-00001.parquet",
        "comparisons/train-00000-of-00001.parquet",
    ],
)
def test_a_flipped_byte_is_found_anywhere_in_each_kind_of_file(version: Path, name: str) -> None:
    path = version / name
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 15)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(DamagedVersion, match=name.split("/", maxsplit=1)[0]):
            verify_folder(version)
    path.write_bytes(whole)
    verify_folder(version)


def test_a_missing_an_extra_and_a_shortened_file_are_named(version: Path) -> None:
    (version / ".gitattributes").write_text("*.parquet filter=lfs\n")
    (version / "WITHDRAWN.md").write_text("Nothing.\n")
    verify_folder(version)
    extra = version / "ratings" / "train-00001-of-00002.parquet"
    extra.write_bytes(b"")
    with pytest.raises(DamagedVersion, match=r"train-00001-of-00002.*not listed"):
        verify_folder(version)
    extra.unlink()
    path = version / "ratings" / "test-00000-of-00001.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(DamagedVersion, match=r"ratings/test.*bytes"):
        verify_folder(version)
    path.unlink()
    with pytest.raises(DamagedVersion, match=r"ratings/test.*missing"):
        verify_folder(version)


def test_another_manifest_than_the_pinned_one_is_refused(version: Path) -> None:
    seal = verify_folder(version).manifest_sha256
    assert verify_folder(version, manifest_sha256=seal)
    with pytest.raises(DamagedVersion, match=r"not what you pinned: its manifest\.json has"):
        verify_folder(version, manifest_sha256="0" * 64)


def test_a_pin_may_be_in_capitals_and_what_is_no_hash_is_said_to_be_none(version: Path) -> None:
    seal = verify_folder(version).manifest_sha256
    assert load_version(version, "1.0.0", "ratings", split="train", manifest_sha256=seal.upper())
    with pytest.raises(BadCall, match="a SHA-256 has 64 hexadecimal digits"):
        load_version(version, "1.0.0", "ratings", manifest_sha256="9f2c...")
    with pytest.raises(BadCall, match="has 64 hexadecimal digits"):
        load_version(version, "1.0.0", "ratings", manifest_sha256=7)  # type: ignore[call-overload]


def test_what_the_clients_of_the_hub_note_in_a_folder_is_no_part_of_it(version: Path) -> None:
    notes = version / ".cache" / "huggingface" / "download" / "ratings" / "train.metadata"
    notes.parent.mkdir(parents=True)
    notes.write_text("commit")
    assert verify_folder(version)
    (version / ".cache" / "other").write_text("")
    with pytest.raises(DamagedVersion, match=r"\.cache/other.*not listed"):
        verify_folder(version)


def test_a_manifest_that_lies_about_rows_is_found_although_its_own_hash_fits(version: Path) -> None:
    manifest = read_manifest(version)
    manifest["configs"]["ratings"]["splits"]["train"]["logical_sha256"] = "0" * 64
    (version / "manifest.json").write_text(manifest_text(manifest))
    with pytest.raises(DamagedVersion, match="logical hash of ratings/train"):
        verify_folder(version)


def test_a_folder_without_a_version_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no manifest\.json"):
        verify_folder(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"format": "other"}))
    with pytest.raises(DamagedVersion, match="rlhf_collect/manifest/1"):
        verify_folder(tmp_path)


def test_publishing_to_a_folder_copies_every_byte_and_can_be_repeated(version: Path, tmp_path: Path) -> None:
    target = tmp_path / "public" / "example"
    report = publish_to_folder(version, target)
    assert report == publish_to_folder(version, target) == verify_folder(version)
    assert {path.name for path in target.parent.iterdir()} == {"example"}


def test_publishing_never_writes_over_another_version(version: Path, tmp_path: Path) -> None:
    other = build_version(small("2.0.0"), tmp_path / "other").folder
    publish_to_folder(version, tmp_path / "target")
    with pytest.raises(AlreadyExists, match="another version"):
        publish_to_folder(other, tmp_path / "target")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("keep")
    with pytest.raises(AlreadyExists):
        publish_to_folder(other, tmp_path / "notes")
    assert verify_folder(tmp_path / "target").version == "1.0.0"


def test_a_damaged_version_is_not_published(version: Path, tmp_path: Path) -> None:
    (version / "README.md").write_text("changed")
    with pytest.raises(DamagedVersion, match="README"):
        publish_to_folder(version, tmp_path / "target")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize(
    ("files", "used", "words"),
    [
        ({"../x": {}}, "../x", "lies outside"),
        ({"/etc/passwd": {}}, "/etc/passwd", "lies outside"),
        ({}, "/etc/passwd", "does not list among its files"),
        (None, "a", "is missing"),
    ],
)
def test_a_manifest_that_somebody_made_up_is_refused_before_any_file_is_looked_at(
    tmp_path: Path, files: dict[str, Any] | None, used: str, words: str
) -> None:
    made_up: dict[str, Any] = {
        "format": FORMAT,
        "version": "1.0.0",
        "configs": {"ratings": {"splits": {"train": {"files": [used]}}}},
    }
    text = manifest_text(made_up if files is None else {**made_up, "files": files})
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DamagedVersion, match=words):
        read_manifest(tmp_path)
