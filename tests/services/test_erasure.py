"""Who has their data erased is nobody afterwards, in the store, in its bytes, and in every version to come."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.errors import BadCall, NotAllowed, NotFound, NotSignedIn, Refused
from rlhf_collect.exporters.reach import PRIVATE
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import (
    WISHES,
    Erasure,
    erase_me,
    erase_person,
    finish_erasures,
    list_erasures,
)
from rlhf_collect.services.guidelines import confirm_guidelines
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.judgements import skip_assignment, submit_judgement
from rlhf_collect.services.leasing import board_of
from rlhf_collect.services.page_objects import save_display, save_draft
from rlhf_collect.services.people import list_people
from rlhf_collect.services.projects import Project, find_project
from rlhf_collect.services.raters import set_consents, who_is
from rlhf_collect.services.rebuilding import rebuild_version
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.versions import freeze_version, record_publication, version_to_publish
from rlhf_collect.services.withdrawals import withdraw_judgement
from rlhf_collect.services.withdrawing import begin_withdrawal, end_withdrawal
from rlhf_collect.storage.duckdb_store import DuckStore
from tests.depth import further, thorough
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
from tests.services.stories import Told, tell, told_again

MARK = "Zyx-marker"
"""Stands in everything a person writes here, their name included, and nowhere else."""


def everything_of(ctx: Context, project: Project) -> Actor:
    """A person who has left something in every table that can hold something of theirs."""
    settings = project.settings.guidelines
    person = invite(ctx, project, f"{MARK} the rater").actor
    set_consents(ctx, person, {"publish_rationale": True})
    save_display(ctx, person, {"theme": MARK})
    confirm_guidelines(ctx, person, settings.version)
    kept = next_assignment(ctx, person, project.name)
    submit_judgement(
        ctx, person, kept.assignment_id, kept.judgement_id,
        [Draft(choice=kept.presentation[0], strength=1, rationale=f"{MARK} because")],
        flags=[Flag(target="prompt", flag="harmful")],
        edited=Edited(completion=kept.presentation[0], content=f"{MARK} would say so"),
    )  # fmt: skip
    taken_back = ask_and_judge(ctx, person, project)
    withdraw_judgement(ctx, person, taken_back.judgement_id)
    skipped = next_assignment(ctx, person, project.name)
    skip_assignment(ctx, person, skipped.assignment_id, f"{MARK} too long")
    typed = next_assignment(ctx, person, project.name)
    save_draft(ctx, person, typed.assignment_id, {"reason": f"{MARK} half a"})
    return person


def mentions(ctx: Context, key: Any) -> list[str]:
    """Tables with a row of a rater."""
    tables = column(
        ctx, "SELECT table_name FROM duckdb_columns() WHERE column_name = 'rater_key' AND NOT internal"
    )
    real = set(column(ctx, "SELECT table_name FROM duckdb_tables()"))
    return sorted(
        each
        for each in set(tables) & real
        if query(ctx, f"SELECT 1 FROM {each} WHERE rater_key = ? LIMIT 1", key)
    )


def holds(ctx: Context, mark: str = MARK) -> list[str]:
    """Files of the data folder with a text among their bytes."""
    assert isinstance(ctx.store, DuckStore)
    folder = Path(ctx.store.path).parent
    return [each.name for each in folder.rglob("*") if each.is_file() and mark.encode() in each.read_bytes()]


def ratings(ctx: Context, version: str) -> list[dict[str, Any]]:
    freeze_version(ctx, OPERATOR, "helpfulness", version)
    return rows_of(ctx, version)


def rows_of(ctx: Context, version: str) -> list[dict[str, Any]]:
    """The rows of ``ratings`` of a sealed version."""
    (path,) = (ctx.versions / "helpfulness" / version / "ratings").glob("*.parquet")
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def manifest(ctx: Context, version: str) -> Any:
    path = ctx.versions / "helpfulness" / version / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))


def totals_of(ctx: Context, version: str) -> tuple[int | None, int | None]:
    """Skips since the beginning, as the statement and the manifest of a version tell them."""
    folder = ctx.versions / "helpfulness" / version
    statement = json.loads((folder / "labour_statement.json").read_text(encoding="utf-8"))
    since_the_beginning = statement["cumulative"] or statement["this_version"]
    return since_the_beginning["skips"]["n"], manifest(ctx, version)["privacy"]["left_out"]["skip"]


def five_comparisons(ctx: Context) -> Project:
    project = make_project(ctx, overlap=7, flags=["harmful"], edits="optional", dataset={"test_share": 0})
    bring(ctx, project, 5)
    return project


@pytest.fixture
def project(ctx: Context) -> Project:
    return five_comparisons(ctx)


@dataclass(frozen=True)
class Frozen:
    """That project with version 1.0.0, which holds judgements of six."""

    ctx: Context
    project: Project
    writer: Actor
    """Whoever left something everywhere, ``MARK`` in it, before the others came."""
    people: list[Actor]
    """The others, in the order in which they judged, two comparisons each."""
    seal: str
    """SHA-256 of the manifest."""


def frozen_once(ctx: Context, clock: HeldClock) -> tuple[Actor, list[Actor], str]:
    # The database is made by the clock on the wall, everything else happens by the one that is held.
    query(ctx, "UPDATE schema_migration SET applied_at = TIMESTAMPTZ '2026-01-01 00:00:00+00'")
    project = five_comparisons(ctx)
    writer, people = everything_of(ctx, project), raters(ctx, project, 5)
    for each in people:
        for _ in range(2):
            ask_and_judge(ctx, each, project)
    skipped = next_assignment(ctx, people[0], project.name)
    skip_assignment(ctx, people[0], skipped.assignment_id)
    return writer, people, freeze_version(ctx, OPERATOR, "helpfulness", "1.0.0")["manifest_sha256"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp("story"), frozen_once)


@pytest.fixture
def frozen(told: Told, clock: HeldClock) -> Iterator[Frozen]:
    with told_again(told, clock) as opened:
        yield Frozen(opened, find_project(opened, "helpfulness"), *told.answer)


def test_nothing_of_them_is_left_in_any_table_nor_among_the_bytes_of_any_file(
    ctx: Context, project: Project
) -> None:
    person = everything_of(ctx, project)
    named = mentions(ctx, person.rater_key)
    assert set(named) >= {"assignment", "consent", "credential", "display", "draft", "edited", "flag",
                          "guideline_confirmation", "judgement", "rater", "skip", "withdrawal"}  # fmt: skip
    (bo,) = raters(ctx, project, 1)
    ask_and_judge(ctx, bo, project)
    assert holds(ctx)
    done = erase_me(ctx, person)
    assert done.left_out == 1
    assert done.bytes_gone
    assert mentions(ctx, person.rater_key) == []
    assert holds(ctx) == []
    assert examine_store(ctx)["healthy"]
    used, built = both_pictures(ctx, project)
    assert used == built
    assert count(ctx, "judgement") == 1  # those of others stand
    ask_and_judge(ctx, bo, project)  # and they go on


def test_every_way_in_ends_and_what_was_sent_a_moment_before_is_not_stored(
    ctx: Context, project: Project
) -> None:
    person = invite(ctx, project, "Ada")
    held = next_assignment(ctx, person.actor, project.name)
    erase_me(ctx, person.actor)
    with pytest.raises(NotSignedIn):
        who_is(ctx, key=person.key)
    with pytest.raises(NotFound):
        judge(ctx, person.actor, held)
    with pytest.raises(NotFound, match="erased a moment ago"):
        ctx.store.write(lambda tx: board_of(ctx, tx, project).rater(person.actor.rater_key))
    assert count(ctx, "judgement") == 0
    again = invite(ctx, project, "Ada")  # the name is free for somebody new
    assert again.actor.rater_key != person.actor.rater_key


@thorough
def test_the_next_version_is_made_without_them_counts_what_is_gone_and_no_total_falls_by_what_they_did(
    frozen: Frozen, clock: HeldClock
) -> None:
    ctx, people = frozen.ctx, frozen.people
    assert len(rows_of(ctx, "1.0.0")) == 11
    assert totals_of(ctx, "1.0.0") == (2, 2)
    assert manifest(ctx, "1.0.0")["privacy"]["left_out"]["erased"] == 0
    clock.move(hours=1)
    done = erase_me(ctx, people[0])
    assert done.versions == ("1.0.0",)
    assert len(ratings(ctx, "1.1.0")) == 9
    assert totals_of(ctx, "1.1.0") == (None, None)
    after = manifest(ctx, "1.1.0")
    assert after["privacy"]["left_out"]["erased"] == 2
    assert after["counts"]["changes"]["ratings"]["withdrawn"] == 2
    statement = json.loads(
        (ctx.versions / "helpfulness/1.1.0/labour_statement.json").read_text(encoding="utf-8")
    )
    told = statement["this_version"]["privacy"]
    assert (told["erasure_requests"], told["rows_removed"]) == ("1-4", 2)
    card = (ctx.versions / "helpfulness/1.1.0/README.md").read_text(encoding="utf-8")
    assert "- judgements erased at their rater's request: 2" in card
    version_to_publish(ctx, OPERATOR, "helpfulness", "1.1.0", to="hub:org/elsewhere", reach=PRIVATE)
    again = rebuild_version(ctx, OPERATOR, "helpfulness", "1.1.0")
    assert (again["inputs"], again["differences"], again["identical"]) == ([], [], True)
    gone = rebuild_version(ctx, OPERATOR, "helpfulness", "1.0.0")
    assert not gone["identical"]
    assert "judgements" in gone["inputs"]


def test_kept_judgements_go_on_without_name_words_or_pseudonym(frozen: Frozen) -> None:
    ctx, writer = frozen.ctx, frozen.writer
    assert len({row["rater"] for row in rows_of(ctx, "1.0.0")}) == 6
    done = erase_me(ctx, writer, judgements="kept")
    assert done.left_out == 0
    assert mentions(ctx, writer.rater_key) == ["assignment", "judgement", "rater", "withdrawal"]
    assert examine_store(ctx)["healthy"]
    rows = ratings(ctx, "1.1.0")
    assert len(rows) == 11
    nameless = [row for row in rows if row["rater"] is None]
    assert len(nameless) == 1
    assert nameless[0]["rationale"] is None
    assert len({row["rater"] for row in rows}) == 6  # the others are who they were
    assert manifest(ctx, "1.1.0")["privacy"]["left_out"]["erased"] == 0
    assert list_people(ctx, OPERATOR, "helpfulness")[0]["name"] == "rater 0"
    assert {Path(each).suffix for each in holds(ctx)} == {".parquet"}  # words published with consent before


@pytest.mark.parametrize("wish", [WISHES[0], *further(*WISHES[1:])])
def test_a_version_that_holds_something_of_theirs_goes_nowhere_new(frozen: Frozen, wish: str) -> None:
    ctx, people = frozen.ctx, frozen.people
    there = {"target": "hub:org/there", "revision": "c" * 40, "manifest_sha256": frozen.seal}
    record_publication(ctx, OPERATOR, "helpfulness", "1.0.0", **there)
    done = erase_me(ctx, people[0], judgements=wish, removal=True)
    assert (done.published, done.standing) == (("hub:org/there",), {"hub:org/there": ["1.0.0"]})
    with pytest.raises(Refused, match=r"1 person had their data erased since then, and 1\.0\.0 holds some"):
        version_to_publish(ctx, OPERATOR, "helpfulness", "1.0.0", to="hub:org/elsewhere", reach=PRIVATE)
    version_to_publish(
        ctx, OPERATOR, "helpfulness", "1.0.0", to="hub:org/there", reach=PRIVATE
    )  # it stands there
    (asked,) = list_erasures(ctx, OPERATOR, "helpfulness")
    assert (asked["removal_asked"], asked["versions"], asked["published"]) == (
        True,
        ["1.0.0"],
        ["hub:org/there"],
    )
    assert "rater 0" not in json.dumps(asked, default=str)


def test_a_wish_for_removal_stays_until_no_place_is_left(frozen: Frozen) -> None:
    ctx, ada = frozen.ctx, frozen.people[0]
    seal = {"revision": "c" * 40, "manifest_sha256": frozen.seal}
    places = ["hub:org/one", "hub:org/two"]
    for place in places:
        record_publication(ctx, OPERATOR, "helpfulness", "1.0.0", target=place, **seal)
    erase_me(ctx, ada, removal=True)
    for gone, left in ((places[0], {places[1]: ["1.0.0"]}), (places[1], {})):
        begin_withdrawal(ctx, OPERATOR, "helpfulness", target=gone, commits={"1.0.0": ""}, large_files={})
        end_withdrawal(ctx, OPERATOR, "helpfulness", ["1.0.0"], target=gone, kept={})
        (asked,) = list_erasures(ctx, OPERATOR, "helpfulness")
        assert (asked["standing"], asked["versions"]) == (left, ["1.0.0"] if left else [])


@pytest.mark.parametrize("wish", WISHES)
def test_others_go_on_whatever_became_of_the_judgements(ctx: Context, project: Project, wish: str) -> None:
    ada, bo = raters(ctx, project, 2)
    ask_and_judge(ctx, ada, project)
    erase_me(ctx, ada, judgements=wish)
    ask_and_judge(ctx, bo, project)
    ask_and_judge(ctx, invite(ctx, project, "Cy").actor, project)
    with pytest.raises(NotFound, match="erased a moment ago"):
        next_assignment(ctx, ada, project.name)


def erased_at_once(ctx: Context, people: list[Actor], wish: str) -> list[Erasure | NotFound]:
    """What each reads who has their data erased in the same moment."""

    def act(person: Actor) -> Erasure | NotFound:
        together.wait(timeout=30)
        try:
            return erase_me(ctx, person, judgements=wish)
        except NotFound as refused:
            return refused

    together = threading.Barrier(len(people))
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(act, people))


@pytest.mark.parametrize("wish", WISHES)
def test_who_asks_several_times_at_once_is_erased_once(ctx: Context, project: Project, wish: str) -> None:
    person = everything_of(ctx, project)
    found = erased_at_once(ctx, [person] * 4, wish)
    assert sorted(type(each).__name__ for each in found) == ["Erasure", "NotFound", "NotFound", "NotFound"]
    assert count(ctx, "erasure") == 1
    (done,) = (each for each in found if isinstance(each, Erasure))
    assert done.left_out == (1 if wish == "left_out" else 0)


def test_people_who_are_erased_in_the_same_moment_are_all_told_so(ctx: Context, project: Project) -> None:
    people = raters(ctx, project, 4)
    for each in people:
        ask_and_judge(ctx, each, project)
    found = erased_at_once(ctx, people, "left_out")
    assert [each.left_out for each in found if isinstance(each, Erasure)] == [1, 1, 1, 1]
    assert count(ctx, "erasure_end") == 4


def test_nobody_is_called_as_the_command_line_and_what_it_did_stays_its_own(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, [comparison("c1")])
    with pytest.raises(BadCall, match="who is the command line"):
        invite(ctx, project, "Operator")
    import_judgements(ctx, OPERATOR, project.name, [said("c1", "operator", "c1-a", 1)], source="elsewhere")
    acts = column(ctx, "SELECT actor FROM audit")
    erase_person(ctx, OPERATOR, project.name, "operator")
    assert column(ctx, "SELECT actor FROM audit") == acts


def test_ranks_are_never_given_twice_after_the_last_judgements_are_erased(frozen: Frozen) -> None:
    ctx, project, (bo, *_, ada) = frozen.ctx, frozen.project, frozen.people
    (last,) = column(ctx, "SELECT last_sequence FROM version")
    erase_me(ctx, ada)
    ctx.boards.forget()  # as after a restart
    ask_and_judge(ctx, bo, project)
    assert column(ctx, "SELECT max(sequence_no) FROM judgement")[0] > last


def test_their_place_is_free_for_others(ctx: Context) -> None:
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 1)
    ada, bo = raters(ctx, project, 2)
    ask_and_judge(ctx, ada, project)
    assert reason_of_none(ctx, bo, project) is not None
    erase_me(ctx, ada)
    assert reason_of_none(ctx, bo, project) is None


def test_who_is_known_only_by_imported_judgements_is_erased_by_the_operator(ctx: Context) -> None:
    project = make_project(ctx)
    bring(ctx, project, [comparison("c1"), comparison("c2")])
    rows = [said("c1", MARK, "c1-a", 1), said("c2", "other", "c2-a", 1)]
    import_judgements(ctx, OPERATOR, project.name, rows, source="elsewhere")
    lead = invite(ctx, project, "Lena", "lead").actor
    with pytest.raises(NotFound, match="nobody called 'nobody'"):
        erase_person(ctx, lead, project.name, "nobody")
    admin = invite(ctx, project, "Adam", "admin")
    with pytest.raises(NotAllowed):
        erase_person(ctx, lead, project.name, admin.actor.name)
    with pytest.raises(NotAllowed):
        erase_person(ctx, raters(ctx, project, 1)[0], project.name, MARK)
    assert erase_person(ctx, lead, project.name, MARK).left_out == 1
    assert holds(ctx) == []
    assert count(ctx, "judgement") == 1


def test_a_file_that_somebody_reads_for_long_is_rewritten_at_the_next_start(
    ctx: Context, project: Project
) -> None:
    person = everything_of(ctx, project)
    assert isinstance(ctx.store, DuckStore)
    ctx.store.rewrite_patience = 0.1
    with ctx.store.snapshot() as reader:
        assert not erase_me(ctx, person).bytes_gone
        assert reader.read("schema_number")  # and is not disturbed
    assert mentions(ctx, person.rater_key) == []
    assert count(ctx, "erasure_end") == 0
    assert finish_erasures(ctx)
    assert holds(ctx) == []
    assert count(ctx, "erasure_end") == 1
