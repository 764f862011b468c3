"""One dataset of the test Hub: a bare git repository, its large files and its settings."""

from __future__ import annotations

import json
import os
import re
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.hub.errors import entry_missing, revision_missing, stale
from tests.hub.git import Git, GitError
from tests.hub.lfs import LONGEST_POINTER, LargeFiles, Pointer, read_pointer

NOTHING = "0" * 40
"""What git calls "no object": as the old value of a ref it means "must not exist yet"."""

COMMIT_NAME = re.compile(r"[0-9a-f]{5,40}")

FIRST_ATTRIBUTES = "".join(
    f"*.{ending} filter=lfs diff=lfs merge=lfs -text\n"
    for ending in (
        "7z",
        "arrow",
        "bin",
        "bz2",
        "gz",
        "lz4",
        "npy",
        "npz",
        "parquet",
        "pkl",
        "tar",
        "zip",
        "zst",
    )
)


def now() -> str:
    """This moment as the Hub writes dates."""
    return hub_date(datetime.now(UTC))


def hub_date(moment: datetime) -> str:
    """``2026-11-22T05:00:00.000Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file or folder of one commit."""

    path: str
    """Path inside the repository."""
    mode: str
    """git's mode, ``100644`` for a file."""
    oid: str
    """sha1 of the git blob or tree."""
    stored: int
    """Bytes of the git blob; 0 for a folder."""
    pointer: Pointer | None = None
    """Set when the blob is a pointer to a large file."""

    @property
    def folder(self) -> bool:
        """Whether this is a folder."""
        return self.mode == "040000"

    @property
    def size(self) -> int:
        """Bytes of the content a reader gets."""
        return self.pointer.size if self.pointer else self.stored

    @property
    def etag(self) -> str:
        """What identifies the content: sha256 of a large file, else sha1 of the git blob."""
        return self.pointer.oid if self.pointer else self.oid


@dataclass(frozen=True, kw_only=True)
class Commit:
    """One commit as the Hub tells of it."""

    oid: str
    """40 hex digits."""
    author: str
    """Name of the account."""
    date: str
    """When, as `hub_date` writes it."""
    title: str
    """First line of the message."""
    message: str
    """The description below the title, or nothing."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a repository is apart from its content."""

    private: bool = False
    """Whether only members of its namespace see it."""
    gated: str | bool = False
    """``auto``, ``manual`` or False."""
    granted: tuple[str, ...] = ()
    """Accounts let through the gate."""
    created: str = field(default_factory=now)
    """When it was made."""


class Repository:
    """A dataset's files, history and settings. Every change is one atomic swap of one ref."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.git = Git(folder / "repo.git")
        self.large = LargeFiles(folder / "lfs")
        self.lock = threading.RLock()
        self._trees: dict[str, dict[str, Entry]] = {}
        self._pointers: dict[str, Pointer | None] = {}

    @classmethod
    def create(cls, name: str, folder: Path, *, private: bool, author: str) -> Repository:
        """A new repository whose first commit holds ``.gitattributes``, as the Hub makes it."""
        Git.create(folder / "repo.git")
        repository = cls(name, folder)
        repository.settings = Settings(private=private)
        blob = repository.write_blobs([FIRST_ATTRIBUTES.encode()])[0]
        tree = repository.write_tree({".gitattributes": ("100644", blob)})
        commit = repository.write_commit(tree, parents=(), message="initial commit", author=author)
        repository.swap("refs/heads/main", commit, NOTHING)
        return repository

    @property
    def settings(self) -> Settings:
        """The settings now."""
        return Settings(**self.document("settings.json", {}))

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self.keep_document("settings.json", asdict(settings))

    def change_settings(self, **changes: Any) -> None:
        """Changes some settings and keeps the others."""
        with self.lock:
            self.settings = replace(self.settings, **changes)

    def document(self, name: str, default: Any) -> Any:
        """A JSON document kept beside the git repository."""
        path = self.folder / name
        return json.loads(path.read_text()) if path.exists() else default

    def keep_document(self, name: str, content: Any) -> None:
        """Replaces such a document in one step."""
        with self.lock:
            beside = self.folder / f"{name}.new"
            beside.write_text(json.dumps(content, indent=1))
            beside.replace(self.folder / name)

    # Refs and revisions

    def refs(self) -> dict[str, str]:
        """Every ref with the commit it means; annotated tags are followed to their commit."""
        listed = self.git.standing("for-each-ref", "--format=%(refname) %(objectname) %(*objectname)")
        words = (line.split() for line in listed.decode().splitlines())
        return {name: commits[-1] for name, *commits in words}

    def resolve(self, revision: str) -> str:
        """The commit a branch, tag, ref or commit name means; one that no ref reaches is gone."""
        refs = self.refs()
        for ref in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if ref in refs:
                return refs[ref]
        if COMMIT_NAME.fullmatch(revision):
            try:
                found = self.git.standing("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
                commit = found.decode().strip()
                if self.git.standing("for-each-ref", "--count=1", f"--contains={commit}"):
                    return commit
            except GitError as unknown:
                raise revision_missing(revision) from unknown
        raise revision_missing(revision)

    def swap(self, ref: str, new: str, old: str) -> None:
        """Moves a ref from ``old`` to ``new``; raises the 412 when it is no longer at ``old``."""
        try:
            self.git("update-ref", ref, new, old)
        except GitError as moved:
            raise stale() from moved

    # Reading

    def tree(self, commit: str) -> Mapping[str, Entry]:
        """Every file and folder of a commit by path, in git's order. Kept: a commit never changes."""
        if commit not in self._trees:
            self._trees[commit] = self._read_tree(commit)
        return self._trees[commit]

    def _read_tree(self, commit: str) -> dict[str, Entry]:
        listed = self.git("ls-tree", "-r", "-t", "-z", "-l", "--full-tree", commit).decode().split("\0")
        entries = {}
        for line in filter(None, listed):
            facts, path = line.split("\t", 1)
            mode, kind, oid, size = facts.split()
            entries[path] = Entry(path=path, mode=mode, oid=oid, stored=int(size) if kind == "blob" else 0)
        pointers = self.pointers(
            entry.oid for entry in entries.values() if not entry.folder and entry.stored <= LONGEST_POINTER
        )
        return {path: replace(entry, pointer=pointers.get(entry.oid)) for path, entry in entries.items()}

    def pointers(self, blobs: Iterable[str]) -> dict[str, Pointer]:
        """Those of the blobs that are pointers to large files."""
        asked = set(blobs)
        unread = sorted(asked - self._pointers.keys())
        for blob, content in zip(unread, self.read_blobs(unread), strict=True):
            self._pointers[blob] = read_pointer(content)
        return {blob: pointer for blob in asked if (pointer := self._pointers[blob])}

    def read_blobs(self, blobs: Sequence[str]) -> list[bytes]:
        """The contents of git blobs, in the order asked, in one call."""
        if not blobs:
            return []
        output = self.git.lasting(
            "cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode()
        )
        contents, place = [], 0
        for _ in blobs:
            head_end = output.index(b"\n", place)
            size = int(output[place:head_end].split()[2])
            contents.append(output[head_end + 1 : head_end + 1 + size])
            place = head_end + size + 2
        return contents

    def entry(self, commit: str, path: str) -> Entry:
        """One file; raises the 404 when there is no such file at that commit."""
        entry = self.tree(commit).get(path)
        if entry is None or entry.folder:
            raise entry_missing("Entry not found", commit)
        return entry

    def content(self, entry: Entry) -> Path | bytes:
        """The bytes of a file, or where they lie when it is a large one."""
        if entry.pointer is None:
            return self.read_blobs([entry.oid])[0]
        if self.large.size(entry.pointer.oid) is None:
            raise entry_missing("The large file behind this pointer was deleted")
        return self.large.path(entry.pointer.oid)

    def log(self, start: str, *, limit: int | None = None, path: str | None = None) -> list[Commit]:
        """The commits behind ``start``, newest first; with ``path`` only those that touched it."""
        order = ["log", "-z", "--topo-order", "--format=%H%x01%an%x01%aI%x01%B"]
        order += [f"--max-count={limit}"] if limit else []
        output = self.git.lasting(*order, start, *(["--", f":(literal){path}"] if path else []))
        return [_commit(record) for record in filter(None, output.decode().split("\0"))]

    # Writing objects: nothing is visible before a swap

    def write_blobs(self, contents: Sequence[bytes]) -> list[str]:
        """Stores contents as git blobs, in one call, and names them in the same order."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            names = []
            for number, content in enumerate(contents):
                path = Path(folder) / str(number)
                path.write_bytes(content)
                names.append(f"{path}\n")
            order = ("hash-object", "-w", "--no-filters", "--stdin-paths")
            return self.git(*order, stdin="".join(names).encode()).decode().split()

    def write_tree(self, files: Mapping[str, tuple[str, str]]) -> str:
        """Stores a whole tree, given mode and blob of every path, through an index of its own."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            index = {"GIT_INDEX_FILE": os.fspath(Path(folder) / "index")}
            listing = "".join(f"{mode} {blob}\t{path}\0" for path, (mode, blob) in files.items())
            self.git("update-index", "-z", "--add", "--index-info", stdin=listing.encode(), extra=index)
            return self.git.word("write-tree", extra=index)

    def write_commit(
        self, tree: str, *, parents: Sequence[str], message: str, author: str, date: str | None = None
    ) -> str:
        """Stores a commit that no ref points to yet, made now or at ``date``."""
        order = ["commit-tree", tree, *(word for parent in parents for word in ("-p", parent))]
        who = {"GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": f"{author}@hub.test"}
        when = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if date else {}
        return self.git.word(*order, stdin=message.encode(), extra=who | when)


def _commit(record: str) -> Commit:
    oid, author, date, text = record.split("\1", 3)
    title, _, message = text.strip("\n").partition("\n")
    moment = hub_date(datetime.fromisoformat(date))
    return Commit(oid=oid, author=author, date=moment, title=title, message=message.strip("\n"))
