"""What changed between two versions, row by row and by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from rlhf_collect.exporters.engine import Engine, room
from rlhf_collect.exporters.manifest import Manifest, files_of
from rlhf_collect.exporters.rows import BATCH_ROWS, READ_BYTES

KINDS = ("added", "changed", "withdrawn")
_NO_CHANGE: dict[str, Any] = {
    **dict.fromkeys(KINDS, 0),
    "columns": {},
    "examples": {each: [] for each in KINDS},
}
EXAMPLES = 8
"""How many keys of rows are named for each of ``KINDS``."""


def compare_versions(
    old: tuple[Path, Manifest], new: tuple[Path, Manifest], engine: Engine | None = None
) -> dict[str, dict[str, dict[str, Any]]]:
    """``{config: {split: {"added", "changed", "withdrawn", "columns", "examples"}}}`` of two folders.

    Of their manifests no more than ``configs`` is read. ``columns`` counts the changed rows per column,
    ``examples`` holds the first keys of the rows of each of ``KINDS``. Columns only one side has are not compared.
    """
    configs = old[1]["configs"] | new[1]["configs"]
    with room(engine) as con:
        return {config: _compare_config(con, old, new, config) for config in sorted(configs)}


def _compare_config(
    con: duckdb.DuckDBPyConnection, old: tuple[Path, Manifest], new: tuple[Path, Manifest], config: str
) -> dict[str, dict[str, Any]]:
    before, now = files_of(*old, config), files_of(*new, config)
    key = (new[1]["configs"].get(config) or old[1]["configs"][config])["key"]
    return {
        split: dict(_NO_CHANGE)
        if _same_rows(old[1], new[1], config, split)
        else _compare_split(con, before.get(split, ()), now.get(split, ()), key)
        for split in sorted(before.keys() | now.keys())
    }


def _same_rows(old: Manifest, new: Manifest, config: str, split: str) -> bool:
    """Whether both manifests give the rows the same hash: then they need not be read."""
    entries = [each["configs"].get(config, {"splits": {}})["splits"].get(split) for each in (old, new)]
    return None not in entries and entries[0]["logical_sha256"] == entries[1]["logical_sha256"]


def totals(changes: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, int]:
    """Rows added, changed and withdrawn over all configs and splits."""
    parts = [split for config in changes.values() for split in config.values()]
    return {what: sum(part[what] for part in parts) for what in ("added", "changed", "withdrawn")}


def _compare_split(
    con: duckdb.DuckDBPyConnection, old: Sequence[Path], new: Sequence[Path], key: str
) -> dict[str, Any]:
    with ExitStack() as stack:
        before, now = ([stack.enter_context(_opened(path)) for path in paths] for paths in (old, new))
        rows_before, rows_now = (sum(each.metadata.num_rows for each in files) for files in (before, now))
        if not before or not now:
            counts = {"added": rows_now, "changed": 0, "withdrawn": rows_before}
            named = {
                each: _first_keys(con, files, key) for each, files in (("added", now), ("withdrawn", before))
            }
            return counts | {"columns": {}, "examples": {"changed": [], **named}}
        schemas = before[0].schema_arrow, now[0].schema_arrow
        common = [name for name in schemas[1].names if name in schemas[0].names and name != key]
        con.register("old_row", _reader(before, [key, *common]))
        con.register("new_row", _reader(now, [key, *common]))
        told = ", ".join([f'"{key}"', *(_compared(name, *schemas) for name in common)])
        differs = ", ".join(f'o."{name}" IS DISTINCT FROM n."{name}" AS "{name}"' for name in common)
        either = " OR ".join(f'"{name}"' for name in common)
        counted = ", ".join(f'count(*) FILTER ("{name}" AND partner)' for name in common)
        # A key names one row of a version, so that whatever has no partner was added or withdrawn.
        query = f"""
            SELECT count(*) FILTER (partner), count(*) FILTER (partner AND ({either})),
              min(its_key, {EXAMPLES}) FILTER (was IS NULL), min(its_key, {EXAMPLES}) FILTER (partner AND ({either})),
              min(its_key, {EXAMPLES}) FILTER (its IS NULL), {counted}
            FROM (SELECT o."{key}" AS was, n."{key}" AS its, coalesce(its, was) AS its_key,
                    was IS NOT NULL AND its IS NOT NULL AS partner, {differs}
                  FROM (SELECT {told} FROM old_row) o FULL JOIN (SELECT {told} FROM new_row) n
                    ON o."{key}" = n."{key}")"""  # noqa: S608
        both, changed, added, other, withdrawn, *each = con.execute(query).fetchall()[0]
    columns = {name: count for name, count in zip(common, each, strict=True) if count}
    counts = {"added": rows_now - both, "changed": changed, "withdrawn": rows_before - both}
    named = dict(zip(KINDS, (added or [], other or [], withdrawn or []), strict=True))
    return counts | {"columns": columns, "examples": named}


def _compared(name: str, old: pa.Schema, new: pa.Schema) -> str:
    """What is compared of a column: of texts and lists, which are nearly all of a version, a hash of 64 bits."""
    kind = new.field(name).type
    long = pa.types.is_string(kind) or pa.types.is_nested(kind)
    return f'hash("{name}") AS "{name}"' if long and kind == old.field(name).type else f'"{name}"'


def _first_keys(con: duckdb.DuckDBPyConnection, files: Sequence[pq.ParquetFile], key: str) -> list[str]:
    if not files:
        return []
    con.register("only_row", _reader(files, [key]))
    found: list[str] | None = con.execute(f'SELECT min("{key}", {EXAMPLES}) FROM only_row').fetchall()[0][0]  # noqa: S608
    return found or []


def _opened(path: Path) -> pq.ParquetFile:
    # Read as it is asked for: laid ready, a row group takes as much memory as all else here.
    return pq.ParquetFile(path, buffer_size=READ_BYTES, pre_buffer=False)


def _reader(files: Sequence[pq.ParquetFile], columns: list[str]) -> pa.RecordBatchReader:
    """The rows of files one after the other, of which no more than a batch is held."""
    schema = pa.schema([files[0].schema_arrow.field(name) for name in columns])
    batches = (
        batch.select(columns)
        for each in files
        for batch in each.iter_batches(BATCH_ROWS, columns=columns, use_threads=False)
    )
    return pa.RecordBatchReader.from_batches(schema, batches)
