"""What goes into a version and what comes out: the values at the door of this package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from rlhf_collect.exporters.labour.facts import K_RATERS, WorkFacts
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.exporters.waiting import Rows

__all__ = [
    "K_RATERS",
    "Previous",
    "Progress",
    "ProjectFacts",
    "SealedVersion",
    "Snapshot",
    "Source",
    "VersionInputs",
]

Progress = Callable[[str], None]
"""Called with one plain sentence when a step begins."""


@dataclass(frozen=True, kw_only=True)
class Previous:
    """The version before this one."""

    version: str
    """Its name."""
    manifest_sha256: str
    """SHA-256 of its ``manifest.json``."""
    folder: Path | None = None
    """Where its files lie; without it the changes cannot be counted."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The state of the store that was read."""

    last_sequence: int
    """Largest sequence number that may enter: of what was judged or taken back."""
    schema_migration: int
    """Number of the last migration of the store."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where comparisons came from."""

    id: str
    """Dataset id or file name."""
    revision: str
    """Commit of the source, empty when it has none."""
    licence: str
    """Its licence, empty when unknown."""
    comparisons: int
    """How many comparisons of the version come from it: together they are all of them."""

    def as_json(self) -> dict[str, Any]:
        """The entry of the manifest."""
        return {
            "id": self.id,
            "revision": self.revision,
            "licence": self.licence,
            "comparisons": self.comparisons,
        }


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """What the card says about the project, as disclosed to raters."""

    title: str
    """Name for people."""
    purpose: str
    """Why the judgements are collected."""
    engagement: str
    """``staff``, ``volunteer`` or ``paid``."""
    responsible: str
    """Who asks: an organisation or a person."""
    config_sha256: str
    """Hash of the project settings in force."""
    contact: str = ""
    """Public address for questions and withdrawal; empty when none is given."""
    use: tuple[str, ...] = ()
    """Intended uses, such as ``reward_model``."""
    licence: str = ""
    """Licence of the published dataset, a Hub identifier such as ``cc-by-4.0``."""
    licence_override: str = ""
    """Why it may allow commercial use although a source does not; empty when nobody said so."""
    questions: Mapping[str, str] = field(default_factory=dict)
    """What raters were asked, per criterion."""
    ways: Mapping[str, str] = field(default_factory=dict)
    """How they answered it, in words, per criterion."""
    guidelines: Mapping[str, str] = field(default_factory=dict)
    """Text of the guidelines raters read, per guideline version."""
    sources: tuple[Source, ...] = ()
    """Where the comparisons came from."""
    repo: str = ""
    """Hub repository the dataset is meant for, ``org/name``; empty when unknown."""
    notes: str = ""
    """The lead's own text for the card (``card.notes``), Markdown."""


@dataclass(frozen=True, kw_only=True)
class VersionInputs:
    """Everything a version is built from. Tables are unordered; the order of rows is worked out here."""

    project: str
    """Name of the project."""
    version: str
    """``MAJOR.MINOR.PATCH``."""
    previous: Previous | None
    """The version before, ``None`` for the first."""
    judgements: Rows
    """Last revision of each judgement that stands: ``judgement_id, criterion, comparison_id, rater_name, rater_key,
    imported, nameless, rationale_consent, choice, strength, ranking, presentation, rationale, submitted_on,
    is_gold, repeat_no, sequence_no, guideline_version, interface_version, degree, points, reasons, flags,
    order_asked``; JSON as text. ``nameless`` raters had their data erased and left their judgements."""
    comparisons: Rows
    """``comparison_id, prompt, language, tags, metadata, source, is_gold, batch_source, batch_revision,
    batch_licence``; JSON as text."""
    completions: Rows
    """``comparison_id, place, completion_id, model, content``; ``place`` from 0 in import order."""
    edited: Rows
    """Edited completions that hold: ``judgement_id, completion_id, content``, at most one a judgement."""
    adjudications: Rows
    """Decisions that stand: ``adjudication_id, comparison_id, criterion, choice, strength, reason, decided_on,
    guideline_version, interface_version, holds, role, presentation``; ``holds`` marks what is gone by on a comparison
    and criterion, ``role`` is ``rater`` for a second rater, whose ``presentation`` is a JSON list, else null."""
    version_rows: Rows
    """``config, row_id, first_version, split`` of every row that was ever in an earlier version; ``split`` is
    null where it was not kept yet."""
    rules: Rules
    """How rows are made."""
    dataset_key: bytes
    """Secret of this dataset: draws pseudonyms, published ids and the order of new rows."""
    snapshot: Snapshot
    """The state that was read."""
    project_facts: ProjectFacts
    """What the card says."""
    work: WorkFacts
    """What is known about the work behind it."""
    agreement: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The agreement report of the contract, per criterion."""
    images: pa.Table | None = None
    """``comparison_id, path, sha256, media_type`` of the pictures comparisons name; ``None`` for none."""
    picture: Callable[[str], bytes] = lambda sha256: b""
    """The bytes of one of them, by its SHA-256: asked for one at a time."""
    tells_guidelines: bool = True
    """Whether the guidelines of ``work`` are files of the version. Those frozen before that was so have none."""
    undated: int = 0
    """Imported judgements that brought no date: theirs is the day of the import."""
    exclusions: pa.Table = field(
        default_factory=lambda: pa.table({"judgement_id": pa.array([], pa.string())})
    )
    """``judgement_id`` of those that a decision in effect leaves out of everything but the raw rows."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Counts of what the service kept back (``skip``, ``withdrawn``, ``erased``)."""
    withdrawn_versions: tuple[str, ...] = ()
    """Earlier versions that were taken from where they were published, in their order."""
    withdrawn_since: tuple[str, ...] = ()
    """Those of them that were since the version before was frozen."""


@dataclass(frozen=True, kw_only=True)
class SealedVersion:
    """A version that stands in its folder and does not change any more."""

    folder: Path
    """Where it stands."""
    project: str
    """Its project."""
    version: str
    """Its name."""
    manifest_sha256: str
    """SHA-256 of ``manifest.json``: the seal."""
    rows: dict[str, dict[str, int]]
    """Rows per config and split."""
    new_rows: pa.Table
    """``config, row_id, first_version, split`` of the rows no earlier version held: to be kept with the version."""
