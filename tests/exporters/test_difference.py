"""Two versions beside each other: rows by key, figures then and now, and what the card says of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.errors import DamagedVersion
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.changes import EXAMPLES
from rlhf_collect.exporters.counts import MOST_NAMED
from rlhf_collect.exporters.difference import difference
from rlhf_collect.exporters.inputs import Previous, SealedVersion, VersionInputs
from rlhf_collect.exporters.manifest import file_sha256, manifest_text, read_manifest
from tests.exporters.example import AGREEMENT, Collection, many, read_rows


def collection(*, gone: str = "", revised: tuple[str, ...] = (), more: int = 0) -> Collection:
    found = Collection()
    for number in range(12 + more):
        name = f"c{number:02}"
        found.compare(name, tags='["science"]' if number < 12 else '["law"]')
        choice = "b" if name in revised else "a"
        for rater in ("ada", "bea"):
            if (name, rater) != (gone, "bea"):
                found.judge(name, rater, choice, 2)
                number_of = {"ada": 0, "bea": 1}[rater]
                found.judgements[-1]["judgement_id"] = f"01900000-0000-7000-8000-{number:06}{number_of:06}"
    return found


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """1.0.0; then one judgement went, seven comparisons were judged otherwise, two were added."""
    place = tmp_path_factory.mktemp("two")
    first = build_version(collection().inputs(), place / "1.0.0")
    now = collection(gone="c11", revised=tuple(f"c{number:02}" for number in range(7)), more=2)
    better = AGREEMENT["overall"] | {"percent_agreement": {"value": 0.7, "low": 0.6, "high": 0.8, "n": 150}}
    return first.folder, build_version(
        after(first, now, agreement={"overall": better}), place / "1.1.0"
    ).folder


def after(first: Any, now: Collection, **more: Any) -> VersionInputs:
    previous = Previous(version="1.0.0", manifest_sha256=first.manifest_sha256, folder=first.folder)
    return now.inputs(version="1.1.0", previous=previous, version_rows=first.new_rows, **more)


def total(found: dict[str, Any], config: str, what: str) -> int:
    return sum(each[what] for each in found["rows"][config].values())


def test_rows_are_told_by_config_and_split_with_the_columns_that_changed(two: tuple[Path, Path]) -> None:
    found = difference(*two)
    assert [total(found, "ratings", what) for what in ("before", "now")] == [24, 27]
    assert [total(found, "ratings", what) for what in ("added", "changed", "withdrawn")] == [4, 14, 1]
    assert [total(found, "comparisons", what) for what in ("added", "changed", "withdrawn")] == [2, 0, 0]
    assert [total(found, "preference", what) for what in ("added", "changed", "withdrawn")] == [2, 8, 0]
    columns = {name for each in found["rows"]["preference"].values() for name in each["columns"]}
    assert columns == {
        "chosen", "rejected", "chosen_model", "rejected_model", "agreement", "n_raters", "n_strength",
    }  # fmt: skip
    assert (found["new_columns"], found["lost_columns"]) == ({}, {})


def test_examples_are_the_first_keys_of_added_changed_and_withdrawn_rows_and_few(
    two: tuple[Path, Path],
) -> None:
    found = difference(*two)
    for split, each in found["rows"]["ratings"].items():
        before = {row["judgement_id"]: row["choice"] for row in read_rows(two[0], "ratings", split)}
        now = {row["judgement_id"]: row["choice"] for row in read_rows(two[1], "ratings", split)}
        expected = {
            "added": sorted(now.keys() - before.keys()),
            "changed": sorted(key for key in before.keys() & now.keys() if before[key] != now[key]),
            "withdrawn": sorted(before.keys() - now.keys()),
        }
        assert each["examples"] == {kind: keys[:EXAMPLES] for kind, keys in expected.items()}
        assert {kind: each[kind] for kind in expected} == {kind: len(keys) for kind, keys in expected.items()}
    assert any(
        len(each["examples"]["changed"]) == EXAMPLES < each["changed"]
        for each in found["rows"]["ratings"].values()
    )


def test_figures_stand_then_and_now(two: tuple[Path, Path]) -> None:
    found = difference(*two)
    assert [side["value"] for side in found["agreement"]["overall"]["percent_agreement"].values()] == [
        0.63,
        0.7,
    ]
    assert found["agreement"]["overall"]["krippendorff_alpha"]["now"]["value"] == 0.41
    assert [side["judgements"] for side in found["outcomes"]["overall"].values()] == [24, 27]
    assert found["models"] == {f"model-{n}": {"then": 12, "now": 14} for n in (0, 1)}
    assert found["tags"] == {"law": {"then": None, "now": 2}, "science": {"then": 12, "now": 12}}


def test_a_version_beside_itself_has_not_changed(two: tuple[Path, Path]) -> None:
    assert difference(two[0], two[0])["totals"] == {"added": 0, "changed": 0, "withdrawn": 0}


def test_a_damaged_file_is_not_told_as_a_change(two: tuple[Path, Path], tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(two[1], tmp_path / "damaged"))
    file = next(damaged.glob("ratings/*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(DamagedVersion, match="ratings/"):
        difference(two[0], damaged)


def test_the_card_tells_the_change_per_config_and_the_figures_then_and_now(two: tuple[Path, Path]) -> None:
    told = (two[1] / "README.md").read_text().partition("## Changes since 1.0.0\n")[2].partition("\n## ")[0]
    for line in (
        "14 rows added, 46 changed, 1 withdrawn, over all configs.",
        "| `preference` | 2 | 8 | 0 |",
        "| `ratings` | 4 | 14 | 1 |",
        "| figure | 1.0.0 | 1.1.0 |",
        "| `overall`: same answer | 0.63 [0.57 to 0.69] | 0.70 [0.60 to 0.80] |",
        "| `overall`: one is better / tie / both bad | 100 % / 0 % / 0 % | 100 % / 0 % / 0 % |",
        "| comparisons with the tag `law` | 0 (0 %) | 2 (14 %) |",
    ):
        assert line in told, line
    assert "model-0" not in told  # in every comparison then and now: its share did not move
    assert len(told.splitlines()) < 25


def test_a_manifest_counts_only_the_models_and_tags_with_most_comparisons(tmp_path: Path) -> None:
    found = Collection()
    for number in range(MOST_NAMED + 3):
        found.compare(f"c{number}", tags=f'["t{number:02}", "all", "a`b|c"]')
        found.judge(f"c{number}", "ada", "a", 1)
    folder = build_version(found.inputs(), tmp_path / "v").folder
    counts = difference(folder, folder)["tags"]
    assert (len(counts), counts["all"]["now"], "t52" in counts) == (MOST_NAMED, MOST_NAMED + 3, False)


def test_a_version_of_an_earlier_release_has_figures_that_are_not_known(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    older = Path(shutil.copytree(two[0], tmp_path / "older"))
    manifest = read_manifest(older)
    for name in ("agreement", "effects"):
        del manifest[name]
    for name in ("models", "more_models", "tags", "more_tags", "changes"):
        del manifest["counts"][name]
    (older / "manifest.json").write_text(manifest_text(manifest))
    found = difference(older, two[1])
    assert found["totals"] == difference(*two)["totals"]
    assert found["agreement"]["overall"]["percent_agreement"]["then"] is None
    assert found["models"]["model-0"] == {"then": None, "now": 14}
    previous = Previous(version="1.0.0", manifest_sha256=file_sha256(older / "manifest.json"), folder=older)
    folder = build_version(collection().inputs(version="1.1.0", previous=previous), tmp_path / "v").folder
    told = (folder / "README.md").read_text().partition("## Changes since 1.0.0\n")[2]
    assert "| `overall`: same answer | not known | 0.63 [0.57 to 0.69] |" in told
    assert "comparisons with" not in told


@pytest.mark.parametrize("name", ["ratings/train-00000-of-00001.parquet", "labour/v1.0.0.json"])
def test_damage_to_the_version_before_is_not_sealed_into_the_next(
    example: SealedVersion, tmp_path: Path, name: str
) -> None:
    folder = Path(shutil.copytree(example.folder, tmp_path / "1.0.0"))
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    previous = Previous(version="1.0.0", manifest_sha256=example.manifest_sha256, folder=folder)
    inputs = many().inputs(version="1.1.0", previous=previous, version_rows=example.new_rows)
    with pytest.raises(DamagedVersion, match=name):
        build_version(inputs, tmp_path / "1.1.0")
    assert not (tmp_path / "1.1.0").exists()
