"""Which split a prompt belongs to. Splits go by prompt, so that no prompt is ever on both sides."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from rlhf_collect.exporters.near_prompts import BLOCK, near_groups
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.exporters.version_names import version_order

SPLITS = ("train", "test")
"""In the order of the card."""
_NEVER = ((2**63,), "")
"""Stands in for the version of a prompt that no version held yet: it comes after all of them."""
_SCHEMA = pa.schema(
    [("prompt_no", pa.int64()), ("split", pa.string()), ("own_split", pa.string()), ("has_near", pa.bool_())]
)


def prompt_key(prompt: Sequence[Mapping[str, str]], *, salt: str = "") -> str:
    """SHA-256 (hex) of the salt and the JSON array ``[[role, content], ...]`` of the prompt.

    Each content counts in Unicode NFC, with LF line ends, without white space at its ends, so that
    the same text written in another way stays on the same side.
    """
    turns = [[turn["role"], _plain(turn["content"])] for turn in prompt]
    text = json.dumps(turns, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((salt + text).encode()).hexdigest()


def split_of(key: str, *, test_share: float) -> str:
    """``test`` if the first 8 hex digits over 2^32 fall below the share, else ``train``."""
    return "test" if int(key[:8], 16) / 2**32 < test_share else "train"


def prompt_sides(con: duckdb.DuckDBPyConnection, rules: Rules) -> pa.Table:
    """``prompt_no, split, own_split, has_near`` for each row of the table ``prompt``.

    A prompt that an earlier version held (the table ``held``) stays where it was. Any other goes with the prompts
    that are nearly the same: to the side of the one that was published first, or, where none was, of the
    one whose key ends lowest (its beginning is what draws sides: choosing by that would fill one of them).
    ``own_split`` is what its key alone says.
    """
    keys: list[str] = []
    said: list[pa.Array[Any]] = [pa.array([], pa.string())]
    for batch in con.table("prompt").order("prompt_no").select("prompt").to_arrow_reader(BLOCK):
        turns = [json.loads(text) for text in batch.column(0).to_pylist()]
        keys += [prompt_key(each, salt=rules.split_salt) for each in turns]
        if rules.near_prompts == "together":
            said.append(pa.array(map(_said, turns), pa.string()))
    own = [split_of(key, test_share=rules.test_share) for key in keys]
    groups = list(range(len(keys)))
    if rules.near_prompts == "together":
        groups = near_groups(pa.chunked_array(said)).tolist()
    held = _held(con, own)
    sides = _sides(keys, own, held, groups)
    sizes = Counter(groups)
    return pa.table(
        {
            "prompt_no": range(len(keys)),
            "split": sides,
            "own_split": own,
            "has_near": [sizes[group] > 1 for group in groups],
        },
        schema=_SCHEMA,
    )


def _sides(
    keys: list[str], own: list[str], held: dict[int, tuple[tuple[int, ...], str]], groups: list[int]
) -> list[str]:
    anchor: dict[int, int] = {}
    for place, group in enumerate(groups):
        rank = (held.get(place, _NEVER)[0], keys[place][8:])
        now = anchor.get(group)
        if now is None or rank < (held.get(now, _NEVER)[0], keys[now][8:]):
            anchor[group] = place
    sides = [held[place][1] if place in held else own[place] for place in range(len(keys))]
    return [sides[place] if place in held else sides[anchor[group]] for place, group in enumerate(groups)]


def _held(con: duckdb.DuckDBPyConnection, own: list[str]) -> dict[int, tuple[tuple[int, ...], str]]:
    """Prompts of published comparisons, each with the version that first held it and the side it is on."""
    held: dict[int, tuple[tuple[int, ...], str]] = {}
    for place, version, split in con.table("held").fetchall():
        found = (version_order(version), split or own[place])
        held[place] = min(held.get(place, found), found)
    return held


def _said(turns: Sequence[Mapping[str, str]]) -> str:
    """What nearness is about: instructions that many prompts share make no two of them alike."""
    return "\n".join(turn["content"] or "" for turn in turns if turn["role"] != "system")


def _plain(content: str) -> str:
    return unicodedata.normalize("NFC", content).replace("\r\n", "\n").strip()
