"""A rater asks the leads about what is on screen, by keyboard or on a phone; a lead answers, and the rater reads it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Told
from tests.browser.rating import Rating
from tests.depth import thorough
from tests.flows.running import answer_here
from tests.web.browser import Visit, open_tab

ASKED = "Is B <b>better</b> if it is shorter?"
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


def as_lead(sit_down: Callable[..., Visit], server: Told, name: str = "Lea") -> Page:
    """A lead at the tab of messages."""
    link: str = answer_here(
        "raters", "add", server.project, name, "--role", "lead", database=server.database
    )["invite_url"]
    page = sit_down(server).page
    page.goto(link.replace(link.split("/i/", maxsplit=1)[0], server.url))
    open_tab(page, "Messages")
    return page


def threads(server: Told) -> list[dict[str, object]]:
    found: list[dict[str, object]] = answer_here("messages", server.project, database=server.database)[
        "messages"
    ]
    return found


def answer_on_page(page: Page, words: str) -> None:
    form = page.locator("#messages")
    page.get_by_role("link", name="Answer it below").first.click()
    expect(form.get_by_label("Answer", exact=True)).to_have_value(re.compile("Is B"))
    form.get_by_label("Your answer").fill(words)
    form.get_by_role("button", name="Send the answer").click()
    page.get_by_text("Sent. The rater sees it on their page.").wait_for()


def test_what_is_typed_belongs_to_the_comparison_it_was_begun_on_and_the_answer_reaches_its_rater(
    sit_down: Callable[..., Visit], story: Callable[..., Told], come_in: Callable[..., Rating]
) -> None:
    server = story(3)
    ada = come_in(server)
    page, number, sides = ada.page, ada.number(), ada.sides()
    page.locator("#rp-messages-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rp-messages-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#rp-message")).to_be_focused()
    page.keyboard.type(ASKED)
    page.keyboard.press("Escape")
    expect(page.locator("#rp-messages")).to_be_hidden()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    ada.moves_on_from(number)
    page.reload()
    page.locator(".rp[data-view='compare']").wait_for()
    page.locator("#rp-messages-button").click()
    expect(page.locator("#rp-message")).to_have_value(ASKED)
    expect(page.locator(".rp-asked")).to_contain_text(f"Question {number}:")
    here = ada.number()
    page.locator("#rp-message").press("Control+Enter")
    expect(page.locator("#rp-threads .rp-quote")).to_have_text(ASKED)
    expect(page.locator("#rp-message")).to_have_value("")
    assert ada.number() == here  # Ctrl Enter answered nothing
    lead = as_lead(sit_down, server)
    thread = lead.locator(".rc-threads > li")
    expect(thread).to_contain_text(ASKED)
    expect(thread).not_to_contain_text("Ada")
    thread.locator("summary").click()
    told = [each.strip() for each in thread.locator("details .rc-why").all_inner_texts()]
    assert [each.split(":")[0] for each in told[:1]] == [f"Question {number}"]
    assert tuple(told[1:]) == sides
    answer_on_page(lead, "Only if it says as much.")
    expect(thread).to_contain_text("answered")
    page.reload()
    page.locator(".rp[data-view='compare']").wait_for()
    expect(page.locator("#rp-messages-button")).to_have_text("Ask the leads: a reply")
    page.locator("#rp-messages-button").click()
    expect(page.locator("#rp-threads")).to_contain_text("Only if it says as much.")
    expect(page.locator("#rp-messages-button")).to_have_text("Ask the leads")
    page.get_by_text("Write back", exact=True).click()
    page.locator("#rp-threads textarea").fill("And if it does not?")
    page.reload()  # what is typed stays until it is sent
    page.locator(".rp[data-view='compare']").wait_for()
    page.locator("#rp-messages-button").click()
    expect(page.locator("#rp-threads textarea")).to_have_value("And if it does not?")
    other = page.context.new_page()  # another tab of theirs has a text of its own
    other.goto(page.url)
    other.locator(".rp[data-view='compare']").wait_for()
    other.locator("#rp-messages-button").click()
    other.locator("#rp-threads textarea").fill("Or else?")
    page.get_by_role("button", name="Send").last.click()
    expect(page.locator("#rp-threads")).to_contain_text("And if it does not?")
    expect(page.locator("#rp-threads textarea")).to_have_value("")
    other.reload()
    other.locator(".rp[data-view='compare']").wait_for()
    other.locator("#rp-messages-button").click()
    expect(other.locator("#rp-threads textarea")).to_have_value("Or else?")
    (kept,) = threads(server)
    assert kept["state"] == "waiting"


def test_what_was_begun_about_another_comparison_can_be_dropped_for_the_one_on_screen(
    story: Callable[..., Told], come_in: Callable[..., Rating]
) -> None:
    ada = come_in(story(3))
    page, number = ada.page, ada.number()
    page.locator("#rp-messages-button").click()
    page.locator("#rp-message").fill(ASKED)
    anew = page.get_by_role("button", name="Drop this one and write about what is on screen")
    expect(anew).to_have_count(0)
    page.locator("#rp-message").press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    ada.moves_on_from(number)
    page.locator("#rp-messages-button").click()
    expect(page.locator(".rp-asked")).to_contain_text(f"Question {number}:")
    anew.click()
    expect(page.locator("#rp-message")).to_be_focused()
    expect(page.locator("#rp-message")).to_have_value("")
    expect(page.locator(".rp-asked")).to_contain_text(f"Question {ada.number()}:")


@thorough
def test_on_a_phone_in_french_somebody_asks_without_a_pseudonym_and_needs_no_answer_any_more(
    sit_down: Callable[..., Visit], story: Callable[..., Told], come_in: Callable[..., Rating]
) -> None:
    server = story(2)
    page = come_in(server, **PHONE).page
    page.locator(".rp[data-view='compare']").wait_for()
    page.locator("#rp-menu").tap()
    page.locator("#rp-settings-button").tap()
    page.get_by_role("radio", name="Français").check()
    page.locator("#rp-settings-close").tap()
    page.locator("#rp-menu").tap()
    page.locator("#rp-messages-button").tap()
    page.locator("#rp-message").fill("Que veut dire «\u00a0mieux\u00a0»\u00a0?")
    page.locator("#rp-message-nameless").check()
    page.locator("#rp-message-about").uncheck()
    page.locator("#rp-message-send").tap()
    expect(page.locator("#rp-threads")).to_contain_text(
        "En attente d’une réponse. Envoyé sans votre pseudonyme."
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lead = as_lead(sit_down, server)
    expect(lead.locator(".rc-threads > li")).to_contain_text("a rater · waits for an answer")
    expect(lead.locator(".rc-threads details")).to_have_count(0)
    page.get_by_role("button", name="Je n’ai plus besoin de réponse").tap()
    expect(page.locator("#rp-threads")).to_contain_text("Vous n’avez plus besoin de réponse.")
    (kept,) = threads(server)
    assert (kept["state"], kept["rater"], kept["about"]) == ("settled", "a rater", None)


@thorough
def test_on_a_phone_the_menu_says_that_something_waits_behind_it(
    sit_down: Callable[..., Visit], story: Callable[..., Told], come_in: Callable[..., Rating]
) -> None:
    server = story(2)
    page = come_in(server, **PHONE).page
    page.locator(".rp[data-view='compare']").wait_for()
    expect(page.locator("#rp-menu")).to_have_text("Menu")
    page.locator("#rp-menu").tap()
    page.locator("#rp-messages-button").tap()
    page.locator("#rp-message").fill(ASKED)
    page.locator("#rp-message-send").tap()
    page.locator("#rp-threads .rp-quote").wait_for()
    answer_on_page(as_lead(sit_down, server), "Only if it says as much.")
    page.reload()
    expect(page.locator("#rp-menu")).to_have_text("Menu (1)")
    page.locator("#rp-menu").tap()
    page.locator("#rp-messages-button").tap()
    expect(page.locator("#rp-threads")).to_contain_text("Only if it says as much.")
    expect(page.locator("#rp-menu")).to_have_text("Menu")


@thorough
def test_what_could_not_be_sent_is_still_there_and_sent_again_it_is_one(
    story: Callable[..., Told], come_in: Callable[..., Rating]
) -> None:
    server = story(2)
    ada = come_in(server)
    page = ada.page
    ada.question()
    page.locator("#rp-messages-button").click()
    page.locator("#rp-message").fill(ASKED)
    lost = "**/api/v1/me/messages"
    page.route(
        lost, lambda route: route.fetch() and route.abort()
    )  # it arrives, and the answer to it does not
    page.locator("#rp-message-send").click()
    expect(page.locator("#rp-status")).to_contain_text("What you wrote is still here.")
    expect(page.locator("#rp-message")).to_have_value(ASKED)
    page.unroute(lost)
    page.locator("#rp-message-send").click()
    expect(page.locator("#rp-threads .rp-quote")).to_have_text(ASKED)
    assert len(threads(server)) == 1
