"""What is opened beside the work leads back to where one was, and words written in one tab are lost to no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.depth import further, thorough
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
REASONS = [{"name": "incorrect", "en": "", "fr": ""}, {"name": "incomplete", "en": "", "fr": ""}]


def press(screen: Screen, name: str) -> None:
    screen.page.get_by_role("button", name=name, exact=True).click()


def is_in_sight(node: Locator) -> bool:
    """Whether it stands in the window, its top at least."""
    seen: bool = node.evaluate(
        "(n) => { const { top } = n.getBoundingClientRect(); return top >= 0 && top < innerHeight; }"
    )
    return seen


def places(page: Page) -> list[tuple[float, ...]]:
    """Where the buttons of the bar stand and how large they are."""
    found: list[list[float]] = page.locator(".rp-bar button:visible").evaluate_all(
        "(all) => all.map((n) => n.getBoundingClientRect())"
        ".map((r) => [r.x, r.bottom - innerHeight, r.width, r.height])"
    )
    return [tuple(each) for each in found]


@pytest.mark.parametrize("device", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desktop"])
def test_guidelines_read_from_the_welcome_begin_at_their_first_line_and_lead_back(
    open_page: Open, device: dict[str, object]
) -> None:
    screen = open_page(welcome=True, **device)
    first = screen.page.get_by_role("button", name="Read the guidelines first")
    first.scroll_into_view_if_needed()
    first.click()
    title = screen.page.locator("#rp-guidelines-title")
    expect(title).to_be_focused()
    assert is_in_sight(title)
    press(screen, "Close")
    expect(first).to_be_focused()
    assert is_in_sight(first)
    assert is_in_sight(screen.page.get_by_role("button", name="Start", exact=True))


def test_the_key_of_the_guidelines_and_escape_leave_enter_to_the_answer(open_page: Open) -> None:
    screen = open_page()
    for key in ("5", "g", "Escape", "Enter"):
        screen.page.keyboard.press(key)
    screen.shows("words")
    assert screen.answers() == [[("bread-y", 1)]]


def test_escape_closes_a_panel_wherever_the_focus_is_and_leaves_it_there(open_page: Open) -> None:
    screen = open_page()
    press(screen, "Who is asking")
    screen.step("Response A is better").focus()
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator("#rp-who")).to_be_hidden()
    expect(screen.step("Response A is better")).to_be_focused()


def test_from_an_earlier_answer_one_is_back_at_its_line_of_the_list(open_page: Open) -> None:
    screen = open_page()
    for then in ("words", "sum"):
        screen.page.keyboard.press("2")
        screen.page.keyboard.press("Enter")
        screen.shows(then)
    press(screen, "My judgements")
    line = screen.page.locator(".rp-mine-open").nth(1)
    line.click()
    screen.shows("bread")
    screen.page.keyboard.press("Escape")
    screen.view("mine")
    expect(line).to_be_focused()
    line.click()
    screen.shows("bread")
    screen.page.keyboard.press("7")
    press(screen, "Save the change")
    screen.view("mine")
    expect(screen.page.locator("#rp-status:not([data-quiet])")).to_have_text("Saved.")
    expect(line).to_be_focused()


def test_my_judgements_without_a_line_say_so_and_come_once_it_is_back(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    screen.visit.context.set_offline(True)
    press(screen, "My judgements")
    told = screen.page.get_by_text("your answers are safe, but cannot be shown now")
    expect(told).to_be_visible()
    screen.visit.context.set_offline(False)
    expect(screen.page.locator(".rp-mine-open")).to_have_count(1)
    expect(told).to_have_count(0)


def test_a_search_looks_through_answers_and_shows_no_skips(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("s")
    screen.shows("words")
    press(screen, "My judgements")
    skips = screen.page.locator("#rp-mine-skips")
    expect(skips).to_be_visible()
    screen.page.get_by_role("searchbox").fill("zzzz")
    expect(screen.page.get_by_text("Nothing found.").first).to_be_visible()
    expect(skips).to_be_hidden()


@pytest.mark.parametrize("locale", ["en-GB", *further("fr-FR")])
@thorough
def test_no_button_moves_under_a_thumb_when_a_reason_is_set(open_page: Open, locale: str) -> None:
    desk = Desk(criteria=[{**OVERALL, "reasons": REASONS}])
    screen = open_page(desk, welcome=True, locale=locale, **PHONE)
    screen.page.locator(".rp-main-button", has_text="Start" if locale == "en-GB" else "Commencer").click()
    screen.shows("bread")
    for width in (360, 375, 385, 390, 393, 400, 404, 412, 430):
        screen.page.set_viewport_size({"width": width, "height": 844})
        screen.page.locator(".rp-reason-open").click()
        before = places(screen.page)
        chip = screen.page.locator(".rp-chip").first
        chip.click()
        expect(screen.page.locator(".rp-count")).to_have_text("1")
        assert places(screen.page) == before, width
        chip.click()
        screen.page.locator(".rp-reason-close").click()


def test_words_written_in_one_tab_stay_as_a_change_to_what_another_tab_answered(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("3")
    screen.write("Half a reason.")
    other = screen.visit.context.new_page()
    other.goto(screen.service.address)
    other.locator('.rp-pane[data-completion="bread-x"]').wait_for()
    other.locator(".rp-reason-text").first.fill("")
    other.get_by_role("radio", name="Response B is much better").click()
    other.get_by_role("button", name="Submit").click()
    screen.shows("words")
    expect(screen.page.locator("#rp-status")).to_contain_text(
        "What you wrote here is kept as a change to it."
    )
    assert screen.answers() == [[("bread-y", 3)]]
    press(screen, "Go back to it")
    screen.shows("bread")
    expect(screen.reason()).to_have_value("Half a reason.")
    press(screen, "Save the change")
    screen.shows("words")
    (saved,) = screen.desk.saved.values()
    assert saved[0]["rationale"] == "Half a reason."
