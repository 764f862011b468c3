"""A rater's own comparison again, sides swapped: for self-consistency alone, and in nobody's way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Flag
from rlhf_collect.domain.shares import is_due
from rlhf_collect.errors import AlreadyJudged, AlreadySkipped
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.exports import judgement_stream
from rlhf_collect.services.judgements import revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.my_judgements import my_judgement, my_judgements, my_skips
from rlhf_collect.services.page_objects import save_draft
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import about_me, export_me
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.services.skips import take_back_skip
from rlhf_collect.services.versions import freeze_version
from rlhf_collect.services.withdrawals import withdraw_judgement
from tests.depth import thorough
from tests.making import HeldClock, bring, comparison, judge, let_go, make_project, open_services, raters
from tests.services.looking import board_from_store, board_in_memory, column, count, name_of, query
from tests.services.stories import Told, fixtures_of

SHARE, RUN = 0.03, 34
"""One in thirty-four."""


@dataclass
class Again:
    """A rater who holds a comparison they have judged before."""

    project: Project
    actor: Actor
    first: Assignment
    held: Assignment


def given(ctx: Context, actor: Actor, project: Project, number: int) -> list[Assignment]:
    """What a rater was given and judged, whose first completion they like best however it is shown."""
    done = []
    for _ in range(number):
        done.append(next_assignment(ctx, actor, project.name))
        judge(ctx, actor, done[-1], min(done[-1].presentation))
    return done


def repeats(ctx: Context) -> int:
    found: int = column(ctx, "SELECT count(*) FROM assignment WHERE repeat_no = 1")[0]
    return found


def comes_back(ctx: Context, clock: HeldClock) -> Again:
    """Of two raters who judged the same comparisons, one holds the first that came back."""
    project = make_project(ctx, overlap=2, quality={"repeat_share": SHARE}, flags=["harmful"])
    bring(ctx, project, RUN)
    actor, other = raters(ctx, project, 2)
    before = {each.comparison_key: each for each in given(ctx, actor, project, RUN)}
    given(ctx, other, project, RUN)
    bring(ctx, project, [comparison(f"later{number}") for number in range(2 * RUN)])
    clock.move(days=7)
    for _ in range(2 * RUN):
        held = next_assignment(ctx, actor, project.name)
        if held.comparison_key in before:
            return Again(project=project, actor=actor, first=before[held.comparison_key], held=held)
        judge(ctx, actor, held)
    raise AssertionError("nothing came back")


told, ctx = fixtures_of(comes_back)


@pytest.fixture
def again(told: Told) -> Again:
    found: Again = told.answer
    return found


@pytest.fixture
def empty(tmp_path: Path, clock: HeldClock) -> Iterator[Context]:
    """Services around a database in which nothing happened yet."""
    opened = open_services(tmp_path / "collect.duckdb", clock=clock)
    yield opened
    let_go(opened)


def healthy(ctx: Context, project: Project) -> None:
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
    report = examine_store(ctx)
    assert report["healthy"], [each for each in report["checks"] if each["wrong"]]


def figures(ctx: Context, project: Project) -> dict[str, Any]:
    """Everything a repeat has no say in."""
    report, progress = (
        project_agreement(ctx, OPERATOR, project.name),
        project_progress(ctx, OPERATOR, project.name),
    )
    kept = ("raters", "comparisons", "judgements", "percent_agreement", "krippendorff_alpha", "position_bias")
    return {name: report[name] for name in kept} | {"coverage": report["coverage"], "progress": progress}


def test_one_in_each_run_comes_back_after_so_many_days_with_sides_swapped(
    empty: Context, clock: HeldClock
) -> None:
    project = make_project(empty, overlap=1, quality={"repeat_share": SHARE, "repeat_after_days": 10})
    bring(empty, project, 200)
    (actor,) = raters(empty, project, 1)
    first = {each.comparison_key: each for each in given(empty, actor, project, RUN)}
    clock.move(days=10, microseconds=-1)
    given(empty, actor, project, RUN)
    assert repeats(empty) == 0
    clock.move(microseconds=1)
    later = given(empty, actor, project, 2 * RUN)
    # What comes next is handed out with each answer, so the first of these was held before.
    handed = range(2 * RUN + 1, 4 * RUN + 1)
    expected = sum(
        is_due(seed=project.seed, rater=str(actor.rater_key), kind="repeat", share=SHARE, number=number)
        for number in handed
    )
    assert repeats(empty) == expected in (1, 2, 3)
    came_back = [each for each in later if each.comparison_key in first]
    assert expected - 1 <= len({each.comparison_key for each in came_back}) == len(came_back)
    for each in came_back:
        before = first[each.comparison_key]
        assert each.presentation == before.presentation[::-1]
        assert each.judgement_id != before.judgement_id
    assert column(empty, "SELECT repeat_no FROM judgement WHERE repeat_no > 0") == [1] * len(came_back)
    healthy(empty, project)


def test_nothing_comes_back_unless_the_project_says_so(empty: Context, clock: HeldClock) -> None:
    project = make_project(empty, overlap=1)
    bring(empty, project, 3 * RUN)
    (actor,) = raters(empty, project, 1)
    given(empty, actor, project, RUN)
    clock.move(days=30)
    given(empty, actor, project, RUN + 1)
    assert repeats(empty) == 0
    assert about_me(empty, actor)["announced"] == {"gold": False, "repeats": False}


@thorough
def test_what_was_taken_back_skipped_or_has_a_known_answer_does_not_come_back(
    empty: Context, clock: HeldClock
) -> None:
    project = make_project(empty, overlap=1, quality={"repeat_share": SHARE, "gold_share": 0.05})
    bring(empty, project, 200)
    bring(empty, project, [comparison(f"g{number}", gold=f"g{number}-a") for number in range(9)])
    (actor,) = raters(empty, project, 1)
    kept = set()
    for number in range(RUN):
        held = next_assignment(empty, actor, project.name)
        if number % 4 == 0:
            skip_assignment(empty, actor, held.assignment_id)
            continue
        judge(empty, actor, held)
        if number % 4 == 1:
            withdraw_judgement(empty, actor, held.judgement_id)
        elif not name_of(empty, held).startswith("g"):
            kept.add(held.comparison_key)
    clock.move(days=8)
    given(empty, actor, project, 2 * RUN - 1)
    came_back = column(empty, "SELECT comparison_key FROM assignment WHERE repeat_no = 1")
    assert 1 <= len(came_back) <= 3
    assert set(came_back) <= kept
    healthy(empty, project)


def test_a_repeat_feeds_self_consistency_and_nothing_else(ctx: Context, again: Again, tmp_path: Path) -> None:
    before, whole = figures(ctx, again.project), about_me(ctx, again.actor)
    judge(ctx, again.actor, again.held, min(again.held.presentation))
    assert figures(ctx, again.project) == before
    report = project_agreement(ctx, OPERATOR, again.project.name)
    assert (report["self_consistency"]["value"], report["self_consistency"]["n"]) == (1, 1)
    assert report["ground"]["left_out"]["repeats"] == 1
    assert about_me(ctx, again.actor)["progress"] == whole["progress"]
    healthy(ctx, again.project)


def test_a_version_has_the_repeat_among_its_ratings_and_in_no_other_table(ctx: Context, again: Again) -> None:
    judge(ctx, again.actor, again.held, max(again.held.presentation))  # the other one this time
    frozen = freeze_version(ctx, OPERATOR, again.project.name, "1.0.0")
    folder = Path(str(frozen["path"]))
    ratings, pairs = (
        [row for path in sorted(folder.rglob(f"{name}/*.parquet")) for row in pq.read_table(path).to_pylist()]
        for name in ("ratings", "preference")
    )
    (repeat,) = [row for row in ratings if row["repeat_no"] == 1]
    name = repeat["comparison_id"]
    firsts = [row for row in ratings if row["comparison_id"] == name and row["repeat_no"] == 0]
    (row,) = [row for row in pairs if row["comparison_id"] == name]
    assert row["n_raters"] == len(firsts) == 2


def test_a_repeat_is_ones_own_judgement_in_lists_exports_and_drafts(ctx: Context, again: Again) -> None:
    save_draft(ctx, again.actor, again.held.assignment_id, {"why": "half"})
    assert next_assignment(ctx, again.actor, again.project.name).drafted
    judge(ctx, again.actor, again.held)
    with pytest.raises(AlreadyJudged):
        save_draft(ctx, again.actor, again.held.assignment_id, {"why": "late"})
    listed = [each["judgement"] for each in my_judgements(ctx, again.actor)["judgements"]]
    assert listed[0] == str(again.held.judgement_id)
    assert (
        my_judgement(ctx, again.actor, again.held.judgement_id).assignment.presentation
        == again.held.presentation
    )
    whole = export_me(ctx, again.actor)
    assert [each["repeat_no"] for each in whole["judgements"]].count(1) == 1
    assert [each["repeat_no"] for each in whole["handed_out"]].count(1) == 1
    streamed = list(judgement_stream(ctx, OPERATOR, again.project.name))
    assert [each["repeat_no"] for each in streamed if "repeat_no" in each] == [1]


@thorough
def test_revised_taken_back_and_given_again_it_changes_nothing_for_others(ctx: Context, again: Again) -> None:
    before = figures(ctx, again.project)
    judge(ctx, again.actor, again.held)
    judgement_id = again.held.judgement_id
    assert not judge(ctx, again.actor, again.held).fresh
    for step in ("revise", "withdraw", "revise", "withdraw"):
        if step == "revise":
            revise_judgement(ctx, again.actor, judgement_id, [Draft(choice="tie")])
        else:
            withdraw_judgement(ctx, again.actor, judgement_id)
        assert figures(ctx, again.project) == before
        assert board_in_memory(ctx, again.project) == board_from_store(ctx, again.project)
    assert project_agreement(ctx, OPERATOR, again.project.name)["self_consistency"] is None
    withdraw_judgement(ctx, again.actor, again.first.judgement_id)
    healthy(ctx, again.project)


def test_a_skipped_repeat_is_not_offered_again_counted_nowhere_and_may_be_taken_back(
    ctx: Context, again: Again
) -> None:
    before = figures(ctx, again.project)
    skip_assignment(ctx, again.actor, again.held.assignment_id)
    with pytest.raises(AlreadySkipped):
        save_draft(ctx, again.actor, again.held.assignment_id, {})
    assert figures(ctx, again.project) == before
    assert [each["assignment"] for each in my_skips(ctx, again.actor)["skips"]] == [
        str(again.held.assignment_id)
    ]
    healthy(ctx, again.project)
    assert next_assignment(ctx, again.actor, again.project.name).assignment_id != again.held.assignment_id
    back = take_back_skip(ctx, again.actor, again.held.assignment_id).next
    assert isinstance(back, Assignment)
    assert back.assignment_id == again.held.assignment_id
    judge(ctx, again.actor, back)
    assert count(ctx, "skip_end") == 1
    healthy(ctx, again.project)


def test_flags_given_first_stay_and_others_come_beside_them(ctx: Context, again: Again) -> None:
    first = Flag(target="prompt", flag="harmful")
    kept = [Draft(choice=again.first.presentation[0], strength=2)]
    revise_judgement(ctx, again.actor, again.first.judgement_id, kept, flags=[first])
    other = Flag(target=again.held.presentation[0], flag="harmful")
    drafts = [Draft(choice="tie")]
    submit_judgement(
        ctx, again.actor, again.held.assignment_id, again.held.judgement_id, drafts, flags=[other]
    )
    (flags,) = query(ctx, "SELECT arg_max(flags, revision_no) FROM flag")
    assert json.loads(flags[0]) == [first.as_json(), other.as_json()]


def test_a_repeat_judged_without_flags_leaves_those_of_the_first_time(ctx: Context, again: Again) -> None:
    first = Flag(target="prompt", flag="harmful")
    drafts = [Draft(choice=again.first.presentation[0], strength=2)]
    revise_judgement(ctx, again.actor, again.first.judgement_id, drafts, flags=[first])
    skip_assignment(ctx, again.actor, again.held.assignment_id)
    take_back_skip(ctx, again.actor, again.held.assignment_id)
    judge(ctx, again.actor, again.held)
    assert column(ctx, "SELECT flags FROM flag") == [json.dumps([first.as_json()])]


@pytest.mark.parametrize("wish", ["kept", "left_out"])
def test_a_repeat_goes_or_stays_with_its_rater(ctx: Context, again: Again, wish: str) -> None:
    judge(ctx, again.actor, again.held)
    erase_me(ctx, again.actor, judgements=wish)
    assert column(ctx, "SELECT count(*) FROM judgement WHERE repeat_no = 1") == [1 if wish == "kept" else 0]
    healthy(ctx, again.project)


def test_a_repeat_that_was_left_open_is_found_again_and_promises_nobody_anything(
    ctx: Context, clock: HeldClock, again: Again
) -> None:
    board = board_in_memory(ctx, again.project)
    assert {name: leased for name, *_, leased in board["comparisons"]}[name_of(ctx, again.held)] == 0
    clock.move(minutes=45)
    assert next_assignment(ctx, again.actor, again.project.name).assignment_id == again.held.assignment_id
    healthy(ctx, again.project)


def test_raters_read_that_some_come_back(ctx: Context, again: Again) -> None:
    assert about_me(ctx, again.actor)["announced"] == {"gold": False, "repeats": True}
