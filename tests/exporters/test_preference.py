from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.rules import Rules
from tests.exporters.example import Collection, read_rows, rows_of, rows_of_each

RESERVED = {"label", "completion", "messages", "margin", "images", "image", "tools", "chat_template_kwargs"}


def preference_of(found: Collection, folder: Path | None = None, **rules: Any) -> list[dict[str, Any]]:
    return rows_of(found.inputs(rules=Rules(**rules)), "preference", folder)


Votes = tuple[tuple[str, int | None], ...]
Rows = dict[str, list[dict[str, Any]]]


def votes(*choices: tuple[str, int | None], name: str = "c", found: Collection | None = None) -> Collection:
    found = found or Collection()
    found.compare(name)
    for number, (choice, strength) in enumerate(choices):
        found.judge(name, f"r{number}", choice, strength)
    return found


VOTES: dict[str, Votes] = {
    "five": (("a", 3), ("a", 1), ("b", 2), ("tie", 0), ("both_bad", None)),
    "second": (("b", 2), ("b", 1), ("a", 3)),
    "one": (("a", 1),),
    "direction": (("a", None), ("a", None), ("tie", 0)),
    "some strengths": (("a", None), ("a", None), ("a", None), ("b", 2), ("tie", 0)),
}
"""Comparisons judged side by side in one version."""
ORDERS = {"three orders": ("b>a=c", "b>a>c", "both_bad"), "bare": ("b", "a>b>c")}
"""The same with three responses."""


@pytest.fixture(scope="module")
def rows() -> Rows:
    """The rows of each comparison of ``VOTES`` and ``ORDERS``."""
    made = preference_of(judged(VOTES, ORDERS))
    return {name: [row for row in made if row["comparison_id"] == name] for name in (*VOTES, *ORDERS)}


def test_five_votes_give_the_worked_numbers(rows: Rows) -> None:
    (row,) = rows["five"]
    assert row["chosen"] == [{"role": "assistant", "content": "One, five."}]
    assert row["rejected"] == [{"role": "assistant", "content": "Two, five."}]
    assert (row["chosen_model"], row["rejected_model"]) == ("model-0", "model-1")
    assert (row["score_chosen"], row["score_rejected"]) == (0.4, 0.2)
    assert (row["n_raters"], row["n_ties"], row["n_both_bad"], row["n_strength"]) == (5, 1, 1, 3)
    assert row["strength"] == 0.5  # (3 + 1 - 2 + 0) / 4: both_bad does not count
    assert row["agreement"] == pytest.approx(2 * 1 / 20)
    assert row["pair_id"] == hashlib.sha256(b"five|overall|five-a|five-b").hexdigest()[:20]
    assert (row["language"], row["source"], row["tags"]) == ("en", "example", ["science"])


def test_the_second_completion_wins_with_a_positive_strength(rows: Rows) -> None:
    (row,) = rows["second"]
    assert row["chosen"][0]["content"] == "Two, second."
    assert row["strength"] == 0.0
    assert row["score_chosen"] == 2 / 3
    assert row["agreement"] == pytest.approx(1 / 3)
    assert row["pair_id"] == hashlib.sha256(b"second|overall|second-a|second-b").hexdigest()[:20]


def test_one_vote_has_no_agreement(rows: Rows) -> None:
    (row,) = rows["one"]
    assert row["agreement"] is None
    assert row["score_chosen"] == 1.0


def test_strength_is_null_where_only_a_direction_was_asked(rows: Rows) -> None:
    (row,) = rows["direction"]
    assert row["strength"] is None


def test_votes_without_a_strength_have_no_part_in_it_and_are_not_counted_for_it(rows: Rows) -> None:
    (row,) = rows["some strengths"]
    assert (row["strength"], row["n_strength"], row["n_raters"]) == (-1.0, 1, 5)


def test_each_rule_decides_what_it_says(tmp_path: Path) -> None:
    rules = ("plurality", "majority", "unanimous")
    cases = {
        "a": rules,
        "a a b": rules[:2],
        "a a b tie both_bad": rules[:1],
        "a a tie b": rules[:1],
        "a b": (),
        "a tie": (),
        "a a tie tie": (),
        "a a both_bad both_bad b": (),
        "tie tie a": (),
    }
    found = Collection()
    for number, choices in enumerate(cases):
        found.compare(f"c{number}")
        for turn, choice in enumerate(choices.split()):
            found.judge(f"c{number}", f"r{turn}", choice)
    for rule in rules:
        rows = preference_of(found, tmp_path / rule, decision=rule)
        expected = {f"c{number}" for number, deciding in enumerate(cases.values()) if rule in deciding}
        assert {row["comparison_id"] for row in rows} == expected
        counted = read_manifest(tmp_path / rule)["counts"]["decided"]
        assert counted == {"plurality": 4, "majority": 2, "unanimous": 1}


def test_min_raters_holds_back_what_too_few_judged() -> None:
    found = votes(("a", 1), name="one")
    votes(("a", 1), ("a", 1), name="two", found=found)
    votes(("a", 1), ("a", 1), ("a", 1), name="three", found=found)
    assert {row["comparison_id"] for row in preference_of(found, min_raters=2)} == {"two", "three"}


def test_gold_repeats_and_skips_do_not_vote() -> None:
    found = Collection()
    found.compare("gold", is_gold=True)
    found.compare("c")
    found.judge("gold", "ada", "a", 1)
    found.judge("c", "ada", "a", 1)
    found.judge("c", "ada", "b", 3, repeat_no=1)
    found.judge("c", "ben", "skip")
    (row,) = preference_of(found)
    assert (row["comparison_id"], row["n_raters"], row["score_chosen"]) == ("c", 1, 1.0)


def test_criteria_go_in_one_by_one_and_can_be_chosen() -> None:
    found = Collection()
    found.compare("c")
    found.judge("c", "ada", "a", 1, criterion="helpful")
    found.judge("c", "ada", "b", 1, criterion="safe")
    both = preference_of(found)
    assert {row["criterion"]: row["chosen"][0]["content"] for row in both} == {
        "helpful": "One, c.",
        "safe": "Two, c.",
    }
    made = rows_of_each(found.inputs(rules=Rules(criteria=("safe",))), "preference", "ratings")
    (row,) = made["preference"]
    assert row["criterion"] == "safe"
    assert len(made["ratings"]) == 2


def ranked(*orders: str | None, name: str = "c", found: Collection | None = None) -> Collection:
    """Three completions; an order such as ``b>a=c``, ``both_bad``, or a letter for a bare choice."""
    found = found or Collection()
    found.compare(name, "First.", "Second.", "Third.")
    for number, order in enumerate(orders):
        assert order is not None
        if order in ("both_bad", "tie") or len(order) == 1:
            found.judge(name, f"r{number}", order)
            continue
        groups = [[f"{name}-{letter}" for letter in group.split("=")] for group in order.split(">")]
        choice = "tie" if len(groups[0]) > 1 else order[0]
        found.judge(name, f"r{number}", choice, ranking=json.dumps(groups))
    return found


def judged(of_two: dict[str, Votes], of_three: Mapping[str, tuple[str | None, ...]]) -> Collection:
    """Comparisons of two and of three responses by their names, judged so side by side."""
    found = Collection()
    for name, given in of_two.items():
        votes(*given, name=name, found=found)
    for name, orders in of_three.items():
        ranked(*orders, name=name, found=found)
    return found


def pairs_of(rows: list[dict[str, Any]]) -> dict[str, tuple[float, float, int, int]]:
    letter = {"First.": "a", "Second.": "b", "Third.": "c"}
    return {
        f"{letter[row['chosen'][0]['content']]}>{letter[row['rejected'][0]['content']]}": (
            row["score_chosen"],
            row["score_rejected"],
            row["n_ties"],
            row["n_both_bad"],
        )
        for row in rows
    }


def test_a_ranking_votes_on_each_of_its_pairs(rows: Rows) -> None:
    made = rows["three orders"]
    assert pairs_of(made) == {"b>a": (2 / 3, 0.0, 0, 1), "b>c": (2 / 3, 0.0, 0, 1)}
    assert {row["n_raters"] for row in made} == {3}
    assert {row["strength"] for row in made} == {None}


def test_a_bare_choice_among_three_says_nothing_about_the_others(rows: Rows) -> None:
    assert pairs_of(rows["bare"]) == {"b>c": (1.0, 0.0, 0, 0), "a>c": (1.0, 0.0, 0, 0)}
    assert {row["n_raters"] for row in rows["bare"]} == {1, 2}


def test_a_majority_cycle_stays_in_and_is_counted(tmp_path: Path) -> None:
    made = preference_of(ranked("a>b>c", "b>c>a", "c>a>b"), tmp_path / "v")
    assert set(pairs_of(made)) == {"a>b", "b>c", "c>a"}
    counts = read_manifest(tmp_path / "v")["counts"]
    assert (counts["pairs"], counts["pair_comparisons"], counts["pairs_in_cycles"]) == (3, 1, 3)


def test_rows_trainers_stumble_over_are_left_out_and_counted(tmp_path: Path) -> None:
    found = Collection()
    found.compare("same", "Yes.", "  Yes.\n")
    found.compare("open", prompt="x")
    found.compare("void", "Yes.", "No.")
    found.compare("good")
    found.comparisons[1]["prompt"] = '[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]'
    found.completions[4]["content"] = "[]"
    for name in ("same", "open", "void", "good"):
        found.judge(name, "ada", "a", 1)
    rows = preference_of(found, tmp_path / "v")
    assert [row["comparison_id"] for row in rows] == ["good"]
    left_out = read_manifest(tmp_path / "v")["privacy"]["left_out"]
    assert (left_out["same_reply"], left_out["unfit_prompt"], left_out["unfit_reply"]) == (1, 1, 1)
    assert len(read_rows(tmp_path / "v", "ratings")) == 4


def test_every_published_pair_stays_clear_of_the_trainers_traps(example_version: Path) -> None:
    rows = read_rows(example_version, "preference")
    assert len(rows) == 13
    for row in rows:
        assert not RESERVED & row.keys()
        assert row["prompt"][-1]["role"] in ("user", "tool")
        for side in ("chosen", "rejected"):
            assert row[side][0]["role"] == "assistant"
            assert all(turn["content"] is not None for turn in row[side])
        assert [turn["content"].strip() for turn in row["chosen"]] != [
            turn["content"].strip() for turn in row["rejected"]
        ]
        assert row["score_chosen"] > row["score_rejected"]
        soft = row["score_chosen"] + (row["n_ties"] + row["n_both_bad"]) / (2 * row["n_raters"])
        assert 0.5 < soft <= 1


def test_a_pair_keeps_its_id_when_the_winner_changes() -> None:
    (before,) = preference_of(votes(("a", 1)))
    (after,) = preference_of(votes(("b", 1)))
    assert before["pair_id"] == after["pair_id"]
    assert before["chosen"] == after["rejected"]
