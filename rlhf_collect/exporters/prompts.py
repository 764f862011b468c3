"""Which split a prompt belongs to. Splits go by prompt, so that no prompt is ever on both sides."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence

import pyarrow as pa

SPLITS = ("train", "test")
"""In the order of the card."""


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


def prompt_splits(prompts: pa.ChunkedArray, *, salt: str, test_share: float) -> pa.Table:
    """``prompt, split`` for each distinct prompt (JSON text)."""
    texts = prompts.unique().to_pylist()
    splits = [split_of(prompt_key(json.loads(text), salt=salt), test_share=test_share) for text in texts]
    return pa.table({"prompt": pa.array(texts, pa.string()), "split": pa.array(splits, pa.string())})


def _plain(content: str) -> str:
    return unicodedata.normalize("NFC", content).replace("\r\n", "\n").strip()
