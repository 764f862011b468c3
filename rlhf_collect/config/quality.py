"""The settings about what is learnt of how people answer, and how."""

from __future__ import annotations

from pydantic import Field

from rlhf_collect.config.section import Section


class Quality(Section):
    """Comparisons with a known answer among the others (spec stats, section 5; welfare, 3.11)."""

    gold_share: float | None = Field(default=None, ge=0, le=0.05, allow_inf_nan=False)
    """Share of a rater's comparisons that have a known answer; ``None``: 0.04 as soon as there are any."""
