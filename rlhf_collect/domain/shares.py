"""Which of the comparisons a rater gets are something else than ordinary work."""

from __future__ import annotations

from math import ceil

from rlhf_collect.ids import keyed_hash


def is_due(*, seed: str, rater: str, kind: str, share: float, number: int) -> bool:
    """Whether the ``number``-th thing a rater gets, counted from 0, is to be of this kind.

    One in every run of 1 / ``share`` is (rounded up, so the share is never passed), at a place in the run drawn from
    hash(project seed, kind, rater, run): even, and yet nobody can tell which one.
    """
    if share <= 0:
        return False
    length = ceil(round(1 / share, 9))
    run, place = divmod(number, length)
    return place == int.from_bytes(keyed_hash(seed.encode(), f"{kind}|{rater}|{run}")[:8]) % length
