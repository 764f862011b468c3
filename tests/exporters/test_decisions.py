"""What a lead decided about a contested comparison: it makes training rows, says so, and is nobody's vote."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.fingerprints import fingerprint_inputs
from rlhf_collect.exporters.rules import Filters, Rules
from tests.exporters.example import Collection, read_rows, rows_of, rows_of_each

CONFIGS = ("preference", "ratings", "unpaired", "reward")


def votes(*choices: str, names: tuple[str, ...] = ("One.", "Two.")) -> Collection:
    found = Collection()
    found.compare("c", *names)
    for number, choice in enumerate(choices):
        found.judge("c", f"r{number}", choice, 0 if choice == "tie" else 2 if len(choice) == 1 else None)
    return found


def made(found: Collection, **rules: Any) -> dict[str, list[dict[str, Any]]]:
    return rows_of_each(found.inputs(rules=Rules(**rules)), *CONFIGS)


def texts(row: dict[str, Any]) -> tuple[str, str]:
    return row["chosen"][0]["content"], row["rejected"][0]["content"]


def test_a_contested_pair_is_a_row_once_a_lead_decided_and_its_scores_stay_the_votes() -> None:
    found = votes("a", "b")
    assert made(found)["preference"] == []
    found.decide("c", "b", 3)
    (row,) = made(found)["preference"]
    assert texts(row) == ("Two.", "One.")
    assert (row["adjudicated"], row["n_raters"], row["score_chosen"], row["score_rejected"]) == (
        True,
        2,
        0.5,
        0.5,
    )
    assert (row["strength"], row["agreement"]) == (0.0, 0.0)


def test_a_pair_decided_by_votes_alone_says_so() -> None:
    (row,) = made(votes("a", "a"))["preference"]
    assert row["adjudicated"] is False


def test_the_decision_stands_among_the_ratings_with_its_role_and_its_reason_and_without_a_rater() -> None:
    found = votes("a", "b")
    found.decide("c", "a", 3, reason="Two. is not true.")
    rows = made(found)["ratings"]
    assert sorted(row["role"] for row in rows) == ["lead", "rater", "rater"]
    (decision,) = [row for row in rows if row["role"] == "lead"]
    assert (decision["choice"], decision["strength"], decision["rationale"]) == (
        "c-a",
        -3,
        "Two. is not true.",
    )
    assert (decision["rater"], decision["presentation"], decision["repeat_no"]) == (None, None, 0)
    assert len({row["judgement_id"] for row in rows}) == 3


def test_a_recipe_may_leave_decisions_out_of_the_rows_and_keeps_them_among_the_ratings() -> None:
    found = votes("a", "a", "b")
    found.decide("c", "b")
    rows = made(found, adjudication="ignored")
    assert [(texts(row), row["adjudicated"]) for row in rows["preference"]] == [(("One.", "Two."), False)]
    assert [row["role"] for row in rows["ratings"]].count("lead") == 1


@pytest.mark.parametrize("asked", [{"min_raters": 3}, {"min_agreement": 0.9}, {"decision": "unanimous"}])
def test_a_decided_pair_is_not_held_back_by_what_is_asked_of_votes(asked: dict[str, Any]) -> None:
    found = votes("a", "b")
    found.decide("c", "a")
    assert [texts(row) for row in made(found, **asked)["preference"]] == [("One.", "Two.")]


def test_a_decision_against_the_votes_gives_a_margin_of_zero_and_no_less() -> None:
    found = votes("a", "a", "b")
    found.decide("c", "b")
    for margin_from in ("strength", "share"):
        (row,) = made(found, margin_from=margin_from)["reward"]
        assert (texts(row), row["margin"]) == (("Two.", "One."), 0)


def test_what_a_lead_calls_equal_is_no_pair_and_what_they_call_bad_is_bad() -> None:
    found = votes("a", "a", "b")
    found.decide("c", "tie", 0)
    rows = made(found)
    assert (rows["preference"], rows["unpaired"]) == ([], [])
    found = votes("a", "a", "b")
    found.decide("c", "both_bad")
    rows = made(found)
    assert rows["preference"] == []
    assert [row["label"] for row in rows["unpaired"]] == [False, False]


def test_votes_that_called_both_bad_make_no_row_against_the_decision() -> None:
    found = votes("both_bad", "both_bad", "a")
    found.decide("c", "a")
    labels = {row["completion"][0]["content"]: row["label"] for row in made(found)["unpaired"]}
    assert labels == {"One.": True, "Two.": False}


def test_of_three_the_decided_one_is_before_the_others_and_votes_order_these() -> None:
    found = votes("a", "a", "b", names=("One.", "Two.", "Three."))
    found.decide("c", "c")
    rows = {texts(row): row["adjudicated"] for row in made(found)["preference"]}
    assert rows == {("Three.", "One."): True, ("Three.", "Two."): True, ("One.", "Two."): False}


def test_the_latest_of_two_leads_decides_and_both_are_told() -> None:
    found = votes("a", "b")
    found.decide("c", "a", holds=False)
    found.decide("c", "b")
    rows = made(found)
    assert [texts(row) for row in rows["preference"]] == [("Two.", "One.")]
    assert sorted(row["choice"] for row in rows["ratings"] if row["role"] == "lead") == ["c-a", "c-b"]


def test_a_second_raters_decision_has_its_role_and_order_and_only_then_is_anything_said_of_them(
    tmp_path: Path,
) -> None:
    found = votes("a", "b")
    found.decide("c", "a")
    without = build_version(found.inputs(), tmp_path / "without")
    found.decide("c", "b", role="rater", presentation='["c-b", "c-a"]', holds=False)
    built = build_version(found.inputs(), tmp_path / "with")
    told = {
        each.folder.name: "".join(
            (each.folder / name).read_text(encoding="utf-8")
            for name in ("README.md", "croissant.json", "manifest.json")
        )
        for each in (without, built)
    }
    assert not re.search("second.rater", told["without"])
    assert "1 with the role `lead`, 1 with the role `second_rater`" in told["with"]
    (row,) = [each for each in read_rows(built.folder, "ratings") if each["role"] == "second_rater"]
    assert (row["choice"], row["presentation"], row["rater"]) == ("c-b", ["c-b", "c-a"], None)


def test_the_fingerprint_of_leads_decisions_is_that_of_before_there_were_second_raters() -> None:
    found = votes("a", "b")
    found.decide("c", "a")
    before = fingerprint_inputs(found.inputs())
    found.decide("c", "b", role="rater", presentation='["c-b", "c-a"]', holds=False)
    after = fingerprint_inputs(found.inputs())
    assert [name for name in before if before[name] != after[name]] == ["decisions of second raters"]


def test_a_decision_outside_of_what_the_recipe_takes_is_not_there() -> None:
    found = votes("a", "a")
    found.decide("c", "b", guideline_version="4")
    rows = made(found, filters=Filters(guideline_versions=("3",)))
    assert [texts(row) for row in rows["preference"]] == [("One.", "Two.")]
    assert {row["role"] for row in rows["ratings"]} == {"rater"}


def test_the_order_in_which_decisions_come_changes_nothing() -> None:
    found = votes("a", "b")
    found.compare("d")
    found.judge("d", "r0", "a", 1)
    found.decide("c", "a")
    found.decide("d", "b")
    assert rows_of(found.inputs(), "ratings") == rows_of(found.inputs(backwards=True), "ratings")
