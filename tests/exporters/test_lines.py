"""Rows as lines of JSON, held against the encoder of the standard library."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlhf_collect.exporters.lines import row_lines
from tests.depth import depth


def test_control_characters_are_escaped_and_nan_is_refused() -> None:
    (line,) = row_lines(pa.RecordBatch.from_pydict({"a%": ["\u001f\u2028é%s"]})).to_pylist()
    assert line == '{"a%":"\\u001f\u2028é%s"}\n'
    with pytest.raises(ValueError, match="not finite"):
        row_lines(pa.RecordBatch.from_pydict({"a": [1.0, float("nan")]}))


_TEXT = st.none() | st.text(max_size=8)
_ROWS = {
    "text": _TEXT,
    "float32": st.none() | st.floats(width=32, allow_nan=False, allow_infinity=False),
    "float64": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "whole": st.none() | st.integers(-(2**15), 2**15 - 1),
    "yes": st.none() | st.booleans(),
    "day": st.none() | st.dates(),
    "turns": st.none()
    | st.lists(st.none() | st.fixed_dictionaries({"role": _TEXT, "content": _TEXT}), max_size=3),
    "groups": st.none() | st.lists(st.none() | st.lists(_TEXT, max_size=2), max_size=3),
}


@settings(max_examples=depth(30, 100))
@given(st.lists(st.fixed_dictionaries(_ROWS), max_size=6), st.integers(0, 3))
def test_lines_made_by_column_are_those_of_the_standard_encoder(
    rows: list[dict[str, Any]], skipped: int
) -> None:
    kinds = [pa.string(), pa.float32(), pa.float64(), pa.int16(), pa.bool_(), pa.date32()]
    turns = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    schema = pa.schema(list(zip(_ROWS, [*kinds, turns, pa.list_(pa.list_(pa.string()))], strict=True)))
    batch = pa.RecordBatch.from_pylist(rows, schema).slice(skipped)
    expected = [
        json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=date.isoformat) + "\n"
        for row in batch.to_pylist()
    ]
    assert row_lines(batch).to_pylist() == expected
