"""What was chosen and typed stays: over a skip taken back, and over an earlier answer left while it was changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.depth import further
from tests.web.comparisons import COMPARISONS
from tests.web.desk import Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]


def notice(screen: Screen) -> Locator:
    return screen.page.locator("#rp-notice:visible")


def judge(screen: Screen, key: str, then: str) -> None:
    screen.page.keyboard.press(key)
    screen.page.keyboard.press("Enter")
    screen.shows(then)


def test_a_skip_taken_back_has_everything_that_was_chosen_and_typed_before_it(open_page: Open) -> None:
    screen = open_page(Desk(edits="optional", flags=["harmful"]))
    page = screen.page
    page.get_by_role("button", name="Flag: Response A").click()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Improve response B").click()
    page.locator(".rp-edit").fill("Better.")
    page.get_by_role("button", name="Keep my version").click()
    screen.write("Because.")
    screen.step("Response A is better").click()
    page.get_by_role("button", name="Skip").click()
    screen.shows("words")
    assert screen.chosen() == []
    page.keyboard.press("u")
    screen.shows("bread")
    assert screen.chosen() == ["Response A is better"]
    expect(screen.reason()).to_have_value("Because.")
    expect(page.get_by_role("button", name="Flagged: 1 – Response A")).to_be_visible()
    expect(page.get_by_role("button", name="Improved: response B")).to_be_visible()
    screen.submit()
    screen.shows("words")
    assert screen.desk.submissions[0]["edited"] == {"completion": "bread-y", "content": "Better."}


@pytest.mark.parametrize("way", ["My judgements", *further("Back", "Escape", "the browser's Back", "u")])
def test_an_earlier_answer_left_with_a_change_says_so_and_has_the_change_when_it_is_opened_again(
    open_page: Open, way: str
) -> None:
    screen = open_page()
    page = screen.page
    judge(screen, "2", "words")
    judge(screen, "2", "sum")
    page.keyboard.press("u")
    screen.shows("words")
    page.keyboard.press("7")
    if way in ("My judgements", "Back"):
        page.get_by_role("button", name=way, exact=True).click()
    elif way == "the browser's Back":
        page.go_back()
    else:
        page.keyboard.press(way)
    expect(notice(screen)).to_contain_text("Your change is not saved yet.")
    page.get_by_role("button", name="Go back to it").click()
    screen.shows("words")
    assert screen.chosen() == ["Response B is much better"]
    expect(page.locator("#rp-mode")).to_contain_text("a change that is not saved yet")
    expect(notice(screen)).to_have_count(0)
    page.get_by_role("button", name="Save the change").click()
    if way == "My judgements":
        screen.view("mine")  # the judgement has a way back of the same name
        page.get_by_role("button", name="Back", exact=True).click()
    screen.shows("sum")
    expect(notice(screen)).to_have_count(0)
    assert screen.answers() == [[("bread-x", 2)], [("words-y", 3)]]


def test_a_change_can_be_dropped_and_what_was_not_changed_is_left_without_a_word(open_page: Open) -> None:
    screen = open_page()
    page = screen.page
    judge(screen, "2", "words")
    page.keyboard.press("u")
    screen.shows("bread")
    expect(page.locator("#rp-status")).to_have_text("Your earlier answer. Change it and save, or go back.")
    page.keyboard.press("7")
    page.keyboard.press("2")  # as it was
    page.keyboard.press("Escape")
    screen.shows("words")
    expect(page.locator("#rp-status")).to_have_text("", timeout=1)  # nothing of the screen that is gone
    expect(notice(screen)).to_have_count(0)
    page.keyboard.press("u")
    screen.shows("bread")
    page.keyboard.press("7")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Drop the change").click()
    expect(notice(screen)).to_have_count(0)
    page.keyboard.press("u")
    screen.shows("bread")
    assert screen.chosen() == ["Response A is better"]


def test_undo_goes_further_back_than_this_page_knows_and_twice_on_it_never_asks_to_take_an_answer_back(
    open_page: Open,
) -> None:
    screen = open_page()
    page = screen.page
    judge(screen, "2", "words")
    page.reload()
    screen.shows("words")
    judge(screen, "2", "sum")
    page.locator("#rp-undo").click()
    screen.shows("words")
    page.locator("#rp-undo").click()
    screen.shows("bread")
    page.keyboard.press("u")
    expect(page.locator("#rp-status")).to_have_text("There is no earlier answer of yours.")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_undo_after_a_reload_takes_back_what_was_done_last_before_it(open_page: Open) -> None:
    screen = open_page()
    page, undo = screen.page, screen.page.locator("#rp-undo")
    expect(undo).to_have_attribute("aria-disabled", "true")
    judge(screen, "2", "words")
    page.keyboard.press("s")
    screen.shows("sum")
    page.reload()
    screen.shows("sum")
    expect(undo).not_to_have_attribute("aria-disabled", "true")
    undo.click()
    screen.shows("words")
    assert screen.desk.skipped == []
    page.keyboard.press("u")
    screen.shows("bread")
    assert screen.chosen() == ["Response A is better"]


def test_undo_with_nothing_left_to_undo_says_so(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("s")
    screen.shows("words")
    screen.page.reload()
    screen.shows("words")
    screen.page.locator("#rp-undo").click()
    screen.shows("bread")
    screen.page.keyboard.press("u")
    expect(screen.page.locator("#rp-status")).to_have_text("There is nothing to undo.")


def test_the_last_one_can_be_undone_from_the_last_page_too(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=COMPARISONS[:1]))
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.view("empty")
    screen.page.reload()
    screen.view("empty")
    screen.page.get_by_role("button", name="Undo the last one").click()
    screen.shows("bread")
    assert screen.chosen() == ["Response A is better"]
