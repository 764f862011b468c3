"""Versions built again: the same to the byte from the store as it stood, or the input that changed is named."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.errors import AlreadyExists, NotAllowed, NotFound, Refused
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.services.context import Context, KeyRing
from rlhf_collect.services.differences import compare_sealed
from rlhf_collect.services.judgements import revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.projects import Project, find_project
from rlhf_collect.services.raters import add_rater, set_consents, who_is
from rlhf_collect.services.rebuilding import rebuild_version
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.services.version_inputs import version_inputs
from rlhf_collect.services.versions import freeze_version, list_versions
from rlhf_collect.services.work import without_messages
from tests.depth import thorough
from tests.making import (
    HeldClock,
    ask_and_judge,
    bring,
    comparison,
    invite,
    make_project,
    raters,
)
from tests.services.looking import query
from tests.services.stories import fixtures_of


def freeze(ctx: Context, version: str) -> dict[str, Any]:
    return freeze_version(ctx, OPERATOR, "helpfulness", version)


def rebuild(ctx: Context, version: str, to: Path | None = None) -> dict[str, Any]:
    return rebuild_version(ctx, OPERATOR, "helpfulness", version, to=None if to is None else str(to))


def hashes(folder: str | Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def say(ctx: Context, actor: Actor, held: Assignment) -> None:
    """The first is better, and why; something is flagged, and the other one is written better."""
    first, other = held.presentation
    submit_judgement(
        ctx,
        actor,
        held.assignment_id,
        held.judgement_id,
        [Draft(choice=first, strength=2, rationale=f"Because of {first}.")],
        flags=[Flag(target="prompt", flag="harmful")],
        edited=Edited(completion=other, content="Better."),
    )


@pytest.fixture
def story(ctx: Context) -> Project:
    return find_project(ctx, "helpfulness")


def two_versions(ctx: Context, clock: HeldClock) -> None:
    """1.0.0; new judgements, a revision, a skip, an import, settings and a consent withdrawn; 1.1.0."""
    # The database is made by the clock on the wall, everything else happens by the one that is held.
    query(ctx, "UPDATE schema_migration SET applied_at = TIMESTAMPTZ '2026-01-01 00:00:00+00'")
    project = make_project(
        ctx, overlap=3, edits="optional", guidelines={"version": "1", "text": {"en": "Read."}}
    )
    bring(ctx, project, 6)
    people = raters(ctx, project, 3)
    set_consents(ctx, people[0], {"publish_rationale": True})
    held = []
    for actor in people:
        for _ in range(3):
            held.append((actor, next_assignment(ctx, actor, project.name)))
            say(ctx, actor, held[-1][1])
    clock.now += timedelta(hours=1)
    freeze(ctx, "1.0.0")
    clock.now += timedelta(hours=1)
    actor, assignment = held[-1]
    revise_judgement(
        ctx, actor, assignment.judgement_id, [Draft(choice="both_bad")]
    )  # takes flags and edit back too
    ask_and_judge(ctx, people[1], project)
    skip_assignment(ctx, people[2], next_assignment(ctx, people[2], project.name).assignment_id)
    set_consents(ctx, people[0], {"publish_rationale": False})
    bring(ctx, project, [comparison("later", tags=("law",))])
    make_project(
        ctx,
        overlap=3,
        edits="optional",
        guidelines={"version": "2", "text": {"en": "Read on."}},
        title="Another title",
    )
    clock.now += timedelta(hours=1)
    freeze(ctx, "1.1.0")
    clock.now += timedelta(hours=1)
    ask_and_judge(ctx, people[0], project)


told, ctx = fixtures_of(two_versions)


def test_a_version_is_built_again_to_the_byte_the_sealed_ones_stay_and_what_was_taken_back_is_not_handed_out(
    ctx: Context, story: Project, tmp_path: Path
) -> None:
    sealed = {each["version"]: each for each in list_versions(ctx, OPERATOR, story.name)}
    before = {version: hashes(each["path"]) for version, each in sealed.items()}
    found = rebuild(ctx, "1.0.0")
    assert (found["identical"], found["inputs"], found["differences"]) == (True, [], []), found
    assert found["rebuilt_manifest_sha256"] == sealed["1.0.0"]["manifest_sha256"]
    assert {verdict for splits in found["rows"].values() for verdict in splits.values()} == {"identical"}
    assert found["consents_withdrawn"]
    with pytest.raises(Refused, match="withdrew since then their consent"):
        rebuild(ctx, "1.0.0", to=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert {version: hashes(each["path"]) for version, each in sealed.items()} == before
    assert sorted(each.name for each in (ctx.versions / story.name).iterdir()) == ["1.0.0", "1.1.0"]


def test_the_difference_between_the_two_names_each_change(ctx: Context, story: Project) -> None:
    found = compare_sealed(ctx, OPERATOR, story.name, "1.0.0", "1.1.0")
    ratings = list(found["rows"]["ratings"].values())
    assert sum(each["added"] for each in ratings) == 1
    columns: dict[str, int] = {}
    for each in ratings:
        for name, count in each["columns"].items():
            columns[name] = columns.get(name, 0) + count
    assert columns["choice"] == 1  # the revision
    assert columns["rationale"] == 3  # the consent that was withdrawn
    assert sum(each["withdrawn"] for each in found["rows"]["edited"].values()) == 3
    assert [side["judgements"] for side in found["outcomes"]["overall"].values()] == [9, 10]


def test_a_lost_folder_of_a_version_with_one_before_it_comes_back_to_the_byte(
    ctx: Context, story: Project, tmp_path: Path
) -> None:
    sealed = list_versions(ctx, OPERATOR, story.name)[1]
    before = hashes(sealed["path"])
    shutil.rmtree(sealed["path"])
    found = rebuild(ctx, "1.1.0", to=tmp_path / "back")
    assert (found["identical"], found["inputs"], found["consents_withdrawn"]) == (True, [], False)
    assert (found["path"], found["sealed_folder"]) == (str(tmp_path / "back"), "gone or changed")
    assert hashes(tmp_path / "back") == before
    verify_folder(tmp_path / "back", manifest_sha256=sealed["manifest_sha256"])


@thorough
def test_a_version_made_by_a_recipe_of_its_own_is_built_again_by_it_even_if_its_folder_was_lost(
    ctx: Context, story: Project, tmp_path: Path
) -> None:
    recipe = {"text": "decision: unanimous\nfilters: {first_day: 2000-01-01}\n", "where": "strict.yaml"}
    sealed = freeze_version(ctx, OPERATOR, story.name, "1.2.0", recipe=recipe)
    assert rebuild(ctx, "1.2.0")["identical"]
    before = hashes(sealed["path"])
    shutil.rmtree(sealed["path"])
    assert rebuild(ctx, "1.2.0", to=tmp_path / "back")["identical"]
    assert hashes(tmp_path / "back") == before


def test_inputs_of_the_first_version_that_were_changed_in_the_store_are_named_and_no_others(
    ctx: Context, story: Project
) -> None:
    query(ctx, "DELETE FROM consent")
    query(ctx, "UPDATE judgement SET choice = 'tie', strength = 0 WHERE sequence_no = 1")
    query(ctx, "UPDATE edited SET content = 'Other.'")
    query(ctx, "DELETE FROM version_row")  # rows of no earlier version: 1.0.0 is the first
    found = rebuild(ctx, "1.0.0")
    assert (found["identical"], found["inputs"]) == (False, ["consents", "edited responses", "judgements"])
    assert {found["rows"][config]["train"] for config in ("edited", "ratings")} == {"other rows"}


def test_inputs_of_the_next_that_were_changed_are_named_and_it_is_not_handed_out(
    ctx: Context, story: Project, tmp_path: Path
) -> None:
    query(ctx, "UPDATE completion SET model = 'renamed'")
    query(ctx, "UPDATE comparison SET language = 'fr'")
    query(ctx, "UPDATE import_batch SET licence = 'MIT'")
    query(ctx, "DELETE FROM version_row")
    found = rebuild(ctx, "1.1.0", to=tmp_path / "out")
    assert (found["identical"], found["path"]) == (False, None)
    assert found["inputs"] == ["comparisons", "completions", "rows of earlier versions", "sources"]
    assert found["rows"]["comparisons"]["train"] == "other rows"
    assert list(tmp_path.glob("out")) == []


def test_another_key_is_named_and_so_are_the_rows_it_draws(ctx: Context, story: Project) -> None:
    found = rebuild(replace(ctx, keys=KeyRing.in_memory()), "1.0.0")
    assert found["inputs"] == ["key"]
    assert found["rows"]["ratings"]["train"] == "other rows"


@thorough
def test_a_version_frozen_without_the_one_before_is_built_again_without_it(
    ctx: Context, clock: HeldClock, story: Project
) -> None:
    home, aside = ctx.versions / story.name / "1.1.0", ctx.versions / "aside"
    home.rename(aside)
    freeze(ctx, "1.2.0")
    aside.rename(home)
    assert rebuild(ctx, "1.2.0")["identical"]
    shutil.rmtree(ctx.versions / story.name / "1.0.0")
    assert "version before" in rebuild(ctx, "1.1.0")["inputs"]


def frozen_before_guidelines_were_files(ctx: Context, project: Project, version: str, place: Path) -> Path:
    """The folder of a version as an earlier release left it, its record included."""
    folder = Path(freeze(ctx, version)["path"])
    *earlier, sealed = ctx.store.read("versions_of_project", project_id=project.project_id)
    with ctx.store.snapshot_as_of(sealed["snapshot_at"], sealed["last_sequence"]) as reader:
        settings = project.settings.dataset
        inputs = version_inputs(
            ctx, reader, project, version, earlier, settings, place, now=sealed["snapshot_at"]
        )
    shutil.rmtree(folder)
    inputs = replace(inputs, tells_guidelines=False, work=without_messages(inputs.work))
    built = build_version(inputs, folder)
    query(ctx, "UPDATE version SET manifest_sha256 = $1 WHERE version = $2", built.manifest_sha256, version)
    query(ctx, "DELETE FROM version_input WHERE input IN ('guideline texts', 'messages of raters')")
    return folder


@thorough
def test_a_version_from_before_guidelines_were_files_and_one_from_before_inputs_were_kept_are_built_again_as_they_were(
    ctx: Context, story: Project, tmp_path: Path
) -> None:
    before = hashes(frozen_before_guidelines_were_files(ctx, story, "1.2.0", tmp_path))
    now = hashes(list_versions(ctx, OPERATOR, story.name)[1]["path"])
    assert ("guidelines/1.en.md" in now, "guidelines/1.en.md" in before) == (True, False)
    assert rebuild(ctx, "1.2.0")["identical"]
    query(ctx, "DELETE FROM version_input")
    query(ctx, "UPDATE version SET snapshot_at = NULL")
    assert rebuild(ctx, "1.2.0")["identical"]
    query(ctx, "UPDATE completion SET model = 'renamed'")
    found = rebuild(ctx, "1.2.0")
    assert (found["identical"], found["inputs"]) == (False, [])
    assert any(each.startswith("manifest.json, counts: ") for each in found["differences"])


def test_who_may_not_publish_may_not_rebuild_and_names_are_checked(
    ctx: Context, story: Project, tmp_path: Path
) -> None:
    rater = invite(ctx, story, "Zoe").actor
    with pytest.raises(NotAllowed):
        rebuild_version(ctx, rater, story.name, "1.0.0")
    with pytest.raises(NotFound, match=r"no version 9\.9\.9"):
        rebuild(ctx, "9.9.9")
    (tmp_path / "taken").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    for place in ("taken", "full"):
        with pytest.raises(AlreadyExists):
            rebuild(ctx, "1.1.0", to=tmp_path / place)


@thorough
def test_what_was_said_before_the_snapshot_and_stored_after_it_is_named(ctx: Context, story: Project) -> None:
    done: list[str] = []
    ada = who_is(ctx, key=add_rater(ctx, OPERATOR, story.name, "rater 0", "rater").api_key)

    def meanwhile(step: str) -> None:
        if not done:  # the clock is held: this is stamped with the moment of the snapshot
            done.append(step)
            set_consents(ctx, ada, {"publish_rationale": True})

    freeze_version(ctx, OPERATOR, story.name, "1.2.0", say=meanwhile)
    found = rebuild(ctx, "1.2.0")
    assert (found["identical"], found["inputs"]) == (False, ["consents"])
