"""The demo's data: valid, readable, and as agreed as its notice says."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import unicodedata
from collections import Counter
from importlib.resources.abc import Traversable
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rlhf_collect.config import load_project
from rlhf_collect.demo import demo_files

FILES = demo_files()
DEMO = Path(__file__).parents[2] / "configs" / "demo.yaml"
ROLES = {"system", "user", "assistant", "tool"}


def lines_of(file: Traversable) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


COMPARISONS = lines_of(FILES.comparisons)
JUDGEMENTS = lines_of(FILES.judgements)
SHOWCASE = lines_of(FILES.showcase)
PRACTICE = lines_of(FILES.practice)
NOTICE = FILES.notice.read_text(encoding="utf-8")


def the_script() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "make_demo_data.py"
    spec = importlib.util.spec_from_file_location("make_demo_data", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def source_rows() -> list[dict[str, Any]]:
    """The demo turned back into rows of its source; instruction and input stay together."""
    side = {each["comparison"]: [] for each in JUDGEMENTS}
    for each in JUDGEMENTS:
        side[each["comparison"]].append(0 if each["choice"] == "tie" else int(each["choice"][-1]))
    return [
        {
            "idx": each["metadata"]["idx"],
            "motivation_app": each["metadata"]["task_seen_in"],
            "cmp_key": "_".join(completion["model"] for completion in each["completions"]),
            "instruction": each["prompt"][0]["content"],
            "input": "",
            "response1": each["completions"][0]["content"],
            "response2": each["completions"][1]["content"],
            **{f"annotator{number}": answer for number, answer in enumerate(side[each["id"]], start=1)},
        }
        for each in COMPARISONS
    ]


def test_there_are_240_comparisons_and_three_judgements_of_each():
    assert len(COMPARISONS) == 240
    raters = {"pandalm-annotator-1", "pandalm-annotator-2", "pandalm-annotator-3"}
    judged = Counter((each["comparison"], each["rater"]) for each in JUDGEMENTS)
    assert judged == Counter((each["id"], rater) for each in COMPARISONS for rater in raters)


@pytest.mark.parametrize("comparison", COMPARISONS + SHOWCASE + PRACTICE, ids=lambda each: each["id"])
def test_a_demo_line_has_the_import_form(comparison: dict[str, Any]):
    keys = {"id", "prompt", "completions", "language", "tags", "metadata"}
    assert set(comparison) - {"gold"} == keys
    assert ("gold" in comparison) == (comparison in PRACTICE)
    prompt = comparison["prompt"]
    assert prompt[-1]["role"] == "user"
    turns = [*prompt]
    assert len(comparison["completions"]) == 2
    assert len({each["id"] for each in comparison["completions"]} - {"tie", "both_bad", "skip"}) == 2
    for each in comparison["completions"]:
        assert set(each) == {"id", "model", "content"} and each["model"]
        if isinstance(each["content"], str):
            turns.append({"role": "assistant", "content": each["content"]})
        else:
            assert each["content"][0]["role"] == each["content"][-1]["role"] == "assistant"
            turns += each["content"]
    for turn in turns:
        assert set(turn) == {"role", "content"} and turn["role"] in ROLES
        text = turn["content"]
        assert text.strip() == text != ""
        assert not any(
            unicodedata.category(each) in {"Cc", "Cs", "Co"} and each not in "\n\t" for each in text
        )
    first, second = (each["content"] for each in comparison["completions"])
    assert first != second


def test_ids_are_unique_over_all_files():
    everything = COMPARISONS + SHOWCASE + PRACTICE
    assert len({each["id"] for each in everything}) == len(everything)
    completions = [one["id"] for each in everything for one in each["completions"]]
    assert len(set(completions)) == len(completions)


def test_every_choice_is_a_completion_of_its_comparison_or_a_tie():
    possible = {each["id"]: {one["id"] for one in each["completions"]} | {"tie"} for each in COMPARISONS}
    for each in JUDGEMENTS:
        assert set(each) == {"comparison", "rater", "criterion", "choice"}
        assert each["criterion"] == "overall"
        assert each["choice"] in possible[each["comparison"]]


def test_the_agreement_counted_by_hand_is_the_one_in_the_notice():
    choices: dict[str, list[str]] = {}
    for each in JUDGEMENTS:
        choice = each["choice"]
        choices.setdefault(each["comparison"], []).append(choice if choice == "tie" else choice[-1])
    agreeing = pairs = decided = decided_agreeing = 0
    for three in choices.values():
        for one, other in combinations(three, 2):
            pairs += 1
            agreeing += one == other
            if "tie" not in (one, other):
                decided += 1
                decided_agreeing += one == other
    totals = Counter(choice for three in choices.values() for choice in three)
    judged = totals.total()
    # Krippendorff's alpha from its coincidence matrix: 3 values a unit, so every ordered pair weighs 1/2.
    observed = 2 * (pairs - agreeing) / 2
    expected = sum(totals[a] * totals[b] for a in totals for b in totals if a != b) / (judged - 1)
    alpha = 1 - observed / expected
    assert (pairs, judged) == (720, 720)
    for figure in (
        f"| {agreeing} of 720 ({agreeing / pairs:.4f}) | 2757 of 2997 (0.9199) |",
        f"| {decided_agreeing} of {decided} ({decided_agreeing / decided:.4f}) | 2482 of 2620 (0.9473) |",
        f"| {totals['tie']} of 720 ({totals['tie'] / judged:.4f}) | 326 of 2997 (0.1088) |",
        f"| {alpha:.4f} | 0.8642 |",
    ):
        assert figure in NOTICE
    assert abs(agreeing / pairs - 0.919920) < 0.005
    assert abs(alpha - 0.864221) < 0.01


def test_the_patterns_of_agreement_are_the_ones_in_the_notice():
    script = the_script()
    patterns = Counter(map(script.pattern_of, source_rows()))
    assert patterns["111"] == 0
    for pattern, count in patterns.items():
        assert f"| {' / '.join(pattern)} | {count} |" in NOTICE


def test_the_script_writes_these_lines_from_these_comparisons():
    script, rows = the_script(), source_rows()
    assert [script.comparison_of(row) for row in rows] == COMPARISONS
    assert [each for row in rows for each in script.judgements_of(row)] == JUDGEMENTS
    assert sorted(rows, key=script.lot) == rows


def test_every_comparison_passes_the_script_s_rules():
    script = the_script()
    assert [row["idx"] for row in source_rows() if not script.is_suitable(row)] == []
    prompts = Counter(map(script.prompt_of, source_rows()))
    assert max(prompts.values()) <= script.MOST_OF_ONE_PROMPT


def test_the_script_refuses_another_source(tmp_path: Path):
    other = tmp_path / "testset-v1.json"
    other.write_text("[]")
    script = the_script()
    assert hashlib.sha256(b"[]").hexdigest() != script.SOURCE_SHA256
    with pytest.raises(SystemExit, match="Nothing was written"):
        script.main([str(other), "--to", str(tmp_path)])
    assert list(tmp_path.iterdir()) == [other]


def test_the_models_are_the_five_of_pandalm_spread_evenly():
    models = Counter(one["model"] for each in COMPARISONS for one in each["completions"])
    assert set(models) == {"llama-7b", "bloom-7b", "cerebras-gpt-6.7B", "opt-7b", "pythia-6.9b"}
    assert max(models.values()) < 1.2 * min(models.values())


def test_the_notice_names_source_commit_licence_and_change():
    for words in (
        "github.com/WeOpenML/PandaLM",
        "3871806e",
        "Apache License 2.0",
        "Changes: a selection of 240",
    ):
        assert words in NOTICE


def test_the_showcase_shows_what_the_screen_renders():
    assert all("showcase" in each["tags"] for each in SHOWCASE)
    assert {each["language"] for each in SHOWCASE} == {"en", "fr", "ar"}
    text = json.dumps(SHOWCASE, ensure_ascii=False)
    for mark in ("```python", "```sql", "|---|", "|:--|", r"$$S_n", r"$\\frac"):
        assert mark in text
    assert any(len(each["prompt"]) > 2 for each in SHOWCASE)
    assert any(isinstance(one["content"], list) for each in SHOWCASE for one in each["completions"])
    arabic = next(each for each in SHOWCASE if each["language"] == "ar")
    assert re.search("[\u0600-\u06ff]{3}", arabic["prompt"][0]["content"])
    lengths = [[len(str(one["content"])) for one in each["completions"]] for each in SHOWCASE]
    assert any(max(each) > 10 * min(each) for each in lengths)


def test_the_three_practice_comparisons_explain_their_answer_and_one_is_a_tie():
    assert [each["id"] for each in PRACTICE] == ["practice-1", "practice-2", "practice-3"]
    for each in PRACTICE:
        gold = each["gold"]
        assert gold["choice"] in {one["id"] for one in each["completions"]} | {"tie"}
        assert gold["criterion"] == "overall"
        assert len(gold["reason"].split()) > 20
    assert [each["gold"]["choice"] for each in PRACTICE].count("tie") == 1
    assert load_project(DEMO).practice.comparisons == tuple(each["id"] for each in PRACTICE)
    assert not load_project(DEMO).practice.required


def test_the_demo_weighs_less_than_half_a_megabyte():
    assert sum(len(file.read_bytes()) for file in FILES) < 500_000
