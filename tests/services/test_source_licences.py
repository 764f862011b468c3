"""A source that allows no commercial use: publishing holds to it, or the card says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import Refused
from rlhf_collect.exporters.licences import at_odds, forbids_commerce
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.importers import Imported
from rlhf_collect.services.context import Context
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.projects import Project, apply_project, find_project
from rlhf_collect.services.promises import hold_to_sources
from rlhf_collect.services.versions import freeze_version, version_to_publish
from tests.depth import further, thorough
from tests.making import ask_and_judge, comparison, make_project, raters, settings

WHY = "The authors of the source agreed in writing."


def publication(licence: str, **more: Any) -> dict[str, Any]:
    return {"licence": licence, "access": "private", "repository": None, **more}


def judged(ctx: Context, licence: str, of_source: str, **more: Any) -> Project:
    """A project with one judgement on comparisons of a source with that licence."""
    project = make_project(ctx, publication=publication(licence, **more), overlap=1)
    items = [Imported(where=f"x:{number}", comparison=comparison(f"c{number}")) for number in (1, 2)]
    import_comparisons(
        ctx, OPERATOR, project.name, items, source="org/talks", form="rlhf_collect", licence=of_source
    )
    ask_and_judge(ctx, raters(ctx, project, 1)[0], project)
    return project


def freeze(ctx: Context, project: Project, version: str = "1.0.0") -> Path:
    return Path(freeze_version(ctx, OPERATOR, project.name, version)["path"])


def may_go(ctx: Context, project: Project, version: str = "1.0.0") -> bool:
    return bool(version_to_publish(ctx, OPERATOR, project.name, version, to="/a/folder"))


@pytest.mark.parametrize(
    ("licence", "forbids"),
    [
        ("CC-BY-NC-4.0", True), ("cc-by-nc-sa-4.0", True), ("CC BY-NC 4.0", True), ("cc_by_nc", True),
        ("prompts CC-BY-4.0, responses CC-BY-NC-4.0", True), ("for non-commercial research", True),
        ("noncommercial", True), ("CC-BY-4.0", False), ("Apache-2.0", False), ("ncsa", False), ("", False),
    ],
)  # fmt: skip
def test_a_licence_says_by_its_name_whether_it_forbids_commercial_use(licence: str, forbids: bool) -> None:
    assert forbids_commerce(licence) == forbids


def test_sources_are_at_odds_only_with_a_licence_that_allows_more() -> None:
    sources = [
        {"id": "a", "licence": "CC-BY-NC-4.0"},
        {"id": "b", "licence": "MIT"},
        {"id": "c", "licence": ""},
    ]
    assert at_odds("CC-BY-4.0", sources) == ["a (CC-BY-NC-4.0)"]
    assert at_odds("CC-BY-NC-SA-4.0", sources) == []


@pytest.mark.parametrize(
    ("licence", "of_source"),
    [("CC-BY-4.0", "MIT"), *further(("CC-BY-NC-4.0", "CC-BY-NC-4.0"), ("CC-BY-4.0", ""))],
)
def test_a_version_goes_out_under_a_licence_its_sources_allow_and_a_reason_that_is_not_needed_is_not_on_its_card(
    ctx: Context, licence: str, of_source: str
) -> None:
    project = judged(ctx, licence, of_source, licence_override=WHY)
    card = (freeze(ctx, project) / "README.md").read_text()
    assert "Commercial use" not in card
    assert WHY not in card
    assert may_go(ctx, project)


@thorough
def test_a_version_that_allows_more_than_its_source_is_refused_until_its_card_says_why(ctx: Context) -> None:
    project = judged(ctx, "CC-BY-4.0", "CC-BY-NC-4.0")
    freeze(ctx, project)
    with pytest.raises(Refused) as refused:
        may_go(ctx, project)
    assert refused.value.message == (
        "Version 1.0.0 of helpfulness is under CC-BY-4.0, which does not forbid commercial use, but the licence of "
        "org/talks (CC-BY-NC-4.0) does. Nothing was sent. Say in publication.licence_override why it may be so and "
        "apply that, then freeze a new version, whose card says it. Or collect under a licence that forbids commercial "
        "use, such as CC-BY-NC-4.0."
    )
    apply_project(
        ctx, OPERATOR, settings(publication=publication("CC-BY-4.0", licence_override=WHY), overlap=1)
    )
    project = find_project(ctx, project.name)
    with pytest.raises(Refused, match=r"came after version 1\.0\.0 was sealed: freeze a new version"):
        may_go(ctx, project)
    folder = freeze(ctx, project, "1.0.1")
    assert may_go(ctx, project, "1.0.1")
    card = (folder / "README.md").read_text()
    assert "**Commercial use**: org/talks (CC-BY-NC-4.0) allows none. This dataset is under CC-BY-4.0" in card
    assert WHY in card
    verify_folder(folder)


def test_the_import_says_what_publishing_will_hold_to(ctx: Context) -> None:
    project = make_project(ctx, publication=publication("CC-BY-4.0"))

    def bring(name: str, licence: str) -> dict[str, int]:
        items = [Imported(where="x:1", comparison=comparison(name))]
        return import_comparisons(
            ctx, OPERATOR, project.name, items, source="org/talks", form="trl", licence=licence
        ).notes

    note = "of org/talks (CC-BY-NC-4.0), which forbids commercial use; publishing under CC-BY-4.0 will be refused"
    assert bring("c1", "CC-BY-NC-4.0") == {note: 1}
    assert (bring("c1", "CC-BY-NC-4.0"), bring("c2", "MIT"), bring("c3", "")) == ({}, {}, {})


def test_a_version_sealed_before_manifests_named_their_licence_is_held_to_the_settings(ctx: Context) -> None:
    told = settings(publication=publication("CC-BY-4.0"))
    old = {"sources": [{"id": "org/talks", "licence": "CC-BY-NC-4.0"}]}
    with pytest.raises(Refused, match=r"is under CC-BY-4\.0"):
        hold_to_sources(old, told, "1.0.0")
    hold_to_sources(old, settings(publication=publication("CC-BY-NC-4.0")), "1.0.0")
