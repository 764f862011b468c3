"""The server's end of ``colouring``: one process, started when first needed, ended when it takes too long."""

from __future__ import annotations

import atexit
import json
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

_PROGRAM = Path(__file__).with_name("colouring.py")
_LENGTH = struct.Struct(">I")  # as there; importing it here would load Pygments
PATIENCE = 3.0
"""Seconds to wait for an answer. The process ends itself much earlier, by its processor time; this is for
one that is starved or stopped."""


class Colourist:
    """A process that says where colours go, for one thread at a time; a new one when the last has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process that is running, if one is."""
        return None if self._process is None else self._process.pid

    def spans(self, language: str, code: str) -> list[tuple[str, int]] | None:
        """Class and length of each piece of the code, in its order.

        Empty where the lexer cannot give the code as it is written; ``None`` where it took too long.
        """
        asked = json.dumps({"language": language, "code": code}).encode()
        with self._lock:
            said = self._ask(_LENGTH.pack(len(asked)) + asked)
        if said is None:
            return None
        return [(css_class, length) for css_class, length in json.loads(said) or ()]

    def stop(self) -> None:
        """End the process and wait until it is gone."""
        with self._lock:
            self._end()

    def _ask(self, message: bytes) -> bytes | None:
        process = self._running()
        assert process.stdin
        assert process.stdout
        patience = threading.Timer(PATIENCE, process.kill)
        patience.daemon = True
        patience.start()
        said = b""
        try:
            process.stdin.write(message)
            process.stdin.flush()
            head = process.stdout.read(_LENGTH.size)
            if len(head) == _LENGTH.size:
                length = _LENGTH.unpack(head)[0]
                said = process.stdout.read(length)
                if len(said) == length:
                    return said
        except BrokenPipeError:
            pass  # it ended while nobody looked, or just now: the next block gets another
        finally:
            patience.cancel()
        self._end()
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            # Isolated: of this folder, the environment and the reader's home it sees nothing; in a session
            # of its own, so that Ctrl-C in a terminal is the server's alone.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
                [sys.executable, "-I", str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe
            with suppress(BrokenPipeError):  # what it never read
                pipe.close()


COLOURIST = Colourist()
"""The one of this process."""
atexit.register(COLOURIST.stop)
