"""Reports that are not made again while nothing they could tell has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.storage.port import Reader

State = tuple[int, ...]


def state_of(reader: Reader, project: Project) -> State:
    """A value that differs whenever something was judged, decided, contested, skipped, imported, sealed or set anew."""
    row = reader.read("project_state", project_id=project.project_id)[0]
    return tuple(int(value) for value in row.values())


def state_of_alerts(reader: Reader, project: Project) -> State:
    """A value that differs whenever something happened that alerts could tell and no report does."""
    row = reader.read("alert_state", project_id=project.project_id)[0]
    return tuple(int(value) for value in row.values())


def made_once(
    ctx: Context, project: Project, state: State, what: tuple[str, ...], make: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The report called ``what`` as it is at ``state``, made by ``make`` only if none of that state is kept.

    One report of each name is kept: the last. Whoever gets it must not change it.
    """
    key = ("report", project.project_id, *what)
    found = ctx.memory.recall(key, lambda: (state, make()))
    if found[0] != state:
        ctx.memory.forget(key)
        found = ctx.memory.recall(key, lambda: (state, make()))
    return found[1] if found[0] == state else make()
