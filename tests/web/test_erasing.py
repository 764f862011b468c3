"""A rater has their data erased on the page, and knows before and after what that means."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.desk import Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]


def asked(screen: Screen) -> None:
    screen.page.get_by_role("button", name="Who is asking").click()
    screen.page.get_by_role("button", name="Have my data erased").click()
    screen.page.get_by_role("dialog", name="Have your data erased?").wait_for()


def test_erasing_is_asked_first_and_enter_keeps_everything(open_page: Open) -> None:
    screen = open_page()
    asked(screen)
    expect(screen.page.locator("#rp-erase")).to_contain_text(
        "We cannot recall copies others have downloaded."
    )
    expect(screen.page.get_by_role("radio", name="Leave them out of versions to come")).to_be_checked()
    expect(
        screen.page.get_by_role("checkbox", name="Also ask for removal from what is published")
    ).not_to_be_checked()
    screen.page.get_by_role("button", name="Keep my data").press("Enter")
    expect(screen.page.get_by_role("dialog")).to_be_hidden()
    assert screen.desk.erased is None
    screen.shows("bread")


def test_who_erased_their_data_reads_what_was_done_and_leaves_nothing_in_the_browser(open_page: Open) -> None:
    screen = open_page(Desk())
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    screen.page.keyboard.press("3")
    screen.write("half a sentence")
    asked(screen)
    screen.page.get_by_role("radio", name="Keep them, without a name or pseudonym").check()
    screen.page.get_by_role("checkbox", name="Also ask for removal").check()
    screen.page.get_by_role("button", name="Erase my data").click()
    screen.view("erased")
    assert screen.desk.erased == ("kept", True)
    told = screen.page.locator("#rp-state")
    expect(told).to_contain_text("Your answers stay, without a name or pseudonym.")
    expect(told).to_contain_text("Versions made before still hold what they held: 1.0.0.")
    expect(told).to_contain_text("The project lead is asked to withdraw them")
    expect(screen.page.get_by_role("button", name="Who is asking")).to_be_hidden()
    screen.page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert screen.page.evaluate("Object.keys(localStorage)") == []


def test_an_erasure_that_fails_says_so_and_can_be_tried_again(open_page: Open) -> None:
    screen = open_page()
    asked(screen)
    screen.page.route("**/api/v1/me?*", lambda route: route.abort(), times=1)
    screen.page.get_by_role("button", name="Erase my data").click()
    expect(screen.page.locator("#rp-erase [role=status]")).to_have_text(
        "Your data could not be erased. Nothing was changed. Please try again."
    )
    screen.page.get_by_role("button", name="Erase my data").click()
    screen.view("erased")
