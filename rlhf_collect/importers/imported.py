"""What a reader hands on: raw rows inside the package, comparisons and judgements outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rlhf_collect.domain.comparison import Comparison
from rlhf_collect.domain.judgement import Draft

AnyJson = Any
"""A value as JSON, CSV or Arrow gives it: text, number, true or false, null, list, object, date, bytes."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One object of a file, not yet understood."""

    where: str
    """File and line, ``pairs.jsonl:12``; for Parquet the row, ``pairs.parquet:row 12``."""
    values: Mapping[str, Any]
    """Column name to value, as the file gave it."""
    textual: bool = False
    """Whether every plain value is text (CSV), so that numbers come as digits."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where rows come from, as far as their content mentions it."""

    source: str
    """What ``Comparison.source`` says: dataset id with commit, or the file's name."""
    dataset: str
    """The same without commit or file ending: part of the names of import raters."""
    keep_preferences: bool
    """Whether preferences found in the source become judgements."""

    def rater(self, name: str) -> str:
        """The import rater of this source that gave the judgements of ``name``."""
        return f"import:{self.dataset}/{name}"


@dataclass(frozen=True, kw_only=True)
class ImportedJudgement:
    """A judgement made elsewhere, not yet checked against a project."""

    where: str
    """File and line it came from."""
    comparison: str
    """Id of the comparison."""
    rater: str
    """Name of the rater; ``import:<source>/<rater>`` for preferences found in a dataset."""
    draft: Draft
    """The answer. Its choice may be ``skip``."""
    presentation: tuple[str, ...] | None
    """Completion ids in the order shown, ``None`` when unknown."""
    submitted_on: date | None
    """The day it was made; times of day are not kept."""


@dataclass(frozen=True, kw_only=True)
class ImportedImage:
    """A picture that came with a comparison, checked."""

    path: str
    """As the Markdown names it, ``images/...``."""
    sha256: str
    """Hex digest of the bytes."""
    media_type: str
    """What the bytes are."""
    content: bytes
    """The bytes."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """One comparison of a source, with the judgements that came with it."""

    where: str
    """File and line it came from."""
    comparison: Comparison
    """The comparison, complete and checked."""
    judgements: tuple[ImportedJudgement, ...] = ()
    """Empty unless the source was opened with ``keep_preferences``."""
    images: tuple[ImportedImage, ...] = ()
    """The pictures its texts name, each path once."""
    note: str = ""
    """What of the source is not in it, in a sentence that many comparisons may share; empty for nothing."""
