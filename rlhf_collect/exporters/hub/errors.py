"""What the Hub's client raises, told to a lead: what happened, what was kept, what to do."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from rlhf_collect.errors import CollectError, HubRefused, HubUnreachable, Problem
from rlhf_collect.exporters.hub.answers import (
    clean,
    page_of,
    place_of_error,
    seconds_named,
    sentence,
    status_of,
    words_for,
)

Kept = str | Callable[[], str]
"""How a refusal ends: what stands, and what was kept; asked for once there is one."""

AGAIN = "Run the same command again."
"""Said where time mends it, and nowhere else."""
UNKNOWN_HERE = "No Hub token."
"""Said first where the Hub was not even asked."""
LONGEST_WAIT = 600.0
"""Seconds that are waited at most, though the Hub asks for more."""


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


def unwrapped(error: BaseException) -> BaseException:
    """What the client met itself: an upload names its file and wraps the rest, as a download does."""
    while status_of(error) is None and isinstance(error.__cause__, client_errors()) and _wraps(error):
        error = error.__cause__
    return error


def _wraps(error: BaseException) -> bool:
    return isinstance(error, RuntimeError | FileNotFoundError) or str(error).startswith(
        "Force download failed"
    )


def fate_of(error: BaseException) -> Fate:
    """What may have become of the request."""
    error = unwrapped(error)
    status = status_of(error)
    if status is not None:
        if status >= 500 or status == 408:
            return Fate.UNKNOWN
        return {412: Fate.MOVED, 409: Fate.BUSY, 429: Fate.WAIT}.get(status, Fate.REFUSED)
    if isinstance(error, ValueError) and not isinstance(error, json.JSONDecodeError):
        return Fate.REFUSED
    return Fate.REFUSED if _has_no_token(error) else Fate.UNKNOWN


@contextmanager
def told(repo: str, kept: Kept) -> Iterator[None]:
    """Turns what the client raises into ``HubRefused`` or ``HubUnreachable``; ``kept`` ends the message."""
    try:
        yield
    except CollectError:
        raise
    except client_errors() as error:
        raise explained(error, repo, kept) from error


@contextmanager
def told_when_stopped(kept: Kept) -> Iterator[None]:
    """A person who stops the work reads what stands: a note on the interruption, for whoever shows it."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        end = _end(kept)
        again = "" if "same command" in end else " The same command goes on: it looks at the Hub first."
        stopped.add_note(f"Stopped. {end}{again}")
        raise


def explained(error: BaseException, repo: str, kept: Kept) -> HubRefused | HubUnreachable:
    """The refusal a lead reads."""
    end, fate = _end(kept), fate_of(error)
    error = unwrapped(error)
    again = "" if "same command" in end else f" {AGAIN}"
    wait = seconds_named(error)
    if wait is not None and wait > LONGEST_WAIT and fate in (Fate.WAIT, Fate.UNKNOWN):
        return HubUnreachable(
            f"The Hub asks to wait {wait:.0f} s before the next try, longer than this waits by itself. {end} Run the "
            "same command again after that."
        )
    if fate is Fate.UNKNOWN:
        return HubUnreachable(
            f"The Hub could not be reached or did not confirm. {_trouble(error)} {end}{again}"
        )
    card = _of_the_card(error)
    if card:
        return HubRefused(f"The Hub refuses the card of {repo}: {'; '.join(card)}. {end}", problems=[
            Problem(where="README.md", field="", what=f"{each}.", mend="Mend the project file, then freeze again.")
            for each in card
        ])  # fmt: skip
    return HubRefused(f"{_words(error, repo)} {end}{again if fate is not Fate.REFUSED else ''}")


def _end(kept: Kept) -> str:
    return kept if isinstance(kept, str) else kept()


def _trouble(error: BaseException) -> str:
    status = status_of(error)
    if status:
        return f"It answered {status}."
    return sentence(f"{type(error).__name__} at {place_of_error(error)}: {error}")


def _of_the_card(error: BaseException) -> list[str]:
    """What the Hub says of the card's header, line by line; nothing if it is not about that."""
    first, *lines = str(error).splitlines() or [""]
    if not isinstance(error, ValueError) or not first.startswith("Invalid metadata in README.md"):
        return []
    said = [each.removeprefix("- ") for each in lines if each.strip("- ")] or [first]
    return [clean(each).rstrip(". ") for each in said]


def _words(error: BaseException, repo: str) -> str:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if _has_no_token(error):
        return f"{UNKNOWN_HERE} Run `hf auth login` or set HF_TOKEN."
    if isinstance(error, GatedRepoError):  # a kind of RepositoryNotFoundError: first
        return (
            f"{repo} is gated. Ask for access on its page: {page_of(repo)}. If you have it, give the token of that "
            "account: HF_TOKEN, or `hf auth login`."
        )
    if isinstance(error, RepositoryNotFoundError):
        return f"{repo} does not exist, or this token may not see it."
    return words_for(error, repo)


def _has_no_token(error: BaseException) -> bool:
    from huggingface_hub.errors import LocalTokenNotFoundError

    return isinstance(error, LocalTokenNotFoundError)
