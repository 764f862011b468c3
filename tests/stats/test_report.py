from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rlhf_collect.stats.slices import MOST
from tests.stats.database import Rows, empty_database

COUNTS = ["raters", "comparisons", "judgements", "pairs"]
NOMINAL = ["percent_agreement", "percent_agreement_no_ties", "krippendorff_alpha"]
FIGURES = [*NOMINAL, "gwet_ac1", "position_bias", "self_consistency", "gold_accuracy"]
SLICES = ["by_model_pair", "by_tag", "by_week"]
ALPHAS = ["krippendorff_alpha_strength", "krippendorff_alpha_ordinal"]
BESIDE = [*ALPHAS, "chance", "length_effect", "rankings"]
CONTRACT = ["project", "criterion", *COUNTS, *FIGURES, *SLICES, "sentence"]


@pytest.fixture(scope="module")
def connection():
    return empty_database()


def _busy(rows: Rows, *, raters: int = 8, comparisons: int = 60) -> Rows:
    """Every figure that this release computes has a value."""
    draw = np.random.default_rng(7)
    for n in range(comparisons):
        name = f"c{n}"
        rows.compare(name, models=(f"m{n % 3}", "m9"), tags=(f"t{n % 2}",), language="en", first_k=3)
        for rater in draw.permutation(raters)[:4]:
            choice = str(draw.choice(["a", "a", "a", "b", "tie", "both_bad"]))
            strength = 0 if choice in ("tie", "both_bad") else int(draw.integers(1, 4))
            rows.judge(name, f"r{rater}", choice, strength=strength, shown_first=str(draw.choice(["a", "b"])))
    for n in range(5):
        rows.compare(f"g{n}", gold="a")
        rows.judge(f"g{n}", "r1", "a" if n else "b")
        rows.judge(f"c{n}", "r1", "a", repeat_no=1)
    rows.skip("c1", "r2")
    return rows


def _figures(report: dict) -> dict[str, dict]:
    return {name: value for name, value in report.items() if isinstance(value, dict) and "value" in value}


def test_the_keys_are_the_contracts_and_the_specs(connection):
    report = _busy(Rows(connection=connection)).report()
    assert {*CONTRACT, *BESIDE, "coverage", "ground", "notes"} <= report.keys()
    assert {"key", *COUNTS[1:], *NOMINAL} <= report["by_tag"][0].keys()
    assert report["ground"].keys() == {"version", "filter", "k", "left_out", "seed", "replicates", "code"}
    assert {"comparisons", "comparisons_paired", "tie_share", "both_bad_share", "skip_share"} <= report[
        "coverage"
    ].keys()


def test_a_busy_project_has_every_figure_with_its_interval_and_n(connection):
    report = _busy(Rows(connection=connection)).report()
    assert _figures(report).keys() == {*FIGURES, *ALPHAS}
    for name, figure in _figures(report).items():
        assert figure["low"] <= figure["value"] <= figure["high"], name
        assert figure["n"] > 0, name
    assert set(report["notes"]) == {"length_effect", "rankings"}
    assert (report["raters"], report["comparisons"], report["judgements"], report["pairs"]) == (
        8,
        60,
        180,
        180,
    )
    assert report["ground"]["left_out"] == {"gold": 5, "repeats": 5, "skips": 1, "beyond_k": 60}
    assert_allclose(report["coverage"]["skip_share"], 1 / 241)


def test_other_raters_have_a_band_from_five_raters_on(connection):
    alpha = _busy(Rows(connection=connection)).report()["krippendorff_alpha"]
    assert alpha["low_other_raters"] < alpha["value"] < alpha["high_other_raters"]
    few = _busy(Rows(connection=connection), raters=4).report()
    assert few["krippendorff_alpha"]["low_other_raters"] is None
    assert "at least 5 raters" in few["notes"]["krippendorff_alpha.low_other_raters"]


def test_two_builds_of_a_report_from_the_same_rows_are_equal_byte_for_byte():
    first = _busy(Rows(connection=empty_database()))
    second = Rows(connection=empty_database(), project_id=first.project_id)
    second.waiting = {table: rows[::-1] for table, rows in first.waiting.items()}
    one, again, other = (json.dumps(rows.report()) for rows in (first, first, second))
    assert one == again == other


def test_an_empty_project_is_all_nulls_with_reasons(connection):
    report = Rows(connection=connection).report()
    assert _figures(report) == {}
    for name in [*FIGURES, *BESIDE]:
        assert report[name] is None and report["notes"][name], name
    assert report["sentence"] == "No judgements yet."
    assert [report[kind] for kind in SLICES] == [[], [], []]
    json.dumps(report, allow_nan=False)


def test_one_judgement_asks_for_a_second_rater(connection):
    rows = Rows(connection=connection)
    rows.compare("c")
    rows.judge("c", "r1", "a")
    report = rows.report()
    assert (report["judgements"], report["pairs"], report["percent_agreement"]) == (1, 0, None)
    assert (
        report["sentence"] == "One judgement so far. Agreement needs a second rater on the same comparison."
    )
    json.dumps(report, allow_nan=False)


def test_one_pair_that_agrees_has_a_share_and_no_alpha(connection):
    rows = Rows(connection=connection)
    rows.compare("c")
    rows.judge("c", "r1", "a")
    rows.judge("c", "r2", "a")
    report = rows.report()
    assert report["percent_agreement"]["value"] == 1
    assert report["percent_agreement"]["low"] is None
    assert report["krippendorff_alpha"] is None
    assert "Every answer was the same" in report["notes"]["krippendorff_alpha"]
    assert "(1 pair)" in report["sentence"]


def test_only_ties_leave_nothing_to_say_about_sides(connection):
    rows = Rows(connection=connection)
    rows.compare("c")
    rows.judge("c", "r1", "tie")
    rows.judge("c", "r2", "tie")
    report = rows.report()
    assert report["percent_agreement_no_ties"] is None
    assert (
        report["notes"]["percent_agreement_no_ties"] == "No two raters picked a side on the same comparison."
    )
    assert "no two raters picked a side" in report["sentence"]


def test_three_completions_count_in_agreement_with_their_own_chance(connection):
    rows = Rows(connection=connection)
    for n in range(4):
        rows.compare(f"c{n}", models=("m1", "m2", "m3"))
        for rater, choice in enumerate("abc"[: n + 1] if n < 3 else "aab"):
            rows.judge(f"c{n}", f"r{rater}", choice)
    report = rows.report()
    assert report["pairs"] == 0 + 1 + 3 + 3
    assert_allclose(report["percent_agreement"]["value"], 1 / 7)
    assert_allclose(report["chance"], 1 / 3)
    assert report["krippendorff_alpha"]["value"] < 0
    assert report["krippendorff_alpha_ordinal"] is None


def test_a_mixed_limit_is_told_as_a_list(connection):
    rows = Rows(connection=connection)
    for name, limit in (("a", 2), ("b", 3), ("c", None)):
        rows.compare(name, first_k=limit)
        rows.judge(name, "r1", "a")
        rows.judge(name, "r2", "b")
    report = rows.report()
    assert report["ground"]["k"] == [None, 2, 3]


def test_slices_beyond_the_most_are_those_with_fewest_judgements(connection):
    rows = Rows(connection=connection)
    for n in range(MOST + 5):
        rows.compare(f"c{n}", tags=(f"tag{n:03}",))
        rows.judge(f"c{n}", "r1", "a")
        if n >= 5:
            rows.judge(f"c{n}", "r2", "a")
    report = rows.report()
    assert [each["key"] for each in report["by_tag"]] == [f"tag{n:03}" for n in range(5, MOST + 5)]
    assert report["notes"]["by_tag"] == "The 200 with most judgements of 205."


def test_statistics_import_neither_the_store_nor_scipy_stats():
    package = Path(__file__).parents[2] / "rlhf_collect" / "stats"
    for path in package.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "duckdb" not in text.replace("DuckDB", "") and "import pyarrow" not in text, path.name
        assert "scipy.stats import" not in text and "import scipy" not in text, path.name


def test_the_place_is_measured_where_one_half_is_what_chance_gives(connection):
    rows = Rows(connection=connection)
    rows.compare("two")
    rows.judge("two", "r1", "a", shown_first="a")
    rows.compare("four", models=("m1", "m2", "m3", "m4"))
    rows.judge("four", "r1", "a", shown_first="b")
    assert rows.report()["position_bias"] == {"value": 1, "low": None, "high": None, "n": 1}
