"""Which split a prompt belongs to. Splits go by prompt, so that no prompt is ever on both sides."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from rlhf_collect.exporters.near_prompts import near_groups
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.exporters.version_names import version_order

SPLITS = ("train", "test")
"""In the order of the card."""
_NEVER = ((2**63,), "")
"""Stands in for the version of a prompt that no version held yet: it comes after all of them."""
_SCHEMA = pa.schema(
    [("prompt", pa.string()), ("split", pa.string()), ("own_split", pa.string()), ("has_near", pa.bool_())]
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


def prompt_splits(comparisons: pa.Table, rows: pa.Table, rules: Rules) -> pa.Table:
    """``prompt, split, own_split, has_near`` for each distinct prompt (JSON text).

    A prompt that an earlier version held (``rows``) stays where it was. Any other goes with the prompts
    that are nearly the same: to the side of the one that was published first, or, where none was, of the
    one whose key ends lowest (its beginning is what draws sides: choosing by that would fill one of them).
    ``own_split`` is what its key alone says.
    """
    coded = comparisons.column("prompt").combine_chunks().dictionary_encode()
    turns = [json.loads(text) for text in coded.dictionary.to_pylist()]
    keys = [prompt_key(each, salt=rules.split_salt) for each in turns]
    own = [split_of(key, test_share=rules.test_share) for key in keys]
    held = _held(comparisons.column("comparison_id").to_pylist(), coded.indices.to_pylist(), rows, own)
    groups = list(range(len(keys)))
    if rules.near_prompts == "together":
        groups = near_groups(pa.chunked_array([pa.array(map(_said, turns), pa.string())])).tolist()
    anchor: dict[int, int] = {}
    for place, group in enumerate(groups):
        rank = (held.get(place, _NEVER)[0], keys[place][8:])
        now = anchor.get(group)
        if now is None or rank < (held.get(now, _NEVER)[0], keys[now][8:]):
            anchor[group] = place
    sides = [held[place][1] if place in held else own[place] for place in range(len(keys))]
    sizes = Counter(groups)
    return pa.table(
        {
            "prompt": coded.dictionary,
            "split": [
                sides[place] if place in held else sides[anchor[group]] for place, group in enumerate(groups)
            ],
            "own_split": own,
            "has_near": [sizes[group] > 1 for group in groups],
        },
        schema=_SCHEMA,
    )


def _held(
    names: list[str], prompts: list[int], rows: pa.Table, own: list[str]
) -> dict[int, tuple[tuple[int, ...], str]]:
    """Prompts of published comparisons, each with the version that first held it and the side it is on."""
    published = rows.filter(pc.equal(rows.column("config"), "comparisons"))
    place_of = dict(zip(names, prompts, strict=True))
    held: dict[int, tuple[tuple[int, ...], str]] = {}
    for name, version, split in zip(
        *(published.column(each).to_pylist() for each in ("row_id", "first_version", "split")), strict=True
    ):
        place = place_of.get(name)
        if place is None:
            continue  # its comparison is gone
        found = (version_order(version), split or own[place])
        held[place] = min(held.get(place, found), found)
    return held


def _said(turns: Sequence[Mapping[str, str]]) -> str:
    """What nearness is about: instructions that many prompts share make no two of them alike."""
    return "\n".join(turn["content"] or "" for turn in turns if turn["role"] != "system")


def _plain(content: str) -> str:
    return unicodedata.normalize("NFC", content).replace("\r\n", "\n").strip()
