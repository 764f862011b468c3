"""Rendered texts, kept by content hash. The least recently used go when the room is full."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict


class HtmlCache:
    """A bounded store of strings, safe to use from several threads."""

    def __init__(self, *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, str] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes of memory the kept strings take."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> str | None:
        """The string kept under ``key``, now the most recently used; None when there is none."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key]

    def put(self, key: str, html: str) -> None:
        """Keep a string. One larger than a quarter of the room is not kept: it would push out the rest."""
        size = sys.getsizeof(html)
        if size * 4 > self._max_bytes:
            return
        with self._lock:
            if key in self._entries:
                self._bytes -= sys.getsizeof(self._entries.pop(key))
            self._entries[key] = html
            self._bytes += size
            while self._bytes > self._max_bytes:
                self._bytes -= sys.getsizeof(self._entries.popitem(last=False)[1])
