"""Fixtures for tests that publish to and load from the test Hub.

To be named in ``tests/conftest.py``: ``from tests.hub.fixtures import hub, hub_env, run_client``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.hub.hub import TestHub

PROJECT = Path(__file__).resolve().parents[2]


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
    ) -> subprocess.CompletedProcess[str]:
        """Runs ``code`` against the hub of the test and returns what it printed.

        ``home`` is the ``HF_HOME`` (a fresh one unless given), ``token`` Ada's write token unless given
        ("" for none), ``env`` further variables. With ``check`` a failing process fails the test.
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
    ) -> subprocess.CompletedProcess[str]:
        home = home or folder / f"home-{next(homes)}"
        paths = [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
        variables = hub.env(home, token=token) | {"PYTHONPATH": os.pathsep.join(paths)} | env
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)],
            capture_output=True,
            text=True,
            env=variables,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode != 0:
            pytest.fail(f"the client ended with {done.returncode}:\n{done.stderr[-4000:]}", pytrace=False)
        return done

    return run
