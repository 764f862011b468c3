"""A webhook in the form of Standard Webhooks (https://www.standardwebhooks.com): signed, with an id that stays.

The address comes from the project file, which only whoever runs the server can apply: no rater, no lead on the page,
no text of a model. So an address within one's own network is allowed, as that is where most such receivers stand.
What remains is narrow: https but on this machine, no redirect followed, no proxy of the environment used, and of what
comes back only the status is looked at.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Timer

import httpx

from rlhf_collect.config import Webhook
from rlhf_collect.domain.sending import Fate, Reply
from rlhf_collect.ids import canonical_json
from rlhf_collect.senders.channel import Notice, in_few_words

PREFIX = "whsec_"
LEAST_BYTES = 24
"""Bytes of a secret, as the standard asks."""
TIMEOUT_SECONDS = 10.0
"""For each step."""
WHOLE_SECONDS = 30.0
"""For all of it: whoever answers drop by drop is left."""
_AGAIN = (408, 425, 429)
"""Statuses under 500 that may be others another time."""


def signing_key(secret: str) -> bytes | None:
    """The bytes of a secret, ``whsec_`` and Base64; ``None`` if it is none, or too short to sign with."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if secret.strip().startswith(PREFIX) and len(key) >= LEAST_BYTES else None


def signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``: HMAC-SHA256 over id, time and body."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def body_of(notice: Notice) -> bytes:
    """What is sent: the same bytes at every try."""
    data = {
        "project": notice.project,
        "key": notice.key,
        "kind": notice.kind,
        "since": notice.since.astimezone(UTC).isoformat(),
        "sentence": notice.sentence,
        "what_to_do": notice.what_to_do,
        "figures": dict(notice.figures),
    }
    document = {"type": "alert.raised", "timestamp": data["since"], "data": data}
    return canonical_json(document).encode()


class Hook:
    """The webhook of a project."""

    name = "webhook"

    def __init__(self, settings: Webhook, *, whole_seconds: float = WHOLE_SECONDS) -> None:
        assert settings.url is not None
        self.target = settings.url
        self._variable = settings.secret_env
        self._whole_seconds = whole_seconds

    def problem(self) -> str | None:
        """The secret is missing, or is none."""
        secret = os.environ.get(self._variable)
        if not secret:
            return f"Not set where this runs: {self._variable}."
        if signing_key(secret) is None:
            return f"{self._variable} holds no secret: {PREFIX} and at least {LEAST_BYTES} bytes in Base64."
        return None

    def send(self, notice: Notice, now: datetime) -> Reply:
        """Post it, signed anew with the time of this try. 2xx is delivered; 408, 425, 429 and 5xx may be later."""
        key = signing_key(os.environ.get(self._variable, ""))
        assert key is not None
        body, timestamp, message_id = body_of(notice), int(now.timestamp()), f"alert_{notice.alert_id.hex}"
        headers = {
            "content-type": "application/json",
            "user-agent": "rlhf-collect",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(key, message_id, timestamp, body),
        }
        try:
            with (
                httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False) as client,
                _ending(client, self._whole_seconds),
                client.stream("POST", self.target, content=body, headers=headers) as response,
            ):
                return _read(response.status_code, response.headers.get("retry-after", ""), now)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, RuntimeError) as error:
            return Reply(fate=Fate.FAILED, said=in_few_words(error))


@contextmanager
def _ending(client: httpx.Client, seconds: float) -> Iterator[None]:
    """While this holds, the client is closed under whoever uses it once it has taken too long."""
    ending = Timer(seconds, client.close)
    ending.daemon = True
    ending.start()
    try:
        yield
    finally:
        ending.cancel()


def _read(status: int, retry_after: str, now: datetime) -> Reply:
    if 200 <= status < 300:
        return Reply(fate=Fate.DELIVERED, said="")
    if status in _AGAIN or status >= 500:
        return Reply(fate=Fate.FAILED, said=f"It answered {status}.", wait=_asked(retry_after, now))
    more = " Redirects are not followed: write where it leads to." if 300 <= status < 400 else ""
    return Reply(fate=Fate.GIVEN_UP, said=f"It answered {status}.{more}")


def _asked(retry_after: str, now: datetime) -> timedelta | None:
    """The wait a ``Retry-After`` asks for, in seconds or as a date; ``None`` if it asks for none that can be read."""
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after[:9]), 10**8))
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError, TypeError):
        return None
    return max(timedelta(), (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now)
