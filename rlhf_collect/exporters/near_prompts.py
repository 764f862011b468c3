"""Prompts that are nearly the same: so that one does not train a model the other then tests.

Two prompts are near each other if they are the same words in the same order (case, punctuation,
spacing and form of the letters aside), or if at least ``NEAR`` of their runs of three words are shared
(Jaccard similarity). Candidates come from min-hashing in bands (Broder 1997; Leskovec, Rajaraman and
Ullman, "Mining of Massive Datasets", 3.4) and each is then compared run by run, so that no pair is
joined for less; one just at the limit is missed about three times in a thousand. Nearness is passed
on: a prompt near a near prompt is in the group.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

NEAR = 0.8
"""Share of common runs of words from which on two prompts are near."""
FEWEST = 8
"""Texts of fewer words are near only if their words are the same."""
RUN = 3
BANDS, ROWS = 8, 3
"""A pair at the limit shares a band of min-hashes with chance 1 - (1 - 0.8^3)^8 = 0.997."""
BLOCK = 8_192
"""Texts worked on at a time: memory grows with these, not with the whole."""
_FACTORS, _MASKS = (
    np.random.Generator(np.random.PCG64(seed)).integers(1, 2**63, size=(BANDS, ROWS), dtype=np.uint64)
    for seed in (1, 2)
)
_FACTORS |= np.uint64(1)


def near_groups(texts: pa.ChunkedArray[Any], *, block: int = BLOCK) -> Ints:
    """For each text the position of the first text of its group, (n,) int64; no text is null.

    ``block`` texts are worked on at a time.
    """
    count = len(texts)
    if count == 0:
        return np.empty(0, dtype=np.int64)
    same = np.empty(count, dtype=np.uint64)
    bands = np.zeros((BANDS, count), dtype=np.uint64)
    for start, some in _blocks(texts, block):
        words, starts = _words(some)
        same[start : start + len(some)] = _whole(words, starts)
        bands[:, start : start + len(some)] = _bands(*_runs(words, starts), np.diff(starts) >= FEWEST)
    return _first_of_group(
        count, np.concatenate([_with_first(same, np.arange(count)), _near(texts, bands, block)])
    )


def _first_of_group(count: int, pairs: Ints) -> Ints:
    """The lowest place each place is linked to by pairs, directly or not: links are followed until none is new."""
    first: Ints = np.arange(count)
    while True:
        lower = np.minimum(first[pairs[:, 0]], first[pairs[:, 1]])
        found = first.copy()
        for side in (0, 1):
            np.minimum.at(found, first[pairs[:, side]], lower)
            np.minimum.at(found, pairs[:, side], lower)
        found = found[found]
        if np.array_equal(found, first):
            return first
        first = found


def _blocks(texts: pa.ChunkedArray[Any], block: int) -> Iterator[tuple[int, pa.Array[Any]]]:
    for start in range(0, len(texts), block):
        yield start, pa.concat_arrays(texts.slice(start, block).chunks)


def _words(texts: pa.Array[Any]) -> tuple[Hashes, Ints]:
    """All words as numbers, one text after the other, and where each text begins (n + 1 positions)."""
    plain = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKC"))
    # Letters and digits of any script; what is written without spaces has long words, which do as well.
    spaced = pc.replace_substring_regex(plain, pattern=r"[^\p{L}\p{M}\p{N}]+", replacement=" ")
    split = pc.split_pattern(pc.utf8_trim_whitespace(spaced), " ")
    starts = np.asarray(split.offsets, dtype=np.int64)
    coded = split.flatten().dictionary_encode()
    numbers = [
        int.from_bytes(blake2b(word.encode(), digest_size=8).digest())
        for word in coded.dictionary.to_pylist()
    ]
    return np.array(numbers, dtype=np.uint64)[np.asarray(coded.indices, dtype=np.int64)], starts - starts[0]


def _mixed(values: Hashes) -> Hashes:
    """Numbers spread over 64 bits (the finaliser of SplitMix64: Steele, Lea and Flood 2014)."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _whole(words: Hashes, starts: Ints) -> Hashes:
    """One number for the words of each text in their order; every text has a word, if only the empty one."""
    place = np.arange(len(words)) - np.repeat(starts[:-1], np.diff(starts))
    return np.add.reduceat(_mixed(words + _mixed(place.astype(np.uint64))), starts[:-1])


def _runs(words: Hashes, starts: Ints) -> tuple[Hashes, Ints]:
    """Runs of three words as numbers, and where those of each text begin; none in a text of fewer words."""
    lengths = np.diff(starts)
    counts = np.maximum(lengths - (RUN - 1), 0)
    ends = np.repeat(starts[:-1] + counts, lengths)
    inside = np.flatnonzero(np.arange(len(words)) < ends)
    runs = _mixed(words[inside] ^ _mixed(words[inside + 1] ^ _mixed(words[inside + 2])))
    return runs, np.concatenate([[0], np.cumsum(counts)])


def _bands(runs: Hashes, starts: Ints, long: npt.NDArray[np.bool_]) -> Hashes:
    """For each band and text one number of the text's min-hashes, 0 for a text that is not long, (BANDS, n)."""
    found = np.zeros((BANDS, len(long)), dtype=np.uint64)
    if not long.any():
        return found
    # The runs of short texts go to the text before them in ``reduceat``, so they are left out first.
    counts = np.diff(starts)
    own = runs[np.repeat(long, counts)]
    begins = np.concatenate([[0], np.cumsum(counts[long])[:-1]])
    for band in range(BANDS):
        for factor, mask in zip(_FACTORS[band], _MASKS[band], strict=True):
            found[band, long] = _mixed(found[band, long] ^ np.minimum.reduceat((own * factor) ^ mask, begins))
    return found


def _with_first(keys: Hashes, places: Ints) -> Ints:
    """Places of equal keys, each with the first of its kind, (m, 2)."""
    _, first, kind = np.unique(keys, return_index=True, return_inverse=True)
    pairs: Ints = np.stack([places, places[first[kind]]], axis=1)
    differing: Ints = pairs[pairs[:, 0] != pairs[:, 1]]
    return differing


def _near(texts: pa.ChunkedArray[Any], bands: Hashes, block: int) -> Ints:
    """Pairs of texts that share enough runs, (m, 2), looked for among those that share a band."""
    shared = [_with_first(band[band > 0], np.flatnonzero(band > 0)) for band in bands]
    candidates = np.unique(np.concatenate(shared), axis=0)
    near = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, len(candidates), block):
        some = candidates[start : start + block]
        asked, where = np.unique(some, return_inverse=True)
        runs, starts = _runs(*_words(pa.concat_arrays(texts.take(pa.array(asked)).chunks)))
        shares = [_share(runs, starts, one, other) for one, other in where.reshape(-1, 2)]
        near.append(some[np.array(shares) >= NEAR])
    return np.concatenate(near)


def _share(runs: Hashes, starts: Ints, one: int, other: int) -> float:
    """Common runs of two texts over all their runs."""
    first, second = (np.unique(runs[starts[each] : starts[each + 1]]) for each in (one, other))
    common = len(np.intersect1d(first, second, assume_unique=True))
    return common / (len(first) + len(second) - common)
