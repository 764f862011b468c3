"""The Hub's own client, set up so that it cannot wait for ever."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huggingface_hub import HfApi

CONNECT_SECONDS = 10.0
TRANSFER_SECONDS = 120.0


def open_hub(token: str | None = None) -> HfApi:
    """A client for the Hub at ``HF_ENDPOINT``, as it was when ``huggingface_hub`` was first imported."""
    from huggingface_hub import HfApi

    _set_timeouts()
    return HfApi(token=token)


@contextmanager
def fresh_snapshot(
    api: HfApi, repo: str, commit: str, *, names: list[str] | None = None
) -> Iterator[tuple[Path, Path]]:
    """Downloads a commit into a cache of its own: the folder with its files, and that cache.

    ``names`` limits the download; everything is removed at the end.
    """
    with TemporaryDirectory(prefix="rlhf-collect-hub-") as cache_dir, quiet_hub():
        folder = api.snapshot_download(
            repo, repo_type="dataset", revision=commit, cache_dir=cache_dir, allow_patterns=names
        )
        yield Path(folder), Path(cache_dir)


@contextmanager
def quiet_hub() -> Iterator[None]:
    """Without the progress bars of the client."""
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    shown = not are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            enable_progress_bars()


@contextmanager
def quiet_data() -> Iterator[None]:
    """Without the progress bars of ``datasets``."""
    import datasets

    shown = not datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            datasets.enable_progress_bars()


@cache
def _set_timeouts() -> None:
    """The client has none of its own: a silent server would hold a publication for ever."""
    import httpx2
    from huggingface_hub import set_client_factory
    from huggingface_hub.utils._http import default_client_factory

    def with_timeouts() -> httpx2.Client:
        client = default_client_factory()
        client.timeout = httpx2.Timeout(TRANSFER_SECONDS, connect=CONNECT_SECONDS)
        return client

    set_client_factory(with_timeouts)
