"""One application for the folder, since Gradio takes seconds to load; a project of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.calling import Lab, Service, running_service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The application around a fresh database."""
    with running_service(tmp_path_factory.mktemp("api") / "collect.duckdb") as started:
        yield started


@pytest.fixture
def lab(service: Service) -> Lab:
    """A project nobody else uses: six comparisons, the raters Ada and Bo, the lead Lena, the admin Adam."""
    return service.lab()
