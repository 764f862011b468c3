"""PKU-SafeRLHF, MultiPref, CoVal, Tulu 3, dpo-mix-7k: one comparison on each row."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlhf_collect.importers import open_source
from rlhf_collect.importers.safe_rlhf import LABELS
from tests.importers import samples
from tests.importers.writing import only, read_all, read_rows, texts, turns, write_lines


def form_of(tmp_path, row):
    return open_source(str(write_lines(tmp_path / "one.jsonl", [row]))).format


@pytest.mark.parametrize(
    ("row", "form"),
    [
        (samples.safe_rlhf(), "pku-saferlhf"),
        (samples.multipref(), "multipref"),
        (samples.coval(), "coval"),
        (samples.tulu(), "tulu-3"),
        (
            samples.tulu(chosen_rating=5.0, rejected_rating=1.0, chosen_model="m1", rejected_model="m2"),
            "tulu-3",
        ),
        (samples.DPO_MIX, "trl"),
        (samples.helpsteer2("q", "a"), "helpsteer2-base"),
        (samples.CONVERSATION[0], "prism"),
        (samples.TREE[0], "oasst"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_form_is_recognised_by_its_columns(tmp_path, row, form):
    assert form_of(tmp_path, row) == form


def test_safe_rlhf_gives_a_pair_judged_helpful_and_safe(tmp_path):
    good, bad = read_rows(tmp_path, [samples.safe_rlhf()], keep_preferences=True)
    assert bad == []
    compared = only(good).comparison
    assert turns(good[0]) == [("user", "How do I sharpen a knife?")]
    assert texts(good[0]) == [["With a wet stone, at a flat angle."], ["With your teeth."]]
    assert [each.model for each in compared.completions] == ["Alpaca-7B", "WizardLM-7B"]
    assert (compared.labels, compared.metadata) == ((), {"prompt_source": "alpaca"})
    assert [(x.rater, x.draft.criterion, x.draft.choice) for x in good[0].judgements] == [
        ("import:rows/unknown", "helpful", "b"),
        ("import:rows/unknown", "safe", "a"),
    ]
    assert only(read_rows(tmp_path, [samples.safe_rlhf()])[0]).judgements == ()


def test_harm_categories_and_severity_become_content_labels_of_the_response(tmp_path):
    row = samples.safe_rlhf(1, "Violence", "Physical Harm", "Drugs")
    labels = only(read_rows(tmp_path, [row])[0]).comparison.labels
    assert [(each["category"], each["severity"], each["target"], each["source"]) for each in labels] == [
        ("drugs", 1, "b", "provider"),
        ("graphic_violence", 1, "b", "provider"),
    ]


def test_the_table_of_labels_has_the_nineteen_names_of_the_card():
    assert set(LABELS) == set(samples.HARMS)
    assert len(LABELS) == 19


@pytest.mark.parametrize(
    ("harms", "categories"),
    [(("Sarcasm",), []), (("Sarcasm", "Animal Abuse"), ["animal_cruelty"]), ((), ["other_distressing"])],
)
def test_a_name_that_is_not_in_the_table_gives_no_label(tmp_path, harms, categories):
    labels = only(read_rows(tmp_path, [samples.safe_rlhf(2, *harms)])[0]).comparison.labels
    assert [each["category"] for each in labels] == categories


@pytest.mark.parametrize(
    ("change", "field", "what"),
    [
        ({"better_response_id": 2}, "better_response_id", "It is 2."),
        ({"safer_response_id": None}, "safer_response_id", "It is missing."),
        ({"response_1": " "}, "response_1", "The completion is empty."),
        (
            {"is_response_1_safe": False, "response_1_severity_level": None},
            "response_1_severity_level",
            "It is missing.",
        ),
        ({"response_1_severity_level": 4}, "response_1_severity_level", "It is 4."),
        ({"response_1_harm_category": "Drugs"}, "response_1_harm_category", "It is a text that is no JSON."),
        ({"is_response_0_safe": "yes"}, "is_response_0_safe", "It is a text."),
    ],
)
def test_a_bad_row_of_safe_rlhf_names_its_column(tmp_path, change, field, what):
    good, bad = read_rows(tmp_path, [samples.safe_rlhf(), samples.safe_rlhf(**change)])
    assert len(good) == 1
    assert (only(bad).where, bad[0].field, bad[0].what) == ("rows.jsonl:2", field, what)


def test_multipref_gives_one_judgement_for_each_rater_and_criterion_asked(tmp_path):
    path = tmp_path / "multipref.parquet"
    pq.write_table(pa.Table.from_pylist([samples.multipref()]), path)
    good, bad = read_all(path, keep_preferences=True)
    assert bad == []
    compared = only(good).comparison
    assert (compared.comparison_id, compared.tags) == ("mp-1", ("Open QA",))
    assert turns(good[0]) == [("user", "Where does the Danube rise?")]
    assert texts(good[0]) == [["In the Black Forest."], ["In the Alps."]]
    assert compared.metadata["subject_study"] == "Geography"
    overall = [x for x in good[0].judgements if x.draft.criterion == "overall"]
    assert [(x.rater, x.draft.choice, x.draft.strength, x.submitted_on) for x in overall] == [
        ("import:multipref/normal-n1", "a", 2, None),
        ("import:multipref/normal-n2", "tie", 0, None),
        ("import:multipref/expert-e1", "b", 2, None),
        ("import:multipref/expert-n1", "tie", 0, None),
    ]
    assert overall[0].draft.rationale == "Clearer\n\nShorter\n\nIt names the source."
    helpful = next(x.draft for x in good[0].judgements if x.draft.criterion == "helpful")
    assert (helpful.choice, helpful.strength, helpful.rationale) == ("b", 1, "Follows the instruction")
    assert {x.draft.criterion for x in good[0].judgements} == {"helpful", "truthful", "overall"}


@pytest.mark.parametrize("kept", [True, False])
def test_a_word_multipref_does_not_have_is_a_bad_line(tmp_path, kept):
    row = samples.multipref(expert_worker_annotations=[samples.opinion("e1", "A-is-better")])
    good, bad = read_rows(tmp_path, [samples.multipref(), row], keep_preferences=kept)
    assert len(good) == 1
    assert only(bad).line() == (
        "rows.jsonl:2: expert_worker_annotations[0].overall_pref: 'A-is-better' is not known. Use Tie, or A or B "
        "with -is-slightly-better or -is-clearly-better."
    )


def test_a_reason_that_is_too_long_matters_only_where_it_is_kept(tmp_path):
    row = samples.multipref(
        expert_worker_annotations=[samples.opinion("e1", "Tie", overall_own_reason="x" * 10_001)]
    )
    assert len(read_rows(tmp_path, [row])[0]) == 1
    assert only(read_rows(tmp_path, [row], keep_preferences=True)[1]).field == "rationale"


def test_coval_gives_a_comparison_of_four_with_one_ranking_for_each_rater(tmp_path):
    row = samples.coval(
        samples.assessment("r1", "C>A=B>D", "It weighs both.", personal="A>B>C>D"),
        samples.assessment("r2", "A=B>C>D"),
        samples.assessment("r3", ""),
    )
    imported = only(read_rows(tmp_path, [row], keep_preferences=True)[0])
    assert imported.comparison.comparison_id == "cv-1"
    assert turns(imported) == [("system", "Be brief."), ("user", "May I keep a lost coin?")]
    assert texts(imported) == [["Yes."], ["No."], ["Ask around first."], ["Who cares."]]
    assert [(x.rater, x.draft.choice, x.draft.ranking, x.draft.rationale) for x in imported.judgements] == [
        ("import:rows/r1", "c", [["c"], ["a", "b"], ["d"]], "It weighs both."),
        ("import:rows/r2", "tie", [["a", "b"], ["c"], ["d"]], None),
    ]


@pytest.mark.parametrize("ranking", ["A>B>C", "A>B>C>E", "A>A>B>C>D", "A>>B>C>D", "best"])
def test_a_coval_ranking_that_does_not_name_each_candidate_once_is_a_bad_line(tmp_path, ranking):
    good, bad = read_rows(tmp_path, [samples.coval(samples.assessment("r1", ranking))])
    assert good == []
    assert only(bad).field == "metadata.assessments[0].ranking_blocks.world.ranking"
    assert bad[0].what == f"'{ranking}' does not name every candidate once."
    assert "A>B>C>D" in bad[0].mend


def test_tulu_keeps_source_ratings_and_models(tmp_path):
    row = samples.tulu(chosen_rating=4.5, rejected_rating=1.0, chosen_model="m1", rejected_model="m2")
    imported = only(read_rows(tmp_path, [row], keep_preferences=True)[0])
    assert turns(imported) == [("user", "A mountain?")]
    winner = imported.judgements[0].draft.choice
    chosen = next(x for x in imported.comparison.completions if x.completion_id == winner)
    assert (chosen.content[0].content, chosen.model) == ("Monte Rosa.", "m1")
    assert imported.comparison.metadata["scores"][winner] == 4.5
    assert imported.comparison.metadata["source"] == "made-up"
    _, bad = read_rows(tmp_path, [row, samples.tulu(prompt="A sea?")])
    assert (only(bad).where, bad[0].field) == ("rows.jsonl:2", "prompt")


def test_dpo_mix_is_read_as_trl_with_its_ratings(tmp_path):
    imported = only(read_rows(tmp_path, [samples.DPO_MIX], keep_preferences=True)[0])
    assert turns(imported) == [("user", "Hi"), ("assistant", "Hello."), ("user", "A lake?")]
    winner = imported.judgements[0].draft.choice
    chosen = next(x for x in imported.comparison.completions if x.completion_id == winner)
    assert chosen.content[0].content == "Garda."
    assert imported.comparison.metadata["scores"][winner] == 5.0
    assert imported.comparison.metadata["dataset"] == "made-up"
