"""Deceiving characters are shown, real languages are left alone."""

from __future__ import annotations

import pytest

from rlhf_collect.rendering import render_markdown, visible_source
from tests.rendering.reading import Reading

REAL = [
    pytest.param("สวัสดีครับ นี่คือน้ำที่ดี", id="Thai"),
    pytest.param("Tiếng Việt: Nguyễn Thị Phượng", id="Vietnamese composed"),
    pytest.param("Nguye\u0302\u0303n Phu\u031bo\u031b\u0323ng", id="Vietnamese decomposed"),
    pytest.param("क्षत्रिय ज्ञान श्री र्क्स्ष्म्यीं", id="Devanagari"),
    pytest.param("क्\u200dष न\u200cह", id="Devanagari with joiners"),
    pytest.param("בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים", id="Hebrew with vowels and cantillation"),
    pytest.param("بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ", id="Arabic with harakat"),
    pytest.param("می\u200cخواهم", id="Persian with ZWNJ"),
    pytest.param("\u200fשלום\u200e 123", id="LRM and RLM"),
    pytest.param("ཧཀྵྨླྺྼྻྂ ༀམཎིཔདྨེཧཱུྃ", id="Tibetan stacks"),
    pytest.param("မြန်မာဘာသာ ကျွန်ုပ်", id="Burmese"),
    pytest.param("ភាសាខ្មែរ ស្ត្រី", id="Khmer"),
    pytest.param("ᾂ α\u0313\u0300\u0345\u0304", id="polytonic Greek"),
    pytest.param("が か\u3099 ﾊﾟ", id="Japanese"),
    pytest.param("한국어 \u1112\u1161\u11ab", id="Korean jamo"),
    pytest.param("👨‍👩‍👧‍👦 👩🏽‍🚀 ❤️ 1️⃣ 🏳️‍🌈 🇫🇷", id="emoji with joiners"),
    pytest.param("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", id="flag of Scotland"),
    pytest.param("葛\U000e0100飾", id="ideographic variation"),
]


@pytest.mark.parametrize("text", REAL)
def test_real_writing_is_kept_to_the_letter(text):
    assert Reading(render_markdown(text)).text.strip("\n") == text


@pytest.mark.parametrize(
    "point", [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x7, 0x1B, 0x7F, 0x9B, 0xE0041]
)
def test_a_deceiving_character_is_shown_by_its_number(point):
    for markdown in (
        f"a{chr(point)}b",
        f"`a{chr(point)}b`",
        f"```py\na{chr(point)}b\n```",
        f"# a{chr(point)}b",
    ):
        html = render_markdown(markdown)
        assert chr(point) not in html
        assert f"a⟨U+{point:04X}⟩b" in Reading(html).text


def test_an_override_is_named_in_its_tooltip():
    expected = '<span class="rc-bidi" title="U+202E RIGHT-TO-LEFT OVERRIDE">⟨U+202E⟩</span>'
    assert expected in render_markdown("\u202e")


@pytest.mark.parametrize(
    "markdown", ["&#x202e;", "[x](https://a.example '\u202e')", "![\u202e](https://a.example)"]
)
def test_an_override_does_not_come_in_by_another_door(markdown):
    html = render_markdown(markdown)
    assert "\u202e" not in html
    assert "⟨U+202E⟩" in html


def test_attributes_hold_no_deceiving_characters():
    html = render_markdown("```p\u202ey\nx\n```")
    assert "\u202e" not in html
    assert 'aria-label="Code p⟨U+202E⟩y"' in html


def test_lone_surrogates_are_shown():
    assert Reading(render_markdown("a\ud800b")).text.strip() == "a⟨U+D800⟩b"


def test_a_pile_of_marks_is_cut_and_counted():
    text = Reading(render_markdown("Z" + "\u0301" * 50 + "algo")).text
    assert text.strip() == "Z" + "\u0301" * 4 + "⟨+46⟩algo"


def test_a_pile_of_marks_does_not_grow_across_emphasis():
    html = render_markdown("a" + "".join("**\u0301**\u0301" for _ in range(40)))
    assert html.count("\u0301") <= 4


def test_thousands_of_hidden_characters_stay_small():
    html = render_markdown("\u202e\u202d" * 50_000)
    assert len(html) < 3_000_000
    assert Reading(html).text.count("⟨U+202E⟩") == 50_000


def test_the_source_shows_what_hides_and_keeps_every_other_letter():
    html = visible_source("**a** <b>\r\n\u202eevil\x07 [x](https://a.example)")
    assert "\u202e" not in html and "\x07" not in html
    reading = Reading(html)
    assert reading.text == "**a** <b>\n⟨U+202E⟩evil⟨U+0007⟩ [x](https://a.example)"
    assert (reading.count("strong"), reading.count("b"), reading.problems) == (0, 0, [])
