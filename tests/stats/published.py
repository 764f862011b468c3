"""Published examples with known results, as counts."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from rlhf_collect.stats.histogram import Histogram
from rlhf_collect.stats.raters import RaterPatterns

KRIPPENDORFF_2011 = """
1 2 3 3 2 1 4 1 2 * * *
1 2 3 3 2 2 4 1 2 5 * 3
* 3 3 3 2 3 4 2 2 5 1 *
1 2 3 3 2 4 4 1 2 5 1 *
"""
"""4 raters, 12 units, values 1 to 5, * missing (https://repository.upenn.edu/asc_papers/43)."""

FLEISS_1971 = (
    "0 0 0 0 14|0 2 6 4 2|0 0 3 5 6|0 3 9 2 0|2 2 8 1 1|7 7 0 0 0|3 2 6 3 0|2 5 3 2 2|6 5 2 1 0|0 2 2 3 7"
)
"""10 units, 5 categories, 14 raters."""

SMALL = (
    "p1 r1 A|p1 r2 A|p1 r3 B|p2 r1 A|p2 r2 tie|p3 r1 tie|p3 r2 tie|p3 r3 tie|p4 r1 B|p4 r2 B|p4 r3 A|p4 r4 B"
    "|p5 r4 A|p6 r2 A|p6 r3 B|p6 r4 tie"
)
"""A worked example in order of arrival: comparison, rater, answer."""

PANDALM = Path(__file__).parent.parent / "data" / "pandalm_annotators.csv"


def krippendorff_counts() -> np.ndarray:
    units = zip(*(line.split() for line in KRIPPENDORFF_2011.split("\n") if line), strict=True)
    return np.array([[unit.count(str(value)) for value in range(1, 6)] for unit in units])


def fleiss_counts() -> np.ndarray:
    return np.array([[int(each) for each in unit.split()] for unit in FLEISS_1971.split("|")])


def small_rows() -> list[tuple[str, str, str]]:
    return [tuple(row.split()) for row in SMALL.split("|")]  # type: ignore[misc]


def small_arrays() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Comparison, rater, label (A 0, tie 1, B 2), numbered from 0."""
    rows = small_rows()
    label = {"A": 0, "tie": 1, "B": 2}
    return (
        np.array([int(comparison[1:]) - 1 for comparison, _, _ in rows]),
        np.array([int(rater[1:]) - 1 for _, rater, _ in rows]),
        np.array([label[answer] for _, _, answer in rows]),
    )


def pandalm_labels() -> np.ndarray:
    """Shape (999, 3): A 0, tie 1, B 2, the first response being A."""
    with PANDALM.open(newline="") as lines:
        rows = [[int(row[f"annotator{n}"]) for n in (1, 2, 3)] for row in csv.DictReader(lines)]
    return np.array([0, 1, 2])[np.array([[(1, 0, 2)[each] for each in row] for row in rows])]


def pandalm_arrays() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    labels = pandalm_labels()
    comparison, rater = np.indices(labels.shape)
    return comparison.ravel(), rater.ravel(), labels.ravel()


def histogram_of(arrays: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Histogram:
    return Histogram.of_judgements(arrays[0], arrays[2])


def rater_rows_of(arrays: tuple[np.ndarray, np.ndarray, np.ndarray]) -> RaterPatterns:
    return RaterPatterns.of_judgements(arrays[1], arrays[0], arrays[2])
