"""Who worked between two versions, as the labour statement counts it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.services.context import Context
from rlhf_collect.services.judgements import revise_judgement, skip_assignment
from rlhf_collect.services.projects import Project, find_project
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.services.versions import freeze_version
from rlhf_collect.services.withdrawals import withdraw_judgement
from rlhf_collect.services.work import work_facts
from tests.making import HeldClock, ask_and_judge, bring, make_project, raters
from tests.services.looking import query
from tests.services.stories import Told, tell, told_again


def done(ctx: Context, project: Project) -> Any:
    """The work since the newest version, and since the beginning."""
    rows = ctx.store.read("versions_of_project", project_id=project.project_id)
    found = work_facts(ctx.store, project, rows[-1] if rows else None, ctx.clock())
    return found.since_previous, found.since_beginning


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Three raters, of whom Ada judged two and Bo skipped one before version 1.0.0, and Cy did nothing yet."""

    ada: Actor
    cy: Actor
    held: Assignment
    """The first that Ada judged."""
    done: Any
    """The work as it was told before the version."""


def until_a_version(ctx: Context, clock: HeldClock) -> Begun:
    project = make_project(ctx, overlap=3)
    bring(ctx, project, 6)
    ada, bo, cy = raters(ctx, project, 3)
    held = ask_and_judge(ctx, ada, project)
    ask_and_judge(ctx, ada, project)
    skip_assignment(ctx, bo, next_assignment(ctx, bo, project.name).assignment_id)
    told = done(ctx, project)
    clock.now += timedelta(days=1)
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    clock.now += timedelta(days=1)
    return Begun(ada=ada, cy=cy, held=held, done=told)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp("story"), until_a_version)


@pytest.fixture
def later(told: Told, clock: HeldClock) -> Iterator[Context]:
    """A day after the version."""
    with told_again(told, clock) as opened:
        yield opened


@pytest.fixture
def begun(told: Told) -> Begun:
    found: Begun = told.answer
    return found


def test_judging_skipping_and_revising_are_work_and_each_person_counts_once(
    later: Context, begun: Begun
) -> None:
    since, whole = begun.done
    assert since == whole
    assert (since.raters, since.new_raters, since.judgements, since.skips) == (2, 2, 2, 1)
    assert (since.first_day, since.last_day) == ("2026-03-02", "2026-03-02")
    project = find_project(later, "helpfulness")
    assert (done(later, project)[0].raters, done(later, project)[0].first_day) == (0, None)
    revise_judgement(later, begun.ada, begun.held.judgement_id, [Draft(choice="both_bad")])
    ask_and_judge(later, begun.cy, project)
    since, whole = done(later, project)
    assert (since.raters, since.new_raters, since.judgements, since.skips) == (2, 1, 1, 0)
    assert (whole.raters, whole.new_raters, whole.judgements, whole.skips) == (3, 3, 3, 1)
    assert (since.first_day, whole.first_day) == ("2026-03-04", "2026-03-02")


def test_taking_a_judgement_back_is_work_and_what_was_submitted_stays_submitted(
    later: Context, begun: Begun
) -> None:
    withdraw_judgement(later, begun.ada, begun.held.judgement_id)
    since, whole = done(later, find_project(later, "helpfulness"))
    assert (since.raters, since.new_raters, since.judgements) == (1, 0, 0)
    assert (since.first_day, since.last_day) == ("2026-03-04", "2026-03-04")
    assert (whole.raters, whole.judgements) == (2, 2)


def test_a_skip_is_honoured_unless_the_same_rater_was_made_to_judge_it(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 3)
    (ada,) = raters(ctx, project, 1)
    skipped = next_assignment(ctx, ada, project.name)
    skip_assignment(ctx, ada, skipped.assignment_id)
    ask_and_judge(ctx, ada, project)
    assert done(ctx, project)[0].skips_overruled == 0
    query(
        ctx,
        "UPDATE judgement SET comparison_key = (SELECT comparison_key FROM skip), "
        "submitted_at = submitted_at + INTERVAL 1 MINUTE",
    )
    assert done(ctx, project)[0].skips_overruled == 1


def test_a_frozen_version_carries_what_the_project_file_discloses(later: Context) -> None:
    project = find_project(later, "helpfulness")
    path = later.versions / project.name / "1.0.0" / "labour_statement.json"
    found, settings = json.loads(path.read_text(encoding="utf-8")), project.settings
    assert found["responsible"]["source"] == settings.prompts.source
    assert found["content"]["declared_at"] == str(settings.content.declared_on)
    assert found["engagement"]["kind"] == "staff"
    assert found["guidelines"][0]["version"] == "general-1"
    assert found["guidelines"][0]["languages"] == ["en", "fr"]
    assert found["integrity"]["config_sha256"] == project.settings_sha256
    assert found["this_version"]["raters"]["n_active_band"] == "fewer_than_5"
