"""One row of figures for each rater, from answers only, with what stands out in them in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rlhf_collect.stats.agreement import chance_level
from rlhf_collect.stats.alpha import krippendorff_alpha
from rlhf_collect.stats.figures import bound
from rlhf_collect.stats.histogram import Numbers
from rlhf_collect.stats.outcomes import Whole
from rlhf_collect.stats.rater_figures import (
    Beside,
    Shares,
    beside_the_others,
    drift,
    shrunken,
    side_z,
    wilson_of_each,
)
from rlhf_collect.stats.rater_views import is_flagged, told_signals
from rlhf_collect.stats.raters import RaterPatterns, alpha_without_each
from rlhf_collect.stats.tables import BOTH_BAD, TIE, Columns, Patterns, all_of, histograms, rater_patterns

SHOWN_FROM = {
    "peer_agreement": 30,
    "gold_accuracy": 20,
    "self_consistency": 20,
    "first_shown": 15,
    "tie_share": 20,
}
"""Judgements from which a figure of one rater says anything."""
DRIFT_FROM = 60
"""Judgements from which a fall over time is looked for (spec stats, 4.2)."""
DROP = 0.18
"""The fall that is looked for: from 58 % to 40 % it is found after 36 judgements in the middle."""


def rater_rows(
    tables: Patterns, keys: Sequence[str], shares: Mapping[str, Shares], course: Columns, mean: float
) -> list[dict[str, Any]]:
    """Figures of every rater in the order of ``keys``; who may see which of them is decided elsewhere.

    ``shares`` by figure as ``shares_of_raters`` gives them, ``course`` the columns of ``rater_course``, ``mean`` the
    project's agreement. Each row is ``{"judgements", "peer_agreement", "beside_others", "gold_accuracy",
    "self_consistency", "tie_share", "first_shown", "drift", "alpha_without", "signals"}``. A figure on too few
    judgements (``SHOWN_FROM``, ``DRIFT_FROM``) is ``None``; ``signals`` are words, and none below two of them.
    """
    rows = rater_patterns(tables)
    places = _places(rows, tables, keys)
    beside, without = beside_the_others(rows), _without_each(tables, rows)
    fell = _fell(course, keys, mean)
    shown = {**shares, "peer_agreement": shrunken(shares["peer_agreement"], mean)}
    project = _project_figures(tables, shares)
    found = []
    for place, key in enumerate(keys):
        at = places.get(key)
        judgements = int(shares["tie_share"].n[place])
        figures: dict[str, Any] = {"judgements": judgements}
        for name, share in shown.items():
            figures[name] = _share(name, share, place)
        figures["beside_others"] = _beside(beside, at)
        figures["drift"] = bool(fell[place]) if judgements >= DRIFT_FROM else None
        alone = None if at is None or without is None or not np.isfinite(without[at]) else without[at]
        figures["alpha_without"] = None if alone is None else round(float(alone), 4)
        seen = _seen(figures, shares, place, beside, at)
        figures["signals"] = told_signals(seen, project) if is_flagged(seen, project) else []
        found.append(figures)
    return found


def _places(rows: RaterPatterns, tables: Patterns, keys: Sequence[str]) -> dict[str, int]:
    """Where in ``rows`` each rater stands who met another one."""
    met = np.unique(
        np.concatenate([tables.rater_pattern["rater"], tables.rater_pattern_many["rater"]]).astype(str)
    )
    assert len(met) == rows.raters
    return {key: place for place, key in enumerate(met.tolist()) if key in set(keys)}


def _share(name: str, share: Shares, place: int) -> dict[str, Any] | None:
    n = int(share.n[place])
    if n < SHOWN_FROM[name]:
        return None
    bounds = {"low": bound(float(share.low[place])), "high": bound(float(share.high[place]))}
    return {"value": round(float(share.value[place]), 6), **bounds, "n": n}


def _beside(beside: Beside, at: int | None) -> dict[str, Any] | None:
    """How much more (or less) a rater agrees with the others than those among themselves."""
    if at is None or beside.judgements[at] < SHOWN_FROM["peer_agreement"]:
        return None
    apart = float(beside.mine[at] - beside.others[at])
    return {"value": round(apart, 6), "n": int(beside.judgements[at])} if np.isfinite(apart) else None


def _without_each(tables: Patterns, rows: RaterPatterns) -> Numbers | None:
    """Alpha without each rater of ``rows``; ``None`` where there is no alpha at all."""
    whole = all_of(histograms(tables)).paired()
    if not whole.comparisons or not np.isfinite(krippendorff_alpha(whole.counts, whole.times)):
        return None
    return alpha_without_each(rows, whole)


def _fell(course: Columns, keys: Sequence[str], mean: float) -> np.ndarray[Any, Any]:
    """Whether agreement with others fell over each rater's judgements."""
    names = np.array(keys, dtype=str)
    if not len(course["rater"]):
        return np.zeros(len(keys), dtype=bool)
    # By rater and not by judgement: there are hundreds of names, and rows of one stand together.
    told, which = np.unique(course["rater"].astype(str), return_inverse=True)
    rater = np.searchsorted(names, told)[which]
    return drift(course["agreeing"] / course["others"], rater, mean=mean, drop=DROP, raters=len(keys))[1]


def _project_figures(tables: Patterns, shares: Mapping[str, Shares]) -> dict[str, float]:
    """What raters are held against: the project's known answers, and what guessing would give."""
    known: Whole = shares["gold_accuracy"].n
    expected = float((np.nan_to_num(shares["gold_accuracy"].value) * known).sum())
    parts = {completions: part.paired() for completions, part in histograms(tables).items()}
    found: dict[str, float] = {}
    if known.sum():
        found["gold"] = expected / float(known.sum())
    pairs = sum(part.pairs for part in parts.values())
    if pairs:
        found["chance"] = sum(
            part.pairs * chance_level(_other_shares(part.counts, part.times), completions=completions)
            for completions, part in parts.items()
            if part.pairs
        ) / float(pairs)
    return found


def _other_shares(counts: np.ndarray[Any, Any], times: np.ndarray[Any, Any]) -> list[float]:
    said = (times[:, None] * counts).sum(axis=0)
    return [float(said[each]) / float(said.sum()) for each in (TIE, BOTH_BAD)]


def _seen(
    figures: Mapping[str, Any], shares: Mapping[str, Shares], place: int, beside: Beside, at: int | None
) -> dict[str, Any]:
    """What ``told_signals`` looks at; what stands on too few judgements is left out."""
    seen: dict[str, Any] = {"judgements": figures["judgements"], "drift_alarm": figures["drift"]}
    if figures["beside_others"] is not None and at is not None:
        n = beside.judgements[at : at + 1]
        seen["peer_high"] = float(wilson_of_each(beside.mine[at : at + 1] * n, n).high[0])
        seen["others"] = float(beside.others[at])
    if figures["gold_accuracy"] is not None:
        seen["gold_high"] = figures["gold_accuracy"]["high"]
    if figures["self_consistency"] is not None:
        seen["repeats_low"] = figures["self_consistency"]["low"]
    if figures["first_shown"] is not None:
        share = shares["first_shown"]
        n = share.n[place : place + 1]
        seen["side_z"] = float(side_z(np.rint(share.value[place : place + 1] * n).astype(np.int64), n)[0])
    return seen
