from __future__ import annotations

from pathlib import Path

import pytest

from rlhf_collect.exporters.build import build_version
from tests.exporters.example import many
from tests.hub.fixtures import hub, run_client

__all__ = ["example_version", "hub", "run_client"]


@pytest.fixture(scope="session")
def example_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The version of ``many()``, built once: to be read, or copied before it is changed."""
    return build_version(many().inputs(), tmp_path_factory.mktemp("example") / "1.0.0").folder
