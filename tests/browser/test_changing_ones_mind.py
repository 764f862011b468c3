"""A rater changes one answer, takes one back and gives a new one between two versions, on the page of a real server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from rlhf_collect.exporters.load import load_version
from tests.browser.conftest import Told
from tests.browser.rating import Rating
from tests.depth import thorough
from tests.flows.running import answer_here


def press(screen: Rating, name: str) -> None:
    screen.page.get_by_role("button", name=name, exact=True).click()


def judge(screen: Rating, key: str) -> int:
    number = screen.number()
    screen.page.keyboard.press(key)
    screen.page.keyboard.press("Enter")
    screen.moves_on_from(number)
    screen.all_saved()
    return number


def open_earlier(screen: Rating, number: int) -> None:
    screen.page.locator(".rp-mine-open").filter(has_text=f"Question {number}:").click()
    assert screen.number() == number


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ratings(folder: Path, version: str) -> dict[str, dict[str, Any]]:
    """The rows of ``ratings`` by comparison, as an engineer loads them."""
    loaded = load_version(str(folder), version, "ratings")
    return {row["comparison_id"]: row for split in loaded.values() for row in split}


@thorough
def test_a_revision_and_a_withdrawal_are_in_the_next_version_and_the_one_before_stays(
    story: Callable[..., Told], come_in: Callable[..., Rating]
) -> None:
    server = story(8, overlap=1)
    screen = come_in(server)
    kept, changed, back = (judge(screen, "2") for _ in range(3))
    first = Path(answer_here("freeze", server.project, "1.0.0", database=server.database)["path"])
    before = hashes(first)

    press(screen, "My judgements")
    open_earlier(screen, changed)
    screen.page.keyboard.press("4")
    press(screen, "Save the change")
    open_earlier(screen, back)
    press(screen, "Take my answer back")
    expect(screen.page.locator("#rp-withdraw-kept")).to_contain_text("from 1.0.0 on")
    press(screen, "Take it back")
    expect(screen.page.locator("#rp-status")).to_contain_text("Sealed versions keep it (1.0.0)")
    expect(screen.page.locator("#rp-mine-list li").first).to_contain_text("taken back")
    press(screen, "Back")
    new = judge(screen, "6")
    expect(screen.page.locator("#rp-progress")).to_contain_text("3 judged")

    second = Path(answer_here("freeze", server.project, "1.1.0", database=server.database)["path"])
    found = answer_here("diff", server.project, "1.0.0", "1.1.0", database=server.database)
    rows = [
        sum(split[what] for split in found["rows"]["ratings"].values())
        for what in ("added", "changed", "withdrawn")
    ]
    assert rows == [1, 1, 1]
    old, now = ratings(first, "1.0.0"), ratings(second, "1.1.0")
    assert old.keys() == {f"c{number}" for number in (kept, changed, back)}
    assert now.keys() == {f"c{number}" for number in (kept, changed, new)}
    assert now[f"c{changed}"]["choice"] == "tie" != old[f"c{changed}"]["choice"]
    assert now[f"c{kept}"]["judgement_id"] == old[f"c{kept}"]["judgement_id"]
    assert hashes(first) == before
    for version in ("1.0.0", "1.1.0"):
        assert answer_here("rebuild", server.project, version, database=server.database)["identical"] is True
