"""Processes of the product, forked from one that has imported it already.

Importing takes a command most of a second and a server four. What runs then is the same ``main``, in a process
with files, signals and an exit code of its own.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from rlhf_collect.cli.main import main

_PARENT = multiprocessing.get_context("forkserver")
_PARENT.set_forkserver_preload(["rlhf_collect.operations", "rlhf_collect.cli.serving", __name__])


class Forked:
    """A process at work, in the words of ``subprocess.Popen``."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    def poll(self) -> int | None:
        """Its exit code, a signal as a negative number, once it has ended."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, waited for."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """A signal for it, if it is still there."""
        if self.poll() is None:
            assert self._process.pid is not None
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        self.send_signal(signal.SIGKILL)


def forked(words: Sequence[str], *, out: Path, err: Path) -> Forked:
    """A command with what it prints at the end of two files, or of one."""
    process = _PARENT.Process(
        target=_run, args=(words, out, err, dict(os.environ)), name=" ".join(words), daemon=True
    )
    process.start()
    return Forked(process)


def _run(words: Sequence[str], out: Path, err: Path, environment: Mapping[str, str]) -> None:
    gc.freeze()  # what is imported stays: looking through it would copy its pages
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["rlhf-collect", *words]
    main()
