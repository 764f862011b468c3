from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.rules import Rules
from tests.exporters.example import Collection, many, rows_of, rows_of_each
from tests.exporters.test_preference import RESERVED, votes

FIVE = (("a", 3), ("a", 1), ("b", 2), ("tie", 0), ("both_bad", None))


def soft_of(found: Collection, folder: Path | None = None, **rules: Any) -> list[dict[str, Any]]:
    return rows_of(found.inputs(rules=Rules(soft_labels=True, **rules)), "soft", folder)


def test_nobody_gets_soft_labels_who_does_not_ask(example_version: Path) -> None:
    assert not (example_version / "soft").exists()
    assert "soft" not in read_manifest(example_version)["configs"]


def test_a_soft_label_is_the_share_of_the_votes_with_ties_as_halves() -> None:
    (row,) = soft_of(votes(*FIVE))
    assert (row["soft_label"], row["dawid_skene"]) == ((2 + 1) / 5, None)
    undecided = (row["n_ties"] + row["n_both_bad"]) / (2 * row["n_raters"])
    assert row["soft_label"] == pytest.approx(row["score_chosen"] + undecided)


def test_smoothing_adds_votes_on_each_side_and_the_card_says_so(tmp_path: Path) -> None:
    (row,) = soft_of(votes(("a", 1)), smoothing=1.0)
    assert row["soft_label"] == 2 / 3
    (row,) = soft_of(votes(*FIVE), tmp_path / "five", smoothing=0.5)
    assert row["soft_label"] == 3.5 / 6
    card = (tmp_path / "five" / "README.md").read_text()
    assert "soft_label = (votes for chosen + (n_ties + n_both_bad) / 2 + 0.5) / (n_raters + 2 · 0.5)" in card
    assert "P(chosen better)" not in card
    assert read_manifest(tmp_path / "five")["rules"]["soft_labels"]["smoothing"] == 0.5


@pytest.fixture(scope="module")
def made() -> dict[str, list[dict[str, Any]]]:
    """The rows of `soft` and `preference` of ``many()``, with the posterior."""
    rules = Rules(soft_labels=True, dawid_skene=True)
    return rows_of_each(many().inputs(rules=rules), "soft", "preference")


def test_soft_has_the_rows_of_preference_and_no_name_a_trainer_takes(
    made: dict[str, list[dict[str, Any]]],
) -> None:
    rows, preference = made["soft"], {row["pair_id"]: row for row in made["preference"]}
    assert len(rows) == len(preference) == 13
    for row in rows:
        beyond = ("soft_label", "dawid_skene")
        assert {name: row[name] for name in row if name not in beyond} == preference[row["pair_id"]]
        assert 0.5 < row["soft_label"] <= 1
        assert 0 <= row["dawid_skene"] <= 1
        assert not RESERVED & row.keys()


def test_the_posterior_is_named_with_all_it_depends_on(tmp_path: Path) -> None:
    soft_of(many(3), tmp_path / "v", dawid_skene=True)
    assert read_manifest(tmp_path / "v")["rules"]["dawid_skene"]["pseudo_count"] == 1
    card = (tmp_path / "v" / "README.md").read_text()
    for words in (
        "started at the shares of the votes",
        "pseudo-count 1",
        "1e-08 or after 500 rounds",
        "Shares are usually",
    ):
        assert words in card, words


def test_a_rater_who_answers_by_the_clock_moves_the_posterior_less_than_the_share() -> None:
    found = Collection()
    for number in range(30):
        found.compare(f"c{number:02}", f"Good {number}.", f"Poor {number}.")
        for rater in ("ada", "bea"):
            found.judge(f"c{number:02}", rater, "a" if number % 3 else "b")
        found.judge(f"c{number:02}", "clock", "ab"[number % 2])
    found.compare("last")
    for rater, choice in (("ada", "a"), ("bea", "a"), ("clock", "b")):
        found.judge("last", rater, choice)
    rows = {row["comparison_id"]: row for row in soft_of(found, dawid_skene=True)}
    assert rows["last"]["soft_label"] == 2 / 3
    assert rows["last"]["dawid_skene"] > 0.9


def test_the_posterior_is_the_same_whatever_the_order_of_the_rows_and_of_the_import(
    made: dict[str, list[dict[str, Any]]],
) -> None:
    rules, one = Rules(soft_labels=True, dawid_skene=True), made["soft"]
    assert rows_of(many().inputs(rules=rules, backwards=True), "soft") == one
    turned = many()
    for completion in turned.completions:
        completion["place"] = 5 - completion["place"]
    first, second = (
        {row["pair_id"]: row["dawid_skene"] for row in rows}
        for rows in (one, rows_of(turned.inputs(rules=rules), "soft"))
    )
    assert first == pytest.approx(second, abs=2e-6)
