"""An import in a process of its own: ``python -m tests.services.importing FOLDER reading|storing|committing|measure``.

The first three begin to import ``COMPARISONS`` comparisons into an existing project and kill the process
without a goodbye: while lines are read, when all are read, or as soon as DuckDB's log grows. ``measure``
reads ``MEBIBYTES`` of comparisons, the last line being bad, and prints how much memory that took.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pyarrow

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.comparison import Comparison, Completion, Message
from rlhf_collect.errors import BadSource, Problem
from rlhf_collect.importers import Imported
from rlhf_collect.services.imports import import_comparisons
from tests.making import comparison, make_project, open_services

COMPARISONS = 2500
MEBIBYTES = 90


def kill_now() -> None:
    """As a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_when_larger(path: Path) -> None:
    """Wait until a file grows, then end everything."""
    before = path.stat().st_size if path.exists() else 0
    while not path.exists() or path.stat().st_size <= before:
        pass
    kill_now()


def import_and_die(folder: Path, moment: str) -> None:
    """Begin an import and end in its middle."""
    ctx = open_services(folder / "collect.duckdb")

    def items() -> Iterator[Imported]:
        for number in range(COMPARISONS):
            if moment == "reading" and number == COMPARISONS - 10:
                kill_now()
            yield Imported(where=f"test.jsonl:{number}", comparison=comparison(f"c{number}"))

    def progress(done: int, total: int | None, what: str) -> None:
        if what == "storing" and moment == "storing":
            kill_now()
        if what == "storing" and moment == "committing":
            log = folder / "collect.duckdb.wal"
            threading.Thread(target=kill_when_larger, args=(log,), daemon=True).start()

    import_comparisons(
        ctx, OPERATOR, "helpfulness", items(), source="x", form="rlhf_collect", progress=progress
    )
    signal.pause()  # the log has grown by now: the end is near


def large(number: int) -> Comparison:
    """A comparison of about 200 KiB."""
    texts = [(f"{side} {number} " * 20_000)[:102_400] for side in ("left", "right")]
    return Comparison(
        comparison_id=f"c{number}",
        prompt=(Message(role="user", content=f"Question {number}"),),
        completions=tuple(
            Completion(completion_id=name, model="", content=(Message(role="assistant", content=text),))
            for name, text in zip("ab", texts, strict=True)
        ),
    )


def measure(folder: Path) -> dict[str, float]:
    """Mebibytes that Python and Arrow held at most while an import was read, and of text that was read."""
    ctx = open_services(folder / "measured.duckdb")
    project = make_project(ctx)
    read = 0

    def items() -> Iterator[Imported | Problem]:
        nonlocal read
        for number in range(MEBIBYTES * 5):
            made = large(number)
            read += sum(len(each.content[0].content) for each in made.completions)
            yield Imported(where=f"test.jsonl:{number}", comparison=made)
        yield Problem(where="test.jsonl:999", field="prompt", what="It is empty.", mend="Write it.")

    tracemalloc.start()
    try:
        import_comparisons(ctx, OPERATOR, project.name, items(), source="x", form="rlhf_collect")
    except BadSource:
        held = tracemalloc.get_traced_memory()[1] + pyarrow.default_memory_pool().max_memory()
        return {"held": held / 2**20, "read": read / 2**20}
    raise AssertionError("the bad line was imported")


if __name__ == "__main__":
    where, what = Path(sys.argv[1]), sys.argv[2]
    if what == "measure":
        sys.stdout.write(json.dumps(measure(where)))
    else:
        import_and_die(where, what)
