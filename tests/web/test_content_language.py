"""Which language a text is in reaches whoever hears it, and is never guessed between two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.web.comparisons import COMPARISONS
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
MARKED = "[...document.querySelectorAll('#rp-prompt-body > *, .rp-pane-body > *')].map(each => each.lang)"
GUESSES = {
    ("السلام عليكم ورحمة الله", "en"): "ar",
    ("السلام عليكم ورحمة الله", "fa"): "fa",
    ("این یک متن فارسی است", "en"): None,
    ("Καλημέρα σας", ""): "el",
    ("これは日本語です。漢字", "en"): "ja",
    ("你好", "zh"): "zh",
    ("你好", "en"): None,
    ("Bonjour tout le monde", "en"): "en",
    ("Bonjour tout le monde", ""): None,
    ("Привет", ""): None,
    ("12 + 3", "fr"): "fr",
    ("hello", "no language"): None,
}
"""A text and the language of its comparison: the language it is read in."""


def test_prompt_and_responses_carry_the_language_of_the_comparison_or_of_their_script(
    open_page: Open,
) -> None:
    texts = ("C’est du pain.", "هذا خبز مسطح")
    completions = [
        {"id": f"bread-{side}", "content": [{"role": "assistant", "content": text}]}
        for side, text in zip("xy", texts, strict=True)
    ]
    comparison: dict[str, Any] = {**COMPARISONS[0], "language": "fr", "completions": completions}
    screen = open_page(Desk(comparisons=[comparison]))
    assert screen.page.evaluate(MARKED) == ["fr", "fr", "ar"]
    assert screen.page.evaluate("document.documentElement.lang") == "en"


def test_a_script_of_several_languages_is_no_reason_to_name_one(open_page: Open) -> None:
    names = ["bread", *(f"bread{number}" for number in range(1, len(GUESSES)))]
    comparisons = [
        {
            "id": name,
            "language": known,
            "prompt": [{"role": "user", "content": text}],
            "completions": [
                {"id": f"{name}-{side}", "content": [{"role": "assistant", "content": text}]} for side in "xy"
            ],
        }
        for name, (text, known) in zip(names, GUESSES, strict=True)
    ]
    screen = open_page(Desk(comparisons=comparisons))
    read: list[str | None] = []
    for name in names:
        screen.shows(name)
        marked = screen.page.evaluate(MARKED)
        assert len(set(marked)) == 1
        read.append(marked[0] or None)
        screen.page.keyboard.press("s")
    assert read == list(GUESSES.values())


def test_the_projects_words_carry_the_language_of_the_project_on_a_page_in_another(open_page: Open) -> None:
    marked = "[...document.querySelectorAll('#rp-title > *, .rp-question > *')].map(each => each.lang)"
    for language, expected in (("en", "en"), ("de", "de")):
        desk = Desk(criteria=[{**OVERALL, "turn": 2}], language=language, display={"language": "fr"})
        screen = open_page(desk)
        assert screen.page.evaluate("document.documentElement.lang") == "fr"
        assert screen.page.evaluate(marked) == [expected, expected]
        expect(screen.page.locator(".rp-question")).to_have_text("Tour 2\u00a0: " + OVERALL["question"])
