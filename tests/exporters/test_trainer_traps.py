"""What breaks trainers, or worse, teaches them nonsense: each trap as TRL has it, and published rows clear of it."""

# ruff: noqa: PLC0415 - the trainers' libraries are slow to import, and are never imported for other tests

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.exporters.example import Collection, read_rows, rows_of_each
from tests.exporters.test_preference import preference_of
from tests.exporters.trainers import prepare, tokenizer
from tests.forking import ROOT

DIALOGUES = {
    "chosen": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}],
    "rejected": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "No."}],
}
PAIR = {
    "prompt": [{"role": "user", "content": "Why?"}],
    "chosen": [{"role": "assistant", "content": "So."}],
    "rejected": [{"role": "assistant", "content": "No."}],
}
PAIRED = ("preference", "reward")


@pytest.fixture(scope="module")
def tok() -> Any:
    return tokenizer()


@pytest.fixture(scope="module")
def published(example_version: Path) -> list[dict[str, Any]]:
    rows = [row for config in PAIRED for row in read_rows(example_version, config)]
    assert len(rows) == 24
    return rows


def dataset(*rows: dict[str, Any]) -> Any:
    import datasets

    datasets.disable_progress_bars()
    return datasets.Dataset.from_list(list(rows))


def test_a_prompt_of_text_beside_dialogues_cannot_be_added_up(tok: Any, published: list[Any]) -> None:
    for trainer in ("dpo", "kto", "reward"):
        # Which of the two comes first depends on how Python hashes text: it is no conversation, or it is one.
        with pytest.raises(
            (TypeError, AttributeError), match=r"can only concatenate str|no attribute 'endswith'"
        ):
            prepare(trainer, dataset({"prompt": "Why?", **DIALOGUES}), tok)
    assert all(isinstance(row["prompt"], list) for row in published)


@pytest.mark.parametrize("extra", ["messages", "completion", "label"])
def test_a_third_text_beside_a_pair_is_a_key_error(tok: Any, published: list[Any], extra: str) -> None:
    for trainer in ("orpo", "cpo"):
        with pytest.raises(KeyError, match="Invalid keys in the example"):
            prepare(trainer, dataset({**PAIR, extra: PAIR["chosen"]}), tok)
    assert not any(extra in row for row in published)


KIND = """
import json, sys
from tests.exporters.trainers import own_alone
is_conversational = own_alone("data_utils.py", "is_conversational")
print(json.dumps([[is_conversational(row) for row in rows] for rows in json.load(sys.stdin)]))
"""


def test_a_plain_text_beside_a_pair_makes_its_kind_a_matter_of_chance(example_version: Path) -> None:
    ours = [row for config in (*PAIRED, "unpaired") for row in read_rows(example_version, config)]
    asked = json.dumps([[{**PAIR, "completion": "So."}], ours])
    trapped, published = set(), set()
    for seed in ("0", "1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", KIND],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            input=asked,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        kinds = json.loads(done.stdout)
        trapped.update(kinds[0])
        published.update(kinds[1])
    assert trapped == {True, False}
    assert published == {True}


@pytest.mark.parametrize(("column", "value"), [("label", False), ("completion", "other")])
def test_a_column_that_unpairing_makes_is_overwritten_in_silence(
    published: list[Any], column: str, value: object
) -> None:
    from trl.data_utils import unpair_preference_dataset

    rows = list(unpair_preference_dataset(dataset({**PAIR, column: value})))
    assert [row[column] for row in rows] == [value, value]
    for row in published:
        assert column not in row
    pairs = list(unpair_preference_dataset(dataset(PAIR)))
    assert [row["label"] for row in pairs] == [True, False]


def test_a_prompt_without_a_turn_is_an_index_error(tok: Any) -> None:
    with pytest.raises(IndexError):
        prepare("orpo", dataset({**PAIR, "prompt": []}), tok)
    found = Collection()
    found.compare("c")
    found.comparisons[-1]["prompt"] = "[]"
    found.judge("c", "ada", "a", 1)
    made = rows_of_each(found.inputs(), *PAIRED, "unpaired")
    assert made == {"preference": [], "reward": [], "unpaired": []}


def test_two_replies_that_are_the_same_are_cut_before_their_last_letter(published: list[Any]) -> None:
    from trl.data_utils import extract_prompt

    same = extract_prompt({"chosen": "same", "rejected": "same"})
    assert same == {"prompt": "sam", "chosen": "e", "rejected": "e"}
    assert all(row["chosen"] != row["rejected"] for row in published)


def test_replies_that_begin_alike_lose_their_first_words_to_a_prompt_that_is_not_given(tok: Any) -> None:
    from trl.data_utils import extract_prompt

    cut = extract_prompt({"chosen": "Q: why? The sky is blue.", "rejected": "Q: why? The sky is red."})
    assert cut["chosen"] == " blue."
    found = Collection()
    found.compare("c", "The sky is blue.", "The sky is red.")
    found.judge("c", "ada", "a", 1)
    (row,) = preference_of(found)
    (ready,) = prepare("dpo", dataset(row), tok)
    assert tok.decode(ready["chosen_ids"]) == "The sky is blue."
    assert tok.decode(ready["rejected_ids"]) == "The sky is red."


def test_settings_of_the_template_that_are_null_are_no_mapping(tok: Any, published: list[Any]) -> None:
    with pytest.raises(TypeError, match="'NoneType' object is not a mapping"):
        prepare("dpo", dataset({**PAIR, "chat_template_kwargs": None}), tok)
    assert not any({"chat_template_kwargs", "tools"} & row.keys() for row in published)


def test_no_row_has_a_column_for_pictures(example_version: Path) -> None:
    # A trainer without a vision model refuses a dataset that has one, whatever is in it.
    for config in (*PAIRED, "unpaired"):
        assert not any({"image", "images"} & row.keys() for row in read_rows(example_version, config))


def test_a_margin_comes_only_where_it_is_asked_for_and_is_never_null(example_version: Path) -> None:
    assert not any("margin" in row for row in read_rows(example_version, "preference"))
    assert all(row["margin"] is not None for row in read_rows(example_version, "reward"))


def test_a_reply_that_says_nothing_is_no_row() -> None:
    found = Collection()
    found.compare("c", "Yes.", " \n\t")
    found.judge("c", "ada", "a", 1)
    found.compare("fine")
    found.judge("fine", "ada", "a", 1)
    made = rows_of_each(found.inputs(), "preference", "unpaired")
    assert [row["comparison_id"] for row in made["preference"]] == ["fine"]
    assert {row["comparison_id"] for row in made["unpaired"]} == {"fine"}
