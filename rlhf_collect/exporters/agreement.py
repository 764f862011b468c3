"""The agreement of the judgements that a filtered version holds: that of all others would tell of other data."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rlhf_collect.exporters.inputs import VersionInputs
from rlhf_collect.stats.report import agreement_report
from rlhf_collect.stats.tables import COLUMNS, MANY, AgreementTables, Columns, nothing

KEPT = frozenset(
    (
        *("project", "criterion", "raters", "comparisons", "judgements", "pairs", "coverage", "ground"),
        *(
            "percent_agreement",
            "percent_agreement_no_ties",
            "krippendorff_alpha",
            "krippendorff_alpha_ordinal",
        ),
        *("gwet_ac1", "position_bias", "chance"),
    )
)
"""Figures of the report that follow from the judgements of the version; the others are null here."""
NOT_HERE = "Not computed for a version with filters."
_TWO = {"a": "s0", "t": "t", "b": "s1", "x": "x", "m": "m"}


def filtered_agreement(con: duckdb.DuckDBPyConnection, inputs: VersionInputs) -> dict[str, dict[str, Any]]:
    """The report of each criterion of ``inputs.agreement``, over the judgements the filters let through."""
    con.execute((files("rlhf_collect.exporters") / "sql" / "agreement.sql").read_text(encoding="utf-8"))
    return {name: _report(con, inputs, name, given) for name, given in inputs.agreement.items()}


def _report(
    con: duckdb.DuckDBPyConnection, inputs: VersionInputs, criterion: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    tables = AgreementTables.read(lambda name: _columns(con, name, criterion))
    report = agreement_report(
        tables,
        project=inputs.project,
        criterion=criterion,
        version=inputs.version,
        code=str(given.get("ground", {}).get("code", "")),
        ground_filter="the filters of the version",
    )
    notes = {name: reason for name, reason in report["notes"].items() if name.partition(".")[0] in KEPT}
    for name, value in report.items():
        if name not in KEPT and name not in ("notes", "sentence"):
            report[name] = [] if isinstance(value, list) else None
            notes[name] = NOT_HERE
    return report | {"notes": notes}


def _columns(con: duckdb.DuckDBPyConnection, name: str, criterion: str) -> Columns:
    """The columns of one statement of the analysis; none of those the version cannot answer."""
    if name == "sides":
        return _arrays(_of(con, "agreement_sides", criterion))
    if name == "agreement_coverage":
        found = _arrays(_of(con, "agreement_ground", criterion))
        zeros = np.zeros(len(found["raters"]), dtype=np.int64)
        return {each: found.get(each, zeros) for each in COLUMNS[name]}
    if name in ("agreement_pattern", "agreement_pattern_many"):
        table = _of(con, "agreement_patterns", criterion)
        two = pc.equal(table["completions"], 2)
        if name == "agreement_pattern_many":
            return _arrays(table.filter(pc.invert(two)).select(["completions", *MANY, "m"]))
        found = _arrays(table.filter(two))
        return {ours: found[theirs] for ours, theirs in _TWO.items()}
    return nothing(name)


def _of(con: duckdb.DuckDBPyConnection, view: str, criterion: str) -> pa.Table:
    table = con.table(view).to_arrow_table()
    return table.filter(pc.equal(table["criterion"], criterion)).drop_columns(["criterion"])


def _arrays(table: pa.Table) -> dict[str, Any]:
    return {name: table[name].to_numpy() for name in table.column_names}
