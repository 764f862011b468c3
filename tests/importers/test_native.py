from __future__ import annotations

import pytest

from rlhf_collect.domain.comparison import MAX_COMPLETIONS
from rlhf_collect.importers import open_source, parts
from tests.importers.writing import only, read_rows, sky, texts, write_lines


def test_every_field_of_the_own_form_is_kept(tmp_path):
    row = sky(
        prompt=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": " Why? \r\n"}],
        language="pt-BR",
        tags=["science"],
        labels=[{"category": "medical_distress", "severity": 1}],
        gold={"criterion": "overall", "choice": "x", "reason": "Rayleigh."},
        metadata={"difficulty": [1, None]},
    )
    good, bad = read_rows(tmp_path, [row])
    compared = only(good).comparison
    assert bad == []
    assert compared.comparison_id == "c1"
    assert [each.as_json() for each in compared.prompt] == row["prompt"]
    assert [(each.completion_id, each.model) for each in compared.completions] == [("x", "m1"), ("y", "m2")]
    assert (compared.language, compared.tags, compared.source) == ("pt-BR", ("science",), "rows.jsonl")
    assert compared.labels == ({"category": "medical_distress", "severity": 1},)
    assert (compared.gold.criterion, compared.gold.choice, compared.gold.reason) == (
        "overall",
        "x",
        "Rayleigh.",
    )
    assert compared.metadata == {"difficulty": [1, None]}


def test_text_is_stored_exactly_as_given(tmp_path):
    odd = "  **two**  \n\n\tspaces\r\n\u2028e\u0301\u200b "
    good, _ = read_rows(tmp_path, [sky(prompt=odd, completions=[odd, f"{odd}!"])])
    assert good[0].comparison.prompt[0].content == odd
    assert texts(good[0]) == [[odd], [f"{odd}!"]]


def test_ids_are_derived_from_the_content_so_that_importing_twice_adds_nothing(tmp_path):
    row = {"prompt": "q", "completions": [{"content": "one"}, {"id": "a", "content": "two"}, "three"]}
    first, second = (read_rows(tmp_path, [row])[0][0].comparison for _ in range(2))
    assert first == second
    assert len(first.comparison_id) == 20
    assert [each.completion_id for each in first.completions] == ["b", "a", "c"]
    other = read_rows(tmp_path, [{**row, "prompt": "q?"}])[0][0].comparison
    assert other.comparison_id != first.comparison_id


def test_a_multi_turn_completion_is_kept_as_messages(tmp_path):
    turns = [
        {"role": "assistant", "content": "One."},
        {"role": "user", "content": "And?"},
        {"role": "assistant", "content": "Two."},
    ]
    good, _ = read_rows(tmp_path, [sky(completions=[{"content": turns}, {"content": "Three."}])])
    assert texts(good[0]) == [["One.", "And?", "Two."], ["Three."]]


def test_rows_of_a_published_version_are_read_back(tmp_path):
    row = {
        "comparison_id": "k1",
        "prompt": [{"role": "user", "content": "q"}],
        "completions": [
            {"id": "x", "model": "m", "content": [{"role": "assistant", "content": "a"}]},
            {"id": "y", "model": None, "content": [{"role": "assistant", "content": "b"}]},
        ],
        "language": "en",
        "tags": ["t"],
        "metadata": '{"k": 1}',
    }
    compared = only(read_rows(tmp_path, [row])[0]).comparison
    assert (compared.comparison_id, compared.metadata, compared.tags) == ("k1", {"k": 1}, ("t",))


def pair(*contents, ids=("x", "y", "z")):
    return [{"id": name, "content": each} for name, each in zip(ids, contents, strict=False)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": " \n"}, "prompt"),
        ({"prompt": []}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"prompt": [{"role": "assistant", "content": "hi"}]}, "prompt"),
        ({"prompt": [{"role": "human", "content": "hi"}]}, "prompt"),
        ({"prompt": [{"role": "user"}]}, "prompt"),
        ({"prompt": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}, "prompt"),
        ({"prompt": ["hi"]}, "prompt"),
        ({"completions": None}, "completions"),
        ({"completions": {"a": "b"}}, "completions"),
        ({"completions": pair("one")}, "completions"),
        ({"completions": [str(number) for number in range(MAX_COMPLETIONS + 1)]}, "completions"),
        ({"completions": pair("same", " same\n")}, "completions"),
        ({"completions": pair("one", " ")}, "completions[1].content"),
        ({"completions": pair("one", None)}, "completions[1].content"),
        ({"completions": pair("one", 2)}, "completions[1].content"),
        ({"completions": pair("one", [{"role": "user", "content": "two"}])}, "completions[1].content"),
        ({"completions": pair("one", [])}, "completions[1].content"),
        ({"completions": pair("one", "two", ids=("x", "x"))}, "completions"),
        ({"completions": pair("one", "two", ids=("x", "tie"))}, "completions"),
        ({"completions": pair("one", "two", ids=("both_bad", "y"))}, "completions"),
        ({"completions": pair("one", "two", ids=("skip", "y"))}, "completions"),
        ({"completions": pair("one", "two", ids=("", "y"))}, "completions[0].id"),
        ({"id": ""}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "a" * 201}, "id"),
        ({"id": ["a"]}, "id"),
        ({"language": "English language"}, "language"),
        ({"tags": "science"}, "tags"),
        ({"tags": [1]}, "tags"),
        ({"labels": [{"severity": 1}]}, "labels.category"),
        ({"labels": [{"category": "gore"}]}, "labels.severity"),
        ({"labels": [{"category": "gore", "severity": 4}]}, "labels.severity"),
        ({"labels": [{"category": "gore", "severity": True}]}, "labels.severity"),
        ({"labels": ["gore"]}, "labels"),
        ({"gold": {"choice": "z", "reason": "r"}}, "gold"),
        ({"gold": {"choice": "x"}}, "gold.reason"),
        ({"gold": {"reason": "r"}}, "gold.choice"),
        ({"gold": "x"}, "gold"),
        ({"metadata": [1]}, "metadata"),
    ],
)
def test_what_cannot_be_compared_is_a_bad_line_with_field_and_remedy(tmp_path, change, field):
    good, bad = read_rows(tmp_path, [sky(1), sky(2, **change), sky(3)])
    assert [each.comparison.comparison_id for each in good] == ["c1", "c3"]
    problem = only(bad)
    assert (problem.where, problem.field) == ("rows.jsonl:2", field)
    assert problem.what
    assert problem.mend


def test_a_missing_column_is_named_with_those_that_were_found(tmp_path):
    _, bad = read_rows(tmp_path, [sky(1), {"id": "c2", "question": "q", "completions": []}])
    assert bad[0].field == "prompt"
    assert "question" in bad[0].mend


def test_eight_completions_are_read_and_whole_numbers_are_ids(tmp_path):
    row = sky(id=12, completions=[f"reply {number}" for number in range(8)])
    compared = only(read_rows(tmp_path, [row])[0]).comparison
    assert compared.comparison_id == "12"
    assert [each.completion_id for each in compared.completions] == list("abcdefgh")


def test_columns_that_are_not_used_are_reported(tmp_path):
    source = open_source(str(write_lines(tmp_path / "rows.jsonl", [sky(lables=[], difficulty=3)])))
    assert len(list(source.items())) == 1
    assert source.ignored == ("difficulty", "lables")


def test_a_prompt_or_completion_longer_than_anybody_reads_is_a_bad_line(tmp_path):
    most = parts.MAX_CHARACTERS
    rows = [
        {"prompt": "p" * length, "completions": [{"content": "x" * other}, {"content": "y"}]}
        for length, other in ((most, most), (most + 1, 1), (1, most + 1))
    ]
    good, bad = read_rows(tmp_path, rows)
    assert len(good) == 1
    assert [each.field for each in bad] == ["prompt", "completions[0].content"]
    assert "200,001 characters" in bad[0].what
