from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rlhf_collect.stats.agreement import (
    agreeing_pairs,
    chance_level,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    pairwise_agreement,
    pairwise_per_comparison,
    rater_pairs,
)
from rlhf_collect.stats.histogram import Histogram
from tests.stats import published


def _each_once(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return counts, np.ones(len(counts), dtype=np.int64)


def test_krippendorffs_example_has_43_agreeing_pairs_of_55():
    counts, times = _each_once(published.krippendorff_counts())
    assert (agreeing_pairs(counts, times), rater_pairs(counts, times)) == (43, 55)
    assert_allclose(pairwise_agreement(counts, times), 43 / 55)
    assert_allclose(pairwise_per_comparison(counts, times), 0.818182, atol=1e-6)


def test_ac1_and_generalised_fleiss_of_krippendorffs_example():
    counts, times = _each_once(published.krippendorff_counts())
    assert_allclose(gwet_ac1(counts, times), 0.775444, atol=1e-6)
    assert_allclose(fleiss_kappa(counts, times), 0.761169, atol=1e-6)


def test_fleiss_example_of_1971():
    counts, times = _each_once(published.fleiss_counts())
    assert_allclose(fleiss_kappa(counts, times), 0.209931, atol=1e-6)
    assert_allclose(gwet_ac1(counts, times), 0.225614, atol=1e-6)
    assert_allclose(pairwise_agreement(counts, times), pairwise_per_comparison(counts, times))


def test_the_small_example_to_the_digit():
    histogram = published.histogram_of(published.small_arrays())
    counts, times = histogram.counts, histogram.times
    decided = counts[:, [0, 2]]
    assert_allclose(pairwise_agreement(counts, times), 7 / 16)
    assert_allclose(pairwise_per_comparison(counts, times), 0.366667, atol=1e-6)
    assert_allclose(pairwise_agreement(decided, times), 4 / 10)
    assert_allclose(pairwise_per_comparison(decided, times), 0.277778, atol=1e-6)
    assert_allclose(gwet_ac1(counts, times), 0.068067, atol=1e-6)
    assert_allclose(fleiss_kappa(counts, times), 0.011680, atol=1e-6)


def test_pandalm_pairs_patterns_and_coefficients():
    histogram = published.histogram_of(published.pandalm_arrays())
    counts, times = histogram.counts, histogram.times
    assert (agreeing_pairs(counts, times), rater_pairs(counts, times)) == (2757, 2997)
    decided = counts[:, [0, 2]]
    assert (agreeing_pairs(decided, times), rater_pairs(decided, times)) == (2482, 2620)
    assert_allclose(gwet_ac1(counts, times), 0.886445, atol=1e-6)
    assert_allclose(fleiss_kappa(counts, times), 0.864175, atol=1e-6)
    assert_allclose((counts[:, 1] * times).sum() / 2997, 0.108775, atol=1e-6)
    patterns = {"".join(map(str, row)): n for row, n in zip(counts.tolist(), times.tolist(), strict=True)}
    assert patterns == {
        **{"003": 426, "012": 10, "021": 13, "030": 85, "102": 36},
        **{"120": 7, "201": 33, "210": 21, "300": 368},
    }


@pytest.mark.parametrize(
    ("one", "two", "kappa", "raw"),
    [(0, 1, 0.852023, 0.912913), (0, 2, 0.878944, 0.928929), (1, 2, 0.861661, 0.917918)],
)
def test_pandalm_cohens_kappas_are_the_published_ones(one, two, kappa, raw):
    labels = published.pandalm_labels()
    table = np.zeros((3, 3), dtype=np.int64)
    np.add.at(table, (labels[:, one], labels[:, two]), 1)
    assert_allclose(cohen_kappa(table), kappa, atol=1e-6)
    assert_allclose(np.trace(table) / 999, raw, atol=1e-6)


def test_cohens_kappa_with_and_without_weights():
    table = np.zeros((3, 3), dtype=np.int64)
    np.add.at(table, ([0, 0, 1, 2, 2, 2, 1, 0], [0, 1, 1, 2, 2, 0, 1, 0]), 1)
    assert_allclose(cohen_kappa(table), 0.627907, atol=1e-6)
    assert_allclose(cohen_kappa(table, quadratic=True), 0.545455, atol=1e-6)


def test_chance_falls_with_the_first_ties_and_then_rises():
    found = [chance_level([share], completions=2) for share in (0.0, 0.2, 0.33, 0.4)]
    assert_allclose(found, [0.5, 0.36, 0.333, 0.34], atol=5e-4)
    assert chance_level([], completions=4) == 0.25


def test_one_category_only_has_no_coefficient_but_full_agreement():
    counts, times = np.array([[3, 0], [2, 0]]), np.array([5, 2])
    assert pairwise_agreement(counts, times) == 1
    assert np.isnan(gwet_ac1(counts, times))
    assert np.isnan(fleiss_kappa(counts, times))


def test_nothing_judged_twice_has_no_agreement():
    counts, times = np.array([[1, 0], [0, 1]]), np.array([5, 2])
    assert np.isnan(pairwise_agreement(counts, times))
    assert np.isnan(pairwise_per_comparison(counts, times))


def test_a_histogram_sorts_adds_equal_patterns_and_forgets_empty_ones():
    histogram = Histogram.of(np.array([[2, 0], [0, 0], [1, 1], [2, 0]]), np.array([1, 9, 4, 2]))
    assert histogram.counts.tolist() == [[1, 1], [2, 0]]
    assert histogram.times.tolist() == [4, 3]
    assert (histogram.comparisons, histogram.judgements, histogram.pairs) == (7, 14, 7)


def test_replicates_run_along_leading_axes():
    counts = published.fleiss_counts()
    many = np.array([np.ones(10), np.arange(10)])
    both = pairwise_agreement(counts, many)
    assert both.shape == (2,)
    assert_allclose(both, [pairwise_agreement(counts, times) for times in many])
