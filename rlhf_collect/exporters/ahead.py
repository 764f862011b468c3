"""Working ahead: what is asked for one by one is made by another thread before it is asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition
from types import TracebackType
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """The same items, made in another thread while those not asked for yet are smaller together than some room.

    An error while making one is raised once those before it were given out. Used as a context: at its end, also by an
    error, nothing is made any more.
    """

    def __init__(self, items: Iterator[Item], room: int, size: Callable[[Item], int]) -> None:
        """``room`` in the units of ``size``, which measures one item."""
        self._items, self._room, self._size = items, room, size
        self._made: deque[Item] = deque()
        self._held = 0
        self._ended = self._left = False
        self._changed = Condition()
        self._pool = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Iterator[Item]:
        """The items."""
        return self._given(self._pool.submit(self._make))

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        """Make no more."""
        with self._changed:
            self._left = True
            self._changed.notify_all()
        self._pool.shutdown()

    def _make(self) -> None:
        try:
            for item in self._items:
                with self._changed:
                    self._made.append(item)
                    self._held += self._size(item)
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._held < self._room or self._left)
                    if self._left:
                        return
                del item  # else it would be held until the next one is made
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _given(self, making: Future[None]) -> Iterator[Item]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._made or self._ended)
                if not self._made:
                    return making.result()
                item = self._made.popleft()
                self._held -= self._size(item)
                self._changed.notify_all()
            yield item
            del item
