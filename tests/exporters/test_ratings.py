from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.exporters.tables import hmac_pads, workshop
from rlhf_collect.ids import keyed_hash, pseudonym
from tests.exporters.example import KEY, Collection, many, rows_of, small

MARKER = "PRIVATE-7f3a"


def ratings_of(found: Collection, folder: Path | None = None, **more: Any) -> list[dict[str, Any]]:
    return rows_of(found.inputs(**more), "ratings", folder)


def test_strength_is_signed_by_the_import_order_and_never_by_the_order_shown() -> None:
    found = Collection()
    found.compare("c")
    found.compare("three", "First.", "Second.", "Third.")
    for choice, strength in (("a", 2), ("b", 3), ("tie", 0), ("both_bad", None), ("b", None)):
        found.judge("c", f"r-{choice}-{strength}", choice, strength, presentation='["c-b", "c-a"]')
    found.judge("three", "ada", "a", 2)
    rows = ratings_of(found)
    assert sorted((row["choice"], row["strength"]) for row in rows if row["strength"] is not None) == [
        ("c-a", -2),
        ("c-b", 3),
        ("tie", 0),
    ]
    assert sorted(row["choice"] for row in rows if row["strength"] is None) == ["both_bad", "c-b", "three-a"]
    assert {tuple(row["presentation"]) for row in rows if row["comparison_id"] == "c"} == {("c-b", "c-a")}


def test_every_judgement_is_there_but_no_skip(tmp_path: Path) -> None:
    found = many()
    found.judge("c001", "rater-5", "skip", rationale=MARKER)
    rows = ratings_of(found, tmp_path / "v")
    assert len(rows) == 123
    assert sum(row["is_gold"] for row in rows) == 9
    assert sum(row["repeat_no"] for row in rows) == 1
    assert "skip" not in {row["choice"] for row in rows}
    assert read_manifest(tmp_path / "v")["privacy"]["left_out"]["skip"] == 5
    assert {tuple(map(tuple, row["ranking"])) for row in rows if row["ranking"]} == {
        (("ranked-b",), ("ranked-a", "ranked-c"))
    }


@pytest.fixture(scope="module")
def usual() -> list[dict[str, Any]]:
    """The ratings of ``many()`` under the usual key."""
    return ratings_of(many())


def test_ids_and_pseudonyms_are_keyed_hashes_of_what_is_stored(usual: list[dict[str, Any]]) -> None:
    found = many()
    rows = {row["judgement_id"]: row for row in usual}
    for judgement in found.judgements:
        row = rows[pseudonym(KEY, f"{judgement['judgement_id']}|overall", 16)]
        assert row["rater"] == pseudonym(KEY, judgement["rater_key"], 12)
        assert row["comparison_id"] == judgement["comparison_id"]


def test_keyed_hashes_in_sql_equal_those_of_python_for_every_length_of_key() -> None:
    for key in (b"", b"short", b"k" * 64, b"k" * 65):
        assert [len(pad) for pad in hmac_pads(key)] == [64, 64]
        with workshop(small(dataset_key=key), rows=False) as made:
            for text in ("", "é|\x1f", "x" * 200):
                (found,) = made.con.execute("SELECT keyed_hex($1::VARCHAR)", [text]).fetchall()[0]
                assert found == keyed_hash(key, text).hex()


def test_criteria_of_one_judgement_get_ids_of_their_own() -> None:
    found = Collection()
    found.compare("c")
    found.judge("c", "ada", "a", 1, criterion="helpful")
    found.judge("c", "ada", "b", 1, criterion="safe", judgement_id=found.judgements[0]["judgement_id"])
    rows = ratings_of(found)
    assert len({row["judgement_id"] for row in rows}) == 2


def test_other_keys_give_other_pseudonyms(usual: list[dict[str, Any]]) -> None:
    first = {row["rater"] for row in usual}
    second = {row["rater"] for row in ratings_of(many(), dataset_key=b"another")}
    assert len(first) == len(second) == 6
    assert not first & second


def test_below_five_raters_there_are_no_pseudonyms_and_no_counts(tmp_path: Path) -> None:
    rows = ratings_of(many(raters=4), tmp_path / "v")
    assert {row["rater"] for row in rows} == {None}
    manifest = read_manifest(tmp_path / "v")
    assert manifest["counts"]["raters"] is None
    assert manifest["counts"]["raters_band"] == "fewer_than_5"
    assert manifest["privacy"]["left_out"]["skip"] is None


def test_import_raters_do_not_lend_four_people_their_number() -> None:
    found = Collection()
    found.compare("c")
    for number in range(4):
        found.judge("c", f"person-{number}", "a", 1)
    for number in range(5):
        found.judge("c", f"import-{number}", "a", 1, imported=True, presentation=None)
    rows = ratings_of(found)
    assert sum(row["rater"] is None for row in rows) == 4
    assert all((row["rater"] is None) == (row["presentation"] is not None) for row in rows)


@pytest.mark.parametrize(
    ("own", "imported", "told"),
    [
        (4, 5, "fewer than 5 raters of this service and 5 raters whose judgements were imported"),
        (6, 1, "6 raters of this service and fewer than 5 raters whose judgements were imported"),
        (2, 2, "fewer than 5 raters"),
        (3, 3, "fewer than 5 raters of this service and fewer than 5 raters whose judgements were imported"),
        (5, 5, "10 raters"),
    ],
)
def test_a_total_less_the_pseudonyms_does_not_count_four_people(
    tmp_path: Path, own: int, imported: int, told: str
) -> None:
    found = Collection()
    found.compare("c", "Short.", "As long a reply as it takes to be called the longer one of both.")
    for number in range(own):
        found.judge("c", f"person-{number}", "a", 1)
    for number in range(imported):
        found.judge("c", f"import-{number}", "a", 1, imported=True, presentation=None)
    ratings_of(found, tmp_path / "v")
    manifest = read_manifest(tmp_path / "v")
    assert manifest["counts"]["raters"] == (10 if own == imported == 5 else None)
    assert manifest["counts"]["own_raters"] == (own if own >= 5 else None)
    assert ("position_bias" in manifest["agreement"]["overall"]) == (own >= 5)
    card = (tmp_path / "v" / "README.md").read_text()
    assert f"judgements by {told} (annotators) on" in card
    assert f"judgements by {told} on" in (tmp_path / "v" / "croissant.json").read_text()


def test_a_rationale_is_published_with_consent_only(tmp_path: Path) -> None:
    found = Collection()
    found.compare("c")
    found.judge("c", "ada", "a", 1, rationale="agreed", rationale_consent=True)
    found.judge("c", "ben", "a", 1, rationale="not agreed")
    found.judge("c", "cid", "a", 1, rationale="imported", imported=True)
    found.judge("c", "dot", "a", 1, rationale="", rationale_consent=True)
    rows = ratings_of(found, tmp_path / "closed")
    assert {row["rationale"] for row in rows} == {"agreed", None}
    left_out = read_manifest(tmp_path / "closed")["privacy"]["left_out"]
    assert (left_out["no_consent"], left_out["imported_rationale"]) == (1, 1)
    rows = ratings_of(found, rules=Rules(imported_rationales=True))
    assert {row["rationale"] for row in rows} == {"agreed", "imported", None}


def test_a_marker_in_every_private_field_is_in_no_byte_of_a_version(tmp_path: Path) -> None:
    found = many()
    for number, judgement in enumerate(found.judgements):
        judgement["rater_name"] = f"{MARKER}-name"
        judgement["rater_key"] = f"{MARKER}-{judgement['rater_key']}"
        judgement["judgement_id"] = f"{MARKER}-{number}"
        judgement["sequence_no"] = 987654321
        judgement["rationale"] = f"{MARKER}-reason"
        judgement["rationale_consent"] = False
    found.judge("c000", f"{MARKER}-skipper", "skip", rationale=MARKER)
    inputs = found.inputs(dataset_key=MARKER.encode())
    build_version(inputs, tmp_path / "v")
    for path in (tmp_path / "v").rglob("*"):
        if path.is_file():
            assert MARKER.encode() not in path.read_bytes()
            assert b"987654321" not in path.read_bytes()
        if path.suffix == ".parquet":  # compressed pages hide a marker from the search above
            text = str(pq.read_table(path).to_pylist())
            assert MARKER not in text
    # the search works: with consent the marker is found
    for judgement in found.judgements:
        judgement["rationale_consent"] = True
    assert MARKER in str(ratings_of(found))


def test_no_float_is_nan(example_version: Path) -> None:
    for path in example_version.rglob("*.parquet"):
        table = pq.read_table(path)
        for name in table.column_names:
            if pa.types.is_floating(table.schema.field(name).type):
                values = [value for value in table[name].to_pylist() if value is not None]
                assert all(value == value for value in values)
