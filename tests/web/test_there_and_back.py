"""To earlier judgements, skips, figures and practice, and back to where one was, also by the browser's Back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.web.comparisons import COMPARISONS
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
PRACTICE = [{**COMPARISONS[1], "id": "p1", "expected": "words-x", "reason": "It is shorter."}]


def press(screen: Screen, name: str) -> None:
    screen.page.get_by_role("button", name=name, exact=True).click()


def judge(screen: Screen, key: str, then: str) -> None:
    screen.page.keyboard.press(key)
    screen.page.keyboard.press("Enter")
    screen.shows(then)


def test_looking_at_my_judgements_first_leads_back_to_the_welcome(open_page: Open) -> None:
    screen = open_page(welcome=True)
    screen.view("welcome")
    press(screen, "My judgements")
    expect(screen.page.get_by_text("You have not judged anything yet.")).to_be_visible()
    press(screen, "Back")
    screen.view("welcome")
    assert screen.desk.assignments == {}
    screen.page.reload()
    screen.view("welcome")


def test_the_browsers_back_goes_a_step_back_and_stays_in_the_service(open_page: Open) -> None:
    screen = open_page()
    judge(screen, "2", "words")
    press(screen, "My judgements")
    screen.page.locator(".rp-mine-open").click()
    screen.shows("bread")
    screen.page.go_back()
    screen.view("mine")
    screen.page.go_back()
    screen.shows("words")
    screen.page.keyboard.press("u")
    screen.shows("bread")
    screen.page.go_back()
    screen.shows("words")


def test_a_change_from_the_list_is_saved_and_the_list_is_there_again(open_page: Open) -> None:
    screen = open_page()
    judge(screen, "2", "words")
    judge(screen, "6", "sum")
    press(screen, "My judgements")
    screen.page.get_by_role("searchbox").fill("sourdough")
    expect(screen.page.locator(".rp-mine-open")).to_have_count(1)
    screen.page.locator(".rp-mine-open").click()
    screen.shows("bread")
    screen.page.keyboard.press("7")
    press(screen, "Save the change")
    screen.view("mine")
    expect(screen.page.get_by_role("searchbox")).to_have_value("sourdough")
    assert screen.answers() == [[("bread-y", 3)], [("words-y", 2)]]
    press(screen, "Back")
    screen.shows("sum")


def test_undo_again_goes_to_the_one_before_and_going_back_leaves_undo_alive(open_page: Open) -> None:
    screen = open_page()
    judge(screen, "2", "words")
    judge(screen, "6", "sum")
    screen.page.keyboard.press("u")
    screen.shows("words")
    screen.page.keyboard.press("u")
    screen.shows("bread")
    press(screen, "Back")
    screen.shows("sum")
    screen.page.keyboard.press("u")
    screen.shows("words")
    screen.page.keyboard.press("5")
    press(screen, "Save the change")
    screen.shows("sum")
    assert screen.answers() == [[("bread-x", 2)], [("words-y", 1)]]


def test_a_skip_is_listed_and_taken_back_after_a_reload(open_page: Open) -> None:
    screen = open_page(Desk(ahead=True))
    screen.page.keyboard.press("s")
    screen.shows("words")
    screen.page.reload()
    screen.shows("words")
    press(screen, "My judgements")
    expect(screen.page.locator(".rp-skipped")).to_contain_text("sourdough")
    screen.page.get_by_role("button", name="Take the skip back: My sourdough").click()
    screen.shows("bread")
    assert screen.desk.skipped == []


def test_my_judgements_say_when_and_what_stands_beside_each_answer(open_page: Open) -> None:
    screen = open_page(Desk(edits="optional", flags=["harmful"]), timezone_id="UTC")
    page = screen.page
    page.get_by_role("button", name="Flag: Prompt").click()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Improve response A").click()
    page.locator(".rp-edit").fill("Better.")
    page.keyboard.press("Escape")
    screen.write("Because.")
    page.keyboard.press("Escape")
    judge(screen, "2", "words")
    judge(screen, "2", "sum")
    press(screen, "My judgements")
    facts = page.locator(".rp-mine .rp-small")
    expect(facts.nth(1)).to_contain_text("12:00")
    expect(facts.nth(1)).to_contain_text("with reasons · flagged · improved version")
    expect(facts.first).not_to_contain_text("flagged")


def test_my_judgements_say_each_answer_in_its_own_kind_with_its_question(open_page: Open) -> None:
    changes: list[dict[str, object]] = [
        {"question": "Which, if you must?", "strengths": 4, "tie": False, "both_bad": False},
        {"question": "How good is each?", "answer": "points", "points": "1-5", "strengths": 0},
        {"question": "Which order?", "answer": "ranking", "strengths": 0},
        {"question": "Which?", "strengths": 1},
    ]
    criteria = [{**OVERALL, "name": f"q{number}", **each} for number, each in enumerate(changes)]
    screen = open_page(Desk(criteria=criteria))
    for key in ("5", "2", "1", "2", "1", "3"):
        screen.page.keyboard.press(key)
    judge(screen, "Shift", "words")
    press(screen, "My judgements")
    expect(screen.page.locator(".rp-mine-answer")).to_have_text([
        "Which, if you must? – Response B is barely better, or I am unsure",
        "How good is each? – Points: A 2, B 1",
        "Which order? – 1st B, 2nd A",
        "Which? – Response B is better",
    ])  # fmt: skip


def test_my_judgements_without_a_line_say_so_and_lead_back(open_page: Open) -> None:
    screen = open_page()
    judge(screen, "2", "words")
    screen.visit.context.set_offline(True)
    press(screen, "My judgements")
    expect(screen.page.locator("#rp-status")).to_have_text("The service cannot be reached")
    press(screen, "Back")
    screen.shows("words")
    screen.visit.context.set_offline(False)


def test_practice_can_be_left_and_gone_on_with(open_page: Open) -> None:
    screen = open_page(Desk(practice=PRACTICE), welcome=True)
    press(screen, "Start")
    press(screen, "Begin practice")
    screen.shows("words")
    press(screen, "My judgements")
    screen.view("mine")
    press(screen, "Back")
    expect(screen.page.locator("#rp-mode span")).to_have_text("Practice 1 of 1: not counted")
    expect(screen.page.locator(".rp-consent")).to_have_count(0)  # nothing of it is ever published
    press(screen, "Stop practising")
    screen.view("practice")
    press(screen, "Go straight to the comparisons")
    screen.shows("bread")


def test_skipping_the_last_one_says_at_once_that_it_was_the_last(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=COMPARISONS[:1]))
    screen.page.keyboard.press("s")
    screen.view("empty")
    expect(screen.page.locator("#rp-state-title")).to_have_text("That was the last one")


def test_a_rater_is_told_who_sees_such_figures_as_the_project_has_it(open_page: Open) -> None:
    screen = open_page()
    for visibility, told in (
        ("pseudonymous", "Once you have judged 30 comparisons, project leads see such figures of yours too"),
        ("anonymous", "Project leads see only how such figures are spread over five people or more"),
    ):
        screen.again(lead_sees=visibility)
        press(screen, "Who is asking")
        press(screen, "What my answers show")
        expect(screen.page.locator("#rp-state-body")).to_contain_text(told)


def test_a_rater_reads_what_leads_see_of_them_besides(open_page: Open) -> None:
    seen = {
        "beside_others": {"value": -0.234, "n": 60}, "among_peers": {"value": 0.44, "others": 0.55, "n": 66},
        "drift": False, "alpha_without": 0.216, "signals": [], "alone": ["..."], "facts": ["peers"],
    }  # fmt: skip
    screen = open_page(Desk(to_leads=seen))
    press(screen, "Who is asking")
    press(screen, "What my answers show")
    for text in (
        "−23 points",
        "44%; they with everybody else: 55%",
        "no change",
        "0.22",
        "you agree less with others than these do with everybody else",
        "One thing alone is no flag",
    ):
        expect(screen.page.locator("#rp-state-body")).to_contain_text(text)


def test_a_known_answer_is_shown_with_what_was_asked_and_every_response(open_page: Open) -> None:
    known = {
        "judgement": "j1", "comparison": "k1", "prompt": "Which", "request": "Which of <b>these</b>?",
        "responses": [{"side": "A", "text": "This <i>one</i>"}, {"side": "B", "text": "That one"}],
        "answer": {"choice": "x", "side": "A"}, "expected": {"choice": "y", "side": "B"}, "as_expected": False,
        "reason": "It is so.", "removed": False, "appeal": None,
    }  # fmt: skip
    screen = open_page(Desk(controls=[known]))
    press(screen, "Who is asking")
    press(screen, "What my answers show")
    listed = screen.page.locator("#rp-controls")
    expect(listed.get_by_text("That one")).to_be_hidden()
    listed.get_by_text("All that was asked, and the responses").click()
    for text in ("Which of <b>these</b>?", "Response A", "This <i>one</i>", "Response B", "That one"):
        expect(listed.get_by_text(text, exact=True)).to_be_visible()


def decided(**changes: Any) -> dict[str, Any]:
    held = {
        "decision": "d1", "by": "Lea", "judgements": 3, "returned": 0, "reasons": "Always the first one.",
        "evidence": {"figures": ["first_shown"], "judgements": []}, "state": "lifted", "may_contest": False,
        "since": "2026-12-03T12:00:00Z", "effective_at": "2026-12-01T12:00:00Z",
        "contest_until": "2026-12-24T12:00:00Z",
        "appeal": {"appeal": "a1", "reasons": "I read both.", "state": "rejected", "by": "Max", "answer": "No."},
    }  # fmt: skip
    return held | changes


def test_a_lifted_decision_says_that_first_and_a_rejected_appeal_only_on_demand(open_page: Open) -> None:
    screen = open_page(Desk(decisions=[decided()]), welcome=True)
    screen.view("decided")
    expect(screen.page.get_by_text("You can contest it before another person")).to_have_count(0)
    shown = screen.page.locator(".rp-decision")
    expect(shown.locator(":scope > p")).to_have_count(1)
    expect(shown.locator(":scope > p")).to_contain_text("It was lifted on")
    expect(shown.get_by_text("Your appeal is rejected. Max")).to_be_hidden()
    shown.get_by_text("The decision, and what was said about it").click()
    for text in ("Your appeal is rejected. Max", "I read both.", "Always the first one."):
        expect(shown.get_by_text(text)).to_be_visible()


def test_what_my_answers_show_is_on_the_page_with_how_sure_it_is(open_page: Open) -> None:
    screen = open_page()
    press(screen, "Who is asking")
    press(screen, "What my answers show")
    screen.view("figures")
    expect(screen.page.locator("#rp-who")).to_be_hidden()
    shown = screen.page.locator("#rp-state-body")
    expect(shown).to_contain_text("71% (between 60% and 81% with 95\u00a0% confidence; from 42)")
    expect(shown).to_contain_text("not an error measure")
    expect(shown).to_contain_text("Shown from 20 on; 3 so far.")
    press(screen, "Back")
    screen.shows("bread")
