"""The process that client code is forked from.

It has imported what the clients import, and not the clients: they read the environment when they are first imported,
and each child has an environment of its own.
"""

from __future__ import annotations

import os
import sys

import anyio  # noqa: F401
import dill  # noqa: F401
import filelock  # noqa: F401
import fsspec  # noqa: F401
import h11  # noqa: F401
import httpcore2  # noqa: F401
import httpx2  # noqa: F401
import pandas  # noqa: F401
import pyarrow.parquet  # noqa: F401
import scipy.io  # noqa: F401
import tqdm.contrib.concurrent  # noqa: F401
import truststore  # noqa: F401
import yaml  # noqa: F401

from tests.forking import Asked, serve


def _act(asked: Asked) -> None:
    os.environ.clear()
    os.environ.update(asked["env"])
    exec(compile(asked["code"], "<client>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    assert not {"huggingface_hub", "datasets"} & sys.modules.keys()
    serve(_act)
