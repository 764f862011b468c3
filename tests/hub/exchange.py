"""What goes over the wire: a request as read, an answer as sent."""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, unquote

from tests.hub.errors import HubRefusal, unusable

Wire = IO[bytes] | io.BufferedIOBase
"""A connection's reading or writing end."""

IN_MEMORY = 1 << 23
"""Bytes of a body kept in memory; larger ones lie in a temporary file."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, its body already here."""

    method: str
    """As sent."""
    target: str
    """Path and query as sent, still percent-encoded."""
    headers: Message
    """Looked up without regard to case."""
    body: IO[bytes]
    """At its beginning."""
    size: int
    """Bytes of the body."""

    @property
    def path(self) -> str:
        """The path as sent, without the query."""
        return self.target.partition("?")[0]

    @property
    def parts(self) -> list[str]:
        """The path split at its slashes and then decoded: an encoded slash stays inside its part."""
        return [unquote(part) for part in self.path.split("/")[1:]]

    @property
    def query(self) -> dict[str, str]:
        """The query; of a repeated name the last value."""
        return {name: values[-1] for name, values in parse_qs(self.target.partition("?")[2]).items()}

    def read(self) -> bytes:
        """The whole body."""
        self.body.seek(0)
        return self.body.read()

    def json(self) -> dict[str, Any]:
        """The body as a JSON object, empty when nothing was sent; raises the 400."""
        text = self.read()
        try:
            document = json.loads(text) if text else {}
        except ValueError as broken:
            raise unusable("The body is not JSON") from broken
        if not isinstance(document, dict):
            raise unusable("The body is not a JSON object")
        return document

    def form(self) -> dict[str, list[str]]:
        """The body as form fields, or as JSON when it says so."""
        if "json" in self.headers.get("Content-Type", ""):
            document = self.json()
            return {
                k: [str(item) for item in (v if isinstance(v, list) else [v])] for k, v in document.items()
            }
        return parse_qs(self.read().decode())


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer."""

    status: int = 200
    """The status."""
    body: bytes | Path = b""
    """Bytes, or the file that holds them."""
    start: int = 0
    """First byte of the body to send."""
    length: int | None = None
    """How many bytes to send; None for all."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """All but ``Content-Length``."""

    @property
    def size(self) -> int:
        """Bytes to send."""
        if self.length is not None:
            return self.length
        return self.body.stat().st_size if isinstance(self.body, Path) else len(self.body)

    def write_to(self, out: Wire, limit: int | None = None) -> None:
        """Sends the body, or its first ``limit`` bytes."""
        left = self.size if limit is None else min(limit, self.size)
        with self.body.open("rb") if isinstance(self.body, Path) else io.BytesIO(self.body) as source:
            source.seek(self.start)
            while left and (part := source.read(min(left, 1 << 18))):
                out.write(part)
                left -= len(part)


def json_answer(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer in JSON."""
    return Answer(
        status=status,
        body=json.dumps(document).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
    )


def refusal_answer(refusal: HubRefusal) -> Answer:
    """The answer to a request that was refused: JSON, ``X-Error-Message`` and, where it exists, the code."""
    text = re.sub(r"\s+", " ", refusal.message).encode("latin-1", "replace").decode("latin-1")
    headers = {"X-Error-Message": text, **({"X-Error-Code": refusal.code} if refusal.code else {})}
    return json_answer({"error": refusal.message, **refusal.body}, refusal.status, headers | refusal.headers)


def read_body(headers: Message, wire: Wire) -> tuple[IO[bytes], int]:
    """Reads the body a request announces, plain or chunked, and its size in bytes.

    Raises `ValueError` when the lengths in it are no numbers.
    """
    body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed with its request)
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        while size := int(wire.readline().split(b";")[0], 16):
            _copy(wire, body, size)
            wire.readline()
        while wire.readline().strip():
            pass
    else:
        _copy(wire, body, int(headers.get("Content-Length") or 0))
    size = body.tell()
    body.seek(0)
    return body, size


def _copy(wire: Wire, body: IO[bytes], size: int) -> None:
    while size:
        part = wire.read(min(size, 1 << 18))
        if not part:
            raise ConnectionError("the client went away while sending")
        body.write(part)
        size -= len(part)


def ranged(answer: Answer, header: str | None) -> Answer:
    """The part of a whole answer that a ``Range`` header asks for; raises the 416."""
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", (header or "").strip())
    if not asked or asked[0] == "bytes=-":
        return answer
    total = answer.size
    if asked[1]:
        first, last = int(asked[1]), min(int(asked[2] or total), total - 1)
    else:
        first, last = max(0, total - int(asked[2])), total - 1
    if first >= total or last < first:
        raise HubRefusal(
            416, "Requested range not satisfiable", headers={"Content-Range": f"bytes */{total}"}
        )
    return Answer(
        status=206,
        body=answer.body,
        start=first,
        length=last - first + 1,
        headers={**answer.headers, "Content-Range": f"bytes {first}-{last}/{total}"},
    )
