"""A database with a version to publish, and what it knows of where the version went."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.services.versions import freeze_version, list_versions
from rlhf_collect.services.withdrawals import withdraw_judgement
from tests.exporters.jobs import Publisher
from tests.forking import Done
from tests.hub import TestHub
from tests.making import (
    Actor,
    Assignment,
    Context,
    Project,
    bring,
    judge,
    make_project,
    next_assignment,
    open_services,
    raters,
)


def _tie(ctx: Context, actor: Actor, project: Project) -> Assignment:
    """Find two responses equally good: a version of ties has two configs, and is read back in half the time."""
    assignment = next_assignment(ctx, actor, project.name)
    judge(ctx, actor, assignment, "tie", strength=0)
    return assignment


def frozen(database: Path) -> str:
    """Version 1.0.0 of a project with a judgement, sealed; its name."""
    ctx = open_services(database)
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 2)
    _tie(ctx, raters(ctx, project, 1)[0], project)
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    ctx.store.close()
    return project.name


def frozen_thrice(database: Path) -> str:
    """Versions 1.0.0, 1.1.0 with one more judgement, and 1.2.0 without one that was taken back; their project."""
    ctx = open_services(database)
    project = make_project(ctx, overlap=1)
    bring(ctx, project, 4)
    (ada,) = raters(ctx, project, 1)
    first = _tie(ctx, ada, project)
    _tie(ctx, ada, project)
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    _tie(ctx, ada, project)
    freeze_version(ctx, OPERATOR, project.name, "1.1.0")
    withdraw_judgement(ctx, ada, first.judgement_id)
    freeze_version(ctx, OPERATOR, project.name, "1.2.0")
    ctx.store.close()
    return project.name


def published(database: Path, project: str) -> list[dict[str, Any]]:
    """Where the version stands, as the service knows."""
    ctx = open_services(database)
    (version,) = list_versions(ctx, OPERATOR, project)
    ctx.store.close()
    places: list[dict[str, Any]] = version["published"]
    return places


class Desk:
    """A database with three versions in a folder of its own, and commands on it."""

    def __init__(self, publisher: Publisher, place: Path, repo: str) -> None:
        self.database, self.publisher, self.repo = place / "collect.duckdb", publisher, repo
        self.project = frozen_thrice(self.database)

    @property
    def known(self) -> tuple[str, str]:
        return "--database", f"duckdb:///{self.database}"

    def publish(self, *versions: str, options: tuple[str, ...] = ()) -> None:
        for version in versions:
            to = ("--to", f"hub:{self.repo}")
            done = self.publisher.command("publish", self.project, version, *to, *options, *self.known)
            assert done.code == 0, done.err

    def words(self, versions: str, *options: str) -> tuple[str, ...]:
        there = ("--versions", versions, "--from", f"hub:{self.repo}")
        return ("withdraw", self.project, *there, *options, *self.known)

    def withdraw(self, versions: str, *options: str, **variables: str) -> Done:
        return self.publisher.command(*self.words(versions, *options), **variables)

    def folder(self, version: str) -> Path:
        return self.database.with_suffix(".versions") / self.project / version

    def listed(self) -> dict[str, dict[str, Any]]:
        ctx = open_services(self.database)
        found = {each["version"]: each for each in list_versions(ctx, OPERATOR, self.project)}
        ctx.store.close()
        return found


class Kept:
    """A desk and its repository as they stood once: put back, they stand so again, whatever became of them.

    They come back under the same names, since the database has the place of its versions and of the repository.
    """

    def __init__(self, hub: TestHub, desk: Desk, place: Path) -> None:
        self.hub, self.desk, self.place = hub, desk, place
        copytree(desk.database.parent, place / "desk")
        hub.keep(desk.repo, place / "repository")

    def put_back(self) -> Desk:
        """To be called as a test begins, so that what the last one left does not matter."""
        self.hub.put_back(self.desk.repo, self.place / "repository")
        rmtree(self.desk.database.parent)
        copytree(self.place / "desk", self.desk.database.parent)
        return self.desk


def rows_of(folder: Path) -> set[str]:
    """SHA-256 of the files that hold rows."""
    return {
        entry["sha256"] for name, entry in read_manifest(folder)["files"].items() if name.endswith(".parquet")
    }


def stored(hub: TestHub, repo: str) -> set[str]:
    return {path.name for path in hub.repository(repo).large.all()}
