"""How far tests go: what every run holds, what `make thorough` goes on to, and how deep `make soak` digs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings

CALM, SOAK = "calm", "soak"
"""The Hypothesis profile of every run, and the one under which everything goes as far as it did when it was written."""
settings.register_profile(CALM, deadline=None)  # a property that holds must not fail for a slow machine
settings.register_profile(SOAK, deadline=None)


def depth(usual: int, far: int) -> int:
    """How many examples, steps or seeds: ``usual``, or ``far`` under ``SOAK``."""
    return far if settings.get_current_profile_name() == SOAK else usual


thorough = pytest.mark.thorough
"""A fact that other tests hold in parts, held once more along the whole way, or at every place where it could break."""


def further(*cases: Any) -> list[Any]:
    """More cases of a test (a tuple is several arguments) that holds its fact by the cases before them already."""
    return [pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=thorough) for case in cases]
