"""Reports that are not made again while nothing they could tell has changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.stats.tables import HEADLINE
from rlhf_collect.storage.port import Batches, Reader, Row, Table

T = TypeVar("T")
State = tuple[int, ...]


def state_of(reader: Reader, project: Project) -> State:
    """A value that differs whenever something was judged, decided, contested, skipped, imported, sealed or set anew."""
    row = reader.read("project_state", project_id=project.project_id)[0]
    return tuple(int(value) for value in row.values())


def state_of_alerts(reader: Reader, project: Project) -> State:
    """A value that differs whenever something happened that alerts or the page, and no report, could tell."""
    row = reader.read("alert_state", project_id=project.project_id)[0]
    return tuple(int(value) for value in row.values())


def made_once(
    ctx: Context, project: Project, state: State, what: tuple[str, ...], make: Callable[[], T]
) -> T:
    """The report called ``what`` as it is at ``state``, made by ``make`` only if none of that state is kept.

    One report of each name is kept: the last. Who wants one that somebody makes just now waits for it. Whoever gets it
    must not change it.
    """
    key = _key_of(project, what)
    found = ctx.memory.kept(key)
    if found and found[0] == state:
        return cast(T, found[1])
    with ctx.memory.alone((*key, state)):
        found = ctx.memory.kept(key)
        if found and found[0] == state:
            return cast(T, found[1])
        made = make()
        ctx.memory.forget(key)
        ctx.memory.keep(key, (state, made))
        return made


def is_made(ctx: Context, project: Project, state: State, what: tuple[str, ...]) -> bool:
    """Whether that report of that state is kept."""
    found = ctx.memory.kept(_key_of(project, what))
    return bool(found and found[0] == state)


def _key_of(project: Project, what: tuple[str, ...]) -> tuple[Hashable, ...]:
    """Under which name it is kept."""
    return ("report", project.project_id, *what)


class Remembering:
    """A reader of a project at a state of it that reads once what several reports begin with, which is small."""

    def __init__(self, ctx: Context, project: Project, state: State, reader: Reader) -> None:
        self._ctx = ctx
        self._project = project
        self._state = state
        self._reader = reader

    def read(self, name: str, /, **values: object) -> list[Row]:
        """As the reader."""
        return self._reader.read(name, **values)

    def read_table(self, name: str, /, **values: object) -> Table:
        """As the reader, or what was read before."""
        if name not in HEADLINE:
            return self._reader.read_table(name, **values)
        what = ("table", name, *(f"{each}={values[each]}" for each in sorted(values)))
        return made_once(
            self._ctx, self._project, self._state, what, lambda: self._reader.read_table(name, **values)
        )

    def read_batches(self, name: str, /, **values: object) -> Batches:
        """As the reader."""
        return self._reader.read_batches(name, **values)
