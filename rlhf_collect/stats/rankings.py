"""Figures of the agreement report about rankings of three to eight completions."""

from __future__ import annotations

from typing import Any

from rlhf_collect.stats.figures import Figure, Notes, bounds_of
from rlhf_collect.stats.histogram import Histogram
from rlhf_collect.stats.intervals import clustered_share, mean_bounds
from rlhf_collect.stats.orders import Orders, mean_tau_b, pair_agreement, unrolled
from rlhf_collect.stats.outcomes import Whole

ONLY_TWO = "Rankings need comparisons of three or more completions."
NO_ORDER_TWICE = "No two raters put the completions of the same comparison in order."
NOT_TWICE = "No two raters said anything about the same pair of completions."
FEW = "An interval needs at least two comparisons that differ."


def ranking_figures(orders: Orders, notes: Notes) -> dict[str, Any] | None:
    """``{"mean_tau_b", "percent_agreement", "percent_agreement_no_ties"}``, or ``None`` without rankings.

    The first is the mean over comparisons of Kendall's tau-b between raters (n: comparisons); the others
    are pairwise agreement on the unrolled pairs (``pairs``), n counting rankings. Every interval treats
    the comparison as one observation, for the pairs of a ranking depend on each other.
    """
    if not len(orders.comparison):
        notes.null("rankings", ONLY_TWO)
        return None
    which, pairs = unrolled(orders)
    decided = Histogram(counts=pairs.counts[:, [0, 2]], times=pairs.times)
    rankings = int((~orders.both_bad).sum())
    return {
        "mean_tau_b": _tau(orders, notes),
        "percent_agreement": _share("percent_agreement", which, pairs, rankings, notes),
        "percent_agreement_no_ties": _share("percent_agreement_no_ties", which, decided, rankings, notes),
    }


def _tau(orders: Orders, notes: Notes) -> Figure | None:
    tau, pairs = mean_tau_b(orders)
    if not len(tau):
        notes.null("rankings.mean_tau_b", NO_ORDER_TWICE)
        return None
    bounds = mean_bounds(tau, lowest=-1.0, highest=1.0)
    if bounds is None:
        notes.null("rankings.mean_tau_b.low", FEW)
    value = round(float(tau.mean()), 12)
    return {"value": value, **bounds_of(bounds), "n": len(tau), "pairs": int(pairs.sum())}


def _share(name: str, which: Whole, pairs: Histogram, rankings: int, notes: Notes) -> Figure | None:
    share = clustered_share(*pair_agreement(which, pairs))
    if share is None:
        notes.null(f"rankings.{name}", NOT_TWICE)
        return None
    bounds = None if share.low is None or share.high is None else (share.low, share.high)
    if bounds is None:
        notes.null(f"rankings.{name}.low", FEW)
    return {"value": share.value, **bounds_of(bounds), "n": rankings, "pairs": share.n}
