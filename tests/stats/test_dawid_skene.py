from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rlhf_collect.stats.dawid_skene import ROUNDS, SETTINGS, habits_of, posterior
from tests.stats import published


def votes(*rows: tuple[int, int, int]):
    """Columns of (item, rater, label)."""
    item, rater, label = np.array(rows, dtype=np.int64).T
    return item, rater, label


def by_hand(item, rater, label, categories: int, rounds: int):
    """The same formulas, one number at a time."""
    items, raters = max(item) + 1, max(rater) + 1
    t = [[0.0] * categories for _ in range(items)]
    for i, given in zip(item, label, strict=True):
        t[i][given] += 1
    t = [[each / sum(row) for each in row] for row in t]
    for _ in range(rounds):
        p = [sum(row[k] for row in t) / items for k in range(categories)]
        pi = [[[1.0] * categories for _ in range(categories)] for _ in range(raters)]
        for i, r, given in zip(item, rater, label, strict=True):
            for k in range(categories):
                pi[r][k][given] += t[i][k]
        pi = [[[each / sum(row) for each in row] for row in table] for table in pi]
        t = [list(p) for _ in range(items)]
        for i, r, given in zip(item, rater, label, strict=True):
            for k in range(categories):
                t[i][k] *= pi[r][k][given]
        t = [[each / sum(row) for each in row] for row in t]
    return np.array(t)


def test_it_is_what_the_formulas_give_one_number_at_a_time():
    rows = votes((0, 0, 0), (0, 1, 0), (0, 2, 1), (1, 0, 1), (1, 1, 1), (2, 2, 0), (2, 0, 2), (3, 1, 0))
    found = posterior(*rows, categories=3)
    expected = by_hand(*(each.tolist() for each in rows), categories=3, rounds=found.rounds)
    assert found.chances == pytest.approx(expected, abs=1e-9)
    assert found.chances.sum(axis=1) == pytest.approx(np.ones(4))
    assert 1 < found.rounds < ROUNDS
    assert found.log_likelihood < 0


def test_whom_the_others_agree_with_weighs_more():
    rows = []
    for item in range(30):
        truth = item % 2
        rows += [
            (item, 0, truth),
            (item, 1, truth),
            (item, 2, (item // 3) % 2),
        ]  # the third answers by the clock
    rows += [(30, 0, 1), (30, 2, 0)]
    found = posterior(*votes(*rows), categories=2)
    assert found.chances[30, 1] > 0.85


def test_a_category_nobody_used_has_no_chance_and_one_vote_is_an_answer():
    found = posterior(*votes((0, 0, 1)), categories=4)
    assert found.chances.tolist() == [[0.0, 1.0, 0.0, 0.0]]
    assert np.isfinite(found.log_likelihood)


def test_the_order_of_items_and_raters_means_nothing():
    rng = np.random.default_rng(1)
    item, rater, label = rng.integers(0, 40, 300), rng.integers(0, 7, 300), rng.integers(0, 4, 300)
    item[:40] = np.arange(40)
    first = posterior(item, rater, label, categories=4).chances
    again = posterior(39 - item[::-1], 6 - rater[::-1], label[::-1], categories=4).chances
    assert again[::-1] == pytest.approx(first, abs=1e-9)


def test_what_the_answer_depends_on_is_stated():
    assert SETTINGS == {
        "start": "shares of the votes",
        "pseudo_count": 1.0,
        "tolerance": 1e-8,
        "rounds": 500,
    }


def test_the_patients_of_1979_without_a_pseudo_count():
    item, rater, label = published.patients()
    found = posterior(item, rater, label, categories=4, pseudo_count=0, tolerance=0, most_rounds=3000)
    assert_allclose(found.chances.mean(axis=0), [0.399555, 0.421983, 0.111795, 0.066667], atol=1e-6)
    assert_allclose(found.log_likelihood, -192.890881, atol=1e-6)
    habits = habits_of(found.chances, item, rater, label, raters=5, pseudo_count=0)
    paper = [[0.889, 0.111, 0, 0], [0.071, 0.876, 0.053, 0], [0, 0.339, 0.661, 0], [0, 0, 0.556, 0.444]]
    assert_allclose(habits[0], paper, atol=5e-4)
    assert np.bincount(found.chances.argmax(axis=1)).tolist() == [18, 19, 5, 3]


def test_the_patients_of_1979_with_our_pseudo_count():
    item, rater, label = published.patients()
    found = posterior(item, rater, label, categories=4, tolerance=0, most_rounds=3000)
    assert_allclose(found.chances.mean(axis=0), [0.416325, 0.449597, 0.111362, 0.022716], atol=1e-6)
    assert np.bincount(found.chances.argmax(axis=1)).tolist() == [19, 20, 5, 1]


def test_the_likelihood_never_falls():
    item, rater, label = published.patients()
    found = [
        posterior(item, rater, label, categories=4, pseudo_count=0, tolerance=0, most_rounds=rounds)
        for rounds in range(1, 40)
    ]
    rises = np.diff([each.log_likelihood for each in found])
    assert (rises > -1e-9).all()
