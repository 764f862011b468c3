"""Prepares every row of a version for every trainer: ``python -m tests.exporters.train FOLDER``.

Prints what came of it as one JSON document: per trainer and split the number of rows and a hash of them all.
"""

# ruff: noqa: PLC0415 - the environment is set before these are imported

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rlhf_collect.exporters.load import load_version
from tests.exporters.trainers import prepare, tokenizer, told

Row = dict[str, Any]


def check_pair(tok: Any, row: Row, ready: Row) -> None:
    """Prompt and both replies are what was published, cut where the reply begins."""
    assert tok.decode(ready["prompt_ids"]) == told(row["prompt"]) + "<assistant>"
    for side in ("chosen", "rejected"):
        assert tok.decode(ready[f"{side}_ids"]) == told(row[side]).removeprefix("<assistant>")
        assert ready[f"{side}_ids"]


def check_reward(tok: Any, row: Row, ready: Row) -> None:
    """Whole conversations; the margin, where there is one, as published."""
    for side in ("chosen", "rejected"):
        assert tok.decode(ready[f"{side}_ids"]) == told(row["prompt"] + row[side])
    assert ready.get("margin") == row.get("margin")
    assert "margin" not in row or row["margin"] is not None


def check_unpaired(tok: Any, row: Row, ready: Row) -> None:
    """Prompt and completion, and the label as published."""
    assert tok.decode(ready["prompt_ids"]) == told(row["prompt"]) + "<assistant>"
    assert tok.decode(ready["completion_ids"]) == told(row["completion"]).removeprefix("<assistant>")
    assert ready["label"] is row["label"]


def check_old(tok: Any, row: Row, ready: Row) -> None:
    """The same in the form of the older trainers, which learn from ``labels`` above -100."""
    assert tok.decode(ready["prompt_input_ids"]) == told(row["prompt"]) + "<assistant>"
    for side in ("chosen", "rejected"):
        assert tok.decode(ready[f"{side}_input_ids"]) == told(row["prompt"] + row[side]) + "<eos>"
        learnt = [each for each in ready[f"{side}_labels"] if each != -100]
        assert tok.decode(learnt) == told(row[side]).removeprefix("<assistant>") + "<eos>"


CHECKS: tuple[tuple[str, str, Callable[[Any, Row, Row], None]], ...] = (
    ("dpo", "preference", check_pair),
    ("reward", "preference", check_reward),
    ("reward", "reward", check_reward),
    ("kto", "unpaired", check_unpaired),
    ("orpo", "preference", check_old),
    ("cpo", "preference", check_old),
)


def unpair_by_hand(dataset: Any) -> list[Row]:
    """What TRL should make of pairs: the chosen as good, then the rejected as bad."""
    sides = (("chosen", True), ("rejected", False))
    return [
        {"prompt": row["prompt"], "completion": row[side], "label": label}
        for side, label in sides
        for row in dataset
    ]


def main(folder: Path) -> dict[str, Any]:
    """Prepare, check, and tell."""
    import datasets
    from trl.data_utils import is_conversational, unpair_preference_dataset

    datasets.disable_caching()
    tok, report = tokenizer(), {}

    def note(name: str, split: str, rows: Any) -> None:
        text = json.dumps(list(rows), sort_keys=True)
        report[f"{name} {split}"] = [len(rows), hashlib.sha256(text.encode()).hexdigest()]

    for trainer, config, check in CHECKS:
        for split, published in load_version(folder, folder.name, config).items():
            ready = prepare(trainer, published, tok)
            assert len(ready) == len(published)
            for row, prepared in zip(published, ready, strict=True):
                assert is_conversational(row)
                check(tok, row, prepared)
            note(f"{trainer} {config}", str(split), ready)
    for split, published in load_version(folder, folder.name, "preference").items():
        unpaired = unpair_preference_dataset(published)
        assert [{key: row[key] for key in ("prompt", "completion", "label")} for row in unpaired] == (
            unpair_by_hand(published)
        )
        ready = prepare("kto", published, tok)
        for row, prepared in zip(unpaired, ready, strict=True):
            check_unpaired(tok, row, prepared)
        note("kto preference", str(split), ready)
    return report


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
