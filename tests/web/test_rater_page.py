"""Answering on the rater's screen in a real browser: mouse, keys, criteria."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.browser import SYSTEMS
from tests.web.comparisons import COMPARISONS
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]


def test_the_welcome_says_who_asks_comes_only_once_and_offers_no_way_to_a_comparison_yet(
    open_page: Open,
) -> None:
    screen = open_page(welcome=True)
    screen.view("welcome")
    expect(screen.page.get_by_role("button", name="Go to the comparison")).to_have_count(0)
    expect(screen.page.locator("#rp-state")).to_contain_text("Ada Example, Example Lab")
    expect(screen.page.locator("#rp-state")).to_contain_text("Training a reward model, research")
    screen.start()
    expect(screen.page.get_by_role("button", name="Go to the comparison")).to_have_count(1)
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


def test_a_page_at_which_nothing_happens_is_at_rest(open_page: Open) -> None:
    page = open_page().page
    page.add_init_script(
        "window.frames_asked = 0; const next = requestAnimationFrame.bind(window);"
        "window.requestAnimationFrame = (act) => { window.frames_asked += 1; return next(act); };"
    )
    page.reload()
    page.locator(".rp[data-view='compare']").wait_for()
    page.wait_for_function(
        "() => { const before = window.asked_before; window.asked_before = window.frames_asked;"
        " return before === window.frames_asked; }",
        polling=400,
    )
    assert page.evaluate("window.frames_asked") > 0


def test_enter_hands_in_an_answer_given_by_key_whatever_button_was_pressed_before(open_page: Open) -> None:
    screen = open_page()
    for key, shown in (("2", "words"), ("b", "sum")):
        screen.page.locator(".rp-raw-button").first.click()
        screen.page.keyboard.press(key)
        screen.page.keyboard.press("Enter")
        screen.shows(shown)
    screen.page.locator(".rp-raw-button").first.click()
    screen.page.keyboard.press("Enter")  # nothing was answered since: the button has its own Enter
    assert screen.page.locator(".rp-raw-button").first.get_attribute("aria-pressed") == "false"
    assert screen.answers() == [[("bread-x", 2)], [("words-y", 1)]]


def test_keys_are_letters_while_a_reason_is_typed(open_page: Open) -> None:
    screen = open_page()
    screen.page.locator(".rp-reason-open").click()
    screen.page.keyboard.type("A 1 2 7 0 s S r ? x")
    expect(screen.reason()).to_have_value("A 1 2 7 0 s S r ? x")
    assert screen.chosen() == []
    assert screen.desk.skipped == []
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("3")
    screen.page.locator(".rp-reason-open").click()
    screen.page.keyboard.press("Control+Enter")
    screen.shows("words")
    assert screen.desk.submissions[0]["answers"][0]["rationale"] == "A 1 2 7 0 s S r ? x"


def test_held_keys_and_modifiers_do_nothing(open_page: Open) -> None:
    screen = open_page()
    for event in (
        {"key": "1", "repeat": True},
        {"key": "1", "ctrlKey": True},
        {"key": "1", "isComposing": True},
    ):
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


def test_nothing_is_sent_without_a_choice_and_a_skip_by_key_leaves_no_judgement(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-status")).to_have_text("Choose an answer first.")
    assert screen.desk.submissions == []
    screen.page.keyboard.press("s")
    screen.shows("words")
    assert screen.desk.skipped == ["bread"]
    assert (screen.desk.submissions, screen.desk.saved) == ([], {})


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


def test_between_three_responses_only_the_best_is_asked_for_and_no_strength_is_made_up(
    open_page: Open,
) -> None:
    first, third = COMPARISONS[0], COMPARISONS[2]["completions"][0]
    screen = open_page(
        Desk(comparisons=[{**first, "completions": [*first["completions"], third]}, *COMPARISONS[1:]])
    )
    for key in "33c":
        screen.page.keyboard.press(key)
    assert screen.chosen() == ["Response C is best"]
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    assert screen.answers() == [[("sum-x", None)]]
    screen.page.get_by_role("button", name="My judgements").click()
    expect(screen.page.locator("#rp-mine-list")).to_contain_text("Response C is best")


def test_home_end_and_the_arrows_move_along_the_scale_and_enter_hands_in(open_page: Open) -> None:
    screen = open_page()
    screen.step("Response A is better").focus()
    screen.page.keyboard.press("End")
    assert screen.chosen() == ["Both are bad"]
    screen.page.keyboard.press("Home")
    assert screen.chosen() == ["Response A is much better"]
    expect(screen.step("Response A is much better")).to_be_focused()
    screen.page.keyboard.press("ArrowRight")
    assert screen.chosen() == ["Response A is better"]
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    assert screen.answers() == [[("bread-x", 2)]]


def test_escape_leaves_flags_and_my_judgements(open_page: Open) -> None:
    screen = open_page(Desk(flags=["harmful"]))
    flag = screen.page.get_by_role("button", name="Flag: Response A")
    flag.click()
    screen.page.keyboard.press("Escape")
    expect(flag).to_be_focused()
    expect(flag).to_have_attribute("aria-expanded", "false")
    expect(screen.page.locator(".rp-pane .rp-flags").first).to_be_hidden()
    screen.page.get_by_role("button", name="My judgements").click()
    search = screen.page.get_by_role("searchbox")
    search.fill("bread")
    screen.page.keyboard.press("Escape")
    expect(search).to_have_value("")
    screen.page.keyboard.press("Escape")
    screen.shows("bread")


def test_tab_goes_as_the_eye_does_and_done_comes_after_the_text(open_page: Open) -> None:
    chips = [{"name": "incorrect", "en": None, "fr": None}]
    screen = open_page(Desk(criteria=[{**OVERALL, "reasons": chips}]), width=1440)
    screen.page.keyboard.press("r")
    met = []
    for _ in range(9):
        met.append(
            screen.page.evaluate("(e => e.ariaLabel || e.textContent || e.className)(document.activeElement)")
        )
        screen.page.keyboard.press("Tab")
    assert met == [
        "incorrect", "incorrect", "Why? (optional)", "rp-consent", "Done", "Response A is much better",
        "Submit↵", "Why? (optional)", "SkipS",
    ]  # fmt: skip


def test_what_is_pressed_moves_nothing_beside_it(open_page: Open) -> None:
    chips = [{"name": name, "en": None, "fr": None} for name in ("incorrect", "incomplete")]
    practice = [{**COMPARISONS[0], "expected": "tie", "reason": "Both are right."}]
    screen = open_page(Desk(criteria=[{**OVERALL, "reasons": chips}], practice=practice), welcome=True)
    screen.page.get_by_role("button", name="Start", exact=True).click()
    screen.page.get_by_role("button", name="Begin practice").click()
    screen.shows("bread")
    screen.page.keyboard.press("r")
    beside = screen.page.get_by_role("button", name="incomplete").first
    before = beside.bounding_box()
    screen.page.keyboard.press("Space")
    assert beside.bounding_box() == before
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("4")
    submit = screen.page.locator("#rp-submit")
    width = submit.evaluate("node => node.offsetWidth")
    screen.page.keyboard.press("Enter")
    expect(submit).to_contain_text("Next")
    assert submit.evaluate("node => node.offsetWidth") == width


def test_an_unchecked_box_is_empty_and_not_grey(open_page: Open) -> None:
    page = open_page(Desk(display={"theme": "system", "language": "en"})).page
    page.keyboard.press("?")
    boxes = page.locator("#rp-settings input")
    looks = "all => [...new Set(all.map(e => getComputedStyle(e).appearance + getComputedStyle(e).backgroundColor))]"
    for theme, system in SYSTEMS.items():
        page.emulate_media(**system)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        assert boxes.evaluate_all(looks) == ["nonergba(0, 0, 0, 0)"], theme


def test_my_judgements_show_the_words_of_a_prompt_and_not_its_source(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=[COMPARISONS[2], COMPARISONS[3]]), welcome=True)
    screen.page.get_by_role("button", name="Start", exact=True).click()
    screen.shows("sum")
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("last")
    screen.page.get_by_role("button", name="My judgements").click()
    expect(screen.page.locator(".rp-mine-open")).to_have_text("Why is 1+2+…+n=(n(n+1))/2?")
