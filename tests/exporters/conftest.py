from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rlhf_collect.exporters.build import build_version
from rlhf_collect.exporters.inputs import Previous, SealedVersion
from tests.exporters.example import Collection, many, small
from tests.exporters.jobs import Publisher
from tests.exporters.kept import Desk, Kept
from tests.hub import TestHub


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> SealedVersion:
    """The version of ``many()``, built once: to be read, or copied before it is changed."""
    return build_version(many().inputs(), tmp_path_factory.mktemp("example") / "1.0.0")


@pytest.fixture(scope="session")
def example_version(example: SealedVersion) -> Path:
    """Where it stands."""
    return example.folder


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Versions 1.0.0 and 1.1.0 of a small dataset, another 1.0.0, and one of another project."""
    folder = tmp_path_factory.mktemp("versions")
    first = build_version(small(), folder / "1.0.0")
    previous = Previous(version="1.0.0", manifest_sha256=first.manifest_sha256, folder=first.folder)
    only_ties = Collection()
    only_ties.compare("one")
    only_ties.judge("one", "ada", "tie", 0)
    second = only_ties.inputs(version="1.1.0", previous=previous, version_rows=first.new_rows)
    return {
        "1.0.0": first.folder,
        "1.1.0": build_version(second, folder / "1.1.0").folder,
        "another 1.0.0": build_version(small(left_out={"erased": 1}), folder / "another").folder,
        "another project": build_version(small("2.0.0", project="elsewhere"), folder / "elsewhere").folder,
    }


@pytest.fixture(scope="session")
def least(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 1.0.0 with no more than ratings and comparisons: sent and read back in half the time of the others."""
    found = Collection()
    found.compare("one")
    found.judge("one", "ada", "tie", 0)
    return build_version(found.inputs(), tmp_path_factory.mktemp("least") / "1.0.0").folder


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    """One hub for the tests of the folder; each test uses repositories of its own."""
    with TestHub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(scope="session")
def publisher(hub: TestHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    """Clients with a write token, each a process of its own."""
    clients = Publisher(hub, tmp_path_factory.mktemp("home"))
    yield clients
    clients.close()


@pytest.fixture(scope="session")
def none_published(hub: TestHub, publisher: Publisher, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A desk with three versions; its repository is not there yet."""
    desk = Desk(publisher, tmp_path_factory.mktemp("desk"), "org/withdraw")
    return Kept(hub, desk, tmp_path_factory.mktemp("none-published"))


@pytest.fixture(scope="session")
def two_published(hub: TestHub, none_published: Kept, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The same desk with 1.0.0 and 1.1.0 on the Hub."""
    desk = none_published.put_back()
    desk.publish("1.0.0", "1.1.0")
    return Kept(hub, desk, tmp_path_factory.mktemp("two-published"))


@pytest.fixture
def desk(two_published: Kept) -> Desk:
    """The desk with two versions on the Hub, for this test alone."""
    return two_published.put_back()
