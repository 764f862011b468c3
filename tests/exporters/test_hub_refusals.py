"""What the lead reads when the Hub, or what stands on it, says no: the exact words, and what was kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.exporters.jobs import Publisher
from tests.hub import TestHub

Versions = dict[str, Path]
Answers = dict[str, dict[str, Any]]

COMMIT = "/commit/main"


CARD = [{"message": '"license" must be one of the known licences'}, {"message": '"tags" must be a list.'}]


@pytest.fixture(scope="session")
def refused(hub: TestHub, publisher: Publisher, least: Path, versions: Versions) -> Answers:
    """Jobs that end in a refusal, in one process: one repository per story."""
    one, two = least, versions["1.1.0"]
    for repo in ("with-card", "stranger-inside", "hidden"):
        hub.create(f"org/{repo}", private=True)
    hub.create("org/public", private=False)
    hub.create("org/shut", private=False).change_settings(gated="manual")
    hub.edit("org/with-card", "README.md", b"# Mine\n")
    hub.edit("org/stranger-inside", "ratings/train-extra.parquet", b"PAR1")
    gone = {"X-Error-Code": "RepoNotFound"}
    hub.fail("POST", f"org/gone{COMMIT}", "before", 404, headers=gone)
    hub.fail("POST", f"org/odd{COMMIT}", "before", 418)
    hub.fail("POST", f"org/down{COMMIT}", "before", 503, times=99)
    hub.fail(
        "POST",
        "org/edited-while-sending/preupload/",
        "after",
        lambda: hub.edit("org/edited-while-sending", "README.md", b"# Mine\n"),
        quietly=True,
    )
    first = ("taken", "edited", "other-project")  # stories of two versions
    publisher.run(*({"folder": one, "repo": f"org/{name}"} for name in first))
    hub.edit("org/edited", "README.md", b"# Better words\n")
    hub.fail("POST", "validate-yaml", "before", 400, body={"errors": CARD, "warnings": []})
    jobs = {
        "bad card": {"folder": one, "repo": "org/bad-card"},
        "public": {"folder": one, "repo": "org/public"},
        "hidden": {"folder": one, "repo": "org/hidden", "reach": {"public": True}},
        "shut": {"folder": one, "repo": "org/shut", "reach": {"public": True}},
        "with-card": {"folder": one, "repo": "org/with-card"},
        "stranger-inside": {"folder": one, "repo": "org/stranger-inside"},
        "edited-while-sending": {"folder": one, "repo": "org/edited-while-sending"},
        "no such owner": {"folder": one, "repo": "nobody/name"},
        "gone": {"folder": one, "repo": "org/gone"},
        "odd": {"folder": one, "repo": "org/odd"},
        "down": {"folder": one, "repo": "org/down"},
        "taken": {"folder": versions["another 1.0.0"], "repo": "org/taken"},
        "other-project": {"folder": versions["another project"], "repo": "org/other-project"},
        "edited": {"folder": two, "repo": "org/edited"},
        "overwritten": {"folder": two, "repo": "org/edited", "overwrite": True},
    }
    return dict(zip(jobs, publisher.run(*jobs.values()), strict=True))


KEPT = "Frozen version 1.0.0 is unchanged in {folder}."
OUGHT = "Nothing was sent. Change who may read it on its settings page ({page}/settings), or publish"
EMPTY = "The new repository {repo} is private and empty: the same command goes on from there."


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "bad card",
            'The Hub refuses the card of org/bad-card: "license" must be one of the known licences; "tags" must be '
            f"a list. {EMPTY} {KEPT}",
        ),
        (
            "public",
            f"org/public is public, and private was asked. {OUGHT} with --public where raters were told so. {KEPT}",
        ),
        (
            "hidden",
            f"org/hidden is private, and public was asked. {OUGHT} without --public or --gated. {KEPT}",
        ),
        ("shut", f"org/shut is gated, and public was asked. {OUGHT} with --gated manual. {KEPT}"),
        (
            "with-card",
            "README.md was changed on the Hub (commit {head}), not by us. Put the text into card.notes, or publish "
            f"with --overwrite. {KEPT}",
        ),
        (
            "edited-while-sending",
            "README.md was changed on the Hub (commit {head}), not by us. Put the text into card.notes, or publish "
            f"with --overwrite. {EMPTY} {KEPT}",
        ),
        (
            "stranger-inside",
            "ratings/train-extra.parquet on the Hub (commit {head}) is not ours and lies in a config folder, where "
            f"every load would read it. Remove it there. {KEPT}",
        ),
        (
            "no such owner",
            "The Hub does not let us write nobody/name: \"You don't have the rights to write under the namespace "
            f"'nobody'\". If it is the token: it needs write access to 'nobody'. {KEPT}",
        ),
        ("gone", f"org/gone does not exist, or this token may not see it. {EMPTY} {KEPT}"),
    ],
)
def test_a_refusal_says_what_to_mend_and_what_was_kept(
    hub: TestHub, refused: Answers, least: Path, name: str, words: str
) -> None:
    answer = refused[name]
    assert answer.get("code") == "hub_refused", answer
    repo = "nobody/name" if name == "no such owner" else f"org/{name.replace(' ', '-')}"
    head = hub.head(repo)[:7] if "{head}" in words else ""
    page = f"{hub.url}/datasets/{repo}"
    assert answer["message"] == words.format(head=head, folder=least, page=page, repo=repo)


@pytest.mark.parametrize(
    ("name", "words", "kept"),
    [
        (
            "taken",
            "1.0.0 already exists at {head} with other content. Nothing was changed. Freeze a new version. ({folder} "
            "is unchanged.)",
            "another 1.0.0",
        ),
        (
            "other-project",
            "org/other-project holds versions of project 'example'. Choose another repository. Frozen version 2.0.0 "
            "is unchanged in {folder}.",
            "another project",
        ),
        (
            "edited",
            "README.md was changed on the Hub (commit {edited}) after our version 1.0.0. Put the text into "
            "card.notes, or publish with --overwrite. Frozen version 1.1.0 is unchanged in {folder}.",
            "1.1.0",
        ),
    ],
)
def test_another_version_in_the_way_is_named(
    hub: TestHub, refused: Answers, versions: Versions, name: str, words: str, kept: str
) -> None:
    answer = refused[name]
    assert answer.get("code") == "hub_refused", answer
    repo = f"org/{name}"
    edited = next((each.oid[:7] for each in hub.commits(repo) if each.title == "Update README.md"), "")
    said = words.format(head=hub.tags(repo)["1.0.0"][:7], folder=versions[kept], edited=edited)
    assert answer["message"] == said


def test_what_the_hub_says_of_the_card_is_told_line_by_line(refused: Answers) -> None:
    assert refused["bad card"]["problems"] == [
        'README.md: "license" must be one of the known licences. Mend the project file, then freeze again.',
        'README.md: "tags" must be a list. Mend the project file, then freeze again.',
    ]


def test_an_answer_nobody_knows_stops_it_and_is_told(hub: TestHub, refused: Answers, least: Path) -> None:
    answer = refused["odd"]
    assert answer["code"] == "hub_refused"
    assert answer["message"].startswith(
        f"The Hub answered 418 (I'm a Teapot) and does not say why. Look at {hub.url}/datasets/org/odd before you try "
        "again. The new repository org/odd is private and empty"
    )
    assert answer["message"].endswith(KEPT.format(folder=least))


def test_a_hub_that_stays_down_is_looked_at_and_then_left(refused: Answers, least: Path) -> None:
    answer = refused["down"]
    assert answer["code"] == "hub_unreachable"
    assert answer["waited"] == [2, 4, 8, 8]
    assert answer["message"] == (
        "The Hub could not be reached or did not confirm. It answered 503. "
        "Whether version 1.0.0 arrived at org/down is not known: the same command looks, and goes on from there. "
        f"{KEPT.format(folder=least)}"
    )


def test_without_a_network_nothing_is_tried_twice(hub: TestHub, publisher: Publisher, least: Path) -> None:
    hub.stop()
    try:
        answer = publisher.publish(least, "org/no-network")
    finally:
        hub.start()
    assert answer["code"] == "hub_unreachable"
    assert answer["message"].startswith(
        f"The Hub could not be reached or did not confirm. ConnectError at {hub.url}: "
    )
    assert answer["waited"] == []
    assert answer["message"].endswith(f"{KEPT.format(folder=least)} Run the same command again.")


def test_what_was_refused_left_no_trace(hub: TestHub, refused: Answers) -> None:
    for name in (
        "bad-card",
        "public",
        "shut",
        "with-card",
        "edited-while-sending",
        "stranger-inside",
        "gone",
        "odd",
    ):
        assert not hub.tags(f"org/{name}")
        assert "manifest.json" not in hub.files(f"org/{name}")
    assert refused["taken"]["code"] == "hub_refused"
    assert set(hub.tags("org/taken")) == {"1.0.0"}
    assert [each.title for each in hub.commits("org/taken")] == ["Version 1.0.0", "initial commit"]


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
        ("read", "This token may only read. Nothing was sent. Use one with write access to 'org'."),
    ],
)
def test_a_token_that_does_not_do_is_named(
    hub: TestHub, publisher: Publisher, least: Path, token: str, words: str
) -> None:
    token = hub.read_token if token == "read" else token
    answer = publisher.publish(least, "org/tokens", token=token)
    assert answer["code"] == "hub_refused"
    assert answer["message"] == f"{words} {KEPT.format(folder=least)}"
