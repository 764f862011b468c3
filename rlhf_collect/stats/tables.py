"""What a report is made of: the columns of the named statements in ``storage/sql/analysis.sql``.

Statistics know no database. A service hands over one function that turns the name of a statement
into NumPy columns; with an Arrow table per statement that is::

    def columns(name: str) -> dict[str, np.ndarray]:
        table = store.read_table(name, project_id=project_id, criterion=criterion)
        return {each: table[each].to_numpy() for each in table.column_names}

    tables = AgreementTables.read(columns)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rlhf_collect.stats.histogram import Histogram
from rlhf_collect.stats.orders import Orders
from rlhf_collect.stats.raters import RaterPatterns

Columns = Mapping[str, NDArray[Any]]
"""Column name to values; integers as int64, text as objects."""

TWO = ("a", "t", "b", "x")
MANY = ("s0", "t", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "x")
"""One scale for any number of completions: slot 0, tie, slots 1 to 7, both-bad."""
TIE, BOTH_BAD = 1, 9
DECIDED = (0, 2, 3, 4, 5, 6, 7, 8)
STRENGTHS = ("m3", "m2", "m1", "zero", "p1", "p2", "p3")
TEXT = frozenset({"rater", "other", "key", "model", "model_a", "model_b"})

ORDER_COLUMNS = (
    *("comparison", "cluster", "rater", "partial", "both_bad"),
    *(f"{what}{slot}" for what in "rm" for slot in range(8)),
)

COLUMNS: dict[str, tuple[str, ...]] = {
    "agreement_pattern": (*TWO, "m"),
    "agreement_pattern_many": ("completions", *MANY, "m"),
    "strength_pattern": (*STRENGTHS, "m"),
    "rater_pattern": ("rater", "label", *TWO, "m"),
    "rater_pattern_many": ("rater", "category", *MANY, "m"),
    "sides": ("rater", "decided", "first_shown"),
    "agreement_pattern_by_model_pair": ("model_a", "model_b", *MANY, "m"),
    "agreement_pattern_by_tag": ("key", *MANY, "m"),
    "agreement_pattern_by_week": ("key", *MANY, "m"),
    "agreement_pattern_by_language": ("key", *MANY, "m"),
    "agreement_pattern_by_guidelines": ("since", "key", *MANY, "m"),
    "agreement_first_k": ("k", "comparisons"),
    "agreement_coverage": (
        *("comparisons", "judgements", "raters", "ties", "both_bad", "strengths"),
        *("gold", "repeats", "beyond_k", "skips", "many", "tagged", "in_a_language", "more_guidelines"),
    ),
    "gold_counts": ("as_expected", "n"),
    "repeat_counts": ("same", "n"),
    "orders": ORDER_COLUMNS,
}
"""Statement name to the columns it must bring; extra columns are ignored."""

EMPTY_WITHOUT = {
    **dict.fromkeys(("agreement_pattern_many", "rater_pattern_many", "orders"), "many"),
    "agreement_pattern_by_tag": "tagged",
    "agreement_pattern_by_language": "in_a_language",
    "agreement_pattern_by_guidelines": "more_guidelines",
    "gold_counts": "gold",
    "repeat_counts": "repeats",
}
"""Statements that have nothing to tell where this number of ``agreement_coverage`` is 0, so that they are not asked."""

HEADLINE = frozenset(
    {
        *("agreement_pattern", "agreement_pattern_many", "rater_pattern", "rater_pattern_many"),
        *("sides", "agreement_coverage", "agreement_first_k"),
    }
)
"""Statements the first sentence and the four figures under it stand on."""

OF_SHARED = ("rater_pattern", "agreement_pattern_by_week")
"""Statements that have nothing to tell where no comparison was judged twice, so that they are not asked either."""


@dataclass(frozen=True, kw_only=True)
class AgreementTables:
    """The results of the analysis statements, one field each; all small, whatever the project."""

    agreement_pattern: Columns
    """Comparisons of two completions: judgements a, t, b, x and how many comparisons m."""
    agreement_pattern_many: Columns
    """The same for three to eight completions, with their number."""
    strength_pattern: Columns
    """Judgements of each signed strength from -3 to 3, and how many comparisons."""
    rater_pattern: Columns
    """Rater, own label and pattern, with how many judgements; two completions."""
    rater_pattern_many: Columns
    """The same for three to eight completions."""
    sides: Columns
    """Rater, decided judgements with a known order, those for the completion shown first."""
    agreement_pattern_by_model_pair: Columns
    """Patterns for each pair of models."""
    agreement_pattern_by_tag: Columns
    """Patterns for each tag."""
    agreement_pattern_by_week: Columns
    """Patterns for each Monday."""
    agreement_pattern_by_language: Columns
    """Patterns for each language."""
    agreement_pattern_by_guidelines: Columns
    """Patterns for each version of the guidelines, where there is more than one."""
    agreement_first_k: Columns
    """How many judgements of a comparison count at most (0: all), and for how many comparisons."""
    agreement_coverage: Columns
    """One row: what was counted and what was left out."""
    gold_counts: Columns
    """Judgements on gold comparisons and those as expected: one row if there is any."""
    repeat_counts: Columns
    """Judgements given a second time and those that were the same: one row if there is any."""
    orders: Columns
    """Judgements of three to eight completions, one row each: the place and the model of each slot."""

    @classmethod
    def read(
        cls, columns: Callable[[str], Columns], *, only: Collection[str] = COLUMNS.keys()
    ) -> AgreementTables:
        """Ask for every statement of ``COLUMNS`` that has something to tell; those that are not in ``only`` stay empty.

        Errors: ``ValueError`` naming the statement whose columns are missing, of different lengths, or
        not whole numbers.
        """

        def asked(name: str) -> Columns:
            return checked_columns(name, columns(name), COLUMNS[name]) if name in only else nothing(name)

        found = {name: asked(name) for name in COLUMNS if name not in (*EMPTY_WITHOUT, *OF_SHARED)}
        coverage = found["agreement_coverage"]
        for name, number in EMPTY_WITHOUT.items():
            found[name] = asked(name) if coverage[number].any() else nothing(name)
        two, many = found["agreement_pattern"], found["agreement_pattern_many"]
        shared = any(
            (stacked(each, names).sum(axis=1) > 1).any() for each, names in ((two, TWO), (many, MANY))
        )
        for name in OF_SHARED:
            found[name] = asked(name) if shared else nothing(name)
        return cls(**found)

    def count(self, statement: str, column: str) -> int:
        """Read a number of a one-row table, 0 when the row is missing."""
        return int(getattr(self, statement)[column].sum())


def nothing(name: str) -> Columns:
    """The columns of a statement without a row."""
    return {each: np.array([], dtype=object if each in TEXT else np.int64) for each in COLUMNS[name]}


def checked_columns(name: str, found: Columns, needed: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """The columns a statement must bring, as whole numbers or text. Error: ``ValueError`` naming it."""
    missing = [each for each in needed if each not in found]
    if missing:
        raise ValueError(f"{name} lacks the columns {', '.join(missing)}")
    kept: dict[str, NDArray[Any]] = {}
    for each in needed:
        values = np.asarray(found[each])
        if values.dtype.kind == "f" or (values.dtype.kind == "O" and any(one is None for one in values)):
            raise ValueError(f"{name} has nulls or fractions in {each}")
        text = each in TEXT and values.dtype.kind not in "iu"
        kept[each] = values.astype(object if text else np.int64)
    if len({len(values) for values in kept.values()}) > 1:
        raise ValueError(f"{name} has columns of different lengths")
    return kept


def stacked(columns: Columns, names: tuple[str, ...]) -> NDArray[np.int64]:
    """Columns side by side, shape (rows, names)."""
    return np.stack([columns[name] for name in names], axis=1)


def _widened(four: NDArray[np.int64]) -> NDArray[np.int64]:
    """Patterns of two completions on the scale of ``MANY``; their order stays that of (a, t, b, x)."""
    wide = np.zeros((len(four), len(MANY)), dtype=np.int64)
    wide[:, [0, TIE, 2, BOTH_BAD]] = four
    return wide


class ComparisonPatterns(Protocol):
    """Anything that holds the patterns of comparisons."""

    @property
    def agreement_pattern(self) -> Columns:
        """Two completions."""
        ...

    @property
    def agreement_pattern_many(self) -> Columns:
        """Three to eight."""
        ...


class Patterns(ComparisonPatterns, Protocol):
    """Anything that holds the four pattern tables."""

    @property
    def rater_pattern(self) -> Columns:
        """Two completions, by rater."""
        ...

    @property
    def rater_pattern_many(self) -> Columns:
        """Three to eight, by rater."""
        ...


@dataclass(frozen=True, kw_only=True)
class PatternTables:
    """The patterns of comparisons alone, where nothing else is asked."""

    agreement_pattern: Columns
    """Two completions."""
    agreement_pattern_many: Columns
    """Three to eight."""

    @classmethod
    def read(cls, columns: Callable[[str], Columns]) -> PatternTables:
        """Ask for both statements. Errors: ``ValueError`` naming the one that cannot be used."""
        names = ("agreement_pattern", "agreement_pattern_many")
        return cls(**{name: checked_columns(name, columns(name), COLUMNS[name]) for name in names})


def histograms(tables: ComparisonPatterns) -> dict[int, Histogram]:
    """Histogram on the scale of ``MANY`` for each number of completions that was judged."""
    found: dict[int, Histogram] = {}
    two = tables.agreement_pattern
    if len(two["m"]):
        found[2] = Histogram.of(_widened(stacked(two, TWO)), two["m"])
    many = tables.agreement_pattern_many
    for completions in np.unique(many["completions"]).tolist():
        rows = many["completions"] == completions
        found[completions] = Histogram.of(stacked(many, MANY)[rows], many["m"][rows])
    return found


def all_of(parts: dict[int, Histogram]) -> Histogram:
    """All numbers of completions together: their coincidences add."""
    empty = np.zeros((0, len(MANY)), dtype=np.int64)
    whole = Histogram(counts=empty, times=np.zeros(0, dtype=np.int64))
    for part in parts.values():
        whole = whole.plus(part)
    return whole


def rater_patterns(tables: Patterns) -> RaterPatterns:
    """Both rater tables on the scale of ``MANY``, raters numbered in the order of their keys."""
    two, many = tables.rater_pattern, tables.rater_pattern_many
    label = np.where(two["label"] == 3, BOTH_BAD, two["label"])
    names, rater = np.unique(np.concatenate([two["rater"], many["rater"]]).astype(str), return_inverse=True)
    return RaterPatterns(
        rater=rater.astype(np.int64),
        label=np.concatenate([label, many["category"]]),
        counts=np.concatenate([_widened(stacked(two, TWO)), stacked(many, MANY)]),
        times=np.concatenate([two["m"], many["m"]]),
        raters=len(names),
    )


def orders_of(columns: Columns) -> Orders:
    """The table of ``orders`` as statistics take it."""
    return Orders(
        comparison=columns["comparison"],
        rater=columns["rater"],
        cluster=columns["cluster"],
        partial=columns["partial"] > 0,
        both_bad=columns["both_bad"] > 0,
        place=stacked(columns, ORDER_COLUMNS[5:13]),
        model=stacked(columns, ORDER_COLUMNS[13:]),
    )
