"""One request on its way through the hub: who calls, about which repository, with which rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.hub.errors import HubRefusal, forbidden, gated, not_signed_in, repository_missing
from tests.hub.exchange import Answer, Request, json_answer

if TYPE_CHECKING:
    from tests.hub.accounts import Account
    from tests.hub.hub import TestHub
    from tests.hub.repository import Repository

READ_ONLY = "This token may only read: you must use a token with write access."


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request with what its address said and who sent it."""

    hub: TestHub
    """The hub asked."""
    request: Request
    """What was sent."""
    words: dict[str, str]
    """The named parts of the address, decoded."""
    account: Account | None
    """Who asks, None without a token."""

    @property
    def repo(self) -> str:
        """``org/name`` from the address."""
        return f"{self.words['org']}/{self.words['name']}"

    def signed_in(self) -> Account:
        """Who asks; raises the 401 without a token."""
        if self.account is None:
            raise not_signed_in()
        return self.account

    def seen(self) -> Repository:
        """The repository, for whoever may know that it exists; raises the 404, or 401 without a token."""
        repository = self.hub.repositories.get(self.repo)
        if repository is None or (repository.settings.private and not self._belongs(self.repo)):
            raise repository_missing(self.account is None)
        return repository

    def readable(self) -> Repository:
        """The repository, for whoever may read its files; raises ``GatedRepo`` at a closed gate."""
        repository = self.seen()
        settings = repository.settings
        inside = self._belongs(self.repo) or (self.account and self.account.name in settings.granted)
        if settings.gated and not inside:
            raise gated(self.repo, self.account is None)
        return repository

    def writable(self) -> Repository:
        """The repository, for whoever may change it; raises the 401 or 403."""
        repository = self.seen()
        self.may_write_in(self.words["org"])
        return repository

    def proposable(self) -> Repository:
        """The repository, for whoever may open a pull request: everybody who reads it with a write token."""
        repository = self.readable()
        if self.signed_in().role != "write":
            raise forbidden(READ_ONLY)
        return repository

    def may_write_in(self, namespace: str) -> Account:
        """Who asks, when they may write in the namespace; raises the 401 or 403."""
        account = self.signed_in()
        if not account.belongs_to(namespace):
            raise forbidden(f"You don't have the rights to write under the namespace '{namespace}'.")
        if account.role != "write":
            raise forbidden(READ_ONLY)
        return account

    def _belongs(self, repo: str) -> bool:
        return self.account is not None and self.account.belongs_to(repo.split("/", maxsplit=1)[0])

    def flag(self, name: str) -> bool:
        """Whether a switch of the query is on."""
        return self.request.query.get(name, "").lower() in ("1", "true")

    def page(self, items: list[object], size: int) -> Answer:
        """One page of a list, with a ``Link`` to the next while there is one."""
        query = self.request.query
        cursor = query.get("cursor", "0")
        if not cursor.isdecimal():
            raise HubRefusal(400, "Invalid cursor")
        end = int(cursor) + size
        headers = {}
        if end < len(items):
            address = f"{self.hub.url}{self.request.path}?{urlencode({**query, 'cursor': end})}"
            headers["Link"] = f'<{address}>; rel="next"'
        return json_answer(items[int(cursor) : end], headers=headers)
