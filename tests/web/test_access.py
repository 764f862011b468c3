"""Everybody can use every screen of the rater: axe finds nothing serious, in any of the colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.depth import thorough
from tests.web.browser import SYSTEMS
from tests.web.comparisons import COMPARISONS, with_turns
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
CHIPS = [{"name": name, "en": None, "fr": None} for name in ("incorrect", "incomplete")]
RICH = {**OVERALL, "reasons": CHIPS}
RANKING = {**OVERALL, "name": "order", "answer": "ranking", "strengths": 0}
POINTS = {**OVERALL, "name": "grades", "answer": "points", "points": "1-5", "strengths": 0}
NUMBERS = {**POINTS, "name": "numbers", "points": "0-100"}


RUN_AXE = """async (options) => (await axe.run(options)).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`))"""


PALE = """() => {
  const luminance = c => { const [r, g, b] = c.map(v => v / 255).map(
    v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126*r + .7152*g + .0722*b; };
  const rgba = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const ground = node => { for (let n = node; n; n = n.parentElement) {
    const c = rgba(getComputedStyle(n).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255]; };
  const found = [];
  const walker = document.createTreeWalker(document.querySelector('.rp'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || !node.getClientRects().length) continue;
    const [a, b] = [rgba(getComputedStyle(node).color), ground(node)].map(c => luminance(c.slice(0, 3)));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.push(`${walker.currentNode.data.trim()}: ${Math.round(ratio * 100) / 100}`);
  }
  return found;
}"""
"""Texts whose contrast with what is under them is less than 4.5, in a hundredth of the time axe takes for it."""

IN_EACH = f"""themes => {{
  const root = document.documentElement, shown = root.dataset.theme;
  const found = themes.flatMap(theme => {{
    root.dataset.theme = theme;
    return ({PALE})().map(text => `${{theme}}: ${{text}}`);
  }});
  root.dataset.theme = shown;
  return found;
}}"""
"""The same in the colours of each theme: the sheet of the page goes by this attribute alone."""


def found_on(page: Page, **options: Any) -> list[str]:
    """What axe calls serious or critical on the page as it stands. ``options``: as axe takes them."""
    if not page.evaluate("() => 'axe' in window"):  # half a megabyte: once for a page, not for each look
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(RUN_AXE, {"resultTypes": ["violations"], "preload": False, **options})
    return found


def looked_at(screen: Screen) -> Iterator[tuple[str, Page]]:
    """One rater's way through the screens, each with its name."""
    page, desk = screen.page, screen.desk
    screen.view("welcome")
    yield "welcome", page
    page.get_by_role("button", name="Start", exact=True).click()
    screen.view("practice")
    yield "practice", page
    page.get_by_role("button", name="Begin practice").click()
    screen.shows("words")
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    page.locator("#rp-notice:visible").wait_for()
    yield "explained", page
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Go to the comparisons").click()
    screen.shows("bread")
    yield "comparison", page
    page.keyboard.press("2")
    page.keyboard.press("r")
    page.get_by_role("button", name="Flag: Response A").click()
    page.get_by_role("button", name="Improve response B").click()
    page.keyboard.press("Escape")
    yield "reasons, flags and an improved response", page
    page.keyboard.press("g")
    yield "guidelines", page
    page.get_by_role("button", name="Who is asking").click()
    yield "who is asking", page
    page.get_by_role("button", name="Have my data erased").click()
    yield "erasing one's data", page
    page.get_by_role("button", name="Keep my data").click()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    yield "keys and display", page
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Submit").click()
    screen.shows("words")
    page.get_by_role("button", name="My judgements").click()
    page.locator(".rp-mine li button").first.wait_for()
    yield "my judgements", page
    page.locator(".rp-mine li button").first.click()
    screen.shows("bread")
    yield "an earlier judgement", page
    page.get_by_role("button", name="Take my answer back").click()
    yield "taking it back", page
    page.get_by_role("button", name="Keep my answer").click()
    page.get_by_role("button", name="Back", exact=True).click()
    screen.view("mine")
    page.get_by_role("button", name="Back", exact=True).click()
    screen.shows("words")
    page.get_by_role("button", name="Who is asking").click()
    page.get_by_role("button", name="What my answers show").click()
    screen.view("figures")
    yield "own figures", page
    page.get_by_role("button", name="Back", exact=True).click()
    screen.shows("words")
    page.keyboard.press("Escape")
    desk.faults[:] = [503] * 9
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    page.locator("#rp-notice:visible").wait_for()
    yield "not saved yet", page
    desk.faults.clear()
    screen.shows("sum")
    desk.signed_in = False
    page.keyboard.press("s")
    screen.view("signed-out")
    yield "signed out", page


def wrong_in(page: Page) -> list[str]:
    """Pale texts in any colours; and in those of the system what axe finds, the same in all but the colours."""
    pale: list[str] = page.evaluate(IN_EACH, [*SYSTEMS])
    return pale + found_on(page)


def test_axe_finds_nothing_serious_on_any_screen_in_any_colours(open_page: Open) -> None:
    practice = [{**COMPARISONS[1], "id": "p1", "expected": "words-x", "reason": "It is shorter."}]
    desk = Desk(criteria=[RICH], flags=["harmful"], edits="optional", practice=practice)
    # Colours that fade into each other would be looked at on the way, and drawn for each step of it.
    screen = open_page(desk, welcome=True, reduced_motion="reduce")
    assert {name: found for name, page in looked_at(screen) if (found := wrong_in(page))} == {}


def test_a_text_too_pale_is_seen_in_each_colour_scheme_and_by_axe(open_page: Open) -> None:
    screen = open_page(Desk(), welcome=True)
    screen.view("welcome")
    pale = "p => document.querySelector('.rp-title').style.cssText = 'color: #888; background: #999'"
    screen.page.evaluate(pale)
    seen = [each for each in wrong_in(screen.page) if "Helpful answers: 1." in each]
    assert [each.split(":")[0] for each in seen] == [*SYSTEMS]
    for theme, system in SYSTEMS.items():
        screen.page.emulate_media(**system)
        screen.page.locator(f"html[data-theme='{theme}']").wait_for(state="attached")
        assert screen.page.evaluate(PALE)[0].startswith("Helpful answers: 1."), theme
    screen.page.emulate_media(**SYSTEMS["light"])
    assert any(each.startswith("color-contrast") for each in found_on(screen.page))


@thorough
def test_axe_finds_nothing_serious_in_any_way_to_answer_whatever_colours_the_system_takes(
    open_page: Open,
) -> None:
    desk = Desk(criteria=[RANKING])
    screen = open_page(desk, width=390, height=844, reduced_motion="reduce")
    for criteria in ([RANKING], [POINTS], [NUMBERS], [RICH, POINTS]):
        screen.again(criteria=criteria)
        screen.page.keyboard.press("2")
        assert wrong_in(screen.page) == [], [each["name"] for each in criteria]


def test_guidelines_that_changed_and_conversations_are_accessible(open_page: Open) -> None:
    desk = Desk(confirmed="1", saved={"before": []}, comparisons=[with_turns("bread")])
    screen = open_page(desk, welcome=True)
    screen.view("guidelines")
    assert found_on(screen.page) == []
    screen.page.get_by_role("button", name="I have read them").click()
    screen.shows("bread")
    assert found_on(screen.page) == []


def test_nothing_is_lost_at_320_pixels_which_is_a_desk_at_400_percent(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[RICH], flags=["harmful"]), width=320, height=568)
    page = screen.page
    for criterion in (RICH, RANKING, NUMBERS):
        screen.again(criteria=[criterion])
        page.get_by_role("button", name="Menu").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, criterion["name"]
        for name in ("My judgements", "Guidelines", "Who is asking", "Keys and display", "Submit", "Skip"):
            box = page.get_by_role("button", name=name).first.bounding_box()
            assert box is not None, (criterion["name"], name)
            assert box["x"] >= 0, (criterion["name"], name)
            assert box["x"] + box["width"] <= 320, (criterion["name"], name)


def test_reduced_motion_leaves_nothing_moving(open_page: Open) -> None:
    screen = open_page(reduced_motion="reduce")
    moving = screen.page.evaluate(
        "[...document.querySelectorAll('.rp *')].filter(e => { const s = getComputedStyle(e);"
        " return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0; }).length"
    )
    assert moving == 0
