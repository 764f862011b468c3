"""Versions that are to go from a place, and the account of what that takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rlhf_collect.exporters.withdrawn import Withdrawn

COPIES = "Copies that people have downloaded, and what was made of them, stay where they are."
"""What no withdrawal reaches."""


@dataclass(frozen=True, kw_only=True)
class Going:
    """One version that is to go, as the service knows it."""

    version: str
    """Its name."""
    on: str
    """The day (UTC) its withdrawal began, ``YYYY-MM-DD``."""
    rows: int
    """Rows it has, over all configs and splits."""
    begun: bool = False
    """Whether its withdrawal is on record already: who goes on after a crash may find nothing of it."""
    revision: str = ""
    """The commit it had then; empty before, and of a folder."""
    large_files: frozenset[str] = frozenset()
    """SHA-256 of what was to be deleted then: once the tag is gone, nothing else leads there."""

    def entry(self, large_files: int) -> Withdrawn:
        """What ``WITHDRAWN.md`` says of it."""
        return Withdrawn(version=self.version, on=self.on, rows=self.rows, files=large_files)


@dataclass(frozen=True, kw_only=True)
class LargeFile:
    """One stored object that is to be deleted."""

    sha256: str
    """Of its bytes."""
    name: str
    """A path it has."""
    bytes: int
    """Its size."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An open pull request of ours."""

    number: int
    """Its number."""
    version: str
    """The version it holds."""
    url: str
    """Its page."""


@dataclass(frozen=True, kw_only=True)
class WithdrawalPlan:
    """What withdrawing would do; nothing of it is done. For a folder only the first and the last fields are filled."""

    versions: tuple[str, ...]
    """The versions that go, in their order."""
    done: bool
    """Whether they were withdrawn from here before, and nothing is left to do."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags that would be deleted, with their commits."""
    candidates: tuple[Candidate, ...] = ()
    """Pull requests that would be closed: they were made for a ``main`` that will be no more."""
    empties_main: bool = False
    """Whether ``main`` would show no data, because no version is left."""
    squashes: bool = False
    """Whether the history of ``main`` would become one commit."""
    objects: tuple[LargeFile, ...] = ()
    """Large files that would be deleted for good, out of all history."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Versions that stay, with their commits."""
    commits: Mapping[str, str] = field(default_factory=dict)
    """The commit of each version that goes, also where it went already."""
    large_files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """SHA-256 of what each version that goes has and no kept one."""
    folders: tuple[str, ...] = ()
    """Folders that would be removed, where the place is a folder."""
    beyond: tuple[str, ...] = ()
    """What it cannot remove, one sentence each."""


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """Versions that are gone from a place, which was looked at again."""

    url: str
    """Where people look at it."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Versions that stay and were found whole, with their commits; of a folder without."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """Those of them whose commit is another one now, with the commit before."""
    beyond: tuple[str, ...] = ()
    """What could not be removed, one sentence each."""
