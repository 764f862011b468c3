from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rlhf_collect.errors import AlreadyExists, BadCall, Conflict, DamagedVersion, NotFound
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.columns import type_name
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.exporters.folders import remove_leftovers
from rlhf_collect.exporters.inputs import Previous, SealedVersion
from rlhf_collect.exporters.manifest import file_sha256, read_manifest, row_counts
from rlhf_collect.exporters.rules import Rules
from tests.exporters.example import Collection, many, read_rows, rows_of_each, small

ROOT = Path(__file__).resolve().parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def built_in_a_process(folder: Path, *flags: str, hash_seed: str) -> dict[str, bytes]:
    subprocess.run(
        [sys.executable, "-m", "tests.exporters.example", str(folder), *flags],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return contents(folder)


def test_the_same_rows_give_the_same_bytes_in_any_process_and_any_order(
    example_version: Path, tmp_path: Path
) -> None:
    first = contents(example_version)
    assert first == built_in_a_process(tmp_path / "second", "--backwards", hash_seed="2")
    assert len(first) == 19


def test_a_sealed_version_says_its_rows_and_its_seal(example: SealedVersion) -> None:
    assert example.rows["ratings"] == {
        split: len(read_rows(example.folder, "ratings", split)) for split in ("train", "test")
    }
    assert sum(example.rows["ratings"].values()) == 123
    assert example.new_rows.num_rows == sum(sum(splits.values()) for splits in example.rows.values())
    assert set(example.new_rows["first_version"].to_pylist()) == {"1.0.0"}
    manifest = read_manifest(example.folder)
    assert manifest["counts"]["decided"] == {"plurality": 12, "majority": 12, "unanimous": 1}
    assert manifest["counts"]["outcomes"] == {
        "overall": {"judgements": 113, "better": 82, "ties": 15, "both_bad": 16}
    }
    assert manifest["frozen_on"] == "2026-11-22"
    assert manifest["privacy"]["left_out"]["gold"] == 9


def test_the_rows_that_go_into_the_files_are_those_that_are_read_back(example_version: Path) -> None:
    configs = [config.name for config in CONFIGS]
    written = {config: read_rows(example_version, config) for config in configs}
    assert rows_of_each(many().inputs(), *configs) == written


def test_an_existing_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "v").mkdir()
    (tmp_path / "v" / "manifest.json").write_text("{}")
    before = contents(tmp_path / "v")
    with pytest.raises(AlreadyExists, match="Nothing was changed"):
        build_version(small(), tmp_path / "v")
    assert contents(tmp_path / "v") == before
    assert [each.name for each in tmp_path.iterdir()] == ["v"]


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(step: str) -> None:
        if "ratings" in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_version(small(), tmp_path / "v", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_a_crash_are_removed_and_versions_are_kept(tmp_path: Path) -> None:
    (tmp_path / "v").mkdir()
    (tmp_path / ".v.partial-0123abcd" / "ratings").mkdir(parents=True)
    assert remove_leftovers(tmp_path) == [".v.partial-0123abcd"]
    assert [each.name for each in tmp_path.iterdir()] == ["v"]
    assert remove_leftovers(tmp_path / "missing") == []


def test_every_file_has_exactly_the_schema_of_the_contract(example_version: Path) -> None:
    messages = "list<struct<role: string, content: string>>"
    found = {
        config: {
            each.name: type_name(each.type)
            for each in pq.read_schema(next((example_version / config).glob("train-*")))
        }
        for config in ("preference", "ratings", "comparisons", "unpaired", "reward", "rankings")
    }
    assert found["preference"] == {
        "pair_id": "string",
        "comparison_id": "string",
        "prompt": messages,
        "chosen": messages,
        "rejected": messages,
        "chosen_model": "string",
        "rejected_model": "string",
        "score_chosen": "float64",
        "score_rejected": "float64",
        "strength": "float32",
        "n_raters": "int32",
        "n_ties": "int32",
        "n_both_bad": "int32",
        "n_strength": "int32",
        "agreement": "float32",
        "criterion": "string",
        "language": "string",
        "source": "string",
        "tags": "list<string>",
        "adjudicated": "bool",
    }
    assert found["reward"] == {**found["preference"], "margin": "float32"}
    assert found["unpaired"] == {
        "unpaired_id": "string",
        "comparison_id": "string",
        "prompt": messages,
        "completion": messages,
        "label": "bool",
        "model": "string",
        "score": "float64",
        "n_raters": "int32",
        "criterion": "string",
        "language": "string",
        "source": "string",
        "tags": "list<string>",
    }
    assert found["rankings"] == {
        "ranking_id": "string",
        "comparison_id": "string",
        "criterion": "string",
        "prompt": messages,
        "completions": f"list<struct<id: string, model: string, content: {messages}>>",
        "scores": "list<float64>",
        "ranking": "list<list<string>>",
        "n_raters": "int32",
        "tau_b": "float32",
    }
    assert found["ratings"] == {
        "judgement_id": "string",
        "comparison_id": "string",
        "rater": "string",
        "criterion": "string",
        "choice": "string",
        "strength": "int8",
        "ranking": "list<list<string>>",
        "presentation": "list<string>",
        "rationale": "string",
        "submitted_on": "date32",
        "is_gold": "bool",
        "guideline_version": "string",
        "interface_version": "string",
        "repeat_no": "int16",
        "degree": "int8",
        "points": "list<struct<id: string, points: int16>>",
        "reasons": "list<struct<id: string, reason: string>>",
        "flags": "list<struct<target: string, flag: string>>",
        "order_asked": "bool",
        "role": "string",
        "excluded": "bool",
    }
    assert found["comparisons"] == {
        "comparison_id": "string",
        "prompt": messages,
        "completions": f"list<struct<id: string, model: string, content: {messages}>>",
        "language": "string",
        "tags": "list<string>",
        "metadata": "string",
    }


def test_parquet_files_carry_no_metadata_of_other_libraries(example_version: Path) -> None:
    for path in example_version.rglob("*.parquet"):
        metadata = pq.ParquetFile(path).metadata
        assert set(metadata.metadata) <= {b"ARROW:schema"}
        assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_split_or_config_without_rows_is_left_out(least: Path) -> None:
    rows = row_counts(read_manifest(least))
    assert set(rows) == {"ratings", "comparisons"}
    assert all(len(splits) == 1 for splits in rows.values())
    assert not (least / "preference").exists()
    card = (least / "README.md").read_text()
    assert "config_name: preference" not in card


def test_nothing_judged_is_nothing_to_freeze(tmp_path: Path) -> None:
    found = Collection()
    found.compare("only")
    found.judge("only", "ada", "skip")
    with pytest.raises(NotFound, match="no judgement"):
        build_version(found.inputs(), tmp_path / "v")


def test_rules_and_names_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    for version in ("1.2", "v1.2.0", "1.2.0-rc1", "01.2.0"):
        with pytest.raises(BadCall, match=r"MAJOR\.MINOR\.PATCH"):
            build_version(small(version), tmp_path / "v")
    with pytest.raises(BadCall, match="plurality, majority, unanimous"):
        build_version(small(rules=Rules(decision="loudest")), tmp_path / "v")
    with pytest.raises(BadCall, match="test_share"):
        build_version(small(rules=Rules(test_share=1.5)), tmp_path / "v")


def test_a_version_name_that_does_not_rise_is_refused(tmp_path: Path) -> None:
    previous = Previous(version="1.10.0", manifest_sha256="0" * 64)
    with pytest.raises(AlreadyExists, match="rise"):
        build_version(small("1.9.0", previous=previous), tmp_path / "v")


def test_tables_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    found = many(5)
    found.judgements[0]["choice"] = "c004-z"
    found.judgements[1]["comparison_id"] = "nowhere"
    with pytest.raises(
        BadCall, match="1 judgements of a comparison that is not there; 2 judgements that choose"
    ):
        build_version(found.inputs(), tmp_path / "v")


def test_a_changed_split_rule_is_refused_with_the_reason(least: Path, tmp_path: Path) -> None:
    sealed = file_sha256(least / "manifest.json")
    previous = Previous(version="1.0.0", manifest_sha256=sealed, folder=least)
    with pytest.raises(Conflict, match="would become training data"):
        build_version(small("1.1.0", previous=previous, rules=Rules(test_share=0.2)), tmp_path / "1.1.0")
    with pytest.raises(DamagedVersion):
        build_version(
            small("1.1.0", previous=replace(previous, manifest_sha256="0" * 64)), tmp_path / "1.1.0"
        )


def test_the_manifest_is_written_in_its_canonical_form(example_version: Path) -> None:
    text = (example_version / "manifest.json").read_text()
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    assert "manifest.json" not in json.loads(text)["files"]


def test_snappy_gives_the_same_rows_in_other_bytes(example_version: Path, tmp_path: Path) -> None:
    build_version(many().inputs(rules=Rules(compression="snappy")), tmp_path / "snappy")
    hashes = [
        {
            (config, split): each["logical_sha256"]
            for config, entry in read_manifest(folder)["configs"].items()
            for split, each in entry["splits"].items()
        }
        for folder in (example_version, tmp_path / "snappy")
    ]
    assert hashes[0] == hashes[1]
    assert read_rows(example_version, "ratings") == read_rows(tmp_path / "snappy", "ratings")
