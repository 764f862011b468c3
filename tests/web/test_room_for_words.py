"""What opens under "Why?": the room there is, and nothing of the answer bar moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.depth import further
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
TOUCH = {"has_touch": True, "is_mobile": True}
WINDOWS: dict[str, dict[str, Any]] = {
    "desk": {"width": 1440, "height": 900},
    "small": {"width": 1024, "height": 768},
    "phone": {"width": 390, "height": 844, **TOUCH},
    "low": {"width": 844, "height": 390, **TOUCH},
}
NAMES = ("incorrect", "incomplete", "unclear", "useful", "unsafe", "too_long", "too_short", "repetitive")
MANY = {**OVERALL, "reasons": [{"name": name, "en": None, "fr": None} for name in NAMES]}
BAR = ".rp-bar :is(.rp-question, .rp-step, #rp-submit, #rp-skip, #rp-undo, .rp-reason-open)"


def places(screen: Screen) -> list[list[float]]:
    """Where everything stands that was in the bar before the box opened."""
    found: list[list[float]] = screen.page.locator(BAR).evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(b => [b.x, b.y, b.width, b.height].map(Math.round))"
    )
    assert len(found) == 13
    return found


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_on_a_phone_as_much_can_be_said_of_the_second_response_as_of_the_first_without_scrolling(
    open_page: Open, locale: str
) -> None:
    screen = open_page(Desk(criteria=[MANY]), locale=locale, **WINDOWS["phone"])
    screen.page.locator(".rp-reason-open").click()
    seen = screen.page.locator(".rp-chips-all").evaluate(
        """box => { const room = box.getBoundingClientRect(); return [...box.children].map(row => {
          const chips = [...row.querySelectorAll("button")].map(chip => chip.getBoundingClientRect());
          return chips.filter(each => each.bottom <= room.bottom && each.right <= innerWidth).length; }); }"""
    )
    assert seen[0] == seen[1] >= 2
    last = screen.page.locator(".rp-chips").last.get_by_role("button").last
    last.click()  # further to the side, and within reach
    expect(last).to_have_attribute("aria-pressed", "true")
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("locale", ["en", *further("fr")])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("criterion", [OVERALL, MANY], ids=["words", "chips"])
def test_opening_why_moves_nothing_in_the_bar_and_shows_a_text_as_wide_as_the_bar(
    open_page: Open, criterion: dict[str, Any], window: str, locale: str
) -> None:
    screen = open_page(Desk(criteria=[criterion]), locale=locale, **WINDOWS[window])
    before = places(screen)
    screen.page.locator(".rp-reason-open").click()
    assert places(screen) == before
    bar, text, tick, note, foot = (
        screen.page.locator(each).bounding_box() or {}
        for each in (
            "#rp-answer",
            ".rp-reason-text",
            ".rp-said-of-words .rp-tick",
            ".rp-leads-read",
            "#rp-foot",
        )
    )
    assert text["width"] >= bar["width"] - 12
    if window != "low":  # where a third of the height is left to all of it, it scrolls
        assert foot["y"] <= text["y"] < note["y"] <= tick["y"] + 10 < before[0][1]
    if window in ("desk", "small"):
        assert tick["height"] < 40
    screen.page.locator(".rp-reason-open").click()
    expect(screen.reason()).to_be_hidden()
    assert places(screen) == before


def test_words_that_were_closed_show_by_their_beginning_where_they_are_opened(open_page: Open) -> None:
    screen = open_page()
    opens = screen.page.locator(".rp-reason-open")
    expect(opens).to_have_accessible_name("Why? (optional)")
    before = places(screen)
    screen.write("The second one " + "names a source. " * 20)
    screen.page.keyboard.press("Escape")
    expect(screen.reason()).to_be_hidden()
    expect(opens.locator(".rp-long")).to_contain_text("The second one names a source.")
    assert (opens.get_attribute("aria-label") or "").startswith("Why? (optional) – The second one names")
    assert places(screen) == before


def test_words_that_are_asked_for_take_their_room_with_the_answer_and_not_before(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[{**OVERALL, "rationale": "required"}]))
    expect(screen.reason()).to_be_hidden()
    before = places(screen)
    screen.step("Response A is better").click()
    expect(screen.reason()).to_be_visible()
    assert places(screen) == before
