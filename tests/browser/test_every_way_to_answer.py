"""What a rater says in every way, with keys and with clicks, is what the loaded rows say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasets import load_dataset

from tests.browser.by_hand import (
    BY_KEYBOARD,
    BY_MOUSE,
    FIVE,
    HUNDRED,
    QUALITIES,
    RUBRIC,
    Seen,
    Way,
    answer_by_keyboard,
    answer_by_mouse,
    look,
)
from tests.browser.conftest import Told
from tests.browser.rating import Rating
from tests.depth import thorough
from tests.flows.running import answer_here

Story = Callable[..., Told]
ComeIn = Callable[..., Rating]
IMPORTED = (
    ("silver", "gold"), ("gold", "silver"), ("bronze", "gold", "tin", "silver"), ("silver", "tin", "bronze", "gold"),
)  # fmt: skip
"""In which order replies are imported; every kind twice, and the pairs twice more with two turns."""
STRENGTH_OF_DEGREE = {1: 1, 4: 3}
Rows = dict[str, list[dict[str, Any]]]


def replies(number: int, qualities: tuple[str, ...], turns: int) -> dict[str, Any]:
    """A comparison whose ids tell nothing."""

    def content(quality: str) -> Any:
        text = f"A {quality} reply to {number}."
        if turns == 1:
            return text
        more = [("assistant", text), ("user", "And then?"), ("assistant", "The same again.")]
        return [{"role": role, "content": each} for role, each in more]

    return {
        "id": f"q{number}",
        "prompt": f"Question {number}: what now?",
        "completions": [
            {"id": f"{number}-{place}", "model": f"model {place}", "content": content(quality)}
            for place, quality in enumerate(qualities)
        ],
    }


def load(folder: str, config: str, cache: Path) -> list[dict[str, Any]]:
    splits = load_dataset(folder, config, cache_dir=str(cache))
    return [row for split in splits.values() for row in split.to_list()]


def load_all(server: Told, version: str, cache: Path) -> Rows:
    folder = answer_here("freeze", server.project, version, database=server.database)["path"]
    return {name: load(folder, name, cache) for name in ("preference", "ratings", "comparisons", "edited")}


def texts_of(rows: Rows) -> dict[str, str]:
    """The text of each completion by its id, and of the prompt by the comparison's."""
    return {
        each["id"]: each["content"][0]["content"]
        for row in rows["comparisons"]
        for each in row["completions"]
    }


def check_strength(row: dict[str, Any], way: Way, *, pair: bool) -> None:
    """Signed by the order of import, which the ids of this file happen to count."""
    sign = -1 if row["choice"].endswith("-0") else 1
    strength = {"seven": way.strength, "eight": STRENGTH_OF_DEGREE[way.degree]}.get(row["criterion"])
    degree = way.degree if row["criterion"] == "eight" else None
    assert row["strength"] == (sign * strength if pair and strength else None)
    assert row["degree"] == (sign * degree if pair and degree else None)


def check_rating(row: dict[str, Any], seen: Seen, way: Way, text: dict[str, str]) -> None:
    """One row against what stood on screen, in texts."""
    said = {quality: f"A {quality} reply to {seen.number}." for quality in seen.qualities}
    ranked = sorted(seen.qualities, key=QUALITIES.index)
    assert [text[each] for each in row["presentation"]] == [said[each] for each in seen.qualities]
    criterion, _, turn = row["criterion"].partition("@")
    best = seen.turn_winners[int(turn) - 1] if turn else "gold"
    assert text[row["choice"]] == said[best]
    check_strength(row, way, pair=len(ranked) == 2)
    places = way.places if criterion == "order" else {each: -FIVE[each] for each in ranked}
    used = sorted({places[each] for each in ranked})
    groups = [{said[each] for each in ranked if places[each] == place} for place in used]
    found = None if row["ranking"] is None else [{text[each] for each in group} for group in row["ranking"]]
    assert found == (groups if criterion in ("order", "five", "hundred") else None)
    table = {"five": FIVE, "hundred": HUNDRED}.get(criterion)
    points = None if row["points"] is None else {text[each["id"]]: each["points"] for each in row["points"]}
    assert points == (table and {said[each]: table[each] for each in ranked})
    reasons = (
        {(said["gold"], "too_formal"), (said[seen.worst], "incorrect")} if criterion == "eight" else set()
    )
    assert {(text[each["id"]], each["reason"]) for each in row["reasons"]} == reasons
    target = "prompt" if way.flagged == "prompt" else said[seen.worst]
    assert [(text.get(each["target"], each["target"]), each["flag"]) for each in row["flags"]] == [
        (target, way.flag)
    ]
    assert row["order_asked"] == (seen.is_order_shown(way.places) if criterion == "order" else None)
    assert row["rationale"] == (f"because of {seen.number}: 1 a s u x" if criterion == "seven" else None)


def check_preferences(rows: Rows, seen: dict[int, Seen]) -> None:
    """The trainer's pairs, in texts: the best before every other, in a ranking each before those behind it."""
    pairs: dict[tuple[int, str], set[tuple[str, str]]] = {}
    for row in rows["preference"]:
        found = [row[name][0]["content"] for name in ("chosen", "rejected")]
        number = int(row["comparison_id"][1:])
        chosen, rejected = (next(each for each in QUALITIES if f"A {each} reply" in text) for text in found)
        pairs.setdefault((number, row["criterion"]), set()).add((chosen, rejected))
    for number, each in seen.items():
        ranked = sorted(each.qualities, key=QUALITIES.index)
        every = {(a, b) for place, a in enumerate(ranked) for b in ranked[place + 1 :]}
        assert pairs[number, "seven"] == {("gold", other) for other in ranked[1:]}
        assert pairs[number, "hundred"] == every
        assert ((number, "turns") in pairs) == (each.turns == 1)


@thorough
def test_every_way_by_keyboard_and_by_mouse_is_what_the_loaded_rows_say(
    story: Story, come_in: ComeIn, tmp_path: Path
) -> None:
    kinds = [(each, 1) for each in IMPORTED] + [(each, 2) for each in IMPORTED[:2]]
    comparisons = [replies(number, *kind) for number, kind in enumerate(kinds)]
    server = story(comparisons, criteria=RUBRIC, edits="optional", overlap=1)
    screen = come_in(server)
    said: dict[int, tuple[Seen, Way]] = {}
    for _ in kinds:
        seen = look(screen)
        kind = (len(seen.qualities), seen.turns)
        typed = sum((len(other.qualities), other.turns) == kind for other, _ in said.values())
        said[seen.number] = (seen, BY_MOUSE if typed else BY_KEYBOARD)
        if typed:
            answer_by_mouse(screen, seen)
        else:
            answer_by_keyboard(screen, seen, consent=len(said) == 1)
        screen.moves_on_from(seen.number)
    screen.finished()
    rows = load_all(server, "1.0.0", tmp_path / "cache")
    text = texts_of(rows)
    assert len(rows["ratings"]) == 4 * 6 + 2 * 7
    for row in rows["ratings"]:
        check_rating(row, *said[int(row["comparison_id"][1:])], text)
    check_preferences(rows, {number: seen for number, (seen, _) in said.items()})
    edited = {row["comparison_id"]: (row["original"], row["edited"]) for row in rows["edited"]}
    assert edited == {
        f"q{number}": tuple(
            [{"role": "assistant", "content": each}]
            for each in (f"A {seen.worst} reply to {number}.", f"Better than {seen.worst}, 1 a s u x.")
        )
        for number, (seen, _) in said.items()
        if seen.turns == 1
    }
