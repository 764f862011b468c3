"""Every way to answer, from key press or click to the body that is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.comparisons import COMPARISONS, with_turns
from tests.web.desk import OVERALL, Desk
from tests.web.rater_screen import Screen

Open = Callable[..., Screen]
CHIPS = [{"name": name, "en": None, "fr": None} for name in ("incorrect", "incomplete", "unsafe")]
RANKING = {**OVERALL, "answer": "ranking", "strengths": 0, "question": "Which order, best first?"}
POINTS = {**OVERALL, "answer": "points", "points": "1-5", "strengths": 0, "tie": False, "both_bad": False}
EIGHT = {**OVERALL, "strengths": 4, "tie": False, "both_bad": False}


def four() -> list[dict[str, Any]]:
    """The stub's comparisons, the first one with four responses."""
    third = COMPARISONS[2]["completions"]
    return [
        {**COMPARISONS[0], "completions": [*COMPARISONS[0]["completions"], *third]},
        *COMPARISONS[1:],
    ]


def sent(screen: Screen) -> dict[str, Any]:
    """The one answer of the last body."""
    answers = screen.desk.submissions[-1]["answers"]
    assert len(answers) == 1
    return {key: value for key, value in answers[0].items() if key not in ("criterion", "rationale")}


KEYS: tuple[tuple[dict[str, Any], dict[str, tuple[str, int | None]]], ...] = (
    (
        OVERALL,
        {
            "1": ("x", 3),
            "7": ("y", 3),
            "a": ("x", 1),
            "aa": ("x", 2),
            "bbb": ("y", 3),
            "bbbb": ("y", 3),
            "t": ("tie", 0),
            "x": ("both_bad", 0),
            "0": ("both_bad", 0),
        },
    ),
    ({**OVERALL, "strengths": 0}, {"1": ("x", None), "b": ("y", None), "2": ("tie", None)}),
    (EIGHT, {"1": ("x", 4), "4": ("x", 1), "5": ("y", 1), "8": ("y", 4)}),
)
"""Keys by what they choose, the first or second response or neither, and how strongly."""


def named(name: str) -> dict[str, Any]:
    """The stub's first comparison under another name."""
    completions = [
        {**each, "id": each["id"].replace("bread", name)} for each in COMPARISONS[0]["completions"]
    ]
    return {**COMPARISONS[0], "id": name, "completions": completions}


@pytest.mark.parametrize(("criterion", "keys"), KEYS, ids=["seven", "direction", "eight"])
def test_a_key_gives_the_choice_and_strength_printed_on_its_button(
    open_page: Open, criterion: dict[str, Any], keys: dict[str, tuple[str, int | None]]
) -> None:
    names = ["bread", *(f"bread{number}" for number in range(len(keys)))]
    screen = open_page(Desk(criteria=[criterion], comparisons=[named(name) for name in names]))
    for (pressed, (choice, strength)), name, following in zip(keys.items(), names, names[1:], strict=False):
        for key in pressed:
            screen.page.keyboard.press(key)
        screen.page.keyboard.press("Enter")
        screen.shows(following)
        chosen = f"{name}-{choice}" if choice in ("x", "y") else choice
        assert sent(screen) == {"choice": chosen, "strength": strength}, pressed


def test_eight_points_offer_no_way_out_and_say_what_each_step_means(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[EIGHT]))
    steps = [each.get_attribute("aria-label") for each in screen.page.locator(".rp-step").all()]
    assert steps == [
        *[f"Response A is {word}" for word in ("much better", "better", "slightly better")],
        "Response A is barely better, or I am unsure",
        "Response B is barely better, or I am unsure",
        *[f"Response B is {word}" for word in ("slightly better", "better", "much better")],
    ]


def test_a_ranking_is_given_by_place_numbers_the_focus_moves_on_and_the_same_place_again_takes_it_back(
    open_page: Open,
) -> None:
    screen = open_page(Desk(comparisons=four(), criteria=[RANKING]))
    keys = screen.page.keyboard
    keys.press("d")  # a letter goes to its response
    keys.press("1")
    keys.press("d")
    focused = screen.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Response D: 1st"
    keys.press("1")
    expect(screen.page.locator('.rp-slot[data-place="1"] .rp-letter')).to_have_count(0)
    keys.press("a")
    for key in "2131":
        keys.press(key)
    expect(screen.page.locator("#rp-submit")).to_be_focused()
    keys.press("Enter")
    screen.shows("words")
    assert sent(screen) == {
        "choice": None,
        "strength": None,
        "ranking": [["bread-y", "sum-y"], ["bread-x"], ["sum-x"]],
    }


def test_without_ties_a_place_has_room_for_one(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=four(), criteria=[{**RANKING, "tie": False}]))
    for key in ("a", "1", "b", "1"):
        screen.page.keyboard.press(key)
    expect(screen.page.locator('.rp-slot[data-place="1"]')).to_contain_text("B")
    expect(screen.page.locator('.rp-slot[data-place="0"]')).to_contain_text("A")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("#rp-status")).to_have_text("Give every response a place first.")
    assert screen.desk.submissions == []


def test_all_bad_keeps_the_order_beside_it_or_needs_no_places_and_takes_none_along(open_page: Open) -> None:
    first, *others = four()
    again = {**named("again"), "completions": [*named("again")["completions"], *first["completions"][2:]]}
    screen = open_page(Desk(comparisons=[first, again, *others], criteria=[RANKING]))
    for key in "43210":
        screen.page.keyboard.press(key)
    screen.submit()
    screen.shows("again")
    assert sent(screen)["choice"] == "both_bad"
    assert sent(screen)["ranking"] == [["sum-y"], ["sum-x"], ["bread-y"], ["bread-x"]]
    for key in ("2", "0", "Enter"):
        screen.page.keyboard.press(key)
    screen.shows("words")
    assert (sent(screen)["choice"], sent(screen)["ranking"]) == ("both_bad", None)


def test_the_order_shown_is_asked_about_and_the_asking_is_kept(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=four(), criteria=[RANKING]))
    for key in ("1", "2", "3", "4", "Enter"):
        screen.page.keyboard.press(key)
    expect(screen.page.locator("#rp-order")).to_be_visible()
    expect(screen.page.locator("#rp-order-no")).to_be_focused()  # Enter twice confirms nothing unread
    assert screen.desk.submissions == []
    screen.page.get_by_role("button", name="Let me look again").click()
    assert screen.desk.submissions == []
    screen.submit()
    screen.page.get_by_role("button", name="Yes, hand it in").click()
    screen.shows("words")
    assert sent(screen)["ranking"] == [["bread-x"], ["bread-y"], ["sum-x"], ["sum-y"]]
    assert sent(screen)["order_asked"] is True


def test_a_letter_dragged_to_a_place_ranks_as_a_number_does(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=four(), criteria=[RANKING]))
    for letter, place in (("A", 2), ("B", 1), ("C", 1), ("D", 4)):
        letters = screen.page.locator('.rp-slot[data-place="0"] .rp-letter')
        letters.get_by_text(letter, exact=True).drag_to(
            screen.page.locator(f'.rp-slot[data-place="{place}"]')
        )
    screen.submit()
    screen.shows("words")
    assert sent(screen)["ranking"] == [["bread-y", "sum-x"], ["bread-x"], ["sum-y"]]


def test_points_are_given_by_digits_one_response_after_the_other(open_page: Open) -> None:
    screen = open_page(Desk(comparisons=four(), criteria=[POINTS]))
    for key in "5353":
        screen.page.keyboard.press(key)
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    points = {"bread-x": 5, "bread-y": 3, "sum-x": 5, "sum-y": 3}
    assert sent(screen) == {"choice": None, "strength": None, "points": points}


def test_points_up_to_a_hundred_are_typed_and_a_wrong_number_is_not_taken(open_page: Open) -> None:
    screen = open_page(Desk(criteria=[{**POINTS, "points": "0-100"}]))
    keys = screen.page.keyboard
    keys.press("a")
    keys.type("101")
    expect(screen.page.locator(".rp-number").first).to_have_attribute("aria-invalid", "true")
    screen.submit()
    expect(screen.page.locator("#rp-status")).to_contain_text("Points are whole numbers")
    screen.page.locator(".rp-number").first.fill("72")
    keys.press("Enter")
    keys.type("0")
    keys.press("Enter")
    screen.shows("words")
    assert sent(screen)["points"] == {"bread-x": 72, "bread-y": 0}


def test_several_criteria_of_different_kinds_are_answered_by_keys_in_turn(open_page: Open) -> None:
    criteria = [
        {**OVERALL, "name": "helpful", "rationale": "off"},
        {**POINTS, "name": "honest", "rationale": "off"},
        {**RANKING, "name": "safe", "rationale": "off"},
    ]
    screen = open_page(Desk(criteria=criteria))
    for key in "6" + "42" + "21":
        screen.page.keyboard.press(key)
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    answers = {each["criterion"]: each for each in screen.desk.submissions[0]["answers"]}
    assert (answers["helpful"]["choice"], answers["helpful"]["strength"]) == ("bread-y", 2)
    assert answers["honest"]["points"] == {"bread-x": 4, "bread-y": 2}
    assert answers["safe"]["ranking"] == [["bread-y"], ["bread-x"]]


def test_reasons_are_chips_for_each_response_and_suffice_where_one_is_required(open_page: Open) -> None:
    own = {"name": "too_formal", "en": "Too formal", "fr": "Trop soutenu"}
    screen = open_page(Desk(criteria=[{**OVERALL, "rationale": "required", "reasons": [*CHIPS, own]}]))
    chip = screen.page.get_by_role("button", name="incorrect").first
    expect(chip).to_be_hidden()  # what there is to read has the room until there is something to explain
    screen.page.keyboard.press("2")
    expect(chip).to_be_visible()
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_role("button", name="incorrect").first).to_be_focused()
    assert screen.desk.submissions == []
    screen.page.keyboard.press("Space")
    screen.page.get_by_role("group", name="Response B").get_by_role("button", name="Too formal").click()
    screen.submit()
    screen.shows("words")
    assert sent(screen)["reasons"] == [
        {"completion": "bread-x", "reason": "incorrect"},
        {"completion": "bread-y", "reason": "too_formal"},
    ]


def test_flags_and_an_improved_response_go_with_the_answer(open_page: Open) -> None:
    screen = open_page(Desk(flags=["personal_data", "harmful"], edits="optional"))
    screen.page.get_by_role("button", name="Flag: Prompt").click()
    screen.page.get_by_role("button", name="personal data").click()
    screen.page.get_by_role("button", name="Flag: Response B").click()
    screen.page.get_by_role("group", name="Flag: Response B").get_by_role("button", name="harmful").click()
    screen.page.get_by_role("button", name="Improve response A").click()
    screen.page.locator(".rp-edit").fill("A better answer.")
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("2")
    screen.submit()
    screen.shows("words")
    body = screen.desk.submissions[0]
    assert body["flags"] == [
        {"target": "prompt", "flag": "personal_data"},
        {"target": "bread-y", "flag": "harmful"},
    ]
    assert body["edited"] == {"completion": "bread-x", "content": "A better answer."}


def test_a_response_opened_for_improving_and_left_as_it_was_is_not_sent(open_page: Open) -> None:
    screen = open_page(Desk(edits="optional"))
    screen.page.get_by_role("button", name="Improve response A").click()
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("2")
    screen.submit()
    screen.shows("words")
    assert "edited" not in screen.desk.submissions[0]


def test_each_turn_of_a_conversation_is_asked_about_and_marked(open_page: Open) -> None:
    criteria = [{**OVERALL, "name": f"helpful@{turn}", "turn": turn, "rationale": "off"} for turn in (1, 2)]
    screen = open_page(Desk(comparisons=[with_turns("bread"), *COMPARISONS[1:]], criteria=criteria))
    questions = screen.page.locator(".rp-question")
    expect(questions).to_have_text(
        ["Turn 1: Which response is better overall?", "Turn 2: Which response is better overall?"]
    )
    asked = screen.page.locator(".rp-turn[data-asked]")
    expect(asked).to_have_text(["Assistant, turn 1First turn x.", "Assistant, turn 1First turn y."])
    screen.page.keyboard.press("1")
    expect(asked).to_have_text(["Assistant, turn 2Second turn x.", "Assistant, turn 2Second turn y."])
    screen.page.keyboard.press("7")
    screen.page.keyboard.press("Enter")
    screen.shows("words")
    answers = [(each["criterion"], each["choice"]) for each in screen.desk.submissions[0]["answers"]]
    assert answers == [("helpful@1", "bread-x"), ("helpful@2", "bread-y")]
