"""What need not be read twice: rows that never change, and who is signed in, for a short while.

DuckDB plans every statement anew, which costs milliseconds where a lookup costs none.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")
MOST_KEPT = 2000
SIGN_IN_HOLDS = timedelta(seconds=10)
"""How long another process's sign-out may go unseen; this process's own counts at once."""


class Memory:
    """A bounded store of answers, the least recently used ones going first. Safe between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Any, datetime | None]] = OrderedDict()
        self._forgotten = 0
        self._gate = threading.Lock()
        self._making: WeakValueDictionary[Hashable, threading.Lock] = WeakValueDictionary()

    def recall(self, key: Hashable, make: Callable[[], T], *, now: datetime | None = None) -> T:
        """The answer kept under ``key``, or a new one. With ``now`` it is kept for a few seconds only.

        ``None`` and empty answers are not kept: what is missing may appear.
        """
        with self._gate:
            found = self._kept.get(key)
            if found is not None and (found[1] is None or (now is not None and now < found[1])):
                self._kept.move_to_end(key)
                answer: T = found[0]
                return answer
            forgotten = self._forgotten
        made = make()
        with self._gate:
            # What was read while something was forgotten may be what is forgotten.
            if made and forgotten == self._forgotten:
                self._kept[key] = (made, None if now is None else now + SIGN_IN_HOLDS)
                self._kept.move_to_end(key)
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return made

    def keep(self, key: Hashable, answer: object) -> None:
        """Keep an answer that is known without asking."""
        self.recall(key, lambda: answer)

    def kept(self, key: Hashable) -> Any:
        """The answer kept under ``key`` for good; ``None`` for none."""
        with self._gate:
            found = self._kept.get(key)
            return found[0] if found is not None and found[1] is None else None

    def alone(self, key: Hashable) -> AbstractContextManager[object]:
        """One at a time for each ``key``: the others wait, and may find what they wanted to make."""
        with self._gate:
            lock = self._making.get(key)
            if lock is None:
                lock = self._making[key] = threading.Lock()
            return lock

    def clear(self) -> None:
        """Drop every answer."""
        with self._gate:
            self._forgotten += 1
            self._kept.clear()

    def forget(self, key: Hashable) -> None:
        """Drop one answer."""
        with self._gate:
            self._forgotten += 1
            self._kept.pop(key, None)
