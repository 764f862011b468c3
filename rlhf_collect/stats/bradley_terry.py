"""Strengths of models from pairwise outcomes: Bradley and Terry's model with clustered errors.

R. A. Bradley and M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39 (1952),
https://doi.org/10.2307/2334029; errors after K.-Y. Liang and S. L. Zeger, Biometrika 73 (1986),
https://doi.org/10.1093/biomet/73.1.13. Three judgements of one comparison are not three independent
trials: an error that took them for such would be too small by a fifth and more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.histogram import Numbers
from rlhf_collect.stats.outcomes import OWN, Outcomes, Whole

ROUNDS = 100
TOLERANCE = 1e-9
"""A step below which the search ends: Newton's next one would be its square, and sums over millions of rows
are no more exact than that."""
LEAST_KNOWN = 1e-6
"""Information on every strength and effect, in judgements, below which a search has run away."""
ELO_BASE = 1000.0
ELO_STEP = 400 / float(np.log(10))


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Strengths and effects that make the outcomes most likely."""

    strength: Numbers
    """Shape (models,), mean 0."""
    effects: Numbers
    """Coefficients of the covariates, shape (covariates,)."""
    chance: Numbers
    """Chance that the first of each row wins, shape (rows,)."""
    information: Numbers
    """Minus the second derivative, models first, then covariates."""
    rounds: int
    """Steps it took."""


def elo(strength: Numbers) -> Numbers:
    """Strength on the scale of Elo.

    Formula: 1000 + 400 / ln 10 * theta. Meaning: 400 points are odds of ten to one; only differences
    mean something. Example: 0.807363 gives 1140.25.
    """
    return np.asarray(ELO_BASE + ELO_STEP * strength)


def fit(outcomes: Outcomes, models: int, covariates: Numbers | None = None) -> Fit:
    """Bradley-Terry strengths, with effects of ``covariates`` (shape (rows, covariates)) if any.

    Formula: P(first wins) = 1 / (1 + exp(-(theta_first - theta_second + x beta))); a tie or both-bad is
    half a win each; mean theta = 0; Newton's method on the counts, steps halved where they would fall.
    Meaning: e^(difference) are the odds that the stronger one is preferred. All models must be of one
    component (``components``), or the search runs away. Error: ``ValueError`` when it does.
    Example: 3 wins to 1 between two models: 0.549 and -0.549.
    """
    known = np.zeros((len(outcomes.first), 0)) if covariates is None else covariates
    place = np.zeros(models + known.shape[1])
    before = _likelihood(outcomes, known, place, models)
    for rounds in range(1, ROUNDS + 1):  # noqa: B007 - how many it took is told
        chance = _chance(outcomes, known, place, models)
        off = outcomes.times * (outcomes.score - outcomes.n * chance)
        fixed = _gauged(_information(outcomes, known, chance, models), models)
        if np.linalg.eigvalsh(fixed)[0] < LEAST_KNOWN:
            raise ValueError("strengths run away: are all models of one component, and all effects apart?")
        step = np.linalg.solve(fixed, _pulled(outcomes, known, off, models))
        after = _likelihood(outcomes, known, place + step, models)
        while after < before - 1e-9 * abs(before) and np.abs(step).max() > TOLERANCE:
            step /= 2
            after = _likelihood(outcomes, known, place + step, models)
        place, before = place + step, after
        if np.abs(step).max() < TOLERANCE * max(1.0, float(np.abs(place).max())):
            break
    chance = _chance(outcomes, known, place, models)
    matrix = _information(outcomes, known, chance, models)
    strength = place[:models] - place[:models].mean()
    return Fit(strength=strength, effects=place[models:], chance=chance, information=matrix, rounds=rounds)


def clustered_covariance(found: Fit, outcomes: Outcomes, covariates: Numbers | None = None) -> Numbers:
    """Covariance of strengths and effects, clustered by ``cluster`` (sandwich, CR0, centred).

    Formula: H^-1 (sum_g u_g u_g') H^-1, u_g = sum over the rows of cluster g of z (score - n p), z having
    1 at the first model, -1 at the second, and the covariates. Without covariates a comparison's u
    depends on its models and counts only, so rows that stand for many comparisons give the same as one
    row each. Meaning: how much strengths would move with other comparisons (or, clustered by rater,
    other raters).
    """
    own = outcomes.cluster == OWN
    off = outcomes.score - outcomes.n * found.chance
    return _sandwich(found, outcomes, covariates, outcomes.times * off**2, own, outcomes.cluster, off)


def judgement_covariance(found: Fit, outcomes: Outcomes, covariates: Numbers | None = None) -> Numbers:
    """The same as if every judgement (a ranking as a whole) were independent of all others.

    Formula: as ``clustered_covariance`` with g = judgement. Meaning: what clustering is measured against;
    never an interval to show. Example: equal to it at one judgement a comparison.
    """
    chance = found.chance
    spread = outcomes.won * (1 - chance) ** 2 + outcomes.tied * (0.5 - chance) ** 2
    spread = outcomes.times * (spread + outcomes.lost * chance**2)
    off = outcomes.score - outcomes.n * chance
    own = outcomes.judgement == OWN
    return _sandwich(found, outcomes, covariates, spread, own, outcomes.judgement, off)


def effective_judgements(judgements: int, by_judgement: Numbers, by_cluster: Numbers) -> float:
    """How many independent judgements would give the same precision.

    Formula: N tr Cov_judgement / tr Cov_comparison. Meaning: judgements of one comparison tell each
    other's news. Example: twice the variance when clustered makes 12,000 judgements worth 6,000;
    ``nan`` without variance.
    """
    below = float(np.trace(by_cluster))
    return judgements * float(np.trace(by_judgement)) / below if below > 0 else float("nan")


def rank_ranges(low: Numbers, high: Numbers) -> tuple[Whole, Whole]:
    """Best and worst rank of each model.

    Formula: 1 + models whose interval lies wholly above; models - those whose interval lies wholly below.
    Meaning: shown in place of a bare rank, which would pretend to know. Example: intervals 0 to 1, 0.5 to
    2 and 3 to 4 give ranks 2 to 3, 2 to 3 and 1.
    """
    above = (low[None, :] > high[:, None]).sum(axis=1)
    below = (high[None, :] < low[:, None]).sum(axis=1)
    return (1 + above).astype(np.int64), (len(low) - below).astype(np.int64)


def _chance(outcomes: Outcomes, known: Numbers, place: Numbers, models: int) -> Numbers:
    from scipy.special import expit  # noqa: PLC0415 - loaded by who needs it

    return np.asarray(expit(place[outcomes.first] - place[outcomes.second] + known @ place[models:]))


def _likelihood(outcomes: Outcomes, known: Numbers, place: Numbers, models: int) -> float:
    lean = place[outcomes.first] - place[outcomes.second] + known @ place[models:]
    each = outcomes.n * np.logaddexp(0, -lean) + (outcomes.n - outcomes.score) * lean
    return -float(outcomes.times @ each)


def _information(outcomes: Outcomes, known: Numbers, chance: Numbers, models: int) -> Numbers:
    return _summed(outcomes, known, outcomes.times * outcomes.n * chance * (1 - chance), models)


def _pulled(outcomes: Outcomes, known: Numbers, weight: Numbers, models: int) -> Numbers:
    """Sum of weight * z over the rows."""
    each = np.bincount(outcomes.first, weight, models) - np.bincount(outcomes.second, weight, models)
    return np.concatenate([each, known.T @ weight])


def _summed(outcomes: Outcomes, known: Numbers, weight: Numbers, models: int) -> Numbers:
    """Sum of weight * z z' over the rows, shape (models + covariates,) twice."""
    pairs = np.bincount(outcomes.first * models + outcomes.second, weight, models * models)
    pairs = pairs.reshape(models, models)
    matrix = np.zeros((models + known.shape[1],) * 2)
    matrix[:models, :models] = np.diag(pairs.sum(axis=0) + pairs.sum(axis=1)) - pairs - pairs.T
    for number, column in enumerate(known.T):
        across = _pulled(outcomes, known, weight * column, models)
        matrix[models + number, :] = matrix[:, models + number] = across
    return matrix


def _gauged(matrix: Numbers, models: int) -> Numbers:
    """The information with the one direction fixed that outcomes say nothing about: all strengths together."""
    fixed, strengths = matrix.copy(), matrix[:models, :models]
    # As heavy as the rest: a light one would turn the rounding of large sums into steps along it.
    fixed[:models, :models] += max(float(np.trace(strengths)), 1.0) / models**2
    return fixed


def _sandwich(
    found: Fit,
    outcomes: Outcomes,
    covariates: Numbers | None,
    weight: Numbers,
    own: NDArray[np.bool_],
    key: Whole,
    off: Numbers,
) -> Numbers:
    """H^-1 B H^-1: ``weight`` is the spread of rows that stand for themselves, the others are summed by ``key``."""
    models = len(found.strength)
    known = np.zeros((len(outcomes.first), 0)) if covariates is None else covariates
    middle = _summed(outcomes, known, np.where(own, weight, 0.0), models)
    if not own.all():
        middle += _by_key(outcomes.where(~own), known[~own], (outcomes.times * off)[~own], key[~own], models)
    outer = np.linalg.inv(_gauged(found.information, models))
    return np.asarray(outer @ middle @ outer)


def _by_key(outcomes: Outcomes, known: Numbers, off: Numbers, key: Whole, models: int) -> Numbers:
    """Sum over keys of u u', u the sum of off * z over the rows of the key."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - only rows that share a cluster need it

    which = np.unique(key, return_inverse=True)[1]
    parts = [(outcomes.first, off), (outcomes.second, -off)]
    parts += [(np.full(len(off), models + number), off * column) for number, column in enumerate(known.T)]
    column = np.concatenate([place for place, _ in parts])
    values = np.concatenate([amount for _, amount in parts])
    shape = (int(which.max()) + 1, models + known.shape[1])
    scores = coo_array((values, (np.tile(which, len(parts)), column)), shape=shape).tocsr()
    return np.asarray((scores.T @ scores).toarray())
