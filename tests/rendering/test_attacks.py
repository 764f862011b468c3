"""No hostile text puts anything into the page but our own elements."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlhf_collect.rendering import render_markdown
from rlhf_collect.rendering.allowlist import clean
from tests.rendering.attacks import ATTACKS, LARGE
from tests.rendering.reading import Reading

FRAGMENTS = [
    *[
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```",
        "```py\n",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "    ",
        "\t",
        "# ",
        "---\n",
    ],
    *[
        "[",
        "](",
        ")",
        "![",
        "](https://a.example/b)",
        "[a]: https://a.example\n",
        "[a]",
        "<",
        ">",
        "<!--",
        "-->",
    ],
    *[
        "<script>",
        "</div>",
        "<img src=x onerror=alert(1)>",
        '"',
        "'",
        " onclick=",
        "javascript:",
        "https://",
        "&lt;",
    ],
    *[
        "&#x202e;",
        "&amp;",
        "|",
        "|-|-|\n",
        "|a|b|\n",
        "$",
        "$$",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\frac",
        "{",
        "}",
        "^",
    ],
    *[
        "\\text{",
        "\\begin{matrix}",
        "\\end{matrix}",
        "&",
        "\\\\",
        "\\",
        "\u202e",
        "\u0301",
        "\u200d",
        "\x00",
        "\ud800",
    ],
    *["مرحبا", "नमस्ते", "word", "1", " ", "\r\n", "👩\u200d🚀", "\u2028", "\ufeff"],
]
MARKDOWN = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=40).map("".join)
ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


def test_there_are_at_least_sixty_attacks_under_different_names():
    assert len(ATTACKS) >= 60
    assert len({name for name, _ in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize(
    "markdown", [pytest.param(text, id=name) for name, text in ATTACKS if len(text) <= LARGE]
)
def test_an_attack_leaves_nothing_but_allowed_elements(markdown):
    """The large ones are in ``test_bounds``, where each is laid out once for this and for how long it takes."""
    assert Reading(render_markdown(markdown)).problems == []


@pytest.mark.parametrize("markdown", [pytest.param(text, id=name) for name, text in ATTACKS])
def test_the_allow_list_alone_stops_an_attack_given_as_html(markdown):
    printable = markdown[:5000].encode("utf-8", "replace").decode()
    words = (
        "title=",
        "aria-label=",
        "alttext=",
        "class=''",
    )  # free words, and the empty class of none allowed
    problems = Reading(clean(printable)).problems
    assert [problem for problem in problems if not any(word in problem for word in words)] == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<p style="position:fixed">x</p>',
        '<p id="config">x</p>',
        '<a href="https://evil.example">x</a>',
        '<img src="https://evil.example">',
        '<a data-href="javascript:alert(1)">x</a>',
        '<span class="gradio-container">x</span>',
        "<!-- x -->",
        "<p>left open",
    ],
)
def test_the_reader_used_by_these_tests_sees_what_is_forbidden(html):
    assert Reading(html).problems != []


@settings(max_examples=300, deadline=None)
@given(MARKDOWN)
def test_no_mix_of_markdown_pieces_breaks_out_or_raises(markdown):
    assert Reading(render_markdown(markdown)).problems == []


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_no_text_at_all_breaks_out_or_raises(text):
    assert Reading(render_markdown(text)).problems == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([fragment for fragment in FRAGMENTS if "$" not in fragment]), max_size=20))
def test_no_formula_breaks_out_or_raises(pieces):
    tex = "".join(pieces)
    for markdown in (f"$x{tex}y$", f"$$\n{tex}\n$$", rf"\({tex}\)"):
        assert Reading(render_markdown(markdown)).problems == []


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=120),
    st.sampled_from(["python", "html", "js", "json", "sql", "bash", "diff", "yaml", "zzz"]),
)
def test_code_comes_out_letter_by_letter(code, language):
    printable = "".join(char for char in code if char.isprintable() or char == "\n").replace("~", "")
    marked = Reading(render_markdown(f"~~~~{language}\n{printable}\n~~~~"))
    cut = "⟨" in marked.text and "⟨" not in printable
    assert cut or printable in marked.text
