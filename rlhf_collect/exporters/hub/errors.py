"""What the Hub's client raises, told to a lead: what happened, what was kept, what to do."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from rlhf_collect.errors import CollectError, HubRefused, HubUnreachable, Problem

AGAIN = "Run the same command again."
"""Said where time mends it, and nowhere else."""
UNKNOWN_HERE = "No Hub token."
"""Said first where the Hub was not even asked."""


class Fate(StrEnum):
    """What an error says about the request that met it."""

    MOVED = "the branch moved on"
    BUSY = "another operation is running"
    WAIT = "too many requests"
    UNKNOWN = "the outcome is unknown"
    REFUSED = "the Hub said no"


def client_errors() -> tuple[type[Exception], ...]:
    """Everything the client may raise: statuses, transport, tokens, names, a broken card."""
    import httpx2

    return (httpx2.HTTPError, OSError, ValueError, RuntimeError)


def status_of(error: BaseException) -> int | None:
    """The HTTP status behind an error, ``None`` if no answer came."""
    response: Any = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    return status if isinstance(status, int) else None


def fate_of(error: BaseException) -> Fate:
    """What may have become of the request."""
    if (
        isinstance(error, RuntimeError) and error.__cause__ is not None
    ):  # an upload names its file, wraps the rest
        return fate_of(error.__cause__)
    status = status_of(error)
    if status is not None:
        if status >= 500 or status == 408:
            return Fate.UNKNOWN
        return {412: Fate.MOVED, 409: Fate.BUSY, 429: Fate.WAIT}.get(status, Fate.REFUSED)
    if isinstance(error, ValueError) and not isinstance(error, json.JSONDecodeError):
        return Fate.REFUSED
    return Fate.REFUSED if _has_no_token(error) else Fate.UNKNOWN


def seconds_to_wait(error: BaseException) -> float:
    """What ``Retry-After`` asks for, else a minute."""
    response: Any = getattr(error, "response", None)
    asked = response.headers.get("retry-after", "") if response is not None else ""
    return float(asked) if asked.isdecimal() else 60.0


@contextmanager
def told(repo: str, kept: str) -> Iterator[None]:
    """Turns what the client raises into ``HubRefused`` or ``HubUnreachable``; ``kept`` ends the message."""
    try:
        yield
    except CollectError:
        raise
    except client_errors() as error:
        raise explained(error, repo, kept) from error


def explained(error: BaseException, repo: str, kept: str) -> HubRefused | HubUnreachable:
    """The refusal a lead reads."""
    if fate_of(error) is Fate.UNKNOWN:
        status = status_of(error)
        what = f"It answered {status}" if status else f"{type(error).__name__}: {error}".strip(": ")
        return HubUnreachable(f"The Hub could not be reached or did not confirm. {what}. {kept} {AGAIN}")
    card = _of_the_card(error)
    if card:
        return HubRefused(f"The Hub refuses the card of {repo}: {'; '.join(card)}. {kept}", problems=[
            Problem(where="README.md", field="", what=f"{each}.", mend="Mend the project file, then freeze again.")
            for each in card
        ])  # fmt: skip
    again = f" {AGAIN}" if fate_of(error) is not Fate.REFUSED else ""
    return HubRefused(f"{_words(error, repo)} {kept}{again}")


def _of_the_card(error: BaseException) -> list[str]:
    """What the Hub says of the card's header, line by line; nothing if it is not about that."""
    first, *lines = str(error).splitlines() or [""]
    if not isinstance(error, ValueError) or not first.startswith("Invalid metadata in README.md"):
        return []
    return [each.removeprefix("- ").rstrip(". ") for each in lines if each.strip("- ")] or [first.rstrip(".")]


def _words(error: BaseException, repo: str) -> str:
    from huggingface_hub.constants import ENDPOINT
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if isinstance(error, RuntimeError) and error.__cause__ is not None:
        return _words(error.__cause__, repo)
    if _has_no_token(error):
        return f"{UNKNOWN_HERE} Run `hf auth login` or set HF_TOKEN."
    if isinstance(error, GatedRepoError):  # a kind of RepositoryNotFoundError: first
        return f"{repo} is gated. Ask for access on its page: {ENDPOINT}/datasets/{repo}."
    if isinstance(error, RepositoryNotFoundError):
        return f"{repo} does not exist, or this token may not see it."
    return _words_for_status(status_of(error), error, repo)


def _words_for_status(status: int | None, error: BaseException, repo: str) -> str:
    said = " ".join(line.strip() for line in str(error).splitlines() if line.strip())
    owner = repo.partition("/")[0]
    return {
        None: said,
        401: "The Hub refuses this token: invalid or expired.",
        403: f"This token may not write {repo}. It needs write access to '{owner}'.",
        409: f"The Hub is busy with another change of {repo}.",
        412: f"{repo} kept changing while we worked on it.",
        429: "The Hub asks us to send fewer requests.",
    }.get(status, f"The Hub answered {status}: {said}")


def _has_no_token(error: BaseException) -> bool:
    from huggingface_hub.errors import LocalTokenNotFoundError

    return isinstance(error, LocalTokenNotFoundError)
