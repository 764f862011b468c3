"""What answers go along with besides what was asked: the length of a response, and the models behind it."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import duckdb
import numpy as np

from rlhf_collect.stats.figures import bound
from rlhf_collect.stats.intervals import clustered_share

MOST_PAIRS = 20
"""Pairs of models that are counted by name: those with most votes."""


def count_effects(con: duckdb.DuckDBPyConnection, *, few_raters: bool) -> dict[str, Any]:
    """The manifest's ``effects`` per criterion: ``{"longer": figure or None, "model_pairs": [...], "more_pairs"}``.

    ``longer`` is the share of answers that name the longer response, its interval by comparison; it is a habit
    of raters, and not told with fewer than five of them.
    """
    script = files("rlhf_collect.exporters") / "sql" / "effects.sql"
    con.execute(script.read_text(encoding="utf-8"))
    pairs = _by_criterion(con, "effect_models", order="votes DESC, model_a, model_b")
    longer = {} if few_raters else _by_criterion(con, "effect_length", order="comparison_id")
    return {
        criterion: {
            "longer": _share(longer.get(criterion, [])),
            "model_pairs": pairs.get(criterion, [])[:MOST_PAIRS],
            "more_pairs": max(0, len(pairs.get(criterion, [])) - MOST_PAIRS),
        }
        for criterion in sorted(pairs.keys() | longer.keys())
    }


def _by_criterion(
    con: duckdb.DuckDBPyConnection, view: str, *, order: str
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in con.table(view).order(f"criterion, {order}").to_arrow_table().to_pylist():
        found.setdefault(row.pop("criterion"), []).append(row)
    return found


def _share(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """A share whose interval treats each comparison as one observation."""
    columns = (np.array([row[name] for row in rows], dtype=np.int64) for name in ("longer", "answers"))
    share = clustered_share(*columns)
    if share is None:
        return None
    low, high = (None if each is None else bound(each) for each in (share.low, share.high))
    return {"value": share.value, "low": low, "high": high, "n": share.n}
