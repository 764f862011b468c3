"""Releases by rule: due or not, never twice, gone on with after a failure, by a clock that stands still."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import AlreadyExists, BadCall, BadConfig, Refused
from rlhf_collect.exporters.reach import Reach
from rlhf_collect.importers import Imported
from rlhf_collect.services.context import Context
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.judgements import revise_judgement
from rlhf_collect.services.my_judgements import my_judgements
from rlhf_collect.services.projects import Project, find_project
from rlhf_collect.services.publishing import preview_publication, publish_version
from rlhf_collect.services.raters import set_consents
from rlhf_collect.services.releases import next_version, prepare_release, release_state, rule_for
from rlhf_collect.services.schedule import release_if_due, release_what_is_due, schedule_kept
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.services.versions import freeze_version, list_versions
from rlhf_collect.services.withdrawals import withdraw_judgement
from tests.depth import thorough
from tests.making import HeldClock, ask_and_judge, bring, comparison, invite, make_project, raters, settings
from tests.making import judge as judge_once
from tests.services.stories import Told, tell, told_again

REPOSITORY = {"licence": "CC-BY-4.0", "access": "private", "repository": "org/name"}


def ten_comparisons(ctx: Context) -> Project:
    """Ten comparisons, of which one judgement each decides."""
    made = make_project(ctx, overlap=1)
    bring(ctx, made, 10)
    return made


@pytest.fixture
def project(ctx: Context) -> Project:
    return ten_comparisons(ctx)


def judge(ctx: Context, project: Project, times: int, name: str = "Ada") -> None:
    person = invite(ctx, project, name).actor
    for _ in range(times):
        ask_and_judge(ctx, person, project)


def crash(_: str) -> None:
    """The power fails while a version is built."""
    raise KeyboardInterrupt


def asked(ctx: Context, project: Project, to: Path | str, **rule: Any) -> dict[str, Any]:
    """What the command does with this rule."""
    found = {"every": None, "weekday": None, "reach": None, **rule}
    return release_if_due(
        ctx, OPERATOR, project.name, rule_for(ctx, OPERATOR, project.name, to=str(to), **found)
    )


def versions(ctx: Context, project: Project) -> dict[str, list[str]]:
    return {
        each["version"]: [place["target"] for place in each["published"]]
        for each in list_versions(ctx, OPERATOR, project.name)
    }


def due(ctx: Context, project: Project, **rule: Any) -> dict[str, Any]:
    """The release that this rule begins now; it ends before anything is built."""
    found = {"to": str(out_of(ctx)), "reach": None, "every": None, "weekday": None, **rule}
    with pytest.raises(KeyboardInterrupt):
        prepare_release(
            ctx, OPERATOR, project.name, rule_for(ctx, OPERATOR, project.name, **found), say=crash
        )
    state = release_state(ctx, OPERATOR, project.name)
    assert state is not None
    return state


def out_of(ctx: Context) -> Path:
    """Where versions go."""
    return ctx.versions.parent / "out"


def two_releases(ctx: Context, clock: HeldClock) -> dict[str, Any]:
    """1.0.0 by a number, after a crash and with something in the way, and 1.1.0 by a weekday; what was answered."""
    project = ten_comparisons(ctx)
    ada, out = invite(ctx, project, "Ada").actor, out_of(ctx)
    told: dict[str, Any] = {"ada": ada}
    set_consents(ctx, ada, {"publish_rationale": True})

    def ask(name: str, **rule: Any) -> None:
        told[name] = asked(ctx, project, out, **rule)

    def answer(times: int) -> None:
        for _ in range(times):
            held = next_assignment(ctx, ada, project.name)
            judge_once(ctx, ada, held, rationale="Only if I may take it back.")

    ask("nothing judged", every=3)
    answer(2)
    ask("two of three", every=3)
    ask("Monday, for a Tuesday", weekday="tuesday")  # the clock stands on a Monday
    answer(1)
    told["noted"] = due(ctx, project, every=3)
    told["after a crash"] = versions(ctx, project)
    rule = rule_for(ctx, OPERATOR, project.name, to=str(out), reach=None, every=3, weekday=None)
    told["prepared"] = prepare_release(ctx, OPERATOR, project.name, rule)  # and stopped here
    answer(3)
    in_the_way = out / "1.0.0" / "in the way"
    in_the_way.parent.mkdir(parents=True)
    in_the_way.touch()
    for _ in range(2):
        with pytest.raises(Refused, match="exists already"):
            ask("in the way", every=3)
    told["state"] = release_state(ctx, invite(ctx, project, "Lena", "lead").actor, project.name)
    in_the_way.unlink()
    ask("out of the way", every=3)
    told["state afterwards"] = release_state(ctx, OPERATOR, project.name)
    told["first"] = versions(ctx, project)
    ask("the same Monday", weekday="monday")
    clock.move(days=6, hours=14)
    ask("Sunday, 23:00", weekday="monday")
    clock.move(hours=2)
    ask("Monday, 1:00", weekday="monday")
    told["both"] = versions(ctx, project)
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp("story"), two_releases)


@pytest.fixture
def answers(told: Told) -> dict[str, Any]:
    """What was answered on the way."""
    found: dict[str, Any] = told.answer
    return found


@pytest.fixture
def later(told: Told, clock: HeldClock) -> Iterator[Context]:
    """After both releases: six of ten comparisons are judged, none since 1.1.0."""
    with told_again(told, clock) as opened:
        yield opened


@thorough
def test_a_version_is_released_with_so_many_newly_decided_comparisons_of_its_project_and_not_before(
    answers: dict[str, Any], later: Context
) -> None:
    assert answers["nothing judged"] == {
        "released": False,
        "reason": "0 new judgements; 3 decided comparisons would do. Nothing was frozen.",
    }
    assert answers["two of three"]["reason"].startswith("2 new judgements; 3 decided comparisons would do.")
    assert (answers["noted"]["version"], answers["noted"]["reason"]) == (
        "1.0.0",
        "3 new decided comparisons, every 3.",
    )
    project, out = find_project(later, "helpfulness"), out_of(later)
    judge(later, project, 2, "Ben")
    other = make_project(later, "other", overlap=1)
    bring(later, other, 3)
    judge(later, other, 3, "Cy")
    early = asked(later, project, out, every=3)
    assert not early["released"]
    assert early["reason"].startswith("2 new judgements since 1.1.0; 3 decided comparisons would do.")
    judge(later, project, 1, "Dee")
    again = due(later, project, every=3)
    assert (again["version"], again["reason"]) == ("1.2.0", "3 new decided comparisons since 1.1.0, every 3.")


@thorough
def test_judgements_that_decide_nothing_new_make_no_version_due(ctx: Context, tmp_path: Path) -> None:
    project = make_project(ctx, overlap=3)
    bring(ctx, project, 1)
    for person in raters(ctx, project, 1):
        ask_and_judge(ctx, person, project)
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    for name in ("Bo", "Cy"):
        judge(ctx, project, 1, name)
    found = asked(ctx, project, tmp_path / "out", every=2)
    assert not found["released"]
    assert "new decided comparison" in found["reason"]


def test_on_its_day_a_version_is_released_once_and_only_if_anything_was_judged(
    answers: dict[str, Any], later: Context, clock: HeldClock
) -> None:
    for early in ("Monday, for a Tuesday", "the same Monday", "Sunday, 23:00"):
        assert not answers[early]["released"], early
    released = answers["Monday, 1:00"]
    assert (released["released"], released["version"]) == (True, "1.1.0")
    assert released["reason"] == "Monday has come: 3 new decided comparisons since 1.0.0."
    assert answers["both"] == {each: [f"{out_of(later)}/{each}"] for each in ("1.0.0", "1.1.0")}
    project = find_project(later, "helpfulness")
    clock.move(days=7)
    quiet = asked(later, project, out_of(later), weekday="monday")
    assert quiet["reason"].startswith("0 new judgements since 1.1.0")
    judge(later, project, 1, "Ben")
    clock.move(days=2)
    late = due(later, project, weekday="monday")
    assert (late["version"], late["reason"]) == (
        "1.2.0",
        "Monday has come: 1 new decided comparison since 1.1.0.",
    ), "late is better than never"


def test_what_was_frozen_and_not_published_is_published_next_and_the_lead_is_told_why(
    answers: dict[str, Any], later: Context
) -> None:
    place = f"{out_of(later)}/1.0.0"
    assert (answers["state"]["version"], answers["state"]["target"]) == ("1.0.0", place)
    assert "exists already" in answers["state"]["failed"]["message"]
    assert answers["out of the way"]["released"]
    assert answers["out of the way"]["reason"] == "It was not published yet."
    assert answers["state afterwards"] is None
    assert answers["first"] == {"1.0.0": [place]}


def test_a_crash_after_the_note_or_after_the_freeze_leaves_one_version(answers: dict[str, Any]) -> None:
    assert answers["after a crash"] == {}
    assert answers["prepared"]["version"] == "1.0.0"
    assert answers["out of the way"]["version"] == "1.0.0", "though three more were decided meanwhile"
    assert answers["Monday, 1:00"]["version"] == "1.1.0"


@thorough
def test_a_version_the_lead_made_in_between_is_not_overtaken(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    judge(ctx, project, 3)
    rule = rule_for(ctx, OPERATOR, project.name, to=str(tmp_path / "out"), reach=None, every=3, weekday=None)

    with pytest.raises(KeyboardInterrupt):
        prepare_release(ctx, OPERATOR, project.name, rule, say=crash)
    freeze_version(ctx, OPERATOR, project.name, "2.0.0")
    judge(ctx, project, 3)
    assert prepare_release(ctx, OPERATOR, project.name, rule)["version"] == "2.1.0"


def test_the_number_after_the_newest_is_one_minor_higher() -> None:
    assert next_version([]) == "1.0.0"
    assert next_version(["1.9.4", "1.10.2", "1.2.0"]) == "1.11.0"


def test_a_rule_says_when_and_where(ctx: Context, project: Project) -> None:
    def rule(**given: Any) -> Any:
        asked = {"to": None, "reach": None, "every": None, "weekday": None}
        return rule_for(ctx, OPERATOR, project.name, **(asked | given))

    with pytest.raises(BadCall, match="Say --every or --weekday"):
        rule(to="hub:org/name")
    with pytest.raises(BadCall, match="Say --to"):
        rule(every=3)
    with pytest.raises(BadCall, match="'Monday' is no day of the week"):
        rule(weekday="Monday", to="hub:org/name")
    with pytest.raises(Refused, match="were told that the dataset is private"):
        rule(every=3, to="hub:org/name", reach=Reach(public=True))


def test_a_schedule_of_the_project_file_needs_a_repository() -> None:
    with pytest.raises(BadConfig) as refused:
        settings(publication=REPOSITORY | {"repository": None, "schedule": {"weekday": "monday"}})
    (problem,) = refused.value.problems
    assert (problem.field, problem.what) == ("publication", "a schedule needs a repository.")


@pytest.fixture
def scheduled(ctx: Context) -> Project:
    """A project whose version is due, and may not go out: a source forbids what its licence allows."""
    schedule = {"schedule": {"every_decided": 2}}
    made = make_project(ctx, "scheduled", overlap=1, publication=REPOSITORY | schedule)
    items = [
        Imported(where=f"test.jsonl:{number}", comparison=comparison(f"c{number}")) for number in range(3)
    ]
    source = {"source": "test.jsonl", "form": "rlhf_collect", "licence": "CC-BY-NC-4.0"}
    import_comparisons(ctx, OPERATOR, made.name, items, **source)
    judge(ctx, made, 2)
    return made


@thorough
def test_the_server_acts_on_the_schedule_of_the_file_and_keeps_what_came_in_the_way(
    ctx: Context, project: Project, scheduled: Project
) -> None:
    judge(ctx, project, 2)
    for _ in range(2):
        (done,) = release_what_is_due(ctx)
        assert (done["project"], done["released"]) == ("scheduled", False)
    assert versions(ctx, project) == {}, "it has no schedule"
    assert versions(ctx, scheduled) == {"1.0.0": []}
    state = release_state(ctx, OPERATOR, "scheduled")
    assert state is not None
    assert state["failed"]["message"] == done["reason"]
    assert "does not forbid commercial use" in done["reason"]


@thorough
def test_the_schedule_is_looked_at_when_the_server_starts_and_stops_with_it(
    ctx: Context, scheduled: Project
) -> None:
    with schedule_kept(ctx, seconds=60):
        end = time.monotonic() + 20
        while not ((state := release_state(ctx, OPERATOR, scheduled.name)) and state["failed"]):
            assert time.monotonic() < end
            time.sleep(0.05)
    assert not [each for each in threading.enumerate() if each.name == "schedule"]


def test_words_whose_consent_was_withdrawn_after_the_freeze_are_published_nowhere_new(
    answers: dict[str, Any], later: Context, clock: HeldClock
) -> None:
    out = out_of(later)
    clock.move(hours=1)
    set_consents(later, answers["ada"], {"publish_rationale": False})
    there = publish_version(later, OPERATOR, "helpfulness", "1.0.0", to=f"{out}/1.0.0")
    assert there["target"] == f"{out}/1.0.0", "stands there: a look"
    for ask in (publish_version, preview_publication):
        with pytest.raises(
            Refused, match=r"1 rater withdrew since then .*, and 1\.0\.0 holds it\. Nothing was sent\. Freeze"
        ):
            ask(later, OPERATOR, "helpfulness", "1.0.0", to=str(out / "after"))
    assert not (out / "after").exists()


@thorough
def test_a_release_that_may_not_go_out_any_more_makes_way_for_the_next(
    ctx: Context, project: Project, clock: HeldClock, tmp_path: Path
) -> None:
    ada = invite(ctx, project, "Ada").actor
    set_consents(ctx, ada, {"publish_rationale": True})
    judge_once(ctx, ada, next_assignment(ctx, ada, project.name), rationale="Only if I may take it back.")
    taken = tmp_path / "out" / "1.0.0"
    taken.mkdir(parents=True)
    (taken / "in the way").touch()
    with pytest.raises(AlreadyExists):
        asked(ctx, project, tmp_path / "out", every=1)
    clock.move(hours=1)
    set_consents(ctx, ada, {"publish_rationale": False})
    assert not asked(ctx, project, tmp_path / "out", every=1)["released"]
    ask_and_judge(ctx, ada, project)
    assert asked(ctx, project, tmp_path / "out", every=1)["version"] == "1.1.0"


def test_what_was_taken_back_makes_no_version_due_by_itself(
    answers: dict[str, Any], later: Context, clock: HeldClock
) -> None:
    ada, project = answers["ada"], find_project(later, "helpfulness")
    taken = my_judgements(later, ada)["judgements"][0]["judgement"]
    withdraw_judgement(later, ada, UUID(taken))
    clock.move(days=7)
    for rule in ({"every": 1}, {"weekday": "monday"}):
        found = asked(later, project, out_of(later), **rule)
        assert not found["released"]
        assert found["reason"].startswith("0 new judgements since 1.1.0;")


@thorough
def test_comparisons_decided_because_a_judgement_was_taken_back_count_as_newly_decided(
    ctx: Context, tmp_path: Path
) -> None:
    project = make_project(ctx, overlap=2)
    bring(ctx, project, 3)
    ada, bo = (invite(ctx, project, name).actor for name in ("Ada", "Bo"))
    held: list[Assignment] = []
    for side, actor in enumerate((ada, bo)):  # each comparison has one judgement for either side
        held = []
        for _ in range(3):
            held.append(next_assignment(ctx, actor, project.name))
            judge_once(ctx, actor, held[-1], sorted(held[-1].presentation)[side])
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    last, *others = held
    for each in others:
        withdraw_judgement(ctx, bo, each.judgement_id)
    # One row since, and three comparisons are decided by all of it.
    revise_judgement(ctx, bo, last.judgement_id, [Draft(choice=min(last.presentation), strength=1)])
    rule = rule_for(ctx, OPERATOR, project.name, to=str(tmp_path), reach=None, every=3, weekday=None)
    with pytest.raises(KeyboardInterrupt):
        prepare_release(ctx, OPERATOR, project.name, rule, say=crash)  # being due is enough
    state = release_state(ctx, OPERATOR, project.name)
    assert state is not None
    assert (state["version"], state["reason"]) == ("1.1.0", "3 new decided comparisons since 1.0.0, every 3.")
