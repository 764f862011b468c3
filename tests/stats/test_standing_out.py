"""What a lead is told of raters who do not read, and of those who read and see it otherwise, in made-up projects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from rlhf_collect.stats.rater_report import COURSE_COLUMNS, PAIR_COLUMNS, RaterTables, raters_report
from rlhf_collect.stats.rater_views import Visibility
from rlhf_collect.stats.tables import checked_columns
from tests.stats.database import Rows, empty_database

RATERS = 20
LEFT, RANDOM, MINORITY = ("left",), ("random-1", "random-2"), ("minority",)
"""5 % who take the side shown first, 10 % who answer at random, and somebody whose taste few share."""
HONEST = tuple(f"honest-{number}" for number in range(RATERS - 4))
EVERYBODY = (*LEFT, *RANDOM, *MINORITY, *HONEST)
PEERS = "agrees less with others than these do with everybody else"
ONE_SIDE = "one side was chosen every time"


def judged(seed: int, each: int, *, hard: tuple[str, ...] = ()) -> Rows:
    """A project of comparisons judged three times: two honest raters agree 65 % of the time, a tenth are ties.

    ``hard``: who judges by themselves, in a language in which two of them agree little more than half of the time.
    """
    random, rows = np.random.default_rng(seed), Rows(connection=empty_database())
    for people in (tuple(who for who in EVERYBODY if who not in hard), hard):
        left = dict.fromkeys(people, each)
        for number in range(len(people) * each // 3):
            name = f"{len(people)}-{number}"
            rows.compare(name)
            # Whoever has most left comes first, so that everybody comes to their number.
            order = sorted(people, key=lambda who: (-left[who], random.random()))
            right, taste = (
                0.62 if people == hard else random.choice([0.95, 0.75], p=[0.6, 0.4]),
                random.random() < 0.5,
            )
            for who in order[:3]:
                left[who] -= 1
                first = "ab"[random.integers(2)]
                rows.judge(name, who, choice_of(random, who, first, right, taste), shown_first=first)
    return rows


def choice_of(random: np.random.Generator, who: str, first: str, right: float, taste: bool) -> str:
    """``right``: how often people take the better one, which for the minority is a matter of ``taste``."""
    if who in LEFT:
        return first
    if who in RANDOM:
        return str(random.choice(["a", "b", "tie"], p=[0.45, 0.45, 0.1]))
    if random.random() < 0.1:
        return "tie"
    better = taste if who in MINORITY else True
    return "a" if (random.random() < right) == better else "b"


def report_of(
    rows: Rows, visibility: Visibility = "pseudonymous", imported: Sequence[str] = ()
) -> dict[str, Any]:
    return raters_report(
        RaterTables.read(rows.columns),
        checked_columns("rater_course", rows.columns("rater_course"), COURSE_COLUMNS),
        checked_columns("rater_pairs", rows.columns("rater_pairs"), PAIR_COLUMNS),
        {str(key): name for name, key in rows.raters.items()},
        frozenset(str(rows.raters[name]) for name in imported),
        project="p",
        criterion="overall",
        visibility=visibility,
    )


def told(rows: Rows) -> dict[str, dict[str, Any]]:
    """The lead's rows by the names above."""
    return {row["rater"]: row for row in report_of(rows)["rows"]}


def named(found: dict[str, dict[str, Any]], facts: str) -> set[str]:
    return {who for who, row in found.items() if row[facts]}


@pytest.fixture(scope="module")
def after_120() -> dict[str, dict[str, Any]]:
    return told(judged(1, 120))


def test_who_follows_a_side_is_flagged_after_60_judgements_and_the_random_are_named_with_the_reason() -> None:
    found = [told(judged(seed, 60)) for seed in range(4)]
    assert [each["left"]["signals"] for each in found] == [[PEERS, ONE_SIDE]] * 4
    # 88 % of 40 in many more such projects.
    assert sum(len(named(each, "alone") & set(RANDOM)) for each in found) >= 6
    assert {fact for each in found for who in RANDOM for fact in each[who]["alone"]} == {PEERS}
    assert [named(each, "signals") - set(LEFT) for each in found] == [set()] * 4
    assert sum(len(named(each, "alone") & set(HONEST)) for each in found) <= 2


def test_after_120_judgements_all_of_them_are_named_and_nobody_who_reads_is_flagged(
    after_120: dict[str, dict[str, Any]],
) -> None:
    assert set(LEFT) <= named(after_120, "signals") <= {*LEFT, *RANDOM}
    assert after_120["left"]["signals"] == [PEERS, ONE_SIDE]
    assert set(RANDOM) <= named(after_120, "alone") | named(after_120, "signals")
    assert len(named(after_120, "alone") & set(HONEST)) <= 1


def test_a_taste_that_few_share_is_one_fact_and_never_a_flag(after_120: dict[str, dict[str, Any]]) -> None:
    (who,) = MINORITY
    assert (after_120[who]["signals"], after_120[who]["alone"]) == ([], [PEERS])
    among = after_120[who]["among_peers"]
    assert among["value"] < 0.5 < among["others"]


def test_who_judges_what_people_agree_on_less_does_not_stand_out_for_it() -> None:
    hard = HONEST[:8]
    found = told(judged(3, 120, hard=hard))
    agreeing = {who: found[who]["peer_agreement"]["value"] for who in HONEST}
    assert max(agreeing[who] for who in hard) < min(agreeing[who] for who in HONEST[8:])
    assert len(named(found, "alone") & set(hard)) <= 1
    assert named(found, "signals") & set(hard) == set()


def test_what_the_same_people_reach_with_others_is_held_against_the_agreement_with_them() -> None:
    # Of 100 comparisons two agree on 65 with each other, and on 42 each with the third.
    answers = (
        [("a", "a", "a")] * 27 + [("a", "a", "b")] * 38 + [("a", "b", "a")] * 15 + [("a", "b", "b")] * 15
    )
    rows = Rows(connection=empty_database())
    for number, choices in enumerate((*answers, *[("a", "b", "tie")] * 5)):
        rows.compare(f"c{number}")
        for who, choice in zip(("one", "two", "third"), choices, strict=True):
            rows.judge(f"c{number}", who, choice)
    found = {who: row["among_peers"] for who, row in told(rows).items()}
    assert found == {
        "one": {"value": 0.535, "others": 0.42, "n": 100},
        "two": {"value": 0.535, "others": 0.42, "n": 100},
        "third": {"value": 0.42, "others": 0.65, "n": 100},
    }


def who_met_a_third(times: int, agreeing: int) -> dict[str, dict[str, Any]]:
    """Two agree on half of 200 comparisons that nobody else judged; the second also met a third."""
    rows = Rows(connection=empty_database())
    for number in range(200):
        rows.compare(f"c{number}")
        rows.judge(f"c{number}", "one", "a" if number % 2 else "b")
        rows.judge(f"c{number}", "two", "a" if number % 4 in (0, 1) else "b")
    for number in range(times):
        rows.compare(f"d{number}")
        rows.judge(f"d{number}", "two", "a")
        rows.judge(f"d{number}", "third", "a" if number < agreeing else "b")
    return told(rows)


def test_what_somebody_reached_a_few_times_with_another_is_not_held_against_whom_they_judged_with() -> None:
    found = who_met_a_third(4, 4)
    assert (found["one"]["among_peers"], found["one"]["alone"]) == (None, [])
    # Nearly all that the second judged was with somebody who met nobody else.
    assert (found["two"]["among_peers"], found["two"]["alone"]) == (None, [])


@pytest.mark.parametrize(("times", "agreeing", "facts"), [(40, 25, []), (400, 250, [PEERS])])
def test_what_others_reach_moves_by_chance_too(times: int, agreeing: int, facts: list[str]) -> None:
    row = who_met_a_third(times, agreeing)["one"]
    assert row["among_peers"] == {"value": 0.5, "others": 0.625, "n": 200}
    assert row["alone"] == facts


@pytest.mark.parametrize(("judging", "flagged"), [(1, None), (4, None), (5, 1)])
def test_signals_are_counted_without_a_name_only_among_five_who_judged_enough(
    judging: int, flagged: int | None
) -> None:
    rows = Rows(connection=empty_database())
    for number in range(40):
        rows.compare(f"c{number}")
        for place in range(5):
            if place < judging or number == 0:
                choice = "a" if place == 0 else "ab"[(number + (number % 7 == place)) % 2]
                rows.judge(f"c{number}", f"r{place}", choice, shown_first="a")
    assert report_of(rows, "anonymous")["flagged"] == flagged


def test_the_same_first_place_in_other_orders_is_not_called_the_same_answer() -> None:
    random, rows = np.random.default_rng(2), Rows(connection=empty_database())
    for number in range(60):
        rows.compare(f"c{number}", models=("m1", "m2", "m3", "m4"))
        best = "abcd"[random.integers(4)]
        for who in ("one", "two", "third"):
            first = "abcd"[random.integers(4)] if who == "third" else best
            others = [each for each in "abcd" if each != first]
            order = [first, *random.permutation(others).tolist()]
            rows.judge(f"c{number}", who, first, ranking=[[each] for each in order])
    found = told(rows)
    assert [found[who]["alone"] for who in ("one", "two")] == [[], []]


@pytest.mark.parametrize(
    ("agreeing", "facts"), [(0.5, ["the answers are those of another rater throughout"]), (1, [])]
)
def test_the_same_answers_as_somebody_else_say_something_only_where_others_differ(
    agreeing: float, facts: list[str]
) -> None:
    random, rows = np.random.default_rng(5), Rows(connection=empty_database())
    for number in range(40):
        rows.compare(f"c{number}")
        for who in ("r1", "r2", "r3"):
            rows.judge(f"c{number}", who, "a" if random.random() < agreeing else "b")
        copied = rows.waiting["judgement"][-1]["choice"]
        rows.judge(f"c{number}", "copy", copied)
    found = told(rows)
    assert [found[who]["alone"] for who in ("r1", "r2", "r3", "copy")] == [[], [], facts, facts]


def test_who_always_chose_one_side_did_one_thing_and_not_two() -> None:
    random, rows = np.random.default_rng(4), Rows(connection=empty_database())
    for number in range(60):
        rows.compare(f"c{number}")
        first = "ab"[random.integers(2)]
        # Whoever chooses the side shown first happens to agree with everybody.
        for who in ("side", "r1", "r2"):
            rows.judge(
                f"c{number}", who, first, shown_first=first if who == "side" else "ab"[random.integers(2)]
            )
    side = told(rows)["side"]
    assert (side["signals"], side["alone"]) == ([], [ONE_SIDE])


def test_nobody_hides_behind_imported_raters_where_leads_see_no_rows() -> None:
    rows = Rows(connection=empty_database())
    for number in range(40):
        rows.compare(f"c{number}")
        for place in range(6):
            rows.judge(f"c{number}", f"r{place}", "ab"[(number * place) % 2], shown_first="a")
    for imported, told_of in ((0, True), (1, True), (2, False)):
        report = report_of(rows, "anonymous", imported=[f"r{place}" for place in range(imported)])
        assert (report["raters"], report["people"]) == (6, 6 - imported)
        known = [report["flagged"], report["alpha_without_any_one"], report["tenths"]["peer_agreement"]]
        assert [each is not None for each in known] == [told_of] * 3
