"""The rater's screen in a real browser, against the stub: answering, robustness, display."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from rlhf_collect.web.rater_page import interface_version, page_script, rater_blocks
from tests.web.browser import visit
from tests.web.comparisons import COMPARISONS
from tests.web.rater_screen import Screen
from tests.web.stub import Desk, running

Open = Callable[..., Screen]


# --- Answering -----------------------------------------------------------------------------------


def test_the_welcome_says_who_asks_and_comes_only_once(open_page: Open) -> None:
    screen = open_page(welcome=True)
    screen.view("welcome")
    expect(screen.page.locator("#rp-state")).to_contain_text("Ada Example, Example Lab")
    expect(screen.page.locator("#rp-state")).to_contain_text("training a reward model, research")
    screen.start()
    screen.page.reload()
    screen.shows("bread")


def test_a_mouse_answers_and_the_next_comparison_follows(open_page: Open) -> None:
    screen = open_page()
    assert screen.chosen() == []
    screen.step("Response B is slightly better").click()
    assert screen.chosen() == ["Response B is slightly better"]
    screen.submit()
    screen.shows("words")
    assert screen.answers() == [[("bread-y", 1)]]
    assert screen.chosen() == []
    expect(screen.page.locator("#rp-progress")).to_have_text("1 judged, 3 left")
    expect(screen.page.locator("#rp-status")).to_have_text("Saved.")
    assert screen.page.evaluate("document.activeElement.id") == "rp-prompt-title"
    assert screen.page.evaluate("scrollY") == 0
    assert screen.desk.missing_header == []


def test_the_keyboard_alone_judges_everything(open_page: Open) -> None:
    screen = open_page()
    keys = screen.page.keyboard
    for key, shown in (("1", "words"), ("4", "sum"), ("0", "last")):
        keys.press(key)
        keys.press("Enter")
        screen.shows(shown)
    keys.press("r")
    keys.type("1 short reason")
    keys.press("Escape")
    keys.press("6")
    keys.press("Enter")
    screen.view("empty")
    expect(screen.page.locator("#rp-state-title")).to_have_text("That was the last one")
    assert screen.answers() == [[("bread-x", 3)], [("tie", 0)], [("both_bad", 0)], [("last-y", 2)]]
    assert screen.desk.submissions[-1]["answers"][0]["rationale"] == "1 short reason"


def test_keys_are_letters_while_a_reason_is_typed(open_page: Open) -> None:
    screen = open_page()
    screen.reason().click()
    screen.page.keyboard.type("A 1 2 7 0 s S r ? x")
    expect(screen.reason()).to_have_value("A 1 2 7 0 s S r ? x")
    assert screen.chosen() == []
    assert screen.desk.skipped == []
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("3")
    screen.reason().click()
    screen.page.keyboard.press("Control+Enter")
    screen.shows("words")
    assert screen.desk.submissions[0]["answers"][0]["rationale"] == "A 1 2 7 0 s S r ? x"


def test_held_keys_and_modifiers_do_nothing(open_page: Open) -> None:
    screen = open_page()
    for event in ({"key": "1", "repeat": True}, {"key": "1", "ctrlKey": True}, {"key": "1", "isComposing": True}):
        screen.page.evaluate(
            "event => document.body.dispatchEvent("
            "new KeyboardEvent('keydown', {...event, bubbles: true, cancelable: true}))",
            event,
        )
    assert screen.chosen() == []


def test_keys_can_be_switched_off_and_stay_off(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("?")
    screen.page.get_by_label("Use the keys below").uncheck()
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("1")
    assert screen.chosen() == []
    screen.page.reload()
    screen.shows("bread")
    screen.page.keyboard.press("1")
    assert screen.chosen() == []


def test_one_s_skips_nothing_and_the_second_does(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("s")
    assert screen.desk.skipped == []
    screen.page.keyboard.press("s")
    screen.shows("words")
    assert screen.desk.skipped == ["bread"]
    assert screen.desk.saved == {}


def test_nothing_is_sent_without_a_choice(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-status")).to_have_text("Choose an answer first.")
    assert screen.desk.submissions == []


def test_a_double_click_and_a_second_enter_send_once(open_page: Open) -> None:
    screen = open_page(Desk(delay=0.3))
    screen.page.keyboard.press("2")
    screen.page.locator("#rp-submit").dblclick()
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    assert len(screen.desk.submissions) == 1


def test_several_criteria_are_each_answered_in_turn(open_page: Open) -> None:
    criteria = [
        {"name": "help", "question": "More helpful?", "tie": True, "both_bad": True, "strengths": 3},
        {"name": "true", "question": "More correct?", "tie": False, "both_bad": False, "strengths": 1},
    ]
    screen = open_page(Desk(criteria=[{**each, "rationale": "off"} for each in criteria]))
    screen.page.keyboard.press("7")
    screen.page.keyboard.press("Enter")
    assert screen.desk.submissions == []
    screen.page.keyboard.press("1")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    assert screen.answers() == [[("bread-y", 3), ("bread-x", 1)]]


def test_a_required_reason_is_asked_for(open_page: Open) -> None:
    overall = {"name": "overall", "question": "Better?", "tie": True, "both_bad": True, "strengths": 0}
    screen = open_page(Desk(criteria=[{**overall, "rationale": "required"}]))
    screen.page.keyboard.press("1")
    screen.page.keyboard.press("Enter")
    expect(screen.reason()).to_be_focused()
    screen.page.keyboard.type("Because.")
    screen.page.keyboard.press("Control+Enter")
    screen.shows("words")
    assert screen.answers() == [[("bread-x", None)]]


def test_three_responses_take_a_best_one_and_its_strength(open_page: Open) -> None:
    first, third = COMPARISONS[0], COMPARISONS[2]["completions"][0]
    screen = open_page(Desk(comparisons=[{**first, "completions": [*first["completions"], third]}, *COMPARISONS[1:]]))
    screen.page.keyboard.press("3")
    assert screen.chosen() == ["Response C is slightly better"]
    screen.page.keyboard.press("3")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    assert screen.answers() == [[("sum-x", 2)]]


def test_the_arrows_move_along_the_scale(open_page: Open) -> None:
    screen = open_page()
    screen.step("Response A is much better").focus()
    screen.page.keyboard.press("ArrowRight")
    assert screen.chosen() == ["Response A is better"]
    screen.page.keyboard.press("Enter")
    screen.shows("words")


# --- Nothing is lost -----------------------------------------------------------------------------


def test_a_reload_brings_back_choice_and_reason(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("5")
    screen.reason().fill("half a sent")
    screen.page.reload()
    screen.shows("bread")
    assert screen.chosen() == ["Response B is slightly better"]
    expect(screen.reason()).to_have_value("half a sent")
    screen.submit()
    screen.shows("words")
    kept = screen.page.evaluate("Object.keys(localStorage).filter(key => /draft|outbox/.test(key))")
    assert kept == []


def test_an_answer_given_offline_is_saved_when_the_line_is_back(open_page: Open) -> None:
    screen = open_page()
    screen.visit.context.set_offline(True)
    screen.page.keyboard.press("6")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-notice")).to_contain_text("Not saved yet")
    assert screen.desk.saved == {}
    screen.shows("bread")
    screen.visit.context.set_offline(False)
    screen.shows("words")
    expect(screen.page.locator("#rp-notice")).to_be_hidden()
    assert screen.answers() == [[("bread-y", 2)]]


def test_an_unsaved_answer_survives_a_reload(open_page: Open) -> None:
    screen = open_page(Desk(faults=[503]))
    screen.page.keyboard.press("2")
    screen.reason().fill("kept")
    screen.page.keyboard.press("Control+Enter")
    expect(screen.page.locator("#rp-notice")).to_contain_text("Not saved yet")
    screen.page.reload()
    screen.shows("words")
    assert screen.answers() == [[("bread-x", 2)]]
    ids = {each["judgement"] for each in screen.desk.submissions}
    assert len(ids) == 1


def test_a_lost_reply_counts_the_answer_once(open_page: Open) -> None:
    screen = open_page(Desk(lose_replies=1))
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    assert len(screen.desk.submissions) == 2
    assert screen.answers() == [[("bread-x", 2)]]


def test_a_page_of_html_is_not_taken_for_a_receipt(open_page: Open) -> None:
    screen = open_page()
    times: list[str] = []

    def login_page(route: object) -> None:
        times.append("")
        route.fulfill(status=200, content_type="text/html", body="<p>Log in to the Wi-Fi")  # type: ignore[attr-defined]

    screen.page.route("**/judgements?render=html", login_page, times=1)
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-notice")).to_contain_text("Not saved yet")
    assert times == [""]
    screen.shows("words")
    assert screen.answers() == [[("bread-x", 2)]]


def test_a_waiting_answer_can_be_changed(open_page: Open) -> None:
    screen = open_page(Desk(faults=[503] * 4))
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.page.locator("#rp-change").click()
    screen.desk.faults.clear()
    screen.page.keyboard.press("6")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    assert screen.answers() == [[("bread-y", 2)]]


@pytest.mark.parametrize(("button", "stored"), [("#rp-replace", "bread-x"), ("#rp-keep", "bread-y")])
def test_an_answer_given_twice_is_replaced_or_kept(open_page: Open, button: str, stored: str) -> None:
    screen = open_page()
    judgement = screen.desk.assignments["bread"]["judgement"]
    earlier = {"criterion": "overall", "choice": "bread-y", "strength": 3, "rationale": None}
    screen.desk.saved[judgement] = [earlier]
    screen.page.keyboard.press("1")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-notice")).to_contain_text("already answered")
    screen.page.locator(button).click()
    screen.shows("words")
    assert screen.desk.saved[judgement][0]["choice"] == stored
    assert screen.desk.revisions == ([judgement] if button == "#rp-replace" else [])


def test_an_ended_session_keeps_everything_until_the_next_sign_in(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("3")
    screen.reason().fill("typed before")
    screen.desk.signed_in = False
    screen.submit()
    screen.view("signed-out")
    expect(screen.page.locator("#rp-state")).to_contain_text("open your invitation link again")
    screen.desk.signed_in = True
    screen.page.goto(screen.service.address)
    screen.shows("words")
    assert screen.desk.submissions[-1]["answers"][0]["rationale"] == "typed before"
    assert screen.answers() == [[("bread-x", 1)]]


def test_the_answers_of_another_person_are_not_sent(open_page: Open) -> None:
    screen = open_page(Desk(faults=[503] * 50))
    screen.page.keyboard.press("3")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-notice")).to_contain_text("Not saved yet")
    screen.desk.name = "noa"
    screen.desk.assignments.clear()
    screen.page.reload()
    screen.start()
    sent = len(screen.desk.submissions)
    screen.desk.faults.clear()
    screen.page.evaluate("window.dispatchEvent(new Event('online'))")
    screen.page.wait_for_timeout(400)
    assert len(screen.desk.submissions) == sent
    assert screen.chosen() == []


def test_a_comparison_of_another_sign_in_says_so(open_page: Open) -> None:
    screen = open_page(Desk(foreign=True))
    screen.page.keyboard.press("3")
    screen.page.keyboard.press("Enter")
    screen.view("foreign")
    expect(screen.page.locator("#rp-state-title")).to_have_text("This comparison belongs to another sign-in")


def test_a_refused_answer_stays_on_screen_with_the_reason_why(open_page: Open) -> None:
    screen = open_page(Desk(faults=[422]))
    screen.page.keyboard.press("3")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-status")).to_have_text("The answer was not taken.")
    assert screen.chosen() == ["Response A is slightly better"]
    screen.submit()
    screen.shows("words")


def test_a_broken_service_is_named_and_tried_again(open_page: Open) -> None:
    screen = open_page(Desk(broken=True), welcome=True)
    screen.page.get_by_role("button", name="Start", exact=True).click()
    screen.view("error")
    expect(screen.page.locator("#rp-state")).to_contain_text("The store did not answer.")
    screen.desk.broken = False
    screen.shows("bread")


def test_the_page_goes_on_after_the_service_was_started_again(browser: Browser) -> None:
    desk = Desk()
    with visit(browser) as came:
        with running(desk) as service:
            screen = Screen(visit=came, service=service)
            came.page.goto(service.address)
            screen.start()
            screen.page.keyboard.press("2")
            screen.reason().fill("before the restart")
        screen.submit()
        expect(came.page.locator("#rp-notice")).to_contain_text("Not saved yet")
        port = urlsplit(service.address).port or 0
        with running(desk, port):
            screen.shows("words")
            expect(came.page.locator("#rp-notice")).to_be_hidden()
        assert came.complaints == []
    assert desk.submissions[-1]["answers"][0]["rationale"] == "before the restart"


def test_a_second_tab_goes_on_when_the_first_has_answered(open_page: Open) -> None:
    screen = open_page()
    other = screen.visit.context.new_page()
    other.goto(screen.service.address)
    expect(other.locator('[data-completion="bread-x"]')).to_be_visible()
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    expect(other.locator('[data-completion="words-x"]')).to_be_visible()
    assert len(screen.desk.submissions) == 1


def test_drawing_the_page_again_does_not_double_the_keys(open_page: Open) -> None:
    screen = open_page()
    screen.page.evaluate(
        "script => Function('element', script)(document.querySelector('.rp').parentElement)", page_script()
    )
    screen.shows("bread")
    first, third = COMPARISONS[0], COMPARISONS[2]["completions"][0]
    screen.desk.comparisons.insert(0, {**first, "id": "three", "completions": [*first["completions"], third]})
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator(".rp-pane")).to_have_count(3)
    screen.page.keyboard.press("3")  # a second listener would count this press twice: "better"
    assert screen.chosen() == ["Response C is slightly better"]


# --- What is shown -------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 390, 899, 900, 1440])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_width_scrolls_sideways_or_hides_the_end(open_page: Open, width: int, language: str) -> None:
    screen = open_page(width=width, height=700)
    screen.page.evaluate("language => localStorage.setItem('rlhf-collect:lang', JSON.stringify(language))", language)
    screen.page.reload()
    screen.shows("bread")
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= width
    screen.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    end, bar = screen.page.evaluate(
        "[Math.max(...[...document.querySelectorAll('.rp-pane-body')].map(e => e.getBoundingClientRect().bottom)),"
        " document.querySelector('.rp-foot').getBoundingClientRect().top]"
    )
    assert end <= bar
    for step in screen.page.locator(".rp-step").all():
        inner, outer = step.evaluate("e => [e.scrollWidth, e.clientWidth]")
        assert inner <= outer + 1
    side_by_side = screen.page.evaluate(
        "(([a, b]) => a.top === b.top)([...document.querySelectorAll('.rp-pane')].map(e => e.getBoundingClientRect()))"
    )
    assert side_by_side is (width >= 900)


def test_targets_are_large_enough_for_a_thumb(open_page: Open) -> None:
    screen = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    for target in screen.page.locator("button:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 28 if "rp-copy" in (target.get_attribute("class") or "") else box["height"] >= 44


def test_a_link_shows_where_it_leads_and_asks_first(open_page: Open) -> None:
    screen = open_page()
    screen.page.get_by_role("link", name="a longer guide").click()
    expect(screen.page.locator("#rp-leave-target")).to_have_text("https://example.org/bread/flat-loaves?ref=answers")
    assert len(screen.visit.context.pages) == 1
    screen.page.get_by_role("button", name="Stay here").click()
    expect(screen.page.locator("#rp-leave")).to_be_hidden()


def test_the_raw_text_of_a_response_is_one_click_away(open_page: Open) -> None:
    screen = open_page()
    screen.page.get_by_role("button", name="Raw text of response A").click()
    expect(screen.page.locator(".rp-pane").first).to_contain_text("**too little gluten structure**")


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


def test_who_is_asking_stands_beside_the_comparison(open_page: Open) -> None:
    screen = open_page(width=1440)
    screen.page.get_by_role("button", name="Who is asking").click()
    panel = screen.page.locator("#rp-who")
    expect(panel).to_contain_text("Correct comes before well written")
    right = screen.page.locator("#rp-main").bounding_box()
    left = panel.bounding_box()
    assert right is not None
    assert left is not None
    assert right["x"] + right["width"] <= left["x"]


def test_the_consent_is_off_until_ticked_and_can_be_taken_back(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("r")
    tick = screen.page.get_by_label("My reasons may be published with the dataset")
    expect(tick).not_to_be_checked()
    tick.check()
    expect(screen.page.locator("#rp-status")).to_have_text("Thank you. Your reasons may be published.")
    assert screen.desk.consent is True
    tick.uncheck()
    expect(screen.page.locator("#rp-status")).to_have_text("Your reasons will not be published.")
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


_CONTRASTS = """() => {
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
    if (ratio < 4.5) found.push([walker.currentNode.data.trim(), Math.round(ratio * 100) / 100]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("contrast", ["no-preference", "more"])
def test_every_text_has_enough_contrast(open_page: Open, scheme: str, contrast: str) -> None:
    screen = open_page(Desk(faults=[503] * 9), color_scheme=scheme, contrast=contrast)
    assert screen.page.evaluate(_CONTRASTS) == []
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-notice")).to_be_visible()
    assert screen.page.evaluate(_CONTRASTS) == []
    screen.page.keyboard.press("?")
    assert screen.page.evaluate(_CONTRASTS) == []


def test_headings_and_landmarks_lead_through_the_page(open_page: Open) -> None:
    screen = open_page()
    page = screen.page
    for name in ("Prompt", "Response A", "Response B"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("radiogroup", name="Which response is better overall?")).to_be_visible()
    unnamed = page.evaluate(
        "[...document.querySelectorAll('.rp button')].filter(b => !(b.ariaLabel || b.textContent.trim())).length"
    )
    assert unnamed == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) < i)")
    assert ids == []


def test_gradio_shows_nothing_of_its_own(open_page: Open) -> None:
    screen = open_page(width=1000, height=800)
    left = screen.page.locator(".rp").bounding_box()
    assert left is not None
    assert (left["x"], left["y"], left["width"]) == (0, 0, 1000)
    assert not screen.page.get_by_text(re.compile("gradio", re.IGNORECASE)).is_visible()


def test_the_page_config_is_the_same_for_everyone_and_holds_no_person() -> None:
    config = json.dumps(rater_blocks().get_config_file()["components"])
    assert "mila" not in config
    assert interface_version() == interface_version()
    assert interface_version().startswith("rater-")
