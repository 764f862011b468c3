"""Looking at two texts: differences, scrolling, size, and texts that are very long."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.browser import SYSTEMS
from tests.web.comparisons import COMPARISONS
from tests.web.desk import Desk
from tests.web.rater_screen import Screen
from tests.web.test_small_and_large import box_of, turned

Open = Callable[..., Screen]


def pair(first: str, second: str) -> list[dict[str, object]]:
    texts = zip(("bread-x", "bread-y"), (first, second), strict=True)
    completions = [{"id": name, "content": [{"role": "assistant", "content": text}]} for name, text in texts]
    return [{**COMPARISONS[0], "completions": completions}, *COMPARISONS[1:]]


MARKED = """() => Object.fromEntries(['rp-only-a', 'rp-only-b'].map(
  name => [name, [...(CSS.highlights.get(name) ?? [])].map(range => range.toString())]))"""


def test_the_words_only_one_side_has_are_marked_and_nothing_of_the_text_is_touched(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=pair("The cat sat on the mat.", "The black cat lay on the *mat*.")))
    before = screen.page.locator("#rp-panes").inner_html()
    screen.page.keyboard.press("d")
    assert screen.page.evaluate(MARKED) == {"rp-only-a": ["sat"], "rp-only-b": ["black", "lay"]}
    expect(screen.page.locator("#rp-status")).to_have_text("Words marked: 1 only in A, 2 only in B.")
    assert screen.page.locator("#rp-panes").inner_html() == before
    screen.page.keyboard.press("d")
    assert screen.page.evaluate(MARKED) == {"rp-only-a": [], "rp-only-b": []}


def test_signs_are_marked_and_not_counted_as_words(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=pair("Five = 5 * 1.", "Five: 5 1!")))
    screen.page.keyboard.press("d")
    expect(screen.page.locator("#rp-status")).to_have_text(
        "Only signs differ, such as punctuation. They are marked."
    )
    assert screen.page.evaluate(MARKED) == {"rp-only-a": ["=", "*", "."], "rp-only-b": [":", "!"]}


_ON_MARKS = """() => {
  const luminance = c => { const [r, g, b] = c.map(v => v / 255).map(
    v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126*r + .7152*g + .0722*b; };
  const rgb = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const probe = document.querySelector(".rp-pane-body").appendChild(document.createElement("span"));
  const colour = name => { probe.style.color = `var(--${name})`; return rgb(getComputedStyle(probe).color); };
  const texts = ["rp-ink", "rp-muted", "rp-accent", ..."cktfsmaoid"].map(name => name.length > 1 ? name : "rc-" + name);
  const ratio = (a, b) => { const [x, y] = [luminance(colour(a)), luminance(colour(b))];
    return (Math.max(x, y) + .05) / (Math.min(x, y) + .05); };
  const [a, b] = [colour("rp-only-a"), colour("rp-only-b")];
  return {worst: Math.min(...["rp-only-a", "rp-only-b"].flatMap(mark => texts.map(each => ratio(each, mark)))),
    blue: a[2] - a[0], amber: b[0] - b[2]};
}"""


def test_marks_say_neither_right_nor_wrong_and_their_words_can_be_read(open_page: Open) -> None:
    page = open_page().page
    for theme, system in SYSTEMS.items():
        page.emulate_media(**system)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        found = page.evaluate(_ON_MARKS)
        assert found["worst"] >= 4.5, theme
        assert found["blue"] > 20, theme  # a pair everybody tells apart, and nobody reads as a verdict
        assert found["amber"] > 20, theme


def test_differences_are_gone_with_the_comparison_they_were_about(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("d")
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    assert screen.page.evaluate(MARKED) == {"rp-only-a": [], "rp-only-b": []}


def test_long_texts_are_whole_and_their_differences_are_found(open_page: Open) -> None:
    words = [f"word{number % 97}" for number in range(8_000)]
    other = [*words[:4000], "inserted", *words[4001:]]
    long = "\n\n".join(" ".join(words[start : start + 80]) for start in range(0, 8000, 80))
    changed = "\n\n".join(" ".join(other[start : start + 80]) for start in range(0, 8000, 80))
    screen = open_page(Desk(comparisons=pair(long, changed)))
    for pane in screen.page.locator(".rp-pane-body").all():
        assert len(pane.inner_text()) > 50_000
    screen.page.keyboard.press("d")
    assert screen.page.evaluate(MARKED) == {"rp-only-a": ["word23"], "rp-only-b": ["inserted"]}


def test_responses_scroll_with_the_page_or_each_on_its_own_and_it_is_remembered(open_page: Open) -> None:
    long = "\n\n".join(f"Paragraph {number}." for number in range(80))
    screen = open_page(Desk(comparisons=pair(long, "Short.")), width=1200, height=800)
    short = screen.page.locator(".rp-pane-inner").nth(1)
    screen.page.evaluate("scrollTo(0, 1500)")
    box = short.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 100  # the shorter one stays in sight
    screen.page.evaluate("scrollTo(0, 0)")
    screen.page.get_by_role("button", name="Scroll each on its own").click()
    inner = screen.page.locator(".rp-pane-inner").first
    inner.evaluate("node => node.scrollTo(0, 600)")
    assert inner.evaluate("node => node.scrollTop") == 600
    assert screen.page.evaluate("scrollY") == 0
    screen.page.reload()
    expect(screen.page.locator(".rp")).to_have_attribute("data-scroll", "apart")
    assert screen.desk.display["scroll"] == "apart"


def test_a_response_that_scrolls_on_its_own_ends_above_the_bar(open_page: Open) -> None:
    long = "\n\n".join(f"Paragraph {number}." for number in range(80))
    screen = open_page(Desk(comparisons=pair(long, long)), width=1440)
    screen.page.get_by_role("button", name="Scroll each on its own").click()
    inner = screen.page.locator(".rp-pane-inner").first
    for height in (900, 700):
        turned(screen, 1440, height)
        inner.evaluate("node => node.scrollTo(0, 0)")
        box, foot = box_of(inner), box_of(screen.page.locator("#rp-foot"))
        assert box["height"] > 250, height
        assert box["bottom"] <= foot["y"], height
        assert screen.page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
        screen.page.mouse.move(300, 400)
        screen.page.mouse.wheel(0, 20_000)
        expect(inner.get_by_text("Paragraph 79.")).to_be_in_viewport()


def test_below_a_long_prompt_the_wheel_goes_on_to_the_page_once_a_response_is_at_its_end(
    open_page: Open,
) -> None:
    long = "\n\n".join(f"Paragraph {number}." for number in range(80))
    comparisons = pair(long, long)
    comparisons[0]["prompt"] = [{"role": "user", "content": long[:900]}]
    screen = open_page(Desk(comparisons=comparisons), width=1440, height=700)
    screen.page.get_by_role("button", name="Scroll each on its own").click()
    inner = screen.page.locator(".rp-pane-inner").first
    assert inner.evaluate("node => getComputedStyle(node).overscrollBehaviorY") == "auto"
    screen.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    box, foot = inner.bounding_box(), screen.page.locator("#rp-foot").bounding_box()
    assert box is not None
    assert foot is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= foot["y"]


def test_what_fits_is_no_stop_for_the_keyboard_and_what_is_too_wide_is(open_page: Open) -> None:
    wide = "$$\\frac{" + " + ".join(f"x_{{{number}}}" for number in range(60)) + "}{2}$$"
    screen = open_page(Desk(comparisons=pair("So $$a = b$$ holds.\n\n```\ncode\n```", wide)))
    stops = "node => [...node.querySelectorAll('[tabindex]')].map(each => each.getAttribute('aria-label'))"
    first, second = screen.page.locator(".rp-pane-body").all()
    expect(second.get_by_role("region", name="Formula")).to_have_count(1)
    assert first.evaluate(stops) == []
    assert second.evaluate(stops) == ["Formula"]


def test_the_guidelines_stand_beside_the_comparison_from_900_pixels(open_page: Open) -> None:
    screen = open_page(width=1440, height=800)
    screen.page.keyboard.press("g")
    expect(screen.page.locator("#rp-guidelines")).to_contain_text("Correct comes before well written")
    for width in (1440, 1100, 900):
        turned(screen, width, 800)
        panel, pane = (box_of(screen.page.locator(each).first) for each in ("#rp-guidelines", ".rp-pane"))
        assert panel["x"] > pane["right"], width
        assert panel["y"] < 200, width
        assert pane["width"] > 230, width
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_where_the_guidelines_take_the_place_of_the_comparison_nothing_can_be_answered(
    open_page: Open,
) -> None:
    screen = open_page(Desk(), width=800, height=700)
    page = screen.page
    page.keyboard.press("2")
    page.keyboard.press("g")
    expect(page.locator("#rp-submit")).to_be_hidden()
    for key in ("7", "Enter", "Control+Enter", "s"):
        page.keyboard.press(key)
    assert (screen.desk.submissions, screen.desk.skipped) == ([], [])
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(page.locator("#rp-submit")).to_be_visible()
    assert screen.chosen() == ["Response A is better"]


def test_size_and_width_change_the_text_and_not_the_page_around_it(open_page: Open) -> None:
    screen = open_page(width=1440)
    size = "parseFloat(getComputedStyle(document.querySelector('.rp-pane-body .rp-prose')).fontSize)"
    medium = screen.page.evaluate(size)
    screen.page.keyboard.press("?")
    screen.page.get_by_label("Larger", exact=True).check()
    screen.page.get_by_label("Wide", exact=True).check()
    screen.page.keyboard.press("Escape")
    assert screen.page.evaluate(size) > medium * 1.2
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 1440


WIDE = "| Sign | Cause | What to do next | Consequence |\n|-|-|-|-|\n| Dense | fermentation | wait, warmer | none |"


def test_a_table_of_the_guidelines_is_whole_on_a_desk_and_its_headings_step_by_one(open_page: Open) -> None:
    screen = open_page(Desk(guidelines=f"# First\n\n### Deep\n\n## Second\n\n{WIDE}"), width=1440)
    screen.page.keyboard.press("g")
    table = screen.page.locator("#rp-guidelines .rc-table")
    assert table.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    for level, name in ((2, "Guidelines"), (3, "First"), (4, "Deep"), (4, "Second")):
        expect(screen.page.get_by_role("heading", name=name, level=level)).to_be_visible()


def test_what_is_new_in_the_guidelines_is_laid_out_and_shows_no_marks(open_page: Open) -> None:
    screen = open_page(Desk(confirmed="1"), welcome=True)
    screen.page.evaluate("name => localStorage.setItem('rlhf-collect:welcomed:' + name, 'true')", "demo/mila")
    screen.page.reload()
    changes = screen.page.locator(".rp-changes")
    expect(changes.get_by_role("heading", name="How to judge")).to_be_visible()
    expect(changes.locator("ins em")).to_have_text("helps")
    expect(changes.locator("del")).to_contain_text("Longer is better.")
    assert not set("#*") & set(changes.inner_text())


def test_each_on_its_own_keeps_the_heading_in_sight_and_page_down_reads_on(open_page: Open) -> None:
    long = "\n\n".join(f"Paragraph {number}." for number in range(60))
    contents = [[{"role": "assistant", "content": long}] for _ in "xy"]
    completions = [
        {**each, "content": content}
        for each, content in zip(COMPARISONS[0]["completions"], contents, strict=True)
    ]
    screen = open_page(Desk(comparisons=[{**COMPARISONS[0], "completions": completions}]))
    page = screen.page
    page.get_by_role("button", name="Scroll each on its own").click()
    page.locator("#rp-prompt-title").focus()
    tops = "[...document.querySelectorAll('.rp-pane-inner')].map(each => each.scrollTop)"
    page.mouse.move(5, 5)
    page.keyboard.press("PageDown")
    first, second = page.evaluate(tops)
    assert first > 100
    assert second == 0
    page.keyboard.press("PageUp")
    page.locator(".rp-pane").nth(1).hover()
    page.keyboard.press("Space")
    first, second = page.evaluate(tops)
    assert first == 0
    assert second > 100
    expect(page.get_by_role("heading", name="Response B")).to_be_in_viewport(ratio=1)
    expect(page.locator(".rp-pane").nth(1).locator(".rp-raw-button")).to_be_in_viewport(ratio=1)


def test_copying_is_said_and_a_formula_within_a_line_stands_on_it(open_page: Open) -> None:
    content = [{"role": "assistant", "content": "So \\[x = 1\\] holds.\n\n    code"}]
    completions = [{**each, "content": content} for each in COMPARISONS[0]["completions"]]
    screen = open_page(Desk(comparisons=[{**COMPARISONS[0], "completions": completions}]))
    screen.page.locator(".rp-copy").first.click()
    expect(screen.page.locator("#rp-status")).to_have_text(re.compile("^(Copied|Select and copy by hand)$"))
    middle = "node => { const box = node.getBoundingClientRect(); return box.top + box.height / 2; }"
    line = screen.page.locator(".rp-pane-body p").first.evaluate(middle)
    assert abs(screen.page.locator(".rc-display").first.evaluate(middle) - line) < 3
