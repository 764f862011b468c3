"""The ASGI guard around everything: cross-site writes, unused Gradio routes, headers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PAGES = re.compile(r"^/(rate|lead)(/|$)")
_UNUSED = re.compile(
    r"^/(?:rate|lead)/(?:gradio_api/)?(?:upload|file=|file/|proxy=|component_server|deep_link|vibe-|monitoring"
    r"|stream/|run/|call/|api/|process_recording|reload|dev/)"
)
"""Gradio routes this service does not use; each would be one more way in (interface spec)."""

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio 6.31 boots from an inline script and compiles the page's own component script with
        # `new Function`; its components set style attributes. Everything else stays on this host.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
STRICT_POLICY = "default-src 'none'; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Wraps the application; answers refusals itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what must not pass, else pass it on and set the headers of the answer."""
        if scope["type"] != "http":
            # No page of ours opens a web socket.
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = scope["path"]
        if _UNUSED.match(path):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return
        if scope["method"] not in _SAFE and not _same_site(headers):
            text = "This came from another site, so it was refused. Nothing was changed."
            await PlainTextResponse(text, 403)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _set_headers(MutableHeaders(scope=message), path)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _same_site(headers: Headers) -> bool:
    """Whether a write comes from our own page, or from a program, which carries a key and no cookie."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _set_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY if _PAGES.match(path) else STRICT_POLICY)
    if path.startswith(("/api/", "/i/", "/operations/")):
        headers.setdefault("Cache-Control", "no-store")
