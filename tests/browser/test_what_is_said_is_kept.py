"""What a rater has said outlives a change of mind, a killed server, an ended session and a lost line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from datasets import load_dataset
from playwright.sync_api import expect

from tests.browser.conftest import Told
from tests.browser.rating import SENTENCES, Rating
from tests.browser.test_a_day_of_rating import stored
from tests.depth import thorough
from tests.flows.running import answer_here, start_server

Story = Callable[..., Told]
ComeIn = Callable[..., Rating]


def side_of(completion: object) -> int:
    """Which of a comparison's texts an id names: 0 the first view, 1 the second."""
    return ("first", "second").index(str(completion).split("-")[1])


def shown_as(text: str) -> int:
    """The same from what is on screen."""
    return 0 if text.startswith("The first") else 1


def test_a_change_after_undo_is_what_the_version_holds(story: Story, come_in: ComeIn, tmp_path: Path) -> None:
    server = story(5, overlap=1)
    screen = come_in(server)
    number, sides = screen.number(), screen.sides()
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    screen.moves_on_from(number)
    following = screen.number()
    screen.all_saved()
    screen.page.keyboard.press("u")
    screen.moves_on_from(following)
    assert (screen.number(), screen.sides()) == (number, sides)
    expect(screen.page.get_by_role("radio", name=SENTENCES["2"], exact=True)).to_be_checked()
    screen.page.keyboard.press("7")
    screen.page.keyboard.press("Enter")
    screen.moves_on_from(number)
    assert screen.number() == following
    screen.all_saved()
    sealed = answer_here("freeze", server.project, "1.0.0", database=server.database)
    splits = load_dataset(sealed["path"], "ratings", cache_dir=str(tmp_path / "cache"))
    (row,) = [each for split in splits.values() for each in split]
    assert row["comparison_id"] == f"c{number}"
    assert side_of(row["choice"]) == shown_as(sides[1])
    assert abs(row["strength"]) == 3


@thorough
def test_a_draft_outlives_a_killed_server_and_is_there_on_another_device(
    mortal_story: Story, come_in: ComeIn, tmp_path: Path
) -> None:
    server = mortal_story(4, overlap=1)
    desk = come_in(server)
    number, sides = desk.number(), desk.sides()
    desk.choose("6")
    with desk.page.expect_response(lambda reply: reply.url.endswith("/draft") and reply.ok):
        desk.write("B says more")
    server.kill()
    again = start_server(server.database, tmp_path / "story.yaml", port=int(server.url.rsplit(":", 1)[1]))
    try:
        phone = come_in(server, width=390, height=844)
        assert (phone.number(), phone.sides()) == (number, sides)
        expect(phone.page.locator(".rp-reason-text").first).to_have_value("B says more")
        expect(phone.page.get_by_role("radio", name=SENTENCES["6"], exact=True)).to_be_checked()
        phone.submit()
        phone.moves_on_from(number)
        phone.all_saved()
        row = stored(server, tmp_path)[f"c{number}"]
    finally:
        again.stop()
    assert (side_of(row["choice"]), row["rationale"]) == (shown_as(sides[1]), "B says more")


def test_an_answer_given_after_the_session_ended_arrives_when_its_rater_is_back(
    story: Story, come_in: ComeIn, tmp_path: Path
) -> None:
    server = story(4, overlap=1)
    screen = come_in(server)
    number, sides = screen.number(), screen.sides()
    screen.choose("1")
    screen.write("A is right")
    screen.context.clear_cookies()
    screen.submit()
    expect(screen.page.get_by_role("heading", name="Your session has ended")).to_be_visible()
    expect(screen.page.locator("#rp-notice")).to_contain_text("Not saved yet")
    assert stored(server, tmp_path, "before") == {}
    link = answer_here("raters", "add", server.project, "Ada", database=server.database)["invite_url"]
    screen.page.goto(link)
    screen.moves_on_from(number)
    screen.all_saved()
    row = stored(server, tmp_path)[f"c{number}"]
    assert (side_of(row["choice"]), row["strength"]) == (shown_as(sides[0]), 3)
    assert row["rationale"] == "A is right"


def test_two_answers_given_without_a_line_arrive_once_it_is_back(
    story: Story, come_in: ComeIn, tmp_path: Path
) -> None:
    server = story(6, overlap=1)
    screen = come_in(server)
    said = {}
    screen.question()
    screen.context.set_offline(True)
    first, sides = screen.number(), screen.sides()
    said[f"c{first}"] = (shown_as(sides[0]), 3)
    screen.page.keyboard.press("1")
    screen.page.keyboard.press("Enter")
    screen.moves_on_from(first)
    second, sides = screen.number(), screen.sides()
    said[f"c{second}"] = (shown_as(sides[1]), 1)
    screen.page.keyboard.press("5")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-notice")).to_contain_text("2 answers are not saved yet")
    assert stored(server, tmp_path, "before") == {}
    screen.context.set_offline(False)
    screen.all_saved()
    screen.moves_on_from(second)
    rows = stored(server, tmp_path)
    assert {name: (side_of(row["choice"]), row["strength"]) for name, row in rows.items()} == said
    expect(screen.page.locator("#rp-progress")).to_have_text(re.compile("^2 judged"))
