"""Phones upright and on their side, windows zoomed far in, and large text: everything within reach and in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.depth import further, thorough
from tests.web.comparisons import COMPARISONS
from tests.web.conftest import PageAt
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
TOUCH = {"has_touch": True, "is_mobile": True}
PHONE = {"width": 390, "height": 844, **TOUCH}
ON_ITS_SIDE = {"width": 844, "height": 390, **TOUCH}
CHIPS = [{"name": name, "en": None, "fr": None} for name in ("incorrect", "incomplete", "unclear", "useful")]
RICH = {**OVERALL, "reasons": CHIPS}


def rich(**more: Any) -> Desk:
    return Desk(criteria=[RICH], flags=["harmful"], edits="optional", **more)


def box_of(locator: Locator) -> dict[str, float]:
    box = locator.bounding_box()
    assert box is not None
    return {**box, "right": box["x"] + box["width"], "bottom": box["y"] + box["height"]}


def boxes_of(locator: Locator) -> list[dict[str, Any]]:
    """The boxes of all that can be seen, each with its words, in one question to the page."""
    boxes: list[dict[str, Any]] = locator.evaluate_all(
        "all => all.filter(each => each.checkVisibility()).map(each => {"
        " const { x, y, width, height, right, bottom } = each.getBoundingClientRect();"
        " return { x, y, width, height, right, bottom, words: each.innerText }; })"
    )
    return boxes


def in_both_languages(screen: Screen, widths: list[int]) -> Iterator[tuple[str, int]]:
    """The page, which is in English and stays so, in each language at each width, and which those are."""
    for language in ("English", "Français"):
        if language != "English":
            screen.speak(language)
        for width in widths:
            turned(screen, width, screen.page.viewport_size["height"])
            yield language, width
    screen.speak("English")


def turned(screen: Screen, width: int, height: int = 900) -> None:
    """The window in another size, and the page drawn in it."""
    screen.page.set_viewport_size({"width": width, "height": height})
    screen.page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


@pytest.fixture(scope="module")
def phone(page_at: PageAt) -> Iterator[Screen]:
    """The page with all there is to press, on a phone; who looks at it turns it, and closes what they opened."""
    with page_at(rich(), **PHONE) as screen:
        yield screen


@pytest.fixture(scope="module")
def medium(page_at: PageAt) -> Iterator[Screen]:
    """The same page on a desk; who looks at it says how wide it is."""
    with page_at(rich(), width=1440) as screen:
        yield screen


@pytest.fixture(scope="module")
def larger(page_at: PageAt) -> Iterator[Screen]:
    """The same with the largest text."""
    with page_at(rich(display={"size": "larger"}), width=1440) as screen:
        yield screen


def small_targets(screen: Screen) -> list[dict[str, Any]]:
    """What a thumb might miss."""
    targets = boxes_of(screen.page.locator("button:not(.rp-copy)"))
    assert len(targets) > 15
    return [each for each in targets if not (each["height"] >= 44 and each["width"] >= 43.9)]


def test_everything_a_thumb_presses_is_44_pixels(phone: Screen) -> None:
    turned(phone, 844, 390)
    assert small_targets(phone) == []
    turned(phone, 390, 844)
    phone.page.get_by_role("button", name="Menu").tap()
    assert small_targets(phone) == []
    phone.page.get_by_role("button", name="Menu").tap()


def test_the_bar_of_a_phone_on_its_side_is_one_row_in_sight(phone: Screen) -> None:
    turned(phone, 844, 390)
    for language, _ in in_both_languages(phone, [844]):
        foot = box_of(phone.page.locator("#rp-foot"))
        assert foot["bottom"] <= 390, language
        assert foot["height"] < 390 / 4, language
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 844, language


def test_the_guidelines_can_be_closed_from_anywhere_in_them_and_lead_back_to_the_menu(
    open_page: Open,
) -> None:
    screen = open_page(Desk(guidelines="\n\n".join(["Read both."] * 60)), **PHONE)
    page = screen.page
    page.get_by_role("button", name="Menu").tap()
    page.get_by_role("button", name="Guidelines").tap()
    page.evaluate("scrollTo(0, 900)")
    close = page.locator("#rp-guidelines-close")
    assert 0 <= box_of(close)["y"] < 20
    close.tap()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()
    page.get_by_role("button", name="Menu").tap()
    page.get_by_role("button", name="Display").tap()
    page.get_by_role("dialog").get_by_role("button", name="Close").tap()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


def test_a_phone_offers_nothing_that_has_no_effect_on_it(phone: Screen) -> None:
    turned(phone, 390, 844)
    assert phone.page.locator("kbd:visible").count() == 0
    phone.page.get_by_role("button", name="Menu").tap()
    phone.page.get_by_role("button", name="Display", exact=True).tap()
    dialog = phone.page.get_by_role("dialog")
    expect(dialog.locator("legend:visible")).to_have_text(["Language", "Colours", "Text size"])
    expect(dialog.get_by_label("Use the keys below")).to_be_hidden()
    dialog.get_by_role("button", name="Close").tap()
    phone.page.get_by_role("button", name="Menu").tap()


@pytest.mark.parametrize(("of", "width", "height"), [("phone", 844, 390), ("medium", 720, 450)])
def test_a_low_window_has_the_responses_side_by_side_and_the_reasons_beside_submit(
    request: pytest.FixtureRequest, of: str, width: int, height: int
) -> None:
    screen: Screen = request.getfixturevalue(of)
    turned(screen, width, height)
    first, second = (box_of(each) for each in screen.page.locator(".rp-pane").all())
    assert first["y"] == second["y"]
    assert second["x"] >= first["right"]
    assert first["width"] > 300
    screen.page.locator(".rp-reason-open").click()
    assert screen.page.evaluate("scrollY") == 0
    assert box_of(screen.page.locator("#rp-submit"))["bottom"] <= height
    screen.page.locator(".rp-reason-open").click()
    assert screen.page.evaluate("scrollY") == 0


def test_a_response_being_improved_stands_above_the_bar_of_a_phone(open_page: Open) -> None:
    screen = open_page(rich(), **PHONE)
    screen.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    screen.page.get_by_role("button", name="Improve response B").tap()
    text = screen.page.locator(".rp-edit")
    expect(text).to_be_in_viewport(ratio=1)
    assert box_of(text)["bottom"] <= box_of(screen.page.locator("#rp-foot"))["y"]


def test_flags_opened_on_a_phone_stand_above_the_bar_all_of_them(open_page: Open) -> None:
    flags = ["personal_data", "harmful", "not_rankable", "wrong_language", "broken"]
    screen = open_page(Desk(flags=flags), **PHONE)
    bar = box_of(screen.page.locator("#rp-foot"))
    for name in ("Response A", "Response B"):
        opens = screen.page.get_by_role("button", name=f"Flag: {name}")
        opens.evaluate("(node, end) => scrollBy(0, node.getBoundingClientRect().bottom - end)", bar["y"] - 4)
        opens.tap()
        chips = screen.page.get_by_role("group", name=f"Flag: {name}").get_by_role("button")
        expect(chips.first).to_be_focused()
        assert [each["words"] for each in boxes_of(chips) if each["bottom"] > bar["y"]] == []


@pytest.mark.parametrize("title", ["Helpful answers", "Helpful answers to what people ask every day"])
def test_the_menu_of_a_phone_has_no_line_of_its_own_and_a_long_title_ends_in_dots(
    open_page: Open, title: str
) -> None:
    screen = open_page(Desk(title=title), **PHONE)
    for language, _ in in_both_languages(screen, [390]):
        named, count, menu = (
            box_of(screen.page.locator(each)) for each in ("#rp-title", "#rp-progress", "#rp-menu")
        )
        assert abs(count["y"] + count["height"] / 2 - menu["y"] - menu["height"] / 2) < 4, language
        assert menu["right"] <= 390, language
        assert named["height"] < 30, language
        if language == "English":
            assert named["bottom"] > menu["y"], "one line"
            assert named["right"] < count["x"]


def test_letters_of_a_ranking_are_round_on_a_phone_too_and_the_smallest_keeps_half_of_its_height_for_reading(
    open_page: Open,
) -> None:
    ranking = {**OVERALL, "answer": "ranking", "strengths": 0}
    screen = open_page(Desk(criteria=[ranking]), **PHONE)
    letter, foot = screen.page.locator(".rp-letter").first, screen.page.locator("#rp-foot")
    drawn = letter.evaluate(
        "node => { const style = getComputedStyle(node, '::before'); return [style.width, style.height]; }"
    )
    assert drawn == ["36px", "36px"]
    assert box_of(letter)["height"] == 44
    turned(screen, 320, 640)
    assert box_of(foot)["height"] < 300
    screen.again(criteria=[OVERALL, {**OVERALL, "name": "second"}])
    assert box_of(foot)["height"] < 300


def test_the_buttons_of_the_bar_end_on_one_line_with_the_largest_text(open_page: Open) -> None:
    screen = open_page(Desk(display={"size": "larger"}), width=1440)
    for criterion in (OVERALL, RICH):
        screen.again(criteria=[criterion])
        parts = screen.page.locator(".rp-bar :is(button, textarea):visible")
        ends = parts.evaluate_all("all => all.map(each => Math.round(each.getBoundingClientRect().bottom))")
        assert max(ends) - min(ends) <= 1, ends


def test_a_window_zoomed_far_in_still_has_its_keys(open_page: Open) -> None:
    screen = open_page(width=320, height=256)
    screen.page.keyboard.press("?")
    expect(screen.page.get_by_label("Use the keys below")).to_be_visible()


@pytest.mark.parametrize("criterion", [OVERALL, RICH], ids=["words", "chips"])
def test_the_question_stays_with_its_steps_and_above_the_keyboard_there_is_room_for_reason_submit_and_response(
    open_page: Open, criterion: dict[str, Any]
) -> None:
    screen = open_page(Desk(criteria=[criterion]), **PHONE)
    opens = screen.page.locator(".rp-reason-open")
    opens.tap()
    text = box_of(screen.reason())
    question, steps = (box_of(screen.page.locator(each).first) for each in (".rp-question", ".rp-step"))
    assert 0 < steps["y"] - question["bottom"] < 12
    assert not question["y"] < text["y"] < steps["y"]

    screen.page.set_viewport_size({"width": 320, "height": 568})
    screen.again()
    screen.step("Response A is better").tap()
    opens.tap()
    screen.reason().tap()
    screen.page.set_viewport_size({"width": 320, "height": 300})
    for each in (screen.reason(), screen.page.locator("#rp-submit")):
        box = box_of(each)
        assert box["y"] >= 0
        assert box["bottom"] <= 300
    assert box_of(screen.page.locator("#rp-foot"))["y"] > 90
    screen.page.locator("#rp-submit").tap()
    screen.shows("words")


def test_larger_text_is_larger_everywhere(medium: Screen, larger: Screen) -> None:
    sizes = (
        "[...document.querySelectorAll('.rp-word, .rp-question, kbd, .rp-quiet, .rp-progress, .rp-main-button')]"
        ".filter(e => e.checkVisibility()).map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    for screen in (medium, larger):
        turned(screen, 1440)
    usual, large = (screen.page.evaluate(sizes) for screen in (medium, larger))
    assert len(usual) == len(large) > 20
    assert all(b > a * 1.25 for a, b in zip(usual, large, strict=True))


@pytest.mark.parametrize(
    ("size", "rows_of_bar"), [("medium", {1440: 1, 1280: 1}), ("larger", {1440: 1, 900: 2, 740: 2})]
)
def test_the_bar_keeps_its_rows_and_its_words_their_room(
    request: pytest.FixtureRequest, size: str, rows_of_bar: dict[int, int]
) -> None:
    screen: Screen = request.getfixturevalue(size)
    turned(screen, 1440)
    for language, width in in_both_languages(screen, [*rows_of_bar]):
        turned(screen, width)
        rows_seen, whole, tight = screen.page.evaluate(
            "[new Set([...document.querySelectorAll('.rp-bar button')].filter(e => e.checkVisibility())"
            ".map(e => Math.round(e.getBoundingClientRect().top / 40))).size,"
            " document.documentElement.scrollWidth,"
            " [...document.querySelectorAll('.rp-word')].filter(e => e.checkVisibility()"
            " && e.offsetWidth > e.parentElement.clientWidth - 2).map(e => e.textContent)]"
        )
        assert rows_seen == rows_of_bar[width], (language, width)
        assert whole <= width, language
        assert tight == [], (language, width)


def test_a_phone_with_the_largest_text_keeps_every_step_readable(open_page: Open) -> None:
    screen = open_page(rich(display={"size": "larger"}), **PHONE)
    for language, width in in_both_languages(screen, [390]):
        whole, steps = screen.page.evaluate(
            "[document.documentElement.scrollWidth,"
            " [...document.querySelectorAll('.rp-step')].map(e => [e.scrollWidth, e.clientWidth])]"
        )
        assert whole <= width, language
        assert len(steps) > 6
        assert all(inner <= outer + 1 for inner, outer in steps), language


FORCED = {**OVERALL, "strengths": 4, "rationale": "off"}
RANKED = {**OVERALL, "answer": "ranking", "strengths": 0, "both_bad": True}


@pytest.mark.parametrize("criterion", [OVERALL, RANKED, *further(RICH, {**OVERALL, "strengths": 0}, FORCED)])
@thorough
def test_skip_and_undo_never_stand_alone_on_a_row(open_page: Open, criterion: dict[str, Any]) -> None:
    four = [*COMPARISONS[0]["completions"], *COMPARISONS[2]["completions"]]
    comparisons = [{**COMPARISONS[0], "completions": four}, *COMPARISONS[1:]]
    screen = open_page(Desk(criteria=[criterion], comparisons=comparisons), width=1440)
    before = "#rp-submit" if criterion is FORCED else ".rp-reason"
    widths = [720, 800, 900, 960, 1024, 1080, 1180, 1280, 1366, 1400, 1440]
    for place in in_both_languages(screen, widths):
        why, others = boxes_of(screen.page.locator(f"{before}, .rp-others"))
        assert why["y"] < others["bottom"] and others["y"] < why["bottom"], place
        assert why["right"] <= others["x"], place
