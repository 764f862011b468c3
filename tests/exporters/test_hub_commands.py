"""What the publish command prints, and what the service knows afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.exporters.jobs import Publisher
from tests.exporters.kept import frozen, published
from tests.hub import TestHub
from tests.hub.pulls import Pulls

REPO = "org/commanded"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a version; each test publishes it to a place of its own."""
    database = tmp_path_factory.mktemp("commanded") / "collect.duckdb"
    frozen(database)
    return database


def published_to(database: Path, target: str) -> list[dict[str, Any]]:
    return [place for place in published(database, "helpfulness") if place["target"] == target]


def test_looked_at_proposed_approved_and_only_then_published(
    hub: TestHub, publisher: Publisher, database: Path
) -> None:
    to = f"hub:{REPO}"
    words = ("publish", "helpfulness", "1.0.0", "--to", to, "--database", f"duckdb:///{database}")

    looked = publisher.command(*words, "--dry-run")
    assert looked.code == 0
    lines = looked.out.splitlines()
    assert lines[:2] == [
        f"Publishing helpfulness 1.0.0 to hub:{REPO} (private, new) would",
        "  make 1 commit and the tag 1.0.0",
    ]
    assert "  added     README.md" in lines
    assert lines[-1] == "Nothing was written."
    plan = json.loads(publisher.command(*words, "--dry-run", "--json").out)
    assert (plan["version"], plan["commits"], plan["tag"]) == ("1.0.0", 1, "1.0.0")
    assert "card" not in plan
    assert hub.repositories.get(REPO) is None

    proposed = publisher.command(*words, "--candidate")
    assert proposed.out.startswith(
        f"Proposed helpfulness 1.0.0 to hub:{REPO}: {hub.url}/datasets/{REPO}/discussions/1"
    )
    assert '  load it: revision="refs/pr/1", commit ' in proposed.out
    assert published_to(database, to) == []

    approved = publisher.command(*words, "--approve")
    assert approved.out.startswith(f"Published helpfulness 1.0.0 to hub:{REPO}: ")
    (place,) = published_to(database, to)
    assert hub.tags(REPO) == {"1.0.0": place["revision"]}
    assert [each.status for each in Pulls(hub.repository(REPO)).all()] == ["merged"]

    both = publisher.command(*words, "--candidate", "--approve")
    assert (both.code, both.out) == (2, "")
    assert "three calls: leave two out" in both.err


def test_a_folder_has_neither_gates_nor_candidates_and_a_dry_run_of_it_writes_nothing(
    publisher: Publisher, database: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ("publish", "helpfulness", "1.0.0", "--to", out, "--database", f"duckdb:///{database}")
    for option in ("--candidate", "--approve"):
        refused = publisher.command(*words, option)
        assert (refused.code, "folders have no candidates" in refused.err) == (2, True)
    looked = publisher.command(*words, "--dry-run")
    assert f"Publishing helpfulness 1.0.0 to {out} (folder, new) would" in looked.out
    assert not out.exists()
    assert publisher.command(*words).code == 0
    count = sum(path.is_file() for path in out.rglob("*"))
    assert f"leave {count} files as they are" in publisher.command(*words, "--dry-run").out
