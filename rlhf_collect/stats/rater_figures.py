"""What answers say about each rater, from answers only: never from time, and never a score or a rank.

Low agreement may be a minority view. These figures change no work, pay or access; who may see them is
decided in :mod:`rlhf_collect.stats.rater_views`. Arrays are by rater, shape (raters,); ``nan`` where a
figure is not defined.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.histogram import Counts, Numbers
from rlhf_collect.stats.intervals import LEVEL, normal_quantile
from rlhf_collect.stats.outcomes import Whole
from rlhf_collect.stats.raters import RaterPatterns, peer_agreement

SHRINK = 30
"""Judgements at the project's mean that every rater is lent at first."""
ALARM = 4.0
"""Sum of shortfalls at which a drift is told."""
ONE_SIDED = 0.9
"""Level of a two-sided interval of which one bound is looked at: beyond it lies one in twenty."""
SETTLED = 40
"""Judgements of a rater that show how they agreed at first: who always agreed less did not fall."""

ELSEWHERE = 30
"""Pairs of a rater's peers with others from which it says anything how often those agree."""


@dataclass(frozen=True, kw_only=True)
class Shares:
    """A share of each rater, with Wilson's interval."""

    value: Numbers
    """Share, ``nan`` without trials."""
    low: Numbers
    """Lower bound."""
    high: Numbers
    """Upper bound."""
    n: Whole
    """Trials."""


def wilson_of_each(successes: Numbers | Counts, n: Numbers | Counts, *, level: float = LEVEL) -> Shares:
    """Wilson's interval for many shares at once (``intervals.wilson`` for one).

    Formula and source: as there. Used for gold, hidden repeats and, with n = judgements, peer agreement.
    Example: 18 of 24 gives 0.551 to 0.880.
    """
    z = normal_quantile(level)
    trials = np.where(n > 0, n, 1).astype(np.float64)
    share = np.where(n > 0, successes / trials, np.nan)
    middle, below = share + z**2 / (2 * trials), 1 + z**2 / trials
    half = z * np.sqrt(np.maximum(share * (1 - share), 0) / trials + z**2 / (4 * trials**2))
    return Shares(
        value=share,
        low=np.clip((middle - half) / below, 0, 1),
        high=np.clip((middle + half) / below, 0, 1),
        n=n.astype(np.int64),
    )


def peer_shares(rows: RaterPatterns) -> Shares:
    """Agreement of each rater with the others on the same comparisons, n being judgements.

    Formula: a_r = sum (n_ic - 1) / sum (n_i - 1), Wilson with n = judgements. With n = pairs it would
    cover 91 % and not 95, since two peers on one comparison go together.
    """
    share = peer_agreement(rows)[0]
    judgements = rows.sum_by_rater(rows.times.astype(np.float64)).astype(np.int64)
    return wilson_of_each(np.nan_to_num(share) * judgements, judgements)


def shrunken(shares: Shares, mean: float) -> Shares:
    """Peer agreement pulled to the project's mean, and both its bounds with it: the figure shown.

    Formula: (30 mean + x) / (30 + n), x = a_r n. Meaning: few judgements say little, so they move the
    figure little. Wilson's bounds go through the same formula, so that no figure lies outside its own
    interval. Example: 4 of 5 in a project at 0.6 is 22 / 35 = 0.629.
    """

    def pulled(share: Numbers) -> Numbers:
        return np.asarray((SHRINK * mean + np.nan_to_num(share) * shares.n) / (SHRINK + shares.n))

    return Shares(value=pulled(shares.value), low=pulled(shares.low), high=pulled(shares.high), n=shares.n)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Each rater and the others on the same comparisons, those judged at least three times; shape (raters,)."""

    mine: Numbers
    """Agreement of the rater with the others."""
    others: Numbers
    """Agreement the others reach among themselves."""
    judgements: Whole
    """Judgements of the rater there."""


def beside_the_others(rows: RaterPatterns) -> Beside:
    """How each rater agrees with the others beside what those reach among themselves on the same comparisons.

    Formula: a_r and (agreeing pairs / pairs) of the other raters there, over comparisons judged at least
    three times. Meaning: their difference takes out "got the hard ones".
    Example: own A beside A and B: 1/2 against 0.
    """
    total = rows.counts.sum(axis=1)
    kept = total >= 3
    own = rows.counts[np.arange(len(rows.label)), rows.label]
    all_agreeing = (rows.counts * (rows.counts - 1) // 2).sum(axis=1)
    others = all_agreeing - (own - 1)
    other_pairs = (total - 1) * (total - 2) // 2
    weight = rows.times * kept
    return Beside(
        mine=_ratio(rows.sum_by_rater((own - 1) * weight), rows.sum_by_rater((total - 1) * weight)),
        others=_ratio(rows.sum_by_rater(others * weight), rows.sum_by_rater(other_pairs * weight)),
        judgements=rows.sum_by_rater(weight.astype(np.float64)).astype(np.int64),
    )


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Two raters who judged the same comparisons, each two once; shape (pairs,)."""

    one: Whole
    """Number of one of them, as in ``RaterPatterns``."""
    other: Whole
    """Number of the other."""
    n: Whole
    """Comparisons both judged."""
    agreeing: Whole
    """Those on which they gave the same answer; of three and more completions, the same first place."""
    of_two: Whole
    """Comparisons of two completions both judged."""


@dataclass(frozen=True, kw_only=True)
class AmongPeers:
    """Each rater with those they judged the same comparisons with; shape (raters,)."""

    mine: Numbers
    """Agreement of the rater with them."""
    high: Numbers
    """What ``others`` must lie above to be more, by more than chance in either of the two; one-sided."""
    others: Numbers
    """Agreement they reach with everybody but the rater; ``nan`` on fewer than 30 pairs, and where those who met
    nobody else are more than half of whom the rater met."""


def among_peers(rows: RaterPatterns, pairs: Pairs) -> AmongPeers:
    """How each rater agrees with their peers, beside what those same people reach with everybody else.

    Formula: others_r = sum_q n_rq m_q / sum_q n_rq, m_q = agreement of q over all pairs but those with r; mine and its
    standard error from the share of agreeing peers of each judgement, since two peers on one comparison go together.
    Meaning: what others reach on the very same comparisons rests on a pair or two each, and hides one in three who
    answer at random at 60 judgements; what the same people reach elsewhere hardly moves by chance, and is lower where
    all of them judge a language or topic in which people agree less. In made-up projects of 100 raters (3 judgements
    a comparison, 10 % at random, 5 % for a side) the bound is below it for 87 % of those at random after 60 judgements
    and 98 % after 120, and for 1 % of the others. In a small project peers may have met somebody else a few times
    only: the bound is that of a difference of two shares, with Wilson's interval of others_r on
    (sum_q n_rq)^2 / sum_q (n_rq^2 / pairs of q) pairs. Source: Newcombe 1998, method 10, Statistics in Medicine 17,
    873. Example: of three, two agree on 65 % with each other and 42 % with the third: 0.42 beside 0.65 for the
    third, 0.535 beside 0.42 for the others.
    """
    first, second = np.concatenate([pairs.one, pairs.other]), np.concatenate([pairs.other, pairs.one])
    n, agreeing = (np.tile(each.astype(np.float64), 2) for each in (pairs.n, pairs.agreeing))
    met = np.bincount(first, n, rows.raters)
    alike = np.bincount(first, agreeing, rows.raters)
    elsewhere = met[second] - n
    reached = _ratio(alike[second] - agreeing, elsewhere)
    weight = np.where(elsewhere > 0, n, 0.0)
    told = np.bincount(first, weight * np.nan_to_num(reached), rows.raters).astype(np.float64)
    covered = np.bincount(first, weight, rows.raters).astype(np.float64)
    squares = np.divide(weight**2, elsewhere, out=np.zeros(len(weight)), where=elsewhere > 0)
    behind = np.nan_to_num(_ratio(covered**2, np.bincount(first, squares, rows.raters).astype(np.float64)))
    others = np.where((behind >= ELSEWHERE) & (2 * covered >= met), _ratio(told, covered), np.nan)
    chance = others - wilson_of_each(np.nan_to_num(others) * behind, behind, level=ONE_SIDED).low
    own = rows.counts[np.arange(len(rows.label)), rows.label]
    share, times = (own - 1) / (rows.counts.sum(axis=1) - 1), rows.times.astype(np.float64)
    judged = rows.sum_by_rater(times)
    mean = _ratio(rows.sum_by_rater(share * times), judged)
    spread = rows.sum_by_rater(share**2 * times) - judged * mean**2
    error = np.sqrt(np.maximum(_ratio(spread, judged * (judged - 1)), 0))
    high = mean + np.sqrt((normal_quantile(ONE_SIDED) * error) ** 2 + chance**2)
    return AmongPeers(mine=mean, high=high, others=others)


def side_z(first_shown: Counts, decided: Counts) -> Numbers:
    """How far each rater's choices lean to the completion shown first, in standard errors.

    Formula: (2 x - n) / sqrt(n), x of n decided judgements for the first. Meaning: catches who follows a
    side within 15 judgements. Example: 15 of 15 gives 3.87.
    """
    root = np.sqrt(np.where(decided > 0, decided, 1))
    return np.where(decided > 0, (2 * first_shown - decided) / root, np.nan)


def drift(
    agreeing: Numbers, rater: NDArray[np.integer], *, mean: float, drop: float, raters: int
) -> tuple[Numbers, NDArray[np.bool_]]:
    """Whether a rater's agreement with peers fell in the course of the project: where the sum stands, and alarms.

    Formula: S <- max(0, S + base - drop / 2 - share of agreeing peers) over each rater's judgements in
    order; base is the project's ``mean``, or what the rater reached in their first 40 judgements where that
    is less; alarm at S > 4 at any time. S_t = C_t - min(0, C_1 ... C_t) of the running sums C, so no
    judgement is walked through. Source: Page 1954, https://doi.org/10.1093/biomet/41.1-2.100.
    ``agreeing``: the share of agreeing peers of each judgement, rows of one rater in their order.
    Meaning: ``drop`` is the fall to be found; from 58 % to 40 % it takes 36 judgements in the middle, a
    false alarm comes every 3,200. Low agreement from the start is no fall: held against the mean alone, a
    minority view would count twice. Example: mean 0.6, drop 0.2, peers always agree and from the 41st
    judgement on never: alarm 9 later.
    """
    order = np.argsort(rater, kind="stable")
    ordered = agreeing[order]
    starts = np.searchsorted(rater[order], np.arange(raters + 1))
    last, alarm = np.zeros(raters), np.zeros(raters, dtype=bool)
    for each in range(raters):  # by rater: there are hundreds, not millions
        own = ordered[starts[each] : starts[each + 1]]
        if len(own):
            running = np.cumsum(min(mean, float(own[:SETTLED].mean())) - drop / 2 - own)
            sums = running - np.minimum(np.minimum.accumulate(running), 0)
            last[each], alarm[each] = sums[-1], bool((sums > ALARM).any())
    return last, alarm


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    return np.asarray(np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0))
