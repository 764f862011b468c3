"""A lead freezes and publishes from a phone, to a Hub, without a command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import comparisons_file, views
from tests.depth import thorough
from tests.flows.running import answer, running_server, write_project
from tests.hub import TestHub
from tests.web.browser import open_tab, visit

WIDER = "node => node.scrollWidth - node.clientWidth"


@pytest.fixture
def hub(tmp_path: Path):
    with TestHub(tmp_path / "hub") as running:
        yield running


def judgements_file(folder: Path) -> Path:
    path = folder / "judgements.jsonl"
    lines = [
        {"comparison": f"c{number}", "rater": rater, "choice": f"c{number}-first"}
        for number in range(3)
        for rater in ("Ada", "Bo")
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@thorough
def test_a_lead_freezes_looks_and_publishes_on_a_phone(
    hub: TestHub, browser: Browser, tmp_path: Path
) -> None:
    database = tmp_path / "story.duckdb"
    config = write_project(tmp_path, "story", criteria=[{"name": "overall", "question": "Which is better?"}])
    answer("apply", config, database=database)
    answer("import", "story", comparisons_file(tmp_path, views(3)), database=database)
    answer("import-judgements", "story", judgements_file(tmp_path), database=database)
    env = hub.env(tmp_path / "home")
    with running_server(database, config, env=env), visit(browser, width=390, height=844) as came:
        page = came.page
        page.goto(answer("raters", "add", "story", "Lea", "--role", "lead", database=database)["invite_url"])
        table_that_scrolls(page)
        open_tab(page, "Versions")
        page.get_by_role("button", name="Freeze").click()
        page.get_by_text("Version 1.0.0 is frozen and never changes.").wait_for(timeout=30_000)
        publish = page.get_by_role("button", name="Publish", exact=True)
        expect(publish).to_be_disabled()
        page.get_by_label("To", exact=True).fill("org/from-the-page")
        page.get_by_role("button", name="Show what would be sent").click()
        card = page.get_by_role("region", name="Card")
        expect(card).to_contain_text("Loading, and staying with one version", timeout=30_000)
        expect(card).to_contain_text('load_version("org/from-the-page", "1.0.0"')
        assert "org/from-the-page" not in " ".join(each.line for each in hub.requests if each.method == "PUT")
        expect(publish).to_be_enabled()
        what_was_not_shown_is_not_published(page)
        assert "notseen" not in " ".join(each.line for each in hub.requests)
        publish.click()
        page.get_by_text("read back and compared.").wait_for(timeout=60_000)
        expect(page.get_by_role("region", name="Table").last).to_contain_text("org/from-the-page")
        expect(publish).to_be_disabled()
        the_one_just_frozen_is_the_one_to_publish(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert (came.outside, came.complaints) == ([], [])
    assert hub.tags("org/from-the-page") == {"1.0.0": hub.head("org/from-the-page")}
    assert hub.repository("org/from-the-page").settings.private


def the_one_just_frozen_is_the_one_to_publish(page: Page) -> None:
    """The list is drawn anew too, and its event may still speak of the version chosen before."""
    page.get_by_role("button", name="Freeze").click()
    page.get_by_text("Version 1.1.0 is frozen and never changes.").wait_for(timeout=30_000)
    page.wait_for_timeout(2_000)
    expect(page.get_by_label("Publish version")).to_have_value("1.1.0")


def what_was_not_shown_is_not_published(page: Page) -> None:
    """Another name in the field takes the preview back; one put into the event is refused. Ends shown anew."""
    publish = page.get_by_role("button", name="Publish", exact=True)
    to, card = page.get_by_label("To", exact=True), page.get_by_role("region", name="Card")
    for other in ("org/notseen", ""):
        to.fill(other)
        expect(publish).to_be_disabled()
        expect(card).to_have_count(0)
        show(page)

    def put_another(route: Route) -> None:
        body = json.loads(route.request.post_data or "")
        put = {"org/from-the-page": "org/notseen", None: "org/notseen"}
        body["data"] = [put.get(each, each) for each in body["data"]]
        route.continue_(post_data=json.dumps(body))

    page.route("**/queue/join*", put_another)
    publish.click()
    page.get_by_text("This was not shown: version 1.0.0 to org/notseen ").wait_for()
    page.unroute("**/queue/join*")
    expect(publish).to_be_disabled()
    show(page)


def show(page: Page) -> None:
    page.get_by_label("To", exact=True).fill("org/from-the-page")
    page.get_by_role("button", name="Show what would be sent").click()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_enabled(timeout=30_000)


def table_that_scrolls(page: Page) -> None:
    """Nothing of a table is out of reach: what is wider than the phone scrolls, by keyboard too, and shows it."""
    open_tab(page, "Where agreement differs")
    table = page.get_by_role("region", name="Table").first
    table.wait_for()
    assert table.evaluate(WIDER) > 0
    assert table.evaluate("node => getComputedStyle(node).overflowX") == "auto"
    assert "gradient" in table.evaluate("node => getComputedStyle(node).backgroundImage")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("node => node.scrollLeft > 0", arg=table.element_handle())
