"""The card's one picture: well-formed, the same every time, and no other numbers than the report's."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.plot import MOST_CRITERIA, PLOT, alternative_text, plot_text
from tests.exporters.example import AGREEMENT, Collection, many

OUTCOMES = {"overall": {"judgements": 100, "better": 70, "ties": 30, "both_bad": 0}}


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(svg).iter() if each.tag.endswith("}text")]


def drawn(agreement: dict[str, Any] | None = None, outcomes: dict[str, Any] | None = None) -> str:
    svg = plot_text(AGREEMENT if agreement is None else agreement, outcomes or OUTCOMES)
    assert svg is not None
    return svg


def test_the_picture_has_the_figures_of_the_report_and_the_mix_of_answers() -> None:
    words = texts(drawn())
    for told in (
        "overall",
        "63 % [57 to 69 %]",
        "81 % [74 to 88 %]",
        "0.41 [0.33 to 0.49]",
        "70 %",
        "30 %",
        "n = 100",
    ):
        assert told in words
    bars = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="16"', drawn())
    assert [round(float(width)) for _, width in bars] == [
        245,
        105,
    ]  # 70 % and 30 % of 350; nothing of nothing


def test_an_alpha_worse_than_chance_stands_left_of_nought() -> None:
    report = copy.deepcopy(AGREEMENT)
    report["overall"]["krippendorff_alpha"] = {"value": -0.05, "low": -0.2, "high": 0.1, "n": 9}
    words = texts(drawn(report))
    assert "−25 %" in words
    assert "−0.05 [−0.20 to 0.10]" in words
    assert "−25 %" not in texts(drawn())


def test_an_unknown_agreement_is_not_drawn_and_nothing_at_all_gives_no_picture() -> None:
    words = texts(drawn({"overall": {"percent_agreement": None, "krippendorff_alpha": {"value": None}}}))
    assert "same answer" not in words
    assert "answers" in words
    assert plot_text(AGREEMENT, {}) is None
    assert plot_text({}, {"overall": dict.fromkeys(("judgements", "better", "ties", "both_bad"), 0)}) is None


def test_names_of_criteria_are_text_and_only_so_many_are_drawn() -> None:
    hostile = '<script>alert("1")</script>&]('
    svg = drawn({}, {hostile: OUTCOMES["overall"]})
    assert "<script" not in svg
    assert hostile in texts(svg)
    many_names = {f"c{number:02}": OUTCOMES["overall"] for number in range(MOST_CRITERIA + 3)}
    assert "c12" not in texts(drawn({}, many_names))


def test_the_card_shows_it_by_its_relative_path_with_its_words(example_version: Path) -> None:
    card = (example_version / "README.md").read_text()
    alt = alternative_text(AGREEMENT, read_manifest(example_version)["counts"]["outcomes"])
    assert f"![{alt}]({PLOT})" in card
    assert PLOT in read_manifest(example_version)["files"]
    assert "overall: 63 % same answer; 73 % one is better, 13 % tie, 14 % both bad" in alt


def length(number: int) -> str:
    return "x" * number


def test_the_longer_response_counts_where_lengths_differ_by_more_than_thirty_characters(
    tmp_path: Path,
) -> None:
    found = Collection()
    for name, other in (("near", 40), ("far", 41), ("farther", 90)):
        found.compare(name, length(10), length(other))
        for rater, choice in zip(("ada", "bea", "cy", "dee", "eve"), "bbbaa", strict=True):
            found.judge(name, rater, choice, 1)
    folder = build_version(found.inputs(agreement={}), tmp_path / "v").folder
    longer = read_manifest(folder)["effects"]["overall"]["longer"]
    assert (longer["value"], longer["n"]) == (0.6, 10)
    told = "the longer response (by more than 30 characters) was named in 60 % of 10 answers."
    assert told in (folder / "README.md").read_text()


def test_votes_are_counted_for_each_pair_of_models_whichever_stood_first(tmp_path: Path) -> None:
    found = Collection()
    for name, models in (
        ("one", ("m1", "m2")),
        ("two", ("m2", "m1")),
        ("same", ("m1", "m1")),
        ("unknown", ("m1", "")),
    ):
        found.compare(name)
        for completion, model in zip(found.completions[-2:], models, strict=True):
            completion["model"] = model
        found.judge(name, "ada", "a", 1)
        found.judge(name, "bea", "tie", 0)
    folder = build_version(found.inputs(), tmp_path / "v").folder
    assert read_manifest(folder)["effects"]["overall"]["model_pairs"] == [
        {
            "model_a": "m1",
            "model_b": "m2",
            "comparisons": 2,
            "votes": 4,
            "a_better": 1,
            "b_better": 1,
            "ties": 2,
            "both_bad": 0,
        }
    ]
    row = "| `overall` | `m1` | `m2` | 2 | 4 | 25 % | 50 % | 0 % | 25 % |"
    assert row in (folder / "README.md").read_text()


def test_habits_of_fewer_than_five_raters_are_not_told(tmp_path: Path) -> None:
    folder = build_version(many(raters=3).inputs(), tmp_path / "v").folder
    manifest = read_manifest(folder)
    assert manifest["effects"]["overall"]["longer"] is None
    assert "position_bias" not in manifest["agreement"]["overall"]
    card = (folder / "README.md").read_text()
    assert "the response shown first was named" not in card
    assert "| `overall` | `model-0` | `model-1` |" in card


def test_the_place_on_the_screen_is_told_with_its_interval(example_version: Path) -> None:
    told = "`overall`: the response shown first was named in 51 % [42 to 60 %] of 90 answers."
    assert told in (example_version / "README.md").read_text()
