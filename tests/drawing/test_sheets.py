"""Tables as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from rlhf_collect.drawing import csv_text


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_what_lies_within_a_row_gets_a_joined_name_and_what_is_missing_is_empty():
    rows = [
        {"key": "law", "alpha": None, "share": {"value": 0.5, "n": 3}, "flag": True, "models": ["m1", "m2"]},
        {"key": "maths", "alpha": {"value": 0.2, "low": None}, "share": None, "flag": False, "models": []},
    ]
    first, second = read(csv_text(rows))
    assert first == {
        **{"key": "law", "share_value": "0.5", "share_n": "3", "flag": "true", "models": "m1; m2"},
        **{"alpha_value": "", "alpha_low": ""},
    }
    assert (second["alpha_value"], second["share_value"], second["models"]) == ("0.2", "", "")


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx"])
def test_a_strangers_text_is_no_formula(name: str):
    assert read(csv_text([{"model": name}]))[0]["model"] == "'" + name


def test_numbers_keep_their_sign_and_texts_their_commas_and_lines():
    assert read(csv_text([{"n": -1.5, "text": 'a, "b"\nc'}])) == [{"n": "-1.5", "text": 'a, "b"\nc'}]


def test_no_rows_are_an_empty_file():
    assert csv_text([]) == ""
