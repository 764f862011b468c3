"""What the client processes of these tests begin with."""

from __future__ import annotations

import io
import textwrap

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hub.fixtures import RunClient

PRELUDE = '''
from huggingface_hub import (
    CommitOperationAdd as Add, CommitOperationCopy as Copy, CommitOperationDelete as Delete, HfApi,
)
from huggingface_hub import errors

NoRevision, NoRepository = errors.RevisionNotFoundError, errors.RepositoryNotFoundError

api = HfApi()

def refused(call, *args, **named):
    """The exception a call must end with."""
    try:
        call(*args, **named)
    except Exception as error:
        return error
    raise AssertionError(f"{call} was not refused")

def status(error):
    return error.response.status_code

def commit(repo, *operations, message="change", **named):
    return api.create_commit(repo, operations, commit_message=message, repo_type="dataset", **named)
'''


def client(run_client: RunClient, code: str, *, token: str | None = None) -> str:
    """Runs code after the prelude, in a process of its own; what it printed."""
    return run_client(PRELUDE + textwrap.dedent(code), token=token).out


def parquet(*values: int) -> bytes:
    """A Parquet file with one column ``n``."""
    out = io.BytesIO()
    pq.write_table(pa.table({"n": pa.array(values, pa.int64())}), out)
    return out.getvalue()


CARD = b"""---
license: mit
configs:
- config_name: preference
  default: true
  data_files:
  - split: train
    path: preference/train-*.parquet
---
# A card
"""
