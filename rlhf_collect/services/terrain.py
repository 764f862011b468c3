"""Which comparisons of a project are ordinary work, which have a known answer, and which are nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rlhf_collect.services.plan import Plan
from rlhf_collect.storage.port import Row

Places = np.ndarray[Any, np.dtype[np.bool_]]
"""A yes or no for each place on the board."""


class Terrain:
    """One project's comparisons by place on the board; it never changes while the board stands."""

    def __init__(self, plan: Plan, rows: Sequence[Row]) -> None:
        """``rows`` are those of ``board_comparisons``, in their order."""
        practice = set(plan.practice)
        aside = np.array([row["comparison_id"] in practice for row in rows], dtype=np.bool_)
        known = np.array([row["is_gold"] for row in rows], dtype=np.bool_)
        self.gold: Places = known & ~aside
        """Comparisons with a known answer among the others."""
        self.ordinary: Places = ~known & ~aside
        """Comparisons that want judgements, as many as the rule says."""
