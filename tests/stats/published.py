"""Published examples with known results, as counts."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from rlhf_collect.stats.histogram import Histogram
from rlhf_collect.stats.orders import NOBODY, Orders
from rlhf_collect.stats.outcomes import OWN, Outcomes
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

OBSERVER_1 = (
    "111 333 112 222 222 222 122 333 222 232 444 222 111 222 121 111 111 111 222 222 222 222 222 221 111 111 232 111 "
    "111 112 111 333 111 222 222 433 221 232 333 111 111 121 232 121 222"
)
OBSERVERS_2_TO_5 = (
    "1111 4334 2122 3121 3222 3322 2111 3433 2223 2223 4444 3343 1111 3212 1111 2111 1111 1111 2221 1322 2222 2221 "
    "3222 2222 1111 1111 2222 1111 1111 1121 1111 3233 1111 2222 3232 4343 2232 3233 3432 1111 1111 2111 2222 1111 2222"
)
"""Dawid and Skene 1979: 45 patients, classes 1 to 4; observer 1 saw each three times."""

SMALL = (
    "p1 r1 A|p1 r2 A|p1 r3 B|p2 r1 A|p2 r2 tie|p3 r1 tie|p3 r2 tie|p3 r3 tie|p4 r1 B|p4 r2 B|p4 r3 A|p4 r4 B"
    "|p5 r4 A|p6 r2 A|p6 r3 B|p6 r4 tie"
)
"""A worked example in order of arrival: comparison, rater, answer."""

DATA = Path(__file__).parent.parent / "data"
PANDALM = DATA / "pandalm_annotators.csv"
SYSTEMS = ("bart", "bart-dpr", "human")

WINS = {
    "ab": (30, 10, 5),
    "ac": (25, 12, 9),
    "ad": (40, 5, 4),
    "bc": (18, 20, 11),
    "bd": (22, 9, 7),
    "cd": (19, 11, 6),
}
"""Four models: judgements for the first, for the second, ties."""
RANKS = ((1, 2, 3, 4), (1, 3, 2, 4), (2, 2, 3, 4))
"""Three raters, four completions."""


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


def patients() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Patient, observer, class, numbered from 0."""
    rows = [
        (patient, observer, int(digit) - 1)
        for patient, (first, others) in enumerate(
            zip(OBSERVER_1.split(), OBSERVERS_2_TO_5.split(), strict=True)
        )
        for observer, digit in [*((0, each) for each in first), *enumerate(others, start=1)]
    ]
    columns = np.array(rows).T
    return columns[0], columns[1], columns[2]


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


def wins_outcomes() -> Outcomes:
    """``WINS``, every judgement on a comparison of its own."""
    first, second = (["abcd".index(pair[side]) for pair in WINS] for side in (0, 1))
    won, lost, tied = zip(*WINS.values(), strict=True)
    rows = [
        (a, b, *result)
        for a, b, *counts in zip(first, second, won, tied, lost, strict=True)
        for result, times in zip(((1, 0, 0), (0, 1, 0), (0, 0, 1)), counts, strict=True)
        for _ in range(times)
    ]
    return outcomes(rows)


def outcomes(rows: list[tuple[int, ...]], *, clusters: list[int] | None = None) -> Outcomes:
    """From rows of first, second, won, tied, lost; each its own comparison, or by ``clusters``."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    own = np.full(len(rows), OWN, dtype=np.int64)
    names = ("first", "second", "won", "tied", "lost")
    return Outcomes(
        **dict(zip(names, columns, strict=True)),
        times=np.ones(len(rows), dtype=np.int64),
        cluster=own if clusters is None else np.array(clusters),
        judgement=own,
    )


def orders(rows: list[tuple[int, tuple[int, ...]]], *, models: tuple[int, ...] = ()) -> Orders:
    """From comparison and ranks, one row per rater, all of whom are different."""
    place = np.full((len(rows), 8), NOBODY, dtype=np.int64)
    for row, (_, ranks) in enumerate(rows):
        place[row, : len(ranks)] = ranks
    comparison = np.array([number for number, _ in rows], dtype=np.int64)
    model = np.full((len(rows), 8), NOBODY, dtype=np.int64)
    model[:, : len(models)] = models
    no = np.zeros(len(rows), dtype=bool)
    return Orders(
        comparison=comparison,
        rater=np.arange(len(rows)),
        cluster=comparison,
        partial=no,
        both_bad=no,
        place=place,
        model=model,
    )


def squality() -> list[dict[str, str]]:
    """One row per review: question, system, rater, ratings and ranks."""
    with (DATA / "squality_reviews.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def squality_ranks(aspect: str) -> list[tuple[int, tuple[int, ...]]]:
    """Question and the ranks of the three systems, one row per reviewer."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    for row in squality():
        ranks = found.setdefault((int(row["question"]), int(row["rater"])), {})
        ranks[row["system"]] = int(row[f"{aspect}_rank"])
    return [(question, tuple(ranks[each] for each in SYSTEMS)) for (question, _), ranks in found.items()]


def squality_rating_counts(aspect: str) -> np.ndarray:
    """Unit (question and system) by value 0 to 100."""
    counts = np.zeros((300, 101), dtype=np.int64)
    for row in squality():
        unit = int(row["question"]) * 3 + SYSTEMS.index(row["system"])
        counts[unit, int(row[f"{aspect}_rating"])] += 1
    return counts


def pandalm_sources() -> tuple[list[tuple[str, str]], np.ndarray]:
    """Models, and characters of both responses, shape (999, 2)."""
    with (DATA / "pandalm_lengths.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    lengths = np.array([[int(row["response1"]), int(row["response2"])] for row in rows])
    return [(row["model1"], row["model2"]) for row in rows], lengths
