from __future__ import annotations

import json

import duckdb
import numpy as np
import pytest
from numpy.testing import assert_allclose

from rlhf_collect.stats.adjusted import longer_wins
from rlhf_collect.stats.bradley_terry import clustered_covariance, fit
from rlhf_collect.stats.intervals import wilson
from rlhf_collect.stats.leaderboard_tables import LEADERBOARD_COLUMNS, LeaderboardTables
from rlhf_collect.storage.named_sql import parameters
from tests.stats import published
from tests.stats.database import Rows, empty_database
from tests.stats.test_bradley_terry import sandwich_by_rows

OF_THE_CONTRACT = {
    "model", "strength", "elo", "low", "high", "rank_low", "rank_high", "judgements", "tie_share"
}  # fmt: skip


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return empty_database()


@pytest.fixture
def rows(connection) -> Rows:
    return Rows(connection=connection)


def tables_of(rows: Rows) -> LeaderboardTables:
    return LeaderboardTables.read(rows.columns)


def play(rows: Rows, name: str, models: tuple[str, str], choices: str, **more) -> None:
    """A comparison with one judgement for each letter: a, b, t(ie), x (both bad)."""
    rows.compare(name, models=models, **more)
    for number, letter in enumerate(choices):
        rows.judge(name, f"r{number}", {"t": "tie", "x": "both_bad"}.get(letter, letter))


def four_models(rows: Rows) -> None:
    for pair, counts in published.WINS.items():
        for letter, times in zip("abt", counts, strict=True):
            for number in range(times):
                play(rows, f"{pair}{letter}{number}", (pair[0], pair[1]), letter)


def by_model(report) -> dict[str, dict]:
    return {each["model"]: each for each in report["models"]}


def test_every_statement_takes_the_project_and_all_but_the_models_a_criterion():
    for name in LEADERBOARD_COLUMNS:
        expected = {"project_id"} if name == "leaderboard_models" else {"project_id", "criterion"}
        assert parameters(name) == expected, name


def test_the_four_models_through_the_database(rows):
    four_models(rows)
    report = rows.leaderboard()
    assert [each["model"] for each in report["models"]] == ["a", "c", "b", "d"]
    found = by_model(report)
    assert found["a"].keys() >= OF_THE_CONTRACT
    assert_allclose([found[m]["strength"] for m in "abcd"], [0.807363, -0.082170, 0.001325, -0.726518])
    assert [found[m]["elo"] for m in "abcd"] == [1140.25, 985.73, 1000.23, 873.79]
    half = 1.959964 * 0.131763
    assert_allclose([found["a"]["low"], found["a"]["high"]], [0.807363 - half, 0.807363 + half], atol=1e-4)
    assert [(found[m]["rank_low"], found[m]["rank_high"]) for m in "acbd"] == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert (report["judgements"], report["effective_judgements"]) == (263, 263.0)
    assert [found[m]["judgements"] for m in "abcd"] == [140, 132, 131, 123]
    assert found["a"]["tie_share"] == 18 / 140
    assert report["components"] == [["a", "c", "b", "d"]]
    assert report["win_table"][0] == {
        **{"model_a": "a", "model_b": "b", "wins_a": 30, "ties": 5, "wins_b": 10},
        "win_rate_a": pytest.approx(32.5 / 45),
    }


def test_intervals_are_clustered_by_comparison_and_below_30_raters_by_rater_too(rows):
    random = np.random.default_rng(1)
    judged, comparisons, raters = [], [], []
    for number in range(60):
        pair = [(0, 1), (1, 2), (0, 2)][number % 3]
        choices = "".join(random.choice(list("aabtx"), 4))
        play(rows, f"c{number}", ("m" + str(pair[0]), "m" + str(pair[1])), choices)
        for rater, letter in enumerate(choices):
            judged.append((*pair, int(letter == "a"), int(letter in "tx"), int(letter == "b")))
            comparisons.append(number)
            raters.append(rater)
    report = rows.leaderboard()
    strength = np.array([by_model(report)[f"m{each}"]["strength"] for each in range(3)])
    errors = [sandwich_by_rows(judged, each, strength) for each in (comparisons, raters)]
    largest = np.sqrt(np.maximum(*(np.diag(each) for each in errors)))
    half = [
        (each["high"] - each["low"]) / 2 for each in (by_model(report)[f"m{number}"] for number in range(3))
    ]
    assert_allclose(half, 1.959964 * largest, atol=2e-4)
    assert report["ground"]["clustered_by"] == ["comparison or shared prompt", "rater"]


def test_comparisons_of_one_prompt_are_one_cluster(rows):
    for number in range(12):
        play(rows, f"c{number}", ("m1", "m2"), "aab"[number % 3], prompt=f"p{number // 4}")
    tables = tables_of(rows)
    assert len(np.unique(tables.outcomes.cluster)) == 3
    flat = [(0, 1, int("aab"[n % 3] == "a"), 0, int("aab"[n % 3] == "b")) for n in range(12)]
    found = fit(tables.outcomes, 2)
    expected = sandwich_by_rows(flat, [n // 4 for n in range(12)], found.strength)
    assert_allclose(clustered_covariance(found, tables.outcomes), expected, atol=1e-12)


def test_the_order_of_an_import_and_the_names_of_completions_change_nothing(connection):
    once, turned = Rows(connection=connection), Rows(connection=connection)
    for number, (models, choices) in enumerate(
        [(("x", "y"), "aat"), (("y", "z"), "ab"), (("z", "x"), "abx"), (("x", "y"), "b")] * 3
    ):
        play(once, f"c{number}", models, choices)
        swapped = choices.translate(str.maketrans("ab", "ba"))
        play(turned, f"c{number}", models[::-1], swapped)
    assert once.leaderboard() == turned.leaderboard()


def test_gold_repeats_judgements_beyond_k_and_a_model_against_itself_stay_out(rows):
    for number, letter in enumerate("aab"):
        play(rows, f"c{number}", ("m1", "m2"), letter)
    before = rows.leaderboard()
    rows.compare("g", models=("m1", "m2"), gold="a")
    rows.judge("g", "r1", "b")
    rows.judge("c0", "r0", "b", repeat_no=1)
    rows.compare("same", models=("m1", "m1"))
    rows.judge("same", "r0", "a")
    rows.compare("unknown", models=("m1", ""))
    rows.judge("unknown", "r0", "a")
    rows.compare("k", models=("m1", "m2"), first_k=0)
    rows.judge("k", "r0", "a")
    assert rows.leaderboard() == before


def test_a_model_that_won_every_time_has_no_strength_and_a_reason(rows):
    play(rows, "c0", ("m1", "m2"), "ab")
    play(rows, "c1", ("best", "m1"), "aa")
    play(rows, "c2", ("worst", "m2"), "b")
    rows.compare("c3", models=("new", "m1"))
    report = rows.leaderboard()
    found = by_model(report)
    assert found["m1"]["strength"] == 0
    assert {each["strength"] for name, each in found.items() if name not in ("m1", "m2")} == {None}
    assert "won every time" in report["notes"]["models.best"]
    assert "lost every time" in report["notes"]["models.worst"]
    assert "Not judged" in report["notes"]["models.new"]
    assert report["components"] == [["m1", "m2"], ["best"], ["worst"]]


def test_nothing_judged_is_an_empty_board_with_a_reason(rows):
    report = rows.leaderboard()
    assert (report["models"], report["components"], report["judgements"]) == ([], [], 0)
    assert report["notes"]["models"]
    rows.compare("c0", models=("m1", "m2"))
    report = rows.leaderboard()
    assert [each["strength"] for each in report["models"]] == [None, None]
    assert json.loads(json.dumps(report)) == report


def test_a_ranking_is_one_judgement_and_says_something_about_each_pair(rows):
    rows.compare("c0", models=("m1", "m2", "m3"))
    rows.judge("c0", "r1", "a", ranking=[["a"], ["b", "c"]])
    rows.judge("c0", "r2", "c", ranking=[["c"], ["b"], ["a"]])
    rows.judge("c0", "r3", "b")
    rows.judge("c0", "r4", "both_bad")
    rows.judge("c0", "r5", "tie")
    report = rows.leaderboard()
    assert (report["judgements"], report["raters"]) == (5, 5)
    assert [each["judgements"] for each in report["models"]] == [5, 5, 5]
    table = {(each["model_a"], each["model_b"]): each for each in report["win_table"]}
    counted = {pair: (each["wins_a"], each["ties"], each["wins_b"]) for pair, each in table.items()}
    assert counted == {("m1", "m2"): (1, 2, 2), ("m1", "m3"): (1, 2, 1), ("m2", "m3"): (1, 3, 1)}


def test_rankings_in_the_agreement_report_have_their_own_figures(rows):
    for number in range(3):
        rows.compare(f"c{number}", models=("m1", "m2", "m3"))
        rows.judge(f"c{number}", "r1", "a", ranking=[["a"], ["b"], ["c"]])
        last = [["a"], ["c"], ["b"]] if number else [["a"], ["b"], ["c"]]
        rows.judge(f"c{number}", "r2", "a", ranking=last)
    figures = rows.report()["rankings"]
    assert figures["mean_tau_b"]["value"] == pytest.approx((1 + 1 / 3 + 1 / 3) / 3)
    assert (figures["mean_tau_b"]["n"], figures["mean_tau_b"]["pairs"]) == (3, 3)
    assert figures["percent_agreement"]["value"] == pytest.approx(7 / 9)
    assert (figures["percent_agreement"]["n"], figures["percent_agreement"]["pairs"]) == (6, 9)
    assert figures["percent_agreement"]["low"] < 7 / 9 < figures["percent_agreement"]["high"]


def test_place_and_length_are_told_apart_from_the_models(rows):
    random = np.random.default_rng(3)
    strength = {"m1": 0.8, "m2": 0.0, "m3": -0.8}
    for number in range(600):
        one, two = random.choice(list(strength), 2, replace=False)
        # The weak model is the verbose one: the bare share of the longer one would turn the sign.
        characters = tuple(int(400 * random.uniform(0.5, 1.5) * (2 if m == "m3" else 1)) for m in (one, two))
        rows.compare(f"c{number}", models=(one, two), characters=characters)
        length = (characters[0] - characters[1]) / sum(characters)
        for rater in range(3):
            first = random.choice(["a", "b"])
            lean = strength[one] - strength[two] + 1.0 * length + 0.5 * (1 if first == "a" else -1)
            choice = "a" if random.random() < 1 / (1 + np.exp(-lean)) else "b"
            rows.judge(
                f"c{number}", f"r{rater}", choice, presentation=["a", "b"] if first == "a" else ["b", "a"]
            )
    report = rows.leaderboard()
    place, length = report["position_effect"], report["length_effect"]
    assert place["low"] < 0.5 < place["high"] and place["low"] > 0.3
    assert length["low"] < 1.0 < length["high"] and length["low"] > 0
    assert place["share"] == pytest.approx(1 / (1 + np.exp(-place["value"])), abs=1e-5)
    adjusted = {each["model"]: each["strength_adjusted"] for each in report["models"]}
    assert_allclose([adjusted[each] for each in strength], list(strength.values()), atol=0.2)
    bare = {each["model"]: each["strength"] for each in report["models"]}
    assert bare["m3"] > adjusted["m3"]
    assert "Longer responses win more often" in report["sentence"]


def test_without_an_order_or_different_lengths_there_are_no_effects_but_reasons(rows):
    for number, letter in enumerate("aab"):
        play(rows, f"c{number}", ("m1", "m2"), letter)
    report = rows.leaderboard()
    assert (report["position_effect"], report["length_effect"]) == (None, None)
    assert {"position_effect", "length_effect"} <= report["notes"].keys()


def test_pandalm_longer_responses_win_457_of_642():
    labels, (_, lengths) = published.pandalm_labels(), published.pandalm_sources()
    counts = np.stack([(labels == each).sum(axis=1) for each in (0, 1, 2)], axis=1)
    winner = np.array([0, -1, 1])[counts.argmax(axis=1)]
    assert (counts.max(axis=1) >= 2).all()
    assert longer_wins(lengths[:, 0], lengths[:, 1], winner) == (457, 642)
    assert wilson(457, 642)[0] > 0.5


def test_pandalm_models_through_the_database_are_those_of_the_formula(rows):
    labels, models = published.pandalm_labels(), published.pandalm_sources()[0]
    names = sorted({each for pair in models for each in pair})
    flat, clusters = [], []
    for number, (pair, answers) in enumerate(zip(models, labels.tolist(), strict=True)):
        play(rows, f"c{number}", pair, "".join("atb"[each] for each in answers), prompt=f"p{number}")
        for each in answers:
            flat.append((*(names.index(m) for m in pair), int(each == 0), int(each == 1), int(each == 2)))
            clusters.append(number)
    report = rows.leaderboard()
    assert report["judgements"] == 2997
    strength = np.array([by_model(report)[each]["strength"] for each in names])
    expected = fit(published.outcomes(flat), len(names))
    assert_allclose(strength, expected.strength, atol=1e-6)
    assert 999 * 0.9 < report["effective_judgements"] < 2997 / 2
