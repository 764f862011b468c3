"""Imports that are large, or cut off by a power cut: bounded memory, all or nothing, no leftovers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.projects import find_project
from tests.depth import further
from tests.making import bring, comparison, make_project, open_services
from tests.services.importing import COMPARISONS, MEBIBYTES
from tests.services.looking import count

PROJECT = Path(__file__).resolve().parents[2]


def importing(folder: Path, what: str) -> subprocess.CompletedProcess[str]:
    """Run the import program with a folder of its own for temporary files."""
    temporary = folder / "temporary"
    temporary.mkdir()
    return subprocess.run(
        [sys.executable, "-m", "tests.services.importing", str(folder), what],
        env={**os.environ, "TMPDIR": str(temporary)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("moment", ["committing", *further("reading", "storing")])
def test_a_kill_in_the_middle_of_an_import_leaves_nothing_of_it(tmp_path: Path, moment: str) -> None:
    ctx = open_services(tmp_path / "collect.duckdb")
    bring(ctx, make_project(ctx), [comparison("before")])
    ctx.store.close()
    done = importing(tmp_path, moment)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert list((tmp_path / "temporary").iterdir()) == []
    ctx = open_services(tmp_path / "collect.duckdb")
    # Killed in the commit itself, the import is whole or not there at all.
    assert count(ctx, "comparison") - 1 in ({0, COMPARISONS} if moment == "committing" else {0})
    assert count(ctx, "completion") == 2 * count(ctx, "comparison")
    assert examine_store(ctx)["healthy"]
    again = bring(ctx, find_project(ctx, "helpfulness"), [comparison(f"c{number}") for number in range(9)])
    assert again.comparisons + again.known == 9
    ctx.store.close()


def test_an_import_is_read_in_far_less_memory_than_it_is_long(tmp_path: Path) -> None:
    done = importing(tmp_path, "measure")
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["read"] == pytest.approx(MEBIBYTES, rel=0.05)
    assert seen["held"] < MEBIBYTES / 2
