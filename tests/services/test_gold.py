"""Comparisons with a known answer: a share of what a rater gets, each once, counted nowhere, and announced."""

from __future__ import annotations

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.shares import is_due
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import skip_assignment
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import about_me
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.services.skips import take_back_skip
from tests.making import HeldClock, ask_and_judge, bring, comparison, make_project, raters
from tests.services.looking import board_from_store, board_in_memory, name_of, reason_of_none

SHARE = 0.05
"""One in twenty."""


def bring_both(ctx: Context, project: Project, ordinary: int, gold: int) -> None:
    bring(ctx, project, [comparison(f"c{number:03}") for number in range(ordinary)])
    bring(ctx, project, [comparison(f"g{number}", gold=f"g{number}-a") for number in range(gold)])


def names_given(ctx: Context, actor: Actor, project: Project, number: int) -> list[str]:
    return [name_of(ctx, ask_and_judge(ctx, actor, project)) for _ in range(number)]


def golden(names: list[str]) -> list[str]:
    return [each for each in names if each.startswith("g")]


def test_one_in_each_run_has_a_known_answer_each_once_at_a_place_nobody_knows(ctx: Context) -> None:
    project = make_project(ctx, overlap=2, quality={"gold_share": SHARE})
    bring_both(ctx, project, 100, 8)
    given = {actor.name: names_given(ctx, actor, project, 40) for actor in raters(ctx, project, 3)}
    for names in given.values():
        assert [len(golden(names[start : start + 20])) for start in (0, 20)] == [1, 1]
        assert len(set(names)) == 40
    places = [
        [place for place, each in enumerate(names) if each in golden(names)] for names in given.values()
    ]
    assert len({tuple(each) for each in places}) > 1
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
    assert examine_store(ctx)["healthy"]


def test_what_is_due_is_one_in_each_run_wherever_it_falls_and_never_more_than_the_share() -> None:
    for share, length in ((0.05, 20), (0.04, 25), (0.03, 34), (0.02, 50)):
        due = [is_due(seed="s", rater="r", kind="gold", share=share, number=n) for n in range(length * 40)]
        runs = [due[start : start + length] for start in range(0, len(due), length)]
        assert [sum(run) for run in runs] == [1] * 40
        assert len({run.index(True) for run in runs}) > 10
    assert not any(is_due(seed="s", rater="r", kind="gold", share=0, number=n) for n in range(100))


@pytest.mark.parametrize(("share", "judged", "gold"), [(0, 25, 0), (None, 50, 2)])
def test_without_a_share_there_are_none_and_without_a_word_about_it_one_in_twenty_five(
    ctx: Context, share: float | None, judged: int, gold: int
) -> None:
    project = make_project(ctx, overlap=1, quality={"gold_share": share})
    bring_both(ctx, project, 60, 3)
    (actor,) = raters(ctx, project, 1)
    assert about_me(ctx, actor)["announced"]["gold"] == (share is None)
    assert len(golden(names_given(ctx, actor, project, judged))) == gold


def test_a_project_without_any_announces_none(ctx: Context) -> None:
    project = make_project(ctx, practice={"comparisons": ["g0"]})
    bring_both(ctx, project, 3, 1)
    (actor,) = raters(ctx, project, 1)
    assert about_me(ctx, actor)["announced"]["gold"] is False


def test_they_are_nobodys_missing_work_and_count_nowhere(ctx: Context) -> None:
    project = make_project(ctx, overlap=1, quality={"gold_share": SHARE})
    bring_both(ctx, project, 20, 2)
    (actor,) = raters(ctx, project, 1)
    assert about_me(ctx, actor)["progress"]["left"] == 20
    names = names_given(ctx, actor, project, 20)
    assert len(golden(names)) == 1
    told = project_progress(ctx, OPERATOR, project.name)
    assert (told["comparisons"], told["judgements"], told["judgements_left"]) == (20, 19, 1)
    assert [each["judgements"] for each in told["by_day"]] == [19]
    report = project_agreement(ctx, OPERATOR, project.name)
    assert (report["judgements"], report["ground"]["left_out"]["gold"], report["gold_accuracy"]["n"]) == (
        19,
        1,
        1,
    )


def test_when_the_work_is_done_nobody_is_made_to_go_through_those_that_are_left(ctx: Context) -> None:
    project = make_project(ctx, overlap=1, quality={"gold_share": SHARE})
    bring_both(ctx, project, 4, 30)
    (actor,) = raters(ctx, project, 1)
    given = 0
    while reason_of_none(ctx, actor, project) is None:
        ask_and_judge(ctx, actor, project)
        given += 1
    assert given <= 5
    assert reason_of_none(ctx, actor, project) == "no_eligible"


def test_any_number_of_raters_may_hold_the_same_one_and_skip_it_and_come_back(
    ctx: Context, clock: HeldClock
) -> None:
    project = make_project(ctx, overlap=1, quality={"gold_share": SHARE})
    bring_both(ctx, project, 100, 1)
    held = {}
    for actor in raters(ctx, project, 3):
        while True:
            assignment = next_assignment(ctx, actor, project.name)
            if name_of(ctx, assignment) == "g0":
                held[actor] = assignment
                break
            ask_and_judge(ctx, actor, project)
    assert len(held) == 3
    (actor, first), (other, second), _ = held.items()
    skip_assignment(ctx, actor, first.assignment_id)
    again = take_back_skip(ctx, actor, first.assignment_id).next
    assert isinstance(again, Assignment)
    assert again.assignment_id == first.assignment_id
    clock.move(minutes=45)
    assert next_assignment(ctx, other, project.name).assignment_id == second.assignment_id
    assert board_in_memory(ctx, project) == board_from_store(ctx, project)
