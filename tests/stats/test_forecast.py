"""When a project will be done, and when that cannot be said."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from rlhf_collect.stats.forecast import finish_forecast
from rlhf_collect.stats.progress_words import forecast_sentence

TODAY = date(2026, 11, 27)


def days_before(*counts: int, today: date = TODAY) -> dict[date, int]:
    """Judgements on the days before today, the last one yesterday's."""
    return {today - timedelta(days=len(counts) - place): count for place, count in enumerate(counts)}


def ahead(forecast: dict, name: str) -> int | None:
    """Days from yesterday."""
    return None if forecast[name] is None else (forecast[name] - TODAY).days + 1


def sentence(forecast: dict) -> str:
    """As a report tells it."""
    return forecast_sentence(
        forecast
        | {
            name: forecast[name] and forecast[name].isoformat()
            for name in ("day", "low", "high", "quiet_since")
        }
    )


def test_equal_days_name_one_day():
    found = finish_forecast(days_before(*[10] * 10), left=50, total=100, today=TODAY)
    assert [ahead(found, name) for name in ("low", "day", "high")] == [5, 5, 5]
    assert (found["per_day"], found["days"], found["reason"]) == (10.0, 10, None)
    assert sentence(found).endswith("it will be done on 1 December 2026.")


def test_uneven_days_give_an_interval_around_the_day():
    found = finish_forecast(days_before(8, 12, 8, 12, 8, 12, 8, 12), left=100, total=200, today=TODAY)
    low, day, high = (ahead(found, name) for name in ("low", "day", "high"))
    assert low < day == 10 < high
    assert "it will be done on 6 December 2026 (between " in sentence(found)


def test_the_interval_holds_what_random_days_bring_about_as_often_as_it_says():
    draw, inside = np.random.default_rng(1), 0
    for _ in range(400):
        counts = draw.poisson(20, size=14)
        found = finish_forecast(days_before(*counts.tolist()), left=300, total=999, today=TODAY)
        needed = int(np.searchsorted(np.cumsum(draw.poisson(20, size=200)), 300)) + 1
        inside += ahead(found, "low") <= needed <= (ahead(found, "high") or 10**6)
    assert 0.93 <= inside / 400 <= 1


def test_days_without_judgements_count_as_nothing_and_today_not_at_all():
    found = finish_forecast(days_before(10, 0, 10, 0, 10) | {TODAY: 500}, left=60, total=90, today=TODAY)
    assert found["per_day"] == 6
    assert ahead(found, "day") == 10


def test_beside_the_day_stands_since_when_nobody_judged_from_more_than_a_weekend_on():
    for quiet, told in ((3, False), (4, True)):
        by_day = {TODAY - timedelta(days=quiet + each): 9 for each in range(6)}
        said = sentence(finish_forecast(by_day, left=50, total=100, today=TODAY))
        assert ("No new judgement has counted since 23 November 2026." in said) == told
        again = sentence(finish_forecast(by_day | {TODAY: 1}, left=50, total=100, today=TODAY))
        assert "it will be done" in again and "No new" not in again


def test_days_that_differ_too_much_have_no_last_day():
    found = finish_forecast(days_before(90, 1, 1), left=300, total=900, today=TODAY)
    assert found["day"] is not None
    assert found["high"] is None
    assert "no last day can be named" in sentence(found)


@pytest.mark.parametrize(
    ("by_day", "left", "total", "reason", "said"),
    [
        ({}, 0, 0, "nothing", ""),
        ({}, 0, 10, "done", "Every judgement asked for is there."),
        ({}, 10, 10, "few_days", "so far there are 0"),
        (days_before(5, 5), 10, 10, "few_days", "so far there are 2"),
        ({TODAY: 40}, 10, 10, "few_days", "so far there are 0"),
        (days_before(*[9] * 5, *[0] * 13), 10, 10, None, "it will be done"),
        ({TODAY - timedelta(days=15 + each): 9 for each in range(5)}, 9, 9, "not_lately", "last two weeks"),
        (days_before(1, 1, 1), 10**6, 10**6, "too_far", "more than ten years"),
    ],
)
def test_what_cannot_be_said_is_said_in_words(by_day, left, total, reason, said):
    found = finish_forecast(by_day, left=left, total=total, today=TODAY)
    assert found["reason"] == reason
    assert (found["day"] is None) == (reason is not None)
    assert said in sentence(found)
