"""Small factories: services around a database, a project, comparisons, people, and their answers."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

from rlhf_collect.config import Project as Settings
from rlhf_collect.config import as_json, from_json, read_project, template
from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.comparison import Comparison, Completion, Gold, Message
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import Busy
from rlhf_collect.importers import Imported, ImportedJudgement
from rlhf_collect.services.context import Context, KeyRing
from rlhf_collect.services.import_rows import ImportReport
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.judgements import Receipt, submit_judgement
from rlhf_collect.services.projects import Project, apply_project, find_project
from rlhf_collect.services.raters import add_rater, who_is
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.storage.duckdb_store import DuckStore

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""
MODELS = ("secret-model-alpha", "secret-model-beta", "secret-model-gamma", "secret-model-delta")
"""Names no rater may ever see."""


class HeldClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> None:
        """Move on: ``clock.move(minutes=31)``."""
        self.now += timedelta(**step)


def open_services(path: Path, *, clock: HeldClock | None = None) -> Context:
    """What ``bootstrap.open_context`` gives, with a held clock and a key that dies with the test.

    A new database is a copy of one that went through the migrations once, which takes twice as long as opening it.
    """
    if not path.exists():
        copyfile(Path(_migrated().name) / "empty.duckdb", path)
    return Context(
        store=DuckStore(path),
        keys=KeyRing.in_memory(),
        versions=path.with_suffix(".versions"),
        program_version="0",
        interface_version="test-1",
        clock=clock or HeldClock(),
    )


def let_go(ctx: Context) -> None:
    """Close a database that nobody opens again: what stands in its log stays there, which spares most of the work."""
    assert isinstance(ctx.store, DuckStore)
    with suppress(Busy), ctx.store._file.cursor() as cursor:  # busy: the test closed it
        cursor.execute("PRAGMA disable_checkpoint_on_shutdown")
    ctx.store.close()


@cache
def _migrated() -> TemporaryDirectory[str]:
    """The folder of an empty database, which goes with the process."""
    folder = TemporaryDirectory(prefix="rlhf-collect-")
    DuckStore(Path(folder.name) / "empty.duckdb").close()
    return folder


def settings(name: str = "helpfulness", **changes: Any) -> Settings:
    """The project that ``init`` writes, with some settings changed; three degrees of better unless said otherwise."""
    criterion = {"name": "overall", "question": "Which response is better overall?"}
    named = {"name": name, "title": name.replace("-", " ").replace("_", " ").capitalize()}
    return from_json({**_start(), **named, "criteria": [criterion], **changes})


@cache
def _start() -> dict[str, Any]:
    """What ``init`` writes says its name and title, and is otherwise the same whatever they are."""
    return as_json(read_project(template("any", declared_on=START.date()), "any.yaml"))


def make_project(ctx: Context, name: str = "helpfulness", **changes: Any) -> Project:
    """A project on record, applied as the command line does."""
    apply_project(ctx, OPERATOR, settings(name, **changes))
    return find_project(ctx, name)


def comparison(name: str, completions: int = 2, *, gold: str | None = None, **more: Any) -> Comparison:
    """A comparison whose completions are called ``<name>-a``, ``<name>-b``, ..."""
    return Comparison(
        comparison_id=name,
        prompt=(Message(role="user", content=f"What is {name}?"),),
        completions=tuple(
            Completion(
                completion_id=f"{name}-{'abcdefgh'[place]}",
                model=MODELS[place % len(MODELS)],
                content=(Message(role="assistant", content=f"Reply {place} about {name}."),),
            )
            for place in range(completions)
        ),
        gold=None if gold is None else Gold(criterion="overall", choice=gold, reason="It is so."),
        **more,
    )


def bring(ctx: Context, project: Project, comparisons: Iterable[Comparison] | int) -> ImportReport:
    """Import comparisons; a number makes so many, called ``c000``, ``c001``, ..."""
    if isinstance(comparisons, int):
        comparisons = [comparison(f"c{number:03}") for number in range(comparisons)]
    items = [
        Imported(where=f"test.jsonl:{number}", comparison=each) for number, each in enumerate(comparisons, 1)
    ]
    return import_comparisons(ctx, OPERATOR, project.name, items, source="test.jsonl", form="rlhf_collect")


def said(
    comparison_id: str, rater: str, choice: str, strength: int | None = None, **more: Any
) -> ImportedJudgement:
    """A judgement made elsewhere."""
    values = {"where": "judged.jsonl:1", "presentation": None, "submitted_on": None} | more
    draft = Draft(choice=choice, strength=strength)
    return ImportedJudgement(comparison=comparison_id, rater=rater, draft=draft, **values)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody invited to a project."""

    actor: Actor
    """Who they are once signed in."""
    key: str
    """Their API key."""
    invitation: str
    """The secret of their link."""


def invite(ctx: Context, project: Project, name: str, role: str = "rater") -> Person:
    """A person of the project, signed in by their key."""
    made = add_rater(ctx, OPERATOR, project.name, name, role)
    return Person(actor=who_is(ctx, key=made.api_key), key=made.api_key, invitation=made.invitation)


def raters(ctx: Context, project: Project, count: int) -> list[Actor]:
    """So many raters, called ``rater 0``, ``rater 1``, ..."""
    return [invite(ctx, project, f"rater {number}").actor for number in range(count)]


def judge(
    ctx: Context, actor: Actor, assignment: Assignment, choice: str | None = None, **more: Any
) -> Receipt:
    """Answer an assignment; the completion shown first is better by two degrees unless said otherwise."""
    draft = Draft(choice=choice or assignment.presentation[0], **({"strength": 2} | more))
    return submit_judgement(ctx, actor, assignment.assignment_id, assignment.judgement_id, [draft])


def ask_and_judge(ctx: Context, actor: Actor, project: Project, choice: str | None = None) -> Assignment:
    """Take the next comparison and judge it; what it was comes back."""
    assignment = next_assignment(ctx, actor, project.name)
    judge(ctx, actor, assignment, choice)
    return assignment
