"""Said alone in a ranking, "All are bad" is an answer: from the page to the rows of a version, and changed later."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from rlhf_collect.errors import NotFound
from rlhf_collect.exporters.load import load_version
from tests.browser.conftest import Told
from tests.browser.rating import Rating
from tests.depth import thorough
from tests.flows.running import answer_here

RANKING = {"name": "order", "question": "Which order?", "answer": "ranking", "rationale": "off"}
COUNTS = (3, 2, 3, 3)
"""How many responses each comparison has."""


def replies(number: int, count: int) -> dict[str, Any]:
    return {
        "id": f"c{number}",
        "prompt": f"Question {number}: what now?",
        "completions": [
            {"id": f"c{number}-{place}", "model": f"m{place}", "content": f"Reply {place} to {number}."}
            for place in range(count)
        ],
    }


def by_key(screen: Rating) -> None:
    for key in ("0", "Enter"):
        screen.page.keyboard.press(key)


def by_mouse(screen: Rating) -> None:
    screen.page.get_by_role("button", name=re.compile("^All are bad")).click()
    screen.submit()


def with_one_place(screen: Rating) -> None:
    for key in ("2", "0", "Enter"):
        screen.page.keyboard.press(key)


def give(screen: Rating, way: Callable[[Rating], None]) -> int:
    number = screen.number()
    way(screen)
    screen.moves_on_from(number)
    screen.all_saved()
    return number


def ratings(folder: Path, version: str) -> dict[str, tuple[str, list[list[str]] | None]]:
    loaded = load_version(str(folder), version, "ratings")
    return {row["comparison_id"]: (row["choice"], row["ranking"]) for part in loaded.values() for row in part}


@thorough
def test_all_are_bad_alone_is_saved_undone_revised_published_and_counted(
    story: Callable[..., Told], come_in: Callable[..., Rating]
) -> None:
    server = story(
        [replies(number, count) for number, count in enumerate(COUNTS)], criteria=[RANKING], overlap=1
    )
    screen = come_in(server)
    given = [give(screen, way) for way in (by_key, by_mouse, with_one_place)]
    last = screen.number()
    screen.page.keyboard.press("u")  # the one just given is open again, as it was
    screen.page.locator("#rp-go-back").wait_for()
    expect(screen.page.locator(".rp-all-bad")).to_have_attribute("aria-pressed", "true")
    by_mouse_again = screen.page.get_by_role("button", name=re.compile("^All are bad"))
    by_mouse_again.click()
    for place in range(1, COUNTS[given[-1]] + 1):
        screen.page.locator(f'.rp-pane:nth-child({place}) .rp-place[data-place="1"]').click()
    screen.page.get_by_role("button", name=re.compile("^Save the change")).click()
    screen.moves_on_from(given[-1])
    assert screen.number() == last
    give(screen, by_key)
    screen.finished()

    folder = Path(answer_here("freeze", server.project, "1.0.0", database=server.database)["path"])
    found = ratings(folder, "1.0.0")
    changed = found.pop(f"c{given[-1]}")
    assert changed[0] == "tie"
    assert set(map(str, found.values())) == {"('both_bad', None)"}
    with pytest.raises(NotFound, match="no config 'preference'"):
        load_version(str(folder), "1.0.0", "preference")
    report = answer_here("agreement", server.project, database=server.database)
    assert (report["judgements"], report["comparisons"]) == (4, 4)
