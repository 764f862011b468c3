"""The whole road: what a rater clicks is what an ML engineer loads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasets import load_dataset

from tests.browser.conftest import Told
from tests.browser.rating import STEPS, Rating
from tests.flows.running import answer_here

OUTCOMES = (*STEPS, "skip")


def _plan_next(screen: Rating, left: set[tuple[str, bool]]) -> tuple[int, str, dict[str, Any]] | None:
    """What to answer here: an outcome not yet seen with this order of the sides."""
    number, (a, b) = screen.number(), screen.sides()
    first_shown_first = a == f"The first view of {number}."
    assert {a, b} == {f"The first view of {number}.", f"The second view of {number}."}
    outcome = next((each for each in OUTCOMES if (each, first_shown_first) in left), None)
    if outcome is None:
        return None
    left.discard((outcome, first_shown_first))
    side, strength = STEPS.get(outcome, ("skip", 0))
    chosen, rejected = {"A": (a, b), "B": (b, a)}.get(side, (None, None))
    return number, outcome, {
        "outcome": side,
        "strength": strength,
        "chosen": chosen,
        "rejected": rejected,
        "presentation": [f"c{number}-{'first' if text.startswith('The first') else 'second'}" for text in (a, b)],
    }  # fmt: skip


def _rate_every_outcome(screen: Rating) -> dict[int, dict[str, Any]]:
    left = {(outcome, order) for outcome in OUTCOMES for order in (True, False)}
    said: dict[int, dict[str, Any]] = {}
    while left:
        planned = _plan_next(screen, left)
        # With this order everything is seen: skipping brings the next comparison without a row.
        number, outcome, expected = planned or (screen.number(), "skip", {"outcome": "skip"})
        if outcome == "skip":
            screen.skip()
        else:
            screen.choose(outcome)
            screen.submit()
        said[number] = expected
        screen.moves_on_from(number)
    return said


def test_every_outcome_clicked_in_both_orders_is_what_the_loaded_dataset_says(
    story: Callable[..., Told], come_in: Callable[..., Rating], tmp_path: Path
) -> None:
    server = story(60, overlap=1)
    said = _rate_every_outcome(come_in(server))
    sealed = answer_here("freeze", server.project, "1.0.0", database=server.database)
    rows = {
        config: _loaded(Path(sealed["path"]), config, tmp_path)
        for config in ("preference", "ratings", "comparisons")
    }
    judged = {number: each for number, each in said.items() if each["outcome"] != "skip"}
    decided = {number: each for number, each in judged.items() if each["chosen"]}

    preferences = {row["comparison_id"]: row for row in rows["preference"]}
    assert preferences.keys() == {f"c{number}" for number in decided}
    for number, each in decided.items():
        row = preferences[f"c{number}"]
        assert row["prompt"] == [{"role": "user", "content": f"Question {number}: what do you see?"}]
        assert row["chosen"] == [{"role": "assistant", "content": each["chosen"]}]
        assert row["rejected"] == [{"role": "assistant", "content": each["rejected"]}]
        assert row["strength"] == each["strength"]

    ratings = {row["comparison_id"]: row for row in rows["ratings"]}
    assert ratings.keys() == {f"c{number}" for number in judged}
    for number, each in judged.items():
        row = ratings[f"c{number}"]
        assert row["presentation"] == each["presentation"]
        shown = {"A": each["presentation"][0], "B": each["presentation"][1]}
        assert row["choice"] == shown.get(each["outcome"], each["outcome"])
        sign = -1 if row["choice"] == f"c{number}-first" else 1
        assert row["strength"] == (None if each["outcome"] == "both_bad" else sign * each["strength"])
    assert {row["comparison_id"] for row in rows["comparisons"]} == ratings.keys()


def _loaded(folder: Path, config: str, tmp_path: Path) -> list[dict[str, Any]]:
    splits = load_dataset(str(folder), config, cache_dir=str(tmp_path / "cache"))
    return [row for split in splits.values() for row in split]
