from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from rlhf_collect.stats.consensus import UNDECIDED, majority, weighted_counts, weights_of
from rlhf_collect.stats.raters import peer_agreement
from tests.stats import published

votes = st.lists(st.lists(st.integers(0, 3), max_size=6), min_size=1, max_size=12)


@given(votes)
def test_the_majority_is_the_one_most_frequent_answer_or_none(comparisons):
    counts = np.array([[each.count(category) for category in range(4)] for each in comparisons])
    winner, share = majority(counts)
    for place, answers in enumerate(comparisons):
        ranked = Counter(answers).most_common()
        unique = ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1])
        assert winner[place] == (ranked[0][0] if unique else UNDECIDED)
        expected = ranked[0][1] / len(answers) if answers else np.nan
        assert_allclose(share[place], expected)


def test_every_pandalm_comparison_has_a_majority():
    labels = published.pandalm_labels()
    winner, share = majority(np.stack([(labels == each).sum(axis=1) for each in range(3)], axis=1))
    assert (winner != UNDECIDED).all()
    assert set(np.round(share, 6)) == {1.0, 0.666667}


def test_weights_follow_peers_above_chance_and_are_never_nothing():
    assert_allclose(weights_of(np.array([0.65, 0.30, np.nan]), 0.36), [0.29, 0.01, 0.01])


def test_a_heavier_rater_breaks_a_tie_and_equal_weights_change_nothing():
    comparison, label, rater = np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 0]), np.array([0, 1, 0, 1, 2])
    counts = weighted_counts(comparison, label, rater, np.array([0.3, 0.2, 0.1]), shape=(2, 2))
    assert_allclose(counts, [[0.3, 0.2], [0.1, 0.5]])
    assert majority(counts)[0].tolist() == [0, 1]
    same = weighted_counts(comparison, label, rater, np.full(3, 0.1), shape=(2, 2))
    assert majority(same)[0].tolist() == [UNDECIDED, 1]


def test_weighting_helps_where_some_answer_at_random():
    random = np.random.default_rng(5)
    comparisons, raters = 3000, 30
    truth = random.integers(0, 3, comparisons)
    comparison = np.repeat(np.arange(comparisons), 3)
    rater = np.concatenate([random.choice(raters, 3, replace=False) for _ in range(comparisons)])
    good = random.random(len(rater)) < np.where(rater < 10, 0.34, 0.75)
    label = np.where(good, truth[comparison], random.integers(0, 3, len(rater)))
    share = peer_agreement(published.rater_rows_of((comparison, rater, label)))[0]
    plain = weighted_counts(comparison, label, rater, np.ones(raters), shape=(comparisons, 3))
    weighted = weighted_counts(comparison, label, rater, weights_of(share, 1 / 3), shape=(comparisons, 3))
    right = [(majority(each)[0] == truth).mean() for each in (plain, weighted)]
    assert right[1] > right[0] + 0.02
