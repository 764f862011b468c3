"""An earlier answer is taken back after being told what that means, and given again where it is listed."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.web.desk import Desk
from tests.web.rater_screen import Screen
from tests.web.test_there_and_back import judge, press

Open = Callable[..., Screen]


def test_it_is_asked_first_taken_back_from_the_list_and_marked_there(open_page: Open) -> None:
    screen = open_page()
    judge(screen, "2", "words")
    press(screen, "My judgements")
    screen.page.locator(".rp-mine-open").click()
    screen.shows("bread")
    press(screen, "Take my answer back")
    dialog = screen.page.get_by_role("dialog", name="Take this answer back?")
    expect(dialog).to_contain_text("versions made from now on leave it out")
    expect(screen.page.locator("#rp-withdraw-kept")).to_be_hidden()
    press(screen, "Keep my answer")
    expect(dialog).to_be_hidden()
    assert screen.desk.withdrawn == []
    press(screen, "Take my answer back")
    press(screen, "Take it back")
    screen.view("mine")
    expect(screen.page.locator("#rp-status")).to_have_text("Taken back. It does not count any more.")
    expect(screen.page.locator("#rp-mine-list li")).to_contain_text("taken back · Response A is better")
    assert len(screen.desk.withdrawn) == 1
    press(screen, "Back")
    screen.shows("words")


def test_a_list_that_has_not_come_yet_does_not_say_that_nothing_was_judged(open_page: Open) -> None:
    screen = open_page()
    judge(screen, "2", "words")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    screen.page.route(re.compile(r"/judgements(\?|$)"), hold)
    press(screen, "My judgements")
    screen.view("mine")
    listed = screen.page.locator("#rp-mine-list")
    expect(listed).to_have_count(1)
    assert listed.inner_text() == ""
    while not held:
        screen.page.wait_for_timeout(20)
    held[0].continue_()
    expect(listed.locator("li")).to_have_count(1)
    expect(listed).to_contain_text(re.compile(r"\d{1,2} [A-Z][a-z]{2,3} \d{4}"))


def test_what_was_taken_back_is_opened_as_it_was_and_counts_once_it_is_saved_again(open_page: Open) -> None:
    screen = open_page()
    judge(screen, "2", "words")
    screen.page.keyboard.press("u")
    screen.shows("bread")
    press(screen, "Take my answer back")
    press(screen, "Take it back")
    screen.shows("words")
    screen.page.keyboard.press("u")  # what was taken back is not undone by a key
    expect(screen.page.locator("#rp-status")).to_contain_text("nothing to undo")
    press(screen, "My judgements")
    screen.page.locator(".rp-mine-open").click()
    screen.shows("bread")
    expect(screen.page.locator("#rp-mode")).to_contain_text("You took this answer back")
    expect(screen.page.locator("#rp-take-back")).to_have_count(0)
    assert screen.chosen() == ["Response A is better"]
    press(screen, "Save the change")
    screen.view("mine")
    assert screen.desk.withdrawn == []
    expect(screen.page.locator("#rp-mine-list li")).not_to_contain_text("taken back")


def test_sealed_versions_that_keep_it_are_named_before_and_after(open_page: Open) -> None:
    screen = open_page(Desk(versions=["1.0.0", "1.1.0"]))
    judge(screen, "2", "words")
    screen.page.keyboard.press("u")
    screen.shows("bread")
    press(screen, "Take my answer back")
    expect(screen.page.locator("#rp-withdraw-kept")).to_have_text(
        "Versions that are sealed already keep it, from 1.0.0 on."
    )
    press(screen, "Take it back")
    screen.shows("words")
    expect(screen.page.locator("#rp-status")).to_have_text(
        "Taken back. Sealed versions keep it (1.0.0, 1.1.0); later ones leave it out."
    )


def test_without_a_line_it_stays_as_it_was_and_that_is_said(open_page: Open) -> None:
    screen = open_page()
    judge(screen, "2", "words")
    screen.page.keyboard.press("u")
    screen.shows("bread")
    screen.visit.context.set_offline(True)
    press(screen, "Take my answer back")
    press(screen, "Take it back")
    expect(screen.page.locator("#rp-status")).to_have_text(
        "Your answer could not be taken back. Please try again."
    )
    screen.shows("bread")
    screen.visit.context.set_offline(False)
    assert screen.desk.withdrawn == []
