"""Who may see which figures of raters: the rater everything of their own, a lead a distribution or rows.

With ``anonymous`` a lead sees counts per tenth, and nothing below five raters. With ``pseudonymous`` a
row under a pseudonym as well, from 30 judgements. No view holds a name, a time, a rank or a score, and
none is in the order of a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from rlhf_collect.stats.histogram import Numbers

Visibility = Literal["anonymous", "pseudonymous"]
K = 5
"""Raters below whom nothing is told about them together."""
ROW_FROM = 30
"""Judgements from which a rater has a row."""
SIGNALS = {
    "peers": "agrees less with others than these do with everybody else",
    "gold": "known answers are met less often than in the project",
    "side_first": "choices follow the side shown first",
    "side_second": "choices follow the side shown second",
    "repeats": "repeats are not above chance",
    "drift": "agreement fell over time",
    "one_side": "one side was chosen every time",
    "alike": "the answers are those of another rater throughout",
}
"""What can stand out in a rater's answers, in words."""
SIDE_Z = 3
"""Standard errors from one half at which choices follow a side; above one half it is the first."""
TENTHS = 10
FEW = "Told from 5 raters on; below, it would point at somebody."


def distribution(values: Numbers) -> list[int] | None:
    """Raters per tenth from 0 to 1; ``None`` with fewer than five.

    Example: 0.05, 0.55, 0.58, 0.95 and 1 give one in the first tenth, two in the sixth, two in the last.
    """
    known = values[np.isfinite(values)]
    if len(known) < K:
        return None
    place = np.minimum((known * TENTHS + 1e-9).astype(np.int64), TENTHS - 1)
    counts: list[int] = np.bincount(np.maximum(place, 0), minlength=TENTHS).tolist()
    return counts


def without_any_one(alpha: float, without: Numbers) -> dict[str, float] | None:
    """Between what agreement lies when any one rater is left out; ``None`` with fewer than five."""
    known = without[np.isfinite(without)]
    if len(without) < K or len(known) < len(without) or not np.isfinite(alpha):
        return None
    return {
        "value": round(alpha, 4),
        "low": round(float(known.min()), 4),
        "high": round(float(known.max()), 4),
    }


def rows_for_leads(
    pseudonyms: Sequence[str], figures: Sequence[Mapping[str, Any]], visibility: Visibility
) -> list[dict[str, Any]]:
    """Rows a lead may see: those of raters with 30 judgements, by pseudonym; none when anonymous.

    ``figures``: one mapping per rater with ``judgements`` among its keys. What is not from answers never
    gets this far.
    """
    if visibility == "anonymous":
        return []
    named = sorted(zip(pseudonyms, figures, strict=True), key=lambda each: each[0])
    return [{"rater": name, **row} for name, row in named if row["judgements"] >= ROW_FROM]


def told_signals(row: Mapping[str, Any], project: Mapping[str, float]) -> list[str]:
    """What stands out in a rater's answers, in words; a flag needs two of these and 30 judgements.

    ``row``: ``peer_high`` and ``others`` (what those they judged with reach elsewhere), ``gold_high``,
    ``side_z``, ``repeats_low``, ``drift_alarm``, ``one_side``, ``alike``; a missing one says nothing.
    ``project``: ``gold`` and ``chance``. It removes nothing, and it is a person who decides.
    """
    side = row.get("side_z") or 0.0
    seen = {
        "peers": _below(row, "peer_high", row.get("others")),
        "gold": _below(row, "gold_high", project.get("gold")),
        # Who always chose one side did one thing, not two.
        "side_first": side >= SIDE_Z and not row.get("one_side"),
        "side_second": side <= -SIDE_Z and not row.get("one_side"),
        "repeats": _below(row, "repeats_low", project.get("chance")),
        "drift": bool(row.get("drift_alarm")),
        "one_side": bool(row.get("one_side")),
        "alike": bool(row.get("alike")),
    }
    return [SIGNALS[name] for name, found in seen.items() if found]


def is_flagged(row: Mapping[str, Any], project: Mapping[str, float]) -> bool:
    """Whether a person should look: two signals on at least 30 judgements."""
    return row["judgements"] >= ROW_FROM and len(told_signals(row, project)) >= 2


def _below(row: Mapping[str, Any], name: str, limit: float | None) -> bool:
    value = row.get(name)
    return value is not None and limit is not None and value < limit
