"""A lead leaves what raters differ on to a second rater, who decides on their page; the version goes by it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_deciding import contested
from tests.depth import thorough
from tests.exporters.example import read_rows
from tests.flows.running import answer_here, running_server
from tests.web.browser import open_tab, visit

WHY = "The second one says <b>more</b>."


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def lead_leaves_all_to_bea(page: Page) -> None:
    open_tab(page, "Contested")
    choose(page, "Then: what is left to them", "All undecided ones, on all pages")
    page.get_by_role("button", name="Leave to a second rater").click()
    page.get_by_text("No rater decides in this project yet").wait_for()
    choose(page, "First: which rater decides", "Bea")
    page.get_by_role("button", name="Let them decide").click()
    page.get_by_text("Bea decides from now on.").wait_for()
    page.get_by_role("button", name="Leave to a second rater").click()
    page.get_by_text("2 comparisons are left to a second rater.").wait_for()
    expect(page.get_by_role("article").get_by_text("waits for a second rater")).to_have_count(2)


def begin(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator("#rp-decide-button").click()
    expect(page.get_by_text("A project lead has named you")).to_be_visible()
    page.get_by_role("button", name="Begin").click()
    page.locator(".rp[data-mode='decide']").wait_for()


def decide_by_keyboard_across_a_reload(page: Page) -> None:
    """What was chosen and typed is there again; a reason that says too little is asked for."""
    assert "secret-model" not in page.content()
    side = "AB"[page.locator(".rp-pane-body").nth(1).inner_text().startswith("The second view")]
    page.keyboard.press(side.lower())
    page.keyboard.press("r")
    page.keyboard.type("Too short")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Say why in at least 10 characters").wait_for()
    page.reload()
    page.locator("#rp-decide-button", has_text="To decide (2)").click()
    reason = page.get_by_role("textbox", name="Why?")
    expect(reason).to_have_value("Too short")
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    reason.fill(WHY)
    page.keyboard.press("Control+Enter")
    page.locator("#rp-decide-button", has_text="To decide (1)").wait_for()


@thorough
def test_a_second_rater_decides_one_leaves_one_to_others_and_reads_what_they_decided(
    browser: Browser, tmp_path: Path
) -> None:
    database, config = contested(tmp_path)
    links = {
        name: answer_here("raters", "add", "story", name, "--role", role, database=database)["invite_url"]
        for name, role in (("Lea", "lead"), ("Bea", "rater"))
    }
    with running_server(database, config) as server:
        with visit(browser) as came:
            came.page.goto(links["Lea"].replace(links["Lea"].split("/i/")[0], server.url))
            lead_leaves_all_to_bea(came.page)
            assert came.complaints == []
        with visit(browser) as came:
            page = came.page
            page.goto(links["Bea"].replace(links["Bea"].split("/i/")[0], server.url))
            begin(page)
            said = page.get_by_role("region", name="What raters answered (2)")
            assert sorted(said.locator("h3").all_inner_texts()) == [
                "Response A: chosen by 1",
                "Response B: chosen by 1",
            ]
            expect(said.get_by_text("A is clear.")).to_have_count(2)
            meant = "They saw another order: their A is your B, their B is your A."
            expect(said.get_by_text(meant)).to_have_count(1)
            assert not any(name in said.inner_text() for name in ("Ada", "Bo"))
            decide_by_keyboard_across_a_reload(page)
            page.keyboard.press("u")
            expect(page.locator("#rp-status")).to_contain_text("What you decided is under “My judgements”")
            page.keyboard.press("s")
            leaving = page.get_by_role("button", name="Leave it to others")
            expect(leaving).to_be_focused()  # what is left does not come back: the key alone does nothing
            page.keyboard.press("Enter")
            page.get_by_text("No comparison waits for your decision now.").wait_for()
            page.get_by_role("button", name="My judgements").click()
            page.locator("#rp-mine-decided .rp-mine-open").click()
            expect(page.get_by_role("textbox", name="Why?")).to_have_value(WHY)
            page.get_by_role("button", name="Back", exact=True).click()
            page.locator("#rp-mine-decided").wait_for()
            assert (came.complaints, came.outside) == ([], [])
    folder = Path(answer_here("freeze", "story", "1.0.0", database=database)["path"])
    (row,) = [each for each in read_rows(folder, "ratings") if each["role"] == "second_rater"]
    assert (row["rationale"], row["choice"][-6:], len(row["presentation"])) == (WHY, "second", 2)
    (pair,) = read_rows(folder, "preference")
    assert (pair["comparison_id"], pair["adjudicated"]) == (row["comparison_id"], True)
