"""The posterior of Dawid and Skene: what each item most likely is, with every rater's own habits of error.

A. P. Dawid and A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM
algorithm", Applied Statistics 28 (1979). The answer depends on where the search starts, on the
pseudo-count and on when it ends: all of that is stated with the result. Shares of the votes are
better calibrated (an error of .05 to .08 against .06 to .23 at three judgements an item), which is why
this is an option and never the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PSEUDO_COUNT = 1.0
TOLERANCE = 1e-8
ROUNDS = 500
SETTINGS: dict[str, Any] = {
    "start": "shares of the votes",
    "pseudo_count": PSEUDO_COUNT,
    "tolerance": TOLERANCE,
    "rounds": ROUNDS,
}
"""What the result depends on, for those who publish it."""

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """What came of the search."""

    chances: Floats
    """One row per item, one column per category; rows add up to 1."""
    rounds: int
    """Rounds it took."""
    log_likelihood: float
    """Of the votes under the last estimate."""


def posterior(
    item: Numbers,
    rater: Numbers,
    label: Numbers,
    *,
    categories: int,
    pseudo_count: float = PSEUDO_COUNT,
    tolerance: float = TOLERANCE,
    most_rounds: int = ROUNDS,
) -> Posterior:
    """Expectation-maximisation over votes: ``label`` by ``rater`` on ``item``, each numbered from 0.

    E: T_ik is proportional to p_k times the product of pi_r[k, l] over the votes of item i. M: p is the
    mean of T; pi_r[k, l] is proportional to the sum of T_ik over r's votes l, plus ``pseudo_count``. It
    starts at the shares of the votes and ends when the log-likelihood changes by less than ``tolerance``
    of itself, or after ``most_rounds``. ``SETTINGS`` are those of everything published. Votes are taken in
    the order given: sort them to get the same bits.
    """
    items, raters = int(item.max()) + 1, int(rater.max()) + 1
    chances = np.zeros((items, categories))
    np.add.at(chances, (item, label), 1.0)
    chances /= chances.sum(axis=1, keepdims=True)
    before, rounds = -np.inf, 0
    for rounds in range(1, most_rounds + 1):  # noqa: B007 - how many it took is part of the answer
        habits = habits_of(chances, item, rater, label, raters=raters, pseudo_count=pseudo_count)
        chances, likelihood = _improved(chances, habits, item, rater, label)
        if abs(likelihood - before) <= tolerance * abs(likelihood):
            break
        before = likelihood
    return Posterior(chances=chances, rounds=rounds, log_likelihood=likelihood)


def habits_of(
    chances: Floats, item: Numbers, rater: Numbers, label: Numbers, *, raters: int, pseudo_count: float
) -> Floats:
    """How often each rater says l where k is true: the M step, shape (raters, categories k, categories l).

    Formula: pi_r[k, l] proportional to the sum of T_ik over r's votes l, plus ``pseudo_count``; a rater who
    met no item of k has all l alike. Example: two items surely of category 0, said 0 and 1: 1/2 and 1/2.
    """
    categories = chances.shape[1]
    cell = rater * categories + label
    held = np.zeros((raters, categories, categories))
    for category in range(categories):
        counts = np.bincount(cell, weights=chances[item, category], minlength=raters * categories)
        held[:, category, :] = counts.reshape(raters, categories) + pseudo_count
    whole = held.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(held, whole, out=np.full_like(held, 1 / categories), where=whole > 0))


def _improved(
    chances: Floats, habits: Floats, item: Numbers, rater: Numbers, label: Numbers
) -> tuple[Floats, float]:
    """One E step; the log-likelihood is that of the M step's estimate."""
    items, categories = chances.shape
    with np.errstate(divide="ignore"):
        scores = np.tile(np.log(chances.mean(axis=0)), (items, 1))
        logs = np.log(habits)
    for category in range(categories):
        scores[:, category] += np.bincount(item, weights=logs[rater, category, label], minlength=items)
    top = scores.max(axis=1, keepdims=True)
    weights = np.exp(scores - top)
    total = weights.sum(axis=1, keepdims=True)
    return weights / total, float((top + np.log(total)).sum())
