"""The version that is to be published, and what of it stands on the Hub by now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rlhf_collect.exporters.hub.errors import Fate, client_errors, fate_of
from rlhf_collect.exporters.manifest import NAME, Manifest

GOES_ON = "the same command goes on from there."
"""Ends what is said of what stands already."""
LOOKS = "is not known: the same command looks, and goes on from there."
"""Ends what is said where no answer came."""


@dataclass
class Ground:
    """What a publication has made on the Hub so far."""

    said: str = ""
    """In a sentence; empty while nothing was made."""

    def say(self, said: str) -> None:
        """From now on."""
        self.said = said

    @contextmanager
    def sending(self, doubt: str) -> Iterator[None]:
        """``doubt`` while the Hub is asked for a change, and after an end that leaves open whether it was made."""
        before, self.said = self.said, doubt
        try:
            yield
        except client_errors() as error:
            if fate_of(error) is not Fate.UNKNOWN:
                self.said = before
            raise


@dataclass(frozen=True, kw_only=True)
class Release:
    """The version that is to be published."""

    repo: str
    """``org/name``."""
    folder: Path
    """The files to send, checked."""
    sealed: Path
    """Where the frozen version lies: the same, unless its card was made to name the repository."""
    manifest: Manifest
    """Its manifest."""
    manifest_sha256: str
    """The seal."""
    ground: Ground = field(default_factory=Ground)
    """What stands on the Hub by now."""

    @property
    def owner(self) -> str:
        """Whose repository it is."""
        return self.repo.partition("/")[0]

    @property
    def version(self) -> str:
        """Its name, which is its tag."""
        name: str = self.manifest["version"]
        return name

    @property
    def paths(self) -> frozenset[str]:
        """Every file, the manifest included."""
        return frozenset(self.manifest["files"]) | {NAME}

    @property
    def kept(self) -> str:
        """How every refusal ends: what stands on the Hub, and what was kept here."""
        return f"{self.ground.said} Frozen version {self.version} is unchanged in {self.sealed}.".strip()
