"""What every service verb needs: the store, the clock, the keys, and the serving board."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rlhf_collect.clock import Clock, utc_now
from rlhf_collect.ids import keyed_hash, pseudonym
from rlhf_collect.services.boards import Boards
from rlhf_collect.services.memory import Memory
from rlhf_collect.storage.port import Store

Progress = Callable[[int, int | None, str], None]
"""Called with (done, total or None, what) while long work goes on."""


def no_progress(done: int, total: int | None, what: str) -> None:
    """Nobody is watching."""


@dataclass(frozen=True, kw_only=True)
class KeyRing:
    """Secrets that live beside the database, never in it, so that a copied database tells no names."""

    path: Path | None
    """File holding the secret; ``None`` keeps it in memory, for tests."""
    secret: bytes
    """32 random bytes."""

    @classmethod
    def open(cls, path: Path) -> KeyRing:
        """Read the key file, or make one that only its owner can read."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(path.name + ".partial")
            partial.touch(mode=0o600)
            partial.write_bytes(secrets.token_bytes(32))
            partial.replace(path)
        return cls(path=path, secret=path.read_bytes())

    @classmethod
    def in_memory(cls) -> KeyRing:
        """A fresh key that is gone when the process ends."""
        return cls(path=None, secret=secrets.token_bytes(32))

    def dataset_key(self, dataset: str) -> bytes:
        """The pseudonym key of one published dataset; differs between datasets."""
        return keyed_hash(self.secret, f"dataset|{dataset}")

    @property
    def mark(self) -> str:
        """Tells this service from others on the same host, and tells nothing else."""
        return pseudonym(self.secret, "service", 8)

    def page_id(self, what: str) -> str:
        """A name for a rater's page that says nothing, always the same for the same thing."""
        return pseudonym(self.secret, f"page|{what}", 16)


@dataclass(frozen=True, kw_only=True)
class Context:
    """Handed to every service as its first argument; built only in ``bootstrap``."""

    store: Store
    """The database."""
    keys: KeyRing
    """Secrets beside it."""
    versions: Path
    """Folder that holds sealed versions."""
    program_version: str
    """Version of this program: named in reports."""
    interface_version: str
    """Version of what raters see, kept with every judgement."""
    clock: Clock = utc_now
    """The time."""
    boards: Boards = field(default_factory=Boards)
    """Which comparisons still want judgements, kept by the writer."""
    building: threading.Lock = field(default_factory=threading.Lock)
    """Held while a version is built: one at a time, so that none sweeps away another's half."""
    releasing: threading.Lock = field(default_factory=threading.Lock)
    """Held while it is decided what is released next, so that nothing is released twice."""
    alerting: threading.Lock = field(default_factory=threading.Lock)
    """Held while it is looked at which alerts hold, so that two looks do not end what the other raised."""
    memory: Memory = field(default_factory=Memory)
    """Rows that never change, and recent sign-ins."""

    def without_folders(self, message: str) -> str:
        """A message without the folders of this machine: who is elsewhere need not know how it is laid out."""
        for folder in (self.versions.parent, tempfile.gettempdir()):
            message = message.replace(f"{folder}/", "")
        return message
