"""A repository that is kept and put back, so that tests can begin from one state without making it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub import TestHub
from tests.hub.pulls import Pulls


def test_a_repository_put_back_is_what_it_was_whatever_became_of_it(hub: TestHub, tmp_path: Path) -> None:
    repo, place = "org/name", tmp_path / "kept"
    hub.create(repo, private=True)
    hub.edit(repo, "rows.parquet", b"first")
    hub.tag(repo, "1.0.0")
    Pulls(hub.repository(repo)).open(hub.head(repo), title="Look", author="grace")
    before, first = hub.repository(repo), hub.files(repo)
    refs, oid = before.refs(), next(path.name for path in before.large.all())
    hub.keep(repo, place)
    for _ in range(2):
        hub.edit(repo, "rows.parquet", b"second")
        hub.tag(repo, "2.0.0")
        Pulls(hub.repository(repo)).set_status(1, "closed")
        hub.repository(repo).large.remove(oid)
        hub.fail("GET", "/anything")
        hub.put_back(repo, place)
        after = hub.repository(repo)
        assert (after.refs(), hub.files(repo), after.settings.private) == (refs, first, True)
        assert [path.name for path in after.large.all()] == [oid]
        assert [each.status for each in Pulls(after).all()] == ["open"]
        assert hub.faults.take("GET", "/anything") is None


def test_that_there_was_none_is_put_back_too(hub: TestHub, tmp_path: Path) -> None:
    hub.keep("org/name", tmp_path / "kept")
    hub.create("org/name")
    hub.put_back("org/name", tmp_path / "kept")
    with pytest.raises(KeyError):
        hub.repository("org/name")
