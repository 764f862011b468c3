"""What is remembered is never older than the last change."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from rlhf_collect.services.memory import MOST_KEPT, SIGN_IN_HOLDS, Memory
from tests.making import START


def test_an_answer_is_made_once_and_missing_ones_every_time() -> None:
    memory, made = Memory(), []

    def make(answer: object) -> object:
        made.append(answer)
        return answer

    assert [memory.recall("key", lambda: make("first")) for _ in range(3)] == ["first"] * 3
    assert [memory.recall("none", lambda: make(None)) for _ in range(2)] == [None, None]
    assert [memory.recall("empty", lambda: make([])) for _ in range(2)] == [[], []]
    assert made == ["first", None, None, [], []]


def test_what_was_read_before_something_was_forgotten_is_not_kept_after_it() -> None:
    memory = Memory()

    def read() -> str:
        memory.forget("settings")  # somebody changes the settings while this is under way
        return "old"

    assert memory.recall("settings", read) == "old"
    assert memory.recall("settings", lambda: "new") == "new"
    assert memory.recall("settings", lambda: "newer") == "new"


def test_a_timed_answer_is_kept_for_seconds() -> None:
    memory = Memory()
    assert memory.recall("who", lambda: "ada", now=START) == "ada"
    assert memory.recall("who", lambda: "bea", now=START + SIGN_IN_HOLDS / 2) == "ada"
    assert memory.recall("who", lambda: "bea", now=START + SIGN_IN_HOLDS) == "bea"
    assert timedelta(0) < SIGN_IN_HOLDS <= timedelta(minutes=1)


def test_the_answers_not_asked_for_the_longest_go_first() -> None:
    memory = Memory()
    for number in range(MOST_KEPT):
        memory.keep(number, "kept")
    assert memory.recall(0, lambda: "made") == "kept"
    memory.keep("one more", "kept")
    assert memory.recall(0, lambda: "made") == "kept"
    assert memory.recall(1, lambda: "made") == "made"


def test_who_wants_what_somebody_makes_waits_for_it_and_who_wants_something_else_does_not() -> None:
    memory, order, inside, go = Memory(), [], threading.Event(), threading.Event()

    def slow() -> None:
        with memory.alone("report"):
            inside.set()
            assert go.wait(timeout=10)
            order.append("slow")

    def late() -> None:
        with memory.alone("report"):
            order.append("late")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slow)
        assert inside.wait(timeout=10)
        second = pool.submit(late)
        with memory.alone("another report"):
            order.append("another")
        go.set()
        first.result(timeout=10)
        second.result(timeout=10)
    assert order == ["another", "slow", "late"]
