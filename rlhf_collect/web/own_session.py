"""A Gradio session belongs to the cookie it was begun with: whoever learns its name has nothing by that.

Gradio names sessions in the page's script and keeps by that name what is drawn, what the fields hold and what waits to
be sent. The name stands in addresses, which proxies write down. Here it is joined with the secret of the cookie before
Gradio sees it, so that the same name under another cookie is another session.
"""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import parse_qsl, urlencode

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_JOINING = "/lead/gradio_api/queue/join"
_LISTENING = "/lead/gradio_api/queue/data"
_HEARTBEAT = re.compile(r"(/lead/gradio_api/heartbeat/)([^/]+)")
_NAME = "session_hash"


class OwnSession:
    """Wraps the application; ``cookie`` is the name of the leads' session cookie. Bodies come as one message."""

    def __init__(self, app: ASGIApp, *, cookie: str) -> None:
        self._app = app
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give Gradio the session's own name, wherever the page's is written."""
        if scope["type"] == "http":
            path, beat = scope["path"], _HEARTBEAT.fullmatch(scope["path"])
            if path == _JOINING:
                receive = self._joining(scope, receive)
            elif path == _LISTENING:
                asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
                told = [(name, self._own(scope, value) if name == _NAME else value) for name, value in asked]
                scope = {**scope, "query_string": urlencode(told).encode()}
            elif beat:
                own = beat[1] + self._own(scope, beat[2])
                scope = {**scope, "path": own, "raw_path": own.encode()}
        await self._app(scope, receive, send)

    def _joining(self, scope: Scope, receive: Receive) -> Receive:
        async def joined() -> Message:
            message = await receive()
            if message["type"] != "http.request" or not message.get("body"):
                return message
            event = json.loads(message["body"])  # written by the guard
            if _NAME in event:
                event[_NAME] = self._own(scope, event[_NAME])
            return {**message, "body": json.dumps(event).encode()}

        return joined

    def _own(self, scope: Scope, session: str) -> str:
        """The name for whoever holds this cookie; nobody without it can work it out."""
        secret = ""
        for name, value in scope["headers"]:
            if name == b"cookie":
                secret = cookie_parser(value.decode("latin-1")).get(self._cookie, secret)
        return hashlib.sha256(f"{secret}|{session}".encode("utf-8", "surrogatepass")).hexdigest()
