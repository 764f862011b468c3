"""How deep a test goes that tries things out: a little in every run, far in `make soak`."""

from __future__ import annotations

from hypothesis import settings

CALM, SOAK = "calm", "soak"
"""The Hypothesis profile of every run, and the one under which everything goes as far as it did when it was written."""
settings.register_profile(CALM, deadline=None)  # a property that holds must not fail for a slow machine
settings.register_profile(SOAK, deadline=None)


def depth(usual: int, far: int) -> int:
    """How many examples, steps or seeds: ``usual``, or ``far`` under ``SOAK``."""
    return far if settings.get_current_profile_name() == SOAK else usual
