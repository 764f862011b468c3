"""Everything that can go wrong between here and the Hub, one repository per story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.exporters.jobs import Publisher
from tests.hub import TestHub

Versions = dict[str, Path]
Answers = dict[str, dict[str, Any]]

COMMIT, TAG = "/commit/main", "/tag/"


@pytest.fixture(scope="module")
def survived(hub: TestHub, publisher: Publisher, versions: Versions) -> Answers:
    """Version 1.0.0 published to one repository per fault, in one process."""

    def edit(repo: str) -> None:
        hub.edit(repo, "LICENSE", b"MIT\n")

    faults: dict[str, tuple[Any, ...]] = {
        "drop-before-commit": ("POST", COMMIT, "before", "drop"),
        "drop-after-commit": ("POST", COMMIT, "after", "drop"),
        "503-after-commit": ("POST", COMMIT, "after", 503),
        "500-before-commit": ("POST", COMMIT, "before", 500),
        "409-on-commit": ("POST", COMMIT, "before", 409),
        "drop-after-tag": ("POST", TAG, "after", "drop"),
        "503-before-tag": ("POST", TAG, "before", 503),
        "drop-after-first-look": ("GET", "/refs", "before", "drop"),
    }
    for name, (method, path, when, what) in faults.items():
        hub.fail(method, f"org/{name}{path}", when, what)
    hub.fail("POST", f"org/429-on-commit{COMMIT}", "before", 429, headers={"Retry-After": "1"})
    # Two troubles at once: the commit lands, its answer and the look after it are lost.
    hub.fail("POST", f"org/twice-dropped{COMMIT}", "after", "drop")
    hub.fail("GET", "/api/datasets/org/twice-dropped$", "before", 503, skip=1)
    # A colleague edits while we upload: our parent is stale, the commit gets a true 412.
    hub.fail("POST", "org/edited-meanwhile/preupload/", "after", lambda: edit("org/edited-meanwhile"))
    names = [*faults, "429-on-commit", "twice-dropped", "edited-meanwhile"]
    jobs = [{"folder": versions["1.0.0"], "repo": f"org/{name}"} for name in names]
    return dict(zip(names, publisher.run(*jobs), strict=True))


@pytest.mark.parametrize(
    "name",
    [
        "drop-before-commit",
        "drop-after-commit",
        "503-after-commit",
        "500-before-commit",
        "409-on-commit",
        "429-on-commit",
        "twice-dropped",
        "drop-after-tag",
        "503-before-tag",
    ],
)
def test_a_fault_ends_in_one_commit_and_one_tag(hub: TestHub, survived: Answers, name: str) -> None:
    answer = survived[name]
    assert "commit" in answer, answer
    titles = [commit.title for commit in hub.commits(f"org/{name}")]
    assert titles.count("Version 1.0.0") == 1
    assert hub.tags(f"org/{name}") == {"1.0.0": answer["commit"]}


def test_an_unknown_outcome_is_told_and_looked_at(survived: Answers) -> None:
    said = survived["drop-after-commit"]["said"]
    assert "The Hub did not confirm. Checking…" in said
    assert "Version found, going on." in said
    assert "It is not there, sending again." in survived["drop-before-commit"]["said"]
    assert "The Hub asks us to wait 1 s." in survived["429-on-commit"]["said"]


def test_a_foreign_file_that_arrives_meanwhile_stays_and_is_named(hub: TestHub, survived: Answers) -> None:
    answer = survived["edited-meanwhile"]
    assert answer["warnings"] == ["LICENSE is not ours and stays in the repository."]
    assert hub.files("org/edited-meanwhile", answer["commit"])["LICENSE"] == b"MIT\n"
    assert 412 in [each.status for each in hub.requests if f"org/edited-meanwhile{COMMIT}" in each.path]


def test_a_hub_that_falls_silent_before_anything_was_sent_is_said_to_be_unreachable(
    survived: Answers, versions: Versions
) -> None:
    answer = survived["drop-after-first-look"]
    assert answer["code"] == "hub_unreachable"
    assert f"Frozen version 1.0.0 is unchanged in {versions['1.0.0']}." in answer["message"]
    assert "Run the same command again." in answer["message"]


@pytest.fixture(scope="module")
def refused(hub: TestHub, publisher: Publisher, versions: Versions) -> Answers:
    """Jobs that end in a refusal, in one process."""
    one, two = versions["1.0.0"], versions["1.1.0"]
    hub.create("org/public", private=False)
    hub.create("org/hidden", private=True)
    hub.create("org/with-card", private=True)
    hub.edit("org/with-card", "README.md", b"# Mine\n")
    hub.create("org/stranger-inside", private=True)
    hub.edit("org/stranger-inside", "ratings/train-extra.parquet", b"PAR1")
    hub.fail("POST", "validate-yaml", "before", 400, skip=0)
    answers = dict(
        zip(
            ("bad card", "public", "hidden", "with-card", "stranger-inside", "no such owner"),
            publisher.run(
                {"folder": one, "repo": "org/bad-card"},
                {"folder": one, "repo": "org/public"},
                {"folder": one, "repo": "org/hidden", "public": True},
                {"folder": one, "repo": "org/with-card"},
                {"folder": one, "repo": "org/stranger-inside"},
                {"folder": one, "repo": "nobody/name"},
            ),
            strict=True,
        )
    )
    # Stories of two versions.
    for repo in ("org/taken", "org/edited", "org/other-project"):
        publisher_job = {"folder": one, "repo": repo}
        answers[f"first of {repo}"] = publisher.run(publisher_job)[0]
    hub.edit("org/edited", "README.md", b"# Better words\n")
    names = ("taken", "other-project", "edited", "overwritten")
    found = publisher.run(
        {"folder": versions["another 1.0.0"], "repo": "org/taken"},
        {"folder": versions["another project"], "repo": "org/other-project"},
        {"folder": two, "repo": "org/edited"},
        {"folder": two, "repo": "org/edited", "overwrite": True},
    )
    return answers | dict(zip(names, found, strict=True))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bad card", "Invalid metadata in README.md"),
        ("public", "org/public is public, and private was asked. Nothing was sent."),
        ("hidden", "org/hidden is private, and public was asked. Nothing was sent."),
        ("with-card", "README.md was changed on the Hub (commit "),
        ("stranger-inside", "ratings/train-extra.parquet on the Hub"),
        ("no such owner", "may read but not write nobody/name. It needs write access to 'nobody'."),
        ("taken", "with other content. Nothing was changed. Freeze a new version."),
        ("other-project", "org/other-project holds versions of project 'example'."),
        ("edited", "after our version 1.0.0. Put the text into card.notes, or publish with --overwrite."),
    ],
)
def test_a_refusal_says_what_to_mend_and_what_was_kept(refused: Answers, name: str, words: str) -> None:
    answer = refused[name]
    assert answer.get("code") == "hub_refused", answer
    assert words in answer["message"]
    assert "unchanged" in answer["message"]


def test_what_was_refused_left_no_trace(hub: TestHub, refused: Answers) -> None:
    assert refused["taken"]["code"] == "hub_refused"
    for repo in ("org/bad-card", "org/public", "org/hidden", "org/with-card", "org/stranger-inside"):
        assert not hub.tags(repo)
        assert "manifest.json" not in hub.files(repo)
    assert hub.tags("org/taken") == {"1.0.0": refused["first of org/taken"]["commit"]}
    assert "Version 1.0.0 " not in [commit.title for commit in hub.commits("org/taken")]


def test_edited_words_are_replaced_only_when_asked(
    hub: TestHub, refused: Answers, versions: Versions
) -> None:
    assert refused["overwritten"]["tag"] == "1.1.0"
    assert hub.files("org/edited")["README.md"] == (versions["1.1.0"] / "README.md").read_bytes()


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "No Hub token. Run `hf auth login` or set HF_TOKEN."),
        ("hf_wrong", "The Hub refuses this token: invalid or expired."),
        ("read", "This token may read but not write org/tokens. It needs write access to 'org'."),
    ],
)
def test_a_token_that_does_not_do_is_named(
    hub: TestHub, publisher: Publisher, versions: Versions, token: str, words: str
) -> None:
    token = hub.read_token if token == "read" else token
    answer = publisher.publish(versions["1.0.0"], "org/tokens", token=token)
    assert answer["code"] == "hub_refused"
    assert words in answer["message"]


def test_what_the_hub_damages_is_found_and_not_tagged(
    hub: TestHub, publisher: Publisher, versions: Versions
) -> None:
    repo, path = "org/damaged", "ratings/train-00000-of-00001.parquet"

    def damage() -> None:
        repository = hub.repository(repo)
        stored = repository.content(repository.tree(repository.resolve("main"))[path])
        assert isinstance(stored, Path)
        stored.write_bytes(stored.read_bytes()[:-1] + b"?")

    hub.fail("POST", f"{repo}{COMMIT}", "after", damage)
    answer = publisher.publish(versions["1.0.0"], repo)
    assert answer["code"] == "hub_refused"
    assert f"What the Hub serves differs from what was sent: {path}" in answer["message"]
    assert hub.tags(repo) == {}


def test_a_commit_that_somebody_wrote_after_is_still_the_one_that_is_tagged(
    hub: TestHub, publisher: Publisher, versions: Versions
) -> None:
    repo = "org/moved-on"
    hub.fail("POST", f"{repo}{TAG}", "before", 403)
    stopped = publisher.publish(versions["1.0.0"], repo)
    assert stopped["code"] == "hub_refused"
    ours = hub.head(repo)
    hub.edit(repo, "README.md", b"# Edited\n")
    answer = publisher.publish(versions["1.0.0"], repo)
    assert hub.tags(repo) == {"1.0.0": ours}
    assert "main is no longer this version, its tag is" in answer["warnings"][0]
