from __future__ import annotations

import json
from collections import Counter

import pytest

from rlhf_collect.errors import Problem
from rlhf_collect.importers import open_source
from tests.importers.writing import only, read_rows, texts, turns, write_lines

USER = {"role": "user", "content": "What colour is the sky?"}
BLUE = {"role": "assistant", "content": "It is blue."}
GREEN = {"role": "assistant", "content": "It is green."}

SHAPES = {
    "explicit, standard": {"prompt": USER["content"], "chosen": "It is blue.", "rejected": "It is green."},
    "explicit, conversational": {"prompt": [USER], "chosen": [BLUE], "rejected": [GREEN]},
    "implicit, conversational": {"chosen": [USER, BLUE], "rejected": [USER, GREEN]},
    "text beside whole dialogues": {
        "prompt": USER["content"],
        "chosen": [USER, BLUE],
        "rejected": [USER, GREEN],
    },
    "conversation beside whole dialogues": {
        "prompt": [USER],
        "chosen": [USER, BLUE],
        "rejected": [USER, GREEN],
    },
    "conversation beside texts": {"prompt": [USER], "chosen": "It is blue.", "rejected": "It is green."},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_comparison(tmp_path, shape):
    good, bad = read_rows(tmp_path, [SHAPES[shape]])
    assert bad == []
    assert turns(only(good)) == [("user", "What colour is the sky?")]
    assert sorted(texts(good[0])) == [["It is blue."], ["It is green."]]
    assert [each.completion_id for each in good[0].comparison.completions] == ["a", "b"]
    assert good[0].judgements == ()
    plain = read_rows(tmp_path, [SHAPES["explicit, standard"]])[0][0].comparison
    assert good[0].comparison.comparison_id == plain.comparison_id


def test_an_implicit_prompt_of_plain_text_ends_at_a_white_space(tmp_path):
    row = {"chosen": "The sky is blueish.", "rejected": "The sky is blue."}
    good, _ = read_rows(tmp_path, [row])
    assert turns(only(good)) == [("user", "The sky is")]
    assert sorted(texts(good[0])) == [[" blue."], [" blueish."]]


def test_a_reply_that_the_other_continues_is_not_lost(tmp_path):
    good, bad = read_rows(tmp_path, [{"chosen": "Is it? Yes indeed", "rejected": "Is it? Yes"}])
    assert bad == []
    assert sorted(texts(only(good))) == [[" Yes"], [" Yes indeed"]]


def test_the_leading_space_of_a_reply_is_kept(tmp_path):
    good, _ = read_rows(tmp_path, [{"prompt": "The sky is", "chosen": " blue.", "rejected": " green."}])
    assert sorted(texts(only(good))) == [[" blue."], [" green."]]


def test_order_and_names_do_not_tell_which_was_chosen(tmp_path):
    rows = [{"prompt": f"q{n}", "chosen": f"good {n}", "rejected": f"bad {n}"} for n in range(400)]
    turned = [{**row, "chosen": row["rejected"], "rejected": row["chosen"]} for row in rows]
    good, _ = read_rows(tmp_path, rows)
    assert [each.comparison for each in good] == [each.comparison for each in read_rows(tmp_path, turned)[0]]
    chosen_first = Counter(texts(each)[0][0].startswith("good") for each in good)
    assert 150 < chosen_first[True] < 250


def test_a_preference_is_kept_as_a_judgement_of_an_import_rater_on_request(tmp_path):
    rows = [SHAPES["explicit, standard"], {"prompt": "q", "chosen": "no", "rejected": "yes"}]
    good, _ = read_rows(tmp_path, rows, keep_preferences=True)
    for imported, chosen in zip(good, ("It is blue.", "no"), strict=True):
        judgement = only(list(imported.judgements))
        by_id = {each.completion_id: each.content[0].content for each in imported.comparison.completions}
        assert by_id[judgement.draft.choice] == chosen
        assert judgement.rater == "import:rows/unknown"
        assert judgement.comparison == imported.comparison.comparison_id
        assert (judgement.presentation, judgement.draft.strength, judgement.submitted_on) == (
            None,
            None,
            None,
        )


def test_models_and_scores_stay_with_their_completion(tmp_path):
    row = {
        **SHAPES["implicit, conversational"],
        "chosen_model": "good-model",
        "rejected_model": "bad-model",
        "chosen_rating": 5.0,
        "rejected_rating": 2,
        "margin": 0.5,
        "dataset": "mix",
    }
    compared = only(read_rows(tmp_path, [row])[0]).comparison
    scores = compared.metadata["scores"]
    for each in compared.completions:
        blue = each.content[0].content == "It is blue."
        assert each.model == ("good-model" if blue else "bad-model")
        assert scores[each.completion_id] == (5.0 if blue else 2.0)
    assert list(scores) == ["a", "b"]
    assert (compared.metadata["margin"], compared.metadata["dataset"]) == (0.5, "mix")


def test_a_published_preference_row_keeps_its_criterion_and_not_its_counts(tmp_path):
    row = {**SHAPES["explicit, conversational"], "pair_id": "p", "criterion": "tone", "score_chosen": 0.7}
    other = {**row, "criterion": "truth", "score_chosen": 0.9}
    good, bad = read_rows(tmp_path, [row, other], keep_preferences=True)
    assert bad == []
    assert [each.judgements[0].draft.criterion for each in good] == ["tone", "truth"]
    assert good[0].comparison.metadata == {}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"prompt": "q", "chosen": "a", "rejected": None}, "rejected"),
        ({"prompt": "q", "chosen": "a"}, "rejected"),
        ({"prompt": "q", "chosen": "a", "rejected": " a "}, "completions"),
        ({"prompt": "q", "chosen": "", "rejected": "a"}, "chosen"),
        ({"prompt": "q", "chosen": "a", "rejected": [GREEN]}, "rejected"),
        ({"prompt": "q", "chosen": 1, "rejected": 2}, "chosen"),
        ({"prompt": "", "chosen": "a", "rejected": "b"}, "prompt"),
        ({"prompt": [], "chosen": [BLUE], "rejected": [GREEN]}, "prompt"),
        ({"prompt": [USER, BLUE], "chosen": [BLUE], "rejected": [GREEN]}, "prompt"),
        ({"prompt": [USER], "chosen": [USER], "rejected": [GREEN]}, "chosen"),
        ({"prompt": "other", "chosen": [USER, BLUE], "rejected": [USER, GREEN]}, "prompt"),
        ({"chosen": "sam", "rejected": "sam"}, "rejected"),
        ({"chosen": "one", "rejected": "two"}, "prompt"),
        ({"chosen": [BLUE], "rejected": [GREEN]}, "chosen"),
        ({"chosen": [USER, BLUE], "rejected": [USER, BLUE]}, "completions"),
        ({"chosen": [USER, BLUE], "rejected": [USER]}, "rejected"),
        ({**SHAPES["explicit, standard"], "images": ["x.png"]}, "images"),
        (
            {
                "prompt": [{"role": "user", "content": [{"type": "text", "text": "q"}]}],
                "chosen": [BLUE],
                "rejected": [GREEN],
            },
            "prompt",
        ),
        ({"prompt": "q", "chosen": [{"role": "assistant", "content": None}], "rejected": [GREEN]}, "chosen"),
        (
            {
                "prompt": "q",
                "chosen": [{"role": "assistant", "content": "", "tool_calls": [{}]}],
                "rejected": [GREEN],
            },
            "chosen",
        ),
    ],
)
def test_what_is_no_pair_is_a_bad_line(tmp_path, row, field):
    good, bad = read_rows(tmp_path, [SHAPES["explicit, standard"], row], format="trl")
    assert len(good) == 1
    assert (only(bad).where, bad[0].field) == ("rows.jsonl:2", field), bad[0].line()


def test_rows_with_an_empty_images_column_are_read(tmp_path):
    row = json.loads(json.dumps({**SHAPES["explicit, standard"], "images": None}))
    assert len(read_rows(tmp_path, [row])[0]) == 1


def test_a_published_preference_comes_back_pair_by_pair_and_once_for_all_criteria(tmp_path):
    asked = [{"role": "user", "content": "Why?"}]
    replies = {each: [{"role": "assistant", "content": each}] for each in ("One.", "Two.", "Three.")}
    pairs = [("One.", "Two.", "overall"), ("Two.", "One.", "tone"), ("One.", "Three.", "overall")]
    rows = [
        {"pair_id": f"p{place}", "comparison_id": compared, "prompt": asked, "criterion": criterion}
        | {
            "chosen": replies[chosen],
            "rejected": replies[rejected],
            "score_chosen": 1.0,
            "score_rejected": 0.0,
        }
        | {"chosen_model": compared, "rejected_model": compared}
        for compared in ("c1", "c2")
        for place, (chosen, rejected, criterion) in enumerate(pairs)
    ]
    source = open_source(str(write_lines(tmp_path / "train.jsonl", rows)))
    items = list(source.items())
    assert [each for each in items if isinstance(each, Problem)] == []
    assert len({each.comparison.comparison_id for each in items}) == 4
    assert {each.comparison.comparison_id.partition("/")[0] for each in items} == {"c1", "c2"}
    assert "comparison_id" not in source.ignored
