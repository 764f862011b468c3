"""How many more judgements until the first two models of a leaderboard are told apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rlhf_collect.stats.intervals import normal_quantile

ONE_MODEL = "Fewer than two models have a strength on one scale."


def more_judgements(difference: float, halves: tuple[float, float], judgements: int) -> int | None:
    """How many judgements beside the present ``judgements`` bring two intervals apart.

    Formula: variance falls as 1/n, so the halves h of both intervals fall as 1/sqrt(n), and they no longer
    overlap once n' = n ((h_1 + h_2) / d)^2, d being the difference of the strengths; the answer is n' - n,
    rounded up, 0 where they are apart already. ``None``, no number will do, where d is no larger than its own
    standard error sqrt(h_1^2 + h_2^2) / 1.96: then it may as well be luck, and n' grows beyond bounds as d nears 0.
    Meaning: a plan, not a promise. It holds while d stays as it is and while new judgements are spread over
    comparisons and raters as those so far; more of the same few raters do not narrow what raters differ in.
    Source: the standard error of a maximum likelihood estimate, Bradley & Terry 1952,
    https://doi.org/10.2307/2334029; sample size from it as in Lehr 1992, https://doi.org/10.1002/sim.4780110811.
    Example: a difference of 0.2 with halves of 0.2 each after 100 judgements: 4 times as many, so 300 more.
    """
    both = halves[0] + halves[1]
    if difference > both:
        return 0
    if difference <= math.hypot(*halves) / normal_quantile():
        return None
    return max(1, math.ceil(judgements * ((both / difference) ** 2 - 1) - 1e-9))


def separation_of(
    models: Sequence[Mapping[str, Any]], components: Sequence[Sequence[str]], judgements: int
) -> dict[str, Any] | None:
    """The first two models of the largest component, and what it takes to tell them apart; ``None`` without two.

    ``models`` and ``components`` as the leaderboard has them. Gives ``{"first", "second", "difference",
    "separated", "judgements_more"}``; ``judgements_more`` is ``None`` where no number will do.
    """
    first = set(components[0]) if components else set()
    known = [each for each in models if each["model"] in first and each["strength"] is not None][:2]
    if len(known) < 2:
        return None
    difference = known[0]["strength"] - known[1]["strength"]
    halves = [(each["high"] - each["low"]) / 2 for each in known]
    more = more_judgements(difference, (halves[0], halves[1]), judgements)
    return {
        "first": known[0]["model"],
        "second": known[1]["model"],
        "difference": round(difference, 6),
        "separated": more == 0,
        "judgements_more": more,
    }
