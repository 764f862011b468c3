"""Which question the next key answers, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.web.comparisons import COMPARISONS
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
HELPFUL = {**OVERALL, "name": "helpful", "question": "Which helps more?"}
HONEST = {**OVERALL, "name": "honest", "question": "Which is more honest?", "rationale": "off"}
CHIPS = [{"name": name, "en": None, "fr": None} for name in ("incorrect", "incomplete")]
RANKING = {**OVERALL, "answer": "ranking", "strengths": 0}
NUMBERS = {**OVERALL, "answer": "points", "points": "0-100", "strengths": 0}
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


def said(screen: Screen) -> Locator:
    return screen.page.locator("#rp-status")


def marked(screen: Screen) -> list[str]:
    """The questions marked as the ones the next key answers."""
    return screen.page.locator(".rp-criterion[data-next] .rp-question").all_inner_texts()


def test_the_question_the_next_key_answers_is_marked_and_named_with_what_was_chosen(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[HELPFUL, HONEST]), width=1440)
    keys = screen.page.keyboard
    assert marked(screen) == ["Which helps more?"]
    edge = "getComputedStyle(document.querySelector('[data-next] > .rp-question')).borderInlineStartColor"
    assert screen.page.evaluate(edge) == "rgb(39, 93, 140)"
    keys.press("5")
    expect(said(screen)).to_have_text("Which helps more? – Response B is slightly better, chosen.")
    assert marked(screen) == ["Which is more honest?"]
    keys.press("Enter")
    expect(said(screen)).to_have_text("Which is more honest? – Choose an answer first.")
    keys.press("2")
    expect(screen.page.locator("#rp-submit")).to_be_focused()
    assert marked(screen) == ["Which is more honest?"]
    keys.press("1")  # everything is answered: the change is shown, with its question
    expect(said(screen)).to_have_text("Which is more honest? – Response A is much better, chosen.")
    expect(said(screen)).not_to_have_attribute("data-quiet", "")


def test_a_tap_that_leads_on_to_the_next_question_says_what_was_chosen_and_what_comes(
    open_page: Open,
) -> None:
    screen = open_page(Desk(criteria=[HELPFUL, HONEST]), **PHONE)
    screen.step("Response B is better").first.tap()
    expect(said(screen)).to_have_text(
        "Which helps more? – Response B is better, chosen. Next: Which is more honest?"
    )


def test_a_reason_is_called_after_the_question_it_belongs_to(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[HONEST, {**HELPFUL, "reasons": CHIPS}]), width=1440)
    expect(screen.page.get_by_role("button", name="Why? (optional) – Which helps more?")).to_be_visible()
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("r")
    expect(screen.page.get_by_role("textbox", name="Why? (optional) – Which helps more?")).to_be_visible()


def test_no_key_answers_from_inside_the_reasons_and_ctrl_enter_submits_from_anywhere(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[{**OVERALL, "reasons": CHIPS}], flags=["harmful"]))
    keys = screen.page.keyboard
    keys.press("2")
    keys.press("r")
    expect(screen.page.get_by_role("button", name="incorrect").first).to_be_focused()
    for key in "7bt0":
        keys.press(key)
    assert screen.chosen() == ["Response A is better"]
    keys.press("Control+Enter")
    screen.shows("words")
    screen.page.get_by_role("button", name="Flag: Prompt").focus()
    keys.press("Control+Enter")
    expect(said(screen)).to_have_text("Choose an answer first.")
    keys.press("7")
    expect(said(screen)).to_have_text("Response B is much better, chosen.")


def test_a_number_that_is_none_is_explained_beside_its_field_and_aloud_and_what_is_missing_until_it_is_there(
    open_page: Open,
) -> None:
    screen = open_page(Desk(criteria=[NUMBERS]), width=900, height=800)
    page = screen.page
    words = "Points are whole numbers from 0 to 100."
    field, beside = page.locator(".rp-number").first, page.locator(".rp-wrong").first
    for text, key in (("45a", "Enter"), ("150", "Control+Enter")):
        field.fill(text)
        expect(beside).to_have_text(words)
        page.keyboard.press(key)
        expect(said(screen)).to_have_text("Response A – " + words)
        expect(field).to_be_focused()
    assert field.get_attribute("aria-describedby") == beside.get_attribute("id")
    page.locator(".rp-number").last.fill("1")
    screen.submit()
    expect(said(screen)).to_have_text("Response A – " + words)
    field.fill("45")
    expect(beside).to_be_hidden()
    expect(said(screen)).to_have_text("", timeout=1)
    assert screen.page.locator(".rp-mark > [data-next]").count() == 1


def four() -> list[dict[str, object]]:
    completions = [*COMPARISONS[0]["completions"], *COMPARISONS[2]["completions"]]
    return [{**COMPARISONS[0], "completions": completions}, *COMPARISONS[1:]]


def test_nothing_moves_while_places_fill_and_the_rules_stand_beside_them(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[RANKING], comparisons=four()), width=1440)
    page = screen.page
    expect(page.locator(".rp-hint")).to_have_text(
        "Responses can share a place. “All are bad” can stand alone or beside the order."
    )
    submit, places = page.locator("#rp-submit"), []
    for key in "2131":
        places.append(submit.bounding_box())
        page.keyboard.press(key)
    page.keyboard.press("0")
    places.append(submit.bounding_box())
    assert all(each == places[0] for each in places)
    background = "all => all.map(each => getComputedStyle(each).backgroundColor)"
    assert len(set(page.locator(".rp-all-bad, #rp-submit").evaluate_all(background))) == 2
    assert page.locator(".rp-others").bounding_box()["y"] == places[0]["y"]  # type: ignore[index]


def test_where_a_place_is_for_one_that_is_said(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[{**RANKING, "tie": False, "both_bad": False}]))
    expect(screen.page.locator(".rp-hint")).to_have_text("Each place is for one response.")
