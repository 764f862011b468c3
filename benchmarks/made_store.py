"""A project of any size in a real store, made by a few statements of SQL and not row by row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from rlhf_collect.bootstrap import Location, open_context
from rlhf_collect.config import read_project, template
from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import apply_project, find_project

PROJECT = "sizes"
RATERS = 200
DAY = date(2026, 11, 2)
WORDS = 20_000
"""Made-up words, few of them frequent as in any language: text of them compresses as text does."""

_PARTS = (
    "['ka', 'ro', 'mi', 'ten', 'su', 'la', 'ver', 'no', 'dis', 'pe', 'ga', 'tor', 'in', 'be', 'cha', 'lu']"
)
_MACROS = f"""
SET VARIABLE parts = {_PARTS};
SET VARIABLE words = (SELECT list(word ORDER BY n) FROM (
  SELECT n, array_to_string(
    list_transform(range(1 + n % 4), lambda k: parts[1 + (hash(n * 8 + k) % 16)::INTEGER]), '') AS word
  FROM range({WORDS}) t(n), (SELECT getvariable('parts') AS parts)));
CREATE TEMP MACRO chance(a, b) AS (hash(a * 1009 + b) % 1000003) / 1000003.0;
CREATE TEMP MACRO said(words, n, side, count) AS array_to_string(list_transform(range(count),
  lambda k: words[1 + ({WORDS} * pow(chance(n * 8 + side, k), 3))::INTEGER % {WORDS}]), ' ');
CREATE TEMP MACRO turns(role, text) AS '[{{"content": "' || text || '", "role": "' || role || '"}}]';
CREATE TEMP MACRO key_of(kind, n) AS (printf('0190%04x-0000-7000-8000-', kind) || printf('%012x', n))::UUID;
"""
_PEOPLE = """
INSERT INTO rater SELECT key_of(1, n), $project, 'rater ' || n, 'rater', false, $moment FROM range($raters) t(n);
"""
_BATCH = """
INSERT INTO import_batch SELECT key_of(2, 0), $project, 'made', 'rlhf_collect', '', 'CC-BY-4.0', $last, 0, $moment;
"""
_COMPARISONS = """
INSERT INTO comparison BY NAME SELECT key_of(3, n) AS comparison_key, $project AS project_id, key_of(2, 0) AS batch_id,
  n AS import_no, 'c' || printf('%08d', n) AS comparison_id,
  turns('user', said(getvariable('words'), n, 0, 20 + (hash(n) % 40)::INTEGER)) AS prompt, 'en' AS language,
  '["' || ['science', 'code', 'writing', 'advice'][1 + n % 4] || '"]' AS tags, '[]' AS labels, false AS is_gold,
  'made' AS source, '{}' AS metadata, sha256('' || n) AS content_sha256, 2 AS completion_count
FROM range($first, $last) t(n);
"""
_COMPLETIONS = """
INSERT INTO completion BY NAME SELECT key_of(3, n) AS comparison_key, place, 'c' || printf('%08d', n) || '-' || place
    AS completion_id, 'model-' || (n + place) % 5 AS model,
  turns('assistant', said(getvariable('words'), n, 1 + place, 60 + (hash(n * 2 + place) % 160)::INTEGER)) AS content,
  (place + n) % 2 AS slot, length(content) AS characters
FROM range($first, $last) t(n), range(2) p(place);
"""
_JUDGEMENTS = """
INSERT INTO judgement BY NAME
WITH given AS (
  SELECT n, turn, sequence_no, 'c' || printf('%08d', n) || '-' AS stem, chance(n, turn + 100) AS luck,
    CASE WHEN luck < 0.1 THEN 'tie' WHEN luck < 0.14 THEN 'both_bad'
      WHEN chance(n, turn) < 0.25 + 0.5 * (n % 2) THEN stem || 0 ELSE stem || 1 END AS choice,
    CASE choice WHEN 'tie' THEN 0 WHEN 'both_bad' THEN NULL
      ELSE 1 + (hash(n * 10 + turn + 7) % 3)::INTEGER END AS strength,
    (hash(n * 10 + turn + 3) % 2)::INTEGER AS shown_first, choice = stem || (n % 2) AS slot_0
  FROM (SELECT sequence_no, 2 * (sequence_no // $of_two) + (place >= $of_first)::INTEGER AS n,
      CASE WHEN place >= $of_first THEN place - $of_first ELSE place END AS turn
    FROM (SELECT sequence_no, sequence_no % $of_two AS place
      FROM range($first_judgement, $last_judgement) t(sequence_no))))
SELECT key_of(4, sequence_no) AS judgement_id, 'overall' AS criterion, 0 AS revision_no, $project AS project_id,
  key_of(3, n) AS comparison_key, key_of(1, (n + turn) % $raters) AS rater_key, 0 AS repeat_no, choice, strength,
  CASE WHEN turn = 0 AND n % 4 = 0 THEN 'because ' || said(getvariable('words'), n, 4, 12) END AS rationale,
  '["' || stem || shown_first || '", "' || stem || 1 - shown_first || '"]' AS presentation,
  CASE choice WHEN 'tie' THEN 1 WHEN 'both_bad' THEN 3 ELSE CASE WHEN slot_0 THEN 0 ELSE 2 END END AS label,
  CASE WHEN slot_0 THEN -strength ELSE strength END AS signed_strength,
  CASE WHEN choice NOT IN ('tie', 'both_bad') THEN choice = stem || shown_first END AS first_shown_won,
  turn + 1 AS arrival_no, sequence_no + 1 AS sequence_no, sha256(choice) AS answers_sha256, 1 AS setting_no,
  '1' AS guideline_version, '0.1.0' AS interface_version, $day + (sequence_no % 14)::INTEGER AS submitted_on,
  $moment AS submitted_at
FROM given;
"""


def open_store(folder: Path) -> Context:
    """The services around the database in a folder, made if it is not there."""
    return open_context(Location(database=folder / "sizes.duckdb"), create=True)


def make_store(folder: Path, comparisons: int, judgements: int) -> None:
    """A store with so many comparisons of two responses of a kilobyte, an even number, each judged equally often.

    Where that does not go by whole numbers, every other one has one judgement less: 5 of 2 are 2 and 3.
    """
    text = template(PROJECT, declared_on=DAY).replace("strengths: 0", "strengths: 3")
    opened = open_store(folder)
    apply_project(opened, OPERATOR, read_project(text, "sizes.yaml"))
    project = find_project(opened, PROJECT).project_id
    opened.store.close()
    with duckdb.connect(str(folder / "sizes.duckdb")) as con:
        _fill(con, _PEOPLE, project=project, raters=RATERS, moment=DAY)
        _fill(con, _BATCH, project=project, last=comparisons, moment=DAY)
    add_rows(folder, 0, comparisons, each=judgements / comparisons)


def add_rows(folder: Path, first: int, last: int, *, each: float) -> None:
    """Comparisons number ``first``, which is even, to ``last`` of the store, with ``each`` judgements of each."""
    of_two = round(2 * each)
    with duckdb.connect(str(folder / "sizes.duckdb")) as con:
        (project,) = con.execute("SELECT project_id FROM project").fetchall()[0]
        place = {"project": project, "moment": DAY}
        # A million kilobytes of text in one statement would wait in memory for the commit.
        for start in range(first, last, 50_000):
            stop = min(start + 50_000, last)
            _fill(con, _COMPARISONS, project=project, first=start, last=stop)
            _fill(con, _COMPLETIONS, first=start, last=stop)
            _fill(con, _JUDGEMENTS, **place, day=DAY, raters=RATERS, of_two=of_two, of_first=of_two // 2,
                  first_judgement=start * of_two // 2, last_judgement=stop * of_two // 2)  # fmt: skip


def _fill(con: duckdb.DuckDBPyConnection, statement: str, **values: object) -> None:
    con.execute("SET TimeZone = 'UTC'")
    con.execute(_MACROS.replace("CREATE TEMP", "CREATE OR REPLACE TEMP"))
    con.execute(statement, values)
