from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.inputs import Source, VersionInputs
from tests.exporters.example import AGREEMENT, DAY, FACTS, Collection, many


def card_of(inputs: VersionInputs, folder: Path) -> tuple[dict[str, Any], str]:
    return read_card(build_version(inputs, folder).folder)


def read_card(folder: Path) -> tuple[dict[str, Any], str]:
    _, header, body = (folder / "README.md").read_text().split("---\n", maxsplit=2)
    return yaml.safe_load(header), body


def test_the_header_describes_every_config_as_datasets_reads_it(example_version: Path) -> None:
    header, _ = read_card(example_version)
    assert header["license"] == "cc-by-4.0"
    assert header["annotations_creators"] == ["expert-generated"]
    assert [each["config_name"] for each in header["configs"]] == [
        "preference",
        "ratings",
        "comparisons",
        "unpaired",
        "reward",
        "rankings",
    ]
    assert header["configs"][0]["default"] is True
    assert header["configs"][0]["data_files"] == [
        {"split": "train", "path": "preference/train-*.parquet"},
        {"split": "test", "path": "preference/test-*.parquet"},
    ]
    info = header["dataset_info"][1]
    features = {each["name"]: each for each in info["features"]}
    assert features["ranking"] == {"name": "ranking", "list": {"list": "string"}}
    assert features["submitted_on"]["dtype"] == "date32"
    assert [each["num_examples"] for each in info["splits"]] == [102, 21]
    assert all(each["num_bytes"] > 0 for each in info["splits"])


def test_the_body_says_who_asked_whom_for_what_and_how_far_they_agree(example_version: Path) -> None:
    _, body = read_card(example_version)
    for sentence in (
        "Staff project: rated by people of Example Lab as part of their job; this service did not manage",
        "Projet interne : évalué par des membres de Example Lab",
        "6 people took part, 20 November 2026 to 22 November 2026.",
        "**Why:** Compare two versions of our assistant on everyday questions.",
        "gave the same answer in 63 % [57 to 69 %] of cases (n = 120 pairs of raters)",
        "Krippendorff's alpha is 0.41 [0.33 to 0.49]",
        "| `overall` | 113 | 73 % | 13 % | 14 % |",
        "plurality 12, majority 12, unanimous 1",
        "P(chosen better) = score_chosen + (n_ties + n_both_bad) / (2 · n_raters)",
        'load_version("ORG/NAME", "1.0.0", "preference", split="train")',
        "hf://datasets/ORG/NAME@COMMIT/preference/train-*.parquet",
        "mailto:lead@example.org",
        "A word from the lead.",
    ):
        assert sentence in body, sentence


def test_below_five_raters_the_card_gives_no_number_about_them(tmp_path: Path) -> None:
    _, body = card_of(many(raters=3).inputs(), tmp_path / "v")
    assert "Raters: fewer than 5. Medians and shares: too few raters to report." in body
    assert "Moins de 5 personnes." in body
    assert (
        "How often the longer response was named is a habit of raters: it is told from five raters on."
        in body
    )
    assert not re.search(r"\b3 (people|raters|personnes)", body)


def test_the_card_says_how_far_agreement_could_be_with_other_raters_and_where_the_prompts_are_from(
    tmp_path: Path,
) -> None:
    inputs = many().inputs()
    report = dict(inputs.agreement["overall"])
    report["krippendorff_alpha"] = {
        **report["krippendorff_alpha"],
        "low_other_raters": 0.22,
        "high_other_raters": 0.6,
    }
    work = replace(inputs.work, prompts_source="Our own support questions", prompts_licence="CC-BY-4.0")
    _, body = card_of(replace(inputs, agreement={"overall": report}, work=work), tmp_path / "v")
    assert "with other raters it could be 0.22 to 0.60." in body
    assert "The prompts, as raters were told: Our own support questions (CC-BY-4.0)." in body
    assert "How often the longer response" not in body


def test_the_card_holds_no_row(example_version: Path) -> None:
    _, body = read_card(example_version)
    assert "What about c0" not in body
    assert "c001" not in body
    assert "because" not in body.lower().replace("because their rater", "")


def test_a_volunteer_project_and_a_paid_one_are_named_so_and_agreement_as_far_as_it_could_be_computed(
    tmp_path: Path,
) -> None:
    report = AGREEMENT["overall"]
    unknown = report | {
        "percent_agreement": None,
        "percent_agreement_no_ties": None,
        "krippendorff_alpha": None,
        "notes": {"percent_agreement": "No comparison was judged twice."},
    }
    few, enough = (report | {"coverage": {"comparisons_paired": twice}} for twice in (19, 20))
    facts = replace(FACTS, engagement="volunteer", licence="House licence 3")
    found = many().inputs(project_facts=facts, agreement={"overall": unknown, "few": few, "enough": enough})
    header, body = card_of(found, tmp_path / "volunteer")
    assert "nobody was paid" in body
    assert header["annotations_creators"] == ["crowdsourced"]
    assert (header["license"], header["license_name"]) == ("other", "House licence 3"), (
        "the Hub has no such one"
    )
    assert "**`overall`.** Not known. No comparison was judged twice." in body
    assert "**`few`.** Too few to rely on: 19 comparisons judged twice. Two raters" in body
    assert "**`enough`.** Two raters" in body

    found = many().inputs(project_facts=replace(FACTS, engagement="paid"), agreement={})
    header, body = card_of(found, tmp_path / "paid")
    assert "Paid project." in body
    assert header["annotations_creators"] == ["crowdsourced"]
    assert "pay per hour and whether it was received" in body
    assert "Not known: agreement needs comparisons that two or more raters judged." in body


def test_imported_judgements_are_told_apart_and_one_without_a_date_is_not_said_to_be_given_on_one(
    tmp_path: Path,
) -> None:
    found = Collection()
    found.compare("c")
    for rater in ("ada", "bea"):
        found.judge("c", rater, "a", imported=True, submitted_on=DAY, presentation=None)
        found.judgements[-1]["guideline_version"] = ""
    cards = {
        undated: card_of(found.inputs(undated=undated), tmp_path / str(undated))[1] for undated in (0, 1, 2)
    }
    assert "Every judgement was imported" in cards[0]
    assert "without model names" not in cards[0]
    assert "Guidelines raters worked with" not in cards[0]
    opening = {undated: body.partition("Version 1")[0] for undated, body in cards.items()}
    assert "given on 2026-11-20." in opening[0]
    assert "given on 2026-11-20, or imported then: 1 brought no date of their own." in opening[1]
    assert "imported on 2026-11-20." in opening[2]
    assert "given" not in opening[2]


def test_beside_imported_judgements_the_conditions_of_work_are_said_to_be_those_of_the_others(
    tmp_path: Path,
) -> None:
    found = Collection()
    found.compare("c")
    found.judge("c", "ada", "a")
    found.judge("c", "bea", "a", imported=True)
    _, body = card_of(found.inputs(), tmp_path / "v")
    assert (
        "This is about the 1 judgement given in this service; nothing is known of the work behind the 1"
        in body
    )
    assert "du travail derrière ceux qui ont été importés (1), rien n'est connu." in body
    found.judgements[-1]["imported"] = False
    assert "nothing is known of the work" not in card_of(found.inputs(), tmp_path / "own")[1]


def test_who_would_train_on_what_raters_gave_for_something_else_reads_so(tmp_path: Path) -> None:
    told = {
        use: card_of(many().inputs(project_facts=replace(FACTS, use=(use,))), tmp_path / use)[1]
        for use in ("research", "reward_model")
    }
    assert (
        "training was no part of it: who trains on this goes beyond what they agreed to." in told["research"]
    )
    assert "goes beyond" not in told["reward_model"]


def test_the_card_says_for_how_many_pairs_a_strength_is_known_and_against_how_many_it_speaks(
    tmp_path: Path,
) -> None:
    found = Collection()
    for name in ("c", "d", "e"):
        found.compare(name, prompt="The same for all?")
    for rater, strength in (("ada", None), ("bea", None)):
        found.judge("c", rater, "a", strength=strength)
    found.judge("c", "cleo", "b", strength=2)
    for name in ("d", "e"):
        found.judge(name, "ada", "a", strength=1 if name == "d" else None)
    _, body = card_of(found.inputs(), tmp_path / "v")
    assert "**Strength** is known for 2 of 3 pairs, below 0 for 1: those who said how much leaned" in body
    assert "**Prompts**: the 3 comparisons ask 1 different prompt." in body
    whole = Collection()
    whole.compare("c")
    whole.judge("c", "ada", "a", strength=1)
    _, body = card_of(whole.inputs(), tmp_path / "whole")
    assert "**Strength**" not in body and "**Prompts**" not in body


def test_the_languages_of_the_header_and_the_raters_for_each_are_those_of_the_judged_comparisons(
    tmp_path: Path,
) -> None:
    found = Collection()
    for name, language, people in (
        ("a", "fr", ("ada", "bea", "cy")),
        ("b", "en-GB", ("ada", "bea", "cy")),
        ("c", "EN", ("ada",)),
        ("d", "", ("ada",)),
        ("unjudged", "de", ()),
    ):
        found.compare(name, language=language)
        for each in people:
            found.judge(name, each, "a")
    header, body = card_of(found.inputs(), tmp_path / "v")
    assert header["language"] == ["en", "fr"]
    assert "**Raters per comparison:** 1 to 3, on average 2." in body, (
        "counted, and not what the settings wish"
    )


def test_the_first_card_says_that_versions_with_withdrawn_data_are_removed(example_version: Path) -> None:
    _, body = read_card(example_version)
    told = body.partition("## Asking for withdrawal")[2]
    assert "ask here: mailto:lead@example.org. A later version then leaves them out" in told
    assert "versions that hold withdrawn data are removed: `WITHDRAWN.md` then names them" in told
    assert "Copies cannot be called back" in told


def test_words_that_judge_the_conditions_of_work_do_not_occur(example_version: Path) -> None:
    _, body = read_card(example_version)
    assert not re.search(r"\b(fair|ethical|équitable|éthique)\b", body, re.IGNORECASE)


def test_names_that_others_gave_are_no_markdown(tmp_path: Path) -> None:
    found = many()
    for completion in found.completions:
        completion["model"] += "`\r\n\r# Heading\r\n<b>"
    bad = Source(
        id="a`<b>\r# Heading", revision="`<b>", licence="[free](https://example.org) <b>", comparisons=40
    )
    build_version(found.inputs(project_facts=replace(FACTS, sources=(bad,))), tmp_path / "v")
    card = (tmp_path / "v" / "README.md").read_bytes().decode()
    assert "\r" not in card
    page = MarkdownIt("commonmark").enable("table").render(card.split("---\n", 2)[2])
    assert "<h1>Heading" not in page
    assert "<b>" not in page
    assert 'href="https://example.org"' not in page
