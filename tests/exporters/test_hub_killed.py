"""The publish command, killed at each of its steps and run again."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from queue import SimpleQueue

from rlhf_collect.exporters.addressed import addressed
from tests.depth import thorough
from tests.exporters.jobs import Publisher
from tests.exporters.kept import frozen, published
from tests.forking import Child
from tests.hub import TestHub

REPO = "org/killed"
STEPS = [
    ("GET", "/api/whoami", "before"),
    ("POST", "/api/repos/create", "before"),
    ("POST", "/api/repos/create", "after"),
    ("GET", f"/api/datasets/{REPO}$", "after"),
    ("POST", f"/api/datasets/{REPO}/preupload/", "before"),
    ("POST", f"{REPO}.git/info/lfs/objects/batch", "after"),
    ("PUT", f"/lfs-upload/{REPO}/", "before"),
    ("PUT", f"/lfs-upload/{REPO}/", "after"),
    ("POST", f"{REPO}/commit/main", "before"),
    ("POST", f"{REPO}/commit/main", "after"),
    ("GET", f"{REPO}/resolve/.*parquet", "before"),
    ("GET", f"{REPO}/resolve/.*parquet", "after"),
    ("POST", f"{REPO}/tag/", "before"),
    ("POST", f"{REPO}/tag/", "after"),
]
"""In their order. The command does not survive one of them: each run gets one step further than the last."""


@thorough
def test_killed_at_each_step_and_run_again_it_is_one_commit_one_tag_and_the_same_bytes(
    hub: TestHub, publisher: Publisher, tmp_path: Path
) -> None:
    database = tmp_path / "collect.duckdb"
    project = frozen(database)
    words = ("publish", project, "1.0.0", "--to", f"hub:{REPO}", "--json")
    words = (*words, "--database", f"duckdb:///{database}")
    running: SimpleQueue[Child] = SimpleQueue()
    for method, path, when in STEPS:
        # The Hub holds the request until it knows whom to kill, then kills, and never answers.
        fault = hub.fail(method, path, when, lambda: running.get(timeout=10).kill())
        child = publisher.start(words=words)
        running.put(child)
        done = child.end()
        assert (fault.hits, done.code) == (1, -signal.SIGKILL), (path, when, done.err)
        hub.wait_until_idle()
    # Tagged, and not yet announced: the service learns of it from the run that comes through.
    tagged = hub.tags(REPO)
    assert set(tagged) == {"1.0.0"}
    assert published(database, project) == []
    first = json.loads(publisher.command(*words).out)
    again = json.loads(publisher.command(*words).out)  # killed after the announcement is the same as this
    assert first == again
    assert hub.tags(REPO) == tagged == {"1.0.0": first["revision"]} == {"1.0.0": hub.head(REPO)}
    assert [each.title for each in hub.commits(REPO)] == ["Version 1.0.0", "initial commit"]
    (place,) = published(database, project)
    assert (place["target"], place["revision"]) == (f"hub:{REPO}", first["revision"])
    files = hub.files(REPO, "1.0.0")
    files.pop(".gitattributes")
    with addressed(database.with_suffix(".versions") / project / "1.0.0", REPO) as outgoing:
        assert files == {
            path.relative_to(outgoing).as_posix(): path.read_bytes()
            for path in outgoing.rglob("*")
            if path.is_file()
        }
