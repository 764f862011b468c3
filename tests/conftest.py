"""What every folder's tests may ask for: a clock to hold, services around a fresh database file, a browser."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect

from rlhf_collect.services.context import Context
from tests.depth import CALM
from tests.making import HeldClock, let_go, open_services
from tests.web.browser import PATIENCE_MS, open_browser

settings.load_profile(CALM)
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_finish() -> None:
    """Modules and tests stay until the end: nobody looks through them for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def clock() -> HeldClock:
    """A clock that stands still until told otherwise."""
    return HeldClock()


@pytest.fixture
def ctx(tmp_path: Path, clock: HeldClock) -> Iterator[Context]:
    """Services around a fresh DuckDB file, with the test's clock."""
    opened = open_services(tmp_path / "collect.duckdb", clock=clock)
    yield opened
    let_go(opened)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of this process; Playwright bears no second one beside it."""
    with open_browser() as opened:
        yield opened
