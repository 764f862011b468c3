"""Reports as tables of text and as small plots: the same on a page and in a file."""

from rlhf_collect.drawing.plots import (
    Point,
    Span,
    as_sheet,
    bars_by_day,
    counts_by_tenth,
    line_with_band,
    spans,
)
from rlhf_collect.drawing.sheets import csv_text

__all__ = [
    "Point",
    "Span",
    "as_sheet",
    "bars_by_day",
    "counts_by_tenth",
    "csv_text",
    "line_with_band",
    "spans",
]
