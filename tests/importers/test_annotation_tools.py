"""Exports of Argilla and Label Studio, with what their people answered.

The shapes come from the tools' own documentation: docs.argilla.io (import and export of a dataset, for version 2
``records.to_json`` and ``records.to_list(flatten=True)``, for version 1 the ``datasets`` export) and
labelstud.io/guide (JSON format of tasks; the templates for pairwise comparison and for ranking). Texts and people
are invented.
"""

from __future__ import annotations

import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlhf_collect.domain.comparison import Message
from rlhf_collect.importers import open_source
from rlhf_collect.importers.parts import Reply
from rlhf_collect.importers.questions import criterion_of, rater_of
from rlhf_collect.importers.sides import Offered, Side
from tests.importers.writing import only, read_all, read_rows, texts, turns, write_lines

ADA = "1f8b3c52-9c1e-4b6e-8a8c-5d8b2d0c6a11"
BEN = "7e0f7d0a-33a5-4d5e-b1a4-0f5a9f2e7c22"
FIELDS = {"prompt": "A river?", "response1": "Etna", "response2": "Nile", "region": "Africa"}


def record(**changes):
    """A record of Argilla 2, as ``to_json`` writes it."""
    return {
        "id": "rec-1",
        "fields": FIELDS,
        "metadata": {"batch": 3},
        "suggestions": {"preference": {"value": ["response1", "response2"], "score": None, "agent": "m"}},
        "responses": {
            "preference": [
                {"value": ["response2", "response1"], "user_id": ADA},
                {"value": ["response1", "response2"], "user_id": BEN},
            ],
            "helpfulness": [{"value": "response2", "user_id": ADA}, {"value": "tie", "user_id": BEN}],
            "rationale": [{"value": "Etna is a mountain.", "user_id": ADA}],
            "fluency": [{"value": 4, "user_id": ADA}],
        },
        "vectors": {},
        "_server_id": "88",
        **changes,
    }


def said_by(imported):
    return [
        (x.rater, x.draft.criterion, x.draft.choice, x.draft.ranking, x.draft.rationale)
        for x in imported.judgements
    ]


def test_a_record_of_argilla_2_comes_with_what_each_person_answered(tmp_path):
    path = tmp_path / "records.json"
    path.write_text(json.dumps([record()]))
    source = open_source(str(path), keep_preferences=True)
    assert source.format == "argilla"
    imported = only(list(source.items()))
    compared = imported.comparison
    assert (turns(imported), texts(imported)) == ([("user", "A river?")], [["Etna"], ["Nile"]])
    assert (compared.comparison_id, compared.metadata) == ("rec-1", {"batch": 3, "region": "Africa"})
    why = "Etna is a mountain."
    assert said_by(imported) == [
        (f"import:records/{ADA}", "overall", "b", [["b"], ["a"]], why),
        (f"import:records/{ADA}", "helpfulness", "b", None, why),
        (f"import:records/{BEN}", "overall", "a", [["a"], ["b"]], None),
        (f"import:records/{BEN}", "helpfulness", "tie", None, None),
    ]
    assert imported.note == "answers to fluency do not compare the responses and were left out"
    plain = only(read_all(path)[0])
    assert (plain.comparison, plain.judgements, plain.note) == (compared, (), "")


def test_flat_records_of_argilla_2_give_the_same(tmp_path):
    flat = {
        "id": "rec-1",
        "status": "completed",
        "_server_id": "88",
        **FIELDS,
        "batch": 3,
        "preference.responses": [["response2", "response1"], ["response1", "response2"]],
        "preference.responses.users": [ADA, BEN],
        "preference.responses.status": ["submitted", "submitted"],
        "preference.suggestion": ["response1", "response2"],
        "preference.suggestion.score": None,
        "preference.suggestion.agent": "m",
    }
    path = tmp_path / "flat.parquet"
    pq.write_table(pa.Table.from_pylist([flat]), path)
    imported = only(read_all(path, keep_preferences=True)[0])
    assert imported.comparison.metadata == {"region": "Africa", "batch": 3}
    assert [(each[0], each[2]) for each in said_by(imported)] == [
        (f"import:flat/{ADA}", "b"),
        (f"import:flat/{BEN}", "a"),
    ]


def version_1(*answers, question="preference", **changes):
    return {
        **FIELDS,
        question: list(answers),
        f"{question}-suggestion": None,
        "external_id": "e-1",
        "metadata": "{}",
        **changes,
    }


def answer(person, value, status="submitted"):
    return {"user_id": person, "value": value, "status": status}


def ranks(**places):
    return [{"value": name, "rank": rank} for name, rank in places.items()]


def test_the_datasets_export_of_argilla_1_has_a_column_for_each_question(tmp_path):
    row = version_1(
        answer(ADA, ranks(response1=2, response2=1)),
        answer(BEN, ranks(response1=1, response2=1)),
        answer("c" + ADA[1:], ranks(response1=1, response2=2), "draft"),
        answer("d" + ADA[1:], [], "discarded"),
    )
    path = tmp_path / "one.parquet"
    pq.write_table(pa.Table.from_pylist([row]), path)
    source = open_source(str(path), keep_preferences=True)
    assert source.format == "argilla"
    imported = only(list(source.items()))
    assert imported.comparison.comparison_id == "e-1"
    assert [(x.draft.choice, x.draft.ranking) for x in imported.judgements] == [
        ("b", [["b"], ["a"]]),
        ("tie", [["a", "b"]]),
        ("skip", None),
    ]


def test_a_column_of_argilla_1_that_was_turned_on_its_side_is_read_too(tmp_path):
    turned = {
        "user_id": [ADA, BEN],
        "value": [
            {"rank": [2, 1], "value": ["response1", "response2"]},
            {"rank": [1, 2], "value": ["response1", "response2"]},
        ],
        "status": ["submitted", "submitted"],
    }
    imported = only(read_rows(tmp_path, [version_1(preference=turned)], keep_preferences=True)[0])
    assert [x.draft.choice for x in imported.judgements] == ["b", "a"]


def test_records_of_argilla_1_hold_the_answers_by_person(tmp_path):
    responses = [
        {"user_id": ADA, "status": "submitted", "values": {"preference": {"value": "Response 2"}}},
        {"user_id": BEN, "status": "discarded", "values": {}},
    ]
    row = {"fields": FIELDS, "responses": responses, "suggestions": [], "metadata": {}, "external_id": None}
    imported = only(read_rows(tmp_path, [row], keep_preferences=True)[0])
    assert [(x.rater, x.draft.choice) for x in imported.judgements] == [
        (f"import:rows/{ADA}", "b"),
        (f"import:rows/{BEN}", "skip"),
    ]


def test_a_chat_field_is_the_prompt_and_a_system_field_stands_before_it(tmp_path):
    chat = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "A lake?"},
    ]
    fields = {
        "context": "Be brief.",
        "chat": chat,
        "generation-0": "Como",
        "generation-1": "Etna",
        "generation-10": "Po",
    }
    row = record(fields=fields, responses={"overall": [{"value": "generation-10", "user_id": ADA}]})
    imported = only(read_rows(tmp_path, [row], keep_preferences=True)[0])
    assert turns(imported) == [
        ("system", "Be brief."),
        ("user", "Hi"),
        ("assistant", "Hello"),
        ("user", "A lake?"),
    ]
    assert texts(imported) == [["Como"], ["Etna"], ["Po"]]
    assert imported.judgements[0].draft.choice == "c"


def test_an_input_beside_an_instruction_is_the_end_of_the_prompt(tmp_path):
    fields = {
        "instruction": "Shorten this.",
        "input": "A long text.",
        "output_a": "Text.",
        "output_b": "A text.",
    }
    imported = only(read_rows(tmp_path, [record(fields=fields, responses={})])[0])
    assert turns(imported) == [("user", "Shorten this.\n\nA long text.")]
    assert imported.comparison.metadata == {"batch": 3}


def test_only_one_of_the_questions_a_person_answered_is_overall(tmp_path):
    answers = {name: [{"value": "response1", "user_id": ADA}] for name in ("ranking", "preference")}
    imported = only(read_rows(tmp_path, [record(responses=answers)], keep_preferences=True)[0])
    assert [x.draft.criterion for x in imported.judgements] == ["overall", "preference"]
    both = [result("pairwise", selected="left"), result("choices", "choice", choices=["tie"])]
    imported = only(read_rows(tmp_path, [task(annotation(4, *both))], keep_preferences=True)[0])
    assert [x.draft.criterion for x in imported.judgements] == ["overall", "choice"]


@pytest.mark.parametrize(
    ("change", "field", "what"),
    [
        (
            {"fields": {"response1": "x", "response2": "y"}},
            "fields",
            "No field is the prompt (found: response1, response2).",
        ),
        (
            {"fields": {"prompt": "x", "text": "y"}},
            "fields",
            "No fields are the responses (found: prompt, text).",
        ),
        ({"fields": {**FIELDS, "response2": ""}}, "fields.response2", "The completion is empty."),
        (
            {"responses": {"preference": [{"value": "response9", "user_id": ADA}]}},
            "responses.preference",
            "'response9' is none of the responses.",
        ),
        (
            {"responses": {"safety": [{"value": ranks(response1=1), "user_id": ADA}]}},
            "responses.safety",
            "The ranking does not name every response once.",
        ),
        ({"responses": 3}, "responses", "It is a number."),
    ],
)
def test_a_bad_record_of_argilla_names_its_field(tmp_path, change, field, what):
    good, bad = read_rows(tmp_path, [record(), record(id="rec-2", **change)])
    assert len(good) == 1
    assert (only(bad).where, bad[0].field, bad[0].what) == ("rows.jsonl:2", field, what)


def result(kind, name="pw", to_name="text1,text2", **value):
    return {
        "id": "x",
        "from_name": name,
        "to_name": to_name,
        "type": kind,
        "origin": "manual",
        "value": value,
    }


def annotation(person, *results, **changes):
    return {
        "id": 7,
        "completed_by": person,
        "result": list(results),
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2024-05-06T23:30:00.000000Z",
        "lead_time": 12.5,
        **changes,
    }


PAIR = {"prompt": "A river?", "answer1": "Etna", "answer2": "Nile", "model_1": "m1", "model_2": "m2"}
ITEMS = {
    "prompt": "A river?",
    "items": [
        {"id": "llm_1", "title": "LLM 1", "body": "Etna"},
        {"id": "llm_2", "title": "LLM 2", "body": "Nile"},
        {"id": "llm_3", "title": "LLM 3", "body": "Po"},
    ],
}


def task(*annotations, data=PAIR, number=11, **changes):
    return {
        "id": number,
        "data": data,
        "annotations": list(annotations),
        "predictions": [],
        "project": 3,
        **changes,
    }


def test_a_task_of_label_studio_comes_with_what_each_person_chose(tmp_path):
    row = task(
        annotation(4, result("pairwise", selected="right"), result("textarea", "reason", text=["It flows."])),
        annotation(
            {"id": 5, "email": "zoe@example.org", "first_name": "Zoe"}, result("pairwise", selected="left")
        ),
        annotation(6, was_cancelled=True),
        annotation(8),
    )
    path = tmp_path / "project.json"
    path.write_text(json.dumps([row]))
    source = open_source(str(path), keep_preferences=True)
    assert source.format == "label-studio"
    imported = only(list(source.items()))
    assert (turns(imported), texts(imported)) == ([("user", "A river?")], [["Etna"], ["Nile"]])
    assert [each.model for each in imported.comparison.completions] == ["m1", "m2"]
    assert (imported.comparison.comparison_id, imported.comparison.metadata) == ("11", {})
    assert [(x.rater, x.draft.choice, x.draft.rationale, x.submitted_on) for x in imported.judgements] == [
        ("import:project/4", "b", "It flows.", date(2024, 5, 6)),
        ("import:project/5", "a", None, date(2024, 5, 6)),
        ("import:project/6", "skip", None, date(2024, 5, 6)),
    ]


def test_a_later_export_of_a_project_speaks_of_the_same_people(tmp_path):
    row = task(
        annotation(4, result("pairwise", selected="left")),
        annotation("zoe", result("pairwise", selected="left")),
    )
    names = ("project-7-at-2026-11-21-09-30-1a2b3c4d.json", "project-7-at-2026-11-22-10-31-2b3c4d5e.json")
    raters = []
    for name in names:
        (tmp_path / name).write_text(json.dumps([row]))
        raters.append([x.rater for x in only(read_all(tmp_path / name, keep_preferences=True)[0]).judgements])
    assert raters[0] == raters[1]
    assert raters[0][0] == "import:project-7/4"


def test_items_are_told_apart_by_ids_in_any_script(tmp_path):
    items = [{"id": "\u7532", "text": "Etna"}, {"id": "\u4e59", "text": "Nile"}, {"id": "-", "text": "Po"}]
    said = result("ranker", "rank", ranker=["\u4e59", "-", "\u7532"])
    imported = only(
        read_rows(
            tmp_path, [task(annotation(4, said), data={"prompt": "q", "items": items})], keep_preferences=True
        )[0]
    )
    assert imported.judgements[0].draft.ranking == [["b"], ["c"], ["a"]]


def test_left_is_what_the_control_names_first(tmp_path):
    turned = task(annotation(4, result("pairwise", to_name="answer2,answer1", selected="left")))
    draft = only(read_rows(tmp_path, [turned], keep_preferences=True)[0]).judgements[0].draft
    assert draft.choice == "b"


@pytest.mark.parametrize(
    ("chosen", "choice"),
    [
        ("answer2", "b"), ("Answer 2 is better", "b"), ("A", "a"), ("Left is better", "a"), ("right", "b"),
        ("Tie", "tie"), ("Equally good", "tie"), ("Both bad", "both_bad"), ("neither", "both_bad"),
    ],
)  # fmt: skip
def test_choices_say_in_many_ways_which_is_better(tmp_path, chosen, choice):
    row = task(annotation(4, result("choices", "preference", "chat", choices=[chosen])))
    assert only(read_rows(tmp_path, [row], keep_preferences=True)[0]).judgements[0].draft.choice == choice


def test_choices_about_something_else_are_left_out_and_that_is_said(tmp_path):
    grade, safety = (
        result("choices", "grade", choices=["A"]),
        result("choices", "safety", choices=["Answer 1"]),
    )
    rating = result("rating", "fluency", rating=4)
    imported = only(
        read_rows(tmp_path, [task(annotation(4, grade, safety, rating))], keep_preferences=True)[0]
    )
    assert [(x.draft.criterion, x.draft.choice) for x in imported.judgements] == [("safety", "a")]
    assert imported.note == "answers to fluency, grade do not compare the responses and were left out"


@pytest.mark.parametrize(
    "order",
    [
        ["llm_2", "llm_3", "llm_1"],
        {"_": ["llm_2", "llm_3", "llm_1"]},
        {"rank": ["llm_2", "llm_3", "llm_1"], "_": []},
    ],
)
def test_a_ranker_gives_a_ranking_of_the_items(tmp_path, order):
    row = task(annotation(4, result("ranker", "rank", "results", ranker=order)), data=ITEMS)
    imported = only(read_rows(tmp_path, [row], keep_preferences=True)[0])
    assert texts(imported) == [["Etna"], ["Nile"], ["Po"]]
    assert imported.judgements[0].draft.ranking == [["b"], ["c"], ["a"]]
    assert (imported.judgements[0].draft.criterion, imported.judgements[0].draft.choice) == ("overall", "b")


RESULT = "annotations[0].result[0].value"


@pytest.mark.parametrize(
    ("data", "said", "field", "what"),
    [
        (PAIR, result("pairwise", selected="middle"), f"{RESULT}.selected", "'middle' is not known."),
        (
            ITEMS,
            result("pairwise", selected="left"),
            f"{RESULT}.selected",
            "There are 3 responses to choose from.",
        ),
        (
            PAIR,
            result("choices", "choice", choices=["answer7"]),
            f"{RESULT}.choices",
            "'answer7' is none of the responses.",
        ),
        (
            ITEMS,
            result("ranker", "rank", ranker={"_": ["llm_1"], "good": ["llm_2", "llm_3"]}),
            f"{RESULT}.ranker",
            "The responses lie in 2 buckets, which have no order among each other.",
        ),
        (
            ITEMS,
            result("ranker", "rank", ranker=["llm_1", "llm_2"]),
            f"{RESULT}.ranker",
            "The ranking does not name every response once.",
        ),
        ({"text1": "a", "text2": "b"}, None, "data", "No field is the prompt (found: text1, text2)."),
        ({"prompt": "a", "image": "b"}, None, "data", "No fields are the responses (found: prompt, image)."),
    ],
)
def test_a_bad_task_of_label_studio_names_its_field(tmp_path, data, said, field, what):
    row = task(*([] if said is None else [annotation(4, said)]), data=data, number=12)
    good, bad = read_rows(tmp_path, [task(), row])
    assert len(good) == 1
    assert (only(bad).where, bad[0].field, bad[0].what) == ("rows.jsonl:2", field, what)


@pytest.mark.parametrize(
    "person",
    ["zoe@example.org", "zoe", {"email": "zoe@example.org", "first_name": "Zoe"}, {"username": "zoe"}],
)
def test_nobody_is_called_by_an_address_or_a_user_name(tmp_path, person):
    rows = [
        task(annotation(person, result("pairwise", selected="left"))),
        task(annotation(person, result("pairwise", selected="right")), number=12),
    ]
    good, _ = read_rows(tmp_path, rows, keep_preferences=True)
    assert "zoe" not in repr(good).lower()
    one, other = (each.judgements[0].rater for each in good)
    assert one == other
    assert one.startswith("import:rows/rater-")
    (by_argilla,) = read_rows(
        tmp_path,
        [record(responses={"preference": [{"value": "response1", "user_id": person}]})],
        keep_preferences=True,
    )[0]
    assert by_argilla.judgements[0].rater == one


@given(st.text(min_size=1, max_size=30).filter(str.strip).filter(str.isprintable))
def test_a_name_that_is_no_number_and_no_uuid_is_never_kept(name):
    called = rater_of(name, "export")
    assert called == rater_of({"email": name}, "export")
    assert called.startswith("rater-") or called.isdigit() or len(called) == 36
    assert called != rater_of(name, "another") or not called.startswith("rater-")


@given(st.text(max_size=40), st.booleans())
def test_any_word_means_a_response_a_tie_or_nothing(said, alone):
    sides = tuple(
        Side(
            name=f"response_{mark}",
            mark=mark,
            reply=Reply(content=(Message(role="assistant", content=mark),)),
        )
        for mark in "abc"
    )
    found = Offered(prompt=(), sides=sides, rest={})
    assert found.meant(said, alone=alone) in {"a", "b", "c", "tie", "both_bad", None}
    assert found.meant("Response C is better", alone=alone) == "c"


@pytest.mark.parametrize(
    ("name", "criterion"),
    [("preference", "overall"), ("Best Response", "overall"), ("pw", "overall"), ("safety", "safety")],
)
def test_the_one_question_of_a_tool_is_overall_and_any_other_keeps_its_name(name, criterion):
    assert criterion_of(name) == criterion


def test_the_form_may_be_given_where_nothing_was_answered_yet(tmp_path):
    path = write_lines(tmp_path / "rows.jsonl", [{**FIELDS, "preference": None, "external_id": "e"}])
    assert len(read_all(path, format="argilla")[0]) == 1
