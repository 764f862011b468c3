"""The server is killed again and again while twenty tabs submit; what it acknowledged is there, once."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.depth import further
from tests.flows.crowd import Ledger, Tab
from tests.flows.running import (
    Server,
    answer,
    answer_here,
    comparisons_file,
    free_port,
    start_server,
    write_project,
)

RATERS, TABS = 16, 20
OVERLAP = 4
COMPARISONS = 150
"""For each kill: more than are judged before the next."""


@pytest.mark.parametrize("kills", [2, *further(10)])
def test_kills_under_load_lose_nothing_acknowledged_and_double_nothing(tmp_path: Path, kills: int) -> None:
    criteria = [{"name": "overall", "question": "Which is better?", "strengths": 0, "rationale": "optional"}]
    config = write_project(tmp_path, "storm", criteria=criteria, overlap=OVERLAP)
    database, port, ledger = tmp_path / "storm.duckdb", free_port(), Ledger()
    up, stop, moments = threading.Event(), threading.Event(), random.Random(20261124)
    comparisons = comparisons_file(tmp_path / "c.jsonl", COMPARISONS * (kills + 1))
    server = start_server(database, config, port=port)
    try:
        answer_here("import", "storm", comparisons, database=database)
        tabs = _tabs(server, ledger)
        up.set()
        with ThreadPoolExecutor(TABS) as pool:
            crowd = [pool.submit(tab.rate, up, stop) for tab in tabs]
            try:
                for _ in range(kills):
                    _wait_for_load(ledger, crowd)
                    time.sleep(moments.uniform(0.0, 0.4))
                    server.kill()
                    up.clear()
                    server = start_server(database, config, port=port)
                    up.set()
                _wait_for_load(ledger, crowd)
            finally:
                stop.set()
                up.set()
            for tab in crowd:
                tab.result()
        rows = _exported(database, tmp_path)
        assert answer_here("doctor", database=database)["healthy"]
    finally:
        server.stop()
    _assert_exactly_once(rows, ledger)
    assert answer("doctor", database=database)["healthy"]  # and when the file is opened anew


def _tabs(server: Server, ledger: Ledger) -> list[Tab]:
    """Twenty tabs: every rater has one, the first four have two."""
    names = [f"rater-{number}" for number in range(RATERS)]
    keys = {
        name: answer_here("raters", "add", "storm", name, database=server.database)["api_key"]
        for name in names
    }
    return [
        Tab(rater=name, key=keys[name], url=server.url, project="storm", ledger=ledger, seed=number)
        for number, name in enumerate([*names, *names[: TABS - RATERS]])
    ]


def _wait_for_load(ledger: Ledger, crowd: list[Future[None]]) -> None:
    """Until the server has acknowledged judgements again, so that the kill meets a busy server."""
    goal = len(ledger.answers) + TABS
    ends = time.monotonic() + 60
    while len(ledger.answers) < goal:
        assert time.monotonic() < ends, "no judgements arrive"
        for tab in crowd:
            if tab.done():
                tab.result()
        time.sleep(0.01)


def _exported(database: Path, folder: Path) -> list[dict[str, Any]]:
    target = folder / "export.jsonl"
    said = answer_here("export", "storm", target, database=database)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert said["judgements"] == len(rows)
    return rows


def _assert_exactly_once(rows: list[dict[str, Any]], ledger: Ledger) -> None:
    stored = {row["rationale"]: row for row in rows}
    assert len(stored) == len(rows), "a judgement is there twice"
    # Every tab sent its last judgement until it was acknowledged, so the two are the same set.
    assert stored.keys() == ledger.answers.keys()
    pseudonyms: dict[str, set[str]] = {}
    for judgement, (rater, comparison, choice) in ledger.answers.items():
        row = stored[judgement]
        assert (row["comparison"], row["choice"]) == (comparison, choice)
        pseudonyms.setdefault(rater, set()).add(row["rater"])
    assert all(len(names) == 1 for names in pseudonyms.values())
    assert len(pseudonyms) == RATERS
    assert max(Counter((row["rater"], row["comparison"]) for row in rows).values()) == 1
    # No lease lapses within a test, so no comparison may have had more than its overlap.
    assert max(Counter(row["comparison"] for row in rows).values()) <= OVERLAP
