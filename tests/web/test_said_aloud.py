"""What the page says to those who hear it, and where it says it to those who see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.web.comparisons import COMPARISONS
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen
from tests.web.test_small_and_large import turned
from tests.web.test_ways_to_answer import named

Open = Callable[..., Screen]
RANKING = {**OVERALL, "answer": "ranking", "strengths": 0}
POINTS = {**OVERALL, "answer": "points", "points": "1-5", "strengths": 0}


def said(screen: Screen) -> Locator:
    return screen.page.locator("#rp-status")


@pytest.mark.parametrize(
    ("criterion", "keys"),
    [
        (
            OVERALL,
            {
                "2": "Response A is better, chosen.",
                "bbb": "Response B is much better, chosen.",
                "t": "The responses are equally good, chosen.",
                "x": "Both are bad, chosen.",
            },
        ),
        (
            RANKING,
            {
                "2": "Response A: 2nd, chosen.",
                "2a2": "Response A: 2nd, taken back.",
                "0": "All are bad, chosen.",
                "00": "All are bad, taken back.",
            },
        ),
        (POINTS, {"4": "Response A: 4 of 5, chosen."}),
    ],
    ids=["scale", "ranking", "points"],
)
def test_what_a_key_chooses_or_takes_back_is_said_aloud_and_not_shown(
    open_page: Open, criterion: dict[str, object], keys: dict[str, str]
) -> None:
    names = ["bread", *(f"bread{number}" for number in range(len(keys)))]
    screen = open_page(Desk(criteria=[criterion], comparisons=[named(name) for name in names]))
    for (pressed, words), following in zip(keys.items(), names[1:], strict=True):
        for key in pressed:
            screen.page.keyboard.press(key)
        expect(said(screen)).to_have_text(words)
        expect(said(screen)).to_have_attribute("data-quiet", "")
        screen.page.keyboard.press("s")  # to one at which nothing is answered yet
        screen.shows(following)


def test_a_flag_is_said_when_it_is_set_and_when_it_is_taken_off_and_the_button_is_called_as_it_reads(
    open_page: Open,
) -> None:
    screen = open_page(Desk(flags=["harmful"]))
    screen.page.get_by_role("button", name="Flag: Response A").click()
    screen.page.keyboard.press("Space")
    expect(said(screen)).to_have_text("Response A flagged: harmful.")
    flagged = screen.page.get_by_role("button", name="Flagged: 1 – Response A")
    expect(flagged).to_have_text("Flagged: 1")
    screen.page.keyboard.press("Space")
    expect(said(screen)).to_have_text("Response A: flag taken off, harmful.")
    expect(screen.page.get_by_role("button", name="Flag: Response A")).to_have_text("Flag")


def test_a_key_that_is_taken_is_told_in_the_dialog_and_the_first_keys_come_back_by_one_button(
    open_page: Open,
) -> None:
    screen = open_page()
    dialog, keys = screen.page.get_by_role("dialog"), screen.page.keyboard
    keys.press("?")
    screen.page.get_by_role("button", name="Change the key for: Skip").click()
    for key, words in (
        ("r", "R is used for: Why?"),
        ("3", "3 is used for: Answer, from left to right; a place; points"),
        ("Tab", "Tab cannot be used for this."),
    ):
        keys.press(key)
        expect(dialog.get_by_role("status")).to_have_text(words)
        expect(screen.page.get_by_role("button", name="Press the new key for: Skip")).to_be_focused()
    keys.press("Escape")
    expect(screen.page.get_by_role("button", name="Change the key for: Skip")).to_be_focused()
    screen.page.get_by_role("button", name="Change the key for: Mark differences").click()
    keys.press("n")
    expect(dialog.get_by_role("status")).to_have_text("N is now: Mark differences")
    expect(screen.page.locator("#rp-differ kbd")).to_have_text("N")
    dialog.get_by_role("button", name="Back to the default keys").click()
    expect(dialog.get_by_role("status")).to_have_text("The keys are as they were at first.")
    expect(dialog.get_by_role("button", name="Back to the default keys")).to_be_focused()
    expect(screen.page.locator("#rp-differ kbd")).to_have_text("D")
    assert screen.page.evaluate("JSON.parse(localStorage.getItem('rlhf-collect:display')).keymap") == {}


def test_what_is_missing_is_said_just_above_the_buttons_over_neither_counter_nor_menu(
    usual: Screen,
) -> None:
    for width, height in ((1440, 900), (390, 844)):
        turned(usual, width, height)
        usual.page.keyboard.press("Enter")
        expect(said(usual)).to_have_text("Choose an answer first.")
        toast, foot = said(usual).bounding_box(), usual.page.locator("#rp-foot").bounding_box()
        assert toast is not None
        assert foot is not None
        assert 0 <= foot["y"] - toast["y"] - toast["height"] < 16


def test_nothing_is_left_to_hear_of_marks_that_are_gone(usual: Screen) -> None:
    usual.page.keyboard.press("d")
    expect(said(usual)).to_contain_text("Words marked:")
    usual.page.keyboard.press("d")
    expect(said(usual)).to_have_text("Nothing is marked any more.")
    usual.page.keyboard.press("d")
    usual.page.get_by_role("button", name="Raw text of response A").click()
    expect(usual.page.locator("#rp-differ")).to_have_attribute("aria-pressed", "false")
    expect(said(usual)).to_have_text("Nothing is marked any more.")
    usual.page.get_by_role("button", name="Raw text of response A").click()


def test_what_was_missing_is_not_shown_any_more_once_it_is_there(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("Enter")
    expect(said(screen)).to_have_text("Choose an answer first.")
    screen.step("Response A is better").click()
    expect(said(screen)).to_have_text("", timeout=1)


def test_a_button_that_waits_for_a_key_is_called_so_and_the_list_of_keys_is_in_sight(usual: Screen) -> None:
    turned(usual, 900, 800)
    page, dialog = usual.page, usual.page.get_by_role("dialog")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_focused()
    row = page.get_by_role("button", name="Change the key for: Open this list").bounding_box()
    assert row is not None
    assert row["y"] + row["height"] <= 800
    page.get_by_role("button", name="Change the key for: Skip").click()
    asked = "Press the new key for: Skip. Esc keeps the old one."
    expect(dialog.get_by_role("status")).to_have_text(asked)
    expect(page.get_by_role("button", name=asked)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Change the key for: Skip")).to_be_focused()
    expect(dialog.get_by_role("status")).to_have_text("")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_looking_for_new_comparisons_says_when_there_are_none(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=COMPARISONS[:1]))
    screen.page.keyboard.press("s")
    screen.view("empty")
    screen.page.get_by_role("button", name="Check for new comparisons").click()
    expect(said(screen)).to_have_text("Nothing new yet.")
    expect(said(screen)).not_to_have_attribute("data-quiet", "")


def test_what_practice_explained_is_not_heard_over_the_first_real_comparison(open_page: Open) -> None:
    practice = [{**COMPARISONS[1], "id": "p1", "expected": "tie", "reason": "Both are right."}]
    screen = open_page(Desk(practice=practice), welcome=True)
    screen.practise("words", "7")
    expected = (
        "You chose: Response B is much better. Expected: The responses are equally good. Both are right."
    )
    expect(screen.page.locator("#rp-notice")).to_have_text(expected)
    expect(said(screen)).to_have_text(expected)
    screen.page.get_by_role("button", name="Stop practising").click()
    screen.view("practice")
    expect(said(screen)).to_have_text("", timeout=1)
    screen.page.get_by_role("button", name="Go to the comparisons").click()
    screen.shows("bread")
    expect(said(screen)).to_have_text("", timeout=1)


def test_what_a_search_finds_is_said(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    screen.page.get_by_role("button", name="My judgements").click()
    search = screen.page.get_by_role("searchbox", name="Search in prompts, responses and reasons")
    search.fill("sourdough")
    expect(said(screen)).to_have_text("Found: 1.")
    search.fill("nowhere")
    expect(said(screen)).to_have_text("Nothing found.")
