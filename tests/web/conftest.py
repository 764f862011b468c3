"""A fresh desk and a fresh visit for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.web.browser import Computers
from tests.web.desk import Desk
from tests.web.rater_screen import Screen
from tests.web.stub import Hall, Service, listening

PageAt = Callable[..., AbstractContextManager[Screen]]


@dataclass(frozen=True, kw_only=True)
class Stub:
    """The stub of this process."""

    hall: Hall
    origin: str

    def serve(self, desk: Desk) -> Service:
        """A desk nobody has used."""
        return Service(address=f"{self.origin}/rate", desk=desk, place=self.hall.take(desk))


@pytest.fixture(scope="session")
def stub() -> Iterator[Stub]:
    """One page for the folder, since Gradio takes a while to make it; a desk of its own for each test."""
    hall = Hall()
    with listening(hall) as port:
        yield Stub(hall=hall, origin=f"http://127.0.0.1:{port}")


@pytest.fixture(scope="session")
def computers(browser: Browser, stub: Stub) -> Computers:
    """Where raters sit down one after another."""
    return Computers(browser, stub.origin)


@pytest.fixture(scope="session")
def page_at(computers: Computers, stub: Stub) -> PageAt:
    """``page_at(desk, width=..., welcome=False, **context)``: the rater's page, past the welcome, until it is left.

    A visit must have been free of script errors and of requests to other machines. For tests that only look at a
    page, which they leave as they found it, one page may do.
    """

    @contextmanager
    def opened(desk: Desk, *, welcome: bool = False, **context: Any) -> Iterator[Screen]:
        service = stub.serve(desk)
        with computers.visit(**context) as came:
            screen = Screen(visit=came, service=service)
            service.sit_down(came.context)
            came.page.goto(service.address)
            if not welcome:
                screen.start()
            yield screen
        assert came.outside == []
        assert came.complaints == []

    return opened


@pytest.fixture(scope="module")
def left_as_found(page_at: PageAt) -> Iterator[Screen]:
    """The page of ``usual``; not in files that pull the plug, which pages beside each other feel."""
    with page_at(Desk()) as screen:
        yield screen


@pytest.fixture
def usual(left_as_found: Screen) -> Iterator[Screen]:
    """The page at a usual desk, for tests that only look at it: they leave it as they found it, but for its size."""
    left_as_found.page.set_viewport_size({"width": 1280, "height": 900})
    left_as_found.page.evaluate("document.activeElement.blur()")
    yield left_as_found
    assert (left_as_found.chosen(), left_as_found.desk.skipped, left_as_found.desk.submissions) == (
        [],
        [],
        [],
    )
    assert not left_as_found.page.evaluate("!!document.querySelector('dialog[open], [aria-pressed=true]')")


@pytest.fixture
def open_page(page_at: PageAt) -> Iterator[Callable[..., Screen]]:
    """``open_page(desk, width=..., welcome=False, **context)``: the same for one test.

    Who opens another leaves the one before.
    """
    with ExitStack() as stack:

        def opened(desk: Desk | None = None, **context: Any) -> Screen:
            stack.close()
            return stack.enter_context(page_at(desk or Desk(), **context))

        yield opened
