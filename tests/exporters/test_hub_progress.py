"""What a person sees while a version is on its way, on a terminal and in a log, and when they stop it."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.depth import thorough
from tests.exporters.jobs import Publisher
from tests.exporters.kept import frozen
from tests.forking import ROOT, Child
from tests.hub import TestHub

SENDING = """
import time
from rlhf_collect.cli.show import spoken_progress
with spoken_progress() as say:
    say("Sending version 1.0.0 to org/[name].")
    time.sleep(2.5)
print("done")
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a version; each test publishes it to a place of its own."""
    database = tmp_path_factory.mktemp("watched") / "collect.duckdb"
    frozen(database)
    return database


def words(database: Path, repo: str, *options: str) -> tuple[str, ...]:
    known = ("--to", f"hub:{repo}", "--database", f"duckdb:///{database}")
    return ("publish", "helpfulness", "1.0.0", *known, *options)


def on_a_terminal(code: str) -> str:
    """What a terminal gets on stderr while the code runs; stdout is elsewhere."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stderr=theirs, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT
    )
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # the other end is closed
        os.close(ours)
    assert process.wait() == 0
    return seen.decode(errors="replace")


def test_on_a_terminal_a_long_step_is_shown_at_once_and_its_seconds_go_on() -> None:
    seen = on_a_terminal(SENDING)
    assert "Sending version 1.0.0 to org/[name]." in seen
    assert {"0:00:00", "0:00:01", "0:00:02"} <= set(re.findall(r"0:00:0\d", seen))


@thorough
def test_in_a_log_each_step_and_each_wait_is_a_line_and_stdout_holds_the_result_alone(
    hub: TestHub, publisher: Publisher, database: Path
) -> None:
    repo = "org/watched"
    hub.fail("POST", f"{repo}/commit/main", "before", 429, headers={"Retry-After": "11"})
    done = publisher.command(*words(database, repo))
    assert done.err.splitlines() == [
        f"rlhf-collect: {step}"
        for step in (
            "Checking the folder.",
            f"Looking at {repo}.",
            f"Sending version 1.0.0 to {repo}.",
            "The Hub asks to wait 11 s.",
            "Reading back what the Hub serves.",
            "Tagging it 1.0.0.",
        )
    ]
    assert done.out.startswith(f"Published helpfulness 1.0.0 to hub:{repo}: ")
    assert publisher.command(*words(database, repo, "--json")).err == ""


def test_who_stops_it_reads_what_stands_and_the_same_command_goes_on(
    hub: TestHub, publisher: Publisher, database: Path
) -> None:
    repo = "org/stopped-by-hand"
    running: SimpleQueue[Child] = SimpleQueue()
    hub.fail(
        "POST", f"{repo}/commit/main", "after", lambda: os.kill(running.get(timeout=10).pid, signal.SIGINT)
    )
    child = publisher.start(words=words(database, repo))
    running.put(child)
    done = child.end()
    assert done.code == 130, done.err
    assert (
        f"rlhf-collect: Stopped. Whether version 1.0.0 arrived at {repo} is not known: the same command looks, and "
        "goes on from there. Frozen version 1.0.0 is unchanged in "
    ) in done.err
    assert "Traceback" not in done.err
    assert publisher.command(*words(database, repo)).code == 0
    assert [each.title for each in hub.commits(repo)] == ["Version 1.0.0", "initial commit"]
