"""The words of the rater's page."""

from __future__ import annotations

import re
from pathlib import Path

import rlhf_collect.web
from rlhf_collect.web.texts import TEXTS

ASSETS = Path(rlhf_collect.web.__file__).parent / "assets"
_PLACE = re.compile(r"\{(\w+)\}")


def test_both_languages_have_the_same_keys_and_the_same_places() -> None:
    english, french = TEXTS["en"], TEXTS["fr"]
    assert set(english) == set(french)
    for key, text in english.items():
        assert set(_PLACE.findall(text)) == set(_PLACE.findall(french[key])), key


def test_french_has_no_break_spaces_where_they_belong() -> None:
    for key, text in TEXTS["fr"].items():
        assert not re.search(r"(?<![\u00a0\w.])[:;?!]|[ \w][;?!]|« |[^\u00a0]»", text), key


def test_french_has_typographic_apostrophes() -> None:
    assert [key for key, text in TEXTS["fr"].items() if "'" in text] == []


def test_every_text_the_page_asks_for_exists() -> None:
    asked: set[str] = set()
    for file in ASSETS.glob("*.js"):
        asked |= set(re.findall(r"""\bt\(\s*"(\w+)"[,)]""", file.read_text(encoding="utf-8")))
    asked |= set(
        re.findall(r'data-t(?:-label)?="(\w+)"', (ASSETS / "rater.html").read_text(encoding="utf-8"))
    )
    assert asked - set(TEXTS["en"]) == set()
    assert len(asked) > 40


def test_the_skeleton_holds_no_words_of_its_own() -> None:
    bare = re.sub(r"<[^>]*>", "", (ASSETS / "rater.html").read_text(encoding="utf-8"))
    assert bare.strip() == ""


def test_scripts_never_make_html_or_code_from_text() -> None:
    for file in ASSETS.glob("*.js"):
        source = file.read_text(encoding="utf-8")
        assert not re.search(
            r"\beval\(|new Function|insertAdjacentHTML|outerHTML|document\.write|on\w+=\"", source
        )
        for target in re.findall(r"innerHTML\s*=\s*([\w.]+)", source):
            assert target in ("message.html", "message.raw", "guidelineHtml", "change.html", "answer.html")
