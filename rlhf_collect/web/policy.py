"""The content policies: which parts of an answer a browser may run, load or be sent to.

Gradio boots from a few inline scripts that differ by address and release. Each page's policy names
exactly those, by the hash of what is being sent; a script that comes into the page any other way,
through model output above all, has no hash and does not run. docs/running.md says which part of
Gradio needs what.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

SEALED_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
"""For answers that are no pages: should one be shown as a document, it can do nothing."""

_HTML = "text/html"
_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLED = re.compile(rb"<[a-z][a-z0-9-]*\s[^>]*?\bstyle=\"([^\"]*)\"", re.IGNORECASE)
_OWN_BASE = b'<base href="./" />'
"""Gradio's, which says what holds without it. Gone, the page can forbid every other one."""


def page_policy(page: str, html: bytes) -> str:
    """The policy of a Gradio page that is sent as ``html``; ``page`` is its address, ``/rate/`` or ``/lead/``."""
    scripts = _hashes(_INLINE.findall(html))
    if page == "/rate/":
        attributes, images = f"'unsafe-hashes' {_hashes(_STYLED.findall(html))}", "'self'"
        fonts: tuple[str, ...] = ("font-src 'self'",)  # for formulas
        types: tuple[str, ...] = (
            "trusted-types default svelte-trusted-html",
            "require-trusted-types-for 'script'",
        )
    else:
        attributes, images, fonts, types = "'unsafe-inline'", "'self' data:", (), ()
    return "; ".join(
        (
            "default-src 'none'",  # frames, media, plug-ins: none of them
            "worker-src 'none'",  # which would follow script-src
            f"script-src 'self' 'unsafe-eval' {scripts}",
            "script-src-attr 'none'",
            "style-src 'self' 'unsafe-inline'",
            f"style-src-attr {attributes}",
            f"img-src {images}",
            *fonts,
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            *types,
        )
    )


@lru_cache(maxsize=8)
def sealed_page(page: str, html: bytes) -> tuple[bytes, str]:
    """The page as it goes out, and its policy: without Gradio's base, and the rater's with the script that seals it.

    Kept, since a page is the same for all who ask for it under one name.
    """
    html = html.replace(_OWN_BASE, b"", 1)
    if page == "/rate/":
        html = html.replace(b"<head>", b"<head>" + _first(), 1)
    return html, page_policy(page, html)


@cache
def _first() -> bytes:
    """What stands before everything else on the rater's page: the script that seals it, and its first colours."""
    assets = Path(__file__).parent / "assets"
    script, style = (assets / "seal.js").read_bytes(), (assets / "first.css").read_bytes()
    return b"<script>" + script + b"</script><style>" + style + b"</style>"


def _hashes(sources: Iterable[bytes]) -> str:
    """Sources as a policy names them, each once."""
    names = (b64encode(hashlib.sha256(each).digest()).decode() for each in sources)
    return " ".join(dict.fromkeys(f"'sha256-{name}'" for name in names))


class PageSender:
    """Holds a page back until it is whole, so that its headers can say what is in it."""

    def __init__(self, send: Send, page: str) -> None:
        self._send = send
        self._page = page
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Pass on everything but an HTML answer without a policy of its own, which waits for its end."""
        if message["type"] == "http.response.start" and not _is_html(MutableHeaders(scope=message)):
            MutableHeaders(scope=message).setdefault("Content-Security-Policy", SEALED_POLICY)
        if message["type"] == "http.response.start" and _needs_policy(MutableHeaders(scope=message)):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        html, policy = sealed_page(self._page, bytes(self._body))
        headers = MutableHeaders(scope=start)
        headers["Content-Security-Policy"] = policy
        if "content-length" in headers and self._body:  # an answer to HEAD has a length and no body
            headers["content-length"] = str(len(html))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": html})


def _is_html(headers: MutableHeaders) -> bool:
    return headers.get("content-type", "").startswith(_HTML)


def _needs_policy(headers: MutableHeaders) -> bool:
    return (
        _is_html(headers) and "content-security-policy" not in headers and "content-encoding" not in headers
    )
