"""Nothing a rater chose or typed is lost: reloads, lost lines, ended sessions, two tabs."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Route, expect

from rlhf_collect.web.rater_page import page_script
from tests.web.browser import visit
from tests.web.comparisons import COMPARISONS
from tests.web.desk import Desk
from tests.web.rater_screen import Screen
from tests.web.stub import running

Open = Callable[..., Screen]


def test_a_reload_brings_back_choice_and_reason(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("5")
    screen.write("half a sent")
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
    screen.write("kept")
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
    sent: list[Route] = []

    def login_page(route: Route) -> None:
        sent.append(route)
        if len(sent) == 1:  # what is sent again waits until the notice was read
            route.fulfill(status=200, content_type="text/html", body="<p>Log in to the Wi-Fi")

    screen.page.route("**/judgements?render=html&ahead=1", login_page)
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-notice")).to_contain_text("Not saved yet")
    screen.page.unroute("**/judgements?render=html&ahead=1")
    for waiting in sent[1:]:
        waiting.continue_()
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


def test_an_answer_given_twice_is_replaced_or_kept(open_page: Open) -> None:
    screen = open_page()
    for name, button, stored, following in (
        ("bread", "#rp-replace", "bread-x", "words"),
        ("words", "#rp-keep", "words-y", "sum"),
    ):
        judgement = screen.desk.assignments[name]["judgement"]
        earlier = {"criterion": "overall", "choice": f"{name}-y", "strength": 3, "rationale": None}
        screen.desk.saved[judgement] = [earlier]
        screen.page.keyboard.press("1")
        screen.page.keyboard.press("Enter")
        expect(screen.page.locator("#rp-notice")).to_contain_text("already answered")
        screen.page.locator(button).click()
        screen.shows(following)
        assert screen.desk.saved[judgement][0]["choice"] == stored
    assert screen.desk.revisions == [screen.desk.assignments["bread"]["judgement"]]


def test_an_ended_session_keeps_everything_until_the_next_sign_in(open_page: Open) -> None:
    screen = open_page()
    screen.page.keyboard.press("3")
    screen.write("typed before")
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
    said = "The answer does not fit the question. Nothing was stored; what you chose is still here."
    expect(screen.page.locator("#rp-status")).to_have_text(said)  # not the service's words, which name ids
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
            screen.write("before the restart")
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
    screen.desk.comparisons.insert(0, {**first, "id": "two", "completions": first["completions"]})
    screen.page.keyboard.press("3")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator(".rp-pane")).to_have_count(2)
    screen.page.keyboard.press("a")  # a second listener would count this press twice: "better"
    assert screen.chosen() == ["Response A is slightly better"]
