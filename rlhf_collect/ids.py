"""Ids, secrets and content hashes. One function per kind, so that a format is stated once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from uuid import UUID

_last_tick = 0
_tick_lock = threading.Lock()


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): milliseconds since 1970, a rising sub-millisecond counter, randomness.

    Ids of one process rise strictly, so that rows ordered by id are in the order of their making.
    """
    global _last_tick  # noqa: PLW0603 - one counter for the process is the point
    with _tick_lock:
        tick = time.time_ns() // 250  # 4,000 ticks a millisecond: the 12 bits of ``rand_a``
        _last_tick = tick = max(tick, _last_tick + 1)
    millis, fraction = divmod(tick, 4000)
    random_bits = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(millis << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random_bits)


def new_secret() -> str:
    """An unguessable URL-safe token of 256 bits, for invitations, sessions and API keys."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What is stored of a secret. SHA-256 suffices: the secrets are 256 random bits, not passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no spaces and non-ASCII text as it is: the form that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(value: object) -> str:
    """SHA-256 (hex) of a JSON-able value in canonical form."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def keyed_hash(key: bytes, text: str) -> bytes:
    """HMAC-SHA256 of a text under a secret key, 32 bytes."""
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def pseudonym(key: bytes, text: str, length: int) -> str:
    """A name nobody without ``key`` can compute: base32 of the keyed hash, lower case, cut to ``length``."""
    return base64.b32encode(keyed_hash(key, text)).decode().lower()[:length]
