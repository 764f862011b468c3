"""Turns the body of a commit request into one git commit: every line of it, or none."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.hub.errors import entry_missing, stale, unusable
from tests.hub.lfs import OID, Pointer
from tests.hub.repository import Entry, Repository

LARGEST_REGULAR = 10 * 1024 * 1024
"""Bytes; above this a file has to go through LFS."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of a commit."""

    kind: str
    """``file``, ``lfsFile``, ``deletedFile`` or ``deletedFolder``."""
    path: str
    """Path inside the repository, no slash at either end."""
    content: bytes = b""
    """What git will hold: the content, or the pointer of a large file."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A whole commit, checked and not yet made."""

    summary: str
    """First line of the message."""
    description: str
    """The rest of the message."""
    parent: str | None
    """The commit the caller believes to be the head, 5 to 40 hex digits."""
    changes: tuple[Change, ...]
    """In the order sent."""

    @property
    def message(self) -> str:
        """The message as git keeps it."""
        return f"{self.summary}\n\n{self.description}" if self.description else self.summary


def read_proposal(repository: Repository, body: bytes) -> Proposal:
    """Reads and checks the NDJSON of a commit; raises the 400 or 404 it deserves."""
    try:
        lines = [json.loads(line) for line in body.splitlines() if line.strip()]
        keyed = [(line["key"], line["value"]) for line in lines]
    except (ValueError, TypeError, KeyError) as broken:
        raise unusable("The commit is not NDJSON with a key and a value in each line") from broken
    headers = [value for key, value in keyed if key == "header"]
    if len(headers) != 1 or not headers[0].get("summary"):
        raise unusable("A commit needs exactly one header with a summary")
    return Proposal(
        summary=headers[0]["summary"],
        description=headers[0].get("description") or "",
        parent=headers[0].get("parentCommit"),
        changes=tuple(_change(repository, key, value) for key, value in keyed if key != "header"),
    )


def _change(repository: Repository, kind: str, value: Mapping[str, Any]) -> Change:
    path = str(value.get("path", ""))
    if kind == "deletedFolder":
        path = path.rstrip("/")
    if any(part in ("", ".", "..", ".git") for part in path.split("/")) or "\0" in path:
        raise unusable(f"'{path}' cannot be a path in a repository")
    match kind:
        case "file":
            return Change(kind=kind, path=path, content=_regular_content(path, value))
        case "lfsFile":
            return Change(kind=kind, path=path, content=_pointer(repository, path, value).text())
        case "deletedFile" | "deletedFolder":
            return Change(kind=kind, path=path)
    raise unusable(f"A commit has no lines of the kind '{kind}'")


def _regular_content(path: str, value: Mapping[str, Any]) -> bytes:
    try:
        content = base64.b64decode(value["content"], validate=True)
    except (KeyError, TypeError, binascii.Error) as broken:
        raise unusable(f"The content of {path} is not base64") from broken
    if len(content) > LARGEST_REGULAR:
        raise unusable(f"Your push was rejected because {path} is larger than 10 MiB: use LFS for it")
    return content


def _pointer(repository: Repository, path: str, value: Mapping[str, Any]) -> Pointer:
    oid = str(value.get("oid", ""))
    size = repository.large.size(oid) if OID.fullmatch(oid) else None
    if size is None:
        raise unusable(f"LFS pointer of {path} points to a file that does not exist: {oid}")
    if value.get("size") not in (None, size):
        raise unusable(f"LFS pointer of {path} says {value['size']} bytes, the file has {size}")
    return Pointer(oid=oid, size=size)


def make_commit(repository: Repository, base: str, proposal: Proposal, author: str) -> str:
    """Stores the proposal as a commit on top of ``base``; no ref moves."""
    files = {path: (entry.mode, entry.oid) for path, entry in _files(repository, base).items()}
    written = [change for change in proposal.changes if change.kind in ("file", "lfsFile")]
    blobs = iter(repository.write_blobs([change.content for change in written]))
    for change in proposal.changes:
        if change.kind == "deletedFile":
            _delete_file(files, change.path)
        elif change.kind == "deletedFolder":
            _delete_folder(files, change.path)
        else:
            _put_file(files, change.path, next(blobs))
    tree = repository.write_tree(files)
    return repository.write_commit(tree, parents=(base,), message=proposal.message, author=author)


def commit_to(repository: Repository, ref: str, proposal: Proposal, author: str) -> str:
    """Makes the commit and moves ``ref`` to it; raises the 412 when ``ref`` is not where it was expected."""
    head = repository.refs()[ref]
    if proposal.parent is not None and not head.startswith(proposal.parent):
        raise stale()
    commit = make_commit(repository, head, proposal, author)
    repository.swap(ref, commit, head)
    return commit


def _files(repository: Repository, commit: str) -> dict[str, Entry]:
    return {path: entry for path, entry in repository.tree(commit).items() if not entry.folder}


def _delete_file(files: dict[str, tuple[str, str]], path: str) -> None:
    if files.pop(path, None) is None:
        raise entry_missing(f"A file with this name doesn't exist: {path}")


def _delete_folder(files: dict[str, tuple[str, str]], path: str) -> None:
    inside = [name for name in files if name.startswith(f"{path}/")]
    if not inside:
        raise entry_missing(f"A folder with this name doesn't exist: {path}")
    for name in inside:
        del files[name]


def _put_file(files: dict[str, tuple[str, str]], path: str, blob: str) -> None:
    parents = path.split("/")[:-1]
    above = ["/".join(parents[: depth + 1]) for depth in range(len(parents))]
    if any(name in files for name in above) or any(name.startswith(f"{path}/") for name in files):
        raise unusable(f"{path} would be a file and a folder at once")
    files[path] = ("100644", blob)
