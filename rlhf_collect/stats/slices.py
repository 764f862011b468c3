"""Agreement by model pair, tag, week, language and guidelines: the same figures on parts of the comparisons."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.figures import Notes, nominal_figures
from rlhf_collect.stats.histogram import Histogram
from rlhf_collect.stats.tables import MANY, Columns, stacked

MOST = 200
"""Slices of one kind that a report holds: those with most judgements."""


def slices_of(columns: Columns, kind: str, notes: Notes) -> list[dict[str, Any]]:
    """Slices of a table with a text ``key``, or ``model_a`` and ``model_b``, ordered by ``since`` and key.

    Each is ``{"key", "comparisons", "comparisons_paired", "judgements", "pairs", "percent_agreement",
    "percent_agreement_no_ties", "krippendorff_alpha", "notes"}``, a model pair also ``models``.
    Beyond ``MOST``, slices with fewest judgements are left out, and ``notes`` says so under ``kind``.
    """
    names, which = _keys(columns)
    patterns, times = stacked(columns, MANY), columns["m"]
    weight = np.bincount(which, weights=patterns.sum(axis=1) * times, minlength=len(names))
    kept = np.sort(np.argsort(-weight, kind="stable")[:MOST])
    if len(names) > MOST:
        notes.null(kind, f"The {MOST} with most judgements of {len(names):,}.")
    slices = []
    for place in kept.tolist():
        rows = which == place
        histogram = Histogram.of(patterns[rows], times[rows])
        key = names[place]
        named = {"key": " / ".join(key)} | ({"models": list(key)} if len(key) == 2 else {})
        slices.append(named | slice_figures(histogram))
    return slices


def _keys(columns: Columns) -> tuple[list[tuple[str, ...]], NDArray[np.int64]]:
    """List the different keys in order, and the place of each row's key among them."""
    parts = [columns["key"]] if "key" in columns else [columns["model_a"], columns["model_b"]]
    rows = list(zip(*(part.tolist() for part in parts), strict=True))
    since = columns["since"].tolist() if "since" in columns else [0] * len(rows)
    names = [name for _, name in sorted(set(zip(since, rows, strict=True)))]
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([place[row] for row in rows], dtype=np.int64)


def slice_figures(histogram: Histogram) -> dict[str, Any]:
    """The figures of one slice, from all its comparisons."""
    notes = Notes()
    paired = histogram.paired()
    return {
        "comparisons": histogram.comparisons,
        "comparisons_paired": paired.comparisons,
        "judgements": histogram.judgements,
        "pairs": paired.pairs,
        **nominal_figures(paired, notes),
        "notes": notes.reasons,
    }
