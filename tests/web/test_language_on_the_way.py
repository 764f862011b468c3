"""The language is changed in the middle of a screen: everything on it follows, and nobody loses their place."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.comparisons import COMPARISONS
from tests.web.desk import Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]


def test_practice_goes_on_in_the_other_language_where_it_was(open_page: Open) -> None:
    practice = [{**COMPARISONS[1], "id": "p1", "expected": "words-x", "reason": "It is shorter."}]
    screen = open_page(Desk(practice=practice), welcome=True)
    screen.practise("words", "7")
    expect(screen.page.locator("#rp-submit")).to_contain_text("Next")
    screen.speak("Français")
    expect(screen.page.locator("#rp-mode span")).to_have_text("Entraînement 1 sur 1\u00a0: non compté")
    expect(screen.page.locator("#rp-submit")).to_contain_text("Suivante")
    expect(screen.page.locator("#rp-notice")).to_contain_text("«\u00a0La réponse A est meilleure\u00a0»")


def test_an_earlier_answer_says_what_it_is_in_the_other_language(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    screen.page.get_by_role("button", name="My judgements").click()
    screen.page.locator(".rp-mine button").click()
    screen.shows("bread")
    screen.speak("Français")
    expect(screen.page.locator("#rp-mode span")).to_have_text(
        "Vous regardez une de vos réponses précédentes."
    )
    expect(screen.page.locator("#rp-submit")).to_contain_text("Enregistrer")


def test_the_welcome_keeps_the_focus_on_the_language_and_each_row_its_own_choice(open_page: Open) -> None:
    screen = open_page(welcome=True)
    screen.view("welcome")
    welcome = screen.page.locator("#rp-state")
    welcome.get_by_label("Français").check()
    expect(screen.page.locator("#rp-state-title")).to_have_text("Avant de commencer")
    expect(welcome.get_by_label("Français")).to_be_focused()
    screen.page.locator("#rp-settings-button").click()
    screen.page.get_by_role("dialog").get_by_label("English").check()
    screen.page.keyboard.press("Escape")
    expect(welcome.get_by_label("English")).to_be_checked()
