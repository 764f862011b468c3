from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from rlhf_collect.stats.alpha import krippendorff_alpha
from rlhf_collect.stats.histogram import Histogram
from rlhf_collect.stats.intervals import (
    binomial_p,
    bootstrap_times,
    clustered_share,
    jackknife_bounds,
    jackknife_error,
    percentile_bounds,
    wilson,
)
from tests.stats import published


@pytest.mark.parametrize(
    ("right", "n", "low", "high"), [(18, 24, 0.551006, 0.880006), (21, 24, 0.689961, 0.956557)]
)
def test_wilsons_interval(right, n, low, high):
    assert_allclose(wilson(right, n), (low, high), atol=1e-6)


def test_wilsons_interval_stays_within_nought_and_one():
    assert wilson(0, 5)[0] == 0
    assert wilson(5, 5)[1] == 1
    with pytest.raises(ValueError, match="share of nothing"):
        wilson(0, 0)


def test_sixty_of_a_hundred_on_one_side():
    assert_allclose(binomial_p(60, 100), 0.056888, atol=1e-6)
    assert binomial_p(40, 100) == binomial_p(60, 100)
    assert binomial_p(5, 10) == 1


def test_pandalm_bootstrap_error_and_interval():
    histogram = published.histogram_of(published.pandalm_arrays())
    replicates = krippendorff_alpha(histogram.counts, bootstrap_times(histogram))
    assert_allclose(replicates.std(ddof=1), 0.0114, atol=5e-4)
    assert_allclose(percentile_bounds(replicates), (0.842, 0.887), atol=2e-3)


def test_the_bootstrap_of_a_histogram_is_the_same_at_every_call_and_row_order():
    histogram = published.histogram_of(published.pandalm_arrays())
    turned = Histogram.of(histogram.counts[::-1], histogram.times[::-1])
    assert_array_equal(bootstrap_times(histogram), bootstrap_times(turned))
    assert (bootstrap_times(histogram).sum(axis=1) == 999).all()


def test_the_histogram_bootstrap_spreads_like_one_over_comparisons():
    labels = published.pandalm_labels()[:200]
    counts = np.stack([(labels == each).sum(axis=1) for each in range(3)], axis=1)
    drawn = np.random.default_rng(3).integers(0, 200, size=(1000, 200))
    slow = [float(krippendorff_alpha(counts[rows], np.ones(200))) for rows in drawn]
    histogram = Histogram.of(counts, np.ones(200, dtype=np.int64))
    fast = krippendorff_alpha(histogram.counts, bootstrap_times(histogram))
    assert_allclose(fast.std(), np.std(slow), rtol=0.1)
    assert_allclose(fast.mean(), np.mean(slow), atol=0.004)


def test_an_empty_histogram_cannot_be_resampled():
    with pytest.raises(ValueError, match="empty"):
        bootstrap_times(Histogram(counts=np.zeros((0, 3), dtype=np.int64), times=np.zeros(0, dtype=np.int64)))


def test_an_interval_needs_most_replicates_to_be_defined():
    values = np.linspace(0, 1, 100)
    values[:4] = np.nan
    assert percentile_bounds(values) is not None
    values[:6] = np.nan
    assert percentile_bounds(values) is None


def test_the_jackknife_error_of_the_small_example():
    without = np.array([0.045455, 0.076923, 0.5, 0.142857])
    assert_allclose(jackknife_error(without), 0.314637, atol=1e-6)
    low, high = jackknife_bounds(0.16, without)
    assert_allclose((high - low) / 2, 3.182446 * 0.314637, atol=1e-5)


def test_a_figure_undefined_without_one_rater_has_no_band():
    assert jackknife_bounds(0.2, np.array([0.1, np.nan, 0.3])) is None
    assert jackknife_bounds(0.2, np.array([0.1])) is None


def test_one_side_follower_widens_the_interval_far_beyond_the_binomial():
    decided = np.full(10, 100)
    first = np.array([50, 48, 52, 51, 49, 50, 47, 53, 50, 100])
    share = clustered_share(first, decided)
    assert (share.value, share.n) == (0.55, 1000)
    low, high = wilson(550, 1000)
    assert low > 0.5, "the plain interval calls it an effect of the layout"
    assert share.low < 0.5 < share.high
    assert share.high - share.low > 3 * (high - low)


def test_a_clustered_share_by_hand():
    first, decided = np.array([6, 3, 0]), np.array([10, 10, 0])
    share = clustered_share(first, decided)
    error = np.sqrt(2 / 1 * ((6 - 4.5) ** 2 + (3 - 4.5) ** 2)) / 20
    assert_allclose(
        (share.low, share.high), (max(0.45 - 12.7062 * error, 0), min(0.45 + 12.7062 * error, 1)), atol=1e-5
    )


@pytest.mark.parametrize(("first", "decided"), [([7], [10]), ([1, 1, 1], [1, 1, 1]), ([5, 10], [10, 20])])
def test_raters_without_any_spread_give_no_interval(first, decided):
    share = clustered_share(np.array(first), np.array(decided))
    assert share.low is None and share.high is None


def test_no_decided_judgement_has_no_share():
    assert clustered_share(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)) is None


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_holds_the_share(right, more):
    n = right + more
    low, high = wilson(right, n)
    assert 0 <= low <= right / n <= high <= 1
