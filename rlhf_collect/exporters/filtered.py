"""A version that leaves out comparisons or judgements: what must be counted anew then."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from rlhf_collect.errors import NotFound
from rlhf_collect.exporters.agreement import filtered_agreement
from rlhf_collect.exporters.inputs import VersionInputs

_SOURCES = """
SELECT g.batch_source AS id, g.batch_revision AS revision, g.batch_licence AS licence, count(*) AS comparisons
FROM given_comparison g WHERE g.comparison_id IN (SELECT comparison_id FROM judgement) GROUP BY ALL
"""


def refuse_nothing(inputs: VersionInputs, judgements: int) -> None:
    """Errors: ``NotFound`` for a version without a judgement, naming the filters if they are the reason."""
    if judgements:
        return
    if inputs.rules.filters.active:
        raise NotFound(
            f"The filters of this version (dataset.filters) leave no judgement of '{inputs.project}'. Nothing "
            "was written. Look at tags, models and days again, or ask for less."
        )
    raise NotFound(f"There is no judgement to freeze in '{inputs.project}'. Nothing was written.")


def counted_anew(con: duckdb.DuckDBPyConnection, inputs: VersionInputs) -> VersionInputs:
    """The inputs with sources and agreement of what the filters let through; as they are where there is no filter."""
    if not inputs.rules.filters.active:
        return inputs
    counts = {row[:3]: row[3] for row in con.sql(_SOURCES).fetchall()}
    facts = inputs.project_facts
    sources = tuple(
        replace(each, comparisons=count)
        for each in facts.sources
        if (count := counts.get((each.id, each.revision, each.licence)))
    )
    return replace(
        inputs,
        project_facts=replace(facts, sources=sources),
        agreement=filtered_agreement(con, inputs),
    )
