"""Versions withdrawn from folders, what is on record of it, and what later versions say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.errors import BadCall, DamagedVersion, NotAllowed, NotFound, Refused
from rlhf_collect.exporters.load import load_version
from rlhf_collect.exporters.withdrawn import read_withdrawn
from rlhf_collect.services.context import Context
from rlhf_collect.services.differences import compare_sealed
from rlhf_collect.services.projects import Project, find_project
from rlhf_collect.services.publishing import publish_version, verify_target
from rlhf_collect.services.rebuilding import rebuild_version
from rlhf_collect.services.versions import freeze_version, list_versions, version_file
from rlhf_collect.services.withdrawing import (
    begin_withdrawal,
    end_withdrawal,
    plan_withdrawal,
    versions_to_withdraw,
    withdraw_versions,
)
from tests.depth import thorough
from tests.making import HeldClock, ask_and_judge, bring, make_project, raters
from tests.services.stories import fixtures_of

WORDS = "Version 1.0.0 was withdrawn on 2046-03-02; the nearest version is 1.1.0."


@pytest.fixture
def project(ctx: Context) -> Project:
    return find_project(ctx, "helpfulness")


def two_versions(ctx: Context, clock: HeldClock) -> None:
    """Versions 1.0.0 and 1.1.0, sealed."""
    # The database is made by the clock on the wall, everything else happens later, by the one that is held.
    clock.now = datetime(2046, 3, 2, 9, 0, tzinfo=UTC)
    made = make_project(ctx, overlap=1)
    bring(ctx, made, 4)
    (ada,) = raters(ctx, made, 1)
    for version in ("1.0.0", "1.1.0"):
        ask_and_judge(ctx, ada, made)
        freeze_version(ctx, OPERATOR, made.name, version)
    clock.move(hours=1)


told, ctx = fixtures_of(two_versions)


def publish(ctx: Context, project: Project, root: Path) -> None:
    for version in ("1.0.0", "1.1.0"):
        publish_version(ctx, OPERATOR, project.name, version, to=str(root / version))


def begin(ctx: Context, project: Project, root: Path, *versions: str) -> dict[str, Any]:
    asked = versions_to_withdraw(ctx, OPERATOR, project.name, versions, target=str(root))
    plan_withdrawal(asked)
    return begin_withdrawal(
        ctx, OPERATOR, project.name, target=str(root), commits=dict.fromkeys(versions, ""), large_files={}
    )


def withdraw(ctx: Context, project: Project, root: Path, *versions: str) -> None:
    withdraw_versions(begin(ctx, project, root, *versions))
    end_withdrawal(ctx, OPERATOR, project.name, versions, target=str(root), kept={})


def listed(ctx: Context, project: Project, version: str) -> dict[str, Any]:
    known = list_versions(ctx, OPERATOR, project.name)
    return next(each for each in known if each["version"] == version)


@thorough
def test_a_version_is_withdrawn_from_a_folder_that_holds_several(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    root = tmp_path / "out"
    publish(ctx, project, root)
    kept = {path: path.read_bytes() for path in (root / "1.1.0").rglob("*") if path.is_file()}
    withdraw(ctx, project, root, "1.0.0")
    assert {each.name for each in root.iterdir()} == {"1.1.0", "WITHDRAWN.md"}
    assert {path: path.read_bytes() for path in kept} == kept
    for source in (root, root / "1.0.0"):
        with pytest.raises(NotFound) as told:
            load_version(source, "1.0.0")
        assert told.value.message == WORDS
    with pytest.raises(NotFound, match=r"was withdrawn on 2046-03-02; the nearest version is 1\.1\.0"):
        verify_target(str(root / "1.0.0"))
    assert load_version(root, "1.1.0", split="train").num_rows == 2
    withdraw(ctx, project, root, "1.0.0")  # again is the same
    assert {each.name for each in root.iterdir()} == {"1.1.0", "WITHDRAWN.md"}


def test_a_folder_that_is_the_one_version_holds_only_the_word_afterwards(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    root = tmp_path / "given away"
    publish_version(ctx, OPERATOR, project.name, "1.0.0", to=str(root))
    withdraw(ctx, project, root, "1.0.0")
    assert [each.name for each in root.iterdir()] == ["WITHDRAWN.md"]
    assert read_withdrawn(root)["1.0.0"].rows == sum(
        count for splits in listed(ctx, project, "1.0.0")["rows"].values() for count in splits.values()
    )
    with pytest.raises(NotFound, match="no version is left"):
        load_version(root, "1.0.0")
    with pytest.raises(NotFound, match="no version is left"):
        verify_target(str(root))


def test_a_withdrawal_from_a_folder_that_was_stopped_goes_on(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    root = tmp_path / "out"
    publish(ctx, project, root)
    begin(ctx, project, root, "1.0.0")
    # As after a crash between setting it aside and removing it.
    (root / "1.0.0").rename(root / ".1.0.0.partial-withdrawn")
    assert listed(ctx, project, "1.0.0")["withdrawn"] == {
        "on": "2046-03-02",
        "targets": [str(root)],
        "done": False,
    }
    withdraw(ctx, project, root, "1.0.0")
    assert {each.name for each in root.iterdir()} == {"1.1.0", "WITHDRAWN.md"}
    assert listed(ctx, project, "1.0.0")["withdrawn"]["done"]


def test_a_folder_without_the_version_is_refused_and_a_damaged_kept_one_is_named(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    root = tmp_path / "out"
    publish_version(ctx, OPERATOR, project.name, "1.1.0", to=str(root / "1.1.0"))
    with pytest.raises(NotFound, match=r"has no version 1\.0\.0 of 'helpfulness'. Nothing was changed"):
        begin(ctx, project, root, "1.0.0")
    publish_version(ctx, OPERATOR, project.name, "1.0.0", to=str(root / "1.0.0"))
    (root / "1.1.0" / "README.md").write_text("# Mine\n", encoding="utf-8")
    with pytest.raises(DamagedVersion, match=r"README\.md"):
        withdraw(ctx, project, root, "1.0.0")


def test_it_is_on_record_and_every_door_says_so(ctx: Context, project: Project, tmp_path: Path) -> None:
    root = tmp_path / "out"
    publish(ctx, project, root)
    publish_version(ctx, OPERATOR, project.name, "1.0.0", to=str(tmp_path / "elsewhere"))
    asked = versions_to_withdraw(ctx, OPERATOR, project.name, ["1.0.0"], target=str(root))
    assert asked["versions"][0]["elsewhere"] == [str(tmp_path / "elsewhere")]
    withdraw(ctx, project, root, "1.0.0")
    found = listed(ctx, project, "1.0.0")
    assert found["withdrawn"] == {"on": "2046-03-02", "targets": [str(root)], "done": True}
    assert [place["withdrawn_on"] for place in found["published"]] == ["2046-03-02", None]
    assert listed(ctx, project, "1.1.0")["withdrawn"] is None
    with pytest.raises(Refused, match=r"was withdrawn on 2046-03-02.*Freeze a new version and publish that"):
        publish_version(ctx, OPERATOR, project.name, "1.0.0", to=str(tmp_path / "new"))
    with pytest.raises(NotFound) as told:
        version_file(ctx, OPERATOR, project.name, "1.0.0", "manifest.json")
    assert told.value.message == WORDS
    with pytest.raises(Refused, match="was withdrawn on 2046-03-02"):
        rebuild_version(ctx, OPERATOR, project.name, "1.0.0", to=str(tmp_path / "rebuilt"))
    compared = rebuild_version(ctx, OPERATOR, project.name, "1.0.0")
    assert compared["identical"], (compared["inputs"], compared["differences"])
    assert compared["withdrawn"]["on"] == "2046-03-02"


def test_a_difference_from_a_withdrawn_version_whose_folder_was_removed_says_why(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    publish(ctx, project, tmp_path / "out")
    withdraw(ctx, project, tmp_path / "out", "1.0.0")
    assert compare_sealed(ctx, OPERATOR, project.name, "1.0.0", "1.1.0")["old"]["version"] == "1.0.0"
    folder = Path(listed(ctx, project, "1.0.0")["path"])
    folder.rename(tmp_path / "away")
    with pytest.raises(NotFound) as told:
        compare_sealed(ctx, OPERATOR, project.name, "1.0.0", "1.1.0")
    assert told.value.message == (
        f"Version 1.0.0 was withdrawn on 2046-03-02, and {folder} holds no version any more."
    )


@thorough
def test_later_statements_name_withdrawn_versions_and_are_rebuilt_the_same(
    ctx: Context, clock: HeldClock, project: Project, tmp_path: Path
) -> None:
    publish(ctx, project, tmp_path / "out")
    clock.move(days=1)
    withdraw(ctx, project, tmp_path / "out", "1.0.0")
    clock.move(days=1)
    freeze_version(ctx, OPERATOR, project.name, "1.2.0")
    clock.move(days=1)
    withdraw(ctx, project, tmp_path / "out", "1.1.0")
    clock.move(days=1)
    freeze_version(ctx, OPERATOR, project.name, "1.3.0")
    told = {}
    for version in ("1.1.0", "1.2.0", "1.3.0"):
        folder = Path(listed(ctx, project, version)["path"])
        statement = json.loads((folder / "labour_statement.json").read_text(encoding="utf-8"))
        told[version] = [
            statement[part]["privacy"]["withdrawn_versions"] for part in ("this_version", "cumulative")
        ]
    assert told == {
        "1.1.0": [[], []],
        "1.2.0": [["1.0.0"], ["1.0.0"]],
        "1.3.0": [["1.1.0"], ["1.0.0", "1.1.0"]],
    }
    for version in told:
        found = rebuild_version(ctx, OPERATOR, project.name, version)
        assert found["identical"], (version, found["inputs"], found["differences"])


def test_the_services_own_sealed_versions_are_no_place_to_withdraw_from(
    ctx: Context, project: Project
) -> None:
    for target in (ctx.versions, ctx.versions / project.name, ctx.versions / project.name / "1.0.0"):
        with pytest.raises(BadCall, match="where this service keeps its sealed versions"):
            versions_to_withdraw(ctx, OPERATOR, project.name, ["1.0.0"], target=str(target))


def test_raters_may_not_withdraw_versions(ctx: Context, project: Project, tmp_path: Path) -> None:
    rater: Actor = raters(ctx, project, 2)[1]
    with pytest.raises(NotAllowed):
        versions_to_withdraw(ctx, rater, project.name, ["1.0.0"], target=str(tmp_path))
    with pytest.raises(NotAllowed):
        begin_withdrawal(
            ctx, rater, project.name, target=str(tmp_path), commits={"1.0.0": ""}, large_files={}
        )
    with pytest.raises(NotAllowed):
        end_withdrawal(ctx, rater, project.name, ["1.0.0"], target=str(tmp_path), kept={})
