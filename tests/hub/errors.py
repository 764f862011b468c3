"""What the test Hub refuses, with the status, message and code of the real Hub.

A 404 without ``X-Error-Code`` makes clients fall back to their cache, so every refusal a
client can act on has its code here, in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

INVALID_TOKEN = "Invalid credentials in Authorization header"
"""The exact words by which a client tells a bad token from a missing repository."""

BRANCH_MOVED = "The branch was updated since you opened this page. Please refresh and try again."


class HubRefusal(Exception):
    """One error answer: status, message, ``X-Error-Code`` and what else the answer carries."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = dict(headers or {})
        self.body = dict(body or {})


def repository_missing(anonymous: bool) -> HubRefusal:
    """The repository is not there, or the caller may not know that it is."""
    if anonymous:
        return HubRefusal(401, "Invalid username or password.", code="RepoNotFound")
    return HubRefusal(404, "Repository not found", code="RepoNotFound")


def gated(repo: str, anonymous: bool) -> HubRefusal:
    """The repository is gated and the caller was not let in."""
    message = f"Access to dataset {repo} is restricted and you are not in the authorized list."
    if anonymous:
        message = f"Access to dataset {repo} is restricted. You must have access to it and be authenticated."
    return HubRefusal(401 if anonymous else 403, message, code="GatedRepo")


def revision_missing(revision: str) -> HubRefusal:
    """No branch, tag, ref or reachable commit of that name."""
    return HubRefusal(404, f"Invalid rev id: {revision}", code="RevisionNotFound")


def entry_missing(message: str, commit: str | None = None) -> HubRefusal:
    """A file or folder is not there at that revision."""
    headers = {"X-Repo-Commit": commit} if commit else {}
    return HubRefusal(404, message, code="EntryNotFound", headers=headers)


def stale() -> HubRefusal:
    """The branch has moved on since the caller looked."""
    return HubRefusal(412, BRANCH_MOVED)


def bad_token() -> HubRefusal:
    """The token is none of ours."""
    return HubRefusal(401, INVALID_TOKEN)


def not_signed_in() -> HubRefusal:
    """A call that needs an account came without a token."""
    return HubRefusal(401, "Invalid username or password.")


def forbidden(message: str) -> HubRefusal:
    """The account is known and may not do this."""
    return HubRefusal(403, message)


def taken(message: str, **body: str) -> HubRefusal:
    """The name exists already; ``body`` goes into the JSON beside ``error``."""
    return HubRefusal(409, message, body=body)


def unusable(message: str) -> HubRefusal:
    """The request makes no sense."""
    return HubRefusal(400, message)
