"""Outcomes between models two by two: one row may stand for thousands of comparisons alike."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.histogram import Numbers

Whole = NDArray[np.int64]
OWN = -1
"""In ``cluster`` and ``judgement``: nothing else belongs to it."""


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """Outcomes between two models each; one row may stand for many comparisons alike. Shape (rows,)."""

    first: Whole
    """Number of the first model, from 0."""
    second: Whole
    """Number of the second model."""
    won: Whole
    """Judgements for the first."""
    tied: Whole
    """Judgements for neither: ties and both-bad, half a win to each."""
    lost: Whole
    """Judgements for the second."""
    times: Whole
    """How many comparisons look like this."""
    cluster: Whole
    """What the errors are clustered by; ``OWN`` where each of the ``times`` stands for itself."""
    judgement: Whole
    """Rows of one ranking share a number; ``OWN`` where every judgement of the row is its own."""

    @property
    def n(self) -> Whole:
        """Judgements of each comparison of the row."""
        return self.won + self.tied + self.lost

    @property
    def score(self) -> Numbers:
        """Wins of the first, a tie being half a win."""
        return np.asarray(self.won + self.tied / 2, dtype=np.float64)

    def where(self, kept: NDArray[np.bool_]) -> Outcomes:
        """Only some rows."""
        return Outcomes(**{each.name: getattr(self, each.name)[kept] for each in fields(self)})

    def renamed(self, number: Whole) -> Outcomes:
        """Models under other numbers: ``number[old]`` is the new one."""
        columns = {each.name: getattr(self, each.name) for each in fields(self)}
        return Outcomes(**columns | {"first": number[self.first], "second": number[self.second]})

    def plus(self, other: Outcomes) -> Outcomes:
        """Both together."""
        return Outcomes(
            **{
                each.name: np.concatenate([getattr(self, each.name), getattr(other, each.name)])
                for each in fields(self)
            }
        )


def win_counts(outcomes: Outcomes, models: int) -> Numbers:
    """Wins of each model (row) over each other (column), ties being half a win; shape (models, models).

    Formula: W_ij = judgements for i against j + half of those for neither. Meaning: all that strengths
    without covariates depend on; W / (W + W.T) is the table of win rates. Example: 30 won, 10 lost and
    5 tied give 32.5 and 12.5.
    """
    wins = np.zeros(models * models)
    weight = outcomes.times * outcomes.score
    wins += np.bincount(outcomes.first * models + outcomes.second, weight, models * models)
    weight = outcomes.times * (outcomes.n - outcomes.score)
    wins += np.bincount(outcomes.second * models + outcomes.first, weight, models * models)
    return wins.reshape(models, models)


def win_rates(wins: Numbers) -> Numbers:
    """Share of judgements that each model (row) won against each other (column); ``nan`` without any.

    Formula: W_ij / (W_ij + W_ji), a tie being half a win. Meaning: what was seen, before any model of it;
    two models that never met have no rate. Example: 32.5 against 12.5 gives 0.722.
    """
    together = wins + wins.T
    return np.asarray(np.divide(wins, together, out=np.full(wins.shape, np.nan), where=together > 0))


def components(wins: Numbers) -> Whole:
    """Which models can be put on one scale: the number of the component of each, shape (models,).

    Two models are together when each reaches the other along "beat or tied" (strongly connected).
    Meaning: between components the most likely difference is infinite, so none is given. Numbers go by
    the first model of each. Example: a beat b, b beat a, both beat c: [0, 0, 1].
    """
    if not len(wins):
        return np.zeros(0, dtype=np.int64)
    reach = (wins > 0) | np.eye(len(wins), dtype=bool)
    for _ in range(max(len(wins) - 1, 1).bit_length()):
        reach = reach.astype(np.float32) @ reach.astype(np.float32) > 0
    first = (reach & reach.T).argmax(axis=1)
    return np.unique(first, return_inverse=True)[1].astype(np.int64)
