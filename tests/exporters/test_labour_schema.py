"""The labour statement is what its published schema says, checked with the tool others check it with."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.inputs import Previous
from tests.exporters.example import many

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "labour_statement.schema.json").read_text(encoding="utf-8"))
W1 = json.loads((ROOT / "tests" / "data" / "labour_statement_w1.json").read_text(encoding="utf-8"))


def problems(statement: Any) -> list[str]:
    return [
        f"{each.json_path}: {each.message}" for each in Draft202012Validator(SCHEMA).iter_errors(statement)
    ]


def test_the_schema_is_one_and_takes_a_statement_with_a_value_in_nearly_every_field() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert problems(W1) == []


def test_statements_of_a_first_and_a_later_version_have_the_form_of_the_schema(
    example_version: Path, tmp_path: Path
) -> None:
    first = build_version(many(3, raters=3).inputs(), tmp_path / "1.0.0")
    previous = Previous(version="1.0.0", manifest_sha256=first.manifest_sha256, folder=first.folder)
    later = many(3).inputs(version="1.1.0", previous=previous, version_rows=first.new_rows)
    for folder in (example_version, first.folder, build_version(later, tmp_path / "1.1.0").folder):
        assert problems(json.loads((folder / "labour_statement.json").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("this_version", "quality", "score_thresholds"), [0.5]),
        (("this_version", "quality", "automatic_adverse_decisions"), 1),
        (("this_version", "raters", "n_active"), 4),
        (("this_version", "skips", "rate"), 1.2),
        (("engagement", "kind"), "gig"),
        (("dataset", "content_sha256"), "short"),
        (("suppressions",), [{"pointer": "/this_version/pay", "reason": "because"}]),
        (("surprise",), 1),
    ],
)
def test_what_may_not_be_published_is_refused_by_the_schema(place: tuple[str, ...], value: Any) -> None:
    changed = copy.deepcopy(W1)
    block = changed
    for name in place[:-1]:
        block = block[name]
    block[place[-1]] = value
    assert problems(changed)
