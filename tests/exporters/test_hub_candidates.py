"""Candidates: a version to look at before it is one, as a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.exporters.manifest import file_sha256
from tests.depth import thorough
from tests.exporters.example import read_rows
from tests.exporters.jobs import Publisher
from tests.exporters.test_hub_publish import as_json, sent, served
from tests.hub import TestHub
from tests.hub.commits import Change, Proposal, commit_to
from tests.hub.pulls import Pulls

Versions = dict[str, Path]


def pulls(hub: TestHub, repo: str) -> list[tuple[int, str]]:
    return [(each.num, each.status) for each in Pulls(hub.repository(repo)).all()]


def proposing(folder: Path, repo: str) -> dict[str, Any]:
    return {"do": "propose", "folder": folder, "repo": repo}


def approving(folder: Path, repo: str) -> dict[str, Any]:
    return {"do": "approve", "folder": folder, "repo": repo}


@thorough
def test_a_candidate_is_loaded_by_its_ref_and_main_stays_until_it_is_approved(
    hub: TestHub, publisher: Publisher, least: Path, versions: Versions, tmp_path: Path
) -> None:
    repo, one, two = "org/proposed", least, versions["1.1.0"]
    ask = {"do": "load_dataset", "path": repo, "config": "ratings", "cache_dir": tmp_path}
    _, candidate, again, loaded = publisher.run(
        {"folder": one, "repo": repo},
        proposing(two, repo),
        proposing(two, repo),
        ask | {"revision": "refs/pr/1"},
    )
    assert (candidate["candidate"], candidate["tag"]) == ("refs/pr/1", "")
    assert candidate["url"] == f"{hub.url}/datasets/{repo}/discussions/1"
    assert again["commit"] == candidate["commit"] == hub.head(repo, "refs/pr/1")
    assert loaded["train"] == as_json(read_rows(two, "ratings", "train"))
    assert pulls(hub, repo) == [(1, "open")]
    assert served(hub, repo, "main") == sent(one)
    assert set(hub.tags(repo)) == {"1.0.0"}

    approved, once_more = publisher.run(approving(two, repo), approving(two, repo))
    assert approved["commit"] == once_more["commit"] == hub.head(repo)
    assert hub.tags(repo)["1.1.0"] == hub.head(repo)
    assert served(hub, repo, "1.1.0") == sent(two)
    assert pulls(hub, repo) == [(1, "merged")]
    assert approved["manifest_sha256"] == file_sha256(two / "manifest.json")
    published, late = publisher.run({"folder": two, "repo": repo}, proposing(two, repo))
    assert published["commit"] == approved["commit"]
    assert late["message"].startswith(f"Version 1.1.0 is at {repo} already (commit {approved['commit'][:7]})")


def test_the_first_version_may_be_a_candidate(hub: TestHub, publisher: Publisher, least: Path) -> None:
    repo, one = "org/first-proposed", least
    none, candidate, approved = publisher.run(
        {"folder": one, "repo": repo, "do": "approve"}, proposing(one, repo), approving(one, repo)
    )
    assert none["code"] in ("hub_refused", "not_found")
    assert candidate["candidate"] == "refs/pr/1"
    assert hub.tags(repo) == {"1.0.0": approved["commit"]}


LOST = {
    "proposal-lost": ("/commit/main", "after", "drop"),
    "merge-lost": ("/discussions/1/merge", "after", "drop"),
    "merge-refused": ("/discussions/1/merge", "before", 503),
    "tag-lost": ("/tag/", "after", "drop"),
}


@pytest.fixture(scope="session")
def troubled(hub: TestHub, publisher: Publisher, least: Path) -> dict[str, Any]:
    """Candidates and approvals whose replies are lost, in one process."""
    for name, (path, when, what) in LOST.items():
        hub.fail("POST", f"org/{name}{path}", when, what)
    jobs = [make(least, f"org/{name}") for name in LOST for make in (proposing, approving)]
    answers = publisher.run(*jobs)
    return {name: answers[2 * place : 2 * place + 2] for place, name in enumerate(LOST)}


@pytest.mark.parametrize("name", LOST)
@thorough
def test_a_lost_reply_makes_no_second_pull_request_and_no_second_merge(
    hub: TestHub, troubled: dict[str, Any], name: str
) -> None:
    proposed, approved = troubled[name]
    assert proposed.get("candidate") == "refs/pr/1", proposed
    assert pulls(hub, f"org/{name}") == [(1, "merged")]
    assert hub.tags(f"org/{name}") == {"1.0.0": approved.get("commit")}, approved
    assert [each.title for each in hub.commits(f"org/{name}")].count("Version 1.0.0 (#1)") == 1


@thorough
def test_an_approval_stopped_after_the_merge_goes_on_from_there(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo, one = "org/stopped", least
    hub.fail("POST", f"{repo}/tag/", "before", 403, times=2)
    _, first, second, done = publisher.run(
        proposing(one, repo), approving(one, repo), {"folder": one, "repo": repo}, approving(one, repo)
    )
    assert first["code"] == second["code"] == "hub_refused"
    assert pulls(hub, repo) == [(1, "merged")]
    assert hub.tags(repo) == {"1.0.0": done["commit"]} == {"1.0.0": hub.head(repo)}


def test_a_candidate_is_neither_merged_nor_called_good_once_main_has_moved_on(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo, one = "org/moved-base", least
    publisher.run(proposing(one, repo))
    moved = hub.edit(repo, "LICENSE", b"MIT\n")
    for refused in publisher.run(approving(one, repo), proposing(one, repo)):
        assert refused["code"] == "hub_refused"
        assert refused["message"].startswith(
            f"{repo} was changed (commit {moved[:7]}) after the candidate of version 1.0.0 was made for "
        )
        assert "Nothing was merged. Close pull request 1" in refused["message"]
    assert (pulls(hub, repo), hub.tags(repo), hub.head(repo)) == ([(1, "open")], {}, moved)


def test_a_pull_request_that_only_claims_to_hold_our_version_is_not_merged(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo, one = "org/forged", least
    publisher.run(proposing(one, repo))
    repository, ours = hub.repository(repo), hub.commits(repo, "refs/pr/1")[0]
    change = Change(kind="file", path="README.md", content=b"# Mine\n")
    edit = Proposal(summary="Mine", description="", parent=None, changes=(change,))
    tree = repository.git.word("rev-parse", f"{commit_to(repository, 'refs/pr/1', edit, 'grace')}^{{tree}}")
    message = f"{ours.title}\n\n{ours.message}"
    forged = repository.write_commit(tree, parents=(hub.head(repo),), message=message, author="grace")
    Pulls(repository).open(forged, title=ours.title, author="grace")
    (refused,) = publisher.run(approving(one, repo))
    assert refused["code"] == "hub_refused"
    assert refused["message"].startswith("README.md of pull request 2 (")
    assert "differs from what was sent. Nothing was merged." in refused["message"]
    assert pulls(hub, repo) == [(2, "open"), (1, "open")]
    assert hub.tags(repo) == {}


def test_a_pull_request_that_somebody_wrote_to_is_no_candidate_any_more(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo, one = "org/touched", least
    publisher.run(proposing(one, repo))
    repository = hub.repository(repo)
    change = Change(kind="file", path="README.md", content=b"# Mine\n")
    touched = Proposal(summary="Mine", description="", parent=None, changes=(change,))
    commit_to(repository, "refs/pr/1", touched, "grace")
    (refused,) = publisher.run(approving(one, repo))
    assert refused["code"] == "not_found"
    assert "has no candidate of version 1.0.0 with this content" in refused["message"]
    assert hub.tags(repo) == {}


def test_an_approval_without_the_gate_of_its_candidate_says_what_to_give_beside_it(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo, gated = "org/gated-candidate", {"gate": "manual"}
    send = {"do": "send", "folder": least, "to": f"hub:{repo}"}
    _, refused, approved = publisher.run(
        send | {"reach": gated, "way": "candidate"},
        send | {"way": "approve"},
        send | {"reach": gated, "way": "approve"},
    )
    assert refused["code"] == "not_found"
    assert refused["message"].startswith(
        f"The candidate of version 1.0.0 at {repo} (pull request 1, {hub.url}/datasets/{repo}/discussions/1) has other "
        "content. Nothing was merged. It was made with --gated: give the same --gated beside --approve."
    )
    assert hub.tags(repo) == {"1.0.0": approved["revision"]}
