"""A real server, a real browser, and people who come by their invitation links."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.rating import Rating
from tests.flows.running import Server, answer_here, running_server, write_project
from tests.web.browser import visit


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


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """``story(comparisons, **settings)``: a server with a project ``story`` of these, or so many, comparisons."""
    with ExitStack() as stack:

        def begin(comparisons: int | list[dict[str, Any]], **settings: Any) -> Server:
            lines = views(comparisons) if isinstance(comparisons, int) else comparisons
            database = tmp_path / "story.duckdb"
            criterion = {"name": "overall", "question": "Which is better?", "strengths": 3}
            config = write_project(tmp_path, "story", **{"criteria": [criterion], **settings})
            answer_here("apply", config, database=database)
            answer_here("import", "story", comparisons_file(tmp_path, lines), database=database)
            return stack.enter_context(running_server(database, config))

        yield begin


@pytest.fixture
def come_in(browser: Browser) -> Iterator[Callable[..., Rating]]:
    """``come_in(server, name, **context)``: a rater opens their link and presses Start.

    At the end no visit may have asked another machine for anything, nor met a script error.
    """
    visits = []
    links: dict[str, str] = {}  # a link opens on every device of its person; a fresh one would end the others
    with ExitStack() as stack:

        def open_link(server: Server, name: str = "Ada", **context: Any) -> Rating:
            if name not in links:
                links[name] = answer_here("raters", "add", "story", name, database=server.database)[
                    "invite_url"
                ]
            came = stack.enter_context(visit(browser, **context))
            visits.append(came)
            came.page.goto(links[name])
            came.page.get_by_role("button", name="Start", exact=True).click()
            return Rating(page=came.page, context=came.context)

        yield open_link
        for came in visits:
            assert came.outside == []
            assert came.complaints == []
