from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from rlhf_collect.config import read_project, read_recipe
from rlhf_collect.errors import BadCall, NotFound
from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.filtered import counted_anew
from rlhf_collect.exporters.inputs import Source, VersionInputs
from rlhf_collect.exporters.manifest import read_manifest
from rlhf_collect.exporters.rules import Filters, Rules
from rlhf_collect.exporters.tables import workshop
from rlhf_collect.services.version_inputs import rules_of
from tests.config.test_project_files import SMALLEST
from tests.depth import further
from tests.exporters.example import DAY, FACTS, Collection, many, read_rows, rows_of_each
from tests.exporters.test_preference import preference_of, votes


def mixed() -> Collection:
    """Four comparisons that differ in tag and language, judged under two guidelines on two days."""
    found = Collection()
    tags = {"plain": [], "science": ["science"], "both": ["science", "spam"], "spam": ["spam"]}
    languages = {"plain": "en", "science": "en-GB", "both": "fr", "spam": ""}
    for name, words in tags.items():
        found.compare(name, tags=json.dumps(words), language=languages[name])
        for number, (day, version) in enumerate(((0, "3"), (0, "4"), (5, "4"))):
            found.judge(
                name,
                f"r{number}",
                "ab"[number > 1],
                1,
                submitted_on=DAY + timedelta(days=day),
                guideline_version=version,
            )
    return found


def filtered(**filters: Any) -> Rules:
    return Rules(filters=Filters(**filters))


def rows_taken(found: Collection, **filters: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of a filtered version, which are of the same comparisons in every config."""
    configs = ("ratings", "comparisons", "preference", "unpaired", "reward")
    rows = rows_of_each(found.inputs(rules=filtered(**filters)), *configs)
    names = {config: {row["comparison_id"] for row in rows[config]} for config in configs}
    for config in configs:
        assert names[config] <= names["ratings"], config
    assert names["comparisons"] == names["ratings"]
    return rows


def taken(found: Collection, **filters: Any) -> set[str]:
    return {row["comparison_id"] for row in rows_taken(found, **filters)["ratings"]}


EVERY_MODEL = ("model-0", "model-1", "model-2")


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"tags": ("science",), "languages": ("EN",)}, {"science"}),
        ({"without_tags": ("spam",), "languages": ("en-gb", "fr")}, {"science"}),
        ({"models": EVERY_MODEL, "first_day": DAY, "last_day": DAY}, {"plain", "science", "both", "spam"}),
        *further(
            ({"tags": ("science",)}, {"science", "both"}),
            ({"without_tags": ("spam",)}, {"plain", "science"}),
            ({"tags": ("science",), "without_tags": ("spam",)}, {"science"}),
            ({"languages": ("EN",)}, {"plain", "science"}),
        ),
    ],
)
def test_a_filter_takes_what_it_says_in_every_config(filters: dict[str, Any], names: set[str]) -> None:
    assert taken(mixed(), **filters) == names


def test_a_model_filter_takes_whole_comparisons() -> None:
    found = mixed()
    found.completions[1]["model"] = "other"
    assert taken(found, models=("model-0", "model-1")) == {"science", "both", "spam"}
    assert taken(found, without_models=("other",)) == {"science", "both", "spam"}


def test_filters_of_judgements_count_fewer_votes(tmp_path: Path) -> None:
    (everyone,) = votes_on("plain", mixed())
    assert (everyone["n_raters"], everyone["score_chosen"]) == (3, 2 / 3)
    (first_days,) = votes_on("plain", mixed(), last_day=DAY)
    assert (first_days["n_raters"], first_days["score_chosen"]) == (2, 1.0)
    (later,) = votes_on("plain", mixed(), first_day=DAY + timedelta(days=1))
    assert (later["n_raters"], later["chosen"]) == (1, everyone["rejected"])
    build_version(mixed().inputs(rules=filtered(guideline_versions=("4",))), tmp_path / "guide")
    assert read_rows(tmp_path / "guide", "preference") == []  # one each
    manifest = read_manifest(tmp_path / "guide")
    assert manifest["guideline_versions"] == ["4"]
    assert manifest["privacy"]["left_out"]["filter_guidelines"] == 4


def votes_on(name: str, found: Collection, **filters: Any) -> list[dict[str, Any]]:
    rows = rows_taken(found, **filters)["preference"]
    return [row for row in rows if row["comparison_id"] == name]


def test_what_is_left_out_is_counted_by_its_first_reason_and_told(tmp_path: Path) -> None:
    filters = {"tags": ("science",), "languages": ("en",), "last_day": DAY}
    build_version(mixed().inputs(rules=filtered(**filters)), tmp_path / "v")
    assert {row["comparison_id"] for row in read_rows(tmp_path / "v", "ratings")} == {"science"}
    manifest = read_manifest(tmp_path / "v")
    left_out = manifest["privacy"]["left_out"]
    assert {name: count for name, count in left_out.items() if name.startswith("filter")} == {
        "filter_tags": 6,
        "filter_languages": 3,
        "filter_days": 1,
    }
    assert manifest["counts"]["comparisons"] == 1
    card = (tmp_path / "v" / "README.md").read_text()
    for words in (
        "**Taken**, in every config: comparisons with one of the tags `science`; comparisons in `en`; judgements "
        "up to 2026-11-20.",
        "The numbers of this card are of these, those of agreement too;",
        "- judgements of comparisons with other tags than those wanted: 6",
        "- judgements of comparisons in other languages: 3",
        "- judgements of other days: 1",
    ):
        assert words in card, words


def test_without_a_filter_nothing_is_said_of_one(example_version: Path) -> None:
    assert "**Taken**" not in (example_version / "README.md").read_text()
    left_out = read_manifest(example_version)["privacy"]["left_out"]
    assert [name for name in left_out if name.startswith("filter")] == []


def counted(found: Collection, filters: Filters, **more: Any) -> VersionInputs:
    """What a filtered version says of its rows, which goes on into its manifest and its card."""
    inputs = found.inputs(rules=Rules(filters=filters), **more)
    with workshop(inputs, rows=False) as made:
        return counted_anew(made.con, inputs)


def test_the_sources_of_a_filtered_version_are_those_of_what_is_in_it(tmp_path: Path) -> None:
    found = mixed()
    found.comparisons[1] |= {"batch_source": "other", "batch_revision": "abc", "batch_licence": "MIT"}
    sources = (
        Source(id="example", revision="", licence="CC-BY-4.0", comparisons=3),
        Source(id="other", revision="abc", licence="MIT", comparisons=1),
    )
    facts = FACTS.__class__(**{**vars(FACTS), "sources": sources})
    for filters, expected in (
        (Filters(), {"example": 3, "other": 1}),
        (Filters(without_tags=("spam",)), {"example": 1, "other": 1}),
    ):
        told = counted(found, filters, project_facts=facts).project_facts.sources
        assert {each.id: each.comparisons for each in told} == expected, filters
    french = found.inputs(project_facts=facts, rules=filtered(languages=("fr",)))
    build_version(french, tmp_path / "fr")
    manifest = read_manifest(tmp_path / "fr")
    assert {each["id"]: each["comparisons"] for each in manifest["sources"]} == {"example": 1}


def test_filters_that_leave_nothing_are_refused_by_their_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"dataset\.filters.* leave no judgement of 'example'"):
        build_version(mixed().inputs(rules=filtered(tags=("history",))), tmp_path / "v")
    assert not (tmp_path / "v").exists()


def test_min_agreement_asks_for_raters_who_agree(tmp_path: Path) -> None:
    found = votes(("a", 1), ("a", 1), ("b", 1))  # one of three pairs of raters
    found.compare("alone")
    found.judge("alone", "r0", "a", 1)  # nobody to agree with
    assert [row["comparison_id"] for row in preference_of(found, min_agreement=0.3)] == ["c"]
    assert preference_of(found, tmp_path / "b", min_agreement=0.4) == []
    assert read_rows(tmp_path / "b", "unpaired") == []
    assert read_manifest(tmp_path / "b")["privacy"]["left_out"]["min_agreement"] == 2
    assert read_manifest(tmp_path / "b")["counts"]["decided"] == dict.fromkeys(
        ("plurality", "majority", "unanimous"), 0
    )
    assert "is asked of every row" in (tmp_path / "b" / "README.md").read_text()


def test_ties_that_have_no_say_leave_the_decision_to_those_who_took_a_side() -> None:
    rules = ("plurality", "majority", "unanimous")
    # Where there are only ties nobody is left, and a both-bad is no tie.
    cases = {"a tie tie": rules, "a a b tie": rules[:2], "tie": (), "a both_bad tie": ()}
    found = Collection()
    for choices in cases:
        found.compare(choices)
        for number, choice in enumerate(choices.split()):
            found.judge(choices, f"r{number}", choice)
    for rule in rules:
        rows = {row["comparison_id"]: row for row in preference_of(found, decision=rule, ties="ignore")}
        assert rows.keys() == {choices for choices, deciding in cases.items() if rule in deciding}, rule
        row = rows["a tie tie"]
        assert (row["score_chosen"], row["n_ties"], row["n_raters"]) == (1 / 3, 2, 3)


def test_the_recipe_in_the_manifest_is_one_to_freeze_by_again(tmp_path: Path) -> None:
    rules = Rules(
        decision="majority",
        ties="ignore",
        min_agreement=0.1,
        criteria=("overall",),
        pairs="adjacent",
        margin_from="share",
        margin_scale=2.5,
        filters=Filters(without_tags=("spam",), last_day=DAY + timedelta(days=1)),
    )
    build_version(many().inputs(rules=rules), tmp_path / "v")
    stored = read_manifest(tmp_path / "v")["rules"]
    text = yaml.safe_dump(stored["recipe"])
    assert rules_of(read_recipe(text, "recipe", read_project(SMALLEST, "x"))) == rules
    assert (stored["decision"], stored["pairs"], stored["test_share"]) == ("majority", "adjacent", 0.1)
    assert stored["margin"] == {"from": "share", "scale": 2.5}
    assert "split_salt" not in stored["recipe"]
    card = (tmp_path / "v" / "README.md").read_text()
    for words in (
        "**Decision** (`majority`)",
        "**Criteria** that give training rows: `overall`.",
        "**Ties** have no say",
        "**Agreement** of 10 % or more",
        "**Pairs**: Of three and more responses only pairs that follow one another",
        "**Margin** of `reward`: `score_chosen - score_rejected`, times 2.5.",
        "comparisons without the tags `spam`; judgements up to 2026-11-21.",
        "The columns of `preference`, and:",
    ):
        assert words in card, words


def test_the_settings_nobody_touched_are_the_rules_nobody_touched() -> None:
    assert rules_of(read_project(SMALLEST, "x").dataset) == Rules()


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"ties": "half"}, "dataset.ties: 'half' is not one of count, ignore."),
        ({"pairs": "some"}, "dataset.pairs: 'some'"),
        ({"margin_from": "taste"}, "dataset.margin.from: 'taste'"),
        ({"min_agreement": 1.1}, "dataset.min_agreement must be 0 to 1"),
        ({"margin_scale": 0.0}, "dataset.margin.scale above 0"),
        ({"smoothing": -1.0}, "smoothing must be 0 or more"),
    ],
)
def test_rules_that_mean_nothing_are_refused(tmp_path: Path, rules: dict[str, Any], words: str) -> None:
    with pytest.raises(BadCall, match=words.replace(".", r"\.")):
        build_version(many(3).inputs(rules=Rules(**rules)), tmp_path / "v")


def test_the_agreement_of_a_filtered_version_is_that_of_what_is_in_it(tmp_path: Path) -> None:
    found = mixed()
    for name in ("plain", "spam"):  # three who agree, where the others had one of three pairs of raters
        found.judge(name, "r7", "b", 1, guideline_version="9")
        found.judge(name, "r8", "b", 1, guideline_version="9")
    everything = Filters(last_day=DAY + timedelta(days=100))
    for filters, share, pairs in (
        (everything, (2 * (1 + 3) + 2 * 1) / (2 * 10 + 2 * 3), 26),
        (Filters(guideline_versions=("9",)), 1.0, 2),
    ):
        told = counted(found, filters).agreement["overall"]["percent_agreement"]
        assert (told["value"], told["n"]) == (pytest.approx(share, abs=1e-6), pairs), filters
    build_version(found.inputs(rules=filtered(tags=("science",))), tmp_path / "science")
    card = (tmp_path / "science" / "README.md").read_text()
    assert "gave the same answer in 33 %" in card
    assert "(n = 6 pairs of raters)" in card


def test_the_place_in_a_filtered_version_is_that_of_comparisons_of_two() -> None:
    found = Collection()
    found.compare("two")
    found.compare("three", "A", "B", "C")
    for number in range(5):
        found.judge("two", f"r{number}", "a", 1)
        found.judge("three", f"r{number}", "c")
    everything = Filters(last_day=DAY + timedelta(days=100))
    assert counted(found, everything).agreement["overall"]["position_bias"]["n"] == 5


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ([""], "**Taken**, in every config: judgements that name no guidelines."),
        (
            ["", "3"],
            "**Taken**, in every config: judgements given under the guidelines `3`; judgements that name no "
            "guidelines, too.",
        ),
    ],
)
def test_judgements_that_name_no_guidelines_can_be_asked_for(
    tmp_path: Path, versions: list[str], words: str
) -> None:
    found = mixed()
    found.judge("plain", "imported", "a", 1, guideline_version=None)
    text = yaml.safe_dump({"filters": {"guideline_versions": versions}})
    rules = rules_of(read_recipe(text, "recipe", read_project(SMALLEST, "x")))
    build_version(found.inputs(rules=rules), tmp_path / "v")
    given = {row["guideline_version"] for row in read_rows(tmp_path / "v", "ratings")}
    assert given == set(versions)
    assert words in (tmp_path / "v" / "README.md").read_text()
    stored = yaml.safe_dump(read_manifest(tmp_path / "v")["rules"]["recipe"])
    assert rules_of(read_recipe(stored, "recipe", read_project(SMALLEST, "x"))) == rules
