"""Makes the hub fail on purpose, and remembers what came in."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

When = Literal["before", "after"]
What = int | Literal["drop", "slow", "truncate"] | Callable[[], object]

LARGEST_KEPT = 1 << 20
"""Bytes; of larger bodies only the size is remembered."""


@dataclass(kw_only=True)
class SeenRequest:
    """One request that came in."""

    method: str
    """``GET``, ``HEAD``, ``POST``, ``PUT`` or ``DELETE``."""
    path: str
    """Path and query exactly as sent, still percent-encoded."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """What was sent, or nothing when it was larger than a mebibyte."""
    size: int
    """Bytes of the body."""
    status: int | None = None
    """What was answered; None while at work, and for good when the connection was dropped."""

    @property
    def line(self) -> str:
        """Method and path, for comparing."""
        return f"{self.method} {self.path}"


@dataclass(kw_only=True)
class Fault:
    """One fault that waits for its requests."""

    method: str
    """The method it is for, or ``*``."""
    path: re.Pattern[str]
    """Searched in path and query as sent."""
    when: When
    """Before the hub acts, or after it acted and before it answers."""
    what: What
    """A status, ``drop``, ``slow``, ``truncate``, or something to call before dropping."""
    times: int
    """How many requests it still hits."""
    skip: int
    """How many requests it still lets pass first."""
    seconds: float
    """How long ``slow`` waits."""
    headers: Mapping[str, str]
    """Headers of the error answer."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """What the error answer holds beside ``error``."""
    quietly: bool = False
    """Whether the request is answered as if nothing had been."""
    hits: int = 0
    """How many requests it has hit."""

    @property
    def goes_on(self) -> bool:
        """Whether the request gets its answer in the end."""
        return self.what == "slow" or self.quietly


@dataclass
class Faults:
    """The faults that wait, oldest first."""

    waiting: list[Fault] = field(default_factory=list)
    """Also the used up ones, so that a test can count their hits."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while one is picked."""

    def add(self, fault: Fault) -> Fault:
        """Another fault."""
        with self.lock:
            self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """The hub works again."""
        with self.lock:
            self.waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that fits this request and has hits left; uses one of them up."""
        with self.lock:
            for fault in self.waiting:
                if fault.method not in ("*", method) or fault.times < 1 or not fault.path.search(path):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                fault.hits += 1
                return fault
        return None


class RequestLog:
    """What came in, in order of arrival, and how much of it is still at work."""

    def __init__(self) -> None:
        self.seen: list[SeenRequest] = []
        self._at_work = 0
        self._changed = threading.Condition()

    def arrived(self, request: SeenRequest) -> None:
        """A request begins."""
        with self._changed:
            self.seen.append(request)
            self._at_work += 1

    def left(self) -> None:
        """A request is done, answered or not."""
        with self._changed:
            self._at_work -= 1
            self._changed.notify_all()

    def wait_until_idle(self, seconds: float) -> None:
        """Returns once nothing is at work; raises `TimeoutError` after ``seconds``."""
        end = time.monotonic() + seconds
        with self._changed:
            while self._at_work:
                if not self._changed.wait(end - time.monotonic()):
                    raise TimeoutError(f"{self._at_work} requests are still at work after {seconds} s")
