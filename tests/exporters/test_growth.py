"""Whether a release is due is counted by the rule the project decides by, without making a version."""

from __future__ import annotations

import pytest

from rlhf_collect.exporters.growth import Growth, measure_growth
from rlhf_collect.exporters.rules import Rules
from tests.exporters.example import Collection

VOTES = {"clear": "a a a", "most": "a a b", "half": "a a b tie", "even": "a b", "tied": "tie tie"}
"""Comparison to what was said about it: all one, more than half, the most frequent but not more than half, neither."""


@pytest.mark.parametrize(("decision", "decided"), [("plurality", 3), ("majority", 2), ("unanimous", 1)])
def test_growth_counts_what_the_projects_rule_decides_up_to_the_newest_judgement(
    decision: str, decided: int
) -> None:
    given = Collection()
    for name, votes in VOTES.items():
        given.compare(name, "One.", "Two.")
        for place, vote in enumerate(votes.split()):
            given.judge(name, f"rater {place}", vote, 0 if vote == "tie" else 2)
    newest = max(each["sequence_no"] for each in given.judgements)
    found = measure_growth(given.inputs(rules=Rules(decision=decision)))
    assert found == Growth(decided=decided, newest=newest)
