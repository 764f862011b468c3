"""Any text costs a bounded time, and none is lost."""

from __future__ import annotations

import time

import pytest
from pygments.lexers import get_lexer_by_name

from rlhf_collect.rendering import Allowance, render_markdown
from rlhf_collect.rendering.highlight import LANGUAGES, MAX_BLOCK
from rlhf_collect.rendering.markdown import MAX_MARKDOWN
from rlhf_collect.rendering.sheet import MAX_DEPTH, MAX_SECONDS, MAX_SECONDS_TOGETHER
from tests.depth import thorough
from tests.rendering.attacks import ATTACKS, LARGE
from tests.rendering.long_texts import LONG_TEXTS
from tests.rendering.reading import Reading

GRACE = 2.0
"""Seconds of processor time beyond ``MAX_SECONDS``: for the step that runs when it ends, and the cleaning."""


DEAREST = {"opening brackets", "table of empty cells", "a megabyte of tags"}
"""Large attacks of every run: the ones that take longest."""


@pytest.mark.parametrize(
    "markdown",
    [
        pytest.param(text, id=name, marks=() if name in DEAREST else thorough)
        for name, text in ATTACKS
        if len(text) > LARGE
    ],
)
def test_a_large_attack_ends_in_time_and_leaves_nothing_but_allowed_elements(markdown):
    started = time.thread_time()
    html = render_markdown(markdown + " ")  # not the text another test has left in the cache
    assert time.thread_time() - started < MAX_SECONDS + GRACE
    assert len(html) < 15 * len(markdown) + 100_000
    assert Reading(html).problems == []


def test_texts_that_go_out_together_share_one_allowance():
    allowance, started = Allowance(), time.thread_time()
    for number in range(8):
        text = f"{number}" + "[" * 50_000
        assert text in Reading(render_markdown(text, allowance=allowance)).text
    assert time.thread_time() - started < MAX_SECONDS_TOGETHER + GRACE


def test_a_text_that_came_too_late_is_laid_out_the_next_time():
    allowance = Allowance()
    render_markdown("the first", allowance=allowance)
    allowance.take(MAX_SECONDS_TOGETHER)
    assert "<strong>" not in render_markdown("**too late**", allowance=allowance)
    assert "<strong>" in render_markdown("**too late**")


def test_a_long_ordinary_text_is_laid_out():
    text = "The *quick* fox, see [here](https://a.example/b) and `code`.\n\n- one\n- two\n\n" * 700
    reading = Reading(render_markdown(text))
    assert 50_000 < len(text) < MAX_MARKDOWN
    assert reading.count("li") == 1400


@pytest.mark.parametrize("text", LONG_TEXTS.values(), ids=LONG_TEXTS)
def test_fifty_thousand_characters_of_an_ordinary_kind_are_laid_out(text):
    reading = Reading(render_markdown(text))
    assert reading.problems == []
    assert "rc-md rc-plain" not in reading.attributes("class")


def test_blocks_of_a_long_text_may_wait_until_they_are_in_sight_and_those_of_a_short_one_not():
    assert Reading(render_markdown("word " * 20_000)).attributes("class") == ["rc-md rc-long"]
    assert Reading(render_markdown("word")).attributes("class") == ["rc-md"]


def test_a_text_over_the_limit_is_shown_as_it_was_written():
    text = "**a** <b>\r\n" * (MAX_MARKDOWN // 10)
    reading = Reading(render_markdown(text))
    assert "rc-md rc-plain" in reading.attributes("class")
    assert text.replace("\r\n", "\n") in reading.text


@pytest.mark.parametrize("text", [">" * (MAX_DEPTH + 5) + " deep words", "- " * 200 + "deep words"])
def test_a_text_too_deep_is_shown_as_it_was_written(text):
    reading = Reading(render_markdown(text))
    assert "rc-md rc-plain" in reading.attributes("class")
    assert text in reading.text


def test_nesting_of_a_readable_depth_is_laid_out():
    reading = Reading(render_markdown("".join("  " * level + f"- level{level}\n" for level in range(15))))
    assert reading.count("ul") == 15
    assert "level14" in reading.text


@pytest.mark.parametrize("text", ["*" * 4000 + "a" + "*" * 4000, "> " * 50 + "*" * 80 + "a" + "*" * 80])
def test_the_element_tree_stays_far_below_what_browsers_bear(text):
    assert Reading(render_markdown(text)).depth < 200


@thorough
def test_every_language_on_the_list_has_a_lexer():
    for language in sorted(LANGUAGES):
        assert get_lexer_by_name(language)
        assert "x = 1" in Reading(render_markdown(f"```{language}\nx = 1\n```")).text


def test_a_huge_code_block_stays_plain():
    html = render_markdown("```python\n" + "x = 1\n" * (MAX_BLOCK // 6 + 1) + "```")
    assert '"rc-m"' not in html
    assert html.count("x = 1") == MAX_BLOCK // 6 + 1


def test_a_short_reference_to_a_long_address_does_not_multiply():
    html = render_markdown("[a]: https://evil.example/" + "x" * 1900 + "\n\n" + "[a] " * 5000)
    assert len(html) < 1_000_000
