"""Fingerprints of what a version is built from: what is kept of them says later which input changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import duckdb
import pyarrow as pa

from rlhf_collect.exporters.engine import Engine, room
from rlhf_collect.exporters.inputs import VersionInputs
from rlhf_collect.exporters.labour.facts import WorkFacts
from rlhf_collect.exporters.waiting import Rows
from rlhf_collect.ids import content_hash, keyed_hash

_NAMED = ("judgement_id", "criterion")
_APART = {"consents": "rationale_consent", "flags": "flags", "erased people": "nameless"}
"""Columns of the judgements that people change by other acts than judging."""
_OF_SECOND_RATERS = ("role", "presentation")
"""Columns of decisions that came with second raters: those of leads keep the fingerprint they had."""
TOLD = "guideline texts"
"""Input of the versions that hold them as files: one of before has no such fingerprint."""
WRITTEN = "messages of raters"
"""Likewise, of those whose statement of work tells of them."""
_SHA256_DIGITS = 64
_ERASURES = ("erasure_requests", "rows_removed")
_NO_PICTURES = pa.table({"sha256": pa.array([], pa.string())})


def fingerprint_inputs(inputs: VersionInputs, engine: Engine | None = None) -> dict[str, str]:
    """Input name to SHA-256, worked out in ``engine`` or one of its own.

    The same inputs give the same, in whatever order their rows come.
    """
    own = [name for name in inputs.judgements.schema.names if name not in {*_APART.values(), "rater_name"}]
    tables: dict[str, tuple[Rows, list[str]]] = {
        "judgements": (inputs.judgements, own),
        **{name: (inputs.judgements, [*_NAMED, column]) for name, column in _APART.items()},
        "edited responses": _whole(inputs.edited),
        "exclusions": _whole(inputs.exclusions),
        "comparisons": _whole(inputs.comparisons),
        "completions": _whole(inputs.completions),
        "pictures": _whole(_NO_PICTURES if inputs.images is None else inputs.images),
        "rows of earlier versions": _whole(inputs.version_rows),
    }
    with room(engine) as con:
        found = {name: _table_sha256(con, *table) for name, table in tables.items()}
        of_leads = [name for name in inputs.adjudications.schema.names if name not in _OF_SECOND_RATERS]
        found["decisions of leads"] = _table_sha256(con, inputs.adjudications, of_leads, "role <> 'rater'")
        found["decisions of second raters"] = _table_sha256(
            con, *_whole(inputs.adjudications), "role = 'rater'"
        )
    facts = replace(inputs.project_facts, config_sha256="", guidelines={}, sources=())
    values: dict[str, Any] = {
        "settings": [inputs.project_facts.config_sha256, inputs.rules.as_json(), asdict(facts)],
        "guidelines": dict(inputs.project_facts.guidelines),
        **({TOLD: inputs.work.guideline_texts} if inputs.tells_guidelines else {}),
        "sources": [each.as_json() for each in inputs.project_facts.sources],
        "agreement": {name: _figures(report) for name, report in inputs.agreement.items()},
        "skips and who worked": [_without(inputs.left_out, ("erased",)), _work(inputs.work)],
        "erasures": [inputs.left_out.get("erased", 0), *_erasures(inputs.work)],
        "decisions about raters and appeals": _decided(inputs.work),
        **({} if inputs.work.since_beginning.written is None else {WRITTEN: _written(inputs.work)}),
        "withdrawn versions": [list(inputs.withdrawn_versions), list(inputs.withdrawn_since)],
        "undated judgements": inputs.undated,
        "migrations": inputs.snapshot.schema_migration,
        "version before": inputs.previous
        and [inputs.previous.version, inputs.previous.manifest_sha256, inputs.previous.folder is not None],
        # Of the key only what nobody can turn back into it.
        "key": keyed_hash(inputs.dataset_key, "the key of a version").hex(),
    }
    return found | {name: content_hash(value) for name, value in values.items()}


def _work(work: WorkFacts) -> dict[str, Any]:
    """What is known about the work, but for erasures, decisions, appeals and messages: inputs of their own."""
    return {
        name: _without(value, (*_ERASURES, "decided", "written")) if isinstance(value, Mapping) else value
        for name, value in asdict(work).items()
    }


def _erasures(work: WorkFacts) -> list[list[int]]:
    return [
        [getattr(done, name) for name in _ERASURES] for done in (work.since_previous, work.since_beginning)
    ]


def _decided(work: WorkFacts) -> list[dict[str, Any]]:
    return [asdict(done.decided) for done in (work.since_previous, work.since_beginning)]


def _written(work: WorkFacts) -> list[dict[str, Any]]:
    return [asdict(done.written) for done in (work.since_previous, work.since_beginning) if done.written]


def _without(value: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: each for name, each in value.items() if name not in names}


def _figures(report: Any) -> dict[str, Any]:
    """A report without what says when and by which program it was made."""
    return {name: value for name, value in report.items() if name != "ground"}


def _whole(rows: Rows) -> tuple[Rows, list[str]]:
    return rows, rows.schema.names


def _table_sha256(con: duckdb.DuckDBPyConnection, rows: Rows, columns: list[str], which: str = "true") -> str:
    """One hash of some columns of the rows under an SQL condition.

    Each counts as its values with a mark between them, and they are sorted by their own hashes.
    """
    con.register("given", rows)
    values = ", ".join(f'coalesce("{name}"::VARCHAR, chr(30))' for name in columns)
    query = f"SELECT sha256(concat_ws(chr(31), {values})) AS line FROM given WHERE {which} ORDER BY line"  # noqa: S608
    digest = hashlib.sha256()
    for batch in con.sql(query).to_arrow_reader(65_536):
        # Hashes are of one length and stand one after the other, as they are to be hashed.
        lines = batch.column(0)
        first = lines.offset * _SHA256_DIGITS
        digest.update(lines.buffers()[2][first : first + len(lines) * _SHA256_DIGITS])
    con.unregister("given")
    return digest.hexdigest()
