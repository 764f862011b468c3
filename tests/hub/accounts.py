"""Who may do what: three people, each with one token.

::

    ada    write_token      member of every organisation of the hub
    ada    read_token       the same person, the token may only read
    eve    stranger_token   may write, in her own namespace only
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from tests.hub.errors import bad_token


@dataclass(frozen=True, kw_only=True)
class Account:
    """One person, as one token shows them."""

    name: str
    """The account, and its own namespace."""
    role: str
    """What the token allows: ``read`` or ``write``."""
    orgs: tuple[str, ...] = ()
    """Organisations the person belongs to."""

    def belongs_to(self, namespace: str) -> bool:
        """Whether the namespace is the person's own or one of their organisations."""
        return namespace == self.name or namespace in self.orgs

    def may_write(self, namespace: str) -> bool:
        """Whether this token changes repositories of the namespace."""
        return self.role == "write" and self.belongs_to(namespace)


class Accounts:
    """The tokens of one hub."""

    def __init__(self, orgs: Sequence[str]) -> None:
        self.write_token, self.read_token, self.stranger_token = (
            f"hf_{word}_{secrets.token_hex(8)}" for word in ("write", "read", "stranger")
        )
        self._by_token = {
            self.write_token: Account(name="ada", role="write", orgs=tuple(orgs)),
            self.read_token: Account(name="ada", role="read", orgs=tuple(orgs)),
            self.stranger_token: Account(name="eve", role="write"),
        }

    def behind(self, authorization: str | None) -> Account | None:
        """The account of an ``Authorization`` header, None without one; raises the 401 for a bad token."""
        if not authorization:
            return None
        scheme, _, token = authorization.partition(" ")
        account = self._by_token.get(token.strip()) if scheme.lower() == "bearer" else None
        if account is None:
            raise bad_token()
        return account
