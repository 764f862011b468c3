"""The ASGI guard around everything: cross-site writes, unused Gradio routes, large bodies, headers."""

from __future__ import annotations

import asyncio
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rlhf_collect.web.events import plain_event
from rlhf_collect.web.packing import Packer, reads_gzip
from rlhf_collect.web.policy import SEALED_POLICY, PageSender

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_WHOLE_PAGES = frozenset({"/rate/", "/lead/"})
_PAGES = re.compile(r"^/(rate|lead)(/|$)")
_FILES = r"assets/.+|static/.+|svelte/.+|theme\.css|manifest\.json|favicon\.ico|robots\.txt|pwa_icon(?:/\d+)?"
_BOOT = r"config/?|gradio_api/(?:info|app_id|startup-events|heartbeat/[^/]+)"
_EVENTS = r"gradio_api/queue/(?:join|data)"
_REPORTS = r"files/[a-z_]+\.(?:csv|svg)"
_IN_USE = re.compile(rf"/(?:rate|lead)(?:/(?:{_FILES}|{_BOOT})?)?|/lead/(?:{_EVENTS}|{_REPORTS})")
"""The routes the pages use: Gradio's files, their start, the lead's events, and our tables and plots. Everything else
of Gradio (uploads, file serving, proxy, run by name, monitoring, editors) is one more way in and is not there."""

MOST_BODY = 2 * 1024 * 1024
"""Bytes of a request. A judgement with eight reasons of 10,000 characters, four bytes each, is a sixth of it."""
_EVENT = re.compile(r"/lead/gradio_api/queue/join")
_STREAMED = re.compile(r"/api/v1/projects/[^/]+/comparisons|/operations/[^/]+")
"""Read once the caller is known: imports piece by piece up to a limit of their own, and the operator's commands."""
BODY_SECONDS = 30.0
"""Time for a body to arrive. Whoever sends it drop by drop holds a connection, and nothing else."""
_PRIVATE = re.compile(r"/(?:rate|lead)/(?:config/?)?")
_HASHED = re.compile(r"/(?:rate|lead)/(?:assets|static)/.*-[\w-]{8}\.(?:js|css|woff2?)")
"""Gradio's files whose name changes with their content."""
_HOSTS = frozenset({b"x-forwarded-host", b"x-gradio-server"})
"""Anybody can send them, and Gradio would build the page's addresses from them. A proxy passes ``Host`` on."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_NOT_SHARED = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")
"""Gradio lets every other port of this computer read its answers; nobody needs to."""


class Guard:
    """Wraps the application; answers refusals itself."""

    def __init__(self, app: ASGIApp, *, body_seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what must not pass, else pass it on and set the headers of the answer."""
        if scope["type"] != "http":
            # No page of ours opens a web socket.
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = scope["path"]
        answered = False
        scope["headers"] = [each for each in scope["headers"] if each[0] not in _HOSTS]
        if reads_gzip(headers):
            send = Packer(send)
        if path in _WHOLE_PAGES:
            send = PageSender(send, path)

        async def send_with_headers(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                _set_headers(MutableHeaders(scope=message), path, message["status"])
            await send(message)

        if _PAGES.match(path) and not _IN_USE.fullmatch(path):
            await _refusal(404, "not_found", "There is nothing here.")(scope, receive, send_with_headers)
            return
        if scope["method"] not in _SAFE:
            checked = await self._checked_write(headers, path, receive)
            if isinstance(checked, JSONResponse):
                await checked(scope, receive, send_with_headers)
                return
            receive = checked
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            # A fault of ours: the caller gets a document like any other, the log gets the traceback.
            if not answered:
                text = "Something went wrong on our side. What was acknowledged is kept; send the same again."
                await _refusal(500, "error", text)(scope, receive, send_with_headers)
            raise

    async def _checked_write(self, headers: Headers, path: str, receive: Receive) -> Receive | JSONResponse:
        """The body of a write, read once it may come in, or why it may not."""
        if not _same_site(headers):
            text = "This came from another site, so it was refused. Nothing was changed."
            return _refusal(403, "refused", text)
        if _STREAMED.fullmatch(path):
            return receive
        # Read here, so that nobody makes the service parse more than this, signed in or not.
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _whole_body(headers, receive)
        except TimeoutError:
            text = "The request did not arrive in time. Nothing was stored; send it again."
            return _refusal(408, "bad_call", text)
        if body is None:
            text = f"The request is over {MOST_BODY:,} bytes. Nothing was stored; send less at once."
            return _refusal(413, "bad_call", text)
        if _EVENT.fullmatch(path):
            body["body"] = plain_event(body["body"]) or b"{}"  # which Gradio refuses, once it knows who asks
        return _replay(body, receive)


def _refusal(status: int, code: str, detail: str) -> JSONResponse:
    """A problem document, as the API gives them."""
    body = {
        "type": f"https://rlhf-collect.dev/problems/{code}",
        "title": detail.split(". ", maxsplit=1)[0].rstrip(".") + ".",
        "status": status,
        "detail": detail,
        "code": code,
    }
    return JSONResponse(body, status, media_type="application/problem+json")


async def _whole_body(headers: Headers, receive: Receive) -> Message | None:
    """Read the body, as one message; ``None`` when it is over ``MOST_BODY``."""
    said = headers.get("content-length", "")
    if said.isdigit() and int(said) > MOST_BODY:
        return None
    taken, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        taken += message.get("body", b"")
        more = message.get("more_body", False)
        if len(taken) > MOST_BODY:
            return None
    return {"type": "http.request", "body": bytes(taken), "more_body": more}


def _replay(body: Message, receive: Receive) -> Receive:
    """The body once more, for whoever reads it, then whatever comes."""
    whole = [body]

    async def replay() -> Message:
        return whole.pop() if whole else await receive()

    return replay


def _same_site(headers: Headers) -> bool:
    """Whether a write comes from our own page, or from a program, which carries a key and no cookie."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin, host = headers.get("origin"), headers.get("host")
    return origin is None or origin in (f"http://{host}", f"https://{host}")


def _set_headers(headers: MutableHeaders, path: str, status: int) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    for name in _NOT_SHARED:
        del headers[name]
    if path not in _WHOLE_PAGES:  # those are done when they are whole
        headers.setdefault("Content-Security-Policy", SEALED_POLICY)
    if path.startswith(("/api/", "/i/", "/operations/")):
        headers.setdefault("Cache-Control", "no-store")
    elif _PRIVATE.fullmatch(path):
        headers["Cache-Control"] = "private, no-store"
    elif status == 200 and _HASHED.fullmatch(path):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
