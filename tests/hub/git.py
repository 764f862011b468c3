"""Runs git in one bare repository, the same on every machine.

Nothing of the person's configuration, home or environment reaches git, and git asks nothing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class GitError(Exception):
    """A git command ended with an error; the message is what git said."""


def clean_environment(home: Path) -> dict[str, str]:
    """The variables every git of the test Hub runs with: no user, system or caller's settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return kept | {
        "HOME": str(home),
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_AUTHOR_NAME": "test hub",
        "GIT_AUTHOR_EMAIL": "hub@hub.test",
        "GIT_COMMITTER_NAME": "test hub",
        "GIT_COMMITTER_EMAIL": "hub@hub.test",
    }


class Git:
    """The git command, bound to one bare repository whose refs nobody else moves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = clean_environment(folder)
        self._lasting: dict[tuple[bytes, ...], bytes] = {}
        self._standing: dict[tuple[str, ...], bytes] = {}

    @classmethod
    def create(cls, folder: Path) -> Git:
        """A new bare repository in ``folder`` whose first branch will be ``main``."""
        folder.mkdir(parents=True)
        git = cls(folder)
        git("init", "--bare", "--quiet", "--template=", "--initial-branch=main")
        return git

    def __call__(self, *args: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
        """Runs ``git ARGS`` and returns its output; raises `GitError` on any other exit than 0."""
        try:
            return self._run(args, stdin, extra)
        finally:
            if args[0] == "update-ref":
                self._standing = {}

    def lasting(self, *args: str, stdin: bytes = b"") -> bytes:
        """The same for a question about objects by their full names: these never change, so git is asked once."""
        asked = (*map(str.encode, args), stdin)
        if asked not in self._lasting:
            self._lasting[asked] = self(*args, stdin=stdin)
        return self._lasting[asked]

    def standing(self, *args: str) -> bytes:
        """The same for a question about refs: git is asked again once one of them has moved."""
        # A ref that moves meanwhile leaves this answer in a dictionary that nobody looks into any more.
        answers = self._standing
        if args not in answers:
            answers[args] = self(*args)
        return answers[args]

    def _run(self, args: Sequence[str], stdin: bytes, extra: Mapping[str, str] | None) -> bytes:
        done = subprocess.run(
            ["git", f"--git-dir={self.folder}", *args],
            input=stdin,
            capture_output=True,
            env=self._environment | dict(extra or {}),
            cwd=self.folder,
            check=False,
        )
        if done.returncode != 0:
            raise GitError(done.stderr.decode(errors="replace").strip() or f"git {args[0]} failed")
        return done.stdout

    def word(self, *args: str, stdin: bytes = b"", extra: Mapping[str, str] | None = None) -> str:
        """The output as text without the line's end, for commands that print one name."""
        return self(*args, stdin=stdin, extra=extra).decode().strip()
