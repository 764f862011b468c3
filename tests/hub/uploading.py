"""How a file is taken in: through LFS or not, or ignored."""

from __future__ import annotations

import fnmatch
import tempfile
from pathlib import Path

from tests.hub.commits import LARGEST_REGULAR
from tests.hub.git import GitError
from tests.hub.repository import Repository


def large_patterns(repository: Repository, revision: str) -> list[str]:
    """The patterns that ``.gitattributes`` sends through LFS, and Parquet always."""
    attributes = repository.tree(repository.resolve(revision)).get(".gitattributes")
    text = repository.read_blobs([attributes.oid])[0].decode(errors="replace") if attributes else ""
    rules = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return ["*.parquet", *(pattern for pattern, *what in rules if "filter=lfs" in what)]


def is_large(path: str, sample: bytes, size: int, patterns: list[str]) -> bool:
    """Whether a file goes through LFS: by its name, its size, or because it is not text."""
    name = path.rsplit("/", 1)[-1]
    by_name = any(fnmatch.fnmatchcase(path, rule) or fnmatch.fnmatchcase(name, rule) for rule in patterns)
    return by_name or size > LARGEST_REGULAR or b"\0" in sample


def ignored_by_git(repository: Repository, gitignore: str | None, paths: list[str]) -> set[str]:
    """Those of the paths that git would ignore."""
    if not gitignore or not paths:
        return set()
    with tempfile.TemporaryDirectory(dir=repository.folder) as folder:
        (Path(folder) / ".gitignore").write_text(gitignore)
        order = ("-c", "core.bare=false", f"--work-tree={folder}", "-C", folder, "check-ignore", "--no-index")
        try:
            output = repository.git(*order, "-z", "--stdin", stdin="\0".join([*paths, ""]).encode())
        except GitError:  # exit 1: none of them is ignored
            return set()
    return set(filter(None, output.decode().split("\0")))
