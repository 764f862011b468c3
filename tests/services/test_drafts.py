"""What is typed and not sent, and how somebody likes the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import AlreadyJudged, AlreadySkipped, BadCall, NotAllowed, NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import skip_assignment
from rlhf_collect.services.my_data import display_of
from rlhf_collect.services.page_objects import draft_of, save_display, save_draft
from rlhf_collect.services.raters import about_me, export_me
from rlhf_collect.services.serving import next_assignment
from tests.making import HeldClock, bring, judge, make_project, open_services, raters


@pytest.fixture
def work(ctx: Context) -> tuple[Any, Any, Any]:
    project = make_project(ctx)
    bring(ctx, project, 20)
    one, two = raters(ctx, project, 2)
    return one, two, next_assignment(ctx, one, project.name)


def test_a_draft_is_replaced_in_place_and_comes_back_with_its_assignment(ctx: Context, work: Any) -> None:
    one, _, assignment = work
    assert not assignment.drafted
    save_draft(ctx, one, assignment.assignment_id, {"choice": "A"})
    save_draft(ctx, one, assignment.assignment_id, {"why": "été \x00"})
    assert next_assignment(ctx, one, "helpfulness").drafted
    draft, saved_at = draft_of(ctx, assignment.assignment_id)
    assert draft == {"why": "été \x00"}
    assert saved_at == ctx.clock().isoformat()
    assert len(export_me(ctx, one)["drafts"]) == 1


def test_a_draft_survives_a_restart(tmp_path: Path, clock: HeldClock) -> None:
    ctx = open_services(tmp_path / "x.duckdb", clock=clock)
    project = make_project(ctx)
    bring(ctx, project, 2)
    (one,) = raters(ctx, project, 1)
    assignment = next_assignment(ctx, one, project.name)
    save_draft(ctx, one, assignment.assignment_id, {"why": "half a word"})
    ctx.store.close()
    again = open_services(tmp_path / "x.duckdb", clock=clock)
    assert next_assignment(again, one, project.name).drafted
    assert draft_of(again, assignment.assignment_id)[0] == {"why": "half a word"}
    judge(again, one, assignment)
    assert draft_of(again, assignment.assignment_id) == (None, None)
    again.store.close()


def test_a_draft_goes_when_its_comparison_is_judged_or_skipped_and_no_later_one_is_kept(
    ctx: Context, work: Any
) -> None:
    one, _, first = work
    save_draft(ctx, one, first.assignment_id, {"n": 1})
    second = judge(ctx, one, first).next
    save_draft(ctx, one, second.assignment_id, {"n": 2})
    skip_assignment(ctx, one, second.assignment_id)
    assert export_me(ctx, one)["drafts"] == []
    with pytest.raises(AlreadyJudged):
        save_draft(ctx, one, first.assignment_id, {"n": 3})
    with pytest.raises(AlreadySkipped):
        save_draft(ctx, one, second.assignment_id, {"n": 4})
    assert export_me(ctx, one)["drafts"] == []


def test_nobody_writes_into_anothers_draft(ctx: Context, work: Any) -> None:
    _, two, assignment = work
    with pytest.raises(NotFound):
        save_draft(ctx, two, assignment.assignment_id, {"n": 1})


def test_a_draft_of_more_than_200_kilobytes_or_with_what_is_no_json_is_refused(
    ctx: Context, work: Any
) -> None:
    one, _, assignment = work
    save_draft(ctx, one, assignment.assignment_id, {"why": "é" * 99_990})
    with pytest.raises(BadCall, match="200,"):
        save_draft(ctx, one, assignment.assignment_id, {"why": "é" * 100_000})
    with pytest.raises(BadCall):
        save_draft(ctx, one, assignment.assignment_id, {"n": float("nan")})


@pytest.mark.parametrize("depth", [21, 300, 500, 100_000])
def test_what_could_not_be_given_back_as_it_came_is_refused(ctx: Context, work: Any, depth: int) -> None:
    one, _, assignment = work
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    for value in ({"a": "\ud83d"}, {"a": nested}):
        with pytest.raises(BadCall, match="Nothing was stored"):
            save_draft(ctx, one, assignment.assignment_id, value)
        with pytest.raises(BadCall, match="Nothing was stored"):
            save_display(ctx, one, value)
    assert next_assignment(ctx, one, "helpfulness").drafted is False
    assert about_me(ctx, one)["display"] == {}


def test_display_is_kept_in_place_for_its_owner_alone(ctx: Context, work: Any) -> None:
    one, two, _ = work
    assert about_me(ctx, one)["display"] == {}
    save_display(ctx, one, {"theme": "dark"})
    save_display(ctx, one, {"theme": "light", "language": "fr"})
    assert about_me(ctx, one)["display"] == {"theme": "light", "language": "fr"}
    assert display_of(ctx, two.rater_key) == {}
    with pytest.raises(BadCall, match="10,"):
        save_display(ctx, one, {"x": "x" * 10_000})
    with pytest.raises(NotAllowed):
        save_display(ctx, OPERATOR, {})
