"""A hiccup of the Hub at a question: it is asked again, for as long as it asks to wait and no longer than that."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.clock import utc_now
from tests.exporters.jobs import Publisher
from tests.hub import TestHub

QUESTIONS: dict[str, tuple[str, str, Any]] = {
    "whoami": ("GET", "/api/whoami-v2", 503),
    "repository": ("GET", "/api/datasets/org/hiccup-repository$", "drop"),
    "create": ("POST", "/api/repos/create", 502),
    "created": ("POST", "/api/repos/create", "drop"),
    "refs": ("GET", "org/hiccup-refs/refs", 429),
    "commits": ("GET", "org/hiccup-commits/commits/", 503),
    "resolve": ("HEAD", "org/hiccup-resolve/resolve/.*manifest.json", 503),
    "read-back": ("HEAD", "org/hiccup-read-back/resolve/.*parquet", "drop"),
    "settings": ("PUT", "org/hiccup-settings/settings", 503),
}
"""Method, path, and what goes wrong once."""


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_that_goes_wrong_once_is_asked_again(
    hub: TestHub, publisher: Publisher, least: Path, name: str
) -> None:
    method, path, what = QUESTIONS[name]
    repo, job = f"org/hiccup-{name}", {"folder": least, "repo": f"org/hiccup-{name}"}
    if name in ("commits", "resolve"):  # asked of what stands there only
        publisher.run(job)
        hub.repository(repo).git("update-ref", "-d", "refs/tags/1.0.0")
    if name == "settings":
        job["reach"] = {"gate": "manual"}
    when = "after" if name == "created" else "before"
    fault = hub.fail(method, path, when, what, headers={"Retry-After": "3"} if what in (429, 502) else {})
    (answer,) = publisher.run(job)
    assert fault.hits == 1
    assert answer.get("tag") == "1.0.0", answer
    if name == "commits":  # the client itself waits, and says so
        assert "The Hub did not answer. Asking again in 1 s." in answer["said"]
    else:
        assert answer["waited"] == ([3] if what in (429, 502) else [1])
    assert hub.tags(repo) == {"1.0.0": answer["commit"]}


def test_a_question_that_is_never_answered_is_given_up(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    fault = hub.fail("GET", "org/never-answers/refs", "before", 503, times=99)
    (answer,) = publisher.run({"folder": least, "repo": "org/never-answers"})
    fault.times = 0
    assert answer["code"] == "hub_unreachable"
    assert answer["waited"] == [1, 2, 4, 8, 8]
    assert "The new repository org/never-answers is private and empty" in answer["message"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/refs"), ("POST", "/commit/main"), ("POST", "/preupload/main")]
)
def test_a_wait_beyond_ten_minutes_ends_with_words_instead_of_a_sleep(
    hub: TestHub, publisher: Publisher, least: Path, method: str, path: str
) -> None:
    repo = f"org/long-wait{path.replace('/', '-')}"
    hub.fail(method, repo + path, "before", 429, headers={"Retry-After": "3600"})
    (answer,) = publisher.run({"folder": least, "repo": repo})
    assert answer["waited"] == []
    assert answer["message"] == (
        "The Hub asks to wait 3600 s before the next try, longer than this waits by itself. The new repository "
        f"{repo} is private and empty: the same command goes on from there. Frozen version 1.0.0 is unchanged in "
        f"{least}. Run the same command again after that."
    )


def test_a_wait_may_be_named_as_a_time_or_as_what_is_left_of_a_limit(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    until = format_datetime(utc_now() + timedelta(seconds=300), usegmt=True)
    hub.fail("GET", "org/until/refs", "before", 429, headers={"Retry-After": until})
    hub.fail("POST", "org/until/commit/main", "before", 429, headers={"RateLimit": '"api";r=0;t=12'})
    (answer,) = publisher.run({"folder": least, "repo": "org/until"})
    assert 240 < sum(answer["waited"]) - 12 <= 300
    assert "The Hub asks to wait 12 s." in answer["said"]
