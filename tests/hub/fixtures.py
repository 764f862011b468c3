"""Fixtures for tests that publish to and load from the test Hub.

To be named in ``tests/conftest.py``: ``from tests.hub.fixtures import hub, hub_env, run_client``.
"""

from __future__ import annotations

import atexit
import os
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Protocol

import pytest

from tests.forking import Done, Nursery
from tests.hub.hub import TestHub


class RunClient(Protocol):
    """Runs client code in a process of its own, since clients read ``HF_ENDPOINT`` when imported."""

    def __call__(
        self,
        code: str,
        *,
        home: Path | None = None,
        token: str | None = None,
        check: bool = True,
        timeout: float = 120.0,
        **env: str,
    ) -> Done:
        """Runs ``code`` against the hub of the test and returns what became of it.

        ``home`` is the ``HF_HOME`` (a fresh one unless given), ``token`` Ada's write token unless given
        ("" for none), ``env`` further variables. With ``check`` a failing process fails the test,
        also one that was killed after ``timeout`` seconds.
        """


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[TestHub]:
    """A running hub, empty."""
    with TestHub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def hub_env(hub: TestHub) -> Callable[[Path], dict[str, str]]:
    """``hub_env(home)``: the environment of a client process with Ada's write token."""
    return hub.env


@pytest.fixture
def run_client(hub: TestHub, tmp_path: Path) -> RunClient:
    """``run_client(code, **env)``: see `RunClient`."""
    return client_of(hub, tmp_path)


def client_of(hub: TestHub, folder: Path) -> RunClient:
    """A `RunClient` for a hub; ``folder`` holds the fresh homes."""
    homes = iter(range(1_000_000))

    def run(
        code: str,
        *,
        home: Path | None = None,
        token: str | None = None,
        check: bool = True,
        timeout: float = 120.0,
        **env: str,
    ) -> Done:
        home = home or folder / f"home-{next(homes)}"
        asked = {"code": textwrap.dedent(code), "env": hub.env(home, token=token) | env}
        child = _nursery().start(asked, folder)
        patience = Timer(timeout, child.kill)
        patience.start()
        done = child.end()
        patience.cancel()
        if check and done.code != 0:
            pytest.fail(f"the client ended with {done.code}:\n{done.err[-4000:]}", pytrace=False)
        return done

    return run


@cache
def _nursery() -> Nursery:
    """The one of this process, for whichever hub."""
    nursery = Nursery("tests.hub.client_process", os.environ)
    atexit.register(nursery.close)
    return nursery
