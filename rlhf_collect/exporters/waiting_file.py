"""A file of waiting rows as the engine reads it. Apart, since its import brings pandas, which few commands need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.dataset import FileSystemDataset, IpcFileFormat, Scanner
from pyarrow.fs import LocalFileSystem


class WaitingFile(FileSystemDataset):  # type: ignore[misc] # Arrow has no types of its own
    """One Arrow file, read in order and no further ahead than one batch.

    A plain dataset reads as far ahead as it can, with all texts, however slowly the engine takes them.
    """

    def scanner(self, *args: Any, **asked: Any) -> Scanner:
        """What the engine calls, with the columns and rows it wants."""
        ours = {"use_threads": False, "batch_readahead": 1, "fragment_readahead": 1}
        return super().scanner(*args, **asked | ours)


def waiting_file(path: Path, schema: pa.Schema) -> WaitingFile:
    """The rows of a file that was written before."""
    form, place = IpcFileFormat(), LocalFileSystem()
    return WaitingFile([form.make_fragment(str(path), place)], schema, form, place)
