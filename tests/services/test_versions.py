"""Versions through the services: sealed once, rising, from one moment, with nothing half done left behind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import AlreadyExists, BadCall, CollectError, Conflict, NotAllowed, NotFound, Refused
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.importers import Imported
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.judgements import revise_judgement, skip_assignment
from rlhf_collect.services.projects import Project, find_project
from rlhf_collect.services.publishing import publish_version, send_version
from rlhf_collect.services.raters import set_consents
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.versions import find_version, freeze_version, list_versions
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
    settings,
)
from tests.services.looking import column, count, next_inputs, query
from tests.services.stories import Told, tell, told_again


def one_judged(ctx: Context) -> Project:
    """Six comparisons, one of them judged."""
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 6)
    ask_and_judge(ctx, raters(ctx, project, 1)[0], project)
    return project


@pytest.fixture
def project(ctx: Context) -> Project:
    """One comparison is judged, and nothing frozen."""
    return one_judged(ctx)


@dataclass(frozen=True)
class Frozen:
    """That project with version 1.0.0."""

    ctx: Context
    project: Project
    first: dict[str, Any]
    """What was answered when 1.0.0 was frozen."""
    outcomes: list[str]
    """What became of the two who froze it at once."""
    refused: tuple[list[Path], list[str]]
    """Folders and names of versions after a freeze before that, which could not be recorded."""


def frozen_at_the_second_try(ctx: Context, clock: HeldClock) -> tuple[Any, ...]:
    """Rows stand in the way of the first record of 1.0.0; once they are gone two people freeze it at once."""
    project = one_judged(ctx)

    def stand_in_the_way(step: str) -> None:
        """A unique key that the rows of the record break."""
        if step == "Writing the card.":
            query(ctx, "CREATE UNIQUE INDEX in_the_way ON version_row (project_id)")

    with pytest.raises(Conflict):
        freeze(ctx, project, "1.0.0", say=stand_in_the_way)
    refused = (list((ctx.versions / project.name).iterdir()), sealed_names(ctx, project))
    query(ctx, "DROP INDEX in_the_way")

    def attempt(_: int) -> Any:
        try:
            return freeze(ctx, project, "1.0.0")
        except AlreadyExists as taken:
            return taken

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, range(2)))
    (first,) = (each for each in outcomes if isinstance(each, dict))
    return first, sorted(type(each).__name__ for each in outcomes), refused


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp("story"), frozen_at_the_second_try)


@pytest.fixture
def frozen(told: Told, clock: HeldClock) -> Iterator[Frozen]:
    with told_again(told, clock) as opened:
        yield Frozen(opened, find_project(opened, "helpfulness"), *told.answer)


def frozen_by_a_lead(ctx: Context, clock: HeldClock) -> dict[str, Any]:
    """1.8.0 and 1.9.0 are on record, folders of 1.10.0 that are not lie about, and a lead freezes that."""
    project = one_judged(ctx)
    project = make_project(ctx, overlap=1, description="About tone.", card={"notes": "**Read** the limits."})
    unjudged = Imported(where="other.jsonl:1", comparison=comparison("nobody-judged-this"))
    import_comparisons(ctx, OPERATOR, project.name, [unjudged], source="other.jsonl", form="rlhf_collect")
    for version, day in (("1.8.0", "2026-02-02"), ("1.9.0", "2026-02-01")):
        query(
            ctx,
            "INSERT INTO version SELECT uuid(), ?, ?, 'sha', 0, 'elsewhere', '{}', CAST(? AS TIMESTAMPTZ), NULL, NULL",
            project.project_id,
            version,
            day,
        )
    home = ctx.versions / project.name
    for orphan in (home / "1.10.0", home / ".1.10.0.partial-abcd1234"):
        orphan.mkdir(parents=True)
        (orphan / "manifest.json").write_text("{}")
    lead = invite(ctx, project, "lea", "lead").actor
    return freeze_version(ctx, lead, project.name, "1.10.0")


@pytest.fixture(scope="module")
def told_of_a_lead(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp("lead"), frozen_by_a_lead)


@pytest.fixture
def by_lead(told_of_a_lead: Told, clock: HeldClock) -> Iterator[Frozen]:
    with told_again(told_of_a_lead, clock) as opened:
        yield Frozen(opened, find_project(opened, "helpfulness"), told_of_a_lead.answer, [], ([], []))


def freeze(ctx: Context, project: Project, version: str, **options: Any) -> dict[str, Any]:
    return freeze_version(ctx, OPERATOR, project.name, version, **options)


def ratings(sealed: dict[str, Any]) -> list[dict[str, Any]]:
    files = sorted(Path(sealed["path"]).glob("ratings/*.parquet"))
    return [row for each in files for row in pq.read_table(each).to_pylist()]


def manifest(sealed: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((Path(sealed["path"]) / "manifest.json").read_text())
    return read


def sealed_names(ctx: Context, project: Project) -> list[str]:
    return [each["version"] for each in list_versions(ctx, OPERATOR, project.name)]


def test_a_version_is_sealed_recorded_and_verifies(clock: HeldClock, frozen: Frozen) -> None:
    ctx, project, sealed = frozen.ctx, frozen.project, frozen.first
    assert Path(sealed["path"]) == ctx.versions / "helpfulness" / "1.0.0"
    verify_folder(Path(sealed["path"]))
    assert sum(sealed["rows"]["ratings"].values()) == 1
    assert list_versions(ctx, OPERATOR, project.name) == [
        {**sealed, "frozen_at": clock.now, "published": [], "withdrawn": None}
    ]
    assert column(ctx, "SELECT actor FROM audit WHERE deed = 'freeze'") == ["operator"]


def test_what_is_no_version_name_is_refused(ctx: Context) -> None:
    project = make_project(ctx)
    numbers = ("", "1", "1.0", "01.0.0", "1.0.-1", "1.0.0-rc1", "١.٠.٠", f"1.0.{'9' * 30}")
    for name in (*numbers, "v1.0.0", "1.0.0 ", "1.0.0\n", "../1.0.0"):
        with pytest.raises(BadCall, match=r"MAJOR\.MINOR\.PATCH"):
            freeze(ctx, project, name)
    assert not ctx.versions.exists()


def test_names_rise_by_their_numbers_what_is_sealed_stays_and_the_highest_is_the_one_before_whatever_the_clock_said(
    by_lead: Frozen,
) -> None:
    ctx, project, first = by_lead.ctx, by_lead.project, by_lead.first
    assert manifest(first)["previous"]["version"] == "1.9.0"
    for taken in ("1.10.0", "1.9.0", "1.8.99", "0.0.1"):
        with pytest.raises(AlreadyExists):
            freeze(ctx, project, taken)
    with pytest.raises(AlreadyExists, match=r"1\.10\.0, the newest"):
        freeze(ctx, project, "1.9.1")
    verify_folder(Path(first["path"]))
    assert sealed_names(ctx, project) == ["1.9.0", "1.8.0", "1.10.0"], "in the order of the clock"


def test_the_first_version_fixes_the_splits_and_one_of_which_nothing_changed_adds_no_row(
    frozen: Frozen,
) -> None:
    ctx, first = frozen.ctx, frozen.first
    for change in ({"test_share": 0.5}, {"split_salt": "other"}):
        with pytest.raises(Refused, match="prompts that tested"):
            make_project(ctx, overlap=1, dataset={**settings().dataset.model_dump(), **change})
    second = freeze(ctx, make_project(ctx, overlap=1), "1.0.1")
    assert first["rows"] == second["rows"]
    assert set(column(ctx, "SELECT first_version FROM version_row")) == {"1.0.0"}
    assert [manifest(second)["counts"][each] for each in ("added", "changed", "withdrawn")] == [0, 0, 0]


def test_without_judgements_there_is_nothing_to_freeze(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, 1)
    (actor,) = raters(ctx, project, 1)
    skip_assignment(ctx, actor, next_assignment(ctx, actor, project.name).assignment_id)
    with pytest.raises(Refused, match="no judgements yet"):
        freeze(ctx, project, "1.0.0")
    assert (count(ctx, "version"), sealed_names(ctx, project)) == (0, [])
    assert list((ctx.versions / project.name).iterdir()) == []


def test_a_folder_that_was_never_recorded_is_replaced_and_leftovers_go(by_lead: Frozen) -> None:
    verify_folder(Path(by_lead.first["path"]))
    assert [each.name for each in (by_lead.ctx.versions / by_lead.project.name).iterdir()] == ["1.10.0"]


def test_a_version_that_cannot_be_recorded_leaves_no_folder_and_can_be_frozen_again(frozen: Frozen) -> None:
    assert frozen.refused == ([], [])
    verify_folder(Path(frozen.first["path"]))


def test_what_is_judged_revised_or_consented_while_a_version_is_built_is_not_in_it(
    ctx: Context, project: Project, tmp_path: Path
) -> None:
    ada = invite(ctx, project, "ada").actor
    held = next_assignment(ctx, ada, project.name)
    judge(ctx, ada, held, "tie", strength=0, rationale="Held back.")
    done: list[str] = []

    def meanwhile(step: str) -> None:
        if not done:
            done.append(step)
            revise_judgement(ctx, ada, held.judgement_id, [Draft(choice="both_bad")])
            ask_and_judge(ctx, ada, project)
            set_consents(ctx, ada, {"publish_rationale": True})

    first = freeze(ctx, project, "1.0.0", say=meanwhile)
    assert done
    assert sorted(each["choice"] for each in ratings(first))[-1] == "tie"
    assert (len(ratings(first)), column(ctx, "SELECT last_sequence FROM version")) == (2, [2])
    assert not any(each["rationale"] for each in ratings(first))
    following = next_inputs(ctx, "1.1.0", tmp_path).judgements.to_table()
    assert following.num_rows == 3
    assert "both_bad" in following["choice"].to_pylist()


def test_two_freezes_of_one_name_at_once_seal_one(frozen: Frozen) -> None:
    assert frozen.outcomes == ["AlreadyExists", "dict"]
    verify_folder(frozen.ctx.versions / frozen.project.name / "1.0.0")
    assert sealed_names(frozen.ctx, frozen.project) == ["1.0.0"]


def test_a_published_version_names_where_it_stands(clock: HeldClock, frozen: Frozen, tmp_path: Path) -> None:
    ctx, project, sealed, target = frozen.ctx, frozen.project, frozen.first, tmp_path / "given away"
    sent = publish_version(ctx, OPERATOR, project.name, "1.0.0", to=str(target))
    assert sent["manifest_sha256"] == sealed["manifest_sha256"]
    verify_folder(target)
    (listed,) = list_versions(ctx, OPERATOR, project.name)
    assert listed["published"] == [
        {
            "target": str(target),
            "revision": "",
            "manifest_sha256": sealed["manifest_sha256"],
            "published_at": clock.now,
            "withdrawn_on": None,
        }
    ]
    with pytest.raises(NotFound, match=r"no version 2\.0\.0\. Sealed versions: 1\.0\.0"):
        publish_version(ctx, OPERATOR, project.name, "2.0.0", to=str(tmp_path / "other"))


def test_a_damaged_version_is_not_sent(frozen: Frozen, tmp_path: Path) -> None:
    folder = Path(frozen.first["path"])
    (folder / "README.md").write_text("Changed.")
    with pytest.raises(CollectError, match=r"README\.md"):
        send_version(folder, str(tmp_path / "target"))
    assert not (tmp_path / "target").exists()


def test_only_leads_and_admins_freeze_and_the_sources_are_those_of_the_rows_and_the_leads_words_in_the_card(
    by_lead: Frozen,
) -> None:
    ctx, project, sealed = by_lead.ctx, by_lead.project, by_lead.first
    rater = invite(ctx, project, "ada").actor
    calls: list[Callable[[], Any]] = [
        lambda: freeze_version(ctx, rater, project.name, "1.11.0"),
        lambda: list_versions(ctx, rater, project.name),
        lambda: find_version(ctx, rater, project.name, "1.10.0"),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert sealed["version"] == "1.10.0"
    found = manifest(sealed)
    assert [(each["id"], each["comparisons"]) for each in found["sources"]] == [("test.jsonl", 1)]
    assert sum(each["comparisons"] for each in found["sources"]) == found["counts"]["comparisons"]
    card = (Path(sealed["path"]) / "README.md").read_text()
    assert "About tone.\n\n**Read** the limits." in card.partition("## ")[0]


def test_a_version_frozen_after_the_last_ones_folder_is_gone_says_so_in_its_counts(frozen: Frozen) -> None:
    shutil.rmtree(frozen.first["path"])
    assert manifest(freeze(frozen.ctx, frozen.project, "1.1.0"))["counts"]["added"] is None


@thorough
def test_agreement_counted_anew_for_a_filter_that_leaves_nothing_out_is_that_of_the_project(
    ctx: Context,
) -> None:
    project = make_project(ctx, overlap=3)
    bring(ctx, project, [comparison(f"c{number}", completions=2 + number % 3) for number in range(9)])
    for turn, rater in enumerate(raters(ctx, project, 3)):
        for number in range(9):
            assignment = next_assignment(ctx, rater, project.name)
            shown = assignment.presentation
            choice = (shown[0], shown[-1], "tie", "both_bad")[(turn * number + number) % 4]
            judge(
                ctx,
                rater,
                assignment,
                choice,
                strength=None if choice == "both_bad" else 0 if choice == "tie" else 1,
            )
    recipe = {"text": "filters: {last_day: 2999-01-01}", "where": "all.yaml"}
    cards = [
        (Path(sealed["path"]) / "README.md").read_text()
        for sealed in (freeze(ctx, project, "1.0.0"), freeze(ctx, project, "1.0.1", recipe=recipe))
    ]
    plain, filtered = (each.partition("## How far raters agree")[2].partition("\n## ")[0] for each in cards)
    assert "gave the same answer in" in plain
    assert filtered == plain


def test_what_is_taken_back_while_a_version_is_made_is_not_in_it(ctx: Context, project: Project) -> None:
    ada, bo = (invite(ctx, project, name).actor for name in ("Ada", "Bo"))
    held = ask_and_judge(ctx, ada, project)
    ask_and_judge(ctx, bo, project)
    said: list[str] = []

    def meanwhile(step: str) -> None:
        said.append(step)
        if step == "Writing the card." and said.count(step) == 1:
            assert withdraw_judgement(ctx, ada, held.judgement_id).versions == ()
        if step == "Writing the card." and said.count(step) == 2:
            erase_me(ctx, bo)

    sealed = freeze(ctx, project, "1.0.0", say=meanwhile)
    assert said.count("Writing the card.") == 3
    assert said.count("Judgements were taken back meanwhile.") == 2
    assert len(ratings(sealed)) == 1
    verify_folder(Path(sealed["path"]))


def test_a_version_during_each_making_of_which_something_is_taken_back_is_refused_and_leaves_nothing(
    ctx: Context, project: Project
) -> None:
    ada = invite(ctx, project, "Ada").actor
    held = [ask_and_judge(ctx, ada, project) for _ in range(3)]

    def meanwhile(step: str) -> None:
        if step == "Writing the card.":
            withdraw_judgement(ctx, ada, held.pop().judgement_id)

    with pytest.raises(Conflict, match="taken back each time"):
        freeze(ctx, project, "1.0.0", say=meanwhile)
    assert not held
    assert list((ctx.versions / project.name).iterdir()) == []
    assert len(ratings(freeze(ctx, project, "1.0.0"))) == 1
