"""Agreement and leaderboard over a million judgements, beside a yardstick, a naive form and libraries that do a part.

``python -m benchmarks.stats [--judgements 1000000] [--json]``. Quick by default (200,000); the marks are for a million
and ten. Rows are made up: 300 raters, 10 models, three judgements a comparison. Everything reads a real store by the
statements the program uses; two threads. Peak memory is that of the process, the making of the rows left out.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pandas as pd

from benchmarks.peers import dawid_skene, peers
from rlhf_collect.cli.show import print_json
from rlhf_collect.stats.figures import Notes, Resampled, nominal_figures, resampled_figure
from rlhf_collect.stats.histogram import Histogram
from rlhf_collect.stats.intervals import clustered_share
from rlhf_collect.stats.leaderboard import leaderboard_report
from rlhf_collect.stats.leaderboard_tables import LeaderboardTables
from rlhf_collect.stats.rater_report import COURSE_COLUMNS, PAIR_COLUMNS, RaterTables, raters_report
from rlhf_collect.stats.raters import RaterPatterns, alpha_without_each, peer_agreement
from rlhf_collect.stats.report import agreement_report
from rlhf_collect.stats.tables import AgreementTables, checked_columns
from rlhf_collect.storage.migrations import migrate
from rlhf_collect.storage.named_sql import parameters, statement

PROJECT = UUID(int=1)
RATERS, MODELS, EACH = 300, 10, 3
MARKS = {1_000_000: 0.5, 10_000_000: 5.0}
"""Judgements to seconds of the headline card."""
NAIVE_UP_TO = 1_000_000
YARDSTICK = "SELECT count(*) FROM (SELECT comparison_key, count(*) FROM current_judgement GROUP BY 1)"
_COMPARISONS = """
INSERT INTO comparison BY NAME
SELECT md5('c' || i)::UUID AS comparison_key, $project::UUID AS project_id, uuid() AS batch_id, i AS import_no,
  'c' || i AS comparison_id, '[{"role": "user", "content": "Question ' || i || ' about something long"}]' AS prompt,
  'en' AS language, '[]' AS tags, '[]' AS labels, false AS is_gold, 'made' AS source, '{}' AS metadata,
  '' AS content_sha256, 2 AS completion_count
FROM range($comparisons) r(i)
"""
_COMPLETIONS = """
INSERT INTO completion BY NAME
SELECT md5('c' || i)::UUID AS comparison_key, p AS place, chr((97 + p)::INTEGER) AS completion_id,
  'model ' || ((i + p * (1 + (i // $models) % ($models - 1))) % $models) AS model, '[]' AS content, p AS slot,
  (200 + hash(i * 2 + p) % 800)::INTEGER AS characters
FROM range($comparisons) r(i), range(2) s(p)
"""
_JUDGEMENTS = """
INSERT INTO judgement BY NAME
WITH drawn AS (
  SELECT i, k, ((i * 7 + k * 101) % $raters) AS rater, hash(i) % 1000 / 1000.0 AS lean,
    hash(i * 31 + k) % 1000 / 1000.0 AS u,
    hash(i * 17 + k) % 2 AS first
  FROM range($comparisons) r(i), range($each) s(k)
), said AS (
  SELECT *, CASE WHEN u < 0.15 THEN 1 WHEN u < 0.15 + 0.85 * lean THEN 0 ELSE 2 END AS label FROM drawn)
SELECT md5('j' || i || '-' || k)::UUID AS judgement_id, 'overall' AS criterion, 0 AS revision_no,
  $project::UUID AS project_id,
  md5('c' || i)::UUID AS comparison_key, md5('r' || rater)::UUID AS rater_key, 0 AS repeat_no,
  CASE label WHEN 0 THEN 'a' WHEN 1 THEN 'tie' ELSE 'b' END AS choice,
  CASE WHEN label = 1 THEN 0 ELSE 1 + hash(i + k) % 3 END AS strength,
  CASE WHEN first = 0 THEN '["a", "b"]' ELSE '["b", "a"]' END AS presentation, label,
  (label - 1) * CASE WHEN label = 1 THEN 0 ELSE 1 + (hash(i + k) % 3)::INTEGER END AS signed_strength,
  CASE WHEN label <> 1 THEN (label = 0) = (first = 0) END AS first_shown_won, k + 1 AS arrival_no,
  i * $each + k AS sequence_no, '' AS answers_sha256, 0 AS setting_no, '1' AS guideline_version,
  '1' AS interface_version,
  DATE '2026-03-02' + (i % 60)::INTEGER AS submitted_on
FROM said
"""


def fill(connection: duckdb.DuckDBPyConnection, judgements: int) -> None:
    """A store with so many judgements of invented comparisons."""
    migrate(connection)
    values = {"project": str(PROJECT), "comparisons": judgements // EACH}
    connection.execute(_COMPARISONS, values)
    connection.execute(_COMPLETIONS, {"comparisons": judgements // EACH, "models": MODELS})
    connection.execute(_JUDGEMENTS, values | {"raters": RATERS, "each": EACH})


def columns_of(connection: duckdb.DuckDBPyConnection) -> Callable[[str], dict[str, Any]]:
    """What a service hands to statistics."""

    def read(name: str) -> dict[str, Any]:
        values = {"project_id": PROJECT, "criterion": "overall"}
        asked = {each: value for each, value in values.items() if each in parameters(name)}
        table = connection.sql(statement(name), params=asked).to_arrow_table()
        return {each: table[each].to_numpy() for each in table.column_names}

    return read


def headline(read: Callable[[str], dict[str, Any]]) -> Any:
    """The card: pairwise and alpha, nominal and by strength, with 1,000 replicates, and the side."""
    names = ("a", "t", "b", "x")
    pattern, strength, sides = (read(name) for name in ("agreement_pattern", "strength_pattern", "sides"))
    wide = np.zeros((len(pattern["m"]), 10), dtype=np.int64)
    wide[:, [0, 1, 2, 9]] = np.stack([pattern[each] for each in names], axis=1)
    figures = nominal_figures(Histogram.of(wide, pattern["m"]).paired(), Notes())
    scale = np.stack([strength[each] for each in ("m3", "m2", "m1", "zero", "p1", "p2", "p3")], axis=1)
    ordinal = Resampled.of(Histogram.of(scale, strength["m"]).paired())
    resampled_figure("strength", _ordinal, ordinal, n=ordinal.histogram.judgements, notes=Notes())
    clustered_share(sides["first_shown"], sides["decided"])
    return figures


def _ordinal(counts: Any, times: Any) -> Any:
    from rlhf_collect.stats.alpha import krippendorff_alpha  # noqa: PLC0415 - beside what it is for

    return krippendorff_alpha(counts, times, level="ordinal")


def raters(read: Callable[[str], dict[str, Any]]) -> Any:
    """Peer agreement of each rater, and alpha without each (the jackknife)."""
    table = read("rater_pattern")
    names, number = np.unique(table["rater"].astype(str), return_inverse=True)
    rows = RaterPatterns(
        rater=number,
        label=table["label"],
        counts=np.stack([table[each] for each in ("a", "t", "b", "x")], axis=1),
        times=table["m"],
        raters=len(names),
    )
    pattern = read("agreement_pattern")
    counts = np.stack([pattern[each] for each in ("a", "t", "b", "x")], axis=1)
    return peer_agreement(rows), alpha_without_each(rows, Histogram.of(counts, pattern["m"]).paired())


def lead_reads_raters(read: Callable[[str], dict[str, Any]]) -> Any:
    """All a lead sees of raters: rows of figures, facts that stand out, and who met whom."""
    names = read("rater_pattern")["rater"].astype(str)
    return raters_report(
        RaterTables.read(read),
        checked_columns("rater_course", read("rater_course"), COURSE_COLUMNS),
        checked_columns("rater_pairs", read("rater_pairs"), PAIR_COLUMNS),
        {each: each for each in np.unique(names).tolist()},
        project="made",
        criterion="overall",
        visibility="pseudonymous",
    )


def naive(connection: duckdb.DuckDBPyConnection) -> Any:
    """The headline's alpha and ten replicates in pandas: groups of rows, drawn again and grouped again."""
    rows = connection.sql("SELECT comparison_key::VARCHAR AS c, label FROM current_judgement").df()
    number = pd.factorize(rows["c"])[0]
    table = pd.crosstab(number, rows["label"])

    def alpha(counts: Any) -> float:
        n = counts.sum(axis=1, keepdims=True)
        o = np.einsum("ic,ik->ck", counts / (n - 1), counts) - np.diag((counts / (n - 1)).sum(axis=0))
        margin, total = o.sum(axis=0), o.sum()
        expected = (np.outer(margin, margin) - np.diag(margin)) / (total - 1)
        return 1 - (total - np.trace(o)) / (total - np.trace(expected))

    counts, random = table.to_numpy(dtype=float), np.random.default_rng(0)
    return [alpha(counts[random.integers(0, len(counts), len(counts))]) for _ in range(10)]


def timed(work: Callable[[], Any]) -> float:
    """Seconds, the better of two."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def measure(judgements: int) -> dict[str, Any]:
    """Every figure once; the rows are made in another process, so that its memory is not counted."""
    with tempfile.TemporaryDirectory(prefix="rlhf-collect-stats-") as folder:
        path = Path(folder) / "made.duckdb"
        child = os.fork()
        if not child:
            with duckdb.connect(path) as connection:
                fill(connection, judgements)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            raise RuntimeError("the rows could not be made; is there room in the temporary folder?")
        with duckdb.connect(path, read_only=True) as connection:
            connection.execute("SET threads = 2")
            read = columns_of(connection)
            seconds = {"yardstick": timed(lambda: connection.sql(YARDSTICK).fetchall())}
            seconds["headline"] = timed(lambda: headline(read))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            for name, work in _others(read).items():
                seconds[name] = timed(work)
            if judgements <= NAIVE_UP_TO:
                once = time.perf_counter()
                naive(connection)
                seconds["naive_ten_replicates"] = time.perf_counter() - once
                seconds["dawid_skene_20_rounds"] = timed(lambda: dawid_skene(connection))
                for name, work in peers(connection).items():
                    seconds[name] = timed(work)
    mark = MARKS.get(judgements)
    return {"judgements": judgements, "seconds": seconds, "headline_peak_gib": peak, "headline_mark": mark}


def _others(read: Callable[[str], dict[str, Any]]) -> dict[str, Callable[[], Any]]:
    named = {"project": "made", "criterion": "overall", "code": "0"}
    return {
        "rater_figures_and_jackknife": lambda: raters(read),
        "raters_report": lambda: lead_reads_raters(read),
        "agreement_report": lambda: agreement_report(AgreementTables.read(read), **named),
        "leaderboard": lambda: leaderboard_report(LeaderboardTables.read(read), **named),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgements", type=int, default=200_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.judgements)
    if asked.json:
        print_json(found)
        return
    yardstick = found["seconds"]["yardstick"]
    print(f"{found['judgements']:,} judgements; yardstick {yardstick:.3f} s")
    for name, each in found["seconds"].items():
        print(f"  {name:<38}{each:8.3f} s {each / yardstick:8.1f} x")
    print(f"  peak memory at the headline           {found['headline_peak_gib']:8.2f} GiB")


if __name__ == "__main__":
    main()
