"""Which comparisons of a project are ordinary work, which have a known answer, and which are nobody's."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from rlhf_collect.domain.limits import Limits, reach_of
from rlhf_collect.services.model_graph import Numbers
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
        measuring = np.array([row["measures"] for row in rows], dtype=np.bool_)
        self.gold: Places = measuring & ~aside
        """Comparisons with a known answer among the others, but those that were contested with success."""
        self.ordinary: Places = ~known & ~aside
        """Comparisons that want judgements, as many as the rule says."""
        self._plan = plan
        self._languages: list[str] = []
        self._tags: list[frozenset[str]] = []
        self._reach: dict[Limits, Places] = {Limits(): np.ones(len(rows), dtype=np.bool_)}
        self._tagged: dict[str, Places] = {}

    def read(self, topics: Sequence[Row]) -> None:
        """Take in the rows of ``board_topics``; not needed where the plan and all raters are about everything."""
        self._languages = [row["language"] for row in topics]
        self._tags = [frozenset(json.loads(row["tags"])) for row in topics]
        self._tagged = {
            each: self._with_tags({each}) for each in (*self._plan.first, *dict(self._plan.targets))
        }

    def within(self, limits: Limits) -> Places:
        """The comparisons somebody is asked about."""
        if limits not in self._reach:
            reach = map(reach_of(limits), self._languages, self._tags)
            self._reach[limits] = np.fromiter(reach, dtype=np.bool_, count=len(self._tags))
        return self._reach[limits]

    def foremost(self, room: Places, complete: Places) -> Places:
        """Of the places with room those that come first: all of them where none does."""
        wanted = [self._tagged[each] for each in self._plan.first if each not in dict(self._plan.targets)]
        wanted += [
            self._tagged[tag]
            for tag, target in self._plan.targets
            if int((complete & self.ordinary & self._tagged[tag]).sum()) < target
        ]
        first = room & np.logical_or.reduce(wanted) if wanted else room
        return first if first.any() else room

    def _with_tags(self, tags: set[str]) -> Places:
        return np.array([not tags.isdisjoint(each) for each in self._tags], dtype=np.bool_)


def drawn(places: Numbers) -> tuple[int, int]:
    """One of some places, all equally likely, and the random state it was drawn with."""
    state = secrets.randbits(62)
    return int(places[Random(state).randrange(len(places))]), state  # noqa: S311 - a recorded draw
