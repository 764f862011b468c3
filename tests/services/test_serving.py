"""Which comparison a rater gets: the one that wants it most, never twice, never more than was asked for."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import NotAllowed, NotFound, NoWork
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import skip_assignment
from rlhf_collect.services.serving import Assignment, next_assignment, shown_comparison
from tests.making import (
    MODELS,
    HeldClock,
    ask_and_judge,
    bring,
    comparison,
    invite,
    judge,
    make_project,
    open_services,
    raters,
)
from tests.services.looking import column, name_of, query, reason_of_none


def test_of_what_a_rater_has_not_seen_the_comparison_with_fewest_judgements_and_leases_comes_first(
    ctx: Context,
) -> None:
    project = make_project(ctx, overlap=3)
    bring(ctx, project, 5)
    wanted = Counter(dict.fromkeys(column(ctx, "SELECT comparison_id FROM comparison"), 0))
    seen: dict[str, set[str]] = defaultdict(set)

    def note(who: str, given: Assignment | NoWork) -> None:
        left = [held for name, held in wanted.items() if name not in seen[who] and held < 3]
        assert isinstance(given, Assignment) == bool(left)
        if isinstance(given, Assignment):
            name = name_of(ctx, given)
            assert wanted[name] == min(left)
            assert name not in seen[who]
            wanted[name] += 1
            seen[who].add(name)

    people = raters(ctx, project, 4)
    held: list[Assignment | NoWork] = []
    for actor in people:
        held.append(next_assignment(ctx, actor, project.name))
        note(actor.name, held[-1])
    for step in range(20):
        who = step * 3 % 4
        given = held[who]
        if isinstance(given, Assignment):
            held[who] = judge(ctx, people[who], given).next
            note(people[who].name, held[who])
    assert set(wanted.values()) == {3}


def test_equally_urgent_comparisons_are_drawn_and_not_taken_in_order(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 40)
    (actor,) = raters(ctx, project, 1)
    order = [name_of(ctx, ask_and_judge(ctx, actor, project)) for _ in range(40)]
    assert len(set(order)) == 40
    assert order != sorted(order)
    assert len(set(column(ctx, "SELECT random_state FROM assignment"))) == 40


def test_no_more_raters_hold_a_comparison_than_its_overlap(ctx: Context) -> None:
    project = make_project(ctx, overlap=2)
    bring(ctx, project, 2)
    people = raters(ctx, project, 7)
    reasons = [reason_of_none(ctx, actor, project) for actor in people]
    assert reasons == [None] * 4 + ["no_eligible"] * 3
    held = column(ctx, "SELECT count(*) FROM assignment GROUP BY comparison_key")
    assert held == [2, 2]


def test_judgements_and_leases_together_never_pass_the_overlap(ctx: Context) -> None:
    project = make_project(ctx, overlap=3)
    bring(ctx, project, 4)
    people = raters(ctx, project, 6)
    for turn in range(12):
        for actor in people[turn % 3 :]:
            if reason_of_none(ctx, actor, project) is None and turn % 2:
                judge(ctx, actor, next_assignment(ctx, actor, project.name))
            handed_out = column(ctx, "SELECT count(*) FROM assignment GROUP BY comparison_key")
            assert max(handed_out) <= 3
    assert column(ctx, "SELECT count(*) FROM judgement GROUP BY comparison_key") == [3] * 4


def test_asking_again_gives_what_is_held_and_nothing_new(ctx: Context, clock: HeldClock) -> None:
    project = make_project(ctx)
    bring(ctx, project, 5)
    (actor,) = raters(ctx, project, 1)
    first = next_assignment(ctx, actor, project.name)
    clock.move(minutes=29)
    assert next_assignment(ctx, actor, project.name) == first
    assert len(query(ctx, "SELECT * FROM lease")) == 1


def test_a_reload_and_a_restart_show_the_same_comparison_in_the_same_order(tmp_path: Path) -> None:
    clock, seen = HeldClock(), []
    ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    project = make_project(ctx)
    bring(ctx, project, [comparison(f"c{number}", 8) for number in range(5)])
    (actor,) = raters(ctx, project, 1)
    for _ in range(3):
        seen.append(next_assignment(ctx, actor, project.name))
        ctx.store.close()
        ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    ctx.store.close()
    assert seen == seen[:1] * 3


def test_the_sides_of_each_rater_are_balanced_within_two_at_every_moment_and_stored(tmp_path: Path) -> None:
    clock = HeldClock()
    ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    project = make_project(ctx, overlap=2)
    bring(ctx, project, 30)
    people = raters(ctx, project, 2)
    first: dict[str, list[bool]] = defaultdict(list)
    for number in range(30):
        for actor in people:
            assignment = ask_and_judge(ctx, actor, project)
            first[actor.name].append(assignment.presentation[0].endswith("-a"))
            left, right = Counter(first[actor.name])[True], Counter(first[actor.name])[False]
            assert abs(left - right) <= 2
            stored = column(
                ctx,
                "SELECT presentation FROM assignment WHERE assignment_id = ?",
                assignment.assignment_id,
            )
            assert stored == [json.dumps(assignment.presentation)]
        if number == 15:  # the balance is not forgotten by a restart
            ctx.store.close()
            ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    ctx.store.close()
    assert first["rater 0"] != first["rater 1"]


@pytest.mark.parametrize("completions", [2, 3, 8])
def test_every_completion_is_shown_once_and_orders_differ_between_raters(
    ctx: Context, completions: int
) -> None:
    project = make_project(ctx, overlap=12)
    bring(ctx, project, [comparison("c1", completions)])
    orders = [next_assignment(ctx, actor, project.name).presentation for actor in raters(ctx, project, 12)]
    assert {frozenset(order) for order in orders} == {
        frozenset(f"c1-{each}" for each in "abcdefgh"[:completions])
    }
    assert len(set(orders)) > 1


def test_what_was_judged_or_skipped_never_comes_again(tmp_path: Path) -> None:
    clock = HeldClock()
    ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    project = make_project(ctx, overlap=100)
    bring(ctx, project, 12)
    (actor,) = raters(ctx, project, 1)
    seen = []
    for number in range(12):
        assignment = next_assignment(ctx, actor, project.name)
        seen.append(name_of(ctx, assignment))
        if number % 2:
            skip_assignment(ctx, actor, assignment.assignment_id, "too long")
        else:
            judge(ctx, actor, assignment)
        clock.move(hours=5)
        if number % 5 == 0:
            ctx.store.close()
            ctx = open_services(tmp_path / "collect.duckdb", clock=clock)
    assert len(set(seen)) == 12
    assert reason_of_none(ctx, actor, project) == "no_eligible"
    ctx.store.close()


def test_a_skipped_comparison_is_there_for_others(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    skipped = next_assignment(ctx, one, project.name)
    assert reason_of_none(ctx, other, project) == "no_eligible"
    receipt = skip_assignment(ctx, one, skipped.assignment_id)
    assert isinstance(receipt.next, NoWork)
    assert next_assignment(ctx, other, project.name).comparison_key == skipped.comparison_key


def test_a_project_without_comparisons_says_that_nothing_was_imported_yet(ctx: Context) -> None:
    project = make_project(ctx)
    (actor,) = raters(ctx, project, 1)
    assert reason_of_none(ctx, actor, project) == "no_comparisons"


def test_an_import_while_raters_work_brings_them_more_and_keeps_what_they_hold(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 1)
    one, other = raters(ctx, project, 2)
    held = next_assignment(ctx, one, project.name)
    assert reason_of_none(ctx, other, project) == "no_eligible"
    bring(ctx, project, [comparison("late")])
    assert name_of(ctx, next_assignment(ctx, other, project.name)) == "late"
    assert next_assignment(ctx, one, project.name) == held
    assert isinstance(judge(ctx, one, held).next, NoWork)


def test_projects_of_one_database_are_served_apart(ctx: Context) -> None:
    mine, yours = make_project(ctx, "mine"), make_project(ctx, "yours")
    bring(ctx, mine, 1)
    bring(ctx, yours, [comparison("y1"), comparison("y2")])
    actor = invite(ctx, mine, "ada").actor
    receipt = judge(ctx, actor, next_assignment(ctx, actor, "mine"))
    assert isinstance(receipt.next, NoWork)
    with pytest.raises(NotFound):
        next_assignment(ctx, actor, "yours")
    you = invite(ctx, yours, "ada").actor
    following = judge(ctx, you, next_assignment(ctx, you, "yours")).next
    assert isinstance(following, Assignment)


@pytest.mark.parametrize("role", ["lead", "admin"])
def test_only_raters_are_handed_comparisons(ctx: Context, role: str) -> None:
    project = make_project(ctx)
    bring(ctx, project, 1)
    with pytest.raises(NotAllowed):
        next_assignment(ctx, invite(ctx, project, "ada", role).actor, project.name)
    with pytest.raises(NotAllowed):
        next_assignment(ctx, OPERATOR, project.name)


def test_the_rater_reads_texts_in_the_order_shown_and_no_model_name(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, [comparison("c1", 4, language="en")])
    assignment = next_assignment(ctx, raters(ctx, project, 1)[0], project.name)
    shown = shown_comparison(ctx, assignment)
    assert [each["id"] for each in shown["completions"]] == list(assignment.presentation)
    assert (shown["id"], shown["language"]) == ("c1", "en")
    assert not any(model in json.dumps(shown) for model in MODELS)
