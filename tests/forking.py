"""Children of a process that has imported what is slow to import: quick to start, easy to kill, one at a time.

The process runs a module that ends in ``serve``. What a child is asked is a dictionary; what it prints goes to files.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
Asked = dict[str, Any]


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


class Nursery:
    """The process of a module, started with its first child."""

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        self.module, self.environment = module, environment
        self._parent: subprocess.Popen[str] | None = None

    def start(self, asked: Asked, outputs: Path) -> Child:
        """A child that does what is asked, its output in a folder of its own under ``outputs``."""
        if self._parent is None:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", self.module],
                env={**self.environment, "PYTHONPATH": str(ROOT)},
                cwd=ROOT,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        assert self._parent.stdin is not None and self._parent.stdout is not None
        folder = Path(tempfile.mkdtemp(dir=outputs))
        line = json.dumps({**asked, "folder": str(folder)}, default=os.fspath)
        self._parent.stdin.write(f"{line}\n")
        self._parent.stdin.flush()
        return Child(pid=int(self._parent.stdout.readline()), parent=self._parent, folder=folder)

    def close(self) -> None:
        """No more children."""
        if self._parent is not None:
            assert self._parent.stdin is not None
            self._parent.stdin.close()
            self._parent.wait()


def serve(act: Callable[[Asked], None]) -> None:
    """In the process: forks a child for each line; says its number and, once it has ended, its exit code."""
    gc.freeze()  # what is imported stays: no child looks through it, or copies its pages by doing so
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = _child(json.loads(line), act)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        _say(child)
        _say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _child(asked: Asked, act: Callable[[Asked], None]) -> int:
    """Do what is asked, as a process of its own would; the exit code."""
    folder = Path(asked["folder"])
    for number, name in ((0, os.devnull), (1, folder / "out"), (2, folder / "err")):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), number)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what is begun in the background ignores it
    try:
        act(asked)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 3
    return 0


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()
