"""Practice: what was chosen and what was expected, and the way back to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.web.comparisons import COMPARISONS
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
PRACTICE = [{**COMPARISONS[1], "id": "p1", "expected": "words-x", "reason": "It is shorter."}]
RANKING = {**OVERALL, "answer": "ranking", "strengths": 0}
POINTS = {**OVERALL, "answer": "points", "points": "1-5", "strengths": 0}


@pytest.mark.parametrize(
    ("criterion", "keys", "chosen"),
    [
        (OVERALL, "5", "Response B is slightly better"),
        (OVERALL, "0", "Both are bad"),
        (RANKING, "21", "Response B is better"),
        (POINTS, "33", "The responses are equally good"),
    ],
    ids=["scale", "both bad", "ranking", "points"],
)
def test_practice_says_what_was_chosen_beside_what_was_expected(
    open_page: Open, criterion: dict[str, object], keys: str, chosen: str
) -> None:
    screen = open_page(Desk(practice=PRACTICE, criteria=[criterion]), welcome=True)
    screen.practise("words", keys[0])
    if more := keys[1:]:  # Enter after an answer that was whole already would go on to the next one
        for key in (*more, "Enter"):
            screen.page.keyboard.press(key)
    notice = screen.page.locator("#rp-notice")
    expect(notice).to_have_text(f"You chose: {chosen}. Expected: Response A is better. It is shorter.")
    expect(notice).to_have_attribute("data-kind", "other")


def test_what_was_answered_in_practice_looks_locked_and_is_told_apart_by_a_sign_not_by_colour_alone(
    open_page: Open,
) -> None:
    sign = "getComputedStyle(document.querySelector('#rp-notice'), '::before').content"
    signs = set()
    for key in ("1", "7"):
        screen = open_page(Desk(practice=PRACTICE), welcome=True)
        screen.practise("words", key)
        screen.page.locator("#rp-notice:visible").wait_for()
        signs.add(screen.page.evaluate(sign))
    assert len(signs) == 2
    other = screen.page.locator(".rp-step").nth(1)
    expect(other).to_have_attribute("aria-disabled", "true")
    expect(other).to_have_css("border-top-style", "dashed")
    expect(other).to_have_css("cursor", "default")


def test_practice_can_be_opened_again_from_the_guidelines_and_the_comparison_waits(open_page: Open) -> None:
    screen = open_page(Desk(practice=PRACTICE), welcome=True)
    page = screen.page
    screen.practise("words", "7")
    page.locator("#rp-notice:visible").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Go to the comparisons").click()
    screen.shows("bread")
    page.keyboard.press("3")
    page.keyboard.press("g")
    page.get_by_role("button", name="Practise with known answers").click()
    screen.shows("words")
    expect(page.locator("#rp-mode")).to_contain_text("Practice 1 of 1: not counted")
    expect(page.locator("#rp-guidelines")).to_be_hidden()
    page.get_by_role("button", name="Stop practising").click()
    page.get_by_role("button", name="Go straight to the comparisons").click()
    screen.shows("bread")
    assert screen.chosen() == ["Response A is slightly better"]
    assert screen.desk.submissions == []


def test_practice_declined_is_not_offered_again_on_another_device(open_page: Open) -> None:
    desk = Desk(practice=PRACTICE)
    for offered in (True, False):
        screen = open_page(desk, welcome=True)
        screen.page.get_by_role("button", name="Start", exact=True).click()
        if offered:
            screen.page.get_by_role("button", name="Go straight to the comparisons").click()
        screen.shows("bread")
    screen.page.keyboard.press("?")
    screen.page.get_by_label("Dark").check()
    expect(screen.page.locator("html")).to_have_attribute("data-theme", "dark")
    screen.page.wait_for_timeout(900)  # the choice travels a moment later
    assert (desk.display["theme"], desk.display["practice_declined"]) == ("dark", True)
    kept_here = screen.page.evaluate("localStorage.getItem('rlhf-collect:display')")
    assert "practice_declined" not in kept_here  # the next person at this browser is asked


def test_once_practice_is_explained_no_reasons_are_asked_for(open_page: Open) -> None:
    screen = open_page(Desk(practice=PRACTICE), welcome=True)
    screen.practise("words", "1")
    screen.page.locator("#rp-notice:visible").wait_for()
    expect(screen.page.locator(".rp-reason")).to_be_hidden()
    screen.page.keyboard.press("r")
    expect(screen.page.locator("#rp-submit")).to_be_focused()


def test_whoever_has_passed_is_told_so_and_not_what_there_is_to_do(open_page: Open) -> None:
    screen = open_page(Desk(practice=PRACTICE, practice_required=True), welcome=True)
    for key, words in (("7", "asks you to answer at least 1 of 1"), ("1", "You have passed.")):
        if key == "7":
            screen.practise("words", key)
        else:
            screen.page.get_by_role("button", name="Practise again").click()
            screen.shows("words")
            for each in (key, "Enter"):
                screen.page.keyboard.press(each)
        screen.page.locator("#rp-notice:visible").wait_for()
        screen.page.keyboard.press("Enter")
        screen.view("practice")
        expect(screen.page.locator("#rp-state-body")).to_contain_text(words)
    expect(screen.page.locator("#rp-state-body")).not_to_contain_text("asks you to answer")
