from __future__ import annotations

import pytest

from rlhf_collect.importers import open_source
from tests.importers.writing import DATA, only, read_all, read_rows, texts, turns

EXCERPT = DATA / "hh-rlhf-excerpt.jsonl"


def row(prompt: str, chosen: str, rejected: str):
    return {"chosen": prompt + chosen, "rejected": prompt + rejected}


def test_the_excerpt_is_recognised_and_its_empty_reply_is_a_bad_line():
    assert open_source(str(EXCERPT)).format == "hh-rlhf"
    good, bad = read_all(EXCERPT)
    assert len(good) == 3
    assert (only(bad).where, bad[0].field) == ("hh-rlhf-excerpt.jsonl:3", "chosen")
    assert turns(good[0]) == [("user", "Hello, How are you?")]
    assert sorted(texts(good[0])) == [
        ["Hello, I am doing well. What is your name?"],
        ["Hello, I’m doing quite well."],
    ]


def test_a_reply_that_holds_the_marker_is_a_completion_of_two_turns():
    good, _ = read_all(EXCERPT, keep_preferences=True)
    imported = good[2]
    assert [role for role, _ in turns(imported)] == ["user", "assistant", "user"]
    long = next(each for each in imported.comparison.completions if len(each.content) == 2)
    assert [turn.role for turn in long.content] == ["assistant", "assistant"]
    assert long.content[1].content.startswith(" O.k. let’s go ahead")  # one space is the marker's
    assert only(list(imported.judgements)).draft.choice == long.completion_id
    assert imported.judgements[0].rater == "import:hh-rlhf-excerpt/unknown"


def test_a_reply_that_goes_on_with_the_human_keeps_all_turns(tmp_path):
    good, _ = read_rows(
        tmp_path,
        [row("\n\nHuman: q", "\n\nAssistant: one\n\nHuman: more\n\nAssistant: two", "\n\nAssistant: three")],
    )
    assert turns(only(good)) == [("user", "q")]
    assert sorted(texts(good[0])) == [["one", "more", "two"], ["three"]]


def test_equal_replies_before_the_last_question_belong_to_the_prompt(tmp_path):
    start = "\n\nHuman: q\n\nAssistant: a\n\nHuman: again"
    good, _ = read_rows(tmp_path, [row(start, "\n\nAssistant: x", "\n\nAssistant: y")])
    assert turns(only(good)) == [("user", "q"), ("assistant", "a"), ("user", "again")]


def test_only_the_one_space_after_a_marker_is_taken_away(tmp_path):
    good, _ = read_rows(tmp_path, [row("\n\nHuman:  q \n", "\n\nAssistant:x", "\n\nAssistant:   y\n\n")])
    assert turns(only(good)) == [("user", " q \n")]
    assert sorted(texts(good[0])) == [["  y\n\n"], ["x"]]


def test_an_explicit_prompt_in_the_same_notation_is_read(tmp_path):
    given = {"prompt": "\n\nHuman: q\n\nAssistant:", "chosen": " x", "rejected": " y"}
    good, _ = read_rows(tmp_path, [given])
    assert turns(only(good)) == [("user", "q")]
    assert sorted(texts(good[0])) == [["x"], ["y"]]


@pytest.mark.parametrize(
    ("bad_row", "field"),
    [
        (row("", "\n\nHuman: q\n\nAssistant: x", "\n\nHuman: r\n\nAssistant: y"), "chosen"),
        (row("\n\nHuman: q", "\n\nAssistant: x", "\n\nAssistant: x "), "completions"),
        (row("\n\nHuman: q", "\n\nAssistant: x", ""), "rejected"),
        (row("\n\nHuman: ", "\n\nAssistant: x", "\n\nAssistant: y"), "chosen"),
        (row("Hello\n\nHuman: q", "\n\nAssistant: x", "\n\nAssistant: y"), "chosen"),
        ({"chosen": "\n\nHuman: q\n\nAssistant: x"}, "rejected"),
    ],
)
def test_dialogues_that_give_no_pair_are_bad_lines(tmp_path, bad_row, field):
    good, bad = read_rows(tmp_path, [row("\n\nHuman: q", "\n\nAssistant: x", "\n\nAssistant: y"), bad_row])
    assert len(good) == 1
    assert (only(bad).where, bad[0].field) == ("rows.jsonl:2", field)
