"""Pull requests of one repository: a ref ``refs/pr/N`` each, and a page of facts."""

from __future__ import annotations

import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tests.hub.errors import HubRefusal, entry_missing, forbidden, taken
from tests.hub.git import GitError
from tests.hub.repository import NOTHING, Repository, now

MAIN = "refs/heads/main"


@dataclass(frozen=True, kw_only=True)
class Pull:
    """One pull request."""

    num: int
    """Its number, from 1."""
    title: str
    """What it was opened with."""
    author: str
    """Who opened it."""
    created: str
    """When."""
    status: str
    """``draft``, ``open``, ``closed`` or ``merged``."""
    merge_commit: str | None = None
    """The commit on main that merged it."""

    @property
    def ref(self) -> str:
        """Its ref."""
        return f"refs/pr/{self.num}"


class Pulls:
    """The pull requests of one repository, kept beside it."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def all(self) -> list[Pull]:
        """Every pull request, newest first."""
        return [Pull(**facts) for facts in reversed(self.repository.document("pulls.json", []))]

    def get(self, num: int) -> Pull:
        """One pull request; raises the 404."""
        for pull in self.all():
            if pull.num == num:
                return pull
        raise HubRefusal(404, f"Discussion {num} not found", code="DiscussionNotFound")

    def open(self, commit: str, *, title: str, author: str, status: str = "open") -> Pull:
        """Opens a pull request whose ref starts at ``commit``."""
        with self.repository.lock:
            pull = Pull(num=len(self.all()) + 1, title=title, author=author, created=now(), status=status)
            self.repository.swap(pull.ref, commit, NOTHING)
            self._keep(pull)
        return pull

    def check_writable(self, num: int, account: str, writer: bool) -> None:
        """Whether this account may add commits: the author or a writer, while it is open."""
        pull = self.get(num)
        if not writer and pull.author != account:
            raise forbidden("Only the author of this pull request may add commits to it")
        if pull.status not in ("draft", "open"):
            raise forbidden(f"This pull request is {pull.status}")

    def set_status(self, num: int, status: str) -> Pull:
        """Opens or closes it."""
        with self.repository.lock:
            pull = self.get(num)
            if pull.status == "merged":
                raise taken("This pull request is merged")
            pull = replace(pull, status=status)
            self._keep(pull)
        return pull

    def merge(self, num: int, author: str) -> Pull:
        """Merges it into main with a merge commit; raises the 409 when it is not open or conflicts."""
        repository = self.repository
        with repository.lock:
            pull = self.get(num)
            if pull.status not in ("draft", "open"):
                raise taken(f"This pull request is {pull.status}")
            refs = repository.refs()
            ours, theirs = refs[MAIN], refs[pull.ref]
            tree, conflicts = self._merged(ours, theirs)
            if conflicts:
                raise taken("This pull request has conflicts in " + ", ".join(conflicts))
            title = repository.log(theirs, limit=1)[0].title
            message = f"{pull.title} (#{num})\n\n- {title} ({theirs})"
            commit = repository.write_commit(tree, parents=(ours, theirs), message=message, author=author)
            repository.swap(MAIN, commit, ours)
            pull = replace(pull, status="merged", merge_commit=commit)
            self._keep(pull)
        return pull

    def conflicts(self, pull: Pull) -> list[str]:
        """Files that would stop a merge now."""
        refs = self.repository.refs()
        return self._merged(refs[MAIN], refs[pull.ref])[1] if pull.status in ("draft", "open") else []

    def diff(self, pull: Pull) -> str:
        """What it changes against the main it left."""
        main = self.repository.refs()[MAIN]
        try:
            return self.repository.git("diff", f"{main}...{pull.ref}").decode(errors="replace")
        except GitError:  # no common ancestor any more: main was squashed
            return self.repository.git("diff", main, pull.ref).decode(errors="replace")

    def _merged(self, ours: str, theirs: str) -> tuple[str, list[str]]:
        """The merged tree, and the files both sides changed differently (then the tree is empty text)."""
        git = self.repository.git
        try:
            base = git.word("merge-base", ours, theirs)
        except GitError as unrelated:
            raise taken("The history of main was rewritten since this pull request was opened") from unrelated
        with tempfile.TemporaryDirectory(dir=self.repository.folder) as folder:
            index = {"GIT_INDEX_FILE": os.fspath(Path(folder) / "index")}
            git("read-tree", "-i", "-m", "--aggressive", base, ours, theirs, extra=index)
            unmerged = git("ls-files", "-u", "-z", extra=index).decode().split("\0")
            conflicts = sorted({line.split("\t", 1)[1] for line in unmerged if line})
            return ("" if conflicts else git.word("write-tree", extra=index)), conflicts

    def _keep(self, pull: Pull) -> None:
        others = [asdict(other) for other in reversed(self.all()) if other.num != pull.num]
        kept = sorted([*others, asdict(pull)], key=lambda facts: int(facts["num"]))
        self.repository.keep_document("pulls.json", kept)


def details(repository: Repository, pull: Pull) -> dict[str, Any]:
    """A pull request as the Hub tells of it, without diff and conflicts."""
    changes = {"base": MAIN} | ({"mergeCommitId": pull.merge_commit} if pull.merge_commit else {})
    return {
        "title": pull.title,
        "num": pull.num,
        "author": {"name": pull.author},
        "createdAt": pull.created,
        "status": pull.status,
        "repo": {"name": repository.name, "type": "dataset"},
        "isPullRequest": True,
        "events": [],
        "changes": changes,
    }


def number_in(ref: str) -> int:
    """The number in ``refs/pr/N``; raises the 404 for anything else."""
    tail = ref.removeprefix("refs/pr/")
    if not tail.isdecimal():
        raise entry_missing(f"{ref} is no pull request")
    return int(tail)
