"""Every config of a published version, loaded by other people's programs as its card says."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.exporters.rules import Rules
from tests.exporters.example import FACTS, many, read_rows
from tests.exporters.jobs import Publisher
from tests.forking import ROOT
from tests.house.source import snippets
from tests.hub import TestHub

REPO = "org/everything"

TRAINED = """
import json, sys
import trl
from tests.exporters.trainers import prepare, tokenizer

class DPOTrainer:
    def __init__(self, model, args, train_dataset):
        self.ready = prepare("dpo", train_dataset, tokenizer())

    def train(self):
        first = self.ready[0]
        batch = self.ready[:8]
        assert {len(each) for each in batch.values()} == {min(8, len(self.ready))}
        print(json.dumps({"rows": len(self.ready), "ids": first["prompt_ids"] + first["chosen_ids"]}))

trl.DPOTrainer, trl.DPOConfig = DPOTrainer, dict  # the classes need torch; how they prepare rows does not
exec(compile(sys.argv[1], "card", "exec"))
"""


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory, publisher: Publisher) -> Path:
    """A version with rows in every config, published."""
    found = many()
    found.judge("c001", "rater-5", "a", 1, rationale_consent=True)
    found.edit("a", "One, better said.")
    rules = Rules(soft_labels=True, dawid_skene=True)
    inputs = found.inputs(rules=rules, project_facts=replace(FACTS, repo=REPO))
    folder = build_version(inputs, tmp_path_factory.mktemp("v") / "1.0.0").folder
    assert "commit" in publisher.publish(folder, REPO)
    return folder


def run(hub: TestHub, home: Path, *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", *words],
        env=hub.env(home) | {"PYTHONPATH": str(ROOT), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_plain_load_dataset_gives_the_rows_of_every_config(
    publisher: Publisher, version: Path, tmp_path: Path
) -> None:
    names = [each.name for each in CONFIGS]
    ask = {"do": "load_dataset", "path": REPO, "cache_dir": tmp_path}
    newest, *answers = publisher.run(ask, *(ask | {"config": name, "revision": "1.0.0"} for name in names))
    answers = dict(zip(names, answers, strict=True))
    for config, splits in answers.items():
        kept = {split: read_rows(version, config, split) for split in ("train", "test")}
        expected = {split: rows for split, rows in kept.items() if rows}
        assert splits == json.loads(json.dumps(expected, default=str)), config
    assert newest == answers["preference"]


def test_the_training_example_of_the_card_runs_up_to_the_rows_a_trainer_learns_from(
    hub: TestHub, version: Path, tmp_path: Path
) -> None:
    card = tmp_path / "README.md"
    card.write_bytes(hub.files(REPO, "1.0.0")["README.md"])
    (example,) = [each for each in snippets(card, "python") if "DPOTrainer" in each]
    assert f'load_version("{REPO}", "1.0.0", "preference", split="train")' in example
    first, *others = read_rows(version, "preference", "train")
    answer = run(hub, tmp_path / "home", TRAINED, example)
    assert answer["rows"] == 1 + len(others)
    from tests.exporters.trainers import tokenizer, told  # noqa: PLC0415 - slow to import

    assert tokenizer().decode(answer["ids"]) == told(first["prompt"] + first["chosen"])
