"""What raters were told about publication holds: for publishing, and for later settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import BadCall, Refused
from rlhf_collect.exporters.addressed import addressed
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.services.context import Context
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.projects import Project, apply_project, find_project
from rlhf_collect.services.publishing import reach_of, verify_target
from rlhf_collect.services.versions import freeze_version, version_to_publish
from tests.depth import further
from tests.making import ask_and_judge, bring, let_go, make_project, open_services, raters, said, settings
from tests.services.looking import query

TOLD = {"licence": "CC-BY-4.0", "access": "private", "repository": None}
SAFETY = {"name": "safety", "question": "Which is safer?"}


def judged(ctx: Context, name: str = "helpfulness", **publication: Any) -> Project:
    """A project in which one rater has judged one comparison."""
    project = make_project(ctx, name, publication=TOLD | publication, overlap=1)
    bring(ctx, project, 3)
    ask_and_judge(ctx, raters(ctx, project, 1)[0], project)
    return project


PROMISES: dict[str, dict[str, Any]] = {
    "private": {},
    "gated": {"access": "gated"},
    "public": {"access": "public"},
    "named": {"repository": "org/told"},
}
"""Projects by what raters were told beyond ``TOLD``."""


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Version 1.0.0 of each of these projects, only to be read.

    Those that raters were told to be gated or public have the folder of the private one: who may read a version is
    not in it.
    """
    ctx = open_services(tmp_path_factory.mktemp("frozen") / "collect.duckdb")
    projects = {name: judged(ctx, name, **publication) for name, publication in PROMISES.items()}
    for name in ("private", "named"):
        freeze_version(ctx, OPERATOR, name, "1.0.0")
    for name in ("gated", "public"):
        query(
            ctx,
            "INSERT INTO version SELECT * REPLACE (uuid() AS version_id, ? AS project_id) FROM version "
            "WHERE project_id = ?",
            projects[name].project_id,
            projects["private"].project_id,
        )
    yield ctx
    let_go(ctx)


def may_go(ctx: Context, project: str, to: str, *, public: bool = False, gated: str | None = None) -> bool:
    reach = reach_of(public=public, gated=gated)
    return bool(version_to_publish(ctx, OPERATOR, project, "1.0.0", to=to, reach=reach))


@pytest.mark.parametrize("access", ["private", *further("gated")])
def test_nothing_goes_public_unless_raters_were_told_so(frozen: Context, access: str) -> None:
    with pytest.raises(Refused, match=rf"told that the dataset is {access}.*without --public"):
        may_go(frozen, access, "hub:org/name", public=True)


def test_a_public_dataset_may_be_published_to_everyone_and_to_fewer(frozen: Context) -> None:
    assert may_go(frozen, "public", "hub:org/name", public=True)
    assert may_go(frozen, "public", "hub:org/name")


def test_a_version_goes_to_the_repository_raters_were_told_and_to_no_other(frozen: Context) -> None:
    assert may_go(frozen, "named", "hub:org/told")
    assert may_go(frozen, "named", "/a/folder")
    with pytest.raises(Refused, match=r"published to org/told.*Publish --to hub:org/told"):
        may_go(frozen, "named", "hub:org/other")


def test_a_gated_dataset_goes_behind_a_gate_or_to_members_and_a_private_one_to_members_only(
    frozen: Context,
) -> None:
    assert may_go(frozen, "gated", "hub:org/name", gated="manual")
    assert may_go(frozen, "gated", "hub:org/name")
    assert may_go(frozen, "gated", "/a/folder")


def test_a_gate_lets_in_more_people_than_a_private_dataset_has(frozen: Context) -> None:
    with pytest.raises(Refused, match=r"told that the dataset is private .*without --gated"):
        may_go(frozen, "private", "hub:org/name", gated="auto")


def test_public_and_gated_are_two_things_and_a_gate_has_two_ways() -> None:
    with pytest.raises(BadCall, match="exclude each other"):
        reach_of(public=True, gated="auto")
    with pytest.raises(BadCall, match="'open' is no gate"):
        reach_of(public=False, gated="open")


@pytest.mark.parametrize(
    "target", ["hub:", "hub:a", "hub:a/b/c", "hub:/b", "hub:a b/c", "hub:org/name@1.0.0"]
)
def test_a_target_that_names_no_repository_is_no_call(frozen: Context, target: str) -> None:
    with pytest.raises(BadCall, match=r"names no dataset repository.*hub:my-org/my-data"):
        may_go(frozen, "private", target)


def test_what_is_to_be_verified_on_the_hub_is_named_as_such() -> None:
    with pytest.raises(BadCall, match=r"For the Hub, write hub:org/x@1\.0\.0"):
        verify_target("org/x@1.0.0")
    with pytest.raises(BadCall, match=r"names no dataset repository"):
        verify_target("hub:@1.0.0")
    with pytest.raises(BadCall, match=r"names no version"):
        verify_target("hub:org/x")


@pytest.mark.parametrize(
    "change",
    [{"licence": "MIT"}, {"access": "public"}, {"repository": "org/name"}],
    ids=str,
)
def test_what_raters_were_told_of_publication_holds_once_one_of_them_has_judged(
    ctx: Context, change: dict[str, str]
) -> None:
    project = judged(ctx)
    ((name, value),) = change.items()
    with pytest.raises(Refused) as refused:
        apply_project(ctx, OPERATOR, settings(publication=TOLD | change, overlap=1))
    assert "were told licence: CC-BY-4.0, access: private, repository: not named yet" in refused.value.message
    assert f"The file now says publication.{name}: {value}. Nothing was changed." in refused.value.message
    assert find_project(ctx, project.name).setting_no == 1


def test_the_notice_raters_were_told_may_become_longer_and_not_shorter_once_one_of_them_has_judged(
    ctx: Context,
) -> None:
    make_project(ctx, publication=TOLD, appeals={"notice_days": 14})
    told = settings(publication=TOLD, appeals={"notice_days": 10})
    assert apply_project(ctx, OPERATOR, told)["settings"] == ["appeals.notice_days"]
    project = find_project(ctx, "helpfulness")
    bring(ctx, project, 3)
    ask_and_judge(ctx, raters(ctx, project, 1)[0], project)
    with pytest.raises(
        Refused, match=r"no effect for at least 10 days.*leaves it at, 7\. Nothing was changed"
    ):
        apply_project(ctx, OPERATOR, settings(publication=TOLD))
    longer = settings(publication=TOLD, appeals={"notice_days": 30})
    assert apply_project(ctx, OPERATOR, longer)["settings"] == ["appeals.notice_days"]


def test_publication_may_change_while_no_rater_of_this_service_has_judged(ctx: Context) -> None:
    project = make_project(ctx, publication=TOLD)
    bring(ctx, project, 1)
    import_judgements(ctx, OPERATOR, project.name, [said("c000", "elsewhere", "tie")], source="judged.jsonl")
    done = apply_project(ctx, OPERATOR, settings(publication=TOLD | {"licence": "MIT", "access": "public"}))
    assert done["settings"] == ["publication.access", "publication.licence"]


def test_splits_hold_from_the_first_version_on_and_apply_says_so(frozen: Context) -> None:
    changed = settings("private", publication=TOLD, overlap=1, dataset={"test_share": 0.5})
    with pytest.raises(Refused, match=r"version 1\.0\.0 of private is sealed with 0\.1 and ''"):
        apply_project(frozen, OPERATOR, changed)


def test_splits_may_change_before_the_first_version(ctx: Context) -> None:
    judged(ctx)
    changed = settings(publication=TOLD, overlap=1, dataset={"split_salt": "ours", "test_share": 0.5})
    assert apply_project(ctx, OPERATOR, changed)["settings"] == ["dataset.split_salt", "dataset.test_share"]


def test_a_judged_criterion_that_leaves_the_file_is_named_in_a_warning(ctx: Context) -> None:
    judged(ctx)
    (warning,) = apply_project(ctx, OPERATOR, settings(publication=TOLD, criteria=[SAFETY]))["warnings"]
    assert warning.startswith("The criterion 'overall' has 1 judgement and is not in the file any more.")
    assert apply_project(ctx, OPERATOR, settings(publication=TOLD))["warnings"] == []


def test_a_published_card_names_the_repository_it_went_to_and_the_frozen_version_stays(
    frozen: Context,
) -> None:
    folder = frozen.versions / "private" / "1.0.0"
    seal = verify_folder(folder).manifest_sha256
    with addressed(folder, "org/name") as outgoing:
        named = verify_folder(outgoing).manifest_sha256
        card = (outgoing / "README.md").read_text()
    assert 'load_version("org/name", "1.0.0"' in card
    assert "ORG/NAME" not in card
    assert card == (folder / "README.md").read_text().replace("ORG/NAME", "org/name")
    with addressed(folder, "org/name") as again:
        assert verify_folder(again).manifest_sha256 == named != seal
    assert verify_folder(folder).manifest_sha256 == seal


def test_a_card_that_names_its_repository_already_is_sent_as_it_was_frozen(frozen: Context) -> None:
    folder = frozen.versions / "named" / "1.0.0"
    with addressed(folder, "org/told") as outgoing:
        assert outgoing == folder
