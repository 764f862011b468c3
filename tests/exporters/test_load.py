from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

from rlhf_collect.errors import BadCall, DamagedVersion, NotFound
from rlhf_collect.exporters.load import load_version
from rlhf_collect.exporters.verify import verify_folder
from tests.exporters.example import read_rows

CONFIGS = ("preference", "ratings", "comparisons")


@pytest.fixture
def version(example_version: Path, tmp_path: Path) -> Path:
    return shutil.copytree(example_version, tmp_path / "versions" / "1.0.0")


def test_load_dataset_reads_the_folder_by_its_card(version: Path, tmp_path: Path) -> None:
    for config in CONFIGS:
        loaded = load_dataset(str(version), config, cache_dir=str(tmp_path / "cache"))
        for split in ("train", "test"):
            assert loaded[split].to_list() == read_rows(version, config, split)
    default = load_dataset(str(version), split="train", cache_dir=str(tmp_path / "cache"))
    assert "chosen" in default.column_names


def test_load_version_gives_the_rows_of_a_folder(version: Path, tmp_path: Path) -> None:
    seal = verify_folder(version).manifest_sha256
    for source in (version, str(version), version.parent):
        train = load_version(
            source, "1.0.0", split="train", manifest_sha256=seal, cache_dir=tmp_path / "cache"
        )
        assert train.to_list() == read_rows(version, "preference", "train")
    both = load_version(version, "v1.0.0", "ratings", cache_dir=tmp_path / "cache")
    assert list(both) == ["train", "test"]
    assert both["test"].to_list() == read_rows(version, "ratings", "test")


def test_load_version_returns_nothing_of_a_damaged_version(version: Path, tmp_path: Path) -> None:
    path = version / "preference" / "test-00000-of-00001.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    with pytest.raises(DamagedVersion, match="preference/test"):
        load_version(version, "1.0.0", split="train", cache_dir=tmp_path / "cache")
    path.write_bytes(whole)
    with pytest.raises(DamagedVersion, match=r"manifest\.json"):
        load_version(version, "1.0.0", manifest_sha256="0" * 64, cache_dir=tmp_path / "cache")
    (version / "preference" / "train-00001-of-00002.parquet").write_bytes(whole)
    with pytest.raises(DamagedVersion, match="train-00001"):
        load_version(version, "1.0.0", cache_dir=tmp_path / "cache")


def test_load_version_says_what_there_is_instead(version: Path) -> None:
    with pytest.raises(DamagedVersion, match=r"holds version 1\.0\.0, not 1\.1\.0"):
        load_version(version, "1.1.0")
    with pytest.raises(
        NotFound, match="no config 'rewards', but comparisons, preference, rankings, ratings, reward"
    ):
        load_version(version, "1.0.0", "rewards")
    with pytest.raises(NotFound, match="no split 'validation', but train, test"):
        load_version(version, "1.0.0", split="validation")
    with pytest.raises(BadCall, match="neither a version"):
        load_version(version, "main")
    with pytest.raises(NotFound, match="neither a folder nor"):
        load_version("/no/such/folder", "1.0.0")


def test_streaming_gives_the_same_rows_in_the_same_order_and_copies_nothing(
    version: Path, tmp_path: Path
) -> None:
    for config in CONFIGS:
        streamed = load_version(version, "1.0.0", config, streaming=True, cache_dir=tmp_path / "cache")
        for split in ("train", "test"):
            assert list(streamed[split]) == read_rows(version, config, split)
    first = load_version(version, "1.0.0", streaming=True, split="train").shuffle(seed=1).take(2)
    assert len(list(first)) == 2
    assert not (tmp_path / "cache").exists()


def test_streaming_compares_a_file_before_its_first_row(version: Path) -> None:
    path = version / "preference" / "test-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert len(list(load_version(version, "1.0.0", split="train", streaming=True))) > 0, "another file"
    with pytest.raises(DamagedVersion, match="preference/test"):
        load_version(version, "1.0.0", split="test", streaming=True)
    with pytest.raises(DamagedVersion, match=r"manifest\.json"):
        load_version(version, "1.0.0", streaming=True, manifest_sha256="0" * 64)


def test_rows_kept_from_an_earlier_load_are_given_out_only_while_they_are_what_was_read(
    version: Path, tmp_path: Path
) -> None:
    def ask() -> list[dict[str, Any]]:
        loaded = load_version(version, "1.0.0", "ratings", split="train", cache_dir=tmp_path)
        return list(loaded)

    right = ask()
    (kept,) = tmp_path.rglob("*-train.arrow")
    made = kept.stat().st_ino, kept.stat().st_mtime_ns
    assert ask() == right
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == made, "what was checked is not made again"
    content = kept.read_bytes()
    word = right[0]["comparison_id"].encode()
    assert word in content
    kept.write_bytes(content.replace(word, b"?" * len(word)))
    assert ask() == right
    (note,) = tmp_path.rglob("rlhf_collect.json")
    note.unlink()
    kept.write_bytes(content.replace(word, b"?" * len(word)))
    assert ask() == right, "what nobody noted is made anew"


@pytest.mark.parametrize("name", [None, 1, "newest"])
def test_a_version_has_to_be_named(version: Path, name: object) -> None:
    with pytest.raises(BadCall, match="is neither a version such as"):
        load_version("org/name", name)  # type: ignore[call-overload]
