"""Degrees, points, reasons, flags and edited responses as they are published."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from rlhf_collect.errors import BadCall
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.columns import type_name
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.ids import pseudonym
from tests.exporters.example import FACTS, KEY, Collection, read_rows, rows_of, rows_of_each
from tests.exporters.test_card import read_card

THREE = ("First.", "Second.", "Third.")
Ways = dict[str, dict[str, list[dict[str, Any]]]]


def published(found: Collection, config: str, folder: Path | None = None) -> list[dict[str, Any]]:
    return rows_of(found.inputs(), config, folder)


def pairs(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["chosen"][0]["content"], row["rejected"][0]["content"]) for row in rows}


def flagged(*flags: tuple[str, str]) -> str:
    return json.dumps([{"target": target, "flag": flag} for target, flag in flags])


def edits(*, raters: int = 1, consent: bool = True) -> Collection:
    found = Collection()
    found.compare("c")
    for number in range(raters):
        found.judge("c", f"r{number}", "a", 1, rationale_consent=consent)
        found.edit("b", f"Better, {number}.")
    return found


POINTS = {"points-a": 2, "points-b": 100, "points-c": 2}
ORDER = [["points-b"], ["points-a", "points-c"]]
BAD_ORDER = [["bad-c"], ["bad-a"], ["bad-b"]]


@pytest.fixture(scope="module")
def ways() -> Ways:
    """The rows of `ratings` and `preference`, by comparison, of every way to answer side by side."""
    found = Collection()
    found.compare("degrees")
    for letter, degree, strength in (("a", 1, 1), ("a", 4, 3), ("b", 2, 1), ("b", 3, 2)):
        found.judge("degrees", f"{letter}{degree}", letter, strength, degree=degree)
    found.judge("degrees", "other scale", "a", 2)
    found.compare("points", *THREE)
    found.judge("points", "ada", "b", points=json.dumps(POINTS), ranking=json.dumps(ORDER))
    for name, choice, numbers in (("won", "b", (1, 5)), ("draw", "tie", (3, 3))):
        found.compare(name)
        given = dict(zip((f"{name}-a", f"{name}-b"), numbers, strict=True))
        groups = [[f"{name}-b"], [f"{name}-a"]] if choice == "b" else [[f"{name}-a", f"{name}-b"]]
        found.judge(name, "ada", choice, points=json.dumps(given), ranking=json.dumps(groups))
    found.compare("full", *THREE, "Fourth.")
    for rater, order in enumerate(([["d"], ["a", "b"], ["c"]], [["d"], ["b", "a"], ["c"]])):
        groups = [[f"full-{letter}" for letter in group] for group in order]
        found.judge("full", f"r{rater}", "d", ranking=json.dumps(groups), order_asked=rater == 0)
    found.compare("bad", *THREE)
    found.judge("bad", "ada", "both_bad", ranking=json.dumps(BAD_ORDER))
    made = rows_of_each(found.inputs(), "ratings", "preference")
    names = [each["comparison_id"] for each in found.comparisons]
    return {
        config: {name: [row for row in rows if row["comparison_id"] == name] for name in names}
        for config, rows in made.items()
    }


def test_a_degree_is_signed_by_the_import_order_like_the_strength(ways: Ways) -> None:
    rows = ways["ratings"]["degrees"]
    signed = sorted((row["degree"], row["strength"]) for row in rows if row["degree"] is not None)
    assert signed == [(-4, -3), (-1, -1), (2, 1), (3, 2)]
    assert [row["strength"] for row in rows if row["degree"] is None] == [-2]


def test_points_keep_the_import_order_and_every_pair_they_decide_is_a_row(ways: Ways) -> None:
    (row,) = ways["ratings"]["points"]
    assert row["points"] == [{"id": each, "points": number} for each, number in POINTS.items()]
    assert row["ranking"] == ORDER
    rows = ways["preference"]["points"]
    assert pairs(rows) == {("Second.", "First."), ("Second.", "Third.")}
    assert {row["strength"] for row in rows} == {None}


def test_points_for_two_responses_decide_their_pair_and_a_draw_does_not(ways: Ways) -> None:
    assert pairs(ways["preference"]["won"]) == {("Two, won.", "One, won.")}
    assert ways["preference"]["draw"] == []


def test_a_full_ranking_decides_every_pair_and_shared_places_none(ways: Ways) -> None:
    assert pairs(ways["preference"]["full"]) == {
        ("Fourth.", "First."), ("Fourth.", "Second."), ("Fourth.", "Third."),
        ("First.", "Third."), ("Second.", "Third."),
    }  # fmt: skip
    assert sorted(row["order_asked"] for row in ways["ratings"]["full"]) == [False, True]


def test_all_bad_beside_an_order_keeps_the_order_and_decides_nothing(ways: Ways) -> None:
    (row,) = ways["ratings"]["bad"]
    assert (row["choice"], row["ranking"]) == ("both_bad", BAD_ORDER)
    assert ways["preference"]["bad"] == []


def test_only_whole_criteria_give_training_rows(tmp_path: Path) -> None:
    found = Collection()
    found.compare("c")
    for criterion, letter in (("helpful@1", "b"), ("helpful@2", "b"), ("helpful", "a")):
        found.judge("c", f"on {criterion}", letter, 1, criterion=criterion)
    rows = published(found, "preference", tmp_path / "v")
    assert [(row["criterion"], row["n_raters"]) for row in rows] == [("helpful", 1)]
    assert {row["criterion"] for row in read_rows(tmp_path / "v", "ratings")} == {
        "helpful", "helpful@1", "helpful@2",
    }  # fmt: skip
    _, body = read_card(tmp_path / "v")
    assert "`NAME@2` is the criterion `NAME` judged on the second turn" in body


def test_reasons_and_flags_are_lists_and_empty_where_nothing_was_said(tmp_path: Path) -> None:
    found = Collection()
    found.compare("c")
    reasons = [{"completion": "c-a", "reason": "incorrect"}, {"completion": "c-b", "reason": "useful"}]
    flags = flagged(("prompt", "harmful"), ("c-b", "broken"))
    found.judge("c", "ada", "a", 1, reasons=json.dumps(reasons), flags=flags)
    found.judge("c", "ben", "b", 1, flags="[]")
    rows = {row["choice"]: row for row in published(found, "ratings", tmp_path / "v")}
    assert rows["c-a"]["reasons"] == [
        {"id": "c-a", "reason": "incorrect"},
        {"id": "c-b", "reason": "useful"},
    ]
    assert rows["c-a"]["flags"] == json.loads(flags)
    assert (rows["c-b"]["reasons"], rows["c-b"]["flags"]) == ([], [])
    _, body = read_card(tmp_path / "v")
    assert "1 judgement in `ratings` carry something their rater flagged" in body


def test_an_edited_response_is_published_with_consent_only(tmp_path: Path) -> None:
    found = edits(raters=5)
    found.judgements[0]["rationale_consent"] = False
    rows = published(found, "edited", tmp_path / "v")
    assert sorted(row["edited"][0]["content"] for row in rows) == [f"Better, {n}." for n in (1, 2, 3, 4)]
    assert {row["rater"] for row in rows} == {pseudonym(KEY, f"key-of-r{n}", 12) for n in (1, 2, 3, 4)}
    manifest = read_manifest(tmp_path / "v")
    assert manifest["privacy"]["left_out"]["edited_no_consent"] == 1
    assert manifest["counts"]["edited"] == 4
    header, body = read_card(tmp_path / "v")
    assert [each["config_name"] for each in header["configs"]][-1] == "edited"
    assert "edited responses kept back because their rater did not agree to publish them: 1" in body
    verify_folder(tmp_path / "v")


@pytest.fixture(scope="module")
def improved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version with one edited response, of a project that says how it was answered."""
    facts = replace(FACTS, ways={"overall": "with 1-5 points for each response, more being better"})
    return build_version(edits().inputs(project_facts=facts), tmp_path_factory.mktemp("edits") / "v").folder


def test_an_edited_row_holds_what_supervised_training_needs(improved: Path) -> None:
    (row,) = read_rows(improved, "edited")
    stored = "01900000-0000-7000-8000-000000000001"
    assert row == {
        "edited_id": pseudonym(KEY, f"{stored}|edited", 16),
        "comparison_id": "c",
        "prompt": [{"role": "user", "content": "What about c?"}],
        "original": [{"role": "assistant", "content": "Two, c."}],
        "edited": [{"role": "assistant", "content": "Better, 0."}],
        "original_model": "model-1",
        "rater": None,
        "language": "en",
        "source": "example",
        "tags": ["science"],
        "submitted_on": row["submitted_on"],
    }
    schema = pq.read_schema(next((improved / "edited").glob("*.parquet")))
    messages = "list<struct<role: string, content: string>>"
    assert [type_name(schema.field(name).type) for name in ("prompt", "original", "edited")] == [messages] * 3


def test_an_edited_text_stands_in_for_the_last_turn_of_the_assistant() -> None:
    found = edits()
    turns = [("assistant", "One."), ("user", "And?"), ("assistant", "Two."), ("user", "Thanks.")]
    said = [{"role": role, "content": content} for role, content in turns]
    found.completions[1]["content"] = json.dumps(said)
    (row,) = published(found, "edited")
    assert row["original"] == said
    assert row["edited"] == [*said[:2], {"role": "assistant", "content": "Better, 0."}]


def test_control_comparisons_and_repeats_have_no_edited_row(tmp_path: Path) -> None:
    found = Collection()
    found.compare("gold", is_gold=True)
    found.judge("gold", "ada", "a", 1, rationale_consent=True)
    found.edit("a", "Better.")
    found.compare("c")
    found.judge("c", "ada", "a", 1, rationale_consent=True, repeat_no=1)
    found.edit("a", "Better.")
    assert published(found, "edited", tmp_path / "v") == []
    assert "edited" not in read_manifest(tmp_path / "v")["configs"]


def test_an_edited_completion_of_nothing_stops_the_build(tmp_path: Path) -> None:
    found = edits()
    found.edited[0]["completion_id"] = "elsewhere"
    with pytest.raises(BadCall, match="edited completions of a judgement or completion that is not there"):
        build_version(found.inputs(), tmp_path / "v")


def test_rows_with_every_way_to_answer_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    found = edits(raters=6)
    found.compare("three", *THREE)
    for number in range(6):
        found.judge(
            "three", f"r{number}", "b",
            points=json.dumps({"three-a": number, "three-b": 9, "three-c": 1}),
            reasons='[{"completion": "three-a", "reason": "unclear"}]',
            flags=flagged(("prompt", "harmful")),
            criterion="overall" if number % 2 else "overall@1",
        )  # fmt: skip
    first = build_version(found.inputs(), tmp_path / "first")
    second = build_version(found.inputs(backwards=True), tmp_path / "second")
    assert first.manifest_sha256 == second.manifest_sha256


def test_the_card_tells_how_each_question_was_answered(improved: Path) -> None:
    _, body = read_card(improved)
    assert "Which response is better? Answered with 1-5 points for each response, more being better." in body
