"""The workshop of a version: an in-memory DuckDB over the given tables, where all row work is SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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
from rlhf_collect.exporters.rules import Rules
from rlhf_collect.exporters.soft import estimate
from rlhf_collect.exporters.texts import Texts

BATCH_ROWS = 4096
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
            _refuse_misfits(con)
            _set_variables(con, inputs)
            _prepare(con, texts, inputs.rules)
            if rows:
                _make_rows(con, inputs.rules)
            yield Workshop(con=con, texts=texts)
        finally:
            texts.close()


def _prepare(con: duckdb.DuckDBPyConnection, texts: Texts, rules: Rules) -> None:
    """Every table and view up to what is decided, in the order in which one is made of the others."""
    run_script(con, "texts.sql")
    texts.number(con, "prompt_text", "prompt_numbered")
    with beside(con) as another, ThreadPoolExecutor(max_workers=1) as pool:
        # Nearly the same prompts are looked for on one core while the other reads the completions.
        sides = pool.submit(prompt_sides, another, rules)
        texts.number(con, "completion_text", "completion")
        con.register("prompt_side", sides.result())
    run_script(con, "prepare.sql")
    run_script(con, "improved.sql")
    texts.number(con, "improved_text", "improved")
    run_script(con, "votes.sql")


def _make_rows(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """The rows of every config."""
    for config in CONFIGS:
        run_script(con, config.script)
    if rules.soft_labels and rules.dawid_skene:
        estimate(con)


def run_script(con: duckdb.DuckDBPyConnection, script: str) -> None:
    """Run one of the SQL files of the workshop."""
    con.execute((files("rlhf_collect.exporters") / "sql" / script).read_text(encoding="utf-8"))


def ordered_rows(made: Workshop, config: Config, split: str) -> Iterator[pa.RecordBatch]:
    """The rows of a config and split in their published order.

    A row stands with the version that first held it, and among those of one version in the order of
    a keyed hash: old bytes stay put, and the order tells nothing about time.
    """
    columns = ", ".join(f'r."{column.name}"' for column in config.columns)
    query = f"""
        SELECT {columns} FROM row_{config.name} r
        LEFT JOIN given_row v ON v.config = $config AND v.row_id = r."{config.key}"
        WHERE r.split = $split
        ORDER BY version_rank(coalesce(v.first_version, getvariable('version'))),
          keyed_hex(r."{config.key}")"""  # noqa: S608
    found = made.con.sql(query, params={"config": config.name, "split": split})
    for batch in found.to_arrow_reader(BATCH_ROWS):
        spelled = [
            made.texts.spelled(rows, column.kind)
            for rows, column in zip(batch.columns, config.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(spelled, batch.schema.names)


def places_with_rows(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Each config and split that has a row: the others need not be asked for rows in their order."""
    parts = " UNION ALL ".join(
        f"SELECT '{each.name}' AS config, split FROM row_{each.name}"  # noqa: S608
        for each in CONFIGS
    )
    return set(con.execute(f"SELECT DISTINCT config, split FROM ({parts})").fetchall())  # noqa: S608


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
