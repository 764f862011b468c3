from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from rlhf_collect.stats.agreement import pairwise_agreement
from rlhf_collect.stats.alpha import krippendorff_alpha
from rlhf_collect.stats.raters import peer_agreement
from rlhf_collect.stats.report import agreement_report
from rlhf_collect.stats.tables import (
    COLUMNS,
    EMPTY_WITHOUT,
    AgreementTables,
    Columns,
    all_of,
    histograms,
    nothing,
    rater_patterns,
)
from rlhf_collect.storage.named_sql import parameters
from tests.depth import depth
from tests.stats import published
from tests.stats.database import Rows, empty_database
from tests.stats.definition import alpha_by_pairs, pairwise_by_pairs

CHOICES = {"A": "a", "B": "b", "tie": "tie"}


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return empty_database()


@pytest.fixture
def rows(connection) -> Rows:
    return Rows(connection=connection)


def _small(rows: Rows) -> None:
    for n in range(1, 7):
        rows.compare(f"p{n}")
    for comparison, rater, answer in published.small_rows():
        rows.judge(comparison, rater, CHOICES[answer])


def test_every_analysis_statement_takes_the_project_and_the_criterion():
    for name in [*COLUMNS, "alpha_in_sql"]:
        assert parameters(name) == {"project_id", "criterion"}, name


def test_an_empty_project_gives_whole_numbers_and_no_nulls(rows):
    tables = rows.tables()
    assert {name: int(values.sum()) for name, values in tables.agreement_coverage.items()} == dict.fromkeys(
        COLUMNS["agreement_coverage"], 0
    )
    assert len(tables.agreement_pattern["m"]) == 0
    assert np.isnan(rows.columns("alpha_in_sql")["alpha"].astype(float)).all()


def test_the_small_example_through_the_database(rows):
    _small(rows)
    tables = rows.tables()
    histogram = all_of(histograms(tables))
    assert (histogram.comparisons, histogram.judgements, histogram.pairs) == (6, 16, 16)
    assert_allclose(pairwise_agreement(histogram.counts, histogram.times), 7 / 16)
    keys = sorted(str(key) for key in rows.raters.values())
    named = dict(zip(keys, peer_agreement(rater_patterns(tables))[0], strict=True))
    shares = [named[str(rows.raters[rater])] for rater in ("r1", "r2", "r3", "r4")]
    assert_allclose(shares, [0.625, 0.5, 0.222222, 0.4], atol=1e-6)


def test_a_repeat_a_gold_comparison_and_a_skip_change_nothing(rows):
    _small(rows)
    figures = (
        "percent_agreement",
        "percent_agreement_no_ties",
        "krippendorff_alpha",
        "gwet_ac1",
        "position_bias",
    )
    before = rows.report()
    sql_before = rows.rows("alpha_in_sql")
    rows.judge("p1", "r1", "b", repeat_no=1)
    rows.compare("g1", gold="a")
    rows.judge("g1", "r1", "a", shown_first="a")
    rows.judge("g1", "r2", "b", shown_first="a")
    rows.skip("p2", "r3")
    after = rows.report()
    assert {name: after[name] for name in figures} == {name: before[name] for name in figures}
    assert [after[name] for name in ("raters", "comparisons", "judgements", "pairs")] == [4, 6, 16, 16]
    assert rows.rows("alpha_in_sql") == sql_before
    assert after["gold_accuracy"]["value"] == 0.5
    assert after["self_consistency"]["n"] == 1
    assert after["ground"]["left_out"] == {"gold": 2, "repeats": 1, "skips": None, "beyond_k": 0}


def test_a_revised_judgement_counts_once_with_its_last_content(rows):
    rows.compare("c")
    first = rows.judge("c", "r1", "a")
    rows.judge("c", "r2", "b")
    rows.revise(rows.revise(first, "tie"), "b")
    report = rows.report()
    assert (report["judgements"], report["pairs"]) == (2, 1)
    assert report["percent_agreement"]["value"] == 1


def test_only_the_first_k_to_arrive_count_even_when_earlier_ones_are_revised(rows):
    rows.compare("c", first_k=2)
    first = rows.judge("c", "r1", "a")
    rows.judge("c", "r2", "a")
    rows.judge("c", "r3", "b")
    rows.judge("c", "elsewhere", "a", imported=True)
    rows.revise(first, "b")
    report = rows.report()
    assert (report["judgements"], report["raters"]) == (3, 3)
    assert report["ground"]["k"] == 2
    assert report["ground"]["left_out"]["beyond_k"] == 1


def test_other_criteria_and_other_projects_stay_out(rows, connection):
    _small(rows)
    before = rows.report()
    rows.judge("p1", "r1", "b", criterion="style")
    rows.judge("p1", "r2", "b", criterion="style")
    _small(Rows(connection=connection))
    after = rows.report()
    assert after == before
    assert rows.report("style")["percent_agreement"]["value"] == 1


def test_the_first_two_of_the_small_example(connection):
    rows = Rows(connection=connection)
    for n in range(1, 7):
        rows.compare(f"p{n}", first_k=2)
    for comparison, rater, answer in published.small_rows():
        rows.judge(comparison, rater, CHOICES[answer])
    assert_allclose(rows.report()["percent_agreement"]["value"], 3 / 5)


def test_pandalm_through_the_database_and_the_hash_rule(rows):
    for n, answers in enumerate(published.pandalm_labels().tolist()):
        rows.compare(f"pandalm-{n}")
        for rater, label in enumerate(answers):
            rows.judge(f"pandalm-{n}", f"annotator{rater + 1}", ("a", "tie", "b")[label], imported=True)
    report = rows.report()
    assert report["percent_agreement"]["value"] == 2757 / 2997
    assert report["percent_agreement_no_ties"]["value"] == 2482 / 2620
    assert_allclose(report["krippendorff_alpha"]["value"], 0.8645, atol=1e-3)
    assert_allclose(
        [report["krippendorff_alpha"]["low"], report["krippendorff_alpha"]["high"]], [0.842, 0.887], atol=3e-3
    )
    counts = [report[name] for name in ("raters", "comparisons", "judgements", "pairs")]
    assert counts == [3, 999, 2997, 2997]
    alpha, pairwise = rows.rows("alpha_in_sql")[0]
    assert_allclose([alpha, pairwise], [report["krippendorff_alpha"]["value"], 2757 / 2997], atol=1e-12)


comparison = st.tuples(st.integers(2, 4), st.lists(st.integers(0, 5), max_size=5))


@settings(max_examples=depth(4, 12), deadline=None)  # each example asks the database sixteen times
@given(st.lists(comparison, min_size=1, max_size=10))
def test_the_sql_road_the_numpy_road_and_the_definition_agree(connection, comparisons):
    rows = Rows(connection=connection)
    raw = []
    for n, (completions, answers) in enumerate(comparisons):
        rows.compare(f"c{n}", models=("m",) * completions)
        possible = [*"abcd"[:completions], "tie", "both_bad"]
        slots = rows.comparisons[f"c{n}"]["slots"]
        said = [possible[each % len(possible)] for each in answers]
        raw.append([{**slots, "tie": 8, "both_bad": 9}[choice] for choice in said])
        for rater, choice in enumerate(said):
            rows.judge(f"c{n}", f"r{rater}", choice)
    histogram = all_of(histograms(rows.tables()))
    alpha = float(krippendorff_alpha(histogram.counts, histogram.times))
    pairwise = float(pairwise_agreement(histogram.counts, histogram.times))
    in_sql = [np.nan if each is None else each for each in rows.rows("alpha_in_sql")[0]]
    defined = [alpha_by_pairs(raw), pairwise_by_pairs(raw)]
    assert_allclose([alpha, pairwise], [np.nan if each is None else each for each in defined], atol=1e-9)
    assert_allclose(in_sql, [alpha, pairwise], atol=1e-12)
    assert histogram.judgements == sum(len(one) for one in raw)


def test_a_comparison_belongs_to_each_of_its_tags_once(rows):
    rows.compare("c", tags=("law", "law", "science"))
    rows.compare("plain")
    for rater in ("r1", "r2"):
        rows.judge("c", rater, "a")
        rows.judge("plain", rater, "b")
    found = {each["key"]: each["comparisons"] for each in rows.report()["by_tag"]}
    assert found == {"law": 1, "science": 1}


def test_a_pair_of_models_is_one_slice_whichever_stood_first(rows):
    rows.compare("one", models=("m2", "m1"))
    rows.compare("two", models=("m1", "m2"))
    rows.compare("unknown", models=("", "m2"))
    rows.compare("three", models=("m1", "m2", "m3"))
    for name in ("one", "two", "unknown", "three"):
        rows.judge(name, "r1", "a")
        rows.judge(name, "r2", "a")
    slices = rows.report()["by_model_pair"]
    assert [(each["models"], each["comparisons"], each["pairs"]) for each in slices] == [(["m1", "m2"], 2, 2)]


def test_a_week_holds_its_judgements_and_the_last_one_before_them(rows):
    monday = date(2026, 3, 9)
    rows.compare("c", first_k=4)
    first = rows.judge("c", "r1", "a")
    rows.judge("c", "r2", "b", day=monday)
    rows.judge("c", "r3", "a", day=monday + timedelta(days=15))
    rows.judge("c", "r4", "a", day=monday + timedelta(days=16))
    rows.revise(first, "b", day=monday + timedelta(days=60))
    rows.compare("once")
    rows.judge("once", "r1", "a")
    told = [
        (each["key"], each["comparisons"], each["pairs"], round(each["percent_agreement"]["value"], 2))
        for each in rows.report()["by_week"]
    ]
    assert told == [("2026-03-09", 1, 1, 1.0), ("2026-03-23", 1, 3, 0.33)]
    assert monday.weekday() == 0


def test_languages_are_slices_too(rows):
    rows.compare("c", language="de")
    rows.compare("d")
    for name in ("c", "d"):
        rows.judge(name, "r1", "a")
        rows.judge(name, "r2", "a")
    assert [each["key"] for each in rows.report()["by_language"]] == ["de"]


def test_strength_counts_where_every_judgement_of_a_comparison_has_one(rows):
    rows.compare("full")
    rows.judge("full", "r1", "a", strength=2)
    rows.judge("full", "r2", "tie", strength=0)
    rows.judge("full", "r3", "both_bad", strength=0)
    rows.compare("partly")
    rows.judge("partly", "r1", "a", strength=3)
    rows.judge("partly", "r2", "a")
    found = rows.columns("strength_pattern")
    sign = 2 * rows.comparisons["full"]["slots"]["a"] - 1
    assert found["zero"].tolist() == [1] and found["m"].tolist() == [1]
    assert found["m2" if sign < 0 else "p2"].tolist() == [1]


def test_gold_counts_its_own_criterion_and_first_judgements_only_as_they_were_first_given(rows):
    rows.compare("g", gold="a")
    rows.compare("h", gold="b", gold_criterion="style")
    rows.judge("g", "r1", "a")
    rows.revise(rows.judge("g", "r2", "b"), "a")
    rows.judge("g", "r3", "b")
    rows.judge("g", "r3", "a", repeat_no=1)
    rows.judge("h", "r1", "a")
    assert rows.rows("gold_counts") == [(1, 3)]


def test_sides_count_decided_judgements_whose_order_is_known(rows):
    for n in range(3):
        rows.compare(f"c{n}")
    rows.judge("c0", "r1", "a", shown_first="a")
    rows.judge("c1", "r1", "a", shown_first="b")
    rows.judge("c2", "r1", "tie", shown_first="a")
    rows.judge("c0", "r2", "b")
    assert [(decided, first) for _, decided, first in rows.rows("sides")] == [(2, 1)]


def test_skips_are_told_from_five_raters_on(rows):
    rows.compare("c")
    for n in range(4):
        rows.judge("c", f"r{n}", "a")
    rows.skip("c", "r9")
    below = rows.report()
    assert (below["coverage"]["skip_share"], rows.columns("agreement_coverage")["skips"].tolist()) == (
        None,
        [0],
    )
    rows.judge("c", "r4", "a")
    assert_allclose(rows.report()["coverage"]["skip_share"], 1 / 6)


def test_tables_with_missing_or_empty_values_are_refused(rows):
    _small(rows)

    def broken(name: str) -> dict[str, np.ndarray]:
        columns = rows.columns(name)
        return columns | {"m": columns["m"] + 0.5} if name == "agreement_pattern" else columns

    with pytest.raises(ValueError, match="agreement_pattern has nulls or fractions in m"):
        AgreementTables.read(broken)
    with pytest.raises(ValueError, match="agreement_pattern lacks the columns"):
        AgreementTables.read(lambda name: {})


def test_a_statement_is_left_out_exactly_while_it_has_nothing_to_tell(rows):
    def asked() -> set[str]:
        names: set[str] = set()

        def columns(name: str) -> Columns:
            names.add(name)
            return rows.columns(name) if name == "agreement_coverage" else nothing(name)

        AgreementTables.read(columns)
        return names & {*EMPTY_WITHOUT}

    def telling() -> set[str]:
        return {
            name
            for name in EMPTY_WITHOUT
            if any(value != 0 for values in rows.columns(name).values() for value in values.tolist())
        }

    _small(rows)
    assert asked() == telling() == set()
    for number, (name, more) in enumerate(
        (
            ("orders", {"models": ("m1", "m2", "m3")}),
            ("agreement_pattern_by_tag", {"tags": ("law",)}),
            ("agreement_pattern_by_language", {"language": "de"}),
            ("gold_counts", {"gold": "a"}),
        )
    ):
        rows.compare(f"more{number}", **more)
        for rater in ("r1", "r2"):
            rows.judge(f"more{number}", rater, "a")
        assert name in asked()
        assert asked() == telling()
    rows.judge("p1", "r1", "a", repeat_no=1)
    rows.judge("p1", "r9", "a", guidelines="2")
    assert asked() == telling() == {*EMPTY_WITHOUT}


def test_guidelines_stand_in_the_order_they_were_judged_under_and_imports_without_one_are_left_out(rows):
    for number, (guidelines, choice) in enumerate(
        (("b", "a"), ("b", "b"), ("a", "a"), ("a", "a"), ("", "a"))
    ):
        rows.compare(f"c{number}")
        for rater in ("r1", "r2"):
            rows.judge(f"c{number}", rater, choice if rater == "r1" else "a", guidelines=guidelines)
    rows.compare("mixed")
    for rater, guidelines in (("r1", "b"), ("r2", "a")):
        rows.judge("mixed", rater, "a", guidelines=guidelines)
    report = agreement_report(rows.tables(), project="p", criterion="overall", code="0")
    told = [
        (each["key"], each["comparisons"], each["comparisons_paired"]) for each in report["by_guidelines"]
    ]
    assert told == [("b", 3, 2), ("a", 3, 2)]
    assert [each["percent_agreement"]["value"] for each in report["by_guidelines"]] == [0.5, 1.0]
    change = report["guideline_change"]
    assert (change["before"], change["after"], change["verdict"]) == ("b", "a", "too_few")


def test_a_course_holds_each_raters_judgements_in_their_order_with_how_many_others_agreed(rows):
    for name, choices in (("c1", "aab"), ("c2", "bb"), ("c3", "a")):
        rows.compare(name)
        for number, choice in enumerate(choices):
            rows.judge(name, f"r{number}", choice)
    keys = {str(key): name for name, key in rows.raters.items()}
    told = [(keys[rater], agreeing, others) for rater, agreeing, others in rows.rows("rater_course")]
    assert sorted(told) == [("r0", 1, 1), ("r0", 1, 2), ("r1", 1, 1), ("r1", 1, 2), ("r2", 0, 2)]
    assert [each[1:] for each in told if each[0] == "r0"] == [(1, 2), (1, 1)]


def test_renaming_and_reordering_changes_no_pairwise_figure(connection):
    values = []
    for prefix in ("p", "renamed-"):
        rows = Rows(connection=connection)
        for n in range(1, 7):
            rows.compare(f"{prefix}{n}", models=("x", "y") if prefix == "p" else ("y", "x"))
        for comparison_id, rater, answer in published.small_rows()[:: 1 if prefix == "p" else -1]:
            rows.judge(f"{prefix}{comparison_id[1:]}", rater, CHOICES[answer])
        report = rows.report()
        values.append((report["percent_agreement"]["value"], report["percent_agreement_no_ties"]["value"]))
    assert values[0] == values[1]


def test_under_dynamic_overlap_counted_rows_give_the_figure_of_fixed_overlap_and_all_rows_do_not(connection):
    fixed, dynamic, all_rows = (Rows(connection=connection) for _ in range(3))
    random = np.random.default_rng(11)
    for number in range(800):
        lean, name = random.beta(1.2, 1.2), f"c{number}"
        answers = ["a" if random.random() < lean else "b" for _ in range(3)]
        fixed.compare(name)
        dynamic.compare(name, first_k=2)
        all_rows.compare(name)
        for place, answer in enumerate(answers):
            fixed.judge(name, f"r{place}", answer)
            if place < 2 or answers[0] != answers[1]:  # a third only where the first two differ
                dynamic.judge(name, f"r{place}", answer)
                all_rows.judge(name, f"r{place}", answer)
    told = [each.report()["percent_agreement"]["value"] for each in (fixed, dynamic, all_rows)]
    assert told[1] == pytest.approx(told[0], abs=0.03)
    assert told[2] < told[0] - 0.06


def test_withdrawing_judgements_at_random_does_not_move_what_counts_under_dynamic_overlap(connection):
    whole, less = (Rows(connection=connection) for _ in range(2))
    random = np.random.default_rng(12)
    for number in range(1000):
        lean, name = random.beta(1.2, 1.2), f"c{number}"
        answers = ["a" if random.random() < lean else "b" for _ in range(3)]
        for project in (whole, less):
            project.compare(name, first_k=2)
        for place, answer in enumerate(answers):
            if place < 2 or answers[0] != answers[1]:
                whole.judge(name, f"r{place}", answer)
                less.judge(name, f"r{place}", answer)
                # A judgement that is withdrawn keeps its rank: nobody moves up into its place.
                if random.random() < 0.2:
                    less.waiting["judgement"].pop()
    told = [each.report()["percent_agreement"]["value"] for each in (whole, less)]
    assert told[1] == pytest.approx(told[0], abs=0.03)
