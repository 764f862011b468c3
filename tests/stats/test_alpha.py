from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from rlhf_collect.stats.agreement import fleiss_kappa, pairwise_agreement
from rlhf_collect.stats.alpha import Level, alpha_of_coincidences, coincidences, krippendorff_alpha
from rlhf_collect.stats.histogram import Histogram, symmetrised
from tests.stats import published
from tests.stats.definition import alpha_by_pairs, pairwise_by_pairs

answers = st.lists(st.lists(st.integers(0, 4), min_size=0, max_size=6), min_size=1, max_size=12)


def _counts(comparisons: list[list[int]], categories: int = 5) -> np.ndarray:
    return np.array([[one.count(label) for label in range(categories)] for one in comparisons])


@pytest.mark.parametrize(
    ("level", "alpha"),
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_krippendorffs_example_at_every_level(level: Level, alpha: float):
    counts = published.krippendorff_counts()
    found = krippendorff_alpha(counts, np.ones(12), level=level, values=np.arange(1.0, 6.0))
    assert_allclose(found, alpha, atol=1e-6)


def test_fleiss_example():
    assert_allclose(krippendorff_alpha(published.fleiss_counts(), np.ones(10)), 0.215574, atol=1e-6)


def test_the_small_example_nominal_ordinal_and_symmetrised():
    histogram = published.histogram_of(published.small_arrays())
    assert_allclose(krippendorff_alpha(histogram.counts, histogram.times), 0.16)
    assert_allclose(krippendorff_alpha(histogram.counts, histogram.times, level="ordinal"), -0.12)
    assert_allclose(
        krippendorff_alpha(*symmetrised(histogram.counts, histogram.times, mirror=(2, 1, 0))), 0.13, atol=1e-9
    )


def test_the_first_two_judgements_of_the_small_example():
    comparison, _, label = published.small_arrays()
    rank = np.array([np.sum(comparison[:n] == each) for n, each in enumerate(comparison)])
    first = Histogram.of_judgements(comparison[rank < 2], label[rank < 2])
    assert_allclose(pairwise_agreement(first.counts, first.times), 3 / 5)
    assert_allclose(krippendorff_alpha(first.counts, first.times), 0.454545, atol=1e-6)


def test_pandalm_nominal_ordinal_and_symmetrised():
    histogram = published.histogram_of(published.pandalm_arrays())
    both = symmetrised(histogram.counts, histogram.times, mirror=(2, 1, 0))
    assert_allclose(krippendorff_alpha(histogram.counts, histogram.times), 0.864221, atol=1e-6)
    assert_allclose(krippendorff_alpha(*both), 0.864530, atol=1e-6)
    assert_allclose(
        krippendorff_alpha(histogram.counts, histogram.times, level="ordinal"), 0.877464, atol=1e-6
    )
    assert_allclose(krippendorff_alpha(*both, level="ordinal"), 0.877594, atol=1e-6)


@given(answers, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_is_what_the_definition_over_pairs_of_values_gives(comparisons, level):
    counts = _counts(comparisons)
    found = krippendorff_alpha(counts, np.ones(len(counts)), level=level, values=np.arange(1.0, 6.0))
    expected = alpha_by_pairs([[each + 1 for each in one] for one in comparisons], level)
    assert_allclose(found, np.nan if expected is None else expected, atol=1e-9)


@given(answers)
def test_pairwise_is_what_counting_pairs_gives(comparisons):
    counts = _counts(comparisons)
    expected = pairwise_by_pairs(comparisons)
    found = pairwise_agreement(counts, np.ones(len(counts)))
    assert_allclose(found, np.nan if expected is None else expected)


@given(answers)
def test_full_agreement_on_two_categories_is_exactly_one(comparisons):
    agreed = [[one[0]] * max(len(one), 2) for one in comparisons if one]
    counts = _counts([*agreed, [0, 0], [1, 1]])
    assert krippendorff_alpha(counts, np.ones(len(counts))) == 1


@given(st.integers(0, 4), st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_one_category_only_is_undefined_at_every_level(label, sizes):
    counts = _counts([[label] * size for size in sizes])
    for level in ("nominal", "ordinal", "interval", "ratio"):
        assert np.isnan(krippendorff_alpha(counts, np.ones(len(counts)), level=level))


@given(answers)
def test_comparisons_judged_once_change_nothing(comparisons):
    counts = _counts(comparisons)
    more = np.concatenate([counts, np.eye(5, dtype=np.int64)])
    for level in ("nominal", "ordinal"):
        assert_allclose(
            krippendorff_alpha(more, np.ones(len(more)), level=level),
            krippendorff_alpha(counts, np.ones(len(counts)), level=level),
        )


@given(answers)
def test_symmetrising_leaves_pairwise_agreement_alone(comparisons):
    counts = _counts(comparisons, categories=5)
    times = np.ones(len(counts))
    both = symmetrised(counts, times, mirror=(4, 3, 2, 1, 0))
    assert_allclose(pairwise_agreement(*both), pairwise_agreement(counts, times))


@pytest.mark.parametrize("ties", [0.0, 0.3, 0.6])
def test_random_answers_give_alpha_near_nought_at_any_tie_share(ties):
    share = [(1 - ties) / 2, ties, (1 - ties) / 2]
    counts = np.random.default_rng(5).multinomial(3, share, size=20_000)
    assert abs(float(krippendorff_alpha(counts, np.ones(20_000)))) < 0.015


def test_the_short_road_of_nominal_alpha_equals_the_whole_coincidence_table():
    counts = published.krippendorff_counts()
    table = coincidences(counts, np.ones(12))
    assert table.sum() == 40
    assert_allclose(alpha_of_coincidences(table), krippendorff_alpha(counts, np.ones(12)), rtol=1e-13)


def test_alpha_is_close_to_fleiss_with_its_small_sample_correction():
    counts = published.fleiss_counts()
    kappa = float(fleiss_kappa(counts, np.ones(10)))
    assert_allclose(krippendorff_alpha(counts, np.ones(10)), kappa + (1 - kappa) / 140, atol=1e-6)


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="no level of measurement"):
        krippendorff_alpha(np.array([[1, 1]]), np.ones(1), level="cardinal")  # type: ignore[arg-type]
