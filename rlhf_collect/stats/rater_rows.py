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
    AmongPeers,
    Beside,
    Pairs,
    Shares,
    among_peers,
    beside_the_others,
    drift,
    shrunken,
    side_z,
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
ACT_FROM = {"peer_agreement": 60, "gold_accuracy": 30, "self_consistency": 100, "first_shown": 30}
"""Judgements from which one fact alone is told, though it makes no flag."""
DRIFT_FROM = 60
"""Judgements from which a fall over time is looked for (spec stats, 4.2)."""
DROP = 0.18
"""The fall that is looked for: from 58 % to 40 % it is found after 36 judgements in the middle."""
THROUGHOUT = 30
"""Choices from which it says anything that all went to one side."""
BY_CHANCE = 0.001
"""At most so likely may it be that any two raters of a project give the same answers throughout by chance."""


def rater_rows(
    tables: Patterns,
    keys: Sequence[str],
    shares: Mapping[str, Shares],
    course: Columns,
    pairs: Columns,
    mean: float,
) -> list[dict[str, Any]]:
    """Figures of every rater in the order of ``keys``; who may see which of them is decided elsewhere.

    ``shares`` by figure as ``shares_of_raters`` gives them, ``course`` and ``pairs`` the columns of ``rater_course``
    and ``rater_pairs``, ``mean`` the project's agreement. Each row is ``{"judgements", "peer_agreement",
    "among_peers", "beside_others", "gold_accuracy", "self_consistency", "tie_share", "first_shown", "drift",
    "alpha_without", "signals", "alone"}``. A figure on too few judgements (``SHOWN_FROM``, ``DRIFT_FROM``) is
    ``None``; ``signals`` are words, and none below two of them; ``alone`` is the one fact that stands out in answers
    without a flag, from ``ACT_FROM`` judgements on.
    """
    rows = rater_patterns(tables)
    places = _places(rows, tables, keys)
    beside, without = beside_the_others(rows), _without_each(tables, rows)
    fell, met = _fell(course, keys, mean), _pairs(pairs, tables)
    same, among = _alike(met, rows.raters, mean), among_peers(rows, met)
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
        figures["among_peers"] = _among(among, at, figures["peer_agreement"])
        seen = _seen(figures, shares, place)
        if at is not None:
            seen["alike"] = bool(same[at])
            seen |= _less_than_peers(among, at, figures)
        flagged = is_flagged(seen, project)
        figures["signals"] = told_signals(seen, project) if flagged else []
        figures["alone"] = [] if flagged else told_signals(_enough(seen, figures), project)
        found.append(figures)
    return found


def _places(rows: RaterPatterns, tables: Patterns, keys: Sequence[str]) -> dict[str, int]:
    """Where in ``rows`` each rater stands who met another one."""
    met, known = _met(tables), set(keys)
    assert len(met) == rows.raters
    return {key: place for place, key in enumerate(met.tolist()) if key in known}


def _met(tables: Patterns) -> np.ndarray[Any, Any]:
    """Raters who met another one, in the order of their numbers."""
    return np.unique(
        np.concatenate([tables.rater_pattern["rater"], tables.rater_pattern_many["rater"]]).astype(str)
    )


def _pairs(columns: Columns, tables: Patterns) -> Pairs:
    met = _met(tables)
    one, other = (np.searchsorted(met, columns[each].astype(str)) for each in ("rater", "other"))
    return Pairs(one=one, other=other, n=columns["n"], agreeing=columns["agreeing"], of_two=columns["of_two"])


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


def _among(among: AmongPeers, at: int | None, peers: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How often a rater gives the answer of those they judged with, and how often those do with everybody else."""
    if at is None or peers is None or not np.isfinite(among.others[at]):
        return None
    mine, others = float(among.mine[at]), float(among.others[at])
    return {"value": round(mine, 6), "others": round(others, 6), "n": peers["n"]}


def _less_than_peers(among: AmongPeers, at: int, figures: Mapping[str, Any]) -> dict[str, float]:
    """What is held against each other for it; nothing where on the very same comparisons others agree no more."""
    here = figures["beside_others"]
    if figures["among_peers"] is None or (here is not None and here["value"] >= 0):
        return {}
    return {"peer_high": float(among.high[at]), "others": float(among.others[at])}


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
    rows = course["rater"]
    starts = np.concatenate([[0], np.flatnonzero(rows[1:] != rows[:-1]) + 1])
    rater = np.searchsorted(names, rows[starts].astype(str)).repeat(np.diff([*starts, len(rows)]))
    return drift(course["agreeing"] / course["others"], rater, mean=mean, drop=DROP, raters=len(keys))[1]


def _alike(pairs: Pairs, raters: int, mean: float) -> np.ndarray[Any, Any]:
    """Whose answers are another one's throughout, on so many comparisons that it is hardly chance among so many pairs.

    Formula: mean^n times the pairs of raters, for n comparisons of two completions both judged, 30 at least. Where
    nearly everybody agrees, many comparisons in a row say nothing; of three and more, one first place is not one order.
    """
    throughout = (pairs.of_two >= THROUGHOUT) & (pairs.agreeing == pairs.n)
    told = throughout & (mean ** pairs.of_two.astype(np.float64) * raters * (raters - 1) / 2 < BY_CHANCE)
    found = np.zeros(raters, dtype=bool)
    found[pairs.one[told]] = found[pairs.other[told]] = True
    return found


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


def _seen(figures: Mapping[str, Any], shares: Mapping[str, Shares], place: int) -> dict[str, Any]:
    """What ``told_signals`` looks at; what stands on too few judgements is left out."""
    seen: dict[str, Any] = {"judgements": figures["judgements"], "drift_alarm": figures["drift"]}
    if figures["gold_accuracy"] is not None:
        seen["gold_high"] = figures["gold_accuracy"]["high"]
    if figures["self_consistency"] is not None:
        seen["repeats_low"] = figures["self_consistency"]["low"]
    if figures["first_shown"] is not None:
        share = shares["first_shown"]
        n = share.n[place : place + 1]
        seen["side_z"] = float(side_z(np.rint(share.value[place : place + 1] * n).astype(np.int64), n)[0])
        seen["one_side"] = n[0] >= THROUGHOUT and share.value[place] in (0, 1)
    return seen


def _enough(seen: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """What was seen on enough judgements to be told by itself."""
    of = {"peer_high": "peer_agreement", "gold_high": "gold_accuracy", "repeats_low": "self_consistency"}
    of["side_z"] = "first_shown"
    few = {
        name
        for name, figure in of.items()
        if figures[figure] is None or figures[figure]["n"] < ACT_FROM[figure]
    }
    return {name: value for name, value in seen.items() if name not in few}
