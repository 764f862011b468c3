"""What comes among the comparisons unmarked, and what a rater is asked about, stands in words before they begin."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rlhf_collect.web.texts import TEXTS
from tests.web.desk import Desk
from tests.web.rater_screen import Screen

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


def test_who_has_nothing_left_within_their_limits_reads_why(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=[], reason="no_suitable", limits=LIMITS), welcome=True)
    screen.view("welcome")
    screen.page.get_by_role("button", name=TEXTS["en"]["start"]).click()
    screen.view("empty")
    assert TEXTS["en"]["empty_no_suitable"] in screen.page.locator("#rp-state").inner_text()
