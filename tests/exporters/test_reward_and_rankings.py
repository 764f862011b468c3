from __future__ import annotations

import hashlib
import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import kendalltau

from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.rules import Rules
from tests.exporters.example import Collection, read_rows, rows_of
from tests.exporters.test_preference import pairs_of, ranked, votes


def made(found: Collection, config: str, folder: Path | None = None, **rules: Any) -> list[dict[str, Any]]:
    return rows_of(found.inputs(rules=Rules(**rules)), config, folder)


def test_the_margin_is_the_mean_strength_never_below_zero_and_scaled() -> None:
    (row,) = made(votes(("a", 3), ("a", 1), ("b", 2), ("tie", 0)), "reward")
    assert (row["strength"], row["margin"]) == (0.5, 0.5)
    (scaled,) = made(votes(("a", 3), ("a", 1)), "reward", margin_scale=0.25)
    assert scaled["margin"] == 0.5


def test_a_pair_whose_winner_was_called_weaker_has_a_margin_of_zero() -> None:
    (row,) = made(votes(("b", 1), ("b", 1), ("a", 3), ("tie", 0)), "reward")
    assert row["strength"] < 0
    assert row["margin"] == 0.0


def test_a_row_without_a_margin_is_left_out_and_the_share_gives_every_row_one(tmp_path: Path) -> None:
    found = votes(("a", None), ("a", None), ("b", None))
    assert made(found, "reward", tmp_path / "v") == []
    assert not (tmp_path / "v" / "reward").exists()
    (row,) = made(found, "reward", margin_from="share", margin_scale=3.0)
    assert row["margin"] == pytest.approx(1.0)


def test_reward_has_the_rows_of_preference_and_nothing_but_the_margin_more(example_version: Path) -> None:
    preference = {row["pair_id"]: row for row in read_rows(example_version, "preference")}
    rewards = read_rows(example_version, "reward")
    assert len(rewards) == 11  # the two pairs of a ranking have no strength
    for row in rewards:
        assert row.pop("margin") is not None
        assert row == preference[row["pair_id"]]


def test_a_ranking_row_holds_scores_order_and_likeness() -> None:
    (row,) = made(ranked("b>a=c", "b>a>c", "both_bad"), "rankings")
    assert row["ranking_id"] == hashlib.sha256(b"c|overall").hexdigest()[:20]
    assert [each["id"] for each in row["completions"]] == ["c-a", "c-b", "c-c"]
    assert row["completions"][0]["content"] == [{"role": "assistant", "content": "First."}]
    assert row["scores"] == [(0.5 + 1 + 1) / 6, (2 + 2 + 1) / 6, (0.5 + 0 + 1) / 6]
    assert row["ranking"] == [["c-b"], ["c-a"], ["c-c"]]
    assert row["n_raters"] == 3
    assert row["tau_b"] == pytest.approx(kendalltau([2, 1, 2], [2, 1, 3]).statistic, abs=1e-6)


def test_tau_is_the_mean_over_pairs_of_raters_as_another_library_has_it() -> None:
    orders = ("a>b>c", "b>a>c", "c>b=a", "a=b>c", "b>c>a")
    (row,) = made(ranked(*orders), "rankings")
    places = [
        [next(n for n, group in enumerate(order.split(">")) if letter in group) for letter in "abc"]
        for order in orders
    ]
    taus = [kendalltau(one, other).statistic for one, other in combinations(places, 2)]
    assert row["tau_b"] == pytest.approx(sum(taus) / len(taus), abs=1e-6)


def test_nobody_to_compare_with_and_all_equal_have_no_likeness() -> None:
    for orders in (("a=b=c", "a>b>c"), ("both_bad", "a>b>c")):
        (row,) = made(ranked(*orders), "rankings")
        assert row["tau_b"] is None
    (row,) = made(ranked("a>b>c"), "rankings")
    assert (row["tau_b"], row["scores"]) == (None, [1.0, 0.5, 0.0])


def test_equal_scores_share_a_group_and_two_completions_have_no_ranking_row() -> None:
    (row,) = made(ranked("a>b>c", "b>c>a", "c>a>b"), "rankings")
    assert (row["ranking"], row["scores"]) == ([["c-a", "c-b", "c-c"]], [0.5, 0.5, 0.5])
    assert made(votes(("a", 1)), "rankings") == []


def test_which_pairs_of_a_ranking_give_rows_is_for_the_project_to_say(tmp_path: Path) -> None:
    found = ranked("a>b>c", "a>b>c")
    expected = {"all": {"a>b", "a>c", "b>c"}, "best_worst": {"a>c"}, "adjacent": {"a>b", "b>c"}}
    for pairs, names in expected.items():
        assert set(pairs_of(made(found, "preference", tmp_path / pairs, pairs=pairs))) == names
        manifest = read_manifest(tmp_path / pairs)
        assert manifest["rules"]["pairs"] == pairs
        assert manifest["counts"]["pairs"] == len(names)
        assert manifest["privacy"]["left_out"].get("other_pairs", 0) == 3 - len(names)
    two = votes(("a", 1), ("a", 1), ("b", 1))
    for pairs in expected:
        assert len(made(two, "preference", pairs=pairs)) == 1


def test_pairs_of_a_shared_place_are_neither_best_and_worst_nor_adjacent(tmp_path: Path) -> None:
    found = ranked("a>b=c")
    assert set(pairs_of(made(found, "preference", pairs="best_worst"))) == {"a>b", "a>c"}
    assert set(pairs_of(made(found, "preference", pairs="adjacent"))) == {"a>b", "a>c"}
    cycle = ranked("a>b>c", "b>c>a", "c>a>b")
    for pairs in ("best_worst", "adjacent"):
        assert made(cycle, "preference", tmp_path / pairs, pairs=pairs) == []
        assert read_manifest(tmp_path / pairs)["counts"]["pairs_in_cycles"] == 0


def test_a_published_pair_counts_as_in_a_circle_that_other_pairs_close(tmp_path: Path) -> None:
    found = Collection()
    found.compare("c", "First.", "Second.", "Third.")
    orders = ["abc", "abc", "bca", "bca", "cab"]
    for number, order in enumerate(orders):
        found.judge("c", f"r{number}", order[0], ranking=json.dumps([[f"c-{each}"] for each in order]))
    everything = made(found, "preference", tmp_path / "all")
    assert set(pairs_of(everything)) == {"a>b", "b>c", "c>a"}
    assert read_manifest(tmp_path / "all")["counts"]["pairs_in_cycles"] == 3
    some = made(found, "preference", tmp_path / "some", pairs="best_worst")
    assert 0 < len(some) < 3
    assert read_manifest(tmp_path / "some")["counts"]["pairs_in_cycles"] == len(some)
