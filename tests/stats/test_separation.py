"""How many more judgements tell the first two models apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rlhf_collect.stats.leaderboard_words import separation_sentence
from rlhf_collect.stats.separation import more_judgements, separation_of

wide = some.floats(0.05, 3)


def model(name: str, strength: float | None, half: float = 0.2) -> dict:
    bounds = (None, None) if strength is None else (strength - half, strength + half)
    return {"model": name, "strength": strength, "low": bounds[0], "high": bounds[1]}


def test_twice_the_intervals_of_the_difference_take_four_times_the_judgements():
    assert more_judgements(0.2, (0.2, 0.2), 100) == 300


def test_intervals_that_are_apart_need_nothing_more():
    assert more_judgements(0.41, (0.2, 0.2), 100) == 0


@pytest.mark.parametrize("difference", [0.0, 1e-9, 0.144])
def test_a_difference_within_its_own_error_is_told_by_no_number(difference: float):
    assert math.hypot(0.2, 0.2) / 1.96 > 0.144
    assert more_judgements(difference, (0.2, 0.2), 100) is None


@given(first=wide, second=wide, difference=some.floats(0.01, 5), judgements=some.integers(1, 10**6))
def test_with_so_many_more_the_intervals_would_just_not_overlap(first, second, difference, judgements):
    more = more_judgements(difference, (first, second), judgements)
    if not more:
        assert more is None or difference > first + second
        return
    shrunk = math.sqrt(judgements / (judgements + more)) * (first + second)
    assert shrunk <= difference * (1 + 1e-9)
    if more > 1:
        fewer = math.sqrt(judgements / (judgements + more - 1)) * (first + second)
        assert fewer > difference * (1 - 1e-6)


def test_only_the_largest_component_is_asked_about():
    models = [model("a", 0.1), model("b", -0.1), model("c", 2.0), model("alone", None)]
    found = separation_of(models, [["a", "b"], ["c", "d"]], 100)
    assert found == {
        **{"first": "a", "second": "b", "difference": 0.2},
        **{"separated": False, "judgements_more": 300},
    }
    assert separation_of(models, [["alone"]], 100) is None
    assert separation_of([], [], 0) is None


def test_the_answer_is_a_sentence_with_no_more_digits_than_it_can_claim():
    asked = {"first": "a", "second": "b", "separated": False}
    assert "About 1,300 more judgements would tell a and b apart" in separation_sentence(
        asked | {"judgements_more": 1234}
    )
    assert "no number of judgements" in separation_sentence(asked | {"judgements_more": None})
    assert "do not overlap" in separation_sentence(asked | {"separated": True, "judgements_more": 0})
    assert separation_sentence(None) == ""
