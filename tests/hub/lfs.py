"""The large files of one repository: bytes under their sha256, pointers in git."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n", re.ASCII
)
LONGEST_POINTER = 200
"""Bytes; a blob above this is content, so it is not read to find out."""

OID = re.compile(r"[0-9a-f]{64}")


class WrongBytesError(Exception):
    """What came does not have the sha256 it was announced with."""


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """What git holds in place of a large file."""

    oid: str
    """sha256 of the content, 64 hex digits."""
    size: int
    """Bytes of the content."""

    def text(self) -> bytes:
        """The pointer file, byte for byte as git-lfs writes it."""
        return (
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.oid}\nsize {self.size}\n".encode()
        )


def read_pointer(blob: bytes) -> Pointer | None:
    """The pointer a blob is, or None for ordinary content."""
    found = POINTER.fullmatch(blob)
    return Pointer(oid=found[1].decode(), size=int(found[2])) if found else None


class LargeFiles:
    """A folder of large files, each named by its sha256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, oid: str) -> Path:
        """Where the bytes of ``oid`` lie, or would lie."""
        return self.folder / oid

    def size(self, oid: str) -> int | None:
        """Bytes of the object, or None when it is not here."""
        path = self.path(oid)
        return path.stat().st_size if OID.fullmatch(oid) and path.is_file() else None

    def keep(self, oid: str, content: BinaryIO) -> None:
        """Stores the bytes under ``oid``, all or nothing; raises `WrongBytesError` if they differ."""
        digest = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="incoming-")
        with os.fdopen(handle, "wb") as file:
            while part := content.read(1 << 20):
                digest.update(part)
                file.write(part)
        if digest.hexdigest() != oid:
            Path(name).unlink()
            raise WrongBytesError(f"expected sha256 {oid}, got {digest.hexdigest()}")
        Path(name).replace(self.path(oid))

    def add(self, content: bytes) -> Pointer:
        """Stores bytes at hand and returns their pointer."""
        pointer = Pointer(oid=hashlib.sha256(content).hexdigest(), size=len(content))
        self.keep(pointer.oid, io.BytesIO(content))
        return pointer

    def remove(self, oid: str) -> None:
        """Forgets the bytes for good."""
        self.path(oid).unlink(missing_ok=True)

    def all(self) -> list[Path]:
        """Every stored object, in the order of their names."""
        return sorted(path for path in self.folder.iterdir() if OID.fullmatch(path.name))


class UploadSecrets:
    """Makes the secret in an upload address; the PUT itself carries no token."""

    def __init__(self) -> None:
        self._key = os.urandom(32)

    def secret(self, repo: str, oid: str) -> str:
        """The secret that lets its holder upload this one object to this one repository."""
        return hmac.new(self._key, f"{repo}/{oid}".encode(), hashlib.sha256).hexdigest()

    def fits(self, repo: str, oid: str, secret: str) -> bool:
        """Whether the secret was made here, for this object."""
        return hmac.compare_digest(self.secret(repo, oid), secret)


def file_oid(oid: str) -> str:
    """The name by which the list of large files, and deletion, know an object: not its sha256."""
    return hashlib.sha1(f"large file {oid}".encode()).hexdigest()
