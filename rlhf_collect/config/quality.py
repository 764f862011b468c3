"""The settings about what is learnt of how people answer, who may see it, and what a decision must leave time for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rlhf_collect.config.section import Section

Visibility = Literal["pseudonymous", "anonymous"]


class Quality(Section):
    """Figures of raters, from answers only (spec stats, 4.2 and 5; welfare, 3.11). Raters are told what applies."""

    visibility: Visibility = "pseudonymous"
    """``pseudonymous``: a row for each rater with 30 judgements; ``anonymous``: only how figures are spread."""
    gold_share: float | None = Field(default=None, ge=0, le=0.05, allow_inf_nan=False)
    """Share of a rater's comparisons that have a known answer; ``None``: 0.04 as soon as there are any."""
    repeat_share: float = Field(default=0, ge=0, le=0.03, allow_inf_nan=False)
    """Share of a rater's comparisons that they have judged before, the sides swapped."""
    repeat_after_days: int = Field(default=7, ge=7, le=365)
    """Days after which a comparison may come again."""


class Appeals(Section):
    """Decisions that leave out judgements (spec welfare, 3.11 and 3.12). Raters are told what applies."""

    notice_days: int = Field(default=7, ge=7, le=30)
    """Days between the notice of a decision and its effect: time to answer and to contest it."""
