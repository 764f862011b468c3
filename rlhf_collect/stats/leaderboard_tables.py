"""What a leaderboard is made of: the columns of its named statements in ``storage/sql/analysis.sql``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.histogram import Numbers
from rlhf_collect.stats.orders import outcomes_of
from rlhf_collect.stats.outcomes import OWN, Outcomes, Whole
from rlhf_collect.stats.tables import ORDER_COLUMNS, Columns, checked_columns, orders_of

_RESULT = ("first", "second", "won", "tied", "lost")
LEADERBOARD_COLUMNS: dict[str, tuple[str, ...]] = {
    "leaderboard_models": ("number", "model"),
    "leaderboard_pairs": ("cluster", *_RESULT, "times"),
    "leaderboard_raters": ("rater", *_RESULT),
    "leaderboard_rows": ("cluster", *_RESULT, "shown", "first_characters", "second_characters"),
    "orders": ORDER_COLUMNS,
}
"""Statement name to the columns it must bring; extra columns are ignored."""


@dataclass(frozen=True, kw_only=True)
class LeaderboardTables:
    """The results of the statements, as the fits take them."""

    names: tuple[str, ...]
    """Models by their number."""
    outcomes: Outcomes
    """Everything judged between two different models, clustered by comparison or shared prompt."""
    rows: Outcomes
    """Outcomes of comparisons of two completions once more, apart by which was shown first."""
    covariates: Numbers
    """For ``rows``: 1 where the first model was shown first, -1 where second, 0 unknown; and the
    difference of the characters over their sum. Shape (rows, 2)."""
    by_rater: Outcomes
    """All outcomes clustered by rater."""
    raters: int
    """How many raters."""
    judgements: int
    """Judgements behind ``outcomes``; a ranking is one."""
    of_model: Whole
    """Judgements in which each model took part; shape (models,)."""

    @classmethod
    def read(cls, columns: Callable[[str], Columns]) -> LeaderboardTables:
        """Ask for every statement of ``LEADERBOARD_COLUMNS``.

        Errors: ``ValueError`` naming the statement whose columns are missing, of different lengths, or
        not whole numbers.
        """
        found = {
            name: checked_columns(name, columns(name), needed) for name, needed in LEADERBOARD_COLUMNS.items()
        }
        names = tuple(str(each) for each in found["leaderboard_models"]["model"])
        orders = orders_of(found["orders"])
        two, many = _outcomes(found["leaderboard_pairs"]), outcomes_of(orders)
        raters = found["leaderboard_raters"]["rater"]
        by_rater = _outcomes(found["leaderboard_raters"] | {"cluster": raters})
        by_rater = by_rater.plus(_clustered_by(many, orders.rater[many.judgement]))
        return cls(
            names=names,
            outcomes=two.plus(many),
            rows=_outcomes(found["leaderboard_rows"]),
            covariates=_covariates(found["leaderboard_rows"]),
            by_rater=by_rater,
            raters=len(np.unique(by_rater.cluster)),
            judgements=int((two.n * two.times).sum()) + len(np.unique(many.judgement)),
            of_model=_taking_part(two, many, len(names)),
        )


def _outcomes(columns: Columns) -> Outcomes:
    length = len(columns["first"])
    times = columns.get("times", np.ones(length, dtype=np.int64))
    own = np.full(length, OWN, dtype=np.int64)
    result = {name: columns[name] for name in _RESULT}
    return Outcomes(**result, times=times, cluster=columns["cluster"], judgement=own)


def _clustered_by(outcomes: Outcomes, cluster: Whole) -> Outcomes:
    parts = {name: getattr(outcomes, name) for name in (*_RESULT, "times", "judgement")}
    return Outcomes(**parts, cluster=cluster)


def _covariates(columns: Columns) -> Numbers:
    first, second = columns["first_characters"], columns["second_characters"]
    both = first + second
    length = np.divide(first - second, both, out=np.zeros(len(both)), where=both > 0)
    return np.stack([columns["shown"].astype(np.float64), length], axis=1)


def _taking_part(two: Outcomes, many: Outcomes, models: int) -> Whole:
    """Judgements of each model; in a ranking a model counts once, however many pairs it is in."""
    weight: NDArray[np.int64] = two.n * two.times
    total = np.bincount(two.first, weight, models) + np.bincount(two.second, weight, models)
    pairs = np.concatenate([many.judgement * models + many.first, many.judgement * models + many.second])
    total += np.bincount(np.unique(pairs) % max(models, 1), minlength=models)
    return total.astype(np.int64)
