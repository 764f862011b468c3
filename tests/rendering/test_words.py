"""The words of a text in a list."""

from __future__ import annotations

import pytest

from rlhf_collect.rendering import plain_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Why is $1 + 2 = \\frac{6}{2}$?", "Why is 1+2=6/2?"),
        ("$\\frac{a+b}{2}$, $x^2$, $x_1^{n+1}$, $\\sqrt{a}$", "(a+b)/2, x^2, x_1^(n+1), √a"),
        ("**Bold** and `code` & <b>tags</b>", "Bold and code & <b>tags</b>"),
        ("# Title\n\n- one\n- two\n\n| a | b |\n|-|-|\n| 1 | 2 |", "Title one two a b 1 2"),
        ("![Bar chart](images/bar.png) of it. See [this](https://x.example).", "Bar chart of it. See this."),
        ("![](images/bar.png)", "image"),
        ("```py\nprint(1)\n```", "print(1)"),
        ("evil \u202etxt", "evil ⟨U+202E⟩txt"),
        ("", ""),
    ],
)
def test_a_text_is_listed_by_the_words_its_reader_sees(text: str, words: str) -> None:
    assert plain_words(text, 200) == words


def test_no_more_than_asked_for() -> None:
    assert plain_words("word " * 100, 12) == "word word wo"
