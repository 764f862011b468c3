"""Takes things back for good: squashes a branch, deletes large files from all of history."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from tests.hub.errors import HubRefusal, revision_missing, unusable
from tests.hub.git import GitError
from tests.hub.lfs import LONGEST_POINTER, Pointer, file_oid
from tests.hub.repository import Repository, hub_date
from tests.hub.tags import moved_tag


def squash(repository: Repository, branch: str, message: str, author: str) -> str:
    """Replaces the history of a branch by one commit with the same files. Other refs keep theirs."""
    ref = f"refs/heads/{branch}"
    refs = repository.refs()
    if ref not in refs:
        if f"refs/tags/{branch}" in refs:
            raise unusable("Invalid reference for a branch: history of a tag cannot be squashed")
        raise revision_missing(branch)
    tree = repository.git.word("rev-parse", f"{refs[ref]}^{{tree}}")
    commit = repository.write_commit(tree, parents=(), message=message, author=author)
    repository.swap(ref, commit, refs[ref])
    return commit


def list_large_files(repository: Repository) -> list[dict[str, Any]]:
    """Every stored large file, with a name and a ref that reach it; one that no commit holds has no ref."""
    named: dict[str, tuple[str, str]] = {}
    for ref, commit in repository.refs().items():
        for pointer, name in _pointers_under(repository, commit):
            named.setdefault(pointer.oid, (name, ref))
    listed = []
    for path in repository.large.all():
        facts = path.stat()
        name, ref = named.get(path.name, (path.name, ""))
        pushed = hub_date(datetime.fromtimestamp(facts.st_mtime, UTC))
        item = {"fileOid": file_oid(path.name), "oid": path.name, "filename": name, "pushedAt": pushed}
        listed.append(item | {"size": facts.st_size} | ({"ref": ref} if ref else {}))
    return listed


def _pointers_under(repository: Repository, commit: str) -> list[tuple[Pointer, str]]:
    listed = repository.git.lasting("rev-list", "--objects", commit).decode().splitlines()
    paths = dict(line.split(" ", 1) for line in listed if " " in line)
    asked = "".join(f"{oid}\n" for oid in paths).encode()
    if not asked:
        return []
    shapes = repository.git.lasting("cat-file", "--batch-check", stdin=asked).decode().splitlines()
    small = [
        oid for oid, kind, size in map(str.split, shapes) if kind == "blob" and int(size) <= LONGEST_POINTER
    ]
    return [(pointer, paths[blob]) for blob, pointer in repository.pointers(small).items()]


def delete_large_files(repository: Repository, file_oids: Collection[str], rewrite: bool) -> None:
    """Deletes the bytes; with ``rewrite`` also every pointer to them under branches and tags.

    Pull requests keep their commits, with pointers that lead nowhere: the service cannot rewrite those.
    """
    known = {file_oid(path.name): path.name for path in repository.large.all()}
    unknown = [name for name in file_oids if name not in known]
    if unknown:
        raise HubRefusal(404, "Unknown large files: " + ", ".join(unknown), code="EntryNotFound")
    deleted = {known[name] for name in file_oids}
    with repository.lock:
        if rewrite:
            _rewrite_without(repository, deleted)
        for oid in deleted:
            repository.large.remove(oid)


def _rewrite_without(repository: Repository, deleted: Collection[str]) -> None:
    refs = {
        ref: commit
        for ref, commit in repository.refs().items()
        if ref.startswith(("refs/heads/", "refs/tags/"))
    }
    renewed: dict[str, str] = {}
    listed = repository.git("rev-list", "--reverse", "--topo-order", "--parents", *set(refs.values()))
    for line in listed.decode().splitlines():
        commit, *parents = line.split()
        renewed[commit] = _renewed(
            repository, commit, [renewed[parent] for parent in parents], parents, deleted
        )
    moves = []
    for ref, commit in refs.items():
        if renewed[commit] != commit:
            target = renewed[commit]
            if ref.startswith("refs/tags/"):
                target = moved_tag(repository, ref, target)
            moves.append(f"update {ref} {target}\n")
    try:
        repository.git("update-ref", "--stdin", stdin="".join(moves).encode())
    except GitError as moved:
        raise HubRefusal(409, "The repository changed while its history was rewritten") from moved


def _renewed(
    repository: Repository, commit: str, parents: list[str], old_parents: list[str], deleted: Collection[str]
) -> str:
    """The commit without the deleted files, itself when nothing about it changes."""
    files = {path: entry for path, entry in repository.tree(commit).items() if not entry.folder}
    kept = {
        path: (entry.mode, entry.oid)
        for path, entry in files.items()
        if entry.pointer is None or entry.pointer.oid not in deleted
    }
    if len(kept) == len(files) and parents == old_parents:
        return commit
    told = repository.log(commit, limit=1)[0]
    message = f"{told.title}\n\n{told.message}" if told.message else told.title
    date = told.date.replace(".000Z", "Z")
    tree = repository.write_tree(kept)
    return repository.write_commit(tree, parents=parents, message=message, author=told.author, date=date)
