"""What leads may see of raters."""

from __future__ import annotations

from typing import Literal

from rlhf_collect.config.section import Section

Visibility = Literal["pseudonymous", "anonymous"]


class Quality(Section):
    """Figures about raters, from their answers only (spec stats, 4.2). Raters are told which applies."""

    visibility: Visibility = "pseudonymous"
    """``pseudonymous``: a row for each rater with 30 judgements; ``anonymous``: only how figures are spread."""
