"""Rows as lines of JSON, made a column at a time: what the logical hash is taken of.

Keys as they stand in the schema, no spaces, text as it is, dates as ISO, null for null. Floats are written as Python's
``repr``; a 32-bit float is widened first. The standard encoder gives the same, row by row and many times as slowly.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_LOOKED_AT = 1 << 17
"""Bytes of text looked at together: they stay near the processor."""


def row_lines(batch: pa.RecordBatch) -> pa.Array[Any]:
    """A line for each row, line end included. Errors: ``ValueError`` for NaN and infinity."""
    return _joined([*_object(batch.schema.names, batch.columns), "\n"])


def _joined(parts: Sequence[Any]) -> pa.Array[Any]:
    """Parts of a value as one text: every joining copies all there is, so that parts stay apart as long as they can."""
    told: list[Any] = []
    for fixed, some in groupby(parts, key=lambda part: isinstance(part, str)):
        those = list(some)
        told += ["".join(those)] if fixed else those
    return told[0] if len(told) == 1 else pc.binary_join_element_wise(*told, "")


def _object(names: Sequence[str], columns: Sequence[pa.Array[Any]]) -> list[Any]:
    parts: list[Any] = []
    for name, column in zip(names, columns, strict=True):
        parts += [f"{',' if parts else '{'}{encode_basestring(name)}:", *_value(column)]
    return [*parts, "}"]


def _value(column: pa.Array[Any]) -> list[Any]:
    """The values of a column as JSON: arrays and texts that follow each other in every row."""
    parts = _there(column)
    if not column.null_count:
        return parts
    return [pc.if_else(column.is_valid(), _joined(parts), "null")]


def _there(column: pa.Array[Any]) -> list[Any]:
    """The parts of a column's values; where there is none, whatever comes."""
    kind = column.type
    if pa.types.is_string(kind):
        return ['"', _escaped(column), '"']
    if pa.types.is_list(kind):
        return ["[", *_elements(column), "]"]
    if pa.types.is_struct(kind):
        return _object([kind.field(i).name for i in range(kind.num_fields)], column.flatten())
    if pa.types.is_floating(kind):
        return [_floats(column)]
    if pa.types.is_date(kind):
        return ['"', column.cast(pa.string()), '"']
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return [column.cast(pa.string())]
    raise TypeError(f"{kind} has no place in a published row")


def _escaped(column: pa.Array[Any]) -> pa.Array[Any]:
    for sign in _signs(column):
        column = pc.replace_substring(column, sign, encode_basestring(sign)[1:-1])
    return column


def _signs(column: pa.Array[Any]) -> list[str]:
    """What JSON escapes and these texts hold, the backslash first, since what the others become has one.

    Looked for a little at a time, so that no text is fetched from memory twice: most hold none of these.
    """
    _, offsets, content = column.buffers()
    if content is None or not len(column):
        return []
    begin, end = np.frombuffer(offsets, np.int32)[[column.offset, column.offset + len(column)]].tolist()
    said = np.frombuffer(content, np.uint8)[begin:end]
    found: set[int] = set()
    for start in range(0, len(said), _LOOKED_AT):
        some = said[start : start + _LOOKED_AT]
        if some.min() < ord(" "):
            found.update(some[some < ord(" ")].tobytes())
        held = some.tobytes()
        found.update(sign for sign in b'"\\' if sign in held)
    return sorted(map(chr, found), key=lambda sign: (sign != "\\", sign))


def _elements(column: pa.Array[Any]) -> list[Any]:
    """What stands between the brackets of lists, the elements of all told at once; a null list has none of them."""
    lengths = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False)
    parts = _value(column.flatten())
    if (lengths == 1).all():
        return parts
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return [pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), _joined(parts)), ",")]


def _floats(column: pa.Array[Any]) -> pa.Array[Any]:
    if pc.all(pc.is_finite(column)).as_py() is False:
        raise ValueError("a published row holds a number that is not finite")
    coded = column.cast(pa.float64()).dictionary_encode()
    return pa.array([*map(repr, coded.dictionary.to_pylist())], pa.string()).take(coded.indices)
