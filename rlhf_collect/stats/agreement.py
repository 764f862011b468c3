"""How often raters give the same answer, with the chance level and the chance-corrected relatives.

``counts`` and ``times`` are those of :mod:`rlhf_collect.stats.histogram`; results have the leading
axes of ``times``, and ``nan`` where a figure is not defined.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rlhf_collect.stats.histogram import Counts, Numbers, Times


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    """Quotient, ``nan`` where nothing stands below."""
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    return np.asarray(np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below != 0))


def agreeing_pairs(counts: Counts, times: Times) -> Numbers:
    """Unordered rater pairs who gave the same answer: sum of n_ic (n_ic - 1) / 2."""
    return np.asarray(times @ (counts * (counts - 1) // 2).sum(axis=1), dtype=np.float64)


def rater_pairs(counts: Counts, times: Times) -> Numbers:
    """Unordered rater pairs on the same comparison: sum of n_i (n_i - 1) / 2."""
    total = counts.sum(axis=1)
    return np.asarray(times @ (total * (total - 1) // 2), dtype=np.float64)


def pairwise_agreement(counts: Counts, times: Times) -> Numbers:
    """Share of agreeing rater pairs among all rater pairs of the same comparison (pooled).

    Formula: sum_i sum_c n_ic (n_ic - 1) / sum_i n_i (n_i - 1).
    Meaning: the chance that two different raters give the same answer. Over the decided categories
    only, it is MT-bench's second set-up (arXiv 2306.05685, table 5).
    Example: one comparison with answers A A B has 1 agreeing pair of 3: 0.333.
    """
    return _ratio(agreeing_pairs(counts, times), rater_pairs(counts, times))


def pairwise_per_comparison(counts: Counts, times: Times) -> Numbers:
    """Mean over comparisons judged at least twice of their own share of agreeing pairs.

    Formula: mean of sum_c n_ic (n_ic - 1) / (n_i (n_i - 1)); the P-bar of Fleiss 1971
    (https://doi.org/10.1037/h0031619).
    Meaning: as pooled, every comparison weighing the same; equal to it at constant overlap.
    Example: A A B and A A give (1/3 + 1) / 2 = 0.667, pooled 2/4.
    """
    total = counts.sum(axis=1)
    twice = total >= 2
    pairs = total[twice] * (total[twice] - 1)
    own = (counts[twice] * (counts[twice] - 1)).sum(axis=1) / pairs
    weight = times[..., twice]
    return _ratio(weight @ own, weight.sum(axis=-1))


def chance_level(shares: Sequence[float], *, completions: int) -> float:
    """Pairwise agreement of raters who guess with the same habits and no favourite side.

    Formula: sum of p_c^2 over tie, both-bad and ``completions`` equally likely completions, with
    ``shares`` = shares of the answers that are no completion (ties, both-bad).
    Meaning: what ``percent_agreement`` is to be read against.
    Example: a fifth ties and two completions: 0.2^2 + 0.8^2 / 2 = 0.36; no ties: 0.5.
    """
    return float(sum(share**2 for share in shares) + (1 - sum(shares)) ** 2 / completions)


def _category_shares(counts: Counts, times: Times) -> Numbers:
    """p_c = mean over comparisons (those judged once too) of n_ic / n_i; shape (..., categories)."""
    own = counts / counts.sum(axis=1, keepdims=True)
    comparisons = np.asarray(times.sum(axis=-1))[..., None]
    return _ratio(times @ own, np.broadcast_to(comparisons, (*times.shape[:-1], own.shape[1])))


def gwet_ac1(counts: Counts, times: Times) -> Numbers:
    """Gwet's AC1.

    Formula: (P - p_e) / (1 - p_e), P = ``pairwise_per_comparison``,
    p_e = sum_c p_c (1 - p_c) / (V - 1), p_c = mean of n_ic / n_i over all comparisons, those judged
    once included, V = categories that occur in ``counts``.
    Source: Gwet 2008, https://doi.org/10.1348/000711006X126600.
    Meaning: agreement beyond chance that stays steady when one category is very frequent.
    ``nan`` when one category only occurs. Example: A A and B B: P = 1, AC1 = 1.
    """
    occurring = counts.any(axis=0)
    if occurring.sum() < 2:
        return np.full(np.shape(times)[:-1], np.nan)
    share = _category_shares(counts[:, occurring], times)
    chance = (share * (1 - share)).sum(axis=-1) / (int(occurring.sum()) - 1)
    return _ratio(pairwise_per_comparison(counts, times) - chance, 1 - chance)


def fleiss_kappa(counts: Counts, times: Times) -> Numbers:
    """Fleiss' kappa, generalised to differing numbers of judgements.

    Formula: (P - sum p_c^2) / (1 - sum p_c^2) with P and p_c as in ``gwet_ac1``.
    Source: Fleiss 1971, https://doi.org/10.1037/h0031619.
    Meaning: alpha without its small-sample correction; with n judgements a comparison,
    alpha is close to kappa + (1 - kappa) / judgements. Example: A A and B B: 1.
    """
    share = _category_shares(counts, times)
    chance = (share**2).sum(axis=-1)
    return _ratio(pairwise_per_comparison(counts, times) - chance, 1 - chance)


def cohen_kappa(table: Counts, *, quadratic: bool = False) -> float:
    """Cohen's kappa of two raters from their cross table.

    Formula: 1 - sum w o / sum w e; w = 1 off the diagonal, or (j - k)^2 when ``quadratic``; o the
    table, e the product of its margins. ``table`` has shape (categories, categories): comparisons
    that the first rater put in j and the second in k.
    Meaning: agreement of two raters beyond what their own habits give. Needs 30 common comparisons.
    ``nan`` when both always said the same one thing. Example: ``[[5, 0], [0, 5]]`` gives 1.
    """
    place = np.arange(len(table))
    gap = (place[:, None] - place[None, :]).astype(np.float64)
    weight = gap**2 if quadratic else (gap != 0).astype(np.float64)
    expected = table.sum(axis=1)[:, None] * table.sum(axis=0)[None, :] / max(int(table.sum()), 1)
    below = float((weight * expected).sum())
    return 1 - float((weight * table).sum()) / below if below else float("nan")
