"""A withdrawal that is refused, loses replies, is killed, or is done by two at once: it ends in the same state."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

import pytest

from tests.depth import further, thorough
from tests.exporters.jobs import Publisher
from tests.exporters.kept import Desk, Kept, rows_of, stored
from tests.forking import Child, Done
from tests.hub import TestHub
from tests.hub.pulls import Pulls

STEPS = [
    ("DELETE", "/tag/1.0.0"),
    ("DELETE", "/tag/1.1.0"),
    ("POST", "/discussions/1/status"),
    ("POST", "/super-squash/main"),
    ("POST", "/lfs-files/batch"),
    ("POST", "/commit/main"),
]
"""What changes the repository, in its order."""
ENDED = [["Withdraw 1.0.0, 1.1.0"], ["1.2.0"], ["closed"]]
"""Titles on ``main``, tags, pull requests."""


@pytest.fixture(scope="module")
def three_published(hub: TestHub, two_published: Kept, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Three versions published, and a candidate of the last one under another card that is still open."""
    desk = two_published.put_back()
    desk.publish("1.2.0", options=("--candidate",))
    desk.publish("1.2.0")
    return Kept(hub, desk, tmp_path_factory.mktemp("three-published"))


@pytest.fixture
def full_desk(three_published: Kept) -> Desk:
    """The desk with three versions and an open candidate on the Hub, for this test alone."""
    return three_published.put_back()


def state(hub: TestHub, repo: str) -> list[list[str]]:
    """What ``ENDED`` tells of."""
    return [
        sorted({each.title for each in hub.commits(repo)}),
        sorted(hub.tags(repo)),
        [each.status for each in Pulls(hub.repository(repo)).all()],
    ]


def assert_ended(hub: TestHub, desk: Desk) -> None:
    goes = (rows_of(desk.folder("1.0.0")) | rows_of(desk.folder("1.1.0"))) - rows_of(desk.folder("1.2.0"))
    assert state(hub, desk.repo) == ENDED
    assert stored(hub, desk.repo) & goes == set()
    assert rows_of(desk.folder("1.2.0")) <= stored(hub, desk.repo)
    listed = desk.listed()
    assert [each["withdrawn"] and each["withdrawn"]["done"] for each in listed.values()] == [True, True, None]
    word = hub.files(desk.repo)["WITHDRAWN.md"].decode()
    gone = {version: len(rows_of(desk.folder(version)) & goes) for version in ("1.0.0", "1.1.0")}
    for version, files in gone.items():
        rows = sum(count for splits in listed[version]["rows"].values() for count in splits.values())
        assert f"| {version} | {listed[version]['withdrawn']['on']} | {rows} | {files} |\n" in word


@thorough
def test_killed_before_and_after_each_step_and_run_again_it_ends_in_the_same_state(
    hub: TestHub, publisher: Publisher, full_desk: Desk
) -> None:
    running: SimpleQueue[Child] = SimpleQueue()
    for method, path in STEPS:
        for when in ("before", "after"):
            fault = hub.fail(method, full_desk.repo + path, when, lambda: running.get(timeout=10).kill())  # type: ignore[arg-type]
            child = publisher.start(words=full_desk.words("1.0.0,1.1.0", "--yes"))
            running.put(child)
            done = child.end()
            assert (fault.hits, done.code) == (1, -signal.SIGKILL), (path, when, done.err)
            hub.wait_until_idle()
            told = publisher.command("versions", full_desk.project, *full_desk.known)
            assert told.out.count("is being withdrawn") == 2
            assert (
                f"The withdrawal of 1.0.0 from hub:{full_desk.repo} is not finished: run it again."
                in told.err
            )
    first = full_desk.withdraw("1.0.0,1.1.0", "--yes", "--json")
    assert first.code == 0, first.err
    again = full_desk.withdraw("1.0.0,1.1.0", "--yes", "--json")
    assert json.loads(first.out)["kept"] == json.loads(again.out)["kept"] == hub.tags(full_desk.repo)
    assert_ended(hub, full_desk)


@pytest.mark.parametrize(("when", "what"), [("after", "drop"), *further(("before", "drop"), ("after", 503))])
@thorough
def test_a_reply_that_is_lost_at_each_step_is_looked_for_and_nothing_is_done_twice(
    hub: TestHub, full_desk: Desk, when: Any, what: Any
) -> None:
    for method, path in STEPS:
        hub.fail(method, full_desk.repo + path, when, what)
    began = len(hub.requests)
    done = full_desk.withdraw("1.0.0,1.1.0", "--yes")
    assert done.code == 0, done.err
    assert_ended(hub, full_desk)
    for method, path in STEPS:
        seen = [
            each
            for each in hub.requests[began:]
            if each.method == method and full_desk.repo + path in each.path
        ]
        assert len(seen) == (2 if when == "before" else 1), path


@pytest.fixture(scope="module")
def colleague(hub: TestHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    """Somebody else with the same rights, at the same time."""
    other = Publisher(hub, tmp_path_factory.mktemp("colleague"))
    yield other
    other.close()


@pytest.mark.parametrize("place", [0, *further(3, 4)])
@thorough
def test_two_people_who_withdraw_the_same_at_once_both_come_through(
    hub: TestHub, colleague: Publisher, full_desk: Desk, place: int
) -> None:
    method, path = STEPS[place]
    theirs: list[Done] = []

    def act() -> None:
        theirs.append(colleague.command(*full_desk.words("1.0.0,1.1.0", "--yes")))

    hub.fail(method, full_desk.repo + path, "before", act, quietly=True)
    ours = full_desk.withdraw("1.0.0,1.1.0", "--yes")
    assert [each.code for each in (ours, *theirs)] == [0, 0], (ours.err, theirs)
    assert_ended(hub, full_desk)


@thorough
def test_a_file_that_a_version_published_meanwhile_uses_stays(
    hub: TestHub, publisher: Publisher, colleague: Publisher, desk: Desk
) -> None:
    shared = rows_of(desk.folder("1.0.0")) & rows_of(desk.folder("1.2.0"))
    theirs: list[Done] = []

    def act() -> None:
        to = ("--to", f"hub:{desk.repo}")
        theirs.append(colleague.command("publish", desk.project, "1.2.0", *to, *desk.known))

    hub.fail("DELETE", f"{desk.repo}/tag/1.0.0", "after", act, quietly=True)
    done = desk.withdraw("1.0.0", "--yes")
    assert (done.code, [each.code for each in theirs]) == (0, [0]), (done.err, theirs)
    assert shared | rows_of(desk.folder("1.2.0")) <= stored(hub, desk.repo)
    assert publisher.command("verify", f"hub:{desk.repo}@1.2.0").code == 0


def test_a_version_that_main_shows_is_withdrawn_only_once_a_newer_one_is_there(desk: Desk) -> None:
    for option in ((), ("--yes",)):
        refused = desk.withdraw("1.1.0", *option)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err == (
            "rlhf-collect: main of org/withdraw shows 1.1.0, which is to be withdrawn. Nothing was changed. "
            "Freeze and publish a version without the rows first, then withdraw.\n"
        )


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        (
            "1.2.0",
            "org/withdraw has no version 1.2.0 of 'helpfulness'. It has 1.0.0, 1.1.0; the newest is 1.1.0. "
            "Nothing was changed.",
        ),
        (
            "3.0.0",
            "Project helpfulness has no version 3.0.0. Sealed versions: 1.0.0, 1.1.0, 1.2.0. Nothing was changed.",
        ),
        (",", "Which versions? Write --versions 1.0.0,1.1.0. Nothing was changed."),
        ("1.0", "'1.0' is not a version. Write MAJOR.MINOR.PATCH, such as 1.0.0, without a 'v'."),
    ],
)
def test_a_version_that_is_not_there_is_named(desk: Desk, versions: str, words: str) -> None:
    refused = desk.withdraw(versions, "--yes")
    assert (refused.out, refused.err) == ("", f"rlhf-collect: {words}\n")
    assert refused.code in (1, 2)


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "No Hub token. Run `hf auth login` or set HF_TOKEN."),
        ("hf_wrong", "The Hub refuses this token: invalid or expired."),
        (
            "read",
            'The Hub does not let us write org/withdraw: "This token may only read: you must use a token with write '
            "access\". If it is the token: it needs write access to 'org'.",
        ),
        ("stranger", "org/withdraw does not exist, or this token may not see it."),
    ],
)
def test_a_token_that_does_not_do_is_named_before_anything_changes(
    hub: TestHub, desk: Desk, token: str, words: str
) -> None:
    tokens = {"read": hub.read_token, "stranger": hub.stranger_token}
    refused = desk.withdraw("1.0.0", "--yes", HF_TOKEN=tokens.get(token, token))
    assert (refused.code, refused.err) == (1, f"rlhf-collect: {words} Nothing was changed.\n")
    assert desk.listed()["1.0.0"]["withdrawn"] is None
    assert set(hub.tags(desk.repo)) == {"1.0.0", "1.1.0"}


def test_without_a_network_it_says_so_and_nothing_is_on_record(hub: TestHub, desk: Desk) -> None:
    hub.stop()
    try:
        refused = desk.withdraw("1.0.0", "--yes")
    finally:
        hub.start()
    assert refused.code == 1
    assert "The Hub could not be reached or did not confirm." in refused.err
    assert "Nothing was changed. Run the same command again." in refused.err
    assert desk.listed()["1.0.0"]["withdrawn"] is None


def test_a_tag_that_is_not_ours_is_not_deleted(hub: TestHub, none_published: Kept) -> None:
    desk = none_published.put_back()
    hub.create(desk.repo, private=True)
    hub.edit(desk.repo, "model.bin", b"of somebody else")
    hub.tag(desk.repo, "1.0.0")
    refused = desk.withdraw("1.0.0", "--yes")
    assert (refused.code, refused.err) == (
        1,
        "rlhf-collect: The tag 1.0.0 of org/withdraw is not ours: no version 1.0.0 of 'helpfulness' stands "
        "there. Nothing was changed. Look at it on the Hub.\n",
    )
    assert set(hub.tags(desk.repo)) == {"1.0.0"}


@thorough
def test_a_hub_that_stops_it_half_way_is_told_with_what_was_removed_so_far(
    hub: TestHub, full_desk: Desk
) -> None:
    hub.fail("POST", f"{full_desk.repo}/super-squash/main", "before", 403)
    refused = full_desk.withdraw("1.0.0,1.1.0", "--yes")
    assert refused.code == 1
    assert refused.err.endswith(
        "rlhf-collect: The Hub does not let us write org/withdraw, and does not say why. If it is the token: it needs "
        "write access to 'org'. What is removed so far stays removed.\n"
    )
    done = full_desk.withdraw("1.0.0,1.1.0", "--yes")
    assert done.code == 0, done.err
    assert_ended(hub, full_desk)
