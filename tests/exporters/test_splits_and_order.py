from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.changes import compare_versions
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.exporters.configs.preference import PREFERENCE
from rlhf_collect.exporters.configs.ratings import RATINGS
from rlhf_collect.exporters.inputs import Previous, SealedVersion
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.parquet import write_split
from rlhf_collect.exporters.prompts import prompt_key, split_of
from rlhf_collect.exporters.rows import files_logical_sha256
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.ids import keyed_hash
from tests.exporters.example import KEY, Collection, many, read_rows, small

SKY = [{"role": "user", "content": "Why is the sky blue?"}]


def test_the_split_key_is_the_worked_vector() -> None:
    key = prompt_key(SKY)
    assert key.startswith("f68d271f") and key.endswith("21b")
    assert int(key[:8], 16) / 2**32 == pytest.approx(0.96309, abs=1e-5)
    assert split_of(key, test_share=0.1) == "train"
    assert split_of(key, test_share=0.97) == "test"


def test_the_same_text_written_otherwise_has_the_same_split_key() -> None:
    plain = prompt_key([{"role": "user", "content": "Café\nnoir"}])
    assert prompt_key([{"role": "user", "content": " Cafe\u0301\r\nnoir\n"}]) == plain
    assert prompt_key([{"role": "user", "content": "Café\nnoir"}], salt="x") != plain
    assert prompt_key([{"role": "system", "content": "Café\nnoir"}]) != plain


def test_the_logical_hash_is_the_worked_vector(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {
            "pair_id": "p1",
            "prompt": [{"role": "user", "content": "q"}],
            "score_chosen": 1.0,
            "strength": -0.10000000149011612,
            "agreement": 0.10000000149011612,
            "tags": [],
        },
        {
            "pair_id": "p2",
            "prompt": [{"role": "user", "content": "é\n"}],
            "score_chosen": 0.6666666666666666,
            "strength": 1.5,
            "agreement": None,
            "tags": ["a"],
        },
    ]
    expected = "6f36e9925220b9c6d13f804e67f305f286daf973c19408b0026886da280b60c2"
    wanted = ("pair_id", "prompt", "score_chosen", "strength", "agreement", "tags")
    schema = pa.schema([PREFERENCE.schema.field(name) for name in wanted])
    pq.write_table(pa.Table.from_pylist(rows[::-1], schema), tmp_path / "rows.parquet")
    assert files_logical_sha256([tmp_path / "rows.parquet"], "pair_id") == expected


def test_a_prompt_is_on_the_same_side_in_every_config(example_version: Path) -> None:
    sides: dict[str, set[str]] = {}
    for config in (each.name for each in CONFIGS):
        for split in ("train", "test"):
            for row in read_rows(example_version, config, split):
                sides.setdefault(row["comparison_id"], set()).add(split)
    assert set(map(len, sides.values())) == {1}
    for row in read_rows(example_version, "comparisons", "test"):
        assert split_of(prompt_key(row["prompt"]), test_share=0.1) == "test"


def test_a_share_of_one_or_none_leaves_one_split(tmp_path: Path) -> None:
    all_test = build_version(many(3).inputs(rules=Rules(test_share=1.0)), tmp_path / "test")
    assert {tuple(splits) for splits in all_test.rows.values()} == {("test",)}
    none = build_version(many(3).inputs(rules=Rules(test_share=0.0)), tmp_path / "train")
    assert {tuple(splits) for splits in none.rows.values()} == {("train",)}


def next_version(
    found: Collection, before: SealedVersion, version: str, folder: Path, kept: pa.Table
) -> SealedVersion:
    previous = Previous(version=before.version, manifest_sha256=before.manifest_sha256, folder=before.folder)
    return build_version(found.inputs(version=version, previous=previous, version_rows=kept), folder)


def ids(folder: Path, config: str, key: str) -> list[str]:
    return [row[key] for row in read_rows(folder, config, "train")]


def test_rows_stand_in_a_keyed_order_and_never_move(example: SealedVersion, tmp_path: Path) -> None:
    order = ids(example.folder, "comparisons", "comparison_id")
    assert order == sorted(order, key=lambda each: keyed_hash(KEY, each).hex())
    found = many(60)
    second = next_version(found, example, "1.10.0", tmp_path / "1.10.0", example.new_rows)
    longer = ids(second.folder, "comparisons", "comparison_id")
    assert longer[: len(order)] == order
    assert longer[len(order) :] == sorted(longer[len(order) :], key=lambda e: keyed_hash(KEY, e).hex())


def test_a_row_that_leaves_and_returns_takes_its_old_place(example: SealedVersion, tmp_path: Path) -> None:
    found = many()
    gone = found.judgements.pop(10)
    second = next_version(found, example, "1.1.0", tmp_path / "1.1.0", example.new_rows)
    found.judgements.append(gone)
    kept = pa.concat_tables([example.new_rows, second.new_rows])
    third = next_version(found, second, "1.2.0", tmp_path / "1.2.0", kept)
    sizes = [len(read_rows(each.folder, "ratings")) for each in (example, second, third)]
    assert sizes == [123, 122, 123]
    assert read_rows(third.folder, "ratings") == read_rows(example.folder, "ratings")
    assert third.new_rows.num_rows == 0


def test_changes_are_counted_row_by_row(example: SealedVersion, tmp_path: Path) -> None:
    found = many()
    assert read_manifest(example.folder)["counts"]["added"] == 214
    found.judgements[0] |= {"strength": 3, "rationale": None}
    found.compare("new", prompt="Why is the sky blue?")
    found.judge("new", "rater-1", "a", 1)
    found.judgements.pop(-2)
    second = next_version(found, example, "1.1.0", tmp_path / "1.1.0", example.new_rows)
    counts = read_manifest(second.folder)["counts"]
    assert (
        counts["added"] == 6
    )  # a judgement, a comparison, a pair, once more with its margin, and its two completions
    both = [(each, read_manifest(each)) for each in (example.folder, second.folder)]
    changes = compare_versions(*both)
    ratings = changes["ratings"]["train"]
    assert (ratings["added"], ratings["changed"], ratings["withdrawn"]) == (1, 1, 1)
    assert ratings["columns"] == {"strength": 1, "rationale": 1}
    assert counts["withdrawn"] == sum(
        each["withdrawn"] for config in changes.values() for each in config.values()
    )
    card = (second.folder / "README.md").read_text()
    assert "## Changes since 1.0.0" in card


def test_changes_are_unknown_without_the_previous_folder(tmp_path: Path) -> None:
    previous = Previous(version="1.0.0", manifest_sha256="0" * 64)
    build_version(small("1.1.0", previous=previous), tmp_path / "v")
    assert read_manifest(tmp_path / "v")["counts"]["added"] is None
    assert "was not at hand" in (tmp_path / "v" / "README.md").read_text()


def test_a_split_too_large_for_one_file_goes_on_in_the_next(example_version: Path, tmp_path: Path) -> None:
    rows = read_rows(example_version, "ratings", "train")
    table = pa.Table.from_pylist(rows, RATINGS.schema)

    def sharded(folder: Path, batch: int) -> dict[str, str]:
        written = write_split(
            table.to_batches(max_chunksize=batch),
            RATINGS,
            "train",
            folder,
            compression="zstd",
            shard_bytes=4000,
        )
        assert written is not None and sum(written.rows) == len(rows)
        paths = [folder / name for name in written.files]
        expected = read_manifest(example_version)["configs"]["ratings"]["splits"]["train"]["logical_sha256"]
        assert files_logical_sha256(paths, "judgement_id") == expected
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}

    for name in ("whole", "again"):
        (tmp_path / name).mkdir()
    files = sharded(tmp_path / "whole", 1000)
    assert list(files) == [f"train-{i:05}-of-{len(files):05}.parquet" for i in range(len(files))]
    assert len(files) > 2
    assert sharded(tmp_path / "again", 1000) == files
