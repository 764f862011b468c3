"""Tags of one repository, plain or with a message."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.hub.git import GitError
from tests.hub.repository import NOTHING, Repository


def make_tag(repository: Repository, name: str, commit: str, message: str | None, author: str) -> bool:
    """Makes a tag, annotated when there is a message; False when the name is taken."""
    target = commit
    if message:
        seconds = int(datetime.now(UTC).timestamp())
        head = (
            f"object {commit}\ntype commit\ntag {name}\ntagger {author} <{author}@hub.test> {seconds} +0000\n"
        )
        target = _write_tag(repository, f"{head}\n{message}\n".encode())
    try:
        repository.git("update-ref", f"refs/tags/{name}", target, NOTHING)
    except GitError:
        return False
    return True


def moved_tag(repository: Repository, ref: str, commit: str) -> str:
    """What a tag points to once its commit was rewritten: that commit, or its old message on it."""
    old = repository.git.word("rev-parse", ref)
    if repository.git.word("cat-file", "-t", old) != "tag":
        return commit
    _, rest = repository.git("cat-file", "tag", old).split(b"\n", 1)
    return _write_tag(repository, f"object {commit}\n".encode() + rest)


def _write_tag(repository: Repository, text: bytes) -> str:
    return repository.git.word("hash-object", "-t", "tag", "-w", "--stdin", stdin=text)
