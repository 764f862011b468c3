"""What answers go along with besides what was asked: the length of a response, and the models behind it."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
import pyarrow.compute as pc

from rlhf_collect.stats.figures import bound
from rlhf_collect.stats.intervals import clustered_share

Ints = np.ndarray[Any, np.dtype[np.int64]]
MOST_PAIRS = 20
"""Pairs of models that are counted by name: those with most votes."""


def count_effects(con: duckdb.DuckDBPyConnection, *, few_raters: bool) -> dict[str, Any]:
    """The manifest's ``effects`` per criterion: ``{"longer": figure or None, "model_pairs": [...], "more_pairs"}``.

    ``longer`` is the share of answers that name the longer response, its interval by comparison; it is a habit
    of raters, and not told with fewer than five of them.
    """
    script = files("rlhf_collect.exporters") / "sql" / "effects.sql"
    con.execute(script.read_text(encoding="utf-8"))
    pairs = _pairs(con)
    longer = {} if few_raters else _lengths(con)
    return {
        criterion: {
            "longer": longer.get(criterion),
            "model_pairs": pairs.get(criterion, [])[:MOST_PAIRS],
            "more_pairs": max(0, len(pairs.get(criterion, [])) - MOST_PAIRS),
        }
        for criterion in sorted(pairs.keys() | longer.keys())
    }


def _pairs(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Pairs of models per criterion, those with most votes first."""
    found: dict[str, list[dict[str, Any]]] = {}
    ordered = con.table("effect_models").order("criterion, votes DESC, model_a, model_b")
    for row in ordered.to_arrow_table().to_pylist():
        found.setdefault(row.pop("criterion"), []).append(row)
    return found


def _lengths(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any] | None]:
    """The share of answers that name the longer response, per criterion; one row of the view is one comparison."""
    # In one order whatever the engine does, for a sum of floating point numbers depends on it.
    ordered = con.table("effect_length").order("criterion, comparison_id")
    told = ordered.select("criterion", "longer", "answers").to_arrow_table()
    found = {}
    for criterion in pc.unique(told["criterion"]).to_pylist():
        some = told.filter(pc.equal(told["criterion"], criterion))
        found[criterion] = _share(*(some[name].to_numpy() for name in ("longer", "answers")))
    return found


def _share(longer: Ints, answers: Ints) -> dict[str, Any] | None:
    """A share whose interval treats each comparison as one observation."""
    share = clustered_share(longer, answers)
    if share is None:
        return None
    low, high = (None if each is None else bound(each) for each in (share.low, share.high))
    return {"value": share.value, "low": low, "high": high, "n": share.n}
