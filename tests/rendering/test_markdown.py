"""Ordinary texts come out whole and in shape."""

from __future__ import annotations

import re
from html import unescape

import pytest

from rlhf_collect.rendering import Labels, render_markdown
from rlhf_collect.rendering.blocks import Page
from rlhf_collect.rendering.labels import ENGLISH
from rlhf_collect.rendering.parser import parser
from rlhf_collect.rendering.sheet import Sheet
from tests.rendering.reading import Reading

ANSWER = """\
# Sorting in Python

There are **two** good ways, and one *bad* one; ~~bubble sort~~ is out.

1. Use `sorted()`:
   - it returns a list,
   - it keeps equal items in order.
2. Use `list.sort()`.

| Way | Returns | Cost |
|:----|:-------:|-----:|
| `sorted` | list | $O(n \\log n)$ |
| `sort` | None | less |

> Quoted advice
> over lines.

```python
def first(items: list[int]) -> int:
    return sorted(items)[0]  # smallest
```

See [the docs](https://docs.python.org/3/howto/sorting.html).

---

Done\\!
"""


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text))


def test_every_word_of_an_answer_is_in_the_result():
    rendered = render_markdown(ANSWER)
    shown = unescape(re.sub(r"<[^>]*>", " ", rendered)) + " ".join(Reading(rendered).attributes("alttext"))
    list_numbers = {"1", "2"}  # the browser draws them
    assert words(ANSWER) - words(shown) - list_numbers == set()


def test_an_answer_gets_its_structure():
    reading = Reading(render_markdown(ANSWER))
    counts = {
        tag: reading.count(tag) for tag in ("h4", "ol", "ul", "li", "table", "th", "td", "pre", "blockquote")
    }
    assert counts == {
        "h4": 1,
        "ol": 1,
        "ul": 1,
        "li": 4,
        "table": 1,
        "th": 3,
        "td": 6,
        "pre": 1,
        "blockquote": 1,
    }
    assert [reading.count(tag) for tag in ("strong", "em", "s", "hr", "math", "a")] == [1, 1, 1, 1, 1, 1]


def test_a_crlf_text_gives_the_same_html_as_its_lf_twin():
    assert render_markdown(ANSWER.replace("\n", "\r\n")) == render_markdown(ANSWER)


def test_headings_start_at_the_fourth_level_and_keep_their_written_level_as_a_class():
    reading = Reading(render_markdown("\n\n".join("#" * level + f" level {level}" for level in range(1, 7))))
    found = [(tag, attributes["class"]) for tag, attributes in reading.tags if tag[0] == "h"]
    assert found == [("h4", "rc-h1"), ("h5", "rc-h2")] + [("h6", f"rc-h{level}") for level in (3, 4, 5, 6)]


def test_table_columns_are_aligned_by_class_and_scroll_in_a_named_frame():
    reading = Reading(render_markdown(ANSWER))
    assert [attributes.get("class") for tag, attributes in reading.tags if tag == "th"] == [
        "rc-left",
        "rc-center",
        "rc-right",
    ]
    frame = {"class": "rc-table", "role": "region", "tabindex": "0", "aria-label": "Table"}
    assert ("div", frame) in reading.tags


def test_lists_nest_and_keep_their_start_number():
    reading = Reading(render_markdown("7. a\n   - b\n     - c\n8. d"))
    assert reading.attributes("start") == ["7"]
    assert reading.count("ul") == 2
    assert reading.text.split() == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("python", "def f(): return 'a'  # c", {"rc-k", "rc-f", "rc-s", "rc-c"}),
        ("js", "const x = 'a'; // c", {"rc-k", "rc-s", "rc-c"}),
        ("rust", "fn main() { let x = 1; }", {"rc-k", "rc-f", "rc-m"}),
        ("sql", "SELECT 'a' FROM t -- c", {"rc-k", "rc-s", "rc-c"}),
        ("json", '{"a": 1, "b": true}', {"rc-a", "rc-m"}),
        ("diff", "+new\n-old", {"rc-i", "rc-d"}),
        ("C++", "int x = 1;", {"rc-t", "rc-m"}),
    ],
)
def test_code_is_coloured_by_our_classes(language, code, expected):
    reading = Reading(render_markdown(f"```{language}\n{code}\n```"))
    assert expected <= set(reading.attributes("class"))
    assert code in reading.text


def test_code_in_an_unknown_language_stays_plain_and_names_its_language():
    reading = Reading(render_markdown('```klingon title="a.kl"\nqapla <b>\n```'))
    assert "qapla <b>" in reading.text
    assert 'klingon title="a.kl"' in reading.text
    assert "Code klingon" in reading.attributes("aria-label")
    assert "rc-k" not in reading.attributes("class")


def test_a_code_block_has_a_bar_for_the_page_and_a_frame_for_the_keyboard():
    html = render_markdown("```\nx\n```")
    assert '<div class="rc-code-bar">' in html
    pre = next(attributes for tag, attributes in Reading(html).tags if tag == "pre")
    assert pre == {"class": "rc-pre", "dir": "ltr", "role": "region", "tabindex": "0", "aria-label": "Code"}


def test_leading_blank_lines_and_tabs_of_code_are_kept():
    assert "\n\n\tif x:\n\n" in Reading(render_markdown("```python\n\n\n\tif x:\n\n\n```")).text


def test_raw_html_is_shown_as_text():
    reading = Reading(render_markdown("a <b>bold</b> <!-- note --> &copy;"))
    assert reading.text == "a <b>bold</b> <!-- note --> ©\n"
    assert reading.count("b") == 0


def test_french_typography_is_kept_to_the_letter():
    text = "« Où est-ce ? » demanda-t-elle ; l’œuvre coûte 5 € — voilà !"
    assert Reading(render_markdown(text)).text.strip() == text


def test_an_arabic_text_reads_from_right_to_left_down_to_its_lists():
    reading = Reading(render_markdown("> مَرْحَبًا hello\n\n- عالم\n- ثانٍ\n\nplain\n\n- left"))
    directions = {
        tag: [a["dir"] for t, a in reading.tags if t == tag] for tag in ("blockquote", "ul", "li", "p")
    }
    assert directions["blockquote"] == ["rtl"]
    assert directions["ul"] == ["rtl", "ltr"]
    assert directions["li"] == ["rtl", "rtl", "ltr"]
    assert set(directions["p"]) == {"auto"}
    assert "مَرْحَبًا" in reading.text


def test_code_inside_a_right_to_left_paragraph_stays_left_to_right():
    reading = Reading(render_markdown("استخدم `f(x)` هنا"))
    assert ("code", {"dir": "ltr"}) in reading.tags


def test_an_image_becomes_its_words_and_its_address():
    reading = Reading(render_markdown('![a *red* cat](https://img.example/cat.png "Tom")'))
    assert reading.text.strip() == "[image · a red cat · https://img.example/cat.png · “Tom”]"


def test_labels_come_in_the_language_asked_for():
    html = render_markdown(
        "![x](https://a.example/b.png)\n\n```\ny\n```", Labels(image="Bild", code="Programm")
    )
    assert "[Bild · x" in html
    assert 'aria-label="Programm"' in html


def test_the_allow_list_takes_nothing_from_what_the_package_writes():
    text = (
        ANSWER
        + "\n\n$$\n\\begin{bmatrix} a & \\hat b \\\\ \\boxed{c} & \\not= \\end{bmatrix}^{-1}\n$$\n\n5. five\n"
    )
    sheet = Sheet(ENGLISH)
    written = Page(sheet).write(parser().parse(text, {"sheet": sheet}))
    assert Reading(render_markdown(text)).tags[1:] == Reading(written).tags


def test_an_empty_text_gives_an_empty_frame():
    assert render_markdown("") == '<div class="rc-md"></div>'
