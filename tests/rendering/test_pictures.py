"""Pictures shipped with a text are shown from our own address; every other image is words."""

from __future__ import annotations

import pytest

from rlhf_collect.rendering import image_paths, render_markdown
from tests.rendering.attacks import ATTACKS
from tests.rendering.reading import Reading

SHA256 = "ab" * 32
SHIPPED = {"images/cat.png": SHA256}


@pytest.mark.parametrize(
    "text",
    ["![a cat](images/cat.png)", "![a cat](./images/cat.png)", "![a cat](images/c%61t.png)", 
     "![a cat][p]\n\n[p]: images/cat.png", "![*a* cat](<images/cat.png>)", "> - ![a `cat`](images/cat.png)", "[![a cat](images/cat.png)](https://a.example)"],
)  # fmt: skip
def test_a_shipped_picture_is_shown_from_our_own_address(text):
    reading = Reading(render_markdown(text, images=SHIPPED))
    assert reading.problems == []
    assert reading.attributes("src") == [f"../api/v1/images/{SHA256}"]
    assert reading.attributes("alt") == ["a cat"]
    assert image_paths(text) == ("images/cat.png",)


@pytest.mark.parametrize(
    "text",
    ["![x](images/dog.png)", "![x](https://evil.example/images/cat.png)", "![x](//images/cat.png)",
     "![x](../images/cat.png)", "![x](images/../images/cat.png)", "![x](images/cat.png?x=1)", "![x](Images/cat.png)",
     "![x](data:image/png;base64,AA)", '<img src="images/cat.png">', "`![x](images/cat.png)`",
     "[x](images/cat.png)"],
)  # fmt: skip
def test_any_other_image_is_words(text):
    reading = Reading(render_markdown(text, images=SHIPPED))
    assert reading.problems == []
    assert reading.count("img") == 0
    assert "cat.png" in reading.text or "dog.png" in reading.text or "data:image" in reading.text


def test_without_shipped_pictures_nothing_is_a_picture():
    assert Reading(render_markdown("![x](images/cat.png)")).count("img") == 0


def test_a_title_is_read_out_with_the_words():
    html = render_markdown('![a cat](images/cat.png "asleep")', images=SHIPPED)
    assert Reading(html).attributes("alt") == ["a cat · “asleep”"]


def test_hidden_letters_in_the_words_are_shown_by_number():
    html = render_markdown("![a\u202etac](images/cat.png)", images=SHIPPED)
    assert Reading(html).attributes("alt") == ["a⟨U+202E⟩tac"]


@pytest.mark.parametrize("markdown", [pytest.param(text[:2000], id=name) for name, text in ATTACKS])
def test_no_attack_in_the_words_of_a_picture_gets_out(markdown):
    words = markdown.replace("]", "").replace("\n\n", "\n")
    assert Reading(render_markdown(f"![{words}](images/cat.png)", images=SHIPPED)).problems == []
