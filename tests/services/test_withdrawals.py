"""A judgement taken back by its rater counts nowhere from then on, and stands again once it is given again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.errors import AlreadyJudged, NotFound
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.consents import consents_withdrawn
from rlhf_collect.services.context import Context
from rlhf_collect.services.exports import judgement_stream
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.judgements import revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.my_judgements import my_judgement, my_judgements
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import about_me, export_me, set_consents
from rlhf_collect.services.rebuilding import rebuild_version
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.services.versions import freeze_version
from rlhf_collect.services.withdrawals import withdraw_judgement
from tests.depth import thorough
from tests.making import (
    HeldClock,
    ask_and_judge,
    bring,
    comparison,
    invite,
    judge,
    make_project,
    raters,
    said,
)
from tests.services.boards import both_pictures
from tests.services.looking import column, count, query, reason_of_none
from tests.services.stories import tell


def revised(ctx: Context, actor: Actor, held: Assignment, choice: str, **more: Any) -> None:
    revise_judgement(ctx, actor, held.judgement_id, [Draft(choice=choice, **more)])


def manifest(ctx: Context, version: str) -> Any:
    path = Path(freeze_version(ctx, OPERATOR, "helpfulness", version)["path"]) / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))


def all_that_is_told(ctx: Context, project: Project, actor: Actor) -> tuple[Any, ...]:
    """Progress, agreement, lines and figures, for whoever may read them."""
    report = project_agreement(ctx, OPERATOR, project.name)
    progress = project_progress(ctx, OPERATOR, project.name)
    del progress["forecast"], progress["as_of"]  # they go by what day it is
    return (
        progress,
        {name: value for name, value in report.items() if name != "ground"},
        list(judgement_stream(ctx, OPERATOR, project.name)),
        about_me(ctx, actor)["progress"],
    )


def test_it_counts_nowhere_and_leads_are_told_as_if_it_had_not_been_given(
    ctx: Context, clock: HeldClock
) -> None:
    project = make_project(ctx, overlap=2)
    bring(ctx, project, [comparison("c1"), comparison("c2"), comparison("c3")])
    ada, bo = raters(ctx, project, 2)
    for _ in range(3):
        ask_and_judge(ctx, ada, project)
    held = next_assignment(ctx, bo, project.name)
    before = all_that_is_told(ctx, project, bo)
    judge(ctx, bo, held)
    assert all_that_is_told(ctx, project, bo) != before
    clock.move(days=1)
    withdraw_judgement(ctx, bo, held.judgement_id)
    *told, progress = all_that_is_told(ctx, project, bo)
    assert told == list(before[:-1])
    assert progress == {"judged": 0, "left": 2}  # it is not among those left for them: it does not come again
    assert examine_store(ctx)["healthy"]


def test_its_place_is_free_for_others_and_it_is_not_handed_to_the_same_rater_again(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 1)
    ada, bo = raters(ctx, project, 2)
    held = ask_and_judge(ctx, ada, project)
    assert reason_of_none(ctx, bo, project) == "no_eligible"
    withdraw_judgement(ctx, ada, held.judgement_id)
    assert reason_of_none(ctx, ada, project) == "no_eligible"
    assert ask_and_judge(ctx, bo, project).comparison_key == held.comparison_key
    assert column(ctx, "SELECT arrival_no FROM judgement ORDER BY sequence_no") == [1, 2]  # never given anew
    revised(ctx, ada, held, "tie")  # standing again is never refused, though the place was given meanwhile
    used, built = both_pictures(ctx, project)
    assert used == built
    assert (used["judged"], used["arrived"]) == ([2], [2])


def test_twice_is_once(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 2)
    (ada,) = raters(ctx, project, 1)
    held = ask_and_judge(ctx, ada, project)
    first = withdraw_judgement(ctx, ada, held.judgement_id)
    assert withdraw_judgement(ctx, ada, held.judgement_id) == first
    assert count(ctx, "withdrawal") == 1
    used, built = both_pictures(ctx, project)
    assert used == built


def test_only_ones_own_judgements_can_be_taken_back(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, [comparison("c1"), comparison("c2")])
    ada, bo = raters(ctx, project, 2)
    held = ask_and_judge(ctx, ada, project)
    import_judgements(ctx, OPERATOR, project.name, [said("c1", "elsewhere", "c1-a", 1)], source="x")
    (imported,) = column(ctx, "SELECT judgement_id FROM judgement WHERE submitted_at IS NULL")
    lead = invite(ctx, project, "Lena", "lead").actor
    for actor, judgement in ((bo, held.judgement_id), (lead, held.judgement_id), (ada, imported)):
        with pytest.raises(NotFound):
            withdraw_judgement(ctx, actor, judgement)
    with pytest.raises(NotFound, match="not judged yet"):
        withdraw_judgement(ctx, ada, next_assignment(ctx, ada, project.name).judgement_id)
    assert count(ctx, "withdrawal") == 0


def test_given_again_it_stands_even_with_the_same_answer_and_can_be_taken_back_again(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 2)
    (ada,) = raters(ctx, project, 1)
    held = ask_and_judge(ctx, ada, project)
    best = held.presentation[0]
    for number in range(2):
        withdraw_judgement(ctx, ada, held.judgement_id)
        assert list(judgement_stream(ctx, OPERATOR, project.name)) == []
        revised(ctx, ada, held, best, strength=2)
        revised(ctx, ada, held, best, strength=2)  # sent twice is once
        assert [row["choice"] for row in judgement_stream(ctx, OPERATOR, project.name)] == [best]
        assert count(ctx, "judgement") == 2 + number
    assert column(ctx, "SELECT withdrawal_no FROM withdrawal ORDER BY sequence_no") == [0, 1]
    used, built = both_pictures(ctx, project)
    assert used == built
    assert examine_store(ctx)["healthy"]


def test_a_late_copy_of_the_first_submission_does_not_make_it_stand(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 2)
    (ada,) = raters(ctx, project, 1)
    held = ask_and_judge(ctx, ada, project)
    withdraw_judgement(ctx, ada, held.judgement_id)
    assert judge(ctx, ada, held).fresh is False
    with pytest.raises(AlreadyJudged):
        judge(ctx, ada, held, "tie", strength=0)
    with pytest.raises(AlreadyJudged):
        skip_assignment(ctx, ada, held.assignment_id)
    assert list(judgement_stream(ctx, OPERATOR, project.name)) == []


def test_every_criterion_of_it_is_taken_back(ctx: Context) -> None:
    names = ("overall", "clarity")
    project = make_project(ctx, criteria=[{"name": each, "question": "?"} for each in names])
    bring(ctx, project, 1)
    (ada,) = raters(ctx, project, 1)
    held = next_assignment(ctx, ada, project.name)
    drafts = [Draft(criterion=each, choice="tie") for each in names]
    submit_judgement(ctx, ada, held.assignment_id, held.judgement_id, drafts)
    withdraw_judgement(ctx, ada, held.judgement_id)
    assert list(judgement_stream(ctx, OPERATOR, project.name)) == []
    used, built = both_pictures(ctx, project)
    assert used == built
    assert used["judged"] == [0]


def test_its_rater_finds_it_marked_opens_it_and_has_it_in_their_export(
    ctx: Context, clock: HeldClock
) -> None:
    project = make_project(ctx)
    bring(ctx, project, 2)
    (ada,) = raters(ctx, project, 1)
    held = next_assignment(ctx, ada, project.name)
    judge(ctx, ada, held, rationale="Clearer.")
    ask_and_judge(ctx, ada, project)
    clock.move(minutes=5)
    withdraw_judgement(ctx, ada, held.judgement_id)
    lines = my_judgements(ctx, ada)["judgements"]
    assert [(each["withdrawn"], each["answers"][0]["choice"]) for each in lines][1] == (
        True,
        held.presentation[0],
    )
    assert [each["withdrawn"] for each in lines] == [False, True]
    assert len(my_judgements(ctx, ada, search="clearer")["judgements"]) == 1
    opened = my_judgement(ctx, ada, held.judgement_id)
    assert (opened.withdrawn, opened.answers[0]["rationale"]) == (True, "Clearer.")
    (row,) = export_me(ctx, ada)["withdrawals"]
    name = my_judgements(ctx, ada)["judgements"][1]["comparison"]
    assert row == {"judgement_id": held.judgement_id, "comparison_id": name, "withdrawn_at": clock.now}


@dataclass(frozen=True, kw_only=True)
class Versions:
    """Three versions of three comparisons and five raters, of whom Ada says most; what was counted and answered."""

    manifests: dict[str, Any]
    cards: dict[str, str]
    named: dict[str, tuple[str, ...]]
    """The versions that keep what Ada took back, each time she did."""
    held: str | None
    other: str | None
    """The version that Ada reads beside either of her judgements in the end."""


def three_versions(ctx: Context, clock: HeldClock) -> Versions:
    """One of Eve's is taken back before 1.0.0, two of Ada's after it, and one of these is given again after 1.1.0."""
    project = make_project(ctx, overlap=5, edits="optional")
    bring(ctx, project, 3)
    ada, *others = raters(ctx, project, 5)
    taken = [ask_and_judge(ctx, actor, project) for actor in others for _ in range(2)][-1]
    withdraw_judgement(ctx, others[-1], taken.judgement_id)
    ask_and_judge(ctx, ada, project)
    set_consents(ctx, ada, {"publish_rationale": True})
    held = next_assignment(ctx, ada, project.name)
    first, improved = held.presentation
    words: dict[str, Any] = {
        "flags": [Flag(target="prompt", flag="harmful")],
        "edited": Edited(completion=improved, content="Better."),
    }
    drafts = [Draft(choice=first, strength=2, rationale="So.")]
    submit_judgement(ctx, ada, held.assignment_id, held.judgement_id, drafts, **words)
    manifests, named = {"1.0.0": manifest(ctx, "1.0.0")}, {}
    named["in 1.0.0"] = withdraw_judgement(ctx, ada, held.judgement_id).versions
    other = ask_and_judge(ctx, ada, project)
    named["in none"] = withdraw_judgement(ctx, ada, other.judgement_id).versions
    manifests["1.1.0"] = manifest(ctx, "1.1.0")
    revise_judgement(ctx, ada, held.judgement_id, drafts, **words)
    manifests["1.2.0"] = manifest(ctx, "1.2.0")
    named["given again"] = withdraw_judgement(ctx, ada, held.judgement_id).versions
    cards = {
        each: (ctx.versions / project.name / each / "README.md").read_text(encoding="utf-8")
        for each in manifests
    }
    seen = {
        name: my_judgement(ctx, ada, each.judgement_id).version
        for name, each in (("held", held), ("other", other))
    }
    return Versions(manifests=manifests, cards=cards, named=named, **seen)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    found: Versions = tell(tmp_path_factory.mktemp("story"), three_versions).answer
    return found


def test_the_next_version_is_made_without_it_and_what_was_said_beside_it_and_the_answer_names_those_that_keep_it(
    versions: Versions,
) -> None:
    counts = {name: each["counts"] for name, each in versions.manifests.items()}
    counted = ("judgements", "edited", "flagged_judgements", "rationales")
    assert {name: [each[one] for one in counted] for name, each in counts.items()} == {
        "1.0.0": [9, 1, 1, 1],
        "1.1.0": [8, 0, 0, 0],
        "1.2.0": [9, 1, 1, 1],
    }
    assert counts["1.1.0"]["changes"]["ratings"] == {"added": 0, "changed": 0, "withdrawn": 1}
    assert versions.named == {"in 1.0.0": ("1.0.0",), "in none": (), "given again": ("1.0.0", "1.2.0")}
    assert (versions.held, versions.other) == ("1.0.0", None)


LINE = "- judgements taken back by their rater: 1\n"


def test_how_many_were_taken_back_is_told_of_five_raters(versions: Versions) -> None:
    left_out = versions.manifests["1.0.0"]["privacy"]["left_out"]
    assert (left_out["withdrawn"], left_out["skip"]) == (1, 0)
    assert LINE in versions.cards["1.0.0"]


def test_how_many_were_taken_back_is_not_told_of_four_raters(ctx: Context) -> None:
    project = make_project(ctx, overlap=4)
    bring(ctx, project, 2)
    everybody = raters(ctx, project, 4)
    held = [ask_and_judge(ctx, actor, project) for actor in everybody for _ in range(2)]
    withdraw_judgement(ctx, everybody[-1], held[-1].judgement_id)
    left_out = manifest(ctx, "1.0.0")["privacy"]["left_out"]
    assert (left_out["withdrawn"], left_out["skip"]) == (None, None)
    assert LINE not in (ctx.versions / project.name / "1.0.0" / "README.md").read_text(encoding="utf-8")


def test_one_person_taking_back_between_two_versions_is_not_told_by_subtraction(versions: Versions) -> None:
    assert versions.manifests["1.1.0"]["counts"]["raters"] == 5
    assert versions.manifests["1.1.0"]["privacy"]["left_out"]["withdrawn"] is None


@thorough
def test_a_version_is_built_again_to_the_byte_whatever_is_taken_back_before_during_and_after(
    ctx: Context, clock: HeldClock
) -> None:
    # The database is made by the clock on the wall, everything else happens by the one that is held.
    query(ctx, "UPDATE schema_migration SET applied_at = TIMESTAMPTZ '2026-01-01 00:00:00+00'")
    project = make_project(ctx)
    bring(ctx, project, 5)
    ada, bo = raters(ctx, project, 2)
    held = [ask_and_judge(ctx, ada, project) for _ in range(4)]
    ask_and_judge(ctx, bo, project)
    withdraw_judgement(ctx, ada, held[0].judgement_id)
    done: list[str] = []

    def meanwhile(step: str) -> None:
        if not done:  # the clock is held: this is stamped with the moment of the snapshot
            done.append(step)
            withdraw_judgement(ctx, ada, held[1].judgement_id)

    freeze_version(ctx, OPERATOR, project.name, "1.0.0", say=meanwhile)
    clock.move(hours=1)
    withdraw_judgement(ctx, ada, held[2].judgement_id)
    revised(ctx, ada, held[0], "tie")
    assert manifest(ctx, "1.1.0")["counts"]["judgements"] == 3
    revised(ctx, ada, held[2], "tie")
    for version in ("1.0.0", "1.1.0"):
        found = rebuild_version(ctx, OPERATOR, project.name, version)
        assert (found["identical"], found["inputs"], found["differences"]) == (True, [], []), version


@thorough
def test_a_consent_withdrawn_for_words_that_a_version_leaves_out_does_not_hold_it_back(ctx: Context) -> None:
    project = make_project(ctx, edits="optional")
    bring(ctx, project, 2)
    ada, bo = raters(ctx, project, 2)
    ask_and_judge(ctx, bo, project)
    set_consents(ctx, ada, {"publish_rationale": True})
    held = next_assignment(ctx, ada, project.name)
    first, other = held.presentation
    answer = [Draft(choice=first, strength=2, rationale="So.")]
    better = Edited(completion=other, content="Better.")
    submit_judgement(ctx, ada, held.assignment_id, held.judgement_id, answer, edited=better)
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    withdraw_judgement(ctx, ada, held.judgement_id)
    freeze_version(ctx, OPERATOR, project.name, "1.1.0")
    revised(ctx, ada, held, other, strength=1)  # given again, without a word
    freeze_version(ctx, OPERATOR, project.name, "1.2.0")
    ctx.clock.move(hours=1)  # type: ignore[attr-defined]
    set_consents(ctx, ada, {"publish_rationale": False})
    sealed = ctx.store.read("versions_of_project", project_id=project.project_id)
    assert {row["version"]: consents_withdrawn(ctx, project, row) for row in sealed} == {
        "1.0.0": 1,
        "1.1.0": 0,
        "1.2.0": 0,
    }
