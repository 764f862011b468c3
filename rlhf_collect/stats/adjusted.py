"""Strengths at equal place on the screen and equal length, and what place and length do by themselves.

The bare share "the longer one wins" mixes up length and quality: a verbose weak model turns its sign
(style control, https://lmsys.org/blog/2024-08-28-style-control/). So both are covariates of the fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlhf_collect.stats.bradley_terry import clustered_covariance, fit
from rlhf_collect.stats.figures import Figure, Notes, bounds_of
from rlhf_collect.stats.histogram import Numbers
from rlhf_collect.stats.intervals import normal_quantile
from rlhf_collect.stats.leaderboard_tables import LeaderboardTables
from rlhf_collect.stats.outcomes import Outcomes, Whole, components, win_counts

PLACE, LENGTH = 0, 1
NO_ROWS = "Needs comparisons of two completions of different models, judged both ways."
SAME_PLACE = "The place on the screen did not vary between judgements, or is not recorded with them."
SAME_LENGTH = "The completions of every comparison are equally long."
NOT_APART = "Place, length and models always go together here, so their effects cannot be told apart."


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What place and length do."""

    strength: Numbers
    """Strengths at equal place and length, shape (models,); ``nan`` where there are none."""
    position: Figure | None
    """Log odds that the completion shown first has over an equally strong one, with the share it wins."""
    length: Figure | None
    """Log odds for each unit of (length difference) / (sum of lengths)."""


def adjusted_figures(tables: LeaderboardTables, notes: Notes) -> Effects:
    """Fit comparisons of two completions with place and length as covariates, in the largest component.

    Formula: logit P(first wins) = theta_first - theta_second + gamma * place + delta * length, place being
    1 where the first was shown first and -1 where second, length (l_first - l_second) / (l_first + l_second)
    in characters; intervals clustered by comparison. Meaning: gamma 0 is no effect of the place; delta > 0
    says longer responses win more often once the models are taken into account.
    """
    models = len(tables.names)
    component = components(win_counts(tables.rows, models))
    sizes = np.bincount(component, minlength=1)
    largest = int(sizes.argmax())
    if sizes[largest] < 2:
        return _nothing(models, notes, NO_ROWS, NO_ROWS)
    inside = (component[tables.rows.first] == largest) & (component[tables.rows.second] == largest)
    again = np.cumsum(component == largest) - 1
    outcomes, covariates = tables.rows.where(inside).renamed(again), tables.covariates[inside]
    varying = [place for place in (PLACE, LENGTH) if np.ptp(covariates[:, place]) > 0]
    reasons = [
        None if place in varying else why for place, why in ((PLACE, SAME_PLACE), (LENGTH, SAME_LENGTH))
    ]
    if not varying:
        return _nothing(models, notes, SAME_PLACE, SAME_LENGTH)
    try:
        fitted = fit(outcomes, int(sizes[largest]), covariates[:, varying])
    except ValueError:
        return _nothing(models, notes, NOT_APART, NOT_APART)
    variance = np.diag(clustered_covariance(fitted, outcomes, covariates[:, varying]))[-len(varying) :]
    figures = _figures(varying, fitted.effects, variance, outcomes, covariates)
    for name, place in (("position_effect", PLACE), ("length_effect", LENGTH)):
        reason = reasons[place]
        if reason:
            notes.null(name, reason)
    strength = np.full(models, np.nan)
    strength[component == largest] = fitted.strength
    return Effects(strength=strength, position=figures.get(PLACE), length=figures.get(LENGTH))


def _figures(
    varying: list[int], effects: Numbers, variance: Numbers, outcomes: Outcomes, covariates: Numbers
) -> dict[int, Figure]:
    judgements = outcomes.n * outcomes.times
    found = {}
    for number, place in enumerate(varying):
        value, half = float(effects[number]), normal_quantile() * float(np.sqrt(variance[number]))
        n = int(judgements[covariates[:, place] != 0].sum())
        found[place] = {"value": round(value, 6), **bounds_of((value - half, value + half)), "n": n}
        if place == PLACE:
            found[place]["share"] = round(float(1 / (1 + np.exp(-value))), 6)
    return found


def _nothing(models: int, notes: Notes, no_place: str, no_length: str) -> Effects:
    notes.null("position_effect", no_place)
    notes.null("length_effect", no_length)
    return Effects(strength=np.full(models, np.nan), position=None, length=None)


def longer_wins(
    first_length: Whole, second_length: Whole, winner: Whole, *, least: int = 30
) -> tuple[int, int]:
    """How many comparisons the longer completion won, and of how many.

    Formula: comparisons with a winner (0 the first, 1 the second, anything else none) whose lengths differ
    by more than ``least`` characters. Meaning: the bare figure others publish; it says nothing of length
    alone (``length_effect``). Example: lengths 100 and 10, winner 0: 1 of 1.
    """
    asked = (np.abs(first_length - second_length) > least) & ((winner == 0) | (winner == 1))
    longer = np.where(first_length > second_length, 0, 1)
    return int((asked & (winner == longer)).sum()), int(asked.sum())
