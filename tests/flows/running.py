"""The product as people run it: the real command in a process of its own, and a server on a free port.

Processes are forked from one that has imported the product. ``fresh`` ones are started as a shell would, and so
are those given variables, which libraries read when they are imported.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rlhf_collect.cli.main import main
from rlhf_collect.config import as_json, read_project, template
from tests.flows.forked import Forked, forked

COMMAND = (sys.executable, "-m", "rlhf_collect.cli")
READY_WITHIN = 90.0


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def collect(
    *arguments: str | Path,
    database: Path | None = None,
    env: dict[str, str] | None = None,
    fresh: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; what it printed and its exit code come back."""
    words = [*map(str, arguments)]
    if database is not None:
        words += ["--database", f"duckdb:///{database}"]
    if fresh or env:
        return subprocess.run(
            [*COMMAND, *words],
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, **(env or {})},
            check=False,
        )
    with TemporaryDirectory() as place:
        out, err = Path(place) / "out", Path(place) / "err"
        code = forked(words, out=out, err=err).wait(timeout=300)
        return subprocess.CompletedProcess(words, code, *(each.read_text("utf-8") for each in (out, err)))


def answer(
    *arguments: str | Path,
    database: Path | None = None,
    env: dict[str, str] | None = None,
    fresh: bool = False,
) -> Any:
    """Run one command with ``--json``, which must succeed; its document."""
    done = collect(*arguments, "--json", database=database, env=env, fresh=fresh)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def collect_here(*arguments: str | Path, database: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The same as ``collect`` by the same ``main``, in this process: where words matter and not the process."""
    words = ["rlhf-collect", *map(str, arguments)]
    if database is not None:
        words += ["--database", f"duckdb:///{database}"]
    before, sys.argv = sys.argv, words
    try:
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())
    finally:
        sys.argv = before
    raise AssertionError("main came back")


def answer_here(*arguments: str | Path, database: Path) -> Any:
    """The same as ``answer`` without a process of its own: for the hundredth rater, not for the first."""
    done = collect_here(*arguments, "--json", database=database)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def comparisons_file(path: Path, count: int, *, characters: int = 40) -> Path:
    """Comparisons ``c0``, ``c1``, ... with completions ``c0-a``, ``c0-b`` of about so many characters each."""
    text = "The sky scatters short waves more than long ones. " * (characters // 50 + 1)
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            completions = [
                {
                    "id": f"c{number}-{side}",
                    "model": f"m-{side}",
                    "content": f"{side} {number}: {text[:characters]}",
                }
                for side in "ab"
            ]
            line = {"id": f"c{number}", "prompt": f"Question {number}: why?", "completions": completions}
            out.write(json.dumps(line) + "\n")
    return path


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that listens."""

    url: str
    """Where."""
    database: Path
    """The DuckDB file it holds."""
    process: subprocess.Popen[str] | Forked
    """The process; tests may kill it."""
    log: Path
    """What it printed."""

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """As an operator would; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


def start_server(
    database: Path,
    *configs: Path,
    port: int | None = None,
    env: dict[str, str] | None = None,
    fresh: bool = False,
) -> Server:
    """Start ``serve`` and wait for its ready line. Fails with the log if it does not come."""
    port = port or free_port()
    log = database.with_suffix(f".{port}.log")
    words = ["serve", *map(str, configs), "--port", str(port), "--database", f"duckdb:///{database}"]
    log.touch()
    start = log.stat().st_size
    process: subprocess.Popen[str] | Forked
    if fresh or env:
        with log.open("a", encoding="utf-8") as out:
            process = subprocess.Popen(
                [*COMMAND, *words],
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, **(env or {})},
            )
    else:
        process = forked(words, out=log, err=log)
    server = Server(url=f"http://127.0.0.1:{port}", database=database, process=process, log=log)
    ends = time.monotonic() + READY_WITHIN
    while f"Ready: {server.url}" not in log.read_text(encoding="utf-8")[start:]:
        if process.poll() is not None or time.monotonic() > ends:
            process.kill()
            raise AssertionError(f"the server did not come up:\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.05)
    return server


@contextmanager
def running_server(
    database: Path, *configs: Path, port: int | None = None, env: dict[str, str] | None = None
) -> Iterator[Server]:
    """A server for the length of a block."""
    server = start_server(database, *configs, port=port, env=env)
    try:
        yield server
    finally:
        server.stop()


def write_project(folder: Path, name: str, **settings: Any) -> Path:
    """A project file as ``init`` writes it, with some settings appended or changed."""
    value = as_json(read_project(template(name), name))
    value.update(settings)
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
