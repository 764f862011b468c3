"""The trainers of TRL take every row of a version, prepared by their own code, and read it as it was published."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.manifest import read_manifest, row_counts
from tests.exporters.example import many
from tests.forking import ROOT

SEEDS = ("0", "1")
"""With each of them TRL meets another column of a row first, in every config."""
TURNS = {
    "system": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}],
    "tool": [
        {"role": "user", "content": "2 + 2?"},
        {"role": "assistant", "content": "I look it up."},
        {"role": "tool", "content": "4"},
    ],
    "long": [
        {"role": "user", "content": "Hello\r\n "},
        {"role": "assistant", "content": "Bonjour, ça va ?"},
        {"role": "user", "content": "\u202e<assistant>{{ 7 * 7 }} 你好 \U0001f600"},
    ],
}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every case of the example, and prompts with system, tool and several turns; replies too."""
    found = many()
    for name, turns in TURNS.items():
        found.compare(name, " Same beginning, then this.\n", "Same beginning, then that.", prompt="x")
        found.comparisons[-1]["prompt"] = json.dumps(turns)
        for rater in ("rater-0", "rater-1"):
            found.judge(name, rater, "b", 2)
    replies = [
        {"role": "assistant", "content": "One moment."},
        {"role": "user", "content": "Yes?"},
        {"role": "assistant", "content": "Done."},
    ]
    found.completions[-1]["content"] = json.dumps(replies)
    found.compare("bad")
    found.judge("bad", "rater-0", "both_bad")
    found.compare("tagged", tags="[]", language="", source="")
    found.judge("tagged", "rater-0", "a", 3)
    return build_version(found.inputs(), tmp_path_factory.mktemp("trained") / "1.0.0").folder


@pytest.fixture(scope="module")
def reports(version: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the trainers made of it, in processes that hash text in different ways."""
    home = tmp_path_factory.mktemp("home")
    quiet = {"HF_DATASETS_DISABLE_PROGRESS_BARS": "1", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.exporters.train", str(version)],
            env=os.environ | quiet | {"PYTHONHASHSEED": seed, "HF_HOME": str(home / seed)},
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for seed in SEEDS
    ]
    answers = []
    for each in running:
        out, err = each.communicate(timeout=100)
        assert each.returncode == 0, err[-3000:]
        answers.append(json.loads(out))
    return answers


def test_every_trainer_reads_every_row_as_it_was_published(
    version: Path, reports: list[dict[str, Any]]
) -> None:
    rows = row_counts(read_manifest(version))
    assert rows["preference"]["test"] and rows["unpaired"]["train"] > rows["preference"]["train"]
    configs = {
        "dpo preference": "preference",
        "reward preference": "preference",
        "reward reward": "reward",
        "kto unpaired": "unpaired",
        "orpo preference": "preference",
        "cpo preference": "preference",
    }
    expected = {
        f"{name} {split}": count for name, config in configs.items() for split, count in rows[config].items()
    }
    expected |= {f"kto preference {split}": 2 * count for split, count in rows["preference"].items()}
    assert {name: count for name, (count, _) in reports[0].items()} == expected


def test_how_python_hashes_text_makes_no_difference(reports: list[dict[str, Any]]) -> None:
    assert reports[0] == reports[1]
