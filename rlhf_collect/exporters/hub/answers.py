"""What the Hub answers, as a lead may read it: short, without secrets, and safe for a terminal."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from http.client import responses
from typing import Any

ASKING = ("GET", "HEAD")
"""Requests that change nothing."""
LONGEST_WORDS = 200
"""Characters of the Hub's own words that are told."""
_QUERY = re.compile(r"(https?://[^\s'\"<>?#]*)[?#][^\s'\"<>]*")
_USER = re.compile(r"(https?://)[^\s'\"<>/@]*@")


def clean(text: str) -> str:
    """One line that a terminal shows as it is; of addresses no query, which may hold what lets somebody in."""
    line = " ".join(text.split())
    line = _USER.sub(r"\1", _QUERY.sub(r"\1", line))
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


def sentence(text: str) -> str:
    """Words of others with one full stop."""
    return f"{clean(text).rstrip(' .:')}."


def status_of(error: BaseException) -> int | None:
    """The HTTP status behind an error, ``None`` if no answer came."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def seconds_named(error: BaseException) -> float | None:
    """How long the Hub asks to wait, ``None`` if it names no time."""
    return wait_in(getattr(error, "response", None))


def wait_in(response: Any) -> float | None:
    """What ``Retry-After`` asks for, as seconds or as a date; else what ``RateLimit`` says once nothing is left."""
    if response is None:
        return None
    asked = response.headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        # By the Hub's own clock: ours may be wrong.
        left = parsedate_to_datetime(asked) - parsedate_to_datetime(response.headers.get("date", ""))
        return max(0.0, left.total_seconds())
    except (TypeError, ValueError):
        limit = re.search(r"r=0;\s*t=(\d+)", response.headers.get("ratelimit", ""))
        return float(limit[1]) if limit else None


def place_of_error(error: BaseException) -> str:
    """The server that was asked, such as ``https://huggingface.co``; that of the settings where it is not known."""
    from huggingface_hub.constants import ENDPOINT

    try:
        address = getattr(error, "request", None)
    except RuntimeError:  # the client never tied the error to a request
        address = None
    found = re.match(r"https?://[^/?#]+", str(getattr(address, "url", "")) or ENDPOINT)
    return clean(found[0]) if found else clean(ENDPOINT)


def page_of(repo: str, *, settings: bool = False) -> str:
    """The page of a repository, or of its settings."""
    from huggingface_hub.constants import ENDPOINT

    return f"{clean(ENDPOINT)}/datasets/{repo}{'/settings' if settings else ''}"


def words_for(error: BaseException, repo: str) -> str:
    """What became of it, and what to do."""
    status = status_of(error)
    if status is None:
        return sentence(str(error))
    known = {
        401: "The Hub refuses this token: invalid or expired.",
        403: _forbidden(error, repo),
        409: f"The Hub is busy with another change of {repo}.",
        412: f"{repo} kept changing while we worked on it.",
        429: "The Hub asks us to send fewer requests.",
    }
    return known.get(status) or _unknown(status, error, repo)


def _own_words(error: BaseException) -> str:
    """The first line of what the Hub itself says, or nothing."""
    said = str(getattr(error, "server_message", None) or "").strip()
    line = clean(said.splitlines()[0] if said else "").rstrip(" .:")
    if line == responses.get(status_of(error) or 0, ""):
        return ""  # the status in words, and no reason
    return line if len(line) <= LONGEST_WORDS else f"{line[: LONGEST_WORDS - 1]}…"


def _forbidden(error: BaseException, repo: str) -> str:
    """The Hub's own reason first: a full account answers 403 as a token without rights does."""
    method, address = _asked(error)
    owner, said = repo.partition("/")[0], _own_words(error)
    reads = (method in ASKING and not address.endswith("/auth-check/write")) or "/paths-info/" in address
    what = f"The Hub does not show {repo}" if reads else f"The Hub does not let us write {repo}"
    why = f': "{said}".' if said else ", and does not say why."
    return f"{what}{why} If it is the token: it needs {'read' if reads else 'write'} access to '{owner}'."


def _unknown(status: int, error: BaseException, repo: str) -> str:
    phrase = responses.get(status, "")
    said = _own_words(error)
    answered = f"The Hub answered {status}{f' ({phrase})' if phrase else ''}"
    if said:
        return f'{answered}: "{said}". Mend what it names, then run the same command again.'
    return f"{answered} and does not say why. Look at {page_of(repo)} before you try again."


def _asked(error: BaseException) -> tuple[str, str]:
    """Method and address of the request, without its query."""
    request: Any = getattr(getattr(error, "response", None), "request", None)
    return (str(request.method), clean(str(request.url))) if request is not None else ("", "")
