"""How far a project is, as its next version would count it."""

from __future__ import annotations

from dataclasses import dataclass

from rlhf_collect.exporters.counts import count_decided
from rlhf_collect.exporters.inputs import VersionInputs
from rlhf_collect.exporters.tables import workshop


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Two figures of a version that is not made yet."""

    decided: int
    """Comparisons with a decided pair under the rule in force."""
    newest: int
    """The newest judgement's place in the whole store."""


def measure_growth(inputs: VersionInputs) -> Growth:
    """Count what a version would hold, without making one. Errors: ``BadCall`` as in building it."""
    with workshop(inputs, rows=False) as made:
        decided = count_decided(made.con)
        newest = made.con.table("given_judgement").max("sequence_no").fetchall()[0][0]
    return Growth(decided=decided[inputs.rules.decision], newest=newest or 0)
