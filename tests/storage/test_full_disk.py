"""A full disk refuses work with words, loses nothing it confirmed, and hurts no longer than it lasts."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.depth import further

PROJECT = Path(__file__).resolve().parents[2]
MOUNTED = 'mount -t tmpfs -o size=24m tmpfs "$1" && exec "$2" -m tests.storage.full_disk "$1" disk "$3"'


def _own_file_systems() -> bool:
    """Whether this machine lets a process have a small file system of its own."""
    words = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        shutil.which("unshare") is not None
        and not subprocess.run(words, check=False, capture_output=True).returncode
    )


def fill(folder: Path, when: str) -> dict[str, Any]:
    if _own_file_systems():
        words = ["unshare", "-rm", "sh", "-c", MOUNTED, "sh", str(folder), sys.executable, when]
    else:
        # A limit on file sizes stops the log only: moving it into the file reuses blocks and stays below.
        words = [sys.executable, "-m", "tests.storage.full_disk", str(folder), "limit", "early"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=PROJECT, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


@pytest.mark.parametrize("when", ["early", *further("late")])
def test_a_full_disk_refuses_in_words_and_loses_nothing_that_was_confirmed(when: str, tmp_path: Path) -> None:
    seen = fill(tmp_path, when)
    assert seen["refusals"] == {"store_unusable": 4, "still waiting": 0}
    assert seen["at full"] >= seen["before"] > 0
    assert seen["lost"] == 0
    assert seen["healthy"]
    # With room again the same process goes on, without a restart.
    assert seen["afterwards"] > 0
    assert seen["refusals afterwards"] == {"still waiting": 0}
