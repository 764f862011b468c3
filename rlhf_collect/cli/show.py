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
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from rlhf_collect.errors import CollectError
from rlhf_collect.services.context import Progress as Report
from rlhf_collect.services.context import no_progress
from rlhf_collect.wording import LEFT_TO_WAIT

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


def printable(text: str) -> str:
    """What somebody wrote, on one line and without what a terminal would obey."""
    return " ".join(word for word in text.split() if word.isprintable())


def warn(line: str) -> None:
    """One line on stderr about work that is done or was."""
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
def spoken_progress(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A function for work that says what it does and cannot say how much is left.

    On a terminal the step is shown at once, with its seconds; elsewhere on stderr as a line, unless ``quiet``. What
    became of work that was stopped is told when it ends.
    """
    console = Console(stderr=True)
    try:
        if console.is_terminal and not console.is_dumb_terminal:
            with _moving(console) as show:
                yield show
        else:
            yield _ignore if quiet else _line_by_line()
    except KeyboardInterrupt as stopped:
        for note in getattr(stopped, "__notes__", ()):
            warn(note)
        raise


@contextmanager
def _moving(console: Console) -> Iterator[Callable[[str], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("Beginning.", total=None)

        def show(what: str) -> None:
            shown.reset(task, description=what)

        yield show


def _line_by_line() -> Callable[[str], None]:
    """Each step once; of a wait how long it is and not how long it still is."""
    last = ""

    def tell(what: str) -> None:
        nonlocal last
        if what != last and not what.endswith(LEFT_TO_WAIT):
            warn(what)
        last = what

    return tell


def _ignore(what: str) -> None:
    """Nobody watches."""
