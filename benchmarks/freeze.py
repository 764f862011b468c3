"""Freezing versions of a made project, beside the least it can cost: the same rows written and hashed, in one run.

``python -m benchmarks.freeze [--pairs] [--full] [--json]``: 10,000 judgements; with ``--pairs`` 100,000 pairs too, with
``--full`` also 1,000,000 judgements over 400,000 comparisons. Every figure comes from a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from benchmarks.chunks import new_bytes
from benchmarks.made_store import PROJECT, add_rows, make_store, open_store
from rlhf_collect import load_version
from rlhf_collect.cli.show import print_json
from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.exporters.difference import difference
from rlhf_collect.exporters.manifest import files_of, read_manifest
from rlhf_collect.exporters.parquet import write_file
from rlhf_collect.exporters.rows import files_logical_sha256
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.services.versions import freeze_version

SIZES = {
    "10,000 judgements": (3_334, 3),
    "100,000 pairs": (122_000, 3),
    "1,000,000 judgements": (400_000, 2.5),
}
"""Comparisons, and judgements of each."""
TARGETS = {"10,000 judgements": "2 s", "100,000 pairs": "20 s", "1,000,000 judgements": "60 s"}
"""On two cores that nothing else uses."""
LIMITS_MB = {"10,000 judgements": 2_000, "100,000 pairs": 1_500, "1,000,000 judgements": 2_000}
"""What a freeze may take of memory at most, mapped temporary files included; where one takes more, we fail."""


def timed(work: Callable[..., Any], *values: Any) -> dict[str, Any]:
    """What work in a process of its own gives, with its ``wall`` and ``cpu`` seconds and ``peak_mb``."""
    spawn = multiprocessing.get_context("spawn")
    out = spawn.Queue()
    worker = spawn.Process(target=_report, args=(out, work, values))
    worker.start()
    while worker.is_alive() and out.empty():
        time.sleep(0.05)
    if out.empty():
        raise SystemExit(f"{work.__name__} ended with {worker.exitcode}")
    found: dict[str, Any] = out.get()
    worker.join()
    return found


def _report(out: Any, work: Callable[..., Any], values: tuple[Any, ...]) -> None:
    started, cpu = time.perf_counter(), time.process_time()
    found = work(*values)
    times = {"wall": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (peak,) = [int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM")]
    out.put({**times, "peak_mb": peak, **(found or {})})


def freeze(folder: Path, version: str) -> dict[str, Any]:
    """Freeze a version of the store in a folder; where it stands."""
    ctx = open_store(folder)
    sealed = freeze_version(ctx, OPERATOR, PROJECT, version)
    ctx.store.close()
    return {"path": sealed["path"], "rows": sealed["rows"]}


def floor(version: Path) -> dict[str, Any]:
    """Write the rows of a version again, file by file, and hash them; the reading before it is not counted.

    ``written`` has the seconds of writing alone, ``memory`` the bytes of the rows in memory.
    """
    manifest, spent, cpu, written, memory = read_manifest(version), 0.0, 0.0, 0.0, 0
    target = version.parent / "floor.parquet"
    for config, entry in manifest["configs"].items():
        for paths in files_of(version, manifest, config).values():
            tables = [pq.read_table(path).combine_chunks() for path in paths]
            memory += sum(table.nbytes for table in tables)
            started, worked = time.perf_counter(), time.process_time()
            for table in tables:
                write_file(table, target, "zstd")
            tables.clear()
            written += time.perf_counter() - started
            files_logical_sha256(paths, entry["key"])
            spent, cpu = spent + time.perf_counter() - started, cpu + time.process_time() - worked
    target.unlink()
    return {"wall": spent, "cpu": cpu, "written": written, "memory": memory}


def verify(version: Path) -> None:
    """Check a version against its manifest."""
    verify_folder(version)


def compare(old: Path, new: Path) -> None:
    """What changed between two versions."""
    difference(old, new)


def load(version: Path, name: str) -> dict[str, Any]:
    """Seconds of ``load_version`` and of ``load_dataset`` for the same rows, each with a cache of its own."""
    from datasets import load_dataset  # noqa: PLC0415 - slow to import, and no other part needs it

    paths = [str(path) for path in files_of(version, read_manifest(version), "preference")["train"]]
    with tempfile.TemporaryDirectory(prefix="rlhf-collect-") as cache:
        started = time.perf_counter()
        load_dataset("parquet", data_files={"train": paths}, cache_dir=f"{cache}/plain")
        between = time.perf_counter()
        load_version(version, name, split="train", cache_dir=f"{cache}/checked")
        return {"load_dataset": between - started, "load_version": time.perf_counter() - between}


def move_on(folder: Path, comparisons: int) -> None:
    """A hundredth more comparisons with their judgements, and one comparison that loses its judgements."""
    add_rows(folder, comparisons, comparisons + max(1, comparisons // 100), each=3)
    with duckdb.connect(str(folder / "sizes.duckdb")) as con:
        con.execute(
            "DELETE FROM judgement WHERE comparison_key = (SELECT comparison_key FROM comparison WHERE import_no = $1)",
            [comparisons // 2],
        )


def measure(comparisons: int, each: float) -> dict[str, Any]:
    """Every figure of one size."""
    with tempfile.TemporaryDirectory(prefix="rlhf-collect-freeze-") as name:
        folder = Path(name)
        make_store(folder, comparisons, round(comparisons * each))
        found = {"load_average": os.getloadavg()[0], "freeze": timed(freeze, folder, "1.0.0")}
        first = Path(found["freeze"]["path"])
        found["floor"] = timed(floor, first)
        found["verify"] = timed(verify, first)
        found["load"] = timed(load, first, "1.0.0")
        move_on(folder, comparisons)
        found["next"] = timed(freeze, folder, "1.1.0")
        second = Path(found["next"]["path"])
        found["diff"] = timed(compare, first, second)
        found["new_bytes"], found["bytes"] = new_bytes(first, second)
        return found


def show(size: str, found: dict[str, Any]) -> None:
    """One size as a table."""
    frozen, least, again, load = found["freeze"], found["floor"], found["next"], found["load"]
    print(f"{size} (target {TARGETS[size]}); load of the machine before {found['load_average']:.1f}")
    limit = f" of at most {LIMITS_MB[size]:,}"
    for words, each, beside in (
        ("freeze", frozen, limit),
        ("the same rows written and hashed", least, ""),
        ("next version", again, limit),
    ):
        took = f"{each['wall']:8.1f} s, {each['cpu']:.1f} s of processor, {each['peak_mb']:,.0f} MB"
        print(f"  {words:<34}{took}{beside}")
    print(
        f"  freeze over that floor            x{frozen['wall'] / least['wall']:.1f} by the clock, "
        f"x{frozen['cpu'] / least['cpu']:.1f} of processor time"
    )
    print(
        f"  freeze over writing alone         x{frozen['wall'] / least['written']:.1f} by the clock "
        f"({least['written']:.1f} s)"
    )
    share = found["new_bytes"] / found["bytes"]
    print(f"  new bytes of the next version     {share:8.1%} of {found['bytes'] / 1e6:,.1f} MB")
    files, rows = (size / 1e6 / found["verify"]["wall"] for size in (found["bytes"], least["memory"]))
    print(f"  verify                            {files:8.0f} MB/s of files, {rows:.0f} MB/s of their rows")
    print(f"  load_version / load_dataset       {load['load_version']:8.2f} s / {load['load_dataset']:.2f} s")
    print(
        f"  diff of the two versions          {found['diff']['wall']:8.1f} s, {found['diff']['peak_mb']:,.0f} MB"
    )


def beyond_limit(size: str, found: dict[str, Any]) -> list[str]:
    """What took more memory than it may, in words."""
    return [
        f"{size}: the {words} took {found[name]['peak_mb']:,.0f} MB of memory, {LIMITS_MB[size]:,} MB are the limit."
        for name, words in (("freeze", "first version"), ("next", "next version"))
        if found[name]["peak_mb"] > LIMITS_MB[size]
    ]


def main() -> None:
    """Measure and print; fail where memory was beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", action="store_true", help="100,000 pairs as well")
    parser.add_argument("--full", action="store_true", help="1,000,000 judgements as well")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    many = 3 if chosen.full else 2 if chosen.pairs else 1
    results = {}
    for size in list(SIZES)[:many]:
        results[size] = measure(*SIZES[size])
        if not chosen.json:
            show(size, results[size])
    if chosen.json:
        print_json(results)
    beyond = [words for size, found in results.items() for words in beyond_limit(size, found)]
    if beyond:
        raise SystemExit("\n".join(beyond))


if __name__ == "__main__":
    main()
