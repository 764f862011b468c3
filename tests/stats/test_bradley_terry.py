from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from rlhf_collect.stats.bradley_terry import (
    clustered_covariance,
    effective_judgements,
    elo,
    fit,
    judgement_covariance,
    rank_ranges,
)
from rlhf_collect.stats.outcomes import components, win_counts, win_rates
from tests.stats import published

STRENGTHS = [0.807363, -0.082170, 0.001325, -0.726518]
rows_of_four = st.lists(
    st.tuples(
        st.sampled_from([(0, 1), (2, 0), (1, 2), (3, 1), (0, 3), (2, 3)]),
        st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(0, 3)),
        st.integers(0, 5),
    ),
    min_size=6,
    max_size=20,
)


def _flat(rows) -> tuple[list[tuple[int, ...]], list[int]]:
    """Rows over all four models, and a comparison for each."""
    chain = [((0, 1), (1, 1, 1), 9), ((1, 2), (1, 1, 1), 9), ((2, 3), (1, 1, 1), 9)]
    whole = [*chain, *rows]
    return [(*pair, *counts) for pair, counts, _ in whole], [cluster for *_, cluster in whole]


def sandwich_by_rows(rows, clusters, strength) -> np.ndarray:
    """The clustered sandwich as its formula reads, one judgement after the other."""
    size = len(strength)
    bread, sums = np.zeros((size, size)), {}
    for number, (first, second, won, tied, lost) in enumerate(rows):
        z = np.zeros(size)
        z[first], z[second] = 1, -1
        chance = 1 / (1 + np.exp(-(z @ strength)))
        for score, times in ((1.0, won), (0.5, tied), (0.0, lost)):
            for _ in range(times):
                bread += chance * (1 - chance) * np.outer(z, z)
                sums.setdefault(clusters[number], np.zeros(size))
                sums[clusters[number]] += (score - chance) * z
    inverse = np.linalg.pinv(bread)
    return inverse @ sum(np.outer(each, each) for each in sums.values()) @ inverse


def test_the_four_models_to_the_digit():
    outcomes = published.wins_outcomes()
    found = fit(outcomes, 4)
    assert_allclose(found.strength, STRENGTHS, atol=1e-6)
    assert_allclose(elo(found.strength), [1140.25, 985.73, 1000.23, 873.79], atol=5e-3)
    errors = np.sqrt(np.diag(judgement_covariance(found, outcomes)))
    assert_allclose(errors, [0.131763, 0.122377, 0.126452, 0.137969], atol=1e-6)


def _davidson(place: np.ndarray) -> float:
    strength, ties = np.append(place[:3], -place[:3].sum()), np.exp(place[3])
    total = 0.0
    for pair, (won, lost, tied) in published.WINS.items():
        a, b = (np.exp(strength["abcd".index(each)]) for each in pair)
        middle = ties * np.sqrt(a * b)
        whole = a + b + middle
        total += won * np.log(a / whole) + lost * np.log(b / whole) + tied * np.log(middle / whole)
    return -total


def _rao_kupper(place: np.ndarray) -> float:
    strength, step = np.append(place[:3], -place[:3].sum()), 1 + np.exp(place[3])
    total = 0.0
    for pair, (won, lost, tied) in published.WINS.items():
        a, b = (np.exp(strength["abcd".index(each)]) for each in pair)
        wins, losses = a / (a + step * b), b / (b + step * a)
        total += won * np.log(wins) + lost * np.log(losses) + tied * np.log(1 - wins - losses)
    return -total


@pytest.mark.parametrize(
    ("model", "strengths", "other", "likelihood"),
    [
        (_davidson, [0.993034, -0.100876, 0.001527, -0.893685], lambda x: np.exp(x) - 0.435954, -241.234930),
        (
            _rao_kupper,
            [0.847881, -0.094556, 0.006640, -0.759965],
            lambda x: 1 + np.exp(x) - 1.476012,
            -240.720152,
        ),
    ],
)
def test_models_with_ties_of_their_own_order_the_four_as_half_wins_do(model, strengths, other, likelihood):
    best = minimize(model, np.zeros(4), method="BFGS", options={"gtol": 1e-9})
    assert_allclose([*best.x[:3], -best.x[:3].sum()], strengths, atol=1e-5)
    assert_allclose(other(best.x[3]), 0, atol=1e-5)
    assert_allclose(-best.fun, likelihood, atol=1e-5)
    assert np.corrcoef(strengths, fit(published.wins_outcomes(), 4).strength)[0, 1] > 0.9999


@settings(max_examples=40)
@given(rows_of_four)
def test_strengths_and_errors_are_those_of_the_formula(rows):
    flat, clusters = _flat(rows)
    outcomes = published.outcomes(flat, clusters=clusters)
    found = fit(outcomes, 4)
    off = outcomes.score - outcomes.n * found.chance
    pull = np.bincount(outcomes.first, off, 4) - np.bincount(outcomes.second, off, 4)
    assert_allclose(pull, 0, atol=1e-8)
    assert_allclose(found.strength.sum(), 0, atol=1e-10)
    expected = sandwich_by_rows(flat, clusters, found.strength)
    assert_allclose(clustered_covariance(found, outcomes), expected, atol=1e-10)


@settings(max_examples=40)
@given(rows_of_four)
def test_rows_of_equal_comparisons_may_be_one_row_and_sides_may_change(rows):
    flat, _ = _flat(rows)
    split = published.outcomes(flat)
    unique, times = np.unique(np.array(flat), axis=0, return_counts=True)
    together = published.outcomes([tuple(each) for each in unique.tolist()])
    together = type(together)(**{**vars(together), "times": times})
    turned = published.outcomes([(b, a, lost, tied, won) for a, b, won, tied, lost in flat])
    found = fit(split, 4)
    for other in (together, turned):
        again = fit(other, 4)
        assert_allclose(again.strength, found.strength, atol=1e-9)
        for covariance in (clustered_covariance, judgement_covariance):
            assert_allclose(covariance(again, other), covariance(found, split), atol=1e-9)


def test_with_one_judgement_a_comparison_clustering_changes_nothing():
    outcomes = published.wins_outcomes()
    found = fit(outcomes, 4)
    by_judgement, by_cluster = judgement_covariance(found, outcomes), clustered_covariance(found, outcomes)
    assert_allclose(by_judgement, by_cluster, atol=1e-12)
    assert_allclose(effective_judgements(263, by_judgement, by_cluster), 263)


def test_three_judgements_that_always_agree_are_worth_one():
    rows = [(0, 1, 3, 0, 0)] * 6 + [(0, 1, 0, 0, 3)] * 4
    outcomes = published.outcomes(rows)
    found = fit(outcomes, 2)
    worth = effective_judgements(
        30, judgement_covariance(found, outcomes), clustered_covariance(found, outcomes)
    )
    assert_allclose(worth, 10)


@pytest.mark.parametrize("times", [1, 10**4, 10**8])
def test_the_search_ends_within_a_few_steps_however_many_judgements_there_are(times):
    outcomes = published.wins_outcomes()
    many = type(outcomes)(**{**vars(outcomes), "times": outcomes.times * times})
    noise = np.random.default_rng(8).uniform(-1, 1, (len(outcomes.first), 2))
    for covariates in (None, noise):
        found = fit(many, 4, covariates)
        assert found.rounds < 12
        assert_allclose(found.strength, fit(outcomes, 4, covariates).strength, atol=1e-9)


def test_two_models_have_the_odds_of_their_wins():
    found = fit(published.outcomes([(0, 1, 3, 0, 1)]), 2)
    assert_allclose(found.strength, [np.log(3) / 2, -np.log(3) / 2])


def test_a_model_that_never_lost_is_on_no_scale_with_the_others():
    wins = win_counts(published.outcomes([(0, 1, 2, 0, 1), (0, 2, 3, 0, 0), (1, 2, 1, 0, 0)]), 4)
    assert components(wins).tolist() == [0, 0, 1, 2]


def test_a_tie_joins_and_a_long_way_round_does_too():
    tied = win_counts(published.outcomes([(0, 1, 1, 1, 0)]), 2)
    assert components(tied).tolist() == [0, 0]
    ring = win_counts(published.outcomes([(each, (each + 1) % 9, 1, 0, 0) for each in range(9)]), 9)
    assert components(ring).tolist() == [0] * 9


def test_strengths_of_models_on_no_common_scale_are_refused():
    with pytest.raises(ValueError, match="one component"):
        fit(published.outcomes([(0, 1, 3, 0, 0)]), 2)


def test_win_rates_count_a_tie_as_half_and_know_nothing_of_models_that_never_met():
    wins = win_counts(published.outcomes([(0, 1, 30, 5, 10)]), 3)
    assert wins[0, 1] == 32.5
    assert wins[1, 0] == 12.5
    rates = win_rates(wins)
    assert_allclose([rates[0, 1], rates[1, 0]], [32.5 / 45, 12.5 / 45])
    assert np.isnan(rates[0, 2])


def test_ranks_are_ranges_that_intervals_cannot_narrow():
    best, worst = rank_ranges(np.array([0.0, 0.5, 3.0]), np.array([1.0, 2.0, 4.0]))
    assert (best.tolist(), worst.tolist()) == ([2, 2, 1], [3, 3, 1])


def test_clustered_intervals_hold_what_they_promise_where_judgements_of_a_comparison_go_together():
    random, held, held_naively, runs = np.random.default_rng(4), 0, 0, 120
    for _ in range(runs):
        lean = 0.5 + 2.0 * random.standard_normal(150)
        won = random.binomial(3, 1 / (1 + np.exp(-lean)))
        outcomes = published.outcomes([(0, 1, int(each), 0, 3 - int(each)) for each in won])
        found = fit(outcomes, 2)
        # What the marginal model is after: the log odds of a win over comparisons of all difficulties.
        nodes, weights = np.polynomial.hermite_e.hermegauss(40)
        share = float((weights / weights.sum()) @ (1 / (1 + np.exp(-(0.5 + 2.0 * nodes)))))
        truth = np.log(share / (1 - share)) / 2
        for covariance in (clustered_covariance, judgement_covariance):
            half = 1.96 * np.sqrt(covariance(found, outcomes)[0, 0])
            inside = abs(found.strength[0] - truth) <= half
            if covariance is clustered_covariance:
                held += inside
            else:
                held_naively += inside
    assert held / runs > 0.9
    assert held_naively / runs < held / runs - 0.05
