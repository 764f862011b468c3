from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from rlhf_collect.stats.intervals import binomial_p, wilson
from rlhf_collect.stats.rater_figures import (
    SETTLED,
    beside_the_others,
    drift,
    peer_shares,
    shrunken,
    side_z,
    wilson_of_each,
)
from rlhf_collect.stats.rater_views import (
    distribution,
    is_flagged,
    rows_for_leads,
    told_signals,
    without_any_one,
)
from tests.stats import published
from tests.stats.test_raters import judged


def cusum_step_by_step(agreeing, mean, drop) -> tuple[float, bool]:
    total, alarm = 0.0, False
    first = agreeing[:SETTLED]
    base = min(mean, sum(first) / len(first)) if len(first) else mean
    for each in agreeing:
        total = max(0.0, total + base - drop / 2 - each)
        alarm |= total > 4
    return total, alarm


def test_wilson_of_each_is_wilson_of_one():
    found = wilson_of_each(np.array([18, 21, 0, 5]), np.array([24, 24, 0, 5]))
    for place, (right, n) in ((0, (18, 24)), (1, (21, 24)), (3, (5, 5))):
        assert_allclose((found.low[place], found.high[place]), wilson(right, n), atol=1e-12)
    assert_allclose((found.low[1], found.high[1]), (0.689961, 0.956557), atol=1e-6)
    assert np.isnan(found.value[2])


def test_peer_agreement_counts_judgements_and_not_pairs():
    found = peer_shares(published.rater_rows_of(published.small_arrays()))
    assert_allclose(found.value, [0.625, 0.5, 0.222222, 0.4], atol=1e-6)
    assert found.n.tolist() == [4, 5, 4, 2]
    assert_allclose((found.low[0], found.high[0]), wilson(2.5, 4))


def test_a_few_judgements_move_the_shown_figure_a_little():
    found = wilson_of_each(np.array([4, 400, 0]), np.array([5, 500, 0]))
    assert_allclose(shrunken(found, 0.6).value, [22 / 35, 418 / 530, 0.6])


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0, 1))
def test_the_shown_figure_lies_in_its_own_interval(agreeing, others, mean):
    shown = shrunken(wilson_of_each(np.array([agreeing]), np.array([agreeing + others])), mean)
    assert shown.low[0] <= shown.value[0] + 1e-12
    assert shown.value[0] <= shown.high[0] + 1e-12
    assert shown.high[0] - shown.low[0] <= 1


@given(judged)
def test_others_are_compared_on_the_same_comparisons(rows):
    comparison, rater, label = (np.array(column) for column in zip(*rows, strict=True))
    found = beside_the_others(published.rater_rows_of((comparison, rater, label)))
    for who in range(int(rater.max()) + 1):
        mine = theirs = peers = pairs = asked = 0
        for one, own in zip(comparison[rater == who], label[rater == who], strict=True):
            others = label[(comparison == one) & (rater != who)].tolist()
            if len(others) < 2:
                continue
            asked += 1
            mine += sum(each == own for each in others)
            peers += len(others)
            same = [a == b for place, a in enumerate(others) for b in others[place + 1 :]]
            theirs, pairs = theirs + sum(same), pairs + len(same)
        assert found.judgements[who] == asked
        expected = mine / peers - theirs / pairs if pairs else np.nan
        assert_allclose(found.mine[who] - found.others[who], expected, atol=1e-12)


def test_who_follows_a_side_stands_out_within_fifteen_judgements():
    z = side_z(np.array([15, 8, 0]), np.array([15, 16, 0]))
    assert z[0] > 3 and z[1] == 0 and np.isnan(z[2])
    assert binomial_p(15, 15) < 0.001


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.5, 1.0])), max_size=80))
def test_the_running_sum_is_that_of_going_step_by_step(rows):
    rater = np.array([who for who, _ in rows], dtype=np.int64)
    agreeing = np.array([share for _, share in rows])
    last, alarm = drift(agreeing, rater, mean=0.6, drop=0.2, raters=4)
    for who in range(4):
        expected = cusum_step_by_step(agreeing[rater == who], 0.6, 0.2)
        assert_allclose(last[who], expected[0], atol=1e-9)
        assert bool(alarm[who]) == expected[1] or abs(last[who] - 4) < 1e-9


def test_a_fall_from_58_to_40_percent_is_told_after_some_36_judgements():
    random, needed, told = np.random.default_rng(2), [], []
    for _ in range(300):
        peers, number, sums = random.binomial(2, 0.40, 300) / 2, 0, 0.0
        while sums <= 4:
            sums = max(0.0, sums + 0.58 - 0.09 - peers[number])
            number += 1
        needed.append(number)
        course = np.concatenate([random.binomial(2, 0.58, 60) / 2, peers])
        told.append(drift(course, np.zeros(360, dtype=int), mean=0.58, drop=0.18, raters=1)[1][0])
    assert 28 <= np.median(needed) <= 44
    assert np.mean(told) > 0.9


def test_who_agreed_less_from_the_start_did_not_fall():
    raters, judgements = 300, 120
    course = np.random.default_rng(5).binomial(4, 0.45, raters * judgements) / 4
    fell = drift(course, np.repeat(np.arange(raters), judgements), mean=0.61, drop=0.18, raters=raters)[1]
    assert fell.mean() < 0.03


def test_a_distribution_counts_per_tenth_and_tells_nothing_of_four():
    assert distribution(np.array([0.05, 0.55, 0.58, 0.95, 1.0])) == [1, 0, 0, 0, 0, 2, 0, 0, 0, 2]
    assert distribution(np.array([0.3, 0.29, 0.31, 0.3, np.nan, 0.3])) == [0, 0, 1, 4, 0, 0, 0, 0, 0, 0]
    assert distribution(np.array([0.1, 0.2, 0.3, 0.4, np.nan])) is None
    assert without_any_one(0.3, np.array([0.3] * 4)) is None
    assert without_any_one(0.3, np.array([0.25, 0.3, 0.3, 0.31, 0.4])) == {
        **{"value": 0.3, "low": 0.25},
        "high": 0.4,
    }


def test_a_lead_has_no_rows_when_anonymous_and_none_of_under_30_judgements():
    figures = [{"judgements": 400, "x": 0.1}, {"judgements": 29, "x": 0.2}, {"judgements": 30, "x": 0.9}]
    assert rows_for_leads(["r9", "r1", "r2"], figures, "anonymous") == []
    shown = rows_for_leads(["r9", "r1", "r2"], figures, "pseudonymous")
    assert [each["rater"] for each in shown] == ["r2", "r9"]


def test_one_signal_is_no_flag_and_neither_are_two_on_few_judgements():
    project = {"gold": 0.9, "chance": 0.5}
    row = {"judgements": 100, "side_z": 5.0, "peer_high": 0.6, "others": 0.6}
    assert told_signals(row, project) == ["choices follow the side shown first"]
    assert told_signals(row | {"side_z": -3.0}, project) == ["choices follow the side shown second"]
    assert not is_flagged(row, project)
    assert is_flagged(row | {"repeats_low": 0.2}, project)
    assert not is_flagged(row | {"repeats_low": 0.2, "judgements": 29}, project)


def test_random_raters_have_lower_peer_agreement_and_side_followers_a_side_of_one():
    random = np.random.default_rng(7)
    comparisons, raters = 2000, 40
    truth = random.integers(0, 2, comparisons)
    rows = []
    for comparison in range(comparisons):
        for who in random.choice(raters, 3, replace=False):
            right = random.random() < 0.8
            answer = (
                random.integers(0, 2) if who < 4 else truth[comparison] if right else 1 - truth[comparison]
            )
            rows.append((comparison, who, answer))
    comparison, rater, label = np.array(rows).T
    found = peer_shares(published.rater_rows_of((comparison, rater, label)))
    assert found.value[:4].max() < found.value[4:].min()
    first = random.integers(0, 2, 100)
    follower, again = first, 1 - first
    assert (follower == first).mean() == 1
    assert (follower == again).mean() == 0
