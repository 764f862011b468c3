"""The hub as a person runs it, and the environment it gives to client processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.forking import ROOT
from tests.hub import TestHub


def _heeds_interrupts() -> None:
    """A shell starts what runs in the background with Ctrl-C ignored, and so would be its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_the_command_prints_its_address_and_tokens_and_serves_until_interrupted(tmp_path: Path) -> None:
    order = [sys.executable, "-m", "tests.hub", "--port", "0", "--root", str(tmp_path), "--org", "lab"]
    with subprocess.Popen(
        order,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        preexec_fn=_heeds_interrupts,  # noqa: PLW1509 - no threads here yet
    ) as process:
        assert process.stdout
        ready = process.stdout.readline().split()
        exports = [process.stdout.readline().split() for _ in range(3)]
        token = exports[2][1].removeprefix("HF_TOKEN=")
        asked = urllib.request.Request(
            f"{ready[1]}/api/whoami-v2", headers={"Authorization": f"Bearer {token}"}
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(asked, timeout=10) as answer:
            told = json.load(answer)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(10) == 0
    assert ready[0] == "Ready:"
    assert [org["name"] for org in told["orgs"]] == ["lab"]
    assert rest.endswith("Stopped; everything is kept in the folder.\n")


def test_a_client_process_knows_this_hub_and_no_other(
    hub: TestHub,
    hub_env: Callable[[Path], dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE", "https_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "outside")
    given = hub_env(tmp_path)
    assert "outside" not in given.values()
    assert (given["HF_ENDPOINT"], given["HF_HOME"]) == (hub.url, str(tmp_path))
    assert given["HF_TOKEN"] == hub.write_token
    assert given["PATH"] == os.environ["PATH"]
    assert "HF_TOKEN" not in hub.env(tmp_path, token="")
