from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import friedmanchisquare, kendalltau

from rlhf_collect.stats.alpha import krippendorff_alpha
from rlhf_collect.stats.orders import (
    Orders,
    kendall_w,
    mean_correlation,
    mean_tau_b,
    outcomes_of,
    pair_agreement,
    unrolled,
)
from tests.stats import published

rankings = st.lists(
    st.tuples(st.integers(0, 3), st.tuples(*[st.integers(0, 3)] * 4)), min_size=1, max_size=14
)


def tau_b_by_pairs(one, two) -> float | None:
    """Kendall's tau-b as its formula reads."""
    concordant = discordant = tied_one = tied_two = pairs = 0
    for x, y in combinations(range(len(one)), 2):
        pairs += 1
        a, b = np.sign(one[y] - one[x]), np.sign(two[y] - two[x])
        concordant += a * b > 0
        discordant += a * b < 0
        tied_one += a == 0
        tied_two += b == 0
    below = np.sqrt((pairs - tied_one) * (pairs - tied_two))
    return (concordant - discordant) / below if below else None


def taus_by_pairs(rows) -> list[float]:
    by: dict[int, list] = {}
    for number, ranks in rows:
        by.setdefault(number, []).append(ranks)
    means = []
    for number in sorted(by):
        found = [tau_b_by_pairs(a, b) for a, b in combinations(by[number], 2)]
        known = [each for each in found if each is not None]
        if known:
            means.append(float(np.mean(known)))
    return means


def test_three_rankings_of_four_to_the_digit():
    ranks = np.array(published.RANKS)
    assert_allclose(kendall_w(ranks), 0.862069, atol=1e-6)
    assert_allclose(kendall_w(ranks), friedmanchisquare(*ranks.T).statistic / 9)
    assert_allclose(mean_correlation(kendall_w(ranks), 3), 0.793103, atol=1e-6)
    tau, pairs = mean_tau_b(published.orders([(0, each) for each in published.RANKS]))
    assert_allclose(tau, [0.709087], atol=1e-6)
    assert pairs.tolist() == [3]


@pytest.mark.parametrize(
    ("aspect", "concordance", "tau"),
    [
        ("correctness", 0.771111, 0.600000),
        ("selection", 0.855556, 0.724444),
        ("overall", 0.864444, 0.742222),
    ],
)
def test_squality_ranks_have_the_published_values(aspect, concordance, tau):
    rows = published.squality_ranks(aspect)
    found, pairs = mean_tau_b(published.orders(rows))
    assert (len(found), pairs.sum()) == (100, 300)
    assert_allclose(found.mean(), tau, atol=1e-6)
    by_question = np.array([ranks for _, ranks in sorted(rows)]).reshape(100, 3, 3)
    assert_allclose(np.mean([kendall_w(each) for each in by_question]), concordance, atol=1e-6)


@pytest.mark.parametrize(
    ("aspect", "interval", "ordinal"),
    [
        ("correctness", 0.458692, 0.534450),
        ("selection", 0.781275, 0.715514),
        ("overall", 0.798256, 0.721805),
    ],
)
def test_squality_ratings_have_the_published_alphas(aspect, interval, ordinal):
    counts = published.squality_rating_counts(aspect)
    once = np.ones(len(counts), dtype=np.int64)
    assert_allclose(krippendorff_alpha(counts, once, level="interval"), interval, atol=1e-6)
    assert_allclose(krippendorff_alpha(counts, once, level="ordinal"), ordinal, atol=1e-6)


@given(rankings)
def test_mean_tau_is_that_of_every_two_raters(rows):
    tau, _ = mean_tau_b(published.orders(rows))
    assert_allclose(tau, taus_by_pairs(rows), atol=1e-12)


@settings(max_examples=30)
@given(st.tuples(*[st.integers(0, 3)] * 5), st.tuples(*[st.integers(0, 3)] * 5))
def test_two_raters_have_the_tau_of_scipy(one, two):
    tau, _ = mean_tau_b(published.orders([(0, one), (0, two)]))
    expected = kendalltau(one, two).statistic
    assert_allclose(tau, [] if np.isnan(expected) else [expected], atol=1e-12)


@given(rankings)
def test_unrolled_pairs_agree_as_often_as_counting_them_one_by_one(rows):
    which, pairs = unrolled(published.orders(rows))
    agreeing, every = pair_agreement(which, pairs)
    same = told = 0
    for (one, first), (two, second) in combinations(rows, 2):
        if one == two:
            for x, y in combinations(range(4), 2):
                told += 1
                same += np.sign(first[y] - first[x]) == np.sign(second[y] - second[x])
    assert (agreeing.sum(), every.sum()) == (same, told)


def _with(orders: Orders, **changed) -> Orders:
    return Orders(**{**vars(orders), **changed})


def test_naming_only_the_best_says_nothing_of_the_others_and_is_no_order():
    two = published.orders([(0, (0, 1, 1)), (0, (1, 0, 1))], models=(0, 1, 2))
    orders = _with(two, partial=np.array([True, True]))
    assert len(mean_tau_b(orders)[0]) == 0
    which, pairs = unrolled(orders)
    assert pairs.counts.tolist() == [[1, 0, 1], [1, 0, 0], [1, 0, 0]]
    agreeing, every = pair_agreement(which, pairs)
    assert (agreeing.tolist(), every.tolist()) == ([0], [1])
    outcomes = outcomes_of(orders)
    told = {(int(a), int(b)) for a, b in zip(outcomes.first, outcomes.second, strict=True)}
    assert told == {(0, 1), (0, 2), (1, 2)}
    assert (len(outcomes.first), outcomes.tied.sum()) == (4, 0)


def test_both_bad_is_no_order_and_half_a_win_to_each_model():
    orders = _with(published.orders([(7, (0, 0, 0))], models=(0, 1, 2)), both_bad=np.array([True]))
    assert len(mean_tau_b(orders)[0]) == 0
    assert len(unrolled(orders)[0]) == 0
    outcomes = outcomes_of(orders)
    assert outcomes.tied.tolist() == [1, 1, 1]
    assert outcomes.cluster.tolist() == [7, 7, 7]
    assert outcomes.judgement.tolist() == [0, 0, 0]


def test_a_model_is_not_held_against_itself_nor_against_an_unknown_one():
    outcomes = outcomes_of(published.orders([(0, (0, 1, 2, 3))], models=(4, 4, -1, 5)))
    assert list(zip(outcomes.first.tolist(), outcomes.second.tolist(), strict=True)) == [(4, 5), (4, 5)]
