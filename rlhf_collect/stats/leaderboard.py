"""The leaderboard of models: strengths with intervals, rank ranges and wins, as one JSON document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rlhf_collect.stats.adjusted import adjusted_figures
from rlhf_collect.stats.bradley_terry import (
    clustered_covariance,
    effective_judgements,
    elo,
    fit,
    judgement_covariance,
    rank_ranges,
)
from rlhf_collect.stats.figures import Notes, bound
from rlhf_collect.stats.histogram import Numbers
from rlhf_collect.stats.intervals import normal_quantile
from rlhf_collect.stats.leaderboard_tables import LeaderboardTables
from rlhf_collect.stats.leaderboard_words import leaderboard_sentence
from rlhf_collect.stats.outcomes import Outcomes, Whole, components, win_counts, win_rates
from rlhf_collect.stats.separation import ONE_MODEL, separation_of

FEW_RATERS = 30
"""Below this, errors by rater are worked out too and the larger ones shown."""
NO_OUTCOMES = "No two different models have been compared by anybody yet."
NOT_JUDGED = "Not judged against another model yet."
ONLY_WON = "It won every time, so nothing says how much stronger it is: its strength has no upper end."
ONLY_LOST = "It lost every time, so nothing says how much weaker it is: its strength has no lower end."
ONE_WAY = "It won every time against some and lost every time against others, so no scale holds it and another model."
PARTS = "Models of different components were never compared both ways: their strengths have no common scale."


@dataclass(frozen=True, kw_only=True)
class Board:
    """Figures of every model, shape (models,); ``nan`` and 0 where there is none."""

    strength: Numbers
    """Bradley-Terry, mean 0 within its component."""
    half: Numbers
    """Half of the interval."""
    best: Whole
    """Best rank within its component."""
    worst: Whole
    """Worst rank."""
    component: Whole
    """Number of the component."""
    effective: float
    """What the judgements are worth, in independent ones."""


def strengths_of(outcomes: Outcomes, by_rater: Outcomes, *, models: int, raters: int) -> Board:
    """Fit every component for itself.

    Intervals: theta -+ 1.96 SE, SE from the sandwich clustered by comparison; below ``FEW_RATERS`` also
    by rater, the larger of the two per model. A model alone in its component has no strength.
    """
    which = components(win_counts(outcomes, models))
    found = Board(
        strength=np.full(models, np.nan),
        half=np.full(models, np.nan),
        best=np.zeros(models, dtype=np.int64),
        worst=np.zeros(models, dtype=np.int64),
        component=which,
        effective=0.0,
    )
    effective = 0.0
    for number in range(int(which.max(initial=-1)) + 1):
        members = np.flatnonzero(which == number)
        if len(members) > 1:
            parts = [within(each, which, number) for each in (outcomes, by_rater)]
            effective += _fill(found, members, *parts, few=raters < FEW_RATERS)
    return Board(**{**vars(found), "effective": effective})


def within(outcomes: Outcomes, component: Whole, number: int) -> Outcomes:
    """Outcomes between models of one component, these numbered from 0."""
    inside = (component[outcomes.first] == number) & (component[outcomes.second] == number)
    again = np.cumsum(component == number) - 1
    return outcomes.where(inside).renamed(again)


def _fill(found: Board, members: Whole, outcomes: Outcomes, by_rater: Outcomes, *, few: bool) -> float:
    """The figures of one component into their places; what its judgements are worth."""
    fitted = fit(outcomes, len(members))
    covariance = clustered_covariance(fitted, outcomes)
    variance = np.diag(covariance)
    if few:
        variance = np.maximum(variance, _rater_variance(fitted.strength, by_rater))
    half = normal_quantile() * np.sqrt(variance)
    found.strength[members], found.half[members] = fitted.strength, half
    low, high = fitted.strength - half, fitted.strength + half
    found.best[members], found.worst[members] = rank_ranges(low, high)
    own = int((outcomes.n * outcomes.times)[outcomes.judgement < 0].sum())
    judgements = own + len(np.unique(outcomes.judgement[outcomes.judgement >= 0]))
    return effective_judgements(judgements, judgement_covariance(fitted, outcomes), covariance)


def _rater_variance(strength: Numbers, by_rater: Outcomes) -> Numbers:
    fitted = fit(by_rater, len(strength))
    return np.diag(clustered_covariance(fitted, by_rater))


def leaderboard_report(
    tables: LeaderboardTables, *, project: str, criterion: str, code: str, version: str = "live"
) -> dict[str, Any]:
    """Build the leaderboard of one project and criterion, ready for ``json.dumps``.

    ``code`` is the version of this program, ``version`` what the tables were read from. The same tables
    give the same document. A model whose strength cannot be told has ``None``, and ``notes`` the reason
    under ``models.NAME``. Models stand by component, the largest first, then by strength.
    """
    notes, models = Notes(), len(tables.names)
    board = strengths_of(tables.outcomes, tables.by_rater, models=models, raters=tables.raters)
    order = _order(board, tables.names)
    wins = win_counts(tables.outcomes, models)
    if not tables.judgements:
        notes.null("models", NO_OUTCOMES)
    parts = _components(board, tables, order)
    if sum(len(each) > 1 for each in parts) > 1:
        notes.null("components", PARTS)
    effects = adjusted_figures(tables, notes)
    report: dict[str, Any] = {
        "project": project,
        "criterion": criterion,
        "raters": tables.raters,
        "judgements": tables.judgements,
        "models": [_model(place, board, tables, wins, effects.strength, notes) for place in order],
        "components": parts,
        "effective_judgements": round(board.effective, 1) if np.isfinite(board.effective) else None,
        "win_table": _win_table(tables, wins),
        "position_effect": effects.position,
        "length_effect": effects.length,
        "ground": {"version": version, "code": code, "clustered_by": _clusters(tables.raters)},
        "notes": notes.reasons,
    }
    separation = separation_of(report["models"], parts, tables.judgements)
    if separation is None:
        notes.null("separation", ONE_MODEL)
    return report | {"separation": separation, "sentence": leaderboard_sentence(report)}


def _clusters(raters: int) -> list[str]:
    return ["comparison or shared prompt"] + (["rater"] if raters < FEW_RATERS else [])


def _order(board: Board, names: tuple[str, ...]) -> list[int]:
    sizes = np.bincount(board.component, minlength=1)

    def key(place: int) -> tuple[bool, int, int, float, str]:
        component = int(board.component[place])
        strength = float(board.strength[place])
        alone = bool(np.isnan(strength))
        return alone, -int(sizes[component]), component, 0.0 if alone else -strength, names[place]

    return sorted(range(len(names)), key=key)


def _components(board: Board, tables: LeaderboardTables, order: list[int]) -> list[list[str]]:
    """Models by component, as they stand in the table; those never judged are in none."""
    found: dict[int, list[str]] = {}
    for place in order:
        if tables.of_model[place]:
            found.setdefault(int(board.component[place]), []).append(tables.names[place])
    return list(found.values())


def _model(
    place: int, board: Board, tables: LeaderboardTables, wins: Numbers, adjusted: Numbers, notes: Notes
) -> dict[str, Any]:
    name, strength, half = tables.names[place], float(board.strength[place]), float(board.half[place])
    known = bool(np.isfinite(strength))
    if not known:
        notes.null(f"models.{name}", _why_alone(place, wins, int(tables.of_model[place])))
    tied, pairs = _ties_of(tables.outcomes, place)
    bounds = {"low": strength - half, "high": strength + half}
    other = float(adjusted[place])
    return {
        "model": name,
        "strength": round(strength, 6) if known else None,
        "elo": _elo(strength) if known else None,
        **{side: bound(value) if known else None for side, value in bounds.items()},
        **{f"elo_{side}": _elo(value) if known else None for side, value in bounds.items()},
        "rank_low": int(board.best[place]) if known else None,
        "rank_high": int(board.worst[place]) if known else None,
        "strength_adjusted": round(other, 6) if np.isfinite(other) else None,
        "judgements": int(tables.of_model[place]),
        "tie_share": tied / pairs if pairs else None,
    }


def _elo(strength: float) -> float:
    return round(float(elo(np.array([strength]))[0]), 2)


def _ties_of(outcomes: Outcomes, place: int) -> tuple[int, int]:
    mine = (outcomes.first == place) | (outcomes.second == place)
    tied = int((outcomes.tied * outcomes.times)[mine].sum())
    return tied, int((outcomes.n * outcomes.times)[mine].sum())


def _why_alone(place: int, wins: Numbers, judgements: int) -> str:
    if not judgements:
        return NOT_JUDGED
    if not wins[:, place].any():
        return ONLY_WON
    return ONLY_LOST if not wins[place].any() else ONE_WAY


def _win_table(tables: LeaderboardTables, wins: Numbers) -> list[dict[str, Any]]:
    """Counts of every two models that met, by name."""
    models, outcomes = len(tables.names), tables.outcomes
    key = outcomes.first * models + outcomes.second
    met, place = np.unique(np.minimum(key, outcomes.second * models + outcomes.first), return_inverse=True)
    turned = outcomes.first > outcomes.second
    won, lost = (
        np.where(turned, outcomes.lost, outcomes.won),
        np.where(turned, outcomes.won, outcomes.lost),
    )
    sums = [np.bincount(place, each * outcomes.times, len(met)) for each in (won, outcomes.tied, lost)]
    rates = win_rates(wins)
    return [
        {
            "model_a": tables.names[pair // models],
            "model_b": tables.names[pair % models],
            "wins_a": int(sums[0][row]),
            "ties": int(sums[1][row]),
            "wins_b": int(sums[2][row]),
            "win_rate_a": round(float(rates[pair // models, pair % models]), 12),
        }
        for row, pair in enumerate(met.tolist())
    ]
