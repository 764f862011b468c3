"""An answer is checked against the rubric, and turned back from what was shown where."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlhf_collect.domain.comparison import MAX_COMPLETIONS, canonical_slots
from rlhf_collect.domain.judgement import (
    BOTH_BAD,
    MAX_RATIONALE,
    TIE,
    Criterion,
    Draft,
    Settled,
    answers_hash,
    settle,
)
from rlhf_collect.errors import BadAnswer

PAIR = ("left", "right")
RUBRIC = Criterion(name="overall", question="Which is better?")


def settled(
    draft: Draft,
    *,
    ids: tuple[str, ...] = PAIR,
    shown: tuple[str, ...] | None = None,
    criterion: Criterion | None = RUBRIC,
) -> Settled:
    return settle(
        draft, comparison_id="c1", completion_ids=ids, presentation=shown or ids, criterion=criterion
    )


@pytest.mark.parametrize("imported_as", list(permutations(PAIR)))
@pytest.mark.parametrize("shown", list(permutations(PAIR)))
@pytest.mark.parametrize(("choice", "strength"), [*product(PAIR, (1, 2, 3)), (TIE, 0), (BOTH_BAD, 0)])
def test_an_answer_means_the_same_completion_whichever_side_it_stood_on(
    imported_as: tuple[str, ...], shown: tuple[str, ...], choice: str, strength: int
) -> None:
    found = settled(Draft(choice=choice, strength=strength), ids=imported_as, shown=shown)
    slots = canonical_slots("c1", PAIR)
    assert (found.choice, found.strength) == (choice, strength)
    if choice in PAIR:
        towards = 1 if slots[choice] == 1 else -1
        assert found.label == 2 * slots[choice]
        assert found.signed_strength == towards * strength
        assert found.first_shown_won is (shown[0] == choice)
    else:
        assert found.label == {TIE: 1, BOTH_BAD: 3}[choice]
        assert found.signed_strength == (0 if choice == TIE else None)
        assert found.first_shown_won is None


@given(
    count=st.integers(2, MAX_COMPLETIONS),
    order=st.randoms(use_true_random=False),
    place=st.integers(0, MAX_COMPLETIONS + 1),
    number=st.integers(0, 10_000),
)
def test_the_label_is_the_slot_of_the_choice_for_any_number_of_completions(
    count: int, order: object, place: int, number: int
) -> None:
    ids = [f"{number}-{each}" for each in range(count)]
    choices = [*ids, TIE, BOTH_BAD]
    choice = choices[place % len(choices)]
    order.shuffle(ids)  # type: ignore[attr-defined]
    found = settled(Draft(choice=choice, strength=1 if choice in ids else 0), ids=tuple(ids))
    slots = canonical_slots("c1", ids)
    if choice in ids:
        expected = 2 * slots[choice] if count == 2 else slots[choice]
    else:
        expected = {TIE: 1 if count == 2 else count, BOTH_BAD: 3 if count == 2 else count + 1}[choice]
    assert found.label == expected
    assert (found.signed_strength is None) == (count > 2 or choice == BOTH_BAD)


def test_a_ranking_says_who_won_and_keeps_its_ties() -> None:
    found = settled(Draft(strength=1, ranking=[["b"], ["a", "c"]]), ids=("a", "b", "c"))
    assert found.choice == "b"
    assert found.ranking == (("b",), ("a", "c"))


def test_a_ranking_with_two_in_first_place_is_a_tie() -> None:
    assert settled(Draft(ranking=[["a", "b"], ["c"]]), ids=("a", "b", "c")).choice == TIE


def test_all_bad_may_stand_beside_a_ranking() -> None:
    found = settled(Draft(choice=BOTH_BAD, ranking=[["b"], ["a"], ["c"]]), ids=("a", "b", "c"))
    assert (found.choice, found.ranking) == (BOTH_BAD, (("b",), ("a",), ("c",)))


def test_an_imported_judgement_without_an_order_has_no_first_side() -> None:
    found = settle(
        Draft(choice="left"), comparison_id="c1", completion_ids=PAIR, presentation=None, criterion=None
    )
    assert (found.first_shown_won, found.strength, found.signed_strength) == (None, None, None)


def test_where_only_the_direction_is_asked_no_strength_is_stored() -> None:
    direction = Criterion(name="overall", question="?", strengths=0)
    for choice in (*PAIR, TIE, BOTH_BAD):
        assert settled(Draft(choice=choice), criterion=direction).strength is None


def test_the_same_words_give_the_same_hash_and_other_words_another() -> None:
    drafts = [
        Draft(choice="left", strength=2),
        Draft(choice="left", strength=2, rationale="  "),
        Draft(choice=TIE),
    ]
    once, spaced, other = (answers_hash([settled(each)]) for each in drafts)
    assert once == spaced
    assert once != other
    two = [settled(Draft(criterion=name, choice="left", strength=1)) for name in ("a", "b")]
    assert answers_hash(two) == answers_hash(two[::-1])


STRICT = Criterion(name="overall", question="?", tie=False, both_bad=False, strengths=2, rationale="required")
PLAIN = Criterion(name="overall", question="?", strengths=0, rationale="off")
THREE = ("a", "b", "c")


@pytest.mark.parametrize(
    ("draft", "ids", "criterion", "field", "word"),
    [
        (Draft(), PAIR, RUBRIC, "choice", "is missing"),
        (Draft(choice=""), PAIR, RUBRIC, "choice", "is missing"),
        (Draft(choice="middle", strength=1), PAIR, RUBRIC, "choice", "'middle' is not possible here"),
        (Draft(choice="skip"), PAIR, RUBRIC, "choice", "'skip' is not possible here"),
        (Draft(choice=TIE, rationale="so"), PAIR, STRICT, "choice", "left, right."),
        (Draft(choice=BOTH_BAD, rationale="so"), PAIR, STRICT, "choice", "left, right."),
        (Draft(choice="left"), PAIR, RUBRIC, "strength", "is missing"),
        (Draft(choice="left", strength=0), PAIR, RUBRIC, "strength", "out of range"),
        (Draft(choice="left", strength=4), PAIR, RUBRIC, "strength", "out of range"),
        (Draft(choice="left", strength=-1), PAIR, RUBRIC, "strength", "out of range"),
        (Draft(choice="left", strength=3, rationale="so"), PAIR, STRICT, "strength", "1 to 2"),
        (Draft(choice="left", strength=4), PAIR, None, "strength", "1 to 3"),
        (Draft(choice=TIE, strength=1), PAIR, RUBRIC, "strength", "must be 0"),
        (Draft(choice=BOTH_BAD, strength=2), PAIR, RUBRIC, "strength", "must be 0"),
        (Draft(choice="left", strength=1), PAIR, PLAIN, "strength", "direction only"),
        (Draft(choice="left", rationale="so"), PAIR, PLAIN, "rationale", "takes no written reason"),
        (Draft(choice="left", strength=1, rationale=" "), PAIR, STRICT, "rationale", "is missing"),
        (Draft(choice=TIE, rationale="a\x00b"), PAIR, RUBRIC, "rationale", "not text"),
        (Draft(choice=TIE, rationale="a\ud800"), PAIR, RUBRIC, "rationale", "not text"),
        (Draft(choice=TIE, rationale="a" * (MAX_RATIONALE + 1)), PAIR, RUBRIC, "rationale", "too many"),
        (Draft(ranking=[]), PAIR, RUBRIC, "ranking", "exactly one group"),
        (Draft(ranking=[["a"], [], ["b", "c"]]), THREE, RUBRIC, "ranking", "exactly one group"),
        (Draft(ranking=[["a"], ["b"]]), THREE, RUBRIC, "ranking", "a, b, c"),
        (Draft(ranking=[["a"], ["b"], ["b"]]), THREE, RUBRIC, "ranking", "exactly one group"),
        (Draft(choice="b", ranking=[["a"], ["b"], ["c"]]), THREE, RUBRIC, "choice", "contradicts"),
        (Draft(choice=TIE, ranking=[["a"], ["b", "c"]]), THREE, RUBRIC, "choice", "contradicts"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_its_field_and_what_is_allowed(
    draft: Draft, ids: tuple[str, ...], criterion: Criterion | None, field: str, word: str
) -> None:
    with pytest.raises(BadAnswer) as refused:
        settled(draft, ids=ids, criterion=criterion)
    assert refused.value.message.startswith(f"{field}: ")
    assert word in refused.value.message
