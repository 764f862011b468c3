"""100 raters through the API, beside a bare "insert and commit" of the same rows in the same run.

``python -m benchmarks.load [--raters 100] [--each 30] [--think 0] [--json]``. One figure is the time
from sending a judgement to holding the next comparison: ``POST /api/v1/judgements`` answers with it.
The load comes from other processes over loopback; everything stops by itself.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from rlhf_collect.bootstrap import Location
from rlhf_collect.cli.reach import ask
from rlhf_collect.cli.show import print_json
from rlhf_collect.config import template
from rlhf_collect.services.context import no_progress

PROJECT = "load"
OVERLAP = 3
LOADERS = 2
"""Processes the load comes from."""
TABLES = ("judgement", "assignment", "lease")
"""What one submission writes: its judgement, and the place and lease of the next comparison."""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_inputs(folder: Path, comparisons: int) -> tuple[Path, Path]:
    """A project file and a file of comparisons with answers of a kilobyte or so."""
    config = folder / f"{PROJECT}.yaml"
    config.write_text(template(PROJECT), encoding="utf-8")
    source = folder / "comparisons.jsonl"
    words = [
        "the",
        "model",
        "explains",
        "a",
        "thing",
        "step",
        "by",
        "step",
        "and",
        "gives",
        "an",
        "example",
        "of",
        "it",
    ]
    draw = random.Random(0)
    with source.open("w", encoding="utf-8") as out:
        for number in range(comparisons):
            texts = [" ".join(draw.choices(words, k=200)) for _ in range(2)]
            completions = [
                {"id": f"c{number}-{side}", "model": f"m{side}", "content": text}
                for side, text in enumerate(texts)
            ]
            line = {"id": f"c{number}", "prompt": f"Question {number}", "completions": completions}
            out.write(json.dumps(line) + "\n")
    return config, source


@contextmanager
def served(folder: Path, config: Path) -> Iterator[tuple[Location, int]]:
    """The service in a process of its own, as people run it."""
    location, port = Location(database=folder / "load.duckdb"), free_port()
    words = [sys.executable, "-m", "rlhf_collect.cli", "serve", str(config), "--port", str(port)]
    words += ["--database", f"duckdb:///{location.database}"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if "Ready" not in process.stdout.readline():
            raise SystemExit("the service did not start")
        yield location, port
    finally:
        process.terminate()
        process.wait()


def rate(port: int, key: str, each: int, think: float, begin: float, times: list[float]) -> None:
    """One rater: submit, get the next, until done or there is nothing left; seconds go into ``times``."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    draw = random.Random(key)

    def call(path: str, body: object) -> dict[str, Any] | None:
        connection.request("POST", path, json.dumps(body), headers)
        answered = connection.getresponse()
        content = answered.read()
        if answered.status not in (200, 201, 204):
            raise RuntimeError(f"{answered.status}: {content[:300]!r}")
        return json.loads(content) if content else None

    time.sleep(max(0.0, begin - time.time()))
    held = call(f"/api/v1/projects/{PROJECT}/next", {})
    for _ in range(each):
        if held is None:
            break
        time.sleep(draw.uniform(0.5, 1.5) * think)
        choice = draw.choice([*(side["id"] for side in held["comparison"]["completions"]), "tie"])
        body = {
            "assignment": held["assignment"],
            "judgement": held["judgement"],
            "answers": [{"criterion": "overall", "choice": choice}],
        }
        started = time.perf_counter()
        receipt = call("/api/v1/judgements", body)
        times.append(time.perf_counter() - started)
        held = receipt["next"] if receipt else None
    connection.close()


def load(port: int, keys: list[str], each: int, think: float, begin: float, out: Any) -> None:
    """One loading process: its raters as threads; their times and the end go back through ``out``."""
    times: list[float] = []
    threads = [threading.Thread(target=rate, args=(port, key, each, think, begin, times)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put((times, time.time()))


def run_load(port: int, keys: list[str], each: int, think: float) -> tuple[np.ndarray, float]:
    """All raters at once; seconds of each submission, and of the whole."""
    spawn = multiprocessing.get_context("spawn")
    out, begin = spawn.Queue(), time.time() + 3.0
    loaders = [
        spawn.Process(target=load, args=(port, keys[part::LOADERS], each, think, begin, out))
        for part in range(LOADERS)
    ]
    for loader in loaders:
        loader.start()
    parts = [out.get(timeout=900) for _ in loaders]
    for loader in loaders:
        loader.join()
    return np.array([each for times, _ in parts for each in times]), max(end for _, end in parts) - begin


def bare(database: Path, folder: Path, group: int) -> tuple[float, int]:
    """Seconds to insert and commit the rows of the submissions again, ``group`` submissions a commit."""
    target = folder / f"bare-{group}.duckdb"
    connection = duckdb.connect(str(target))
    connection.execute(f"ATTACH '{database}' AS done (READ_ONLY)")
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for table in TABLES:
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM done.{table} LIMIT 0")
        rows[table] = connection.execute(f"SELECT * FROM done.{table}").fetchall()
    count = min(len(rows["judgement"]), 1000 if group == 1 else len(rows["judgement"]))
    started = time.perf_counter()
    for start in range(0, count, group):
        connection.begin()
        for table in TABLES:
            part = rows[table][start : min(start + group, count)]
            if part:
                marks = "(" + ", ".join("?" * len(part[0])) + ")"
                values = [value for row in part for value in row]
                connection.execute(f"INSERT INTO {table} VALUES " + ", ".join([marks] * len(part)), values)
        connection.commit()
    seconds = time.perf_counter() - started
    connection.close()
    return seconds, count


def measure(raters: int, each: int, think: float) -> dict[str, Any]:
    """One run; every figure of the table."""
    with tempfile.TemporaryDirectory(prefix="rlhf-collect-load-") as name:
        folder = Path(name)
        config, source = write_inputs(folder, -(-raters * each // OVERLAP) + raters)
        with served(folder, config) as (location, port):
            operation = asking(location)
            operation("bring_comparisons", source=str(source), format=None, skip_bad=False,
                      keep_preferences=False, token=None)  # fmt: skip
            keys = [operation("invite", name=f"r{n}", role="rater")["api_key"] for n in range(raters)]
            times, seconds = run_load(port, keys, each, think)
            operation_doctor = ask(location, "doctor", {}, no_progress)
        stored = location.database
        single, single_count = bare(stored, folder, 1)
        grouped, grouped_count = bare(stored, folder, raters)
        rate_here = len(times) / seconds
        return {
            "raters": raters, "think_seconds": think, "judgements": len(times), "seconds": seconds,
            "healthy": operation_doctor["healthy"], "cores": os.cpu_count(),
            "per_second": rate_here,
            "p50_ms": 1000 * float(np.percentile(times, 50)),
            "p95_ms": 1000 * float(np.percentile(times, 95)),
            "p99_ms": 1000 * float(np.percentile(times, 99)),
            "bare_per_second": single_count / single,
            "bare_grouped_per_second": grouped_count / grouped,
            "ratio_to_bare": rate_here / (single_count / single),
            "ratio_to_bare_grouped": rate_here / (grouped_count / grouped),
        }  # fmt: skip


def asking(location: Location) -> Callable[..., dict[str, Any]]:
    """Operations on the served database, by name."""

    def operation(called: str, /, **values: Any) -> dict[str, Any]:
        return ask(location, called, {"project": PROJECT, **values}, no_progress)

    return operation


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raters", type=int, default=100)
    parser.add_argument("--each", type=int, default=30, help="judgements of each rater")
    parser.add_argument(
        "--think", type=float, default=0.0, help="mean seconds between receipt and submission"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = measure(chosen.raters, chosen.each, chosen.think)
    if chosen.json:
        print_json(found)
        return
    pace = f"thinking {chosen.think:g} s" if chosen.think else "flat out"
    print(f"{chosen.raters} raters, {pace}: {found['judgements']:,} judgements in {found['seconds']:.1f} s")
    print(f"  judgements a second          {found['per_second']:8.0f}")
    print(f"  submit to next, p50          {found['p50_ms']:8.0f} ms")
    print(f"                  p95          {found['p95_ms']:8.0f} ms")
    print(f"                  p99          {found['p99_ms']:8.0f} ms")
    print("the same rows by a bare loop in this run")
    print(
        f"  one commit a submission      {found['bare_per_second']:8.0f} a second; we: x{found['ratio_to_bare']:.2f}"
    )
    print(f"  {chosen.raters:>3} submissions a commit     {found['bare_grouped_per_second']:8.0f} a second; "
          f"we: x{found['ratio_to_bare_grouped']:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
