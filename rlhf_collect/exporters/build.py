"""One version, from tables to a sealed folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from rlhf_collect.errors import AlreadyExists, BadCall, Conflict, DamagedVersion
from rlhf_collect.exporters.ahead import Ahead
from rlhf_collect.exporters.card import CARD, CardFacts, write_card
from rlhf_collect.exporters.columns import Config, schema_as_json, schema_sha256
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.exporters.counts import (
    count_left_out,
    count_version,
    guidelines_told,
    languages,
    text_values,
)
from rlhf_collect.exporters.croissant import CROISSANT, croissant_text
from rlhf_collect.exporters.difference import FIGURES, check_rows, count_changes
from rlhf_collect.exporters.effects import count_effects
from rlhf_collect.exporters.engine import Engine, bounded_duckdb
from rlhf_collect.exporters.filtered import counted_anew, refuse_nothing
from rlhf_collect.exporters.folders import appearing_folder
from rlhf_collect.exporters.guideline_files import write_guidelines
from rlhf_collect.exporters.inputs import K_RATERS, Progress, SealedVersion, VersionInputs
from rlhf_collect.exporters.labour.statement import SHELF, Statement, may_total, write_statement
from rlhf_collect.exporters.manifest import (
    FORMAT,
    NAME,
    Manifest,
    builder,
    data_sha256,
    file_sha256,
    manifest_text,
    read_manifest,
    row_counts,
)
from rlhf_collect.exporters.parquet import SHARD_BYTES, WrittenSplit, write_split, writer_settings
from rlhf_collect.exporters.pictures import write_pictures
from rlhf_collect.exporters.plot import PLOT, plot_text
from rlhf_collect.exporters.prompts import SPLITS
from rlhf_collect.exporters.rows import LogicalHash
from rlhf_collect.exporters.tables import Workshop, new_rows, ordered_rows, places_with_rows, workshop
from rlhf_collect.exporters.version_names import version_order

Written = dict[str, dict[str, WrittenSplit]]
Hashes = dict[tuple[str, str], str]
Listed = dict[str, dict[str, Any]]
"""Files as the manifest lists them."""

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


def build_version(
    inputs: VersionInputs, folder: Path, engine: Engine | None = None, *, progress: Progress | None = None
) -> SealedVersion:
    """Build and seal a version in ``folder``, which appears whole or not at all, in ``engine`` or one of its own.

    The same inputs give the same bytes, in whatever order the rows of the tables come. Errors:
    ``AlreadyExists`` (the folder is taken), ``BadCall`` (a name, rule or table cannot be used),
    ``NotFound`` (no judgement to freeze), ``Conflict`` (the split rule changed since the previous
    version), ``DamagedVersion`` (the previous folder is not the version it should be).
    """
    say = progress or (lambda _: None)
    _check_rules(inputs)
    before = _read_previous(inputs)
    with ExitStack() as stack, appearing_folder(folder) as partial:
        engine = engine or stack.enter_context(bounded_duckdb())
        with workshop(inputs, engine) as made:
            con = made.con
            counts = count_version(con, undated=inputs.undated)
            refuse_nothing(inputs, counts.pop("counting"))
            inputs = counted_anew(con, inputs)
            described: list[Manifest] = []
            written, hashes, data = _write_configs(
                made, inputs, partial, say, lambda: described.append(_describe(con, inputs, counts))
            )
            (manifest,), rows = described, new_rows(con)
            manifest["configs"] = _configs_entry(written, hashes)
            if pictures := write_pictures(con, inputs, partial):
                manifest["pictures"] = pictures
            if told := write_guidelines(guidelines_told(con), inputs, partial):
                manifest["guidelines"] = told
        # The workshop's memory is free again before two versions are laid side by side.
        manifest["counts"] |= count_changes(inputs.previous, before, manifest, partial, engine)
        statement = write_statement(
            inputs, manifest, {name: entry["sha256"] for name, entry in data.items()}, partial
        )
        say("Writing the card.")
        _write_about(_card_facts(inputs, manifest, before, statement, written), data, partial)
        _list_files(manifest, data, partial)
        (partial / NAME).write_text(manifest_text(manifest), encoding="utf-8")
        sealed = file_sha256(partial / NAME)
    return SealedVersion(
        folder=folder,
        project=inputs.project,
        version=inputs.version,
        manifest_sha256=sealed,
        rows=row_counts(manifest),
        new_rows=rows,
    )


def _check_rules(inputs: VersionInputs) -> None:
    if not _VERSION.fullmatch(inputs.version):
        raise BadCall(f"'{inputs.version}' is no version name. Use MAJOR.MINOR.PATCH, such as 1.2.0.")
    if inputs.previous and version_order(inputs.version) <= version_order(inputs.previous.version):
        raise AlreadyExists(
            f"Version names rise: {inputs.version} does not come after {inputs.previous.version}. "
            "Nothing was written. Choose a higher name."
        )
    inputs.rules.check()


def _read_previous(inputs: VersionInputs) -> Manifest | None:
    """The previous manifest, checked to be the sealed one and split by the same rule."""
    previous = inputs.previous
    if previous is None or previous.folder is None:
        return None
    manifest = read_manifest(previous.folder)
    if file_sha256(previous.folder / NAME) != previous.manifest_sha256:
        raise DamagedVersion(f"{previous.folder / NAME} is not the manifest version {previous.version} had.")
    # What changed since is counted from its rows, and its labour statements go on into this version.
    check_rows(previous.folder, manifest, SHELF)
    old = manifest["rules"]
    if (old["test_share"], old["split_salt"]) != (inputs.rules.test_share, inputs.rules.split_salt):
        raise Conflict(
            "dataset.split was changed after the first version: prompts held back for testing would become "
            f"training data. Nothing was written. Set test_share back to {old['test_share']} and salt to "
            f"'{old['split_salt']}'."
        )
    return manifest


def _write_configs(
    made: Workshop, inputs: VersionInputs, partial: Path, say: Progress, afterwards: Callable[[], None]
) -> tuple[Written, Hashes, Listed]:
    """Write every file; while one is written, the rows that follow are made, and what stands is hashed.

    Who makes rows does something ``afterwards``, while the last ones are written.

    Hashing is a fifth of the work and needs no lock; by the writer itself it would be done with nothing beside it.
    """
    written: Written = {}
    hashes: dict[tuple[str, str], Future[str]] = {}
    data: dict[str, Future[dict[str, Any]]] = {}
    with (
        ThreadPoolExecutor(max_workers=1) as hashing,
        Ahead(_rows_of_all(made, afterwards), SHARD_BYTES, lambda row: row[1].nbytes) as rows,
    ):
        for (config, split, found), batches in groupby(rows, key=itemgetter(0)):
            if config.name not in written:
                say(f"Writing {config.name}.")
            result = write_split(
                map(itemgetter(1), batches), config, split, partial, compression=inputs.rules.compression
            )
            if result is not None:
                written.setdefault(config.name, {})[split] = result
                hashes[config.name, split] = hashing.submit(found.hexdigest)
                for name, count in zip(result.files, result.rows, strict=True):
                    data[name] = hashing.submit(_entry, partial / name, rows=count)
    return (
        written,
        {place: each.result() for place, each in hashes.items()},
        {name: each.result() for name, each in data.items()},
    )


def _rows_of_all(
    made: Workshop, afterwards: Callable[[], None]
) -> Iterator[tuple[tuple[Config, str, LogicalHash], pa.RecordBatch]]:
    """The rows of each config and split, each with the hash that has it when it is given out."""
    held = places_with_rows(made.con)
    for config in CONFIGS:
        for split in SPLITS:
            if count := held.get((config.name, split)):
                found = LogicalHash(count)
                for batch, rank in ordered_rows(made, config, split):
                    found.add(batch, rank)
                    yield (config, split, found), batch
    afterwards()


def _describe(con: duckdb.DuckDBPyConnection, inputs: VersionInputs, counts: dict[str, Any]) -> Manifest:
    """The manifest without what depends on the written files."""
    rules, last_day, first_day = inputs.rules, counts.pop("last_day"), counts.pop("first_day")
    # Who judges here is shown an order; imported judgements often bring none, and lend nobody their number.
    few = counts["raters"] is None and counts["own_raters"] is None
    return {
        "format": FORMAT,
        "project": inputs.project,
        "version": inputs.version,
        "previous": inputs.previous
        and {"version": inputs.previous.version, "manifest_sha256": inputs.previous.manifest_sha256},
        "frozen_on": last_day,
        "collected": {"first_day": first_day, "last_day": last_day},
        "snapshot": {
            "last_sequence": inputs.snapshot.last_sequence,
            "judgements": counts["judgements"],
            "schema_migration": inputs.snapshot.schema_migration,
        },
        "rules": rules.as_json(),
        "builder": builder(writer_settings(rules.compression)),
        "config_sha256": inputs.project_facts.config_sha256,
        "guideline_versions": text_values(con, "guideline_version"),
        "interface_versions": text_values(con, "interface_version"),
        "languages": languages(con),
        "licence": {
            "name": inputs.project_facts.licence,
            "override": inputs.project_facts.licence_override or None,
        },
        "sources": [each.as_json() for each in inputs.project_facts.sources],
        "privacy": {
            "pseudonyms": "hmac-sha256/12",
            "k": K_RATERS,
            "left_out": count_left_out(con, inputs, few_raters=few or not may_total(inputs)),
        },
        "counts": counts,
        "agreement": {
            # What raters do, unlike how far they agree, is not told of fewer than five.
            criterion: {name: report.get(name) for name in FIGURES if not (few and name == "position_bias")}
            for criterion, report in inputs.agreement.items()
        },
        "effects": count_effects(con, few_raters=few),
    }


def _configs_entry(written: Written, hashes: Hashes) -> dict[str, Any]:
    return {
        config.name: {
            "key": config.key,
            "schema": schema_as_json(config.schema),
            "schema_sha256": schema_sha256(config.schema),
            "splits": {
                split: {
                    "rows": sum(each.rows),
                    "logical_sha256": hashes[config.name, split],
                    "files": list(each.files),
                }
                for split, each in written[config.name].items()
            },
        }
        for config in CONFIGS
        if config.name in written
    }


def _card_facts(
    inputs: VersionInputs,
    manifest: Manifest,
    before: Manifest | None,
    statement: Statement,
    written: Written,
) -> CardFacts:
    sizes = {
        config: {split: each.memory_bytes for split, each in splits.items()}
        for config, splits in written.items()
    }
    return CardFacts(
        manifest=manifest,
        before=before,
        project=inputs.project_facts,
        agreement=inputs.agreement,
        statement=statement,
        memory_bytes=sizes,
    )


def _write_about(facts: CardFacts, data: Listed, partial: Path) -> None:
    """The card, its plot, and the description for programs."""
    if plot := plot_text(facts.agreement, facts.manifest["counts"]["outcomes"]):
        (partial / PLOT).parent.mkdir()
        (partial / PLOT).write_text(plot, encoding="utf-8")
    (partial / CARD).write_text(write_card(facts), encoding="utf-8")
    (partial / CROISSANT).write_text(croissant_text(facts, data), encoding="utf-8")


def _entry(path: Path, **more: int) -> dict[str, Any]:
    return {"sha256": file_sha256(path), "bytes": path.stat().st_size, **more}


def _list_files(manifest: Manifest, data: Listed, partial: Path) -> None:
    """Every file but the manifest; ``data`` has the Parquet files."""
    files: Listed = {}
    for path in sorted(each for each in partial.rglob("*") if each.is_file()):
        name = path.relative_to(partial).as_posix()
        files[name] = data.get(name) or _entry(path)
    manifest["files"] = files
    manifest["data_sha256"] = data_sha256(files)
