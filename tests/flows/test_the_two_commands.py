"""`make demo` and `app.py` as the README gives them; `make test` is what runs this."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.flows.running import answer, free_port

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"^ {2}(rater|lead) +(.+?) +(http://\S+)$", re.MULTILINE)


@contextmanager
def started(words: list[str], log: Path, port: int, **env: str) -> Iterator[str]:
    """A command in a process group of its own until it says ready; what it printed till then."""
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **env},
            start_new_session=True,
        )
    try:
        ends = time.monotonic() + 90
        while f"Ready: http://127.0.0.1:{port}" not in log.read_text(encoding="utf-8"):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < ends, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        yield log.read_text(encoding="utf-8")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def page_behind(link: str) -> tuple[str, int]:
    """Where a link leads a browser, and how it is answered."""
    with httpx.Client(follow_redirects=True) as client:
        answered = client.get(link)
        return answered.url.path, answered.status_code


def test_make_demo_says_ready_and_its_links_let_three_raters_and_a_lead_in(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "demo data"
    words = ["make", "demo", f"PORT={port}", f"DATA={data}"]
    with started(words, tmp_path / "first.log", port) as printed:
        links = LINK.findall(printed)
        assert [role for role, _, _ in links] == ["rater", "rater", "rater", "lead"]
        for role, _, link in links:
            assert page_behind(link) == ("/rate/" if role == "rater" else "/lead/", 200)
        report = answer("agreement", "demo", database=data / "demo.duckdb")
        assert report["percent_agreement"]["n"] == 720
    with started(words, tmp_path / "second.log", port):
        assert page_behind(links[0][2]) == ("/rate/", 200)
        again = answer("progress", "demo", database=data / "demo.duckdb")
        assert (again["comparisons"], again["imported_judgements"]) == (250, 720)


def test_app_py_serves_the_projects_of_configs(tmp_path: Path) -> None:
    port = free_port()
    env = {"PORT": str(port), "RLHF_COLLECT_DATABASE": f"duckdb:///{tmp_path}/app.duckdb"}
    with started([sys.executable, "app.py"], tmp_path / "app.log", port, **env):
        assert httpx.get(f"http://127.0.0.1:{port}/readyz").json()["status"] == "ready"
