"""The settings about what is learnt of how people answer, and how."""

from __future__ import annotations

from pydantic import Field

from rlhf_collect.config.section import Section


class Quality(Section):
    """Comparisons with a known answer, or judged before, among the others (spec stats, section 5; welfare, 3.11)."""

    gold_share: float | None = Field(default=None, ge=0, le=0.05, allow_inf_nan=False)
    """Share of a rater's comparisons that have a known answer; ``None``: 0.04 as soon as there are any."""
    repeat_share: float = Field(default=0, ge=0, le=0.03, allow_inf_nan=False)
    """Share of a rater's comparisons that they have judged before, the sides swapped."""
    repeat_after_days: int = Field(default=7, ge=7, le=365)
    """Days after which a comparison may come again."""
