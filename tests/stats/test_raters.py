from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from rlhf_collect.stats.agreement import pairwise_agreement
from rlhf_collect.stats.alpha import krippendorff_alpha
from rlhf_collect.stats.histogram import Histogram
from rlhf_collect.stats.intervals import jackknife_error
from rlhf_collect.stats.raters import (
    alpha_without_each,
    leave_one_out_majority,
    pairwise_without_each,
    peer_agreement,
)
from tests.stats import published

judged = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 4), st.integers(0, 2)),
    min_size=2,
    max_size=30,
    unique_by=lambda row: row[:2],
)


def test_peers_and_leave_one_out_of_the_small_example():
    rows = published.rater_rows_of(published.small_arrays())
    share, pairs = peer_agreement(rows)
    assert_allclose(share, [0.625, 0.5, 0.222222, 0.4], atol=1e-6)
    assert pairs.tolist() == [8, 10, 9, 5]
    equal, asked = leave_one_out_majority(rows)
    assert (equal.tolist(), asked.tolist()) == ([2, 2, 1, 1], [2, 2, 3, 1])


def test_alpha_without_each_rater_of_the_small_example():
    arrays = published.small_arrays()
    without = alpha_without_each(published.rater_rows_of(arrays), published.histogram_of(arrays))
    assert_allclose(without, [0.045455, 0.076923, 0.5, 0.142857], atol=1e-6)
    assert_allclose(jackknife_error(without), 0.314637, atol=1e-6)


def test_pandalm_raters():
    arrays = published.pandalm_arrays()
    rows, histogram = published.rater_rows_of(arrays), published.histogram_of(arrays)
    assert_allclose(peer_agreement(rows)[0], [0.920921, 0.915415, 0.923423], atol=1e-6)
    equal, asked = leave_one_out_majority(rows)
    assert asked.sum() == 2757
    assert_allclose(equal.sum() / asked.sum(), 0.956474, atol=1e-6)
    without = alpha_without_each(rows, histogram)
    assert_allclose(without, [0.861723, 0.878978, 0.852063], atol=1e-6)
    assert_allclose(jackknife_error(without), 0.015744, atol=1e-6)


@given(judged)
def test_without_each_rater_equals_computing_again_from_the_rows(rows):
    comparison, rater, label = (np.array(column) for column in zip(*rows, strict=True))
    pattern_rows = published.rater_rows_of((comparison, rater, label))
    histogram = Histogram.of_judgements(comparison, label)
    alphas, pairwise = (
        alpha_without_each(pattern_rows, histogram),
        pairwise_without_each(pattern_rows, histogram),
    )
    ordinal = alpha_without_each(pattern_rows, histogram, level="ordinal")
    for each in range(pattern_rows.raters):
        others = rater != each
        again = Histogram.of_judgements(comparison[others], label[others])
        assert_allclose(alphas[each], krippendorff_alpha(again.counts, again.times), atol=1e-12)
        assert_allclose(
            ordinal[each], krippendorff_alpha(again.counts, again.times, level="ordinal"), atol=1e-9
        )
        assert_allclose(pairwise[each], pairwise_agreement(again.counts, again.times), atol=1e-12)


def test_a_rater_without_paired_judgements_has_no_peer_agreement():
    rows = published.rater_rows_of((np.array([0, 0, 1]), np.array([0, 1, 2]), np.array([0, 0, 1])))
    share, pairs = peer_agreement(rows)
    assert np.isnan(share[2]) and pairs[2] == 0
