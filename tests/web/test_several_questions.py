"""Several questions about one comparison: below each other on a desk, one at a time on a phone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product

from playwright.sync_api import Locator, expect

from tests.web.comparisons import with_turns
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen
from tests.web.test_small_and_large import CHIPS, box_of, boxes_of, in_both_languages, turned

Open = Callable[..., Screen]
HELPFUL = {**OVERALL, "name": "helpful", "question": "Which response helps more?"}
HONEST = {
    **OVERALL,
    "name": "honest",
    "question": "Which is more honest?",
    "strengths": 1,
    "rationale": "required",
}
POINTS = {
    **OVERALL, "name": "grades", "question": "How good is each?", "answer": "points", "points": "1-5", "strengths": 0,
}  # fmt: skip
RANKING = {**OVERALL, "name": "order", "question": "Which order?", "answer": "ranking", "strengths": 0}
CHIPPED = [{**each, "reasons": CHIPS} for each in (HELPFUL, HONEST)]
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


def questions(screen: Screen) -> list[str]:
    """The questions that can be seen."""
    return screen.page.locator(".rp-question:visible").all_inner_texts()


def dots(screen: Screen) -> Locator:
    return screen.page.locator(".rp-question-dot")


def tap(screen: Screen, question: int, sentence: str) -> None:
    screen.page.locator(".rp-criterion").nth(question).get_by_role("radio", name=sentence, exact=True).tap()


def test_a_phone_shows_one_question_at_a_time_and_a_tap_leads_on_to_the_next_open_one(
    open_page: Open,
) -> None:
    screen = open_page(Desk(criteria=[HELPFUL, HONEST]), **PHONE)
    assert questions(screen) == ["Which response helps more?"]
    tap(screen, 0, "Response B is better")
    expect(dots(screen).nth(1)).to_have_attribute("aria-current", "step")
    assert questions(screen) == ["Which is more honest?"]
    expect(dots(screen).first).to_have_attribute("aria-label", "Which response helps more? (answered)")
    dots(screen).first.tap()
    expect(dots(screen).first).to_have_attribute("aria-current", "step")
    assert questions(screen) == ["Which response helps more?"]
    tap(screen, 0, "Response A is much better")
    expect(dots(screen).nth(1)).to_have_attribute("aria-current", "step")


def test_what_is_missing_comes_into_sight_when_a_phone_submits(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[HELPFUL, HONEST]), **PHONE)
    dots(screen).nth(1).tap()
    tap(screen, 1, "Response A is better")
    expect(dots(screen).first).to_have_attribute("aria-current", "step")
    tap(screen, 0, "Response A is better")
    screen.submit()
    expect(screen.reason().nth(0)).to_be_hidden()
    reason = screen.page.locator(".rp-reason-text").nth(1)
    expect(reason).to_be_focused()
    assert questions(screen) == ["Which is more honest?"]
    reason.fill("It says what it does not know.")
    screen.submit()
    screen.shows("words")
    assert [
        (each["criterion"], each["choice"]) for saved in screen.desk.saved.values() for each in saved
    ] == [
        ("helpful", "bread-x"),
        ("honest", "bread-x"),
    ]


def test_a_question_answered_in_the_responses_gives_way_to_the_next(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[POINTS, HELPFUL]), **PHONE)
    assert questions(screen) == ["How good is each?"]
    for index, number in ((0, "4"), (1, "2")):
        screen.page.locator(".rp-pane").nth(index).get_by_role("radio", name=number).first.tap()
    expect(dots(screen).nth(1)).to_have_attribute("aria-current", "step")
    assert questions(screen) == ["Which response helps more?"]


def test_the_turn_asked_about_is_the_one_of_the_question_in_sight(open_page: Open) -> None:
    turns = [{**HELPFUL, "name": f"helpful@{turn}", "turn": turn} for turn in (1, 2)]
    screen = open_page(Desk(criteria=turns, comparisons=[with_turns("bread")]), **PHONE)
    marked = screen.page.locator(".rp-pane").first.locator(".rp-turn[data-role='assistant']")
    expect(marked.first).to_have_attribute("data-asked", "")
    dots(screen).nth(1).tap()
    expect(marked.nth(1)).to_have_attribute("data-asked", "")
    expect(marked.first).not_to_have_attribute("data-asked", "")


def test_a_desk_shows_all_questions_and_no_row_of_numbers_and_steps_stand_in_one_row_at_any_width(
    open_page: Open,
) -> None:
    screen = open_page(Desk(criteria=[HELPFUL, HONEST]), width=1440)
    for width in (390, 900, 1440):
        turned(screen, width)
        if width > 390:
            assert questions(screen) == ["Which response helps more?", "Which is more honest?"]
            expect(dots(screen).first).to_be_hidden()
        steps = screen.page.locator(".rp-criterion").first.locator(".rp-step:not([data-word='both_bad'])")
        tops = steps.evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
        assert (len(tops), len(set(tops))) == (7, 1), width


def test_the_bar_leaves_a_phone_more_than_half_of_its_height_for_reading(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[HELPFUL, HONEST, POINTS, {**HONEST, "name": "kind"}]), **PHONE)
    box = screen.page.locator(".rp-foot").bounding_box()
    assert box is not None
    assert box["height"] < 844 / 2


def test_r_opens_the_reasons_of_the_question_that_has_them_and_letters_there_are_words(
    open_page: Open,
) -> None:
    silent = {**OVERALL, "name": "harmless", "rationale": "off"}
    screen = open_page(Desk(criteria=[OVERALL, silent]))
    for key in "22":
        screen.page.keyboard.press(key)
    screen.page.keyboard.press("r")
    screen.page.keyboard.type("sun")
    expect(screen.reason()).to_have_value("sun")
    assert screen.desk.skipped == []


def test_letters_pressed_among_the_reasons_go_on_as_words_and_skip_nothing(open_page: Open) -> None:
    chips = [{"name": name, "en": None, "fr": None} for name in ("incorrect", "incomplete")]
    screen = open_page(Desk(criteria=[{**OVERALL, "reasons": chips}]))
    screen.page.keyboard.press("r")
    expect(screen.page.locator(".rp-chip").first).to_be_focused()
    screen.page.keyboard.press("Space")
    screen.page.keyboard.type("so it is")
    expect(screen.reason()).to_have_value("so it is")
    expect(screen.page.locator(".rp-chip").first).to_have_attribute("aria-pressed", "true")
    screen.shows("bread")
    assert screen.desk.skipped == []


def test_with_the_largest_text_nothing_lies_over_a_step_or_is_cut_off(open_page: Open) -> None:
    screen = open_page(Desk(criteria=CHIPPED, display={"size": "larger"}), width=1440)
    for place in in_both_languages(screen, [740, 900, 1280, 1440]):
        _, width = place
        criteria = screen.page.locator(".rp-criterion").all()
        assert len(criteria) == 2
        for criterion in criteria:
            boxes = boxes_of(criterion.locator(".rp-step, .rp-reason-open"))
            assert len(boxes) > 4
            assert max(each["right"] for each in boxes) <= width - 16, place
            rows = sorted(boxes, key=lambda each: (round(each["y"] / 30), each["x"]))
            assert all(b["x"] >= a["right"] or b["y"] >= a["bottom"] for a, b in pairwise(rows)), place


def test_submit_skip_and_undo_stand_in_a_row_of_their_own_below_the_questions(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[*CHIPPED, RANKING, POINTS, {**HELPFUL, "name": "last"}]))
    page = screen.page
    last = page.locator(".rp-criterion").last.get_by_role("radio").first
    for width, height in ((1280, 640), (900, 600), (740, 520)):
        page.locator(".rp-several").evaluate("several => { several.scrollTop = 0; }")
        page.get_by_role("button", name="Guidelines").focus()
        turned(screen, width, height)
        questions_end = box_of(page.locator(".rp-several"))["bottom"]
        buttons = boxes_of(page.locator("#rp-submit, #rp-skip, #rp-undo"))
        assert len(buttons) == 3
        for box in buttons:
            assert questions_end - 6 <= box["y"], (width, box)
            assert box["bottom"] <= height, (width, box)
        assert box_of(page.locator("#rp-foot"))["height"] < height * 0.55
        last.focus()
        expect(last).to_be_in_viewport(ratio=1)
        assert box_of(last)["bottom"] <= questions_end


def test_every_question_and_every_answer_begins_at_the_same_place(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[HELPFUL, RANKING, POINTS]))
    for width in (900, 1280):
        turned(screen, width)
        for part in (".rp-question", ":is(.rp-scale, .rp-order, .rp-hint)"):
            starts = [round(each["x"]) for each in boxes_of(screen.page.locator(f".rp-criterion {part}"))]
            assert len(starts) >= 3, part
            assert len(set(starts)) == 1, (part, width)


def test_on_a_phone_a_required_reason_comes_up_as_chips_and_only_with_it_a_question_is_done(
    open_page: Open,
) -> None:
    screen = open_page(Desk(criteria=[CHIPPED[1], HELPFUL]), **PHONE)
    tap(screen, 0, "Response B is better")
    chip = screen.page.locator(".rp-chip:visible").first
    expect(chip).to_be_visible()
    screen.page.wait_for_timeout(400)  # where no reason is asked for, the next question comes
    assert questions(screen) == ["Which is more honest?"]
    assert dots(screen).first.get_attribute("data-done") is None
    chip.tap()
    expect(dots(screen).first).to_have_attribute("data-done", "")
    screen.page.locator(".rp-reason-close:visible").tap()
    assert questions(screen) == ["Which response helps more?"]


def test_a_question_stands_below_its_reasons_and_beside_or_above_its_answer(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[{**each, "rationale": "required"} for each in CHIPPED]))
    screen.page.keyboard.press("2")
    first = screen.page.locator(".rp-criterion").first
    for size, width in product(("medium", "larger"), (1280, 1000)):
        if screen.desk.display.get("size", "medium") != size:
            screen.again(display={"size": size})  # the answer is there again
        expect(screen.page.get_by_role("button", name="incorrect").first).to_be_visible()
        turned(screen, width)
        reasons, question, scale = (
            box_of(first.locator(each)) for each in (".rp-reason-box", ".rp-question", ".rp-scale")
        )
        assert question["y"] >= reasons["bottom"], (size, width)
        assert question["x"] < scale["x"] or question["bottom"] <= scale["y"], (size, width)
