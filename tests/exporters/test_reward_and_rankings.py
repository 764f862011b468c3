from __future__ import annotations

import hashlib
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import kendalltau

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.rules import Rules
from tests.exporters.example import Collection, read_rows, rows_of, rows_of_each
from tests.exporters.test_preference import pairs_of, ranked, votes

Rows = dict[str, list[dict[str, Any]]]


def made(found: Collection, config: str, folder: Path | None = None, **rules: Any) -> list[dict[str, Any]]:
    return rows_of(found.inputs(rules=Rules(**rules)), config, folder)


TAUS = ("a>b>c", "b>a>c", "c>b=a", "a=b>c", "b>c>a")
CYCLE = ("a>b>c", "b>c>a", "c>a>b")
ORDERS = {
    "three": ("b>a=c", "b>a>c", "both_bad"),
    "five": TAUS,
    "all equal": ("a=b=c", "a>b>c"),
    "all bad": ("both_bad", "a>b>c"),
    "alone": ("a>b>c",),
    "cycle": CYCLE,
}
"""Comparisons of three, judged side by side in one version with two of two."""


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Their rows of ``reward`` and ``rankings``, by comparison."""
    found = votes(("a", 3), ("a", 1), ("b", 2), ("tie", 0), name="mean")
    votes(("b", 1), ("b", 1), ("a", 3), ("tie", 0), name="weaker", found=found)
    for name, orders in ORDERS.items():
        ranked(*orders, name=name, found=found)
    made = rows_of_each(found.inputs(), "reward", "rankings")
    by_name: Rows = {each["comparison_id"]: [] for each in found.comparisons}
    for row in (*made["reward"], *made["rankings"]):
        by_name[row["comparison_id"]].append(row)
    return by_name


def test_the_margin_is_the_mean_strength_never_below_zero_and_scaled(rows: Rows) -> None:
    (row,) = rows["mean"]
    assert (row["strength"], row["margin"]) == (0.5, 0.5)
    (scaled,) = made(votes(("a", 3), ("a", 1)), "reward", margin_scale=0.25)
    assert scaled["margin"] == 0.5


def test_a_pair_whose_winner_was_called_weaker_has_a_margin_of_zero(rows: Rows) -> None:
    (row,) = rows["weaker"]
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


def test_a_ranking_row_holds_scores_order_and_likeness(rows: Rows) -> None:
    (row,) = rows["three"]
    assert row["ranking_id"] == hashlib.sha256(b"three|overall").hexdigest()[:20]
    assert [each["id"] for each in row["completions"]] == ["three-a", "three-b", "three-c"]
    assert row["completions"][0]["content"] == [{"role": "assistant", "content": "First."}]
    assert row["scores"] == [(0.5 + 1 + 1) / 6, (2 + 2 + 1) / 6, (0.5 + 0 + 1) / 6]
    assert row["ranking"] == [["three-b"], ["three-a"], ["three-c"]]
    assert row["n_raters"] == 3
    assert row["tau_b"] == pytest.approx(kendalltau([2, 1, 2], [2, 1, 3]).statistic, abs=1e-6)


def test_tau_is_the_mean_over_pairs_of_raters_as_another_library_has_it(rows: Rows) -> None:
    (row,) = rows["five"]
    places = [
        [next(n for n, group in enumerate(order.split(">")) if letter in group) for letter in "abc"]
        for order in TAUS
    ]
    taus = [kendalltau(one, other).statistic for one, other in combinations(places, 2)]
    assert row["tau_b"] == pytest.approx(sum(taus) / len(taus), abs=1e-6)


def test_nobody_to_compare_with_and_all_equal_have_no_likeness(rows: Rows) -> None:
    for name in ("all equal", "all bad"):
        (row,) = rows[name]
        assert row["tau_b"] is None, name
    (row,) = rows["alone"]
    assert (row["tau_b"], row["scores"]) == (None, [1.0, 0.5, 0.0])


def test_equal_scores_share_a_group_and_two_completions_have_no_ranking_row(rows: Rows) -> None:
    (row,) = rows["cycle"]
    assert (row["ranking"], row["scores"]) == ([["cycle-a", "cycle-b", "cycle-c"]], [0.5, 0.5, 0.5])
    assert ["margin" in each for each in rows["mean"]] == [True]


PAIRS = ("all", "best_worst", "adjacent")


@pytest.fixture(scope="module")
def by_pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same comparisons in a version for each choice of pairs."""
    found = ranked("a>b>c", "a>b>c", name="agreed")
    ranked("a>b=c", name="shared", found=found)
    ranked(*CYCLE, name="cycle", found=found)
    ranked("a>b>c", "a>b>c", "b>c>a", "b>c>a", "c>a>b", name="uneven cycle", found=found)
    votes(("a", 1), ("a", 1), ("b", 1), name="two", found=found)
    folder = tmp_path_factory.mktemp("pairs")
    inputs = {pairs: found.inputs(rules=Rules(pairs=pairs)) for pairs in PAIRS}
    return {pairs: build_version(inputs[pairs], folder / pairs).folder for pairs in PAIRS}


def pairs_in(folder: Path, name: str) -> set[str]:
    """The pairs of a comparison of three that are rows of a version."""
    return set(pairs_of([row for row in read_rows(folder, "preference") if row["comparison_id"] == name]))


def test_which_pairs_of_a_ranking_give_rows_is_for_the_project_to_say(by_pairs: dict[str, Path]) -> None:
    expected = {"all": {"a>b", "a>c", "b>c"}, "best_worst": {"a>c"}, "adjacent": {"a>b", "b>c"}}
    for pairs, names in expected.items():
        assert pairs_in(by_pairs[pairs], "agreed") == names
        rows, manifest = read_rows(by_pairs[pairs], "preference"), read_manifest(by_pairs[pairs])
        assert [row["comparison_id"] for row in rows].count("two") == 1
        assert manifest["rules"]["pairs"] == pairs
        assert manifest["counts"]["pairs"] == len(rows)
        every = len(read_rows(by_pairs["all"], "preference"))
        assert manifest["privacy"]["left_out"].get("other_pairs", 0) == every - len(rows)


def test_pairs_of_a_shared_place_are_neither_best_and_worst_nor_adjacent(by_pairs: dict[str, Path]) -> None:
    for pairs in ("best_worst", "adjacent"):
        assert pairs_in(by_pairs[pairs], "shared") == {"a>b", "a>c"}
        assert pairs_in(by_pairs[pairs], "cycle") == set()


def test_a_published_pair_counts_as_in_a_circle_that_other_pairs_close(by_pairs: dict[str, Path]) -> None:
    published = {pairs: pairs_in(folder, "uneven cycle") for pairs, folder in by_pairs.items()}
    assert published["all"] == pairs_in(by_pairs["all"], "cycle") == {"a>b", "b>c", "c>a"}
    assert 0 < len(published["best_worst"]) < 3
    # The other cycle, of which nothing is published but with all pairs, is counted only then.
    in_cycles = {
        pairs: read_manifest(folder)["counts"]["pairs_in_cycles"] for pairs, folder in by_pairs.items()
    }
    assert in_cycles == {
        "all": 3 + 3,
        "best_worst": len(published["best_worst"]),
        "adjacent": len(published["adjacent"]),
    }
