"""Items made before they are asked for: the same ones, no more than there is room for, errors in their place."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, current_thread
from threading import enumerate as running

import pytest

from rlhf_collect.exporters.ahead import Ahead


def test_the_items_are_the_same_and_made_by_another_thread() -> None:
    makers = set()

    def items() -> Iterator[int]:
        for number in range(100):
            makers.add(current_thread().name)
            yield number

    with Ahead(items(), 7, lambda _: 1) as found:
        assert list(found) == list(range(100))
    assert makers and current_thread().name not in makers


def test_no_more_are_made_ahead_than_there_is_room_for() -> None:
    made, enough = [], Event()

    def items() -> Iterator[int]:
        for size in (3, 4, 5, 6):
            made.append(size)
            if len(made) == 2:
                enough.set()
            yield size

    with Ahead(items(), 5, lambda size: size) as found:
        assert enough.wait(10)  # 3 leave room, 4 more do not
        assert made == [3, 4]
        assert list(found) == [3, 4, 5, 6]


def test_an_error_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no second")

    with Ahead(items(), 5, lambda _: 1) as found:
        assert next(found) == 1
        with pytest.raises(ValueError, match="no second"):
            next(found)


def test_who_leaves_early_leaves_no_thread_at_work() -> None:
    def items() -> Iterator[int]:
        while True:
            yield 1

    before = set(running())
    with pytest.raises(KeyError), Ahead(items(), 5, lambda _: 1) as found:
        next(found)
        raise KeyError("full disk")
    assert set(running()) <= before
