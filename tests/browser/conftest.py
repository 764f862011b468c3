"""A real server, a real browser, and people who come by their invitation links."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from tests.browser.rating import Rating
from tests.flows.running import Server, answer_here, running_server, write_project
from tests.web.browser import Computers, Visit, visit


def views(count: int) -> list[dict[str, Any]]:
    """So many comparisons whose texts say which completion they are, in import order."""
    return [
        {
            "id": f"c{number}",
            "prompt": f"Question {number}: what do you see?",
            "completions": [
                {
                    "id": f"c{number}-first",
                    "model": "secret-model-one",
                    "content": f"The first view of {number}.",
                },
                {
                    "id": f"c{number}-second",
                    "model": "secret-model-two",
                    "content": f"The second view of {number}.",
                },
            ],
        }
        for number in range(count)
    ]


def comparisons_file(folder: Path, lines: list[dict[str, Any]]) -> Path:
    """A file to import."""
    path = folder / "comparisons.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@dataclass(frozen=True, kw_only=True)
class Told(Server):
    """A server with a project."""

    project: str
    """The project's name."""


Comparisons = int | list[dict[str, Any]] | Path
"""So many of ``views``, or these, or what a file or a folder holds."""


def begin(folder: Path, project: str, comparisons: Comparisons, database: Path, **settings: Any) -> Path:
    """A project with comparisons in a database; its file."""
    lines = views(comparisons) if isinstance(comparisons, int) else comparisons
    criterion = {"name": "overall", "question": "Which is better?", "strengths": 3}
    config = write_project(folder, project, **{"criteria": [criterion], **settings})
    answer_here("apply", config, database=database)
    source = lines if isinstance(lines, Path) else comparisons_file(folder, lines)
    answer_here("import", project, source, database=database)
    return config


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the folder, since it takes a while to start; a project of its own for each story."""
    folder = tmp_path_factory.mktemp("house")
    with running_server(folder / "house.duckdb", write_project(folder, "empty")) as running:
        yield running


@pytest.fixture(scope="session")
def computers(browser: Browser, house: Server) -> Computers:
    """Where people sit down before that server one after another."""
    return Computers(browser, house.url)


@pytest.fixture
def story(house: Server, tmp_path: Path) -> Callable[..., Told]:
    """``story(comparisons, **settings)``: a new project with these comparisons on the server of all."""

    def tell(comparisons: Comparisons, **settings: Any) -> Told:
        name = f"story-{uuid4().hex[:12]}"
        begin(tmp_path, name, comparisons, house.database, **settings)
        return Told(**vars(house), project=name)

    return tell


@pytest.fixture
def mortal_story(tmp_path: Path) -> Iterator[Callable[..., Told]]:
    """The same with a server of its own, to be killed; its file is ``story.yaml``."""
    with ExitStack() as stack:

        def tell(comparisons: Comparisons, **settings: Any) -> Told:
            database = tmp_path / "story.duckdb"
            config = begin(tmp_path, "story", comparisons, database, **settings)
            return Told(**vars(stack.enter_context(running_server(database, config))), project="story")

        yield tell


@pytest.fixture
def sit_down(browser: Browser, computers: Computers, house: Server) -> Iterator[Callable[..., Visit]]:
    """``sit_down(server, **context)``: somebody at a computer of their own, until the end of the test.

    At the end no visit may have asked another machine for anything, nor met a script error.
    """
    visits: list[Visit] = []
    with ExitStack() as stack:

        def sit(server: Server, **context: Any) -> Visit:
            known = server.url == house.url
            came = computers.visit(**context) if known else visit(browser, **context)
            visits.append(stack.enter_context(came))
            return visits[-1]

        yield sit
        for came in visits:
            assert came.outside == []
            assert came.complaints == []


@pytest.fixture
def come_in(sit_down: Callable[..., Visit]) -> Callable[..., Rating]:
    """``come_in(server, name, **context)``: a rater opens their link and presses Start."""
    links: dict[str, str] = {}  # a link opens on every device of its person; a fresh one would end the others

    def open_link(server: Told, name: str = "Ada", **context: Any) -> Rating:
        if name not in links:
            made = answer_here("raters", "add", server.project, name, database=server.database)
            links[name] = made["invite_url"]
        came = sit_down(server, **context)
        came.page.goto(links[name])
        came.page.get_by_role("button", name="Start", exact=True).click()
        return Rating(page=came.page, context=came.context)

    return open_link
