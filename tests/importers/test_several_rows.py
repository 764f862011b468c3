"""HelpSteer2, PRISM, OpenAssistant: comparisons whose parts stand on several rows."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlhf_collect.errors import Problem
from rlhf_collect.importers import open_source
from rlhf_collect.importers.forms import form_named
from rlhf_collect.importers.imported import Origin, Row
from rlhf_collect.importers.oasst import NOTE
from rlhf_collect.importers.reading import MOST_ROWS
from tests.depth import thorough
from tests.importers.samples import CONVERSATION, TREE, helpsteer2, oasst, utterance
from tests.importers.test_source import GROWTH
from tests.importers.writing import only, read_all, read_rows, texts, turns, write_lines


def ranked_texts(imported):
    """The texts in the groups of the only judgement, best first."""
    named = {x.completion_id: x.content[0].content for x in imported.comparison.completions}
    return [[named[each] for each in group] for group in only(list(imported.judgements)).draft.ranking]


RIVERS = [
    helpsteer2("A river?", "Etna", 0, correctness=0, complexity=3),
    helpsteer2("A river?", "Nile", 4),
    helpsteer2("Hi\n<extra_id_1>Assistant\nHello\n<extra_id_1>User\nA lake?", "Garda", 2, verbosity=0),
    helpsteer2("Hi\n<extra_id_1>Assistant\nHello\n<extra_id_1>User\nA lake?", "Como", 2, coherence=1),
]


def test_the_rows_of_one_prompt_are_a_comparison_rated_on_three_criteria(tmp_path):
    good, bad = read_rows(tmp_path, RIVERS, keep_preferences=True)
    assert bad == []
    river, lake = good
    assert [each.where for each in good] == ["rows.jsonl:1", "rows.jsonl:3"]
    assert (turns(river), texts(river)) == ([("user", "A river?")], [["Etna"], ["Nile"]])
    assert turns(lake) == [("user", "Hi"), ("assistant", "Hello"), ("user", "A lake?")]
    assert [(x.rater, x.draft.criterion, x.draft.ranking, x.draft.choice) for x in river.judgements] == [
        ("import:rows/overall", "helpfulness", [["b"], ["a"]], "b"),
        ("import:rows/overall", "correctness", [["b"], ["a"]], "b"),
        ("import:rows/overall", "coherence", [["a", "b"]], "tie"),
    ]
    assert river.comparison.metadata == {"complexity": {"a": 3, "b": 1}, "verbosity": {"a": 2, "b": 2}}
    assert [each.comparison for each in read_rows(tmp_path, RIVERS)[0]] == [each.comparison for each in good]


def test_rows_of_one_prompt_that_do_not_follow_each_other_are_bad_lines(tmp_path):
    rows = [RIVERS[0], RIVERS[1], RIVERS[2], RIVERS[3], helpsteer2("A river?", "Po")]
    good, bad = read_rows(tmp_path, rows)
    assert len(good) == 2
    assert only(bad).line() == (
        "rows.jsonl:5: prompt: Rows with the same value stand further up, and not directly above. "
        "Sort the file so that rows with the same 'prompt' follow each other."
    )


def test_one_response_alone_is_no_comparison(tmp_path):
    good, bad = read_rows(tmp_path, [helpsteer2("A hill?", "Etna"), *RIVERS])
    assert len(good) == 2
    assert (only(bad).where, bad[0].field, bad[0].what) == (
        "rows.jsonl:1", "prompt", "No row beside this one has the same prompt.",
    )  # fmt: skip


def test_every_bad_row_of_a_prompt_is_named_and_no_part_of_it_is_given(tmp_path):
    rows = [
        helpsteer2("q", "one"),
        helpsteer2("q", ""),
        helpsteer2("q", "three", 5),
        helpsteer2("q", "four"),
        *RIVERS,
    ]
    good, bad = read_rows(tmp_path, rows)
    assert len(good) == 2
    assert [(each.where, each.field) for each in bad] == [
        ("rows.jsonl:2", "response"),
        ("rows.jsonl:3", "helpfulness"),
    ]


def test_more_than_eight_responses_are_a_bad_line(tmp_path):
    good, bad = read_rows(tmp_path, [helpsteer2("q", str(number)) for number in range(9)])
    assert (good, only(bad).what) == ([], "There are 9.")


def test_a_broken_line_between_the_rows_of_a_prompt_leaves_it_out(tmp_path):
    good, bad = read_rows(tmp_path, [RIVERS[0], "{broken", RIVERS[1], *RIVERS[2:]])
    assert [turns(each)[-1] for each in good] == [("user", "A lake?")]
    assert [each.where for each in bad] == ["rows.jsonl:2", "rows.jsonl:1"]
    assert bad[1].what == "A line between the rows of 'A river?' cannot be read (rows.jsonl:2)."
    good, bad = read_rows(tmp_path, [*RIVERS[:2], "{broken", *RIVERS[2:]])
    assert (len(good), len(bad)) == (2, 1)


def test_a_value_that_never_changes_is_said_and_not_kept_in_memory(tmp_path):
    rows = [helpsteer2("q", str(number)) for number in range(MOST_ROWS + 20)]
    good, bad = read_rows(tmp_path, [*rows, *RIVERS])
    assert len(good) == 2
    assert (only(bad).where, bad[0].what) == (
        "rows.jsonl:1",
        "More than 5,000 rows, or 64 MiB, have this value.",
    )


@given(st.lists(st.tuples(st.sampled_from("pqr"), st.integers(0, 30)), max_size=12))
def test_no_row_is_lost_whatever_the_order(drawn):
    rows = [
        Row(where=f"f:{place}", values=helpsteer2(prompt, f"{number}-{place}"))
        for place, (prompt, number) in enumerate(drawn)
    ]
    origin = Origin(source="f", dataset="f", keep_preferences=False)
    given_out = list(form_named("helpsteer2-base").read(iter(rows), origin))
    named = {f"{prompt}" for prompt, _ in drawn}
    in_comparisons = [text for each in given_out if not isinstance(each, Problem) for (text,) in texts(each)]
    assert len(in_comparisons) == len(set(in_comparisons))
    told = {each.where for each in given_out if isinstance(each, Problem)}
    # Rows in no comparison begin a run of one prompt that a problem names.
    start, runs = 0, []
    for place in range(1, len(drawn) + 1):
        if place == len(drawn) or drawn[place][0] != drawn[start][0]:
            runs.append(range(start, place))
            start = place
    for run in runs if drawn else []:
        lost = [place for place in run if f"{drawn[place][1]}-{place}" not in in_comparisons]
        assert not lost or (lost == list(run) and f"f:{run[0]}" in told)
    assert len([each for each in given_out if not isinstance(each, Problem)]) <= len(named)


def test_a_conversation_gives_a_comparison_each_time_the_person_wrote(tmp_path):
    good, bad = read_rows(tmp_path, CONVERSATION, keep_preferences=True)
    assert bad == []
    opening, second = good
    assert [each.comparison.comparison_id for each in good] == ["int0", "int1"]
    assert turns(opening) == [("user", "Question 0?")]
    assert turns(second) == [("user", "Question 0?"), ("assistant", "Paris."), ("user", "Question 1?")]
    assert sorted(texts(opening)) == [["Bern."], ["Oslo."], ["Paris."], ["Rome."]]
    assert ranked_texts(opening) == [["Paris."], ["Oslo."], ["Rome."], ["Bern."]]
    assert ranked_texts(second) == [["Since the tenth century."], ["Nobody knows."]]
    judgement = opening.judgements[0]
    chosen = next(x for x in opening.comparison.completions if x.completion_id == judgement.draft.choice)
    assert (judgement.rater, chosen.content[0].content, chosen.model) == (
        "import:rows/user7",
        "Paris.",
        "model-1",
    )
    assert opening.comparison.metadata["scores"][chosen.completion_id] == 90
    assert opening.comparison.tags == ("unguided",)


def test_neither_order_nor_names_of_a_conversation_tell_what_was_chosen(tmp_path):
    turned = [
        utterance(0, place, text, 50, chosen=place == 1) for place, text in enumerate(("Oslo.", "Bern."))
    ]
    other = [
        utterance(0, place, text, 50, chosen=place == 0) for place, text in enumerate(("Oslo.", "Bern."))
    ]
    one, two = (only(read_rows(tmp_path, rows)[0]).comparison for rows in (turned, other))
    assert one.completions == two.completions


def test_a_chosen_reply_with_a_lower_score_is_a_choice_without_a_ranking(tmp_path):
    rows = [utterance(0, 0, "Oslo.", 10, chosen=True), utterance(0, 1, "Bern.", 80)]
    draft = only(read_rows(tmp_path, rows, keep_preferences=True)[0]).judgements[0].draft
    assert (draft.choice in "ab", draft.ranking) == (True, None)


def test_a_turn_that_cannot_be_followed_makes_the_later_ones_bad_lines(tmp_path):
    nobody = [{**each, "if_chosen": False} for each in CONVERSATION[:4]]
    good, bad = read_rows(tmp_path, [*nobody, *CONVERSATION[4:]], keep_preferences=True)
    assert (only(good).comparison.comparison_id, good[0].judgements) == ("int0", ())
    assert only(bad).line() == (
        "rows.jsonl:5: turn: Turn 1 follows on a turn that is missing or has not one chosen reply. "
        "Give every turn from 0 on, each with one reply whose 'if_chosen' is true."
    )
    good, bad = read_rows(tmp_path, CONVERSATION[4:])
    assert (good, only(bad).field) == ([], "turn")


def test_a_bad_reply_costs_its_interaction_and_not_the_conversation(tmp_path):
    rows = [{**CONVERSATION[0], "model_response": ""}, *CONVERSATION[1:]]
    good, bad = read_rows(tmp_path, rows)
    assert (only(bad).where, bad[0].field) == ("rows.jsonl:1", "model_response")
    assert [each.comparison.comparison_id for each in good] == ["int1"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"user_prompt": "Another?"}, "user_prompt"),
        ({"if_chosen": True}, "if_chosen"),
        ({"if_chosen": "maybe"}, "if_chosen"),
        ({"turn": "x"}, "turn"),
        ({"conversation_id": None}, "conversation_id"),
    ],
)
def test_a_bad_row_of_a_conversation_names_its_column(tmp_path, change, field):
    _, bad = read_rows(tmp_path, [CONVERSATION[1], {**CONVERSATION[0], **change}])
    assert bad[0].field == field


def test_ranked_replies_of_a_message_are_a_comparison_after_the_way_from_the_root(tmp_path):
    path = tmp_path / "oasst.parquet"
    pq.write_table(pa.Table.from_pylist(TREE), path)
    good, bad = read_all(path, keep_preferences=True)
    assert bad == []
    root, deeper = good
    assert [each.comparison.comparison_id for each in good] == ["t1-p", "t1-yp"]
    assert turns(deeper) == [("user", "A river?"), ("assistant", "The Po."), ("user", "A longer one?")]
    assert ranked_texts(root) == [["The Po."], ["The Loire."]]
    assert ranked_texts(deeper) == [["The Nile."], ["The Rhine."], ["The Amazon."]]
    assert (root.comparison.language, deeper.comparison.language) == ("en", "pt-BR")
    assert {each.model for each in deeper.comparison.completions} == {"", "model-one"}
    assert root.judgements[0].rater == "import:oasst/merged"


def test_a_tree_on_one_line_gives_the_same(tmp_path):
    nested = {each["message_id"]: {**each, "replies": []} for each in TREE}
    for each in TREE[1:]:
        nested[each["parent_id"]]["replies"].append(nested[each["message_id"]])
    line = json.dumps({"message_tree_id": "t1-p", "tree_state": "ready_for_export", "prompt": nested["t1-p"]})
    path = tmp_path / "ready.trees.jsonl.gz"
    path.write_bytes(gzip.compress(line.encode()))
    assert open_source(str(path)).format == "oasst"
    nested_ones = [each.comparison for each in read_all(path)[0]]
    flat_ones = [each.comparison for each in read_rows(tmp_path, TREE)[0]]
    assert [(x.prompt, x.completions) for x in nested_ones] == [(x.prompt, x.completions) for x in flat_ones]


def test_of_more_than_eight_replies_the_best_are_taken_and_that_is_said(tmp_path):
    many = [oasst(f"t1-{number}", "t1-p", f"Reply {number}.", rank=float(number)) for number in range(11)]
    imported = only(read_rows(tmp_path, [TREE[0], *reversed(many)], keep_preferences=True)[0])
    assert ranked_texts(imported) == [[f"Reply {number}."] for number in range(8)]
    assert (imported.note, only(read_rows(tmp_path, TREE[:3])[0]).note) == (NOTE, "")


@pytest.mark.parametrize(
    ("rows", "field", "what"),
    [
        ([TREE[1], TREE[2]], "parent_id", "The message 't1-p' stands nowhere in its tree."),
        ([{**TREE[0], "deleted": True}, *TREE[1:3]], "deleted", "The message 't1-p' before it was deleted."),
        (
            [{**TREE[0], "parent_id": "t1-p"}, *TREE[1:3]],
            "parent_id",
            "The message 't1-p' is its own ancestor.",
        ),
        ([TREE[0], TREE[1], {**TREE[2], "role": "system"}], "role", "'system' is not known."),
        ([TREE[0], TREE[1], {**TREE[2], "text": ""}], "text", "The completion is empty."),
        ([TREE[0], TREE[1], {**TREE[2], "message_tree_id": None}], "message_tree_id", "It is missing."),
    ],
)
def test_a_bad_tree_names_its_column(tmp_path, rows, field, what):
    good, bad = read_rows(tmp_path, rows, format="oasst")
    assert good == []
    assert (only(bad).field, bad[0].what) == (field, what)


@thorough
def test_memory_stays_bounded_where_rows_belong_together(tmp_path):
    path, reply = tmp_path / "rows.jsonl", "reply " * 350
    write_lines(path, (helpsteer2(f"q{each // 2}", f"{each} {reply}") for each in range(22_000)))
    assert path.stat().st_size > 45_000_000
    done = subprocess.run(
        [sys.executable, "-c", GROWTH, str(path)], capture_output=True, text=True, check=True
    )
    read, grown = map(int, done.stdout.split())
    assert read == 11_000
    assert grown < 75, f"memory grew by {grown} MB"
