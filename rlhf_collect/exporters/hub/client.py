"""The Hub's own client, set up so that it cannot wait for ever."""

# ruff: noqa: PLC0415 - the Hub's client reads the environment when it is first imported, and is slow

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rlhf_collect.exporters.hub.answers import clean, wait_in
from rlhf_collect.exporters.hub.errors import LONGEST_WAIT
from rlhf_collect.exporters.inputs import Progress

if TYPE_CHECKING:
    import httpx2
    from huggingface_hub import HfApi

CONNECT_SECONDS = 10.0
TRANSFER_SECONDS = 120.0
_WARNING = logging.getLogger("huggingface_hub.utils._http")
"""Where the client warns of what it tries again."""
_WAITS = re.compile(r"(Rate limited\. Waiting|Retrying in) (\d+)")


def open_hub(token: str | None = None) -> HfApi:
    """A client for the Hub at ``HF_ENDPOINT``, as it was when ``huggingface_hub`` was first imported."""
    from huggingface_hub import HfApi

    _set_timeouts()
    _WARNING.addFilter(_without_secrets)
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
def quiet_hub(say: Progress | None = None) -> Iterator[None]:
    """Without the progress bars of the client; what it warns of while it waits by itself goes to ``say``."""
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    def told(record: logging.LogRecord) -> bool:
        found = _WAITS.match(record.getMessage())
        if found and say:
            asked = "asks to wait" if found[1].startswith("Rate") else "did not answer. Asking again in"
            say(f"The Hub {asked} {found[2]} s.")
        return say is None or (found is None and "thrown while requesting" not in record.getMessage())

    shown = not are_progress_bars_disabled()
    disable_progress_bars()
    _WARNING.addFilter(told)
    try:
        yield
    finally:
        _WARNING.removeFilter(told)
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
        hooks = client.event_hooks
        client.event_hooks = {**hooks, "response": [*hooks.get("response", ()), _refuse_long_wait]}
        return client

    set_client_factory(with_timeouts)


def _refuse_long_wait(response: httpx2.Response) -> None:
    """The client would sleep for as long as it is asked to, without a word. Errors: ``HTTPStatusError``."""
    import httpx2

    tried_again = response.status_code in (408, 429) or response.status_code >= 500
    if tried_again and (wait_in(response) or 0) > LONGEST_WAIT:
        raise httpx2.HTTPStatusError("asked to wait too long", request=response.request, response=response)


def _without_secrets(record: logging.LogRecord) -> bool:
    """An upload goes to an address that lets in whoever has it: it is not for a log."""
    record.msg, record.args = clean(record.getMessage()), ()
    return True
