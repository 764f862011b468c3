"""Alerts begin where a figure is clear, go on until it is clearly gone, and say in plain words what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rlhf_collect.stats.alert_words import alert_sentence, what_to_do
from rlhf_collect.stats.alerts import (
    KINDS,
    agreement_fell,
    appeals_wait,
    flags_wait,
    nothing_to_do,
    one_side_wins,
    running_dry,
)
from rlhf_collect.stats.guideline_change import guideline_change

TODAY = date(2026, 3, 2)


def under(key: str, value: float, low: float, high: float, *, paired: int = 40) -> dict[str, Any]:
    figure = {"value": value, "low": low, "high": high, "n": paired}
    return {
        "key": key,
        "comparisons_paired": paired,
        "krippendorff_alpha": figure,
        "percent_agreement": figure,
    }


def report(
    *slices: dict[str, Any], side: tuple[float, float, float] | None = None, n: int = 400
) -> dict[str, Any]:
    bias = None if side is None else dict(zip(("value", "low", "high"), side, strict=True)) | {"n": n}
    return {
        "criterion": "overall",
        "by_guidelines": list(slices),
        "guideline_change": guideline_change(slices),
        "position_bias": bias,
    }


def test_agreement_that_fell_with_the_guidelines_is_told_with_both_figures_and_their_difference():
    found = agreement_fell(report(under("1", 0.4, 0.35, 0.45), under("2", 0.25, 0.2, 0.3)), ())
    assert found is not None
    assert found.key == "agreement_fell:overall:2"
    assert found.figures["difference"] == {"value": -0.15, "low": -0.2207, "high": -0.0793}
    assert alert_sentence(found.kind, found.figures) == (
        "Since guidelines 2 raters agree less on 'overall': 0.25 (0.20 to 0.30), and 0.40 (0.35 to 0.45) under 1; the "
        "difference is −0.15 (−0.22 to −0.08), from 40 and 40 comparisons judged twice."
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (under("1", 0.4, 0.3, 0.5), under("2", 0.25, 0.15, 0.35)),
        (under("1", 0.25, 0.2, 0.3), under("2", 0.4, 0.35, 0.45)),
        (under("1", 0.4, 0.35, 0.45), under("2", 0.25, 0.2, 0.3, paired=19)),
    ],
    ids=["intervals overlap", "it rose", "too few"],
)
def test_nothing_is_said_of_agreement_that_may_be_the_same(before: dict[str, Any], after: dict[str, Any]):
    assert agreement_fell(report(before, after), ()) is None
    assert agreement_fell(report(before), ()) is None


def test_an_alert_about_agreement_goes_on_until_the_difference_may_be_none():
    key = "agreement_fell:overall:2"
    nearer = report(under("1", 0.4, 0.35, 0.45), under("2", 0.31, 0.26, 0.36))
    assert agreement_fell(nearer, ()) is None, "the intervals overlap, so it does not begin"
    assert agreement_fell(nearer, (key,)) is not None
    near = report(under("1", 0.4, 0.35, 0.45), under("2", 0.36, 0.31, 0.41))
    assert agreement_fell(near, (key,)) is None
    newer = report(under("2", 0.31, 0.26, 0.36), under("3", 0.31, 0.26, 0.36))
    assert agreement_fell(newer, (key,)) is None, "other guidelines are another matter"


@pytest.mark.parametrize(
    ("side", "n", "standing", "told"),
    [
        ((0.62, 0.56, 0.68), 400, False, "first"),
        ((0.38, 0.32, 0.44), 400, False, "second"),
        ((0.62, 0.56, 0.68), 99, False, None),
        ((0.58, 0.53, 0.63), 400, False, None),
        ((0.58, 0.53, 0.63), 400, True, "first"),
        ((0.55, 0.49, 0.61), 400, True, None),
        ((0.9, None, None), 400, False, None),
    ],
)
def test_a_side_that_wins_is_told_once_its_interval_is_five_points_from_half_until_half_is_within(
    side: Any, n: int, standing: bool, told: str | None
):
    found = one_side_wins(report(side=side, n=n), ("one_side_wins:overall",) if standing else ())
    assert (found and found.figures["side"]) == told


def test_a_second_side_is_told_with_its_own_share():
    found = one_side_wins(report(side=(0.38, 0.32, 0.44)), ())
    assert found is not None
    said = alert_sentence(found.kind, found.figures)
    assert "shown second wins 62 % of the time (56 % to 68 %), over 400 judgements" in said


def progress(left: int, done_in: int | None = None, *, last: date = TODAY) -> dict[str, Any]:
    days = (None,) * 3
    if done_in is not None:
        days = tuple((TODAY + timedelta(days=done_in + more)).isoformat() for more in (0, -1, 1))
    return {
        "comparisons": 50,
        "complete": 40,
        "judgements_left": left,
        "by_day": [{"day": last.isoformat(), "judgements": 9}],
        "forecast": dict(zip(("day", "low", "high"), days, strict=True)) | {"per_day": 9.5},
    }


def test_running_dry_begins_some_days_before_and_goes_on_when_nothing_is_left():
    def dry(standing: tuple[str, ...] = (), **more: Any) -> Any:
        return running_dry(progress(**more), standing, within=3, today=TODAY)

    assert dry(left=30, done_in=4) is None
    found = dry(left=20, done_in=3)
    assert alert_sentence(found.kind, found.figures) == (
        "20 judgements are left, on 10 comparisons. At the recent pace (9.5 a day) raters find nothing more from "
        "5 March 2026 on (between 4 March 2026 and 6 March 2026)."
    )
    assert dry((found.key,), left=40, done_in=5) is not None, "it does not come and go"
    assert dry((found.key,), left=50, done_in=6) is None
    assert "1 judgement is left." in alert_sentence(found.kind, dry(left=1, done_in=1).figures)
    over = dry((found.key,), left=0)
    assert alert_sentence(over.kind, over.figures).startswith("Every judgement asked for is there")
    assert over.key == found.key
    assert dry(left=0, last=TODAY - timedelta(days=7)) is None, "nobody waits any more"
    assert dry(left=20) is None, "nothing is known of the pace"


@pytest.mark.parametrize(
    ("raters", "idle", "told"),
    [
        (0, 0, None),
        (3, 2, None),
        (3, 3, "all have judged"),
        (5, 2, None),
        (5, 3, "3 of 5 raters"),
        (6, 6, "all have"),
    ],
)
def test_raters_with_nothing_to_do_are_told_as_all_or_as_half_of_five_and_more(
    raters: int, idle: int, told: str | None
):
    found = nothing_to_do({"raters": raters, "with_nothing": idle}, progress(12))
    assert (found is None) == (told is None)
    if found is not None:
        assert told in alert_sentence(found.kind, found.figures)
    assert nothing_to_do({"raters": raters, "with_nothing": idle}, progress(0)) is None


def test_flags_that_wait_are_counted_by_comparison_and_name_nobody():
    moment = datetime(2026, 2, 28, tzinfo=UTC)
    rows = [
        {"comparison": name, "target": "prompt", "flag": flag, "flagged_on": date(2026, 2, 20)}
        for name, flag in (("c1", "broken"), ("c1", "harmful"), ("c2", "broken"))
    ]
    found = flags_wait(rows, after=2, before=moment)
    assert found is not None
    assert found.figures.keys() == {"comparisons", "days", "before", "oldest", "flags"}
    assert {name for each in found.figures["flags"] for name in each} == {"comparison", "target", "flag"}
    said = alert_sentence(found.kind, found.figures)
    assert said.startswith("Raters flagged something about 2 comparisons, and for 2 days or more")
    assert "(since 20 February 2026)" in said
    assert flags_wait([], after=2, before=moment) is None


def test_every_kind_says_what_to_do():
    assert all(what_to_do(kind).endswith(".") for kind in KINDS)


def test_names_of_the_project_file_stay_in_their_line():
    slices = under("1\x1b[2J\nBcc: all", 0.4, 0.35, 0.45), under("2", 0.25, 0.2, 0.3)
    found = agreement_fell(report(*slices), ())
    assert found is not None
    said = alert_sentence(found.kind, found.figures)
    assert said.isprintable()
    assert "under 1 [2J Bcc: all" in said


def test_appeals_nobody_answers_are_told_with_the_day_they_are_upheld_and_by_no_name():
    now = datetime(2026, 3, 20, 9, tzinfo=UTC)
    opened = [
        {"opened_at": now - timedelta(days=days), "due_at": now + timedelta(days=14 - days), "rater": "ada"}
        for days in (3, 8, 10)
    ]
    assert appeals_wait(opened[:1], after=7, before=now - timedelta(days=7)) is None
    found = appeals_wait(opened, after=7, before=now - timedelta(days=7))
    assert found is not None
    assert found.key == "appeals_wait"
    assert "ada" not in str(found)
    assert alert_sentence(found.kind, found.figures) == (
        "2 appeals have waited for an answer for 7 days or more (since 10 March 2026). Without one, the first is "
        "upheld on 24 March 2026."
    )
