"""A lead writes guidelines on the page, and a rater reads what changed before the next comparison."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Told
from tests.browser.rating import Rating
from tests.depth import thorough
from tests.flows.running import answer_here, write_project
from tests.web.browser import Visit, open_tab

TEXT = "Read both.\n\nChoose the better one."
HOSTILE = "Read both to the end. <img src=x onerror=alert(1)> [here](javascript:alert(2))"


def said(rater: Rating) -> None:
    """Answer what is on screen."""
    number = rater.number()
    rater.choose("2")
    rater.submit()
    rater.moves_on_from(number)


@thorough
def test_guidelines_written_on_the_page_are_read_by_raters_and_outlive_the_file(
    story: Callable[..., Told], come_in: Callable[..., Rating], sit_down: Callable[..., Visit], tmp_path: Path
) -> None:
    server = story(5, guidelines={"version": "1", "text": TEXT})
    rater = come_in(server)
    said(rater)
    invited = answer_here("raters", "add", server.project, "Lea", "--role", "lead", database=server.database)
    came = sit_down(server)
    page = came.page
    page.goto(invited["invite_url"])
    open_tab(page, "Guidelines")
    page.get_by_role("heading", name="Guidelines 1, in force").wait_for()
    page.get_by_role("button", name="Write a new version").click()
    text = page.get_by_role("textbox", name="Text (Markdown)")
    expect(text).to_have_value(TEXT)
    expect(page.get_by_role("textbox", name="Version")).to_have_value("2")
    text.fill(TEXT.replace("Read both.", HOSTILE))
    page.get_by_role("button", name="Put in force").click()
    page.get_by_text("This is what changes for raters.").wait_for()
    page.get_by_role("heading", name="Guidelines 1, in force").wait_for()
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_text("This is what changes for raters.")).to_have_count(0)
    changes = page.locator(".rc-changes:visible")
    expect(changes.locator("ins")).to_contain_text("Read both to the end. <img src=x onerror=alert(1)>")
    expect(changes.locator("del")).to_contain_text("Read both.")
    page.get_by_role("textbox", name="Version").fill("1")
    page.get_by_role("button", name="Put in force").click()
    page.get_by_text("Guidelines '1' are there already.").wait_for()
    page.get_by_role("textbox", name="Version").fill("2")
    page.get_by_role("button", name="Put in force").click()
    page.get_by_text("Guidelines 2 are in force.").wait_for()
    page.get_by_role("heading", name="Guidelines 2, in force").wait_for()
    expect(text).to_be_hidden()
    page.get_by_text("2, after 1", exact=True).click()
    expect(page.get_by_text("written by Lea").first).to_be_visible()
    expect(page.locator(".rc-guidelines img, .rc-changes img, a[href^='javascript']")).to_have_count(0)
    said(rater)
    rater.choose("2")  # what the page had opened ahead
    rater.submit()
    seen = rater.page.get_by_text("Read both to the end.").first
    seen.wait_for()
    rater.page.get_by_role("button", name="I have read them").click()
    said(rater)
    rater.all_saved()
    versions: list[dict[str, Any]] = answer_here("guidelines", server.project, database=server.database)[
        "guidelines"
    ]
    assert [(each["version"], each["by"], each["judgements"]) for each in versions] == [
        ("2", "Lea", 1),
        ("1", None, 3),
    ]
    config = write_project(tmp_path, server.project, guidelines={"version": "1", "text": TEXT})
    applied = answer_here("apply", config, database=server.database)["projects"][0]
    assert "written by a lead, stay" in applied["warnings"][0]
    assert (
        answer_here("guidelines", server.project, database=server.database)["guidelines"][0]["version"] == "2"
    )
