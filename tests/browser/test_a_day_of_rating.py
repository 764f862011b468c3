"""What happens to a rater in the course of a day, on the real server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Told, views
from tests.browser.rating import Rating
from tests.depth import thorough
from tests.flows.running import answer_here, collect_here, start_server

Story = Callable[..., Told]
ComeIn = Callable[..., Rating]


def stored(server: Told, tmp_path: Path, name: str = "out") -> dict[str, dict[str, object]]:
    """What the database holds, by comparison; fails when one is there twice."""
    target = tmp_path / f"{name}.jsonl"
    answer_here("export", server.project, target, database=server.database)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    by_comparison = {row["comparison"]: row for row in rows}
    assert len(by_comparison) == len(rows)
    return by_comparison


def test_ten_comparisons_are_rated_by_keyboard_alone(story: Story, come_in: ComeIn, tmp_path: Path) -> None:
    server = story(10, overlap=1)
    screen = come_in(server)
    said = {}
    for key in "1234567012":
        number, (a, _) = screen.number(), screen.sides()
        screen.page.keyboard.press(key)
        screen.page.keyboard.press("r")
        screen.page.keyboard.type(f"because 1 2 s x of {number}")
        screen.page.keyboard.press("Control+Enter")
        screen.moves_on_from(number)
        said[f"c{number}"] = (key, a.startswith("The first"))
    screen.finished()
    rows = stored(server, tmp_path)
    assert rows.keys() == said.keys()
    for comparison, (key, first_is_a) in said.items():
        won = {"4": "tie", "0": "both_bad"}.get(key) or (
            f"{comparison}-first" if (key < "4") == first_is_a else f"{comparison}-second"
        )
        assert rows[comparison]["choice"] == won
        assert rows[comparison]["rationale"] == f"because 1 2 s x of {comparison[1:]}"


def test_what_was_typed_survives_a_reload_and_a_killed_server(
    mortal_story: Story, come_in: ComeIn, tmp_path: Path
) -> None:
    server = mortal_story(3, overlap=1)
    screen = come_in(server)
    number, sides = screen.number(), screen.sides()
    screen.choose("6")
    screen.write("B says more")
    screen.page.reload()
    assert (screen.number(), screen.sides()) == (number, sides)
    expect(screen.page.locator(".rp-reason-text").first).to_have_value("B says more")
    server.kill()
    screen.submit()
    expect(screen.page.get_by_text(re.compile("not saved yet", re.IGNORECASE)).first).to_be_visible()
    again = start_server(server.database, tmp_path / "story.yaml", port=int(server.url.rsplit(":", 1)[1]))
    try:
        expect(screen.page.locator("#rp-prompt-body")).not_to_contain_text(
            f"Question {number}:", timeout=30_000
        )
        row = stored(server, tmp_path)[f"c{number}"]
    finally:
        again.stop()
    assert row["rationale"] == "B says more"
    assert row["strength"] == 2
    assert row["choice"] == f"c{number}-{'second' if sides[1].startswith('The second') else 'first'}"


def test_a_second_tab_moves_on_when_the_first_one_judged(
    story: Story, come_in: ComeIn, tmp_path: Path
) -> None:
    server = story(2, overlap=1)
    screen = come_in(server)
    number, sides = screen.number(), screen.sides()
    other = Rating(page=screen.context.new_page(), context=screen.context)
    other.page.goto(f"{server.url}/rate/")
    assert (other.number(), other.sides()) == (number, sides)
    screen.choose("1")
    screen.submit()
    other.moves_on_from(number)
    assert stored(server, tmp_path).keys() == {f"c{number}"}


@thorough
def test_a_second_device_with_another_answer_is_asked_which_one_holds(
    story: Story, come_in: ComeIn, tmp_path: Path
) -> None:
    server = story(3, overlap=1)
    phone, desk = come_in(server, width=390, height=844), come_in(server)
    for press, wins, strength in (("Keep", 0, 3), ("Replace", 1, 2)):
        number = desk.number()
        phone.page.reload()
        assert (phone.number(), phone.sides()) == (number, desk.sides())
        phone.choose("6")
        desk.choose("1")
        desk.submit()
        desk.moves_on_from(number)
        phone.submit()
        phone.page.get_by_role("button", name=re.compile(press, re.IGNORECASE)).click()
        phone.moves_on_from(number)
        phone.all_saved()
        row = stored(server, tmp_path, press)[f"c{number}"]
        assert (row["choice"], row["strength"]) == (row["presentation"][wins], strength)


def test_a_skip_is_taken_back_by_a_key_or_never_comes_back_and_leaves_no_row(
    story: Story, come_in: ComeIn, tmp_path: Path
) -> None:
    server = story(4, overlap=1)
    screen = come_in(server)
    taken_back, sides = screen.number(), screen.sides()
    screen.page.keyboard.press("s")
    screen.moves_on_from(taken_back)
    following = screen.number()
    screen.page.keyboard.press("u")
    screen.moves_on_from(following)
    assert (screen.number(), screen.sides()) == (taken_back, sides)
    screen.choose("2")
    screen.submit()
    screen.moves_on_from(taken_back)
    skipped = screen.number()
    screen.skip()
    screen.moves_on_from(skipped)
    for _ in range(2):
        number = screen.number()
        assert number != skipped
        screen.choose("4")
        screen.submit()
        screen.moves_on_from(number)
    screen.finished()
    assert stored(server, tmp_path).keys() == {f"c{number}" for number in range(4) if number != skipped}


def test_practice_is_offered_first_and_may_be_declined(story: Story, come_in: ComeIn, tmp_path: Path) -> None:
    known, *others = views(3)
    known["gold"] = {"criterion": "overall", "choice": "c0-first", "reason": "It is so."}
    server = story([known, *others], practice={"comparisons": ["c0"]}, overlap=1)
    screen = come_in(server)
    screen.page.locator(".rp[data-view='practice']").wait_for()
    screen.page.get_by_role("button", name="Go straight to the comparisons").click()
    for _ in others:
        number = screen.number()
        screen.choose("1")
        screen.submit()
        screen.moves_on_from(number)
    screen.finished()
    assert stored(server, tmp_path).keys() == {"c1", "c2"}


def test_no_model_name_reaches_the_raters_browser(story: Story, come_in: ComeIn) -> None:
    server = story(2, overlap=1)
    screen = come_in(server)
    bodies: list[str] = []
    screen.page.on(
        "response", lambda answered: bodies.append(answered.text()) if "127.0.0.1" in answered.url else None
    )
    screen.page.reload()
    screen.question()
    number = screen.number()
    screen.choose("2")
    screen.submit()
    screen.moves_on_from(number)
    assert len(bodies) > 3
    assert not any("secret-model" in body for body in bodies)


def test_an_ended_invitation_says_so_in_words(story: Story, come_in: ComeIn) -> None:
    server = story(1)
    screen = come_in(server)
    screen.context.clear_cookies()
    screen.page.goto(f"{server.url}/rate/")
    expect(screen.page.get_by_role("heading")).to_have_text("You are not signed in")
    screen.page.goto(f"{server.url}/i/not-an-invitation")
    expect(screen.page.get_by_role("heading")).to_have_text("This invitation does not work any more")


def test_the_lead_sees_progress_and_agreement_and_a_rater_does_not_get_in(
    story: Story, come_in: ComeIn, tmp_path: Path
) -> None:
    server = story(2, overlap=2)
    for name in ("Ada", "Bilal"):
        screen = come_in(server, name)
        for _ in range(2):
            number = screen.number()
            screen.choose("2" if screen.sides()[0].startswith("The first") else "6")
            screen.submit()
            screen.moves_on_from(number)
    assert screen.page.goto(f"{server.url}/lead/").status == 401
    lead = answer_here("raters", "add", server.project, "Lea", "--role", "lead", database=server.database)
    screen.page.goto(lead["invite_url"])
    expect(
        screen.page.get_by_text("2 of 2 comparisons have the 2 judgements asked for; judgements to go: 0.")
    ).to_be_visible()
    expect(screen.page.get_by_text("100.0\u00a0%").first).to_be_visible()
    assert collect_here("agreement", server.project, database=server.database).returncode == 0
