"""From one comparison to the next, back, and to earlier ones; practice and guidelines; other devices."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from tests.depth import thorough
from tests.web.browser import visit
from tests.web.comparisons import COMPARISONS
from tests.web.conftest import Stub
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]


def test_the_next_comparison_is_on_screen_before_the_answer_is_acknowledged(open_page: Open) -> None:
    screen = open_page(Desk(ahead=True, delay=1.5))
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    assert screen.desk.saved == {}
    expect(screen.page.locator("#rp-progress")).to_have_text("0 judged, 4 left")
    expect(screen.page.locator("#rp-progress")).to_have_text("1 judged, 3 left")
    assert screen.answers() == [[("bread-x", 2)]]


def test_everything_judged_ahead_of_the_line_is_stored_once_and_in_order(open_page: Open) -> None:
    screen = open_page(Desk(ahead=True))
    screen.visit.context.set_offline(True)
    for key, shown in (("1", "words"), ("5", "words")):
        screen.page.keyboard.press(key)
        screen.page.keyboard.press("Enter")
        screen.shows(shown)
    expect(screen.page.locator("#rp-notice")).to_contain_text("2 answers are not saved yet")
    screen.visit.context.set_offline(False)
    screen.shows("sum")
    assert screen.answers() == [[("bread-x", 3)], [("words-y", 1)]]
    for key, shown in (("4", "last"), ("0", None)):
        screen.page.keyboard.press(key)
        screen.page.keyboard.press("Enter")
        if shown:
            screen.shows(shown)
    screen.view("empty")
    assert len(screen.desk.submissions) == 4


def test_undo_opens_the_last_answer_and_a_change_is_a_revision(open_page: Open) -> None:
    screen = open_page(Desk(ahead=True))
    screen.page.keyboard.press("2")
    screen.write("first thought")
    screen.page.keyboard.press("Control+Enter")
    screen.shows("words")
    expect(screen.page.locator("#rp-status")).to_have_text("Saved.")
    screen.write("half a word")
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("u")
    screen.shows("bread")
    assert screen.chosen() == ["Response A is better"]
    expect(screen.reason()).to_have_value("first thought")
    screen.page.keyboard.press("6")
    screen.page.get_by_role("button", name="Save the change").click()
    screen.shows("words")
    expect(screen.reason()).to_have_value("half a word")
    assert screen.answers() == [[("bread-y", 2)]]
    assert len(screen.desk.revisions) == 1


def test_a_skip_is_taken_back_by_undo(open_page: Open) -> None:
    screen = open_page(Desk(ahead=True))
    screen.page.keyboard.press("s")
    screen.shows("words")
    assert screen.desk.skipped == ["bread"]
    screen.page.keyboard.press("u")
    screen.shows("bread")
    assert screen.desk.skipped == []
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.shows("words")


def test_my_judgements_are_found_opened_and_left_as_they_were(open_page: Open) -> None:
    screen = open_page()
    for key, shown in (("2", "words"), ("6", "sum")):
        screen.page.keyboard.press(key)
        screen.page.keyboard.press("Enter")
        screen.shows(shown)
    screen.page.get_by_role("button", name="My judgements").click()
    rows = screen.page.locator(".rp-mine li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("And the ten most common ones?")
    screen.page.get_by_role("searchbox").fill("sourdough")
    expect(rows).to_have_count(1)
    rows.get_by_role("button").click()
    screen.shows("bread")
    assert screen.chosen() == ["Response A is better"]
    screen.page.get_by_role("button", name="Back", exact=True).click()
    expect(screen.page.get_by_role("searchbox")).to_have_value("sourdough")
    screen.page.get_by_role("button", name="Back", exact=True).click()
    screen.shows("sum")
    assert screen.desk.revisions == []


@thorough
def test_a_draft_and_the_choices_of_the_page_follow_to_another_device(browser: Browser, stub: Stub) -> None:
    desk = Desk()
    service = stub.serve(desk)
    with visit(browser) as first, visit(browser) as second:
        for came in (first, second):
            service.sit_down(came.context)
        here, there = Screen(visit=first, service=service), Screen(visit=second, service=service)
        first.page.goto(service.address)
        here.start()
        first.page.keyboard.press("?")
        first.page.get_by_label("Français").check()
        first.page.get_by_label("Grande", exact=True).check()
        first.page.keyboard.press("Escape")
        first.page.keyboard.press("6")
        here.write("commencé ici")
        with first.page.expect_response(lambda answered: answered.url.endswith("/draft")):
            pass
        assert desk.display["language"] == "fr"
        second.page.goto(service.address)
        second.page.get_by_role("button", name="Commencer", exact=True).click()
        there.shows("bread")
        expect(there.reason()).to_have_value("commencé ici")
        assert there.chosen() == ["La réponse B est meilleure"]
        expect(second.page.locator("html")).to_have_attribute("data-size", "large")


def test_practice_explains_each_answer_and_is_not_counted(open_page: Open) -> None:
    practice = [{**COMPARISONS[1], "id": "p1", "expected": "words-x", "reason": "It is shorter."}]
    screen = open_page(Desk(practice=practice), welcome=True)
    screen.page.get_by_role("button", name="Start", exact=True).click()
    screen.view("practice")
    screen.page.get_by_role("button", name="Begin practice").click()
    screen.shows("words")
    expect(screen.page.locator("#rp-mode span")).to_have_text("Practice 1 of 1: not counted")
    screen.page.keyboard.press("7")
    screen.page.keyboard.press("Enter")
    notice = screen.page.locator("#rp-notice")
    expect(notice).to_contain_text("Expected: Response A is better. It is shorter.")
    screen.page.keyboard.press("Enter")
    screen.view("practice")
    expect(notice).to_be_hidden()
    screen.page.get_by_role("button", name="Go to the comparisons").click()
    screen.shows("bread")
    assert screen.desk.saved == {}


def test_a_required_practice_comes_first_and_can_be_repeated(open_page: Open) -> None:
    practice = [{**COMPARISONS[2], "id": "p1", "expected": "tie", "reason": "Both are right."}]
    screen = open_page(Desk(practice=practice, practice_required=True), welcome=True)
    screen.page.get_by_role("button", name="Start", exact=True).click()
    screen.page.get_by_role("button", name="Begin practice").click()
    screen.shows("sum")
    for key in ("1", "Enter", "Enter"):
        screen.page.keyboard.press(key)
        screen.page.wait_for_timeout(200)
    screen.view("practice")
    expect(screen.page.get_by_role("button", name="Go to the comparisons")).to_have_count(0)
    screen.page.get_by_role("button", name="Practise again").click()
    screen.shows("sum")
    screen.page.keyboard.press("4")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-notice")).to_contain_text("That is the expected answer.")
    screen.page.keyboard.press("Enter")
    screen.page.get_by_role("button", name="Go to the comparisons").click()
    screen.shows("bread")


def test_changed_guidelines_show_what_is_new_and_are_confirmed(open_page: Open) -> None:
    screen = open_page(Desk(confirmed="1", saved={"before": []}), welcome=True)
    screen.view("guidelines")
    expect(screen.page.locator(".rp-changes ins")).to_have_text(
        "New: A short answer that helps is better than a long one that does not."
    )
    expect(screen.page.locator(".rp-changes del")).to_have_text("Removed: Longer is better.")
    screen.page.get_by_role("button", name="I have read them").click()
    screen.shows("bread")
    assert screen.desk.confirmed == "2"


def test_a_key_can_be_changed_but_not_to_one_that_is_taken(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("?")
    screen.page.get_by_role("button", name="Change the key for: Skip").click()
    screen.page.keyboard.press("r")
    said = screen.page.get_by_role("dialog").get_by_role("status")
    expect(said).to_have_text("R is used for: Why?")
    screen.page.keyboard.press("n")
    screen.page.get_by_role("button", name="Close").last.click()
    screen.page.keyboard.press("s")
    assert screen.desk.skipped == []
    expect(screen.page.locator("#rp-skip kbd")).to_have_text("N")
    screen.page.keyboard.press("n")
    screen.shows("words")
    assert screen.desk.skipped == ["bread"]


def test_a_skip_without_a_line_waits_with_the_answers_and_arrives_in_its_turn(open_page: Open) -> None:
    screen = open_page(Desk(ahead=True))
    page, notice = screen.page, screen.page.locator("#rp-notice")
    screen.visit.context.set_offline(True)
    for key in ("2", "Enter"):
        page.keyboard.press(key)
    screen.shows("words")
    page.keyboard.press("6")
    page.keyboard.press("s")
    expect(notice).to_contain_text("2 answers and skips have not arrived yet")
    page.locator("#rp-change").click()  # "Do not skip": what was chosen is there to be changed
    assert screen.chosen() == ["Response B is better"]
    page.keyboard.press("s")
    expect(notice.get_by_role("button", name="Do not skip")).to_be_visible()
    assert screen.desk.skipped == []
    screen.visit.context.set_offline(False)
    screen.shows("sum")
    assert (screen.answers(), screen.desk.skipped) == ([[("bread-x", 2)]], ["words"])
    page.keyboard.press("u")
    screen.shows("words")
    assert (screen.desk.skipped, screen.chosen()) == ([], ["Response B is better"])


def test_while_an_answer_waits_submit_and_skip_look_as_if_they_wait_too(open_page: Open) -> None:
    screen = open_page()
    screen.visit.context.set_offline(True)
    for key in ("2", "Enter"):
        screen.page.keyboard.press(key)
    screen.page.locator("#rp-change").wait_for()
    for name in ("#rp-submit", "#rp-skip"):
        expect(screen.page.locator(name)).to_have_css("border-top-style", "dashed")
    screen.page.locator("#rp-change").click()
    for name in ("#rp-submit", "#rp-skip"):
        expect(screen.page.locator(name)).to_have_css("border-top-style", "solid")
    screen.visit.context.set_offline(False)


def test_a_refused_key_leaves_room_for_another_until_escape_or_another_place(open_page: Open) -> None:
    screen = open_page()
    page = screen.page
    change = page.get_by_role("button", name="Change the key for: Skip")
    page.keyboard.press("?")
    change.click()
    page.keyboard.press("u")
    expect(page.locator("#rp-settings-said")).to_have_text("U is used for: Undo the last one")
    page.keyboard.press("z")
    expect(page.locator("#rp-settings-said")).to_have_text("Z is now: Skip")
    change.click()
    page.locator("#rp-settings-title").click()
    page.keyboard.press("q")
    expect(page.locator("#rp-settings-said")).not_to_contain_text("Q")
    expect(change).to_have_text("Change")


def test_the_sheet_lists_the_digits_that_answer_something(open_page: Open) -> None:
    for criterion, expected in (
        ({**OVERALL, "strengths": 1, "both_bad": False}, ["1 – 3"]),
        (OVERALL, ["1 – 7", "0"]),
        ({**OVERALL, "answer": "points", "points": "1-5", "strengths": 0}, ["1 – 5"]),
    ):
        screen = open_page(Desk(criteria=[criterion]))
        screen.page.keyboard.press("?")
        keys = screen.page.locator(".rp-keys dt").all_inner_texts()
        assert [each for each in keys if each[0].isdigit()] == expected
