"""What the network does to a publication, and that it is one commit and one tag all the same.

One repository per story; the words of refusals are in ``test_hub_refusals``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.exporters.manifest import file_sha256
from tests.exporters.jobs import Publisher
from tests.hub import TestHub

Answers = dict[str, dict[str, Any]]

COMMIT, TAG = "/commit/main", "/tag/"


TROUBLE: dict[str, tuple[Any, ...]] = {
    "drop-before-commit": ("POST", COMMIT, "before", "drop"),
    "drop-after-commit": ("POST", COMMIT, "after", "drop"),
    "503-after-commit": ("POST", COMMIT, "after", 503),
    "500-before-commit": ("POST", COMMIT, "before", 500),
    "409-on-commit": ("POST", COMMIT, "before", 409),
    "429-on-commit": ("POST", COMMIT, "before", 429),
    "429-on-tag": ("POST", TAG, "before", 429),
    "409-on-tag": ("POST", TAG, "before", 409),
    "drop-after-tag": ("POST", TAG, "after", "drop"),
    "503-before-tag": ("POST", TAG, "before", 503),
    "late-before-commit": ("POST", COMMIT, "before", "slow"),
    "late-after-commit": ("POST", COMMIT, "after", "slow"),
}
"""Method, path, when, what; ``slow`` is slower than the client waits."""


SAME = {
    "same-before-ours": ("GET", "org/same-before-ours/refs"),
    "same-meanwhile": ("PUT", "/lfs-upload/org/same-meanwhile/"),
}
"""When the same version of somebody else lands."""


def land(hub: TestHub, repo: str, folder: Path) -> None:
    """The commit that publishing makes, made by somebody else."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    seal = f"rlhf_collect-manifest: {file_sha256(folder / 'manifest.json')}"
    hub.put(repo, files, summary="Version 1.0.0", description=seal)


@pytest.fixture(scope="session")
def survived(hub: TestHub, publisher: Publisher, least: Path) -> Answers:
    """Version 1.0.0 published to one repository per fault, in one process."""
    for name, (method, path, when, what) in TROUBLE.items():
        headers = {"Retry-After": "25"} if what == 429 else {}
        hub.fail(method, f"org/{name}{path}", when, what, headers=headers, seconds=1.2)
    # Two troubles at once: the commit lands, its answer and the look after it are lost.
    hub.fail("POST", f"org/twice-dropped{COMMIT}", "after", "drop")
    hub.fail("GET", "/api/datasets/org/twice-dropped$", "before", 503, skip=2)
    # A colleague edits while we upload: our parent is stale, the commit gets a true 412.
    hub.fail(
        "POST",
        "org/edited-meanwhile/preupload/",
        "after",
        lambda: hub.edit("org/edited-meanwhile", "LICENSE", b"MIT\n"),
        quietly=True,
    )
    # Somebody else runs the same command at the same moment, and theirs lands first: nothing is left to commit,
    # or what is left gets a true 412 again.
    for name, (method, path) in SAME.items():
        hub.fail(method, path, "after", partial(land, hub, f"org/{name}", least), quietly=True)
    # The same each time: in the end it is given up.
    for name, what in (("always-409", 409), ("always-429", 429)):
        hub.fail("POST", f"org/{name}{COMMIT}", "before", what, times=99)
    given_up = ("always-409", "always-429")
    names = [*TROUBLE, *SAME, "twice-dropped", "edited-meanwhile", *given_up]
    late = [name for name in names if name.startswith("late-")]
    others = [name for name in names if name not in late]
    jobs = {name: {"folder": least, "repo": f"org/{name}"} for name in names}
    # In a process of its own: how long the client waits is set once.
    answers = publisher.run(*(jobs[name] | {"seconds": 0.6} for name in late))
    answers += publisher.run(*(jobs[name] for name in others))
    return dict(zip([*late, *others], answers, strict=True))


@pytest.mark.parametrize("name", [*TROUBLE, *SAME, "twice-dropped"])
def test_a_fault_ends_in_one_commit_and_one_tag(hub: TestHub, survived: Answers, name: str) -> None:
    answer = survived[name]
    assert "commit" in answer, answer
    titles = [commit.title for commit in hub.commits(f"org/{name}")]
    assert titles.count("Version 1.0.0") == 1
    assert hub.tags(f"org/{name}") == {"1.0.0": answer["commit"]}


def test_an_unknown_outcome_is_told_and_looked_at(survived: Answers) -> None:
    for name in ("drop-after-commit", "503-after-commit", "late-after-commit"):
        said = survived[name]["said"]
        assert said[said.index("The Hub did not confirm. Checking…") + 1] == "Version found, going on.", name
    for name in ("drop-before-commit", "500-before-commit", "late-before-commit"):
        said = survived[name]["said"]
        assert said[said.index("The Hub did not confirm. Checking…") + 1] == "It is not there, sending again."


def test_the_same_version_that_landed_meanwhile_is_found_behind_a_412_or_without_a_commit(
    hub: TestHub, survived: Answers
) -> None:
    for name, asked in (("same-meanwhile", [412]), ("same-before-ours", [])):
        assert [each.status for each in hub.requests if f"org/{name}{COMMIT}" in each.path] == asked
        assert survived[name]["commit"] == hub.head(f"org/{name}")
    assert "Version found, going on." in survived["same-meanwhile"]["said"]


def test_a_commit_that_is_late_does_not_land_twice(hub: TestHub, survived: Answers) -> None:
    assert survived["late-before-commit"]["commit"] == hub.head("org/late-before-commit")
    hub.wait_until_idle()  # the first try arrives now, and finds its parent gone
    sent = [each.status for each in hub.requests if f"org/late-before-commit{COMMIT}" in each.path]
    assert sorted(map(str, sent)) == ["200", "412"]


def test_a_hub_that_asks_us_to_wait_is_waited_for_and_the_lead_sees_the_time_left(survived: Answers) -> None:
    for name in ("429-on-commit", "429-on-tag"):
        told = [line for line in survived[name]["said"] if "wait" in line]
        assert told == ["The Hub asks to wait 25 s.", "15 s left to wait.", "5 s left to wait."]
        assert survived[name]["waited"] == [10, 10, 5]
    assert survived["409-on-commit"]["waited"] == survived["409-on-tag"]["waited"] == [1]


def test_patience_ends(survived: Answers) -> None:
    busy, asked = survived["always-409"], survived["always-429"]
    assert busy["waited"] == [1, 2, 4, 8, 8]
    assert busy["message"].startswith("The Hub is busy with another change of org/always-409. The new repo")
    assert asked["waited"] == [10] * 6 * 5  # a minute, five times, since it does not say how long
    assert asked["said"].count("The Hub asks for fewer requests and names no time: waiting 60 s.") == 5
    assert asked["message"].startswith("The Hub asks us to send fewer requests. The new repository org/alw")
    for answer in (busy, asked):
        assert answer["code"] == "hub_refused"
        assert "is private and empty: the same command goes on from there." in answer["message"]


def test_a_foreign_file_that_arrives_meanwhile_stays_and_is_named(hub: TestHub, survived: Answers) -> None:
    answer = survived["edited-meanwhile"]
    assert answer.get("warnings") == ["LICENSE is not ours and stays in the repository."]
    assert hub.files("org/edited-meanwhile", answer["commit"])["LICENSE"] == b"MIT\n"
    assert 412 in [each.status for each in hub.requests if f"org/edited-meanwhile{COMMIT}" in each.path]


def test_what_the_hub_damages_is_found_and_not_tagged(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo, path = "org/damaged", "ratings/train-00000-of-00001.parquet"

    def damage() -> None:
        repository = hub.repository(repo)
        stored = repository.content(repository.tree(repository.resolve("main"))[path])
        assert isinstance(stored, Path)
        stored.write_bytes(stored.read_bytes()[:-1] + b"?")

    hub.fail("POST", f"{repo}{COMMIT}", "after", damage)
    answer = publisher.publish(least, repo)
    assert answer["code"] == "hub_refused"
    assert f"What the Hub serves differs from what was sent: {path}" in answer["message"]
    assert hub.tags(repo) == {}


def test_a_commit_that_somebody_wrote_after_is_still_the_one_that_is_tagged(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo = "org/moved-on"
    hub.fail("POST", f"{repo}{TAG}", "before", 403)
    stopped = publisher.publish(least, repo)
    assert stopped["code"] == "hub_refused"
    ours = hub.head(repo)
    hub.edit(repo, "README.md", b"# Edited\n")
    answer = publisher.publish(least, repo)
    assert hub.tags(repo) == {"1.0.0": ours}
    assert "main is no longer this version, its tag is" in answer["warnings"][0]
