"""Comparing sealed versions: who may, and which folders count."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import BadCall, DamagedVersion, NotAllowed, NotFound
from rlhf_collect.services.context import Context
from rlhf_collect.services.differences import compare_folders, compare_sealed, opened_target
from rlhf_collect.services.projects import Project, find_project
from rlhf_collect.services.versions import freeze_version
from tests.making import MODELS, HeldClock, ask_and_judge, bring, invite, make_project, raters
from tests.services.stories import fixtures_of


def two_versions(ctx: Context, _: HeldClock) -> None:
    """Versions 1.0.0 and 1.1.0, a judgement apart."""
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 4)
    (actor,) = raters(ctx, project, 1)
    for version in ("1.0.0", "1.1.0"):
        ask_and_judge(ctx, actor, project)
        freeze_version(ctx, OPERATOR, project.name, version)


told, ctx = fixtures_of(two_versions)


@pytest.fixture
def project(ctx: Context) -> Project:
    return find_project(ctx, "helpfulness")


def compare(ctx: Context, project: Project, old: str = "1.0.0", new: str = "1.1.0") -> dict[str, Any]:
    return compare_sealed(ctx, OPERATOR, project.name, old, new)


def test_sealed_versions_are_compared_by_their_names_and_by_their_folders(
    ctx: Context, project: Project
) -> None:
    found = compare(ctx, project)
    assert found["totals"] == {"added": 6, "changed": 0, "withdrawn": 0}
    assert found["models"] == {name: {"then": 1, "now": 2} for name in MODELS[:2]}
    home = ctx.versions / project.name
    assert compare_folders(project.name, home / "1.0.0", home / "1.1.0") == found
    assert compare(ctx, project, "1.1.0", "1.0.0")["totals"]["withdrawn"] == 6


def test_leads_compare_and_raters_do_not(ctx: Context, project: Project) -> None:
    lead, rater = (
        invite(ctx, project, name, role).actor for name, role in (("lea", "lead"), ("ada", "rater"))
    )
    assert compare_sealed(ctx, lead, project.name, "1.0.0", "1.1.0") == compare(ctx, project)
    with pytest.raises(NotAllowed):
        compare_sealed(ctx, rater, project.name, "1.0.0", "1.1.0")


def test_a_version_that_is_not_there_is_named(ctx: Context, project: Project) -> None:
    with pytest.raises(NotFound, match=r"no version 2\.0\.0\. Sealed versions: 1\.0\.0, 1\.1\.0"):
        compare(ctx, project, new="2.0.0")
    shutil.rmtree(ctx.versions / project.name / "1.0.0")
    with pytest.raises(NotFound, match="holds no version any more"):
        compare(ctx, project)


def test_a_folder_that_is_not_the_sealed_version_is_refused(ctx: Context, project: Project) -> None:
    home = ctx.versions / project.name
    shutil.copyfile(home / "1.0.0" / "manifest.json", home / "1.1.0" / "manifest.json")
    with pytest.raises(DamagedVersion, match=r"not the one version 1\.1\.0 was sealed with"):
        compare(ctx, project)


def test_a_folder_of_another_project_is_refused(ctx: Context, project: Project) -> None:
    home = ctx.versions / project.name
    with pytest.raises(BadCall, match="not of 'elsewhere'"):
        compare_folders("elsewhere", home / "1.0.0", home / "1.1.0")


def test_a_target_that_is_neither_version_nor_folder_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(NotFound, match="neither a sealed version nor a folder"),
        opened_target(str(tmp_path / "no")),
    ):
        pass
    with pytest.raises(BadCall, match="names no version"), opened_target("hub:org/name"):
        pass
