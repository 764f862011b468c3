"""What commands print: one JSON document, or lines for people; progress and complaints on stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from rlhf_collect.errors import CollectError
from rlhf_collect.services.context import Progress as Report
from rlhf_collect.services.context import no_progress

BAR_AFTER = 2.0
"""Seconds before a progress bar appears."""


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def say(line: str) -> None:
    """One line on stdout."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does: nothing is wrong, and nobody listens.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def warn(line: str) -> None:
    """One line on stderr about work that was done."""
    sys.stderr.write(f"rlhf-collect: {line}\n")


def complain(error: CollectError) -> None:
    """The error on stderr: each problem of a file on a line of its own, then the message."""
    for problem in error.problems:
        sys.stderr.write(problem.line() + "\n")
    sys.stderr.write(f"rlhf-collect: {error.message}\n")


@contextmanager
def progress_bar() -> Iterator[Report]:
    """A report function that draws a bar on a terminal once work takes over two seconds."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield no_progress
        return
    started = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task("", total=None)
    shown = False

    def report(done: int, total: int | None, what: str) -> None:
        nonlocal shown
        bar.update(task, completed=done, total=total, description=what)
        if not shown and time.monotonic() - started > BAR_AFTER:
            shown = True
            bar.start()

    try:
        yield report
    finally:
        if shown:
            bar.stop()


@contextmanager
def spoken_progress() -> Iterator[Callable[[str], None]]:
    """The same for work that says what it does and cannot say how much is left."""
    with progress_bar() as report:
        yield lambda what: report(0, None, what)
