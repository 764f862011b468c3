"""What alerts are sent to: a little web server and a little mail server, both real and both on this machine."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

CERTIFICATE = Path(__file__).parents[1] / "data" / "localhost.pem"


@dataclass
class Received:
    """A request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Web:
    """A web server that answers as it is told, and 204 after that."""

    url: str
    replies: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Statuses and headers of the next answers."""
    received: list[Received] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    """Set unless answers are held back."""


@contextmanager
def web_server() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            web.received.append(Received(path=self.path, headers=headers, body=body))
            web.hold.wait(10)
            status, more = web.replies.pop(0) if web.replies else (204, {})
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web = Web(url=f"http://127.0.0.1:{server.server_port}/hook")
    web.hold.set()
    with _running(server):
        yield web


@dataclass
class Post:
    """A mail server that keeps what it gets."""

    port: int
    offers_starttls: bool = True
    password: bytes = b""
    """What ``AUTH PLAIN`` must send; empty takes anything."""
    refuses: dict[str, str] = field(default_factory=dict)
    """Command to the answer it gets instead."""
    mails: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    """Every line that was no mail, ``*`` before those that came encrypted."""


@contextmanager
def mail_server(*, tls: bool = False) -> Iterator[Post]:
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(CERTIFICATE)

    class Handler(StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def encrypt(self) -> None:
            self.request = secured.wrap_socket(self.request, server_side=True)
            self.setup()

        def handle(self) -> None:
            try:
                if tls:
                    self.encrypt()
                self.say("220 ready")
                while line := self.rfile.readline():
                    if not self.obey(line.decode().strip()):
                        return
            except (ssl.SSLError, ConnectionError):
                return  # who called did not trust us

        def obey(self, line: str) -> bool:
            encrypted = isinstance(self.request, ssl.SSLSocket)
            post.commands.append(f"{'*' if encrypted else ''}{line}")
            verb = line.partition(" ")[0].upper()
            if verb in post.refuses:
                self.say(post.refuses[verb])
            elif verb == "EHLO":
                more = [] if encrypted or not post.offers_starttls else ["STARTTLS"]
                names = ["localhost", *more, "AUTH PLAIN"]
                for each in names[:-1]:
                    self.say(f"250-{each}")
                self.say(f"250 {names[-1]}")
            elif verb == "STARTTLS":
                self.say("220 go ahead")
                self.encrypt()
            elif verb == "AUTH":
                self.say("235 welcome" if line.encode().endswith(post.password) else "535 no")
            elif verb == "DATA":
                self.say("354 go ahead")
                lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                post.mails.append("".join(each.removeprefix(".") for each in lines))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return False
            else:
                self.say("250 fine")
            return True

    class Server(ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    post = Post(port=server.server_address[1])
    with _running(server):
        yield post


@contextmanager
def _running(server: ThreadingTCPServer | ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
