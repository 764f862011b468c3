"""Which split a prompt belongs to. Splits go by prompt, so that no prompt is ever on both sides."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring as _quoted
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rlhf_collect.exporters.near_prompts import BLOCK, Ints, near_groups
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.exporters.version_names import version_order

Sides = np.ndarray[Any, np.dtype[np.bool_]]
"""For each prompt whether it is for testing."""
SPLITS = TRAIN, TEST = "train", "test"
"""In the order of the card."""
_NEVER = 2**62
"""Stands in for the version of a prompt that no version held yet: it comes after all of them."""
_END = "S56"
"""A prompt's key without the digits that draw its side."""
_SCHEMA = pa.schema(
    [("prompt_no", pa.int64()), ("split", pa.string()), ("own_split", pa.string()), ("has_near", pa.bool_())]
)


def prompt_key(prompt: Sequence[Mapping[str, str]], *, salt: str = "") -> str:
    """SHA-256 (hex) of the salt and the JSON array ``[[role, content], ...]`` of the prompt.

    Each content counts in Unicode NFC, with LF line ends, without white space at its ends, so that
    the same text written in another way stays on the same side.
    """
    turns = [f"[{_quoted(turn['role'])},{_quoted(_plain(turn['content']))}]" for turn in prompt]
    return hashlib.sha256(f"{salt}[{','.join(turns)}]".encode()).hexdigest()


def split_of(key: str, *, test_share: float) -> str:
    """``test`` if the first 8 hex digits over 2^32 fall below the share, else ``train``."""
    return TEST if int(key[:8], 16) / 2**32 < test_share else TRAIN


def prompt_sides(con: duckdb.DuckDBPyConnection, rules: Rules) -> pa.Table:
    """``prompt_no, split, own_split, has_near`` for each row of the table ``prompt``.

    A prompt that an earlier version held (the table ``held``) stays where it was. Any other goes with the prompts
    that are nearly the same: to the side of the one that was published first, or, where none was, of the
    one whose key ends lowest (its beginning is what draws sides: choosing by that would fill one of them).
    ``own_split`` is what its key alone says.
    """
    drawn, ends = [np.empty(0, np.bool_)], [np.empty(0, _END)]
    said: list[pa.Array[Any]] = [pa.array([], pa.string())]
    for batch in con.table("prompt").order("prompt_no").select("prompt").to_arrow_reader(BLOCK):
        turns = [json.loads(text) for text in batch.column(0).to_pylist()]
        keys = [prompt_key(each, salt=rules.split_salt) for each in turns]
        drawn.append(np.array([split_of(key, test_share=rules.test_share) == TEST for key in keys], np.bool_))
        ends.append(np.array([key[8:] for key in keys], _END))
        if rules.near_prompts == "together":
            said.append(pa.array(map(_said, turns), pa.string()))
    own = np.concatenate(drawn)
    groups = np.arange(len(own))
    if rules.near_prompts == "together":
        groups = near_groups(pa.chunked_array(said))
    sides = _sides(np.concatenate(ends), own, _held(con, own), groups)
    return pa.table(
        {
            "prompt_no": np.arange(len(own)),
            "split": _named(sides),
            "own_split": _named(own),
            "has_near": np.bincount(groups, minlength=len(own))[groups] > 1,
        },
        schema=_SCHEMA,
    )


def _named(sides: Sides) -> pa.Array[Any]:
    return pc.if_else(pa.array(sides), TEST, TRAIN)


def _sides(ends: np.ndarray[Any, Any], own: Sides, held: tuple[Ints, Sides], groups: Ints) -> Sides:
    """Whether each prompt is for testing; ``held`` as ``_held`` gives it."""
    rank, kept = held
    known = np.where(rank == _NEVER, own, kept)
    order = np.lexsort((ends, rank, groups))
    first = _first_of_each(groups[order])
    leads = np.empty(len(groups), dtype=np.int64)
    leads[groups[order][first]] = order[first]
    return np.where(rank == _NEVER, known[leads[groups]], known)


def _held(con: duckdb.DuckDBPyConnection, own: Sides) -> tuple[Ints, Sides]:
    """For each prompt the rank of the version that first held it, ``_NEVER`` for none, and the side it is on."""
    found = con.table("held").to_arrow_table()
    place, coded = found["prompt_no"].to_numpy(), found["first_version"].combine_chunks().dictionary_encode()
    names = coded.dictionary.to_pylist()
    ordered = sorted(map(version_order, names))
    rank = np.array([ordered.index(version_order(name)) for name in names], np.int64)[
        np.asarray(coded.indices)
    ]
    split = found["split"]
    side = np.where(split.is_null(), own[place], pc.equal(split, TEST).fill_null(False))
    order = np.lexsort((~side, rank, place))
    order = order[_first_of_each(place[order])]
    ranks, sides = np.full(len(own), _NEVER, dtype=np.int64), own.copy()
    ranks[place[order]], sides[place[order]] = rank[order], side[order]
    return ranks, sides


def _first_of_each(ordered: Ints) -> Ints:
    """Where in an array of equal values side by side each value begins."""
    return np.flatnonzero(np.diff(ordered, prepend=-1))


def _said(turns: Sequence[Mapping[str, str]]) -> str:
    """What nearness is about: instructions that many prompts share make no two of them alike."""
    return "\n".join(turn["content"] or "" for turn in turns if turn["role"] != "system")


def _plain(content: str) -> str:
    return unicodedata.normalize("NFC", content).replace("\r\n", "\n").strip()
