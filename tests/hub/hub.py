"""The test Hub as tests hold it: start it, publish to it, make it fail, look inside."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.hub.accounts import Accounts
from tests.hub.commits import Change, Proposal, commit_to
from tests.hub.faults import Fault, Faults, RequestLog, SeenRequest, What, When
from tests.hub.lfs import UploadSecrets
from tests.hub.repository import Commit, Repository
from tests.hub.server import HubServer
from tests.hub.shelf import Shelf
from tests.hub.tags import make_tag
from tests.hub.uploading import is_large, large_patterns

COLLEAGUE = "grace"
"""Who edits on the website."""


class TestHub:
    """A small hub on 127.0.0.1 with everything it keeps under ``root``.

    A context manager: entering starts it, leaving stops it. Started again, it answers on the same port with
    the same content, so a test can take the network away and give it back.
    """

    __test__ = False

    def __init__(
        self, root: Path, *, port: int = 0, orgs: Sequence[str] = ("org", "team"), verbose: bool = False
    ) -> None:
        self.accounts = Accounts(orgs)
        self.repositories = Shelf(root)
        self.faults = Faults()
        self.log = RequestLog()
        self.upload_secrets = UploadSecrets()
        self.verbose = verbose
        self._port = port
        self._server: HubServer | None = None

    # Life

    def start(self) -> TestHub:
        """Begins to answer."""
        self._server = HubServer(self, self._port)
        self._port = self._server.server_port
        # Polled often: a test that stops the hub should not wait half a second for it.
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def stop(self) -> None:
        """Falls silent; what it keeps stays."""
        if self._server:
            self._server.stop()
            self._server = None

    def __enter__(self) -> TestHub:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    # For clients

    @property
    def url(self) -> str:
        """What ``HF_ENDPOINT`` has to be."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def write_token(self) -> str:
        """Ada's token: member of every organisation, may write there."""
        return self.accounts.write_token

    @property
    def read_token(self) -> str:
        """Ada's other token: sees what she sees, may not write."""
        return self.accounts.read_token

    @property
    def stranger_token(self) -> str:
        """Eve's token: no member, so private is missing to her and gated is closed."""
        return self.accounts.stranger_token

    def env(self, home: Path, *, token: str | None = None) -> dict[str, str]:
        """The environment of a client process that knows only this hub.

        ``home`` becomes its ``HF_HOME``; ``token`` is Ada's write token unless given, "" is none.
        """
        strange = re.compile(r"HF_|HUGGING|(https?|all|no)_proxy$", re.IGNORECASE)
        kept = {key: value for key, value in os.environ.items() if not strange.match(key)}
        token = self.write_token if token is None else token
        return kept | {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(home),
            **({"HF_TOKEN": token} if token else {}),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_UPDATE_DOWNLOAD_COUNTS": "0",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    # Faults and what came in

    def fail(
        self,
        method: str,
        path_regex: str,
        when: When = "before",
        what: What = "drop",
        times: int = 1,
        headers: Mapping[str, str] | None = None,
        *,
        seconds: float = 0.0,
        skip: int = 0,
        body: Mapping[str, Any] | None = None,
        quietly: bool = False,
    ) -> Fault:
        """Makes the next ``times`` fitting requests fail, after letting ``skip`` of them pass.

        ``method`` may be ``*``; ``path_regex`` is searched in path and query as sent (still encoded).
        ``what``: a status (answered with ``headers`` and ``body``), ``drop`` (the connection closes without an
        answer), ``slow`` (waits ``seconds``, then goes on), ``truncate`` (half the body, then the
        connection closes), or a function to call before dropping, such as one that kills the client;
        ``quietly`` calls it and answers as if nothing had been, as when somebody else acts meanwhile.
        ``before`` leaves the state alone, ``after`` lets the hub act first. Returns the fault; its
        ``hits`` counts.
        """
        return self.faults.add(
            Fault(
                method=method,
                path=re.compile(path_regex),
                when=when,
                what=what,
                times=times,
                skip=skip,
                seconds=seconds,
                headers=dict(headers or {}),
                body=dict(body or {}),
                quietly=quietly,
            )
        )

    @property
    def requests(self) -> list[SeenRequest]:
        """What came in, oldest first."""
        return self.log.seen

    def wait_until_idle(self, seconds: float = 10.0) -> None:
        """Returns once no request is at work, also none whose client has gone."""
        self.log.wait_until_idle(seconds)

    # Looking inside and acting without a client

    def repository(self, repo: str) -> Repository:
        """The repository behind ``org/name``; its ``git.folder`` can be cloned."""
        found = self.repositories.get(repo)
        if found is None:
            raise KeyError(repo)
        return found

    def create(self, repo: str, *, private: bool = False) -> Repository:
        """A new repository, as if somebody had made it on the website."""
        if not self.repositories.create(repo, private=private, author=COLLEAGUE):
            raise ValueError(f"{repo} exists")
        return self.repository(repo)

    def keep(self, repo: str, place: Path) -> None:
        """Copies all there is of a repository to ``place``, also that there is none."""
        self.repositories.keep(repo, place)

    def put_back(self, repo: str, place: Path) -> None:
        """The repository as it was kept in ``place``; no fault waits any more, and no request is at work."""
        self.faults.clear()
        self.wait_until_idle()
        self.repositories.put_back(repo, place)

    def edit(self, repo: str, path: str, content: bytes | None, *, branch: str = "main") -> str:
        """The colleague on the website: one file changed, or deleted for None; returns the commit."""
        return self.put(repo, {path: content}, summary=f"Update {path}", branch=branch)

    def put(
        self,
        repo: str,
        files: Mapping[str, bytes | None],
        *,
        summary: str = "Upload files",
        description: str = "",
        branch: str = "main",
    ) -> str:
        """One commit with several files, by the colleague."""
        repository = self.repository(repo)
        changes = tuple(_change(repository, branch, path, content) for path, content in files.items())
        proposal = Proposal(summary=summary, description=description, parent=None, changes=changes)
        return commit_to(repository, f"refs/heads/{branch}", proposal, COLLEAGUE)

    def tag(self, repo: str, name: str, revision: str = "main") -> None:
        """Tags a revision."""
        repository = self.repository(repo)
        if not make_tag(repository, name, repository.resolve(revision), None, COLLEAGUE):
            raise ValueError(f"tag {name} exists")

    def grant(self, repo: str, account: str) -> None:
        """Lets an account through the gate of a repository."""
        repository = self.repository(repo)
        repository.change_settings(granted=(*repository.settings.granted, account))

    def head(self, repo: str, revision: str = "main") -> str:
        """The commit a revision means."""
        return self.repository(repo).resolve(revision)

    def commits(self, repo: str, revision: str = "main") -> list[Commit]:
        """The commits, newest first."""
        repository = self.repository(repo)
        return repository.log(repository.resolve(revision))

    def tags(self, repo: str) -> dict[str, str]:
        """Tags with their commits."""
        refs = self.repository(repo).refs()
        return {
            ref.removeprefix("refs/tags/"): oid for ref, oid in refs.items() if ref.startswith("refs/tags/")
        }

    def move_tag(self, repo: str, name: str, revision: str = "main") -> None:
        """Let a tag mean another commit, as anybody with write access can."""
        repository = self.repository(repo)
        repository.git("update-ref", f"refs/tags/{name}", repository.resolve(revision))

    def files(self, repo: str, revision: str = "main") -> dict[str, bytes]:
        """Every file of a revision with its bytes, large ones included."""
        repository = self.repository(repo)
        entries = repository.tree(repository.resolve(revision)).values()
        contents = {entry.path: repository.content(entry) for entry in entries if not entry.folder}
        return {
            path: item if isinstance(item, bytes) else item.read_bytes() for path, item in contents.items()
        }


def _change(repository: Repository, branch: str, path: str, content: bytes | None) -> Change:
    if content is None:
        return Change(kind="deletedFile", path=path)
    if is_large(path, content[:512], len(content), large_patterns(repository, branch)):
        return Change(kind="lfsFile", path=path, content=repository.large.add(content).text())
    return Change(kind="file", path=path, content=content)
