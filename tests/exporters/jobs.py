"""Client processes that publish to and load from the test Hub, quick to start and easy to kill.

The clients read the environment when they are first imported, which also takes seconds. So one process of
``clients``, started with the Hub's environment, imports them once and forks a child for each call.

A job is ``{"folder", "repo", ...}`` with the options of ``publish_to_hub``; ``{"do": NAME, ...}`` calls
another verb of ``clients`` instead. A command is the words of a command line.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hub import TestHub

ROOT = Path(__file__).resolve().parents[2]
Job = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Done:
    """A child that has ended."""

    code: int
    """Its exit code, a signal as a negative number."""
    out: str
    """What it printed."""
    err: str
    """What it complained about."""


@dataclass(kw_only=True)
class Child:
    """A child at work."""

    pid: int
    """Its process."""
    parent: subprocess.Popen[str]
    """Who waits for it."""
    folder: Path
    """Where its output goes."""

    def kill(self) -> None:
        """As a power cut would."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> Done:
        """What became of it."""
        assert self.parent.stdout is not None
        code = int(self.parent.stdout.readline())
        out, err = ((self.folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return Done(code=code, out=out, err=err)


@dataclass
class Publisher:
    """Children with a hub, one at a time."""

    hub: TestHub
    home: Path
    _parent: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self, *jobs: Job, words: Sequence[object] | None = None, **variables: str) -> Child:
        """A child that does the jobs, or runs a command; ``variables`` join its environment."""
        if self._parent is None:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "tests.exporters.clients"],
                env=self.hub.env(self.home) | {"PYTHONPATH": str(ROOT)},
                cwd=ROOT,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        assert self._parent.stdin is not None and self._parent.stdout is not None
        folder = Path(tempfile.mkdtemp(dir=self.home))
        asked = {"jobs": jobs, "words": words and [str(word) for word in words], "env": variables}
        self._parent.stdin.write(json.dumps(asked | {"folder": str(folder)}, default=os.fspath) + "\n")
        self._parent.stdin.flush()
        return Child(pid=int(self._parent.stdout.readline()), parent=self._parent, folder=folder)

    def run(self, *jobs: Job, **variables: str) -> list[Any]:
        """What became of each job."""
        done = self.start(*jobs, **variables).end()
        assert done.code == 0, done.err[-3000:]
        answers: list[Any] = json.loads(done.out)
        return answers

    def publish(self, folder: Path, repo: str, *, token: str | None = None, **options: Any) -> dict[str, Any]:
        """What became of one publication."""
        variables = {} if token is None else {"HF_TOKEN": token}
        answer: dict[str, Any] = self.run({"folder": folder, "repo": repo, **options}, **variables)[0]
        return answer

    def command(self, *words: object, **variables: str) -> Done:
        """What became of a command."""
        return self.start(words=words, **variables).end()

    def close(self) -> None:
        """No more children."""
        if self._parent is not None:
            assert self._parent.stdin is not None
            self._parent.stdin.close()
            self._parent.wait()
