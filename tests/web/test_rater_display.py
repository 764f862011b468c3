"""What the rater's screen shows: widths, contrast, links, raw text, language, colours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy

from playwright.sync_api import expect

from rlhf_collect.web.rater_page import interface_version, rater_blocks
from tests.web.comparisons import COMPARISONS
from tests.web.desk import Desk
from tests.web.rater_screen import Screen
from tests.web.test_small_and_large import in_both_languages, turned

Open = Callable[..., Screen]


def test_no_width_scrolls_sideways_or_hides_the_end(usual: Screen) -> None:
    usual.page.set_viewport_size({"width": 1280, "height": 700})
    for _, width in in_both_languages(usual, [320, 390, 899, 900, 1440]):
        check_width(usual, width)


def check_width(screen: Screen, width: int) -> None:
    """Nothing sticks out, the bar covers nothing, and responses stand side by side from 900 pixels."""
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= width
    screen.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    end, bar = screen.page.evaluate(
        "[Math.max(...[...document.querySelectorAll('.rp-pane-body')].map(e => e.getBoundingClientRect().bottom)),"
        " document.querySelector('.rp-foot').getBoundingClientRect().top]"
    )
    assert end <= bar, width
    steps = screen.page.locator(".rp-step").evaluate_all(
        "all => all.map(e => [e.scrollWidth, e.clientWidth])"
    )
    assert all(inner <= outer + 1 for inner, outer in steps), width
    side_by_side = screen.page.evaluate(
        "(([a, b]) => a.top === b.top)([...document.querySelectorAll('.rp-pane')].map(e => e.getBoundingClientRect()))"
    )
    assert side_by_side is (width >= 900)


def test_targets_are_large_enough_for_a_thumb(open_page: Open) -> None:
    screen = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    for target in screen.page.locator("button:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert (
            box["height"] >= 28 if "rp-copy" in (target.get_attribute("class") or "") else box["height"] >= 44
        )


def test_a_link_shows_where_it_leads_and_asks_first(usual: Screen) -> None:
    before = usual.visit.context.pages
    usual.page.get_by_role("link", name="a longer guide").click()
    expect(usual.page.locator("#rp-leave-target")).to_have_text(
        "https://example.org/bread/flat-loaves?ref=answers"
    )
    assert usual.visit.context.pages == before
    usual.page.get_by_role("button", name="Stay here").click()
    expect(usual.page.locator("#rp-leave")).to_be_hidden()


def test_the_raw_text_of_a_response_is_one_click_away(usual: Screen) -> None:
    usual.page.get_by_role("button", name="Raw text of response A").click()
    expect(usual.page.locator(".rp-pane").first).to_contain_text("**too little gluten structure**")
    usual.page.get_by_role("button", name="Raw text of response A").click()


def test_the_raw_text_shows_the_characters_the_service_made_visible(open_page: Open) -> None:
    comparison = deepcopy(COMPARISONS[0])
    shown = '<div class="rc-md"><span class="rc-bidi">⟨U+202E⟩</span>evil &lt;b&gt;</div>'
    comparison["completions"][0]["content"][0] |= {"content": "\u202eevil <b>", "raw": shown}
    screen = open_page(Desk(comparisons=[comparison]))
    screen.page.locator(".rp-raw-button").first.click()
    screen.page.locator(".rp-raw-button").last.click()
    expect(screen.page.locator(".rp-pane .rp-raw").first).to_be_visible()
    raw = screen.page.locator(".rp-pane .rp-raw", has_text="evil")
    assert raw.text_content() == "⟨U+202E⟩evil <b>"


def test_a_code_block_can_be_copied(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=[COMPARISONS[1], *COMPARISONS]), welcome=True)
    screen.visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.page.get_by_role("button", name="Start", exact=True).click()
    screen.page.get_by_role("button", name="Copy").first.click()
    expect(screen.page.get_by_role("button", name="Copied")).to_be_visible()
    assert "Counter(words).most_common(n)" in screen.page.evaluate("navigator.clipboard.readText()")


def test_turns_show_who_speaks(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=COMPARISONS[1:]), welcome=True)
    screen.page.get_by_role("button", name="Start", exact=True).click()
    roles = screen.page.locator("#rp-prompt-body .rp-role")
    expect(roles).to_have_text(["System", "User", "Assistant", "User"])


def test_who_is_asking_stands_beside_the_comparison(usual: Screen) -> None:
    turned(usual, 1440)
    usual.page.get_by_role("button", name="Who is asking").click()
    panel = usual.page.locator("#rp-who")
    expect(panel).to_contain_text("Training a reward model, research")
    right = usual.page.locator("#rp-main").bounding_box()
    left = panel.bounding_box()
    assert right is not None
    assert left is not None
    assert right["x"] + right["width"] <= left["x"]
    usual.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_consent_is_off_until_ticked_and_can_be_taken_back(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("r")
    tick = screen.page.get_by_label(
        "What I write, here and in other comparisons, may be published with the dataset"
    )
    expect(tick).not_to_be_checked()
    tick.check()
    said = screen.page.locator("#rp-status")
    expect(said).to_contain_text("What you write may be published, also what you wrote before")
    assert screen.desk.consent is True
    tick.uncheck()
    expect(said).to_contain_text("Nothing you write is published from now on, nor what you wrote before")
    assert screen.desk.consent is False


def test_language_and_colours_are_chosen_and_remembered(open_page: Open) -> None:
    screen = open_page(color_scheme="light")
    screen.page.keyboard.press("?")
    screen.page.get_by_label("Français").check()
    screen.page.get_by_label("Sombres").check()
    screen.page.reload()
    expect(screen.page.locator("#rp-response-0")).to_have_text("Réponse A")
    assert screen.page.evaluate("document.documentElement.lang") == "fr"
    assert screen.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_headings_and_landmarks_lead_through_the_page(usual: Screen) -> None:
    page = usual.page
    for name in ("Prompt", "Response A", "Response B"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("radiogroup", name="Which response is better overall?")).to_be_visible()
    unnamed = page.evaluate(
        "[...document.querySelectorAll('.rp button')].filter(b => !(b.ariaLabel || b.textContent.trim())).length"
    )
    assert unnamed == 0
    ids = page.evaluate(
        "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) < i)"
    )
    assert ids == []


def test_gradio_shows_nothing_of_its_own(usual: Screen) -> None:
    turned(usual, 1000, 800)
    left = usual.page.locator(".rp").bounding_box()
    assert left is not None
    assert (left["x"], left["y"], left["width"]) == (0, 0, 1000)
    assert not usual.page.get_by_text(re.compile("gradio", re.IGNORECASE)).is_visible()


def test_the_page_config_is_the_same_for_everyone_and_holds_no_person() -> None:
    config = json.dumps(rater_blocks().get_config_file()["components"])
    assert "mila" not in config
    assert interface_version() == interface_version()
    assert interface_version().startswith("rater-")
