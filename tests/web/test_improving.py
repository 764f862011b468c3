"""A better version of a response is written beside it, closed and opened again without losing a word."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.desk import Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]


def test_the_box_closes_and_opens_again_and_keeps_what_was_written(open_page: Open) -> None:
    screen = open_page(Desk(edits="optional"))
    box = screen.page.locator(".rp-edit")
    screen.page.get_by_role("button", name="Improve response A").click()
    box.fill("A better answer.")
    screen.page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    improved = screen.page.get_by_role("button", name="Improved: response A")
    expect(improved).to_be_focused()
    expect(improved).to_have_text("Improved")
    expect(improved).to_have_attribute("aria-expanded", "false")
    improved.click()
    expect(box).to_have_value("A better answer.")
    improved.click()
    expect(box).to_be_hidden()
    screen.page.reload()
    screen.shows("bread")
    improved.click()
    expect(box).to_have_value("A better answer.")
    screen.page.get_by_role("button", name="Discard my version").click()
    expect(screen.page.get_by_role("button", name="Improve response A")).to_be_focused()
    expect(box).to_be_hidden()


def test_the_original_stays_to_be_read_and_its_raw_text_too(open_page: Open) -> None:
    screen = open_page(Desk(edits="optional"))
    screen.page.get_by_role("button", name="Improve response A").click()
    screen.page.locator(".rp-edit").fill("Mine.")
    original = screen.page.locator(".rp-pane-body").first
    expect(original).to_contain_text("too little gluten structure")
    screen.page.get_by_role("button", name="Raw text of response A").click()
    expect(original).to_contain_text("**too little gluten structure**")
    expect(screen.page.locator(".rp-edit")).to_have_value("Mine.")


def test_a_box_left_as_it_was_gives_way_to_the_other_response(open_page: Open) -> None:
    screen = open_page(Desk(edits="optional"))
    screen.page.get_by_role("button", name="Improve response A").click()
    screen.page.get_by_role("button", name="Improve response B").click()
    expect(screen.page.locator(".rp-edit:visible")).to_have_attribute("aria-label", "Improve response B")
    screen.page.locator(".rp-edit:visible").fill("Mine.")
    screen.page.get_by_role("button", name="Improve response A").click()
    expect(screen.page.locator("#rp-status")).to_contain_text("You are improving the other response")
