"""Releases by rule: due or not, never twice, gone on with after a failure, by a clock that stands still."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import AlreadyExists, BadCall, BadConfig, Refused
from rlhf_collect.exporters.reach import Reach
from rlhf_collect.importers import Imported
from rlhf_collect.services.context import Context
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.judgements import revise_judgement
from rlhf_collect.services.projects import Project
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

REPOSITORY = {"licence": "CC-BY-4.0", "access": "private", "repository": "org/name"}


@pytest.fixture
def project(ctx: Context) -> Project:
    """Ten comparisons, of which one judgement each decides."""
    made = make_project(ctx, overlap=1)
    bring(ctx, made, 10)
    return made


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


def test_a_version_is_released_with_so_many_newly_decided_comparisons_of_its_project_and_not_before(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    nothing = asked(ctx, project, out, every=3)
    assert nothing == {
        "released": False,
        "reason": "0 new judgements; 3 decided comparisons would do. Nothing was frozen.",
    }
    judge(ctx, project, 3)
    first = asked(ctx, project, out, every=3)
    assert (first["released"], first["version"]) == (True, "1.0.0")
    assert first["reason"] == "3 new decided comparisons, every 3."
    judge(ctx, project, 2)
    early = asked(ctx, project, out, every=3)
    assert early["reason"].startswith("2 new judgements since 1.0.0; 3 decided comparisons would do.")
    judge(ctx, project, 2)
    assert asked(ctx, project, out, every=3)["version"] == "1.1.0"
    other = make_project(ctx, "other", overlap=1)
    bring(ctx, other, 3)
    judge(ctx, other, 3, "Ben")
    told = asked(ctx, project, out, every=3)
    assert not told["released"]
    assert told["reason"].startswith("0 new judgements since 1.1.0; 3 decided comparisons would do.")
    assert versions(ctx, project) == {"1.0.0": [f"{out}/1.0.0"], "1.1.0": [f"{out}/1.1.0"]}


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
    ctx: Context, clock: HeldClock, project: Project, tmp_path: Path
) -> None:
    judge(ctx, project, 1)
    out = tmp_path / "out"  # the clock stands on a Monday
    assert not asked(ctx, project, out, weekday="tuesday")["released"]
    assert asked(ctx, project, out, weekday="monday")["version"] == "1.0.0"
    judge(ctx, project, 1)
    assert not asked(ctx, project, out, weekday="monday")["released"], "the same Monday"
    clock.move(days=6, hours=14)
    assert not asked(ctx, project, out, weekday="monday")["released"], "Sunday, 23:00"
    clock.move(hours=2)
    released = asked(ctx, project, out, weekday="monday")
    assert released["version"] == "1.1.0"
    assert released["reason"] == "Monday has come: 1 new decided comparison since 1.0.0."
    clock.move(days=7)
    quiet = asked(ctx, project, out, weekday="monday")
    assert quiet["reason"].startswith("0 new judgements since 1.1.0")
    judge(ctx, project, 1)
    clock.move(days=2)
    assert asked(ctx, project, out, weekday="monday")["version"] == "1.2.0", "late is better than never"


def test_what_was_frozen_and_not_published_is_published_next_and_the_lead_is_told_why(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    judge(ctx, project, 3)
    out = tmp_path / "out"
    (out / "1.0.0").mkdir(parents=True)
    (out / "1.0.0" / "in the way").touch()
    for _ in range(2):
        with pytest.raises(Refused, match="exists already"):
            asked(ctx, project, out, every=3)
    lead = invite(ctx, project, "Lena", "lead").actor
    state = release_state(ctx, lead, project.name)
    assert state is not None
    assert (state["version"], state["target"]) == ("1.0.0", f"{out}/1.0.0")
    assert "exists already" in state["failed"]["message"]
    (out / "1.0.0" / "in the way").unlink()
    assert asked(ctx, project, out, every=3)["reason"] == "It was not published yet."
    assert release_state(ctx, lead, project.name) is None
    assert versions(ctx, project) == {"1.0.0": [f"{out}/1.0.0"]}


def test_a_crash_after_the_note_or_after_the_freeze_leaves_one_version(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    judge(ctx, project, 3)
    rule = rule_for(ctx, OPERATOR, project.name, to=str(tmp_path / "out"), reach=None, every=3, weekday=None)

    with pytest.raises(KeyboardInterrupt):
        prepare_release(ctx, OPERATOR, project.name, rule, say=crash)
    assert versions(ctx, project) == {}
    assert prepare_release(ctx, OPERATOR, project.name, rule)["version"] == "1.0.0"  # and stopped here
    judge(ctx, project, 3)
    assert release_if_due(ctx, OPERATOR, project.name, rule)["version"] == "1.0.0"
    assert release_if_due(ctx, OPERATOR, project.name, rule)["version"] == "1.1.0"
    assert not release_if_due(ctx, OPERATOR, project.name, rule)["released"]


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
    ctx: Context, project: Project, clock: HeldClock, tmp_path: Path
) -> None:
    ada = invite(ctx, project, "Ada").actor
    set_consents(ctx, ada, {"publish_rationale": True})
    judge_once(ctx, ada, next_assignment(ctx, ada, project.name), rationale="Only if I may take it back.")
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    publish_version(ctx, OPERATOR, project.name, "1.0.0", to=str(tmp_path / "before"))
    clock.move(hours=1)
    set_consents(ctx, ada, {"publish_rationale": False})
    publish_version(ctx, OPERATOR, project.name, "1.0.0", to=str(tmp_path / "before"))  # stands there: a look
    for ask in (publish_version, preview_publication):
        with pytest.raises(
            Refused, match=r"1 rater withdrew since then .*, and 1\.0\.0 holds it\. Nothing was sent\. Freeze"
        ):
            ask(ctx, OPERATOR, project.name, "1.0.0", to=str(tmp_path / "after"))
    assert not (tmp_path / "after").exists()


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
    ctx: Context, clock: HeldClock, project: Project, tmp_path: Path
) -> None:
    ada = invite(ctx, project, "Ada").actor
    held = [ask_and_judge(ctx, ada, project) for _ in range(2)]
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    withdraw_judgement(ctx, ada, held[0].judgement_id)
    clock.move(days=7)
    for rule in ({"every": 1}, {"weekday": "monday"}):
        found = asked(ctx, project, tmp_path, **rule)
        assert not found["released"]
        assert found["reason"].startswith("0 new judgements since 1.0.0;")


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
