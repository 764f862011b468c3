"""What a lead reads when a step fails: the Hub's own reason, what stands there now, and no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exporters.jobs import Publisher
from tests.hub import TestHub

COMMIT, TAG = "/commit/main", "/tag/"
FULL = "Private repository storage limit reached."


def test_the_hub_gives_its_own_reason_and_the_token_is_only_a_guess(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    hub.fail("POST", f"org/full{COMMIT}", "before", 403, headers={"X-Error-Message": FULL})
    assert publisher.publish(least, "org/full")["message"] == (
        'The Hub does not let us write org/full: "Private repository storage limit reached". If it is the token: it '
        "needs write access to 'org'. The new repository org/full is private and empty: the same command goes on from "
        f"there. Frozen version 1.0.0 is unchanged in {least}."
    )


def test_a_question_that_is_not_answered_is_not_said_to_be_a_change(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    hub.fail("GET", "org/unseen/refs", "before", 403, headers={"X-Error-Message": "Not\x1b[31m here"})
    message = publisher.publish(least, "org/unseen")["message"]
    assert message.startswith(
        'The Hub does not show org/unseen: "Not\N{REPLACEMENT CHARACTER}[31m here". If it is the token: it needs read '
        "access to 'org'."
    )


@pytest.mark.parametrize(
    ("status", "phrase"), [(413, "Request Entity Too Large"), (422, "Unprocessable Entity")]
)
def test_what_an_upload_is_refused_for_is_told_without_its_address(
    hub: TestHub, publisher: Publisher, least: Path, status: int, phrase: str
) -> None:
    repo = f"org/upload-{status}"
    hub.fail(
        "PUT", f"/lfs-upload/{repo}/", "before", status, body={"error": f"Too much at {hub.url}/x?secret=1.."}
    )
    message = publisher.publish(least, repo)["message"]
    assert message.startswith(f"The Hub answered {status} ({phrase})")
    assert "secret" not in message and "developer.mozilla" not in message
    assert ".." not in message.replace(str(least), "")
    assert "the same command goes on from there" in message


def test_warnings_of_the_client_hold_no_secret(hub: TestHub, publisher: Publisher, least: Path) -> None:
    hub.fail("PUT", "/lfs-upload/org/hiccup/", "before", 503)
    done = publisher.start({"folder": least, "repo": "org/hiccup"}).end()
    assert "secret" not in done.err
    assert "The Hub did not answer. Asking again in 1 s." in done.out
    assert '"tag": "1.0.0"' in done.out


def test_after_a_failed_tag_what_main_shows_is_told_and_the_same_command_goes_on(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo = "org/no-tag"
    hub.fail("POST", f"{repo}{TAG}", "before", 403)
    job = {"folder": least, "repo": repo}
    stopped, done = publisher.run(job, job)
    stands = f"Version 1.0.0 stands on main of {repo} (commit {hub.head(repo)[:7]}) without its tag: "
    assert stands + "the same command goes on from there." in stopped["message"]
    assert hub.tags(repo) == {"1.0.0": done["commit"]}


def test_a_tag_that_leads_to_another_version_is_told_as_what_it_is(
    hub: TestHub, publisher: Publisher, versions: dict[str, Path]
) -> None:
    repo, one = "org/tag-led-astray", versions["1.0.0"]
    publisher.run({"folder": one, "repo": repo}, {"folder": versions["1.1.0"], "repo": repo})
    ours = hub.tags(repo)["1.0.0"]
    hub.move_tag(repo, "1.0.0")
    message = publisher.publish(one, repo)["message"]
    assert message.startswith(
        f"The tag 1.0.0 of {repo} leads to commit {hub.head(repo)[:7]}, which holds version 1.1.0, not 1.0.0. Nothing "
        "was changed. Delete the tag on the Hub, then run the same command again"
    )
    hub.repository(repo).git("update-ref", "-d", "refs/tags/1.0.0")
    again = publisher.publish(one, repo)
    assert again.get("commit") == ours, again


def test_a_repository_that_cannot_be_reached_is_told_with_its_address(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    (answer,) = publisher.run({"folder": least, "repo": "org/name"}, HTTPS_PROXY="", HF_TOKEN=hub.write_token)
    assert answer["tag"] == "1.0.0"
    hub.stop()
    try:
        lost = publisher.publish(least, "org/name")
    finally:
        hub.start()
    assert f"ConnectError at {hub.url}: [Errno 111] Connection refused. Frozen" in lost["message"]
