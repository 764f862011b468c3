"""Text that goes out compressed, where the browser says it can read it."""

from __future__ import annotations

import gzip
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Send

PACKED = ("text/html", "application/json", "application/problem+json")
"""Whole documents. Streams go out as they come, and pictures are compressed already."""
LEAST = 1000
"""Bytes below which compressing saves nothing."""


def reads_gzip(headers: Headers) -> bool:
    """Whether who asks takes gzip."""
    wishes = (each.replace(" ", "").partition(";") for each in headers.get("accept-encoding", "").split(","))
    return any(name == "gzip" and not wish.startswith("q=0") for name, _, wish in wishes)


def packed(body: bytes) -> bytes:
    """The body, compressed."""
    return gzip.compress(body, 6, mtime=0)


packed_page = lru_cache(maxsize=8)(packed)
"""A page of Gradio takes 15 ms to compress and is the same for all who ask for it under one name: it is kept."""


class Packer:
    """Holds a document back until it is whole, and sends it compressed."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Pass on everything but the documents named above."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            kind = headers.get("content-type", "").partition(";")[0]
            if kind in PACKED and "content-encoding" not in headers:
                headers.add_vary_header("Accept-Encoding")
                self._start = message
                return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body, headers = bytes(self._body), MutableHeaders(scope=start)
        if len(body) >= LEAST:
            page = headers["content-type"].startswith("text/html")
            body = await run_in_threadpool(packed_page if page else packed, body)
            headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
