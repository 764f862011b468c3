"""What comes among the comparisons unmarked, and what a rater is asked about, stands in words before they begin."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rlhf_collect.web.texts import TEXTS
from tests.web.comparisons import COMPARISONS
from tests.web.desk import Desk
from tests.web.rater_screen import Screen

TERMS = {"notice_days": 9, "contest_days": 30, "answer_days": 14}
"""Of the desk: what a project may set, and what holds everywhere."""
Open = Callable[..., Screen]
ANNOUNCED = {"gold": True, "repeats": True}
LIMITS = {"languages": ["fr", "en"], "tags": ["medicine"]}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_known_answers_repeats_and_limits_are_told_in_words_before_the_first_comparison(
    open_page: Open, language: str
) -> None:
    texts = TEXTS[language]
    screen = open_page(Desk(announced=ANNOUNCED, limits=LIMITS), welcome=True, locale=language)
    screen.view("welcome")
    said = screen.page.locator("#rp-state").inner_text()
    for words in (
        texts["promise_gold"],
        texts["promise_repeats"],
        texts["limits_languages"].format(languages="fr, en"),
        texts["limits_tags"].format(tags="medicine"),
    ):
        assert words in said


def test_nothing_is_announced_that_there_is_not(open_page: Open) -> None:
    screen = open_page(Desk(announced={"gold": False, "repeats": False}), welcome=True)
    screen.view("welcome")
    said = screen.page.locator("#rp-state").inner_text()
    assert TEXTS["en"]["promise_speak"] in said
    for key in ("promise_gold", "promise_repeats", "limits"):
        assert TEXTS["en"][key] not in said


def read_in_who_is_asking(page: Page) -> str:
    page.locator("#rp-who-button").click()
    said = page.locator("#rp-who-body").inner_text()
    page.locator("#rp-who-close").click()
    return said


@pytest.mark.parametrize("sees", ["pseudonymous", "anonymous"])
def test_who_reads_answers_and_words_is_told_before_the_first_comparison_and_beside_the_words(
    open_page: Open, sees: str
) -> None:
    screen = open_page(Desk(lead_sees=sees), welcome=True)
    screen.view("welcome")
    first = screen.page.locator("#rp-state").inner_text()
    screen.start()
    for language, texts in TEXTS.items():
        if language == "fr":
            screen.speak("Français")
        for key in (f"promise_answers_{sees}", f"promise_figures_{sees}", "promise_words"):
            assert texts[key] in read_in_who_is_asking(screen.page), key
            assert language != "en" or texts[key] in first, key
        assert screen.page.locator(".rp-leads-read").first.text_content() == texts["leads_read"]


def test_what_is_published_without_being_asked_needs_no_word_on_who_reads_it(open_page: Open) -> None:
    practice = [{**COMPARISONS[0], "expected": "tie", "reason": "Both are right."}]
    screen = open_page(Desk(practice=practice), welcome=True)
    screen.practise("bread", "4")
    assert screen.page.locator(".rp-leads-read").count() == 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_how_judgements_could_be_left_out_and_be_contested_is_told_before_it_ever_happens(
    open_page: Open, language: str
) -> None:
    texts = TEXTS[language]
    screen = open_page(Desk(announced=ANNOUNCED), welcome=True, locale=language)
    screen.view("welcome")
    assert texts["promise_contest"].format(**TERMS) in screen.page.locator("#rp-state").inner_text()
    said = read_in_who_is_asking(screen.page)
    assert texts["appeals"] in said
    for name in ("figures", "notice", "contest", "known"):
        assert texts[f"appeals_{name}"].format(**TERMS) in said
    screen.page.locator("#rp-who-button").click()
    screen.page.locator("#rp-figures-button").click()
    screen.view("figures")
    assert texts["figures_contest"].format(**TERMS) in screen.page.locator("#rp-state").inner_text()


def test_no_number_of_the_terms_stands_in_the_texts_themselves() -> None:
    for language, texts in TEXTS.items():
        named = [key for key in texts if key.startswith("appeals_") or key.endswith("_contest")]
        assert len(named) == 6
        assert [key for key in named if any(sign.isdigit() for sign in texts[key])] == [], language


def test_known_answers_that_there_are_not_cannot_be_contested(open_page: Open) -> None:
    screen = open_page()
    assert TEXTS["en"]["appeals_known"] not in read_in_who_is_asking(screen.page)


def test_who_has_nothing_left_within_their_limits_reads_why(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=[], reason="no_suitable", limits=LIMITS), welcome=True)
    screen.view("welcome")
    screen.page.get_by_role("button", name=TEXTS["en"]["start"]).click()
    screen.view("empty")
    assert TEXTS["en"]["empty_no_suitable"] in screen.page.locator("#rp-state").inner_text()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_has_nothing_left_to_compare_and_something_to_decide_reads_what_waits(
    open_page: Open, language: str
) -> None:
    texts = TEXTS[language]
    deciding = {"announced": True, "left": 5}
    screen = open_page(Desk(comparisons=[], deciding=deciding), welcome=True, locale=language)
    screen.page.get_by_role("button", name=texts["start"], exact=True).click()
    screen.view("empty")
    said = screen.page.locator("#rp-state")
    expect(said).to_contain_text(texts["empty_to_decide"].format(n=5))
    expect(said.get_by_role("button", name=texts["decide_open"].format(n=5))).to_be_visible()
    screen.desk.deciding = {"announced": True, "left": 0}
    screen.page.reload()
    screen.view("empty")
    expect(said).to_contain_text(texts["finished_none"])
    expect(said).not_to_contain_text(texts["empty_to_decide"].split("{")[0])
