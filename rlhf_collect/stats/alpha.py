"""Krippendorff's alpha from pattern counts, at four levels of measurement.

Source: Krippendorff 2011, https://repository.upenn.edu/asc_papers/43. No table of raters by
comparisons is ever built: coincidences are sums over the pattern histogram.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from rlhf_collect.stats.histogram import Counts, Numbers, Times

Level = Literal["nominal", "ordinal", "interval", "ratio"]


def pattern_coincidences(counts: Counts) -> Numbers:
    """Coincidences each pattern adds to the table, shape (patterns, categories, categories).

    Formula: n_c (n_k - [c = k]) / (n - 1); zero for a pattern of fewer than two judgements.
    Example: A A B gives o_AA = 2 * 1 / 2 = 1, o_AB = o_BA = 2 * 1 / 2 = 1, o_BB = 0.
    """
    counts = np.asarray(counts, dtype=np.float64)
    total = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :]
    place = np.arange(counts.shape[1])
    pairs[:, place, place] -= counts
    weight = np.divide(1.0, total - 1, out=np.zeros_like(total), where=total >= 2)
    return np.asarray(pairs * weight[:, None, None])


def coincidences(counts: Counts, times: Times) -> Numbers:
    """Sum the coincidence table o_ck, shape (..., categories, categories).

    Its sum is the number of judgements in comparisons judged at least twice.
    """
    patterns, categories = counts.shape
    flat = pattern_coincidences(counts).reshape(patterns, categories * categories)
    times = np.asarray(times, dtype=np.float64)
    return np.reshape(times @ flat, (*times.shape[:-1], categories, categories))


def distances(level: Level, margin: Numbers, values: Numbers) -> Numbers:
    """Squared distances between categories, shape (..., categories, categories).

    nominal ``[c != k]``; ordinal ``(n_c + ... + n_k - (n_c + n_k) / 2)^2`` with the counts of
    ``margin`` (shape (..., categories)); interval ``(c - k)^2``; ratio ``((c - k) / (c + k))^2`` on
    ``values`` (shape (categories,)). Error: ``ValueError`` for another level.
    """
    gap = values[:, None] - values[None, :]
    if level == "nominal":
        return np.asarray(gap != 0, dtype=np.float64)
    if level == "interval":
        return np.asarray(gap**2)
    if level == "ratio":
        both = values[:, None] + values[None, :]
        return np.asarray(np.divide(gap, both, out=np.zeros_like(gap), where=gap != 0) ** 2)
    if level == "ordinal":
        middle = np.cumsum(margin, axis=-1) - margin / 2
        return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)
    raise ValueError(f"{level} is no level of measurement")


def alpha_of_coincidences(
    table: Numbers, *, level: Level = "nominal", values: Numbers | None = None
) -> Numbers:
    """Alpha from coincidence tables of shape (..., categories, categories); ``nan`` when undefined.

    ``values``: the number each category stands for (interval, ratio); 0, 1, 2, ... when left out.
    """
    margin = table.sum(axis=-1)
    total = margin.sum(axis=-1)
    values = (
        np.arange(table.shape[-1], dtype=np.float64) if values is None else np.asarray(values, np.float64)
    )
    distance = distances(level, margin, values)
    expected = margin[..., :, None] * margin[..., None, :]
    # The diagonal's correction meets distance 0, so expected needs no [c = k] term.
    observed_sum = np.asarray((table * distance).sum(axis=(-2, -1)))
    expected_sum = np.asarray((expected * distance).sum(axis=(-2, -1)))
    return _one_minus(observed_sum * (total - 1), expected_sum)


def krippendorff_alpha(
    counts: Counts, times: Times, *, level: Level = "nominal", values: Numbers | None = None
) -> Numbers:
    """Krippendorff's alpha: agreement beyond chance, for any number of raters and gaps.

    Formula: 1 - D_o / D_e with o_ck = sum_i n_ic (n_ik - [c = k]) / (n_i - 1) over comparisons judged
    at least twice, n_c = sum_k o_ck, e_ck = n_c (n_k - [c = k]) / (n - 1), D = sum of o or e times the
    squared distance of ``level``.
    Meaning: 0 is no better than guessing with the same habits, 1 is perfect, below 0 worse than
    guessing. ``nan`` when every judgement is the same, or none is paired.
    Example: A A and B B give 1; A B and A B give -0.5.
    """
    twice = counts.sum(axis=1) >= 2
    occurring = counts[twice].any(axis=0)
    if not occurring.any():
        return np.full(np.shape(times)[:-1], np.nan)
    own = np.flatnonzero(occurring) if values is None else np.asarray(values)[occurring]
    numbers = own.astype(np.float64)
    counts, times = counts[twice][:, occurring], np.asarray(times, dtype=np.float64)[..., twice]
    if level == "ordinal":  # distances depend on the margins, so each replicate needs its whole table
        return alpha_of_coincidences(coincidences(counts, times), level=level, values=numbers)
    distance = distances(level, numbers, numbers)
    margin = times @ counts
    observed = times @ (pattern_coincidences(counts) * distance).sum(axis=(1, 2))
    expected = np.einsum("...c,...c->...", margin @ distance, margin)
    return _one_minus(observed * (margin.sum(axis=-1) - 1), expected)


def _one_minus(above: Numbers, below: Numbers) -> Numbers:
    """1 - above / below, ``nan`` where nothing stands below."""
    ratio = np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below > 0)
    return np.asarray(1 - ratio)
