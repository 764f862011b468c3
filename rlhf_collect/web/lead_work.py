"""Long work a lead's page begins and tells of while it goes on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

Say = Callable[[str], None]


class Work:
    """Something that takes its time and says what it does, in a thread of its own."""

    def __init__(self, work: Callable[[Say], dict[str, Any]]) -> None:
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._result: dict[str, Any] | None = None
        self._error: BaseException | None = None
        self._work = work

    def steps(self, first: str) -> Iterator[str]:
        """Begin, and give out ``first`` and then what it says until it has ended."""
        threading.Thread(target=self._run, daemon=True).start()
        yield first
        while (step := self._said.get()) is not None:
            yield step

    def result(self) -> dict[str, Any]:
        """What it came to. Errors: its own."""
        if self._error is not None:
            raise self._error
        assert self._result is not None, "it has ended"
        return self._result

    def _run(self) -> None:
        try:
            self._result = self._work(self._said.put)
        except BaseException as error:  # handed over to whoever asks for the result
            self._error = error
        finally:
            self._said.put(None)
