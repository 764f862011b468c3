"""Content-defined chunks of about 64 KiB, as the Hub tells known bytes from new ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

LEAST, MOST = 8 * 1024, 128 * 1024
BITS = 16
WINDOW = 32
BLOCK = 1 << 24
_GEAR = np.random.Generator(np.random.PCG64(64)).integers(0, 2**32, 256, dtype=np.uint32)


def new_bytes(old: Path, new: Path) -> tuple[int, int]:
    """Bytes of the Parquet files in ``new`` whose chunks are nowhere in ``old``, and all their bytes."""
    known = {name for path in old.rglob("*.parquet") for name, _ in _chunks(path)}
    found = {name: size for path in new.rglob("*.parquet") for name, size in _chunks(path)}
    total = sum(path.stat().st_size for path in new.rglob("*.parquet"))
    return sum(size for name, size in found.items() if name not in known), total


def _chunks(path: Path) -> Iterator[tuple[bytes, int]]:
    content = path.read_bytes()
    start = 0
    for cut in [*_cuts(np.frombuffer(content, dtype=np.uint8)), len(content)]:
        while cut - start > MOST:
            yield hashlib.blake2b(content[start : start + MOST], digest_size=16).digest(), MOST
            start += MOST
        if cut - start >= LEAST or cut == len(content) > start:
            yield hashlib.blake2b(content[start:cut], digest_size=16).digest(), cut - start
            start = cut


def _cuts(content: np.ndarray) -> list[int]:
    """Where a rolling hash of the 32 bytes before ends in zeros (Gear: Xia and others 2014)."""
    found: list[int] = []
    for start in range(0, len(content), BLOCK):
        before = max(0, start - WINDOW)
        rolled = _GEAR[content[before : start + BLOCK]]
        for width in (1, 2, 4, 8, 16):  # sums over twice as many bytes each time
            rolled[width:] += rolled[:-width] << np.uint32(width)
        ends = np.flatnonzero(rolled >> np.uint32(32 - BITS) == 0) + before + 1
        found += ends[ends > start].tolist()
    return found
