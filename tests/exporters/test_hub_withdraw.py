"""Versions taken from the Hub for good, by the command: what goes, what stays, and what is read afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.services.versions import freeze_version
from tests.depth import thorough
from tests.exporters.example import read_rows
from tests.exporters.jobs import Publisher
from tests.exporters.kept import Desk, Kept, rows_of, stored
from tests.exporters.test_hub_publish import as_json, served
from tests.hub import TestHub
from tests.hub.pulls import Pulls
from tests.making import ask_and_judge, find_project, open_services, raters

WRITING = {"POST", "PUT", "DELETE"}
ONLY_ASKING = ("/paths-info/",)


def writes(hub: TestHub, repo: str, since: int) -> list[str]:
    """What was asked of a repository that changes it, in short, in order."""
    found = []
    for each in hub.requests[since:]:
        if (
            each.method in WRITING
            and repo in each.path
            and not any(word in each.path for word in ONLY_ASKING)
        ):
            found.append(f"{each.method} {each.path.split(repo)[1].strip('/')}")
    return found


@thorough
def test_versions_are_withdrawn_in_order_and_the_kept_one_stays_to_the_byte(
    hub: TestHub, publisher: Publisher, desk: Desk
) -> None:
    repo = desk.repo
    old = hub.tags(repo)
    desk.publish("1.2.0", options=("--candidate",))
    publisher.command("publish", desk.project, "1.2.0", "--to", f"hub:{repo}", "--approve", *desk.known)
    before, bytes_before = hub.tags(repo), served(hub, repo, "1.2.0")
    goes = (rows_of(desk.folder("1.0.0")) | rows_of(desk.folder("1.1.0"))) - rows_of(desk.folder("1.2.0"))
    assert goes <= stored(hub, repo)

    began = len(hub.requests)
    looked = desk.withdraw("1.1.0,1.0.0")
    assert looked.code == 0, looked.err
    assert writes(hub, repo, began) == []
    lines = looked.out.splitlines()
    assert lines[0] == f"Withdrawing helpfulness 1.0.0, 1.1.0 from hub:{repo} would"
    for version in ("1.0.0", "1.1.0"):
        assert f"  delete    the tag {version} (commit {old[version][:7]})" in lines
    assert {each for each in goes if f"sha256 {each}" in looked.out} == goes
    assert f"  keep      1.2.0 ({before['1.2.0'][:7]})" in lines
    assert "Pull requests keep their commits (refs/pr/1)" in looked.out
    assert (
        lines[-1] == "Nothing was changed. This cannot be undone: run the same command with --yes to do it."
    )
    assert desk.listed()["1.0.0"]["withdrawn"] is None

    began = len(hub.requests)
    done = desk.withdraw("1.0.0,1.1.0", "--yes", "--json")
    assert done.code == 0, done.err
    assert [each for each in writes(hub, repo, began) if "preupload" not in each] == [
        "DELETE tag/1.0.0",
        "DELETE tag/1.1.0",
        "POST super-squash/main",
        "POST lfs-files/batch",
        "POST commit/main",
    ]
    report = json.loads(done.out)
    assert (report["withdrawn"], report["squashes"], report["empties_main"]) == (True, True, False)
    assert {each["sha256"] for each in report["objects"]} == goes
    assert stored(hub, repo) & goes == set()
    assert set(hub.tags(repo)) == {"1.2.0"}
    assert report["kept"] == hub.tags(repo) != {"1.2.0": before["1.2.0"]}
    assert report["moved"] == {"1.2.0": before["1.2.0"]}
    assert served(hub, repo, "1.2.0") == bytes_before
    assert [each.title for each in hub.commits(repo)] == ["Withdraw 1.0.0, 1.1.0"] * 2
    word = hub.files(repo)["WITHDRAWN.md"].decode()
    today = datetime.now(UTC).date().isoformat()
    assert f"| 1.0.0 | {desk.listed()['1.0.0']['withdrawn']['on']} |" in word
    assert today >= desk.listed()["1.0.0"]["withdrawn"]["on"]

    again = desk.withdraw("1.0.0,1.1.0", "--yes")
    assert again.code == 0
    assert "1.2.0 is whole, at " in again.out
    assert desk.withdraw("1.0.0").out.endswith(
        f"is withdrawn from hub:{repo} already. Nothing was changed.\n"
    )


@pytest.fixture(scope="module")
def two_withdrawn(hub: TestHub, two_published: Kept, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A repository that 1.0.0 and 1.1.0 were withdrawn from, and 1.2.0 stays in."""
    desk = two_published.put_back()
    desk.publish("1.2.0")
    assert desk.withdraw("1.0.0,1.1.0", "--yes").code == 0
    return Kept(hub, desk, tmp_path_factory.mktemp("two-withdrawn"))


@pytest.fixture
def gone(two_withdrawn: Kept) -> Desk:
    """The desk that two versions were withdrawn at, for this test alone."""
    return two_withdrawn.put_back()


def test_whoever_asks_for_a_withdrawn_version_reads_since_when_and_which_is_the_nearest(
    publisher: Publisher, gone: Desk, tmp_path: Path
) -> None:
    told = gone.listed()["1.1.0"]
    on, (place,) = told["withdrawn"]["on"], told["published"]
    words = f"Version 1.1.0 was withdrawn on {on}; the nearest version is 1.2.0."
    ask = {"do": "load", "source": gone.repo, "cache_dir": tmp_path}
    by_name, streamed, by_commit = publisher.run(
        ask | {"version": "1.1.0"},
        ask | {"version": "v1.1.0", "streaming": True},
        ask | {"version": place["revision"]},
    )
    assert by_name["message"] == streamed["message"] == words
    assert (by_name["code"], by_commit["code"]) == ("not_found", "not_found")
    assert "Versions were withdrawn from it (1.0.0, 1.1.0)" in by_commit["message"]
    verified = publisher.command("verify", f"hub:{gone.repo}@1.1.0")
    assert (verified.code, verified.err) == (1, f"rlhf-collect: {words}\n")


def test_the_kept_version_loads_as_before_with_both_loaders_and_verifies(
    publisher: Publisher, gone: Desk, tmp_path: Path
) -> None:
    place = {"config": "ratings", "cache_dir": tmp_path}
    ours, plain = publisher.run(
        {"do": "load", "source": gone.repo, "version": "1.2.0", **place},
        {"do": "load_dataset", "path": gone.repo, "revision": "1.2.0", **place},
    )
    rows = as_json(read_rows(gone.folder("1.2.0"), "ratings", "train"))
    assert ours == plain["train"] == rows
    assert publisher.command("verify", f"hub:{gone.repo}@1.2.0").code == 0


def test_a_withdrawn_version_is_listed_so_and_neither_published_nor_rebuilt_to_a_folder_again(
    publisher: Publisher, gone: Desk, tmp_path: Path
) -> None:
    on = gone.listed()["1.0.0"]["withdrawn"]["on"]
    assert f"1.0.0  withdrawn {on}\n" in publisher.command("versions", gone.project, *gone.known).out
    words = f"Version 1.0.0 was withdrawn on {on}; the nearest version is 1.2.0."
    for to in (f"hub:{gone.repo}", tmp_path / "elsewhere"):
        refused = publisher.command("publish", gone.project, "1.0.0", "--to", to, *gone.known)
        assert (refused.code, words in refused.err) == (1, True)
        assert "Freeze a new version and publish that." in refused.err
    rebuilt = publisher.command("rebuild", gone.project, "1.0.0", "--to", tmp_path / "new", *gone.known)
    assert (rebuilt.code, words in rebuilt.err) == (1, True)
    (unasked,) = publisher.run({"folder": gone.folder("1.0.0"), "repo": gone.repo})
    assert unasked["message"].startswith(
        f"Version 1.0.0 was withdrawn from {gone.repo} on {on}. Nothing was sent."
    )


@thorough
def test_the_next_version_goes_on_top_of_the_squashed_history_and_the_word_stays(
    hub: TestHub, publisher: Publisher, desk: Desk
) -> None:
    repo = desk.repo
    desk.publish("1.2.0")
    assert desk.withdraw("1.0.0", "--yes").code == 0
    ctx = open_services(desk.database)
    project = find_project(ctx, desk.project)
    ask_and_judge(ctx, raters(ctx, project, 2)[1], project)
    freeze_version(ctx, OPERATOR, desk.project, "1.3.0")
    ctx.store.close()
    head = hub.head(repo)
    desk.publish("1.3.0")
    assert [each.oid for each in hub.commits(repo)][1] == head
    assert "| 1.0.0 | " in hub.files(repo, "1.3.0")["WITHDRAWN.md"].decode()
    assert publisher.command("verify", f"hub:{repo}@1.3.0").code == 0
    statement = json.loads(hub.files(repo, "1.3.0")["labour_statement.json"])
    assert statement["this_version"]["privacy"]["withdrawn_versions"] == ["1.0.0"]
    # A second withdrawal squashes anew, and the file names both.
    done = desk.withdraw("1.1.0,1.2.0", "--yes")
    assert done.code == 0, done.err
    assert set(hub.tags(repo)) == {"1.3.0"}
    assert [each.title for each in hub.commits(repo)] == ["Withdraw 1.1.0, 1.2.0"] * 2
    word = hub.files(repo)["WITHDRAWN.md"].decode()
    assert [name for name in ("1.0.0", "1.1.0", "1.2.0", "1.3.0") if f"| {name} |" in word] == [
        "1.0.0",
        "1.1.0",
        "1.2.0",
    ]


def test_with_no_version_left_main_shows_no_data_and_the_next_one_may_come(
    hub: TestHub, publisher: Publisher, desk: Desk, tmp_path: Path
) -> None:
    repo = desk.repo
    hub.edit(repo, "LICENSE", b"MIT\n")
    assert "  empty     main, since no version is left for it to show" in desk.withdraw("1.0.0,1.1.0").out
    done = desk.withdraw("1.0.0,1.1.0", "--yes")
    assert done.code == 0, done.err
    assert hub.files(repo).keys() == {".gitattributes", "LICENSE", "WITHDRAWN.md"}
    assert (hub.tags(repo), stored(hub, repo)) == ({}, set())
    (answer,) = publisher.run({"do": "load", "source": repo, "version": "1.0.0", "cache_dir": tmp_path})
    assert answer["message"].endswith("; no version is left.")
    desk.publish("1.2.0")
    assert hub.tags(repo) == {"1.2.0": hub.head(repo)}
    assert publisher.command("verify", f"hub:{repo}@1.2.0").code == 0


def test_open_candidates_are_closed_and_refs_of_others_are_left_and_named(hub: TestHub, desk: Desk) -> None:
    repo = desk.repo
    hub.tag(repo, "paper", "1.0.0")
    desk.publish("1.2.0", options=("--candidate",))
    hub.edit(repo, "model.safetensors", b"a file of somebody else")
    looked = desk.withdraw("1.0.0")
    assert (
        f"close     pull request 1, a candidate of 1.2.0: {hub.url}/datasets/{repo}/discussions/1"
        in looked.out
    )
    assert "The tag paper is not ours and stays; it loses the files that are deleted." in looked.out
    done = desk.withdraw("1.0.0", "--yes")
    assert done.code == 0, done.err
    assert [each.status for each in Pulls(hub.repository(repo)).all()] == ["closed"]
    assert set(hub.tags(repo)) == {"paper", "1.1.0"}
    assert hub.files(repo)["model.safetensors"] == b"a file of somebody else"
    assert stored(hub, repo) & (rows_of(desk.folder("1.0.0")) - rows_of(desk.folder("1.1.0"))) == set()
    assert rows_of(desk.folder("1.1.0")) <= stored(hub, repo)
