"""What of a project's settings decides who gets which comparison."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rlhf_collect.domain.overlap import OverlapRule

GOLD_SHARE = 0.04
"""Share of comparisons with a known answer where the project says nothing (spec stats, section 5)."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Equal plans give equal boards."""

    seed: str
    """Draws what is due when."""
    rule: OverlapRule
    """How many judgements a comparison gets."""
    practice: tuple[str, ...]
    """Comparisons that are for practice: nobody's work."""
    gold_share: float
    """Share of a rater's comparisons that have a known answer, where there are any."""
    repeat_share: float
    """Share of a rater's comparisons that are their own, again."""
    repeat_after: timedelta
    """How long after they judged them."""
    first: tuple[str, ...]
    """Comparisons with one of these tags come before the others."""
    targets: tuple[tuple[str, int], ...]
    """Tags whose comparisons do until so many of them are complete."""
