"""The HTTP side: reads requests, applies faults, sends answers."""

from __future__ import annotations

import contextlib
import http
import socket
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tests.hub.call import Call
from tests.hub.errors import HubRefusal
from tests.hub.exchange import Answer, Request, json_answer, read_body, refusal_answer
from tests.hub.faults import LARGEST_KEPT, Fault, SeenRequest
from tests.hub.routes import WITHOUT_BEARER, find

if TYPE_CHECKING:
    from tests.hub.hub import TestHub


class HubServer(ThreadingHTTPServer):
    """Serves one hub on the loopback address, a thread for each connection."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, hub: TestHub, port: int) -> None:
        self.hub = hub
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), HubHandler)

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Remembers the connection, so that a stopped hub is really silent."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        """Forgets a connection that ends."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def stop(self) -> None:
        """Takes no more connections and cuts those that are open."""
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()


class HubHandler(BaseHTTPRequestHandler):
    """One connection."""

    server: HubServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def _serve(self) -> None:
        try:
            body, size = read_body(self.headers, self.rfile)
        except ValueError:
            self.send_error(400, "The lengths in this request are no numbers")
            self.close_connection = True
            return
        request = Request(method=self.command, target=self.path, headers=self.headers, body=body, size=size)
        hub = self.server.hub
        seen = SeenRequest(
            method=request.method,
            path=request.target,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.read() if size <= LARGEST_KEPT else b"",
            size=size,
        )
        body.seek(0)
        hub.log.arrived(seen)
        try:
            self._answer(request, seen, hub.faults.take(request.method, request.target))
        finally:
            body.close()
            hub.log.left()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    def _answer(self, request: Request, seen: SeenRequest, fault: Fault | None) -> None:
        if fault and fault.when == "before" and fault.what != "truncate":
            answer = self._failed(fault)
            if answer is not None or not fault.goes_on:
                self._send(request, seen, answer)
                return
        answer = answer_to(self.server.hub, request)
        if fault and fault.what == "truncate":
            self._send(request, seen, answer, limit=answer.size // 2)
        elif fault and fault.when == "after":
            broken = self._failed(fault)
            self._send(request, seen, answer if fault.goes_on else broken)
        else:
            self._send(request, seen, answer)

    def _failed(self, fault: Fault) -> Answer | None:
        """The answer of a fault, after its wait; None for no answer at all."""
        if isinstance(fault.what, int):
            phrase = http.HTTPStatus(fault.what).phrase
            body = {"error": phrase, **fault.body}
            return json_answer(body, fault.what, {"X-Error-Message": phrase, **fault.headers})
        if fault.what == "slow":
            time.sleep(fault.seconds)
        elif callable(fault.what):
            fault.what()
        return None

    def _send(
        self, request: Request, seen: SeenRequest, answer: Answer | None, limit: int | None = None
    ) -> None:
        if answer is None:
            self._hang_up()
            return
        seen.status = answer.status
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(answer.size))
        self.end_headers()
        if request.method != "HEAD":
            answer.write_to(self.wfile, limit)
        self.wfile.flush()
        if limit is not None:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Says what is asked when the hub is run by hand."""
        if self.server.hub.verbose:
            sys.stderr.write(f"{format % args}\n")


def answer_to(hub: TestHub, request: Request) -> Answer:
    """Finds who answers, lets them, and turns a refusal into its answer."""
    try:
        found = find(request.method, request.parts)
        if found is None:
            known = request.path.startswith(("/api/datasets/", "/datasets/")) and len(request.parts) < 4
            code = "RepoNotFound" if known else None
            raise HubRefusal(404, "Sorry, we can't find the page you are looking for.", code=code)
        handler, words = found
        authorization = None if handler in WITHOUT_BEARER else request.headers.get("Authorization")
        account = hub.accounts.behind(authorization)
        return handler(Call(hub=hub, request=request, words=words, account=account))
    except HubRefusal as refusal:
        return refusal_answer(refusal)
    except Exception:
        # A mistake of the test hub itself: shown on stderr, answered as the real one would.
        traceback.print_exc()
        return refusal_answer(HubRefusal(500, "Internal error - we're working hard to fix this"))
