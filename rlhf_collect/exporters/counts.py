"""What the manifest counts. Nothing here tells about one rater: numbers about fewer than five are null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from rlhf_collect.exporters.columns import SECOND_RATERS
from rlhf_collect.exporters.inputs import K_RATERS, VersionInputs

_COUNTS = """
WITH judged AS (
  SELECT comparison_id, count(DISTINCT rater_key) AS raters FROM judgement WHERE NOT excluded GROUP BY ALL)
SELECT (SELECT count(DISTINCT rater_key) FROM rater) AS raters,
  (SELECT count(*) FROM rater WHERE NOT imported) AS own_raters,
  (SELECT count(*) FROM rater WHERE imported) AS imported_raters,
  (SELECT count(DISTINCT comparison_id) FROM judgement) AS comparisons,
  (SELECT count(DISTINCT prompt_no) FROM comparison
    WHERE comparison_id IN (SELECT comparison_id FROM judgement)) AS prompts,
  (SELECT count(*) FROM judgement) AS judgements,
  (SELECT count(*) FROM judgement WHERE NOT excluded) AS counting,
  (SELECT count(*) FROM judgement WHERE imported) AS imported_judgements,
  (SELECT count(*) FROM row_preference) AS pairs,
  (SELECT count(DISTINCT comparison_id) FROM row_preference) AS pair_comparisons,
  (SELECT count(strength) FROM row_preference) AS pairs_with_strength,
  (SELECT count(*) FROM row_preference WHERE strength < 0) AS pairs_strength_against,
  (SELECT count(*) FROM called WHERE unfit IS NULL) AS unpaired,
  (SELECT count(*) FROM row_edited) AS edited,
  (SELECT count(*) FROM decision) AS adjudications,
  (SELECT count(*) FROM decision WHERE role = 'second_rater') AS second_rater_decisions,
  (SELECT count(*) FROM row_preference WHERE adjudicated) AS adjudicated_pairs,
  (SELECT count(*) FROM judgement WHERE rationale IS NOT NULL) AS rationales,
  (SELECT count(*) FROM judgement WHERE flags <> '[]') AS flagged_judgements,
  (SELECT min(raters) FROM judged) AS fewest_raters, (SELECT max(raters) FROM judged) AS most_raters,
  (SELECT round(avg(raters), 2) FROM judged) AS mean_raters,
  (SELECT max(submitted_on)::VARCHAR FROM judgement) AS last_day,
  (SELECT min(submitted_on)::VARCHAR FROM judgement) AS first_day
"""

# Of published prompts: those with a near one, and those on another side for it than their own key gives.
_NEAR = """
SELECT count(*) FILTER (has_near) AS with_near, count(*) FILTER (split <> own_split) AS moved FROM prompt_side
WHERE prompt_no IN (SELECT prompt_no FROM comparison WHERE comparison_id IN (SELECT comparison_id FROM judgement))
"""

_DECIDED = """
SELECT count(DISTINCT comparison_id) FILTER (plurality <> 0) AS plurality,
  count(DISTINCT comparison_id) FILTER (majority <> 0) AS majority,
  count(DISTINCT comparison_id) FILTER (unanimous <> 0) AS unanimous
FROM decided
"""

# A published pair is in a cycle if its loser beats its winner by a chain of decided pairs, published or not.
_CYCLES = """
WITH RECURSIVE edge AS (
  SELECT comparison_id, criterion, chosen_id, rejected_id, unfit IS NULL AS published
  FROM settled WHERE coalesce(unfit, 'other_pairs') = 'other_pairs'
    AND comparison_id IN (SELECT comparison_id FROM comparison WHERE completion_count > 2)
), reach AS (
  SELECT comparison_id, criterion, chosen_id, rejected_id FROM edge
  UNION
  SELECT r.comparison_id, r.criterion, r.chosen_id, e.rejected_id FROM reach r
  JOIN edge e ON e.comparison_id = r.comparison_id AND e.criterion = r.criterion
    AND e.chosen_id = r.rejected_id
)
SELECT count(*) AS pairs_in_cycles FROM edge e
JOIN reach r ON r.comparison_id = e.comparison_id AND r.criterion = e.criterion
  AND r.chosen_id = e.rejected_id AND r.rejected_id = e.chosen_id
WHERE e.published
"""

_LEFT_OUT = """
SELECT count(*) FILTER (had_rationale AND rationale IS NULL AND NOT imported) AS no_consent,
  (SELECT count(*) FROM improved WHERE NOT rationale_consent) AS edited_no_consent,
  count(*) FILTER (had_rationale AND rationale IS NULL AND imported) AS imported_rationale,
  count(*) FILTER (excluded) AS excluded,
  count(*) FILTER (is_gold) AS gold, count(*) FILTER (repeat_no > 0 AND NOT is_gold) AS repeats
FROM judgement
"""

_UNFIT = """
SELECT unfit, count(*) FROM settled WHERE unfit IS NOT NULL GROUP BY ALL
UNION ALL SELECT unfit, count(*) FROM called WHERE unfit = 'unfit_completion' GROUP BY ALL
UNION ALL SELECT barred, count(*) FROM sifted WHERE barred IS NOT NULL GROUP BY ALL
ORDER BY ALL
"""

_OUTCOMES = """
SELECT criterion, count(*) AS judgements,
  count(*) FILTER (choice NOT IN ('tie', 'both_bad')) AS better,
  count(*) FILTER (choice = 'tie') AS ties, count(*) FILTER (choice = 'both_bad') AS both_bad
FROM judgement WHERE NOT is_gold AND repeat_no = 0 AND NOT excluded GROUP BY ALL ORDER BY ALL
"""

# A comparison counts once for each of its models and tags.
_MIX = """
SELECT name, count(DISTINCT comparison_id) AS comparisons, count(*) OVER () AS names FROM (
  SELECT {column} AS name, comparison_id FROM {table}
  WHERE comparison_id IN (SELECT comparison_id FROM judgement))
GROUP BY name ORDER BY comparisons DESC, name LIMIT {most}
"""
MOST_NAMED = 50
"""Models, and tags, that a manifest counts by name: those with most comparisons."""


def count_version(con: duckdb.DuckDBPyConnection, *, undated: int) -> dict[str, Any]:
    """The manifest's ``counts``, changes apart, with ``last_day``, ``first_day`` and ``counting`` beside them."""
    found = _rows(con, _COUNTS)[0]
    if not found[SECOND_RATERS]:
        del found[SECOND_RATERS]
    groups = {name: found[name] for name in ("own_raters", "imported_raters")}
    # The total less those with a pseudonym would count the people of a group that has none.
    few = [name for name, people in groups.items() if 0 < people < K_RATERS]
    band = "exact" if not few else "fewer_than_5" if found["raters"] < K_RATERS else "fewer_than_5_in_a_group"
    return found | {
        "raters": None if few else found["raters"],
        "raters_band": band,
        **{name: people if people >= K_RATERS else None for name, people in groups.items()},
        "undated_judgements": min(undated, found["imported_judgements"]),
        "decided": count_decided(con),
        "outcomes": {each.pop("criterion"): each for each in _rows(con, _OUTCOMES)},
        **_rows(con, _CYCLES)[0],
        "near_prompts": _rows(con, _NEAR)[0],
        **_mix(con, "models", column="model", table="completion"),
        **_mix(con, "tags", column="unnest(tags)", table="comparison"),
    }


def count_decided(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Comparisons with a decided pair under each rule."""
    return _rows(con, _DECIDED)[0]


def _mix(con: duckdb.DuckDBPyConnection, kind: str, *, column: str, table: str) -> dict[str, Any]:
    """Comparisons per model or tag, and how many more of those there are; an unknown model has no name."""
    rows = _rows(con, _MIX.format(column=column, table=table, most=MOST_NAMED))
    more = rows[0]["names"] - len(rows) if rows else 0
    return {kind: {each["name"]: each["comparisons"] for each in rows}, f"more_{kind}": more}


def count_left_out(
    con: duckdb.DuckDBPyConnection, inputs: VersionInputs, *, few_raters: bool
) -> dict[str, int | None]:
    """What was kept out, by reason: judgements, rationales (``no_consent``) and pairs no trainer can use.

    Skips, and judgements taken back, are the raters' own affair: null below five raters.
    """
    skips = con.sql("SELECT count(*) FROM given_judgement WHERE choice = 'skip'").fetchall()[0][0]
    given: Mapping[str, int | None] = {"erased": 0, **inputs.left_out}
    return {
        **given,
        **_rows(con, _LEFT_OUT)[0],
        **dict(con.execute(_UNFIT).fetchall()),
        "skip": None if few_raters else inputs.left_out.get("skip", 0) + skips,
        "withdrawn": None if few_raters else inputs.left_out.get("withdrawn", 0),
    }


def languages(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The languages of the judged comparisons, without their regions."""
    query = """SELECT DISTINCT lower(split_part(language, '-', 1)) FROM comparison
      WHERE language <> '' AND comparison_id IN (SELECT comparison_id FROM judgement) ORDER BY 1"""
    return [row[0] for row in con.execute(query).fetchall()]


def text_values(con: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    """The distinct non-empty values of a text column of the judgements, sorted."""
    query = f"SELECT DISTINCT {column} FROM judgement WHERE {column} <> '' ORDER BY 1"  # noqa: S608
    return [row[0] for row in con.execute(query).fetchall()]


def guidelines_told(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The versions of the guidelines that rows of ``ratings`` name, sorted: those of leads' decisions too."""
    query = """SELECT DISTINCT guideline_version FROM (
      SELECT guideline_version FROM judgement UNION ALL SELECT guideline_version FROM decision) ORDER BY 1"""
    return [row[0] for row in con.execute(query).fetchall()]


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = con.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]
