"""The pictures that published comparisons name, as files of the version."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from rlhf_collect.exporters.inputs import VersionInputs

INDEX = "images.json"
"""What each comparison's Markdown means by a path: ``{comparison id: {path: file}}``."""
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def write_pictures(con: duckdb.DuckDBPyConnection, inputs: VersionInputs, folder: Path) -> int:
    """Write ``images/<sha256>.<ending>`` and the index for comparisons with a published judgement; how many files."""
    if inputs.images is None or not inputs.images.num_rows:
        return 0
    published = set(con.table("judgement").unique("comparison_id").to_arrow_table()[0].to_pylist())
    index: dict[str, dict[str, str]] = {}
    files: dict[str, str] = {}
    for row in inputs.images.to_pylist():
        if row["comparison_id"] in published:
            file = files.setdefault(row["sha256"], f"images/{row['sha256']}.{_ENDINGS[row['media_type']]}")
            index.setdefault(row["comparison_id"], {})[row["path"]] = file
    if not files:
        return 0
    (folder / "images").mkdir()
    for sha256, file in files.items():
        (folder / file).write_bytes(inputs.picture(sha256))
    text = json.dumps(index, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / INDEX).write_text(f"{text}\n", encoding="utf-8")
    return len(files)
