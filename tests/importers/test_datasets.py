"""UltraFeedback, HelpSteer2 and 3, Chatbot Arena: rows shaped like theirs."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlhf_collect.importers import open_source
from tests.importers.writing import only, read_all, read_rows, texts, turns, write_lines


def user(content):
    return {"content": content, "role": "user"}


def said(content):
    return {"content": content, "role": "assistant"}


def note(rating, rationale="because"):
    return {"Rating": rating, "Rationale": rationale}


def rated(model, response, helpfulness, honesty):
    return {
        "model": model,
        "response": response,
        "custom_system_prompt": "Be kind.",
        "annotations": {"helpfulness": note(helpfulness), "honesty": note(honesty, "")},
        "overall_score": 7.0,
    }


RAW = {
    "source": "flan",
    "instruction": "Name a river.",
    "models": ["m1", "m2", "m3", "m4"],
    "completions": [
        rated("m1", "Rhine", "3", "5"),
        rated("m2", "Nile", "5", "N/A"),
        rated("m3", "Loire", "3", "5"),
        rated("m4", "Po", "1", "5"),
    ],
    "correct_answers": ["None"],
}


def test_raw_ultrafeedback_gives_a_comparison_of_four_with_rankings(tmp_path):
    good, bad = read_rows(tmp_path, [RAW], keep_preferences=True)
    assert bad == []
    compared = only(good).comparison
    assert [(each.completion_id, each.model) for each in compared.completions] == list(
        zip("abcd", RAW["models"], strict=True)
    )
    judgement = only(list(good[0].judgements))  # honesty has a rating that is no number
    assert judgement.rater == "import:rows/gpt-4"
    assert (judgement.draft.criterion, judgement.draft.choice) == ("helpfulness", "b")
    assert judgement.draft.ranking == [["b"], ["a", "c"], ["d"]]
    assert judgement.draft.rationale.startswith("a: because\n\nb: because")
    assert read_rows(tmp_path, [RAW])[0][0].judgements == ()


def test_raw_ultrafeedback_with_equal_best_ratings_is_a_tie(tmp_path):
    row = {**RAW, "completions": [rated("m1", "Rhine", "4", "1"), rated("m2", "Nile", "4", "2")]}
    drafts = {
        each.draft.criterion: each.draft
        for each in read_rows(tmp_path, [row], keep_preferences=True)[0][0].judgements
    }
    assert drafts["helpfulness"].choice == "tie"
    assert drafts["honesty"].choice == "b"


@pytest.mark.parametrize(
    "change",
    [
        {"completions": [rated("m1", "Rhine", "4", "1")]},
        {"completions": [{"model": "m"}, rated("m1", "Rhine", "4", "1")]},
        {"completions": "many"},
        {"instruction": ""},
    ],
)
def test_raw_ultrafeedback_without_enough_replies_is_a_bad_line(tmp_path, change):
    good, bad = read_rows(tmp_path, [RAW, {**RAW, **change}])
    assert len(good) == len(bad) == 1


BINARIZED = {
    "prompt": "Name a river.",
    "prompt_id": "p1",
    "chosen": [user("Name a river."), said("Nile")],
    "rejected": [user("Name a river."), said("Everest")],
    "messages": [user("Name a river."), said("Nile")],
    "score_chosen": 8.5,
    "score_rejected": 2.0,
}


def test_binarized_ultrafeedback_takes_the_prompt_from_the_dialogues(tmp_path):
    source = open_source(str(write_lines(tmp_path / "b.jsonl", [BINARIZED])), keep_preferences=True)
    assert source.format == "ultrafeedback"
    imported = only(list(source.items()))
    assert turns(imported) == [("user", "Name a river.")]
    winner = next(x.completion_id for x in imported.comparison.completions if x.content[0].content == "Nile")
    assert imported.comparison.metadata["scores"][winner] == 8.5
    assert imported.comparison.metadata["prompt_id"] == "p1"
    assert (imported.judgements[0].rater, imported.judgements[0].draft.choice) == ("import:b/gpt-4", winner)


def test_only_the_pairs_of_binarized_ultrafeedback_are_read(tmp_path):
    (tmp_path / "data").mkdir()
    for name in ("train_prefs-00000", "test_prefs-00000", "train_sft-00000", "train_gen-00000"):
        row = {**BINARIZED, "prompt_id": name}
        pq.write_table(pa.Table.from_pylist([row]), tmp_path / "data" / f"{name}.parquet")
    good, bad = read_all(tmp_path)
    assert [each.where for each in good] == ["data/test_prefs-00000.parquet:row 1"]
    assert "other content" in only(bad).what  # same pair, other prompt_id


STEER = {
    "domain": "code",
    "language": "python",
    "context": [user("Add."), said("How?"), user("a + b")],
    "response1": "sum([a, b])",
    "response2": "a + b",
    "overall_preference": 2,
    "individual_preference": [
        {"score": 3, "reasoning": "Shorter.", "feedback1": "long", "feedback2": "fine"},
        {"score": -1, "reasoning": "Clear.", "feedback1": "fine", "feedback2": "short"},
        {"score": 0, "reasoning": "", "feedback1": "", "feedback2": ""},
    ],
}


def test_helpsteer3_scores_become_one_judgement_each_with_sign_and_strength(tmp_path):
    good, bad = read_rows(tmp_path, [STEER], keep_preferences=True)
    assert bad == []
    imported = only(good)
    assert texts(imported) == [["sum([a, b])"], ["a + b"]]
    assert imported.comparison.tags == ("code",)
    assert (imported.comparison.language, imported.comparison.metadata) == ("", {"language": "python"})
    assert [(x.rater, x.draft.choice, x.draft.strength, x.draft.rationale) for x in imported.judgements] == [
        ("import:rows/rater-1", "b", 3, "Shorter."),
        ("import:rows/rater-2", "a", 1, "Clear."),
        ("import:rows/rater-3", "tie", 0, None),
    ]
    plain = only(read_rows(tmp_path, [STEER])[0])
    assert plain.judgements == ()
    assert plain.comparison == imported.comparison


def test_helpsteer3_without_individual_scores_takes_the_overall_one(tmp_path):
    row = {**STEER, "language": "German", "individual_preference": None}
    imported = only(read_rows(tmp_path, [row], keep_preferences=True)[0])
    assert imported.comparison.language == "de"
    assert [(x.rater, x.draft.choice, x.draft.strength) for x in imported.judgements] == [
        ("import:rows/overall", "b", 2)
    ]


@pytest.mark.parametrize("score", [4, -4, 1.5, "2", None, True])
def test_a_helpsteer_score_beyond_three_is_a_bad_line(tmp_path, score):
    row = {**STEER, "individual_preference": [{"score": score}]}
    good, bad = read_rows(tmp_path, [row, STEER], keep_preferences=True)
    assert len(good) == 1
    assert only(bad).field == "individual_preference[0].score"


def test_helpsteer2_preferences_are_read_with_their_earlier_turns(tmp_path):
    row = {
        "split": "train",
        "prompt": "Hi\n<extra_id_1>Assistant\nHello\n<extra_id_1>User\nA river?",
        "response_1": "Nile",
        "response_2": "Everest",
        "preference_strength": -2,
        "three_most_similar_preferences": [
            {"statement": "1 is better.", "elaboration": "A river.", "strength": -2},
            {"statement": "same", "elaboration": None, "strength": 0},
        ],
    }
    source = open_source(str(write_lines(tmp_path / "h2.jsonl", [row])), keep_preferences=True)
    assert source.format == "helpsteer2"
    imported = only(list(source.items()))
    assert turns(imported) == [("user", "Hi"), ("assistant", "Hello"), ("user", "A river?")]
    assert [(x.draft.choice, x.draft.strength, x.draft.rationale) for x in imported.judgements] == [
        ("a", 2, "1 is better.\n\nA river."),
        ("tie", 0, "same"),
    ]


ARENA = {
    "question_id": "q-1",
    "model_a": "m1",
    "model_b": "m2",
    "winner": "model_b",
    "judge": "arena_user_973",
    "conversation_a": [user("Hi"), said("Hello"), user("A river?"), said("Everest")],
    "conversation_b": [user("Hi"), said("Good day"), user("A river?"), said("Nile")],
    "turn": 2,
    "anony": True,
    "language": "English",
    "tstamp": 1682351591.13,
}


def test_an_arena_battle_of_two_turns_is_a_multi_turn_comparison(tmp_path):
    source = open_source(str(write_lines(tmp_path / "arena.jsonl", [ARENA])), keep_preferences=True)
    assert source.format == "chatbot-arena"
    imported = only(list(source.items()))
    compared = imported.comparison
    assert (compared.comparison_id, compared.language) == ("q-1", "en")
    assert turns(imported) == [("user", "Hi")]
    assert texts(imported) == [["Hello", "A river?", "Everest"], ["Good day", "A river?", "Nile"]]
    judgement = only(list(imported.judgements))
    assert (judgement.rater, judgement.draft.choice) == ("import:arena/arena_user_973", "b")
    assert judgement.submitted_on == date(2023, 4, 24)
    assert source.ignored == ("anony", "turn")


@pytest.mark.parametrize(
    ("winner", "choice"),
    [("model_a", "a"), ("tie", "tie"), ("tie (bothbad)", "both_bad"), ("both_bad", "both_bad")],
)
def test_arena_winners_become_choices(tmp_path, winner, choice):
    good, _ = read_rows(tmp_path, [{**ARENA, "winner": winner}], keep_preferences=True)
    assert only(good).judgements[0].draft.choice == choice


@pytest.mark.parametrize("kept", [True, False])
def test_an_unknown_winner_is_a_bad_line_with_the_known_ones(tmp_path, kept):
    good, bad = read_rows(tmp_path, [ARENA, {**ARENA, "winner": "model_c"}], keep_preferences=kept)
    assert len(good) == 1
    assert only(bad).field == "winner"
    assert "both_bad" in bad[0].mend


def parts(role, *texts, image=None):
    return {
        "role": role,
        "content": [{"type": "text", "text": each, "image": image, "mimeType": None} for each in texts],
        "num_tokens": 3,
    }


LMARENA = {
    "id": "l-1",
    "model_a": "m1",
    "model_b": "m2",
    "winner": "both_bad",
    "evaluation_session_id": "s-9",
    "evaluation_order": 1,
    "conversation_a": [parts("user", "A", "river?"), parts("assistant", "Everest")],
    "conversation_b": [parts("user", "A", "river?"), parts("assistant", "Po")],
    "language": "fr",
    "is_code": True,
    "timestamp": "2025-06-30 23:15:00",
}


def test_the_newer_arena_form_joins_text_parts_and_refuses_images(tmp_path):
    with_image = {**LMARENA, "id": "l-2", "conversation_a": [parts("user", "A", image="png")]}
    path = tmp_path / "arena.parquet"
    pq.write_table(pa.Table.from_pylist([LMARENA, with_image]), path)
    good, bad = read_all(path, keep_preferences=True)
    imported = only(good)
    assert turns(imported) == [("user", "A\nriver?")]
    assert (imported.comparison.language, imported.comparison.tags) == ("fr", ("code",))
    judgement = only(list(imported.judgements))
    assert (judgement.rater, judgement.draft.choice) == ("import:arena/s-9", "both_bad")
    assert judgement.submitted_on == date(2025, 6, 30)
    assert (only(bad).where, bad[0].field) == ("arena.parquet:row 2", "conversation_a")
    assert "image" in bad[0].what
