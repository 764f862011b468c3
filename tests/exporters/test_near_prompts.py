"""Which prompts are nearly the same, against a plain second implementation."""

from __future__ import annotations

import itertools
import random
import re
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlhf_collect.exporters.near_prompts import FEWEST, NEAR, near_groups

LONG = "Name three rivers of Germany and say for each of them where it begins and where it ends please"


def groups(texts: list[str], *, block: int = 7) -> list[int]:
    return near_groups(pa.chunked_array([pa.array(texts, pa.string())]), block=block).tolist()


def words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.findall(r"[^\W_]+", plain)


def are_near(one: str, other: str) -> bool:
    """By the definition, word by word."""
    first, second = words(one), words(other)
    if first == second:
        return True
    if min(len(first), len(second)) < FEWEST:
        return False
    runs = [{tuple(each[i : i + 3]) for i in range(len(each) - 2)} for each in (first, second)]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1]) >= NEAR


OTHERWISE = (
    LONG.upper(),
    LONG + "!",
    LONG.replace(" ", "\t\n"),
    LONG + " now",
    "Please: " + LONG,
    LONG.replace("please", ""),
)


@pytest.mark.parametrize("other", OTHERWISE)
def test_a_prompt_written_a_little_otherwise_is_in_the_group(other: str) -> None:
    assert groups([LONG, "Something else entirely.", other]) == [0, 1, 0]


def test_a_short_prompt_is_near_only_to_the_same_words() -> None:
    assert groups(["Why?", "why", "Why not?", "Who?"]) == [0, 0, 2, 3]


def test_an_accent_or_another_letter_is_another_word_but_its_form_is_not() -> None:
    assert groups(["Café noir", "Cafe\u0301 noir", "Cafe noir", "ＣＡＦÉ noir"]) == [0, 0, 2, 0]


def test_scripts_without_spaces_and_from_right_to_left_are_compared_too() -> None:
    assert groups(
        ["日本の首都は何ですか", "日本の首都は何ですか？", "ما هي عاصمة فرنسا؟", "ما هي عاصمة فرنسا"]
    ) == [0, 0, 2, 2]


def test_nearness_is_passed_on() -> None:
    chain = [" ".join(f"w{number}" for number in range(start, start + 60)) for start in range(0, 20, 2)]
    assert not are_near(chain[0], chain[-1])
    assert groups(chain) == [0] * 10


def test_no_text_and_texts_without_words_are_answered() -> None:
    assert groups([]) == []
    assert groups(["", "...", "a"]) == [0, 0, 2]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["ab", "cd", "ef", "gh", "ij", "kl", "mn"]), max_size=14), max_size=12)
)
def test_nothing_is_joined_for_less_than_nearness(given_words: list[list[str]]) -> None:
    texts = [" ".join(each) for each in given_words]
    found = groups(texts)
    linked = [{place} for place in range(len(texts))]
    for one, other in itertools.combinations(range(len(texts)), 2):
        if are_near(texts[one], texts[other]):
            joined = linked[one] | linked[other]
            for place in joined:
                linked[place] = joined
    for place, first in enumerate(found):
        assert first in linked[place]
        if len(words(texts[place])) < FEWEST:  # nothing of these is left to chance
            assert first == min(linked[place])


def test_near_pairs_are_found_whatever_block_they_are_in() -> None:
    drawn = random.Random(7)
    texts = [" ".join(drawn.choices([f"w{number}" for number in range(500)], k=40)) for _ in range(60)]
    changed = [f"{text} and one more" for text in texts]
    for block in (7, 50, 1000):
        assert groups(texts + changed, block=block) == [*range(60), *range(60)]
