"""A service whose disk fills up in the middle of the work, as a program of its own.

``python -m tests.storage.full_disk FOLDER disk|limit early|late`` judges until there is no room, makes
room, judges on, opens the database again and prints what was seen as JSON. ``disk``: FOLDER is a small
file system of its own, filled by another file. ``limit``: this process may not write larger files.
``late``: DuckDB moves its log into the file so often that the disk is full in the middle of that.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import sys
import threading
from pathlib import Path
from secrets import token_hex
from typing import Any

from rlhf_collect.errors import CollectError, StoreUnusable
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.context import Context
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.storage.duckdb_store import DuckStore
from tests.making import bring, invite, judge, make_project, open_services

LEFT = {"early": 400_000, "late": 4_000_000}
"""Bytes that can still be written. Late they do for the log, not for moving it into the file: DuckDB
writes every table it has touched anew before it frees the old blocks."""


class Room:
    """How much can be written to the folder."""

    def __init__(self, folder: Path, kind: str, left: int) -> None:
        self._filler = folder / "filler"
        self._folder = folder
        self._kind = kind
        self._left = left

    def shrink(self) -> None:
        """Leave only so many bytes."""
        if self._kind == "limit":
            largest = max(each.stat().st_size for each in self._folder.iterdir())
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest + self._left, resource.RLIM_INFINITY))
            return
        with self._filler.open("wb", buffering=0) as out:
            try:
                while out.write(b"x" * 65536):
                    pass
            except OSError:
                out.truncate(out.tell() - self._left)

    def grow(self) -> None:
        """Make room again."""
        if self._kind == "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self._filler.unlink(missing_ok=True)


def judge_until_full(
    ctx: Context, actors: list[Any], acknowledged: list[str], *, most: int = 1000
) -> dict[str, int]:
    """Several raters at once, each ``most`` times or until something is refused; how often which refusal came."""
    refusals: dict[str, int] = {}

    def work(actor: Any) -> None:
        try:
            following: Any = next_assignment(ctx, actor, "helpfulness")
            for _ in range(most):
                if not isinstance(following, Assignment):
                    break
                receipt = judge(ctx, actor, following, rationale=token_hex(4500))
                acknowledged.append(str(receipt.judgement_id))
                following = receipt.next
        except CollectError as error:
            refusals[error.code] = refusals.get(error.code, 0) + 1

    threads = [threading.Thread(target=work, args=(actor,), daemon=True) for actor in actors]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
        refusals["still waiting"] = refusals.get("still waiting", 0) + each.is_alive()
    return refusals


def stored(ctx: Context) -> set[str]:
    """Every judgement of the database."""
    actor_rows = ctx.store.read("project_by_name", name="helpfulness")[0]
    rows = ctx.store.read_table("frozen_judgements", project_id=actor_rows["project_id"], practice=[])
    return set(rows["judgement_id"].to_pylist())


def main(folder: Path, kind: str, when: str) -> dict[str, Any]:
    """The whole story."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    path = folder / "collect.duckdb"
    ctx = open_services(path)
    project = make_project(ctx, overlap=3)
    bring(ctx, project, 200)
    actors = [invite(ctx, project, f"rater {number}").actor for number in range(4)]
    room, acknowledged = Room(folder, kind, LEFT[when]), []
    judge_until_full(ctx, actors, acknowledged, most=5)
    before = len(acknowledged)
    if when == "late":
        assert isinstance(ctx.store, DuckStore)
        with ctx.store._file.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SET checkpoint_threshold = '150KB'")
    room.shrink()
    refusals = judge_until_full(ctx, actors, acknowledged)
    try:
        readable = bool(stored(ctx))
    except StoreUnusable:
        readable = False
    at_full = len(acknowledged)
    room.grow()
    again = judge_until_full(ctx, actors[:1], acknowledged, most=20)
    ctx.store.close()
    reopened = open_services(path)
    lost = set(acknowledged) - stored(reopened)
    healthy = examine_store(reopened)["healthy"]
    reopened.store.close()
    return {
        "before": before,
        "refusals": refusals,
        "readable": readable,
        "at full": at_full,
        "afterwards": len(acknowledged) - at_full,
        "refusals afterwards": again,
        "lost": len(lost),
        "healthy": healthy,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), *sys.argv[2:])))
