"""The workshop of a version: an in-memory DuckDB over the given tables, where all row work is SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from rlhf_collect.errors import BadCall
from rlhf_collect.exporters.columns import Config
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.exporters.engine import Engine, beside, room
from rlhf_collect.exporters.inputs import K_RATERS, VersionInputs
from rlhf_collect.exporters.prompts import prompt_sides
from rlhf_collect.exporters.rows import Ints
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.exporters.soft import estimate
from rlhf_collect.exporters.texts import Texts

BATCH_ROWS = 4096
MOST_TEXT = 256 * 1024 * 1024
"""Bytes of texts in one batch: far from what one column can hold, and reached by very long texts only."""
_FEW = pa.dictionary(pa.int8(), pa.string())
_NEW_ROW = pa.schema([("config", _FEW), ("row_id", pa.string()), ("first_version", _FEW), ("split", _FEW)])

_BAD_INPUTS = {
    "judgements of a comparison that is not there": """
        SELECT count(*) FROM given_judgement WHERE comparison_id NOT IN
          (SELECT comparison_id FROM given_comparison)""",
    "comparisons without completions": """
        SELECT count(*) FROM given_comparison WHERE comparison_id NOT IN
          (SELECT comparison_id FROM given_completion)""",
    "judgements that choose what their comparison does not have": """
        SELECT count(*) FROM given_judgement j WHERE j.choice NOT IN ('tie', 'both_bad', 'skip')
          AND NOT EXISTS (SELECT 1 FROM given_completion c
            WHERE c.comparison_id = j.comparison_id AND c.completion_id = j.choice)""",
    "edited completions of a judgement or completion that is not there": """
        SELECT count(*) FROM given_edited e WHERE NOT EXISTS (SELECT 1 FROM given_judgement j
          JOIN given_completion c ON c.comparison_id = j.comparison_id
          WHERE j.judgement_id = e.judgement_id AND c.completion_id = e.completion_id)""",
    "decisions that choose what their comparison does not have": """
        SELECT count(*) FROM given_adjudication a WHERE a.choice NOT IN ('tie', 'both_bad')
          AND NOT EXISTS (SELECT 1 FROM given_completion c
            WHERE c.comparison_id = a.comparison_id AND c.completion_id = a.choice)""",
    "judgements given twice": """
        SELECT count(*) FROM (SELECT 1 FROM given_judgement
          GROUP BY judgement_id, criterion HAVING count(*) > 1)""",
}


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Where the rows of a version are worked out."""

    con: duckdb.DuckDBPyConnection
    """Holds what is decided, and ``row_<config>``, a table or view, for every config, numbers standing for texts."""
    texts: Texts
    """The texts by their numbers."""


@contextmanager
def workshop(inputs: VersionInputs, engine: Engine | None = None, *, rows: bool = True) -> Iterator[Workshop]:
    """A workshop over the tables of a version. Errors: ``BadCall`` if they do not fit together.

    Without ``rows`` it ends with what is decided: enough to count that.
    """
    with TemporaryDirectory(prefix="rlhf-collect-") as place, room(engine) as con:
        texts = Texts(Path(place) / "texts.arrow")
        try:
            _register(con, inputs)
            _set_variables(con, inputs)
            with ExitStack() as stack:
                stack.enter_context(_fitting(con, inputs))
                run_script(con, "texts.sql")
                sides = stack.enter_context(_sides(con, inputs.rules)) if rows else None
                _decide(con, texts)
            if sides:
                con.register("prompt_side", sides.result())
                _make_rows(con, inputs.rules)
            yield Workshop(con=con, texts=texts)
        finally:
            texts.close()


@contextmanager
def _fitting(con: duckdb.DuckDBPyConnection, inputs: VersionInputs) -> Iterator[None]:
    """Refuses tables that do not fit together, looked at on one core while the other begins."""
    with beside(con) as another, ThreadPoolExecutor(max_workers=1) as pool:
        _register(another, inputs)
        looked = pool.submit(_refuse_misfits, another)
        try:
            yield
        except Exception as failed:
            # What went wrong for that reason is told as that.
            if isinstance(misfit := looked.exception(), BadCall):
                raise misfit from failed
            raise
        looked.result()


@contextmanager
def _sides(con: duckdb.DuckDBPyConnection, rules: Rules) -> Iterator[Future[pa.Table]]:
    """The sides of prompts, worked out on one core while the other does what is done meanwhile."""
    with beside(con) as another, ThreadPoolExecutor(max_workers=1) as pool:
        yield pool.submit(prompt_sides, another, rules)


def _decide(con: duckdb.DuckDBPyConnection, texts: Texts) -> None:
    """Every table and view up to what is decided, in the order in which one is made of the others."""
    texts.number(con, "prompt_text", "prompt_numbered")
    texts.number(con, "completion_text", "completion")
    run_script(con, "prepare.sql")
    run_script(con, "improved.sql")
    texts.number(con, "improved_text", "improved")
    run_script(con, "votes.sql")


def _make_rows(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """The rows of every config; ``prompt_side`` says where each goes."""
    run_script(con, "placed.sql")
    for config in CONFIGS:
        run_script(con, config.script)
    if rules.soft_labels and rules.dawid_skene:
        estimate(con)


def run_script(con: duckdb.DuckDBPyConnection, script: str) -> None:
    """Run one of the SQL files of the workshop."""
    con.execute((files("rlhf_collect.exporters") / "sql" / script).read_text(encoding="utf-8"))


def ordered_rows(
    made: Workshop, config: Config, split: str, *, most: int = MOST_TEXT
) -> Iterator[tuple[pa.RecordBatch, Ints]]:
    """The rows of a config and split in their published order; with each the place it has in the order of the keys.

    A batch has at most ``most`` bytes of texts, unless one row has more.

    A row stands with the version that first held it, and among those of one version in the order of
    a keyed hash: old bytes stay put, and the order tells nothing about time.
    """
    columns = ", ".join(f'r."{column.name}"' for column in config.columns)
    query = f"""
        SELECT {columns}, row_number() OVER (ORDER BY r."{config.key}") - 1 FROM row_{config.name} r
        LEFT JOIN given_row v ON v.config = $config AND v.row_id = r."{config.key}"
        WHERE r.split = $split
        ORDER BY version_rank(coalesce(v.first_version, getvariable('version'))),
          keyed_hex(r."{config.key}")"""  # noqa: S608
    found = made.con.sql(query, params={"config": config.name, "split": split})
    for batch in found.to_arrow_reader(BATCH_ROWS):
        for few in _portions(made.texts, batch, config, most):
            spelled = [
                made.texts.spelled(rows, column.kind)
                for rows, column in zip(few.columns[:-1], config.columns, strict=True)
            ]
            made_rows = pa.RecordBatch.from_arrays(spelled, config.schema.names)
            yield made_rows.cast(config.schema), few.columns[-1].to_numpy()


def _portions(texts: Texts, batch: pa.RecordBatch, config: Config, most: int) -> Iterator[pa.RecordBatch]:
    """A batch, or halves of it and of these, none with more texts than ``most`` bytes unless it is one row."""
    columns = zip(batch.columns[:-1], config.columns, strict=True)
    half = batch.num_rows // 2
    if half and sum(texts.size(rows, column.kind) for rows, column in columns) > most:
        yield from _portions(texts, batch.slice(0, half), config, most)
        yield from _portions(texts, batch.slice(half), config, most)
    else:
        yield batch


def places_with_rows(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """How many rows each config and split has that has one: the others need not be asked for rows in their order."""
    parts = " UNION ALL ".join(
        f"SELECT '{each.name}' AS config, split FROM row_{each.name}"  # noqa: S608
        for each in CONFIGS
    )
    found = con.execute(f"SELECT config, split, count(*) FROM ({parts}) GROUP BY ALL").fetchall()  # noqa: S608
    return {(config, split): count for config, split, count in found}


def new_rows(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """``config, row_id, first_version, split`` of the rows that no earlier version held; all but the ids are coded."""
    parts = " UNION ALL ".join(
        f"SELECT '{each.name}' AS config, \"{each.key}\" AS row_id, split FROM row_{each.name}"  # noqa: S608
        for each in CONFIGS
    )
    found = con.sql(f"""
        SELECT config, row_id, getvariable('version')::VARCHAR AS first_version, split FROM ({parts}) r
        ANTI JOIN given_row v USING (config, row_id)
        ORDER BY config, row_id""").to_arrow_reader(BATCH_ROWS)  # noqa: S608
    batches = [
        pa.RecordBatch.from_arrays(
            [_coded(*each) for each in zip(batch.columns, _NEW_ROW, strict=True)], schema=_NEW_ROW
        )
        for batch in found
    ]
    return pa.Table.from_batches(batches, _NEW_ROW)


def _coded(column: pa.Array[Any], wanted: pa.Field[Any]) -> pa.Array[Any]:
    """A column of few values as numbers of them."""
    if not pa.types.is_dictionary(wanted.type):
        return column
    coded = column.dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices.cast(pa.int8()), coded.dictionary)


def one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The single number a query gives."""
    row = con.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def hmac_pads(key: bytes) -> tuple[bytes, bytes]:
    """Inner and outer key pad of HMAC-SHA256 (RFC 2104), so that SQL can compute keyed hashes."""
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def _register(con: duckdb.DuckDBPyConnection, inputs: VersionInputs) -> None:
    con.register("given_judgement", inputs.judgements)
    con.register("given_comparison", inputs.comparisons)
    con.register("given_completion", inputs.completions)
    con.register("given_edited", inputs.edited)
    con.register("given_adjudication", inputs.adjudications)
    con.register("given_exclusion", inputs.exclusions)
    con.register("given_row", inputs.version_rows)


def _refuse_misfits(con: duckdb.DuckDBPyConnection) -> None:
    found = {what: one(con, query) for what, query in _BAD_INPUTS.items()}
    wrong = [f"{count} {what}" for what, count in found.items() if count]
    if wrong:
        raise BadCall(f"Nothing was frozen: {'; '.join(wrong)}. Run `rlhf-collect doctor`.")


def _set_variables(con: duckdb.DuckDBPyConnection, inputs: VersionInputs) -> None:
    inner, outer = hmac_pads(inputs.dataset_key)
    rules = inputs.rules
    settings: dict[str, tuple[str, Any]] = {
        "inner_pad": ("BLOB", inner),
        "outer_pad": ("BLOB", outer),
        "k": ("INTEGER", K_RATERS),
        "version": ("VARCHAR", inputs.version),
        "imported_rationales": ("BOOLEAN", rules.imported_rationales),
        "decision": ("VARCHAR", rules.decision),
        "min_raters": ("INTEGER", rules.min_raters),
        "criteria": ("VARCHAR[]", None if rules.criteria is None else list(rules.criteria)),
        "ties": ("VARCHAR", rules.ties),
        "adjudication": ("VARCHAR", rules.adjudication),
        "min_agreement": ("DOUBLE", rules.min_agreement),
        "pairs": ("VARCHAR", rules.pairs),
        "margin_from": ("VARCHAR", rules.margin_from),
        "margin_scale": ("DOUBLE", rules.margin_scale),
        "soft_labels": ("BOOLEAN", rules.soft_labels),
        "smoothing": ("DOUBLE", rules.smoothing),
    }
    for name, wanted in rules.filters.as_json().items():
        settings[name] = ("VARCHAR[]" if isinstance(wanted, list) else "DATE", wanted)
    for name, (kind, value) in settings.items():
        con.execute(f"SET VARIABLE {name} = $1::{kind}", [value])
