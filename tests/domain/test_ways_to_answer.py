"""Every way to answer: degrees, ranking, points, reasons, and how a criterion unfolds over turns."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlhf_collect.domain.comparison import canonical_slots
from rlhf_collect.domain.judgement import (
    BOTH_BAD,
    TIE,
    Draft,
    Reason,
    Settled,
    answers_hash,
    settle,
)
from rlhf_collect.domain.remarks import Edited, Flag
from rlhf_collect.domain.rubric import (
    ANSWERS,
    POINT_RANGES,
    STRENGTH_OF_DEGREE,
    Criterion,
    OfferedReason,
    expanded,
)
from rlhf_collect.errors import BadAnswer

PAIR = ("left", "right")
FOUR = ("a", "b", "c", "d")


def asked(answer: str = "choice", **more: object) -> Criterion:
    free = {"strengths": 0} if answer != "choice" else {}
    bare = {"tie": False, "both_bad": False} if answer == "points" else {}
    return Criterion(name="overall", question="Which?", answer=answer, **(free | bare | more))  # type: ignore[arg-type]


DEGREES = asked(tie=False, both_bad=False, strengths=4)
RANKING = asked("ranking")
POINTS = asked("points", points="1-7")
CHIPS = asked(
    strengths=0,
    rationale="required",
    reasons=(
        OfferedReason(name="incorrect"),
        OfferedReason(name="too_formal", en="Too formal", fr="Soutenu"),
    ),
)


def settled(
    draft: Draft,
    criterion: Criterion | None,
    ids: tuple[str, ...] = PAIR,
    shown: tuple[str, ...] | None = None,
) -> Settled:
    return settle(
        draft, comparison_id="c1", completion_ids=ids, presentation=shown or ids, criterion=criterion
    )


@pytest.mark.parametrize("shown", list(permutations(PAIR)))
@pytest.mark.parametrize("choice", PAIR)
@pytest.mark.parametrize(("degree", "strength"), STRENGTH_OF_DEGREE.items())
def test_four_degrees_are_kept_and_stand_for_three_strengths(
    shown: tuple[str, ...], choice: str, degree: int, strength: int
) -> None:
    found = settled(Draft(choice=choice, strength=degree), DEGREES, shown=shown)
    assert (found.choice, found.degree, found.strength) == (choice, degree, strength)
    sign = 1 if canonical_slots("c1", PAIR)[choice] == 1 else -1
    assert found.signed_strength == sign * strength


def test_the_weakest_of_four_degrees_is_never_taken_for_a_tie() -> None:
    assert settled(Draft(choice="left", strength=1), DEGREES).strength == 1


def test_any_other_scale_has_no_degree() -> None:
    assert settled(Draft(choice="left", strength=3), asked()).degree is None


ranks = st.lists(st.integers(1, 4), min_size=4, max_size=4)


@given(places=ranks, shown=st.permutations(FOUR), all_bad=st.booleans())
def test_a_ranking_means_the_same_in_whatever_order_it_was_shown_and_written(
    places: list[int], shown: list[str], all_bad: bool
) -> None:
    place = dict(zip(FOUR, places, strict=True))
    groups = [[each for each in shown if place[each] == step] for step in sorted(set(places))]
    choice = BOTH_BAD if all_bad else None
    found = settled(Draft(choice=choice, ranking=groups), RANKING, FOUR, tuple(shown))
    in_import_order = tuple(
        tuple(each for each in FOUR if place[each] == step) for step in sorted(set(places))
    )
    assert found.ranking == in_import_order
    first = in_import_order[0]
    assert found.choice == (BOTH_BAD if all_bad else first[0] if len(first) == 1 else TIE)
    assert found.strength is found.signed_strength is None
    # what was settled, said again, is the same answer
    again = settled(Draft(choice=found.choice, ranking=found.ranking), RANKING, FOUR, FOUR)
    assert answers_hash([again]) == answers_hash([found])


@given(
    scale=st.sampled_from(sorted(POINT_RANGES)), numbers=st.lists(st.integers(0, 4), min_size=4, max_size=4),
    shown=st.permutations(FOUR),
)  # fmt: skip
def test_points_give_the_ranking_and_the_choice(scale: str, numbers: list[int], shown: list[str]) -> None:
    low, high = POINT_RANGES[scale]
    given_points = {
        each: low + number * (high - low) // 4 for each, number in zip(FOUR, numbers, strict=True)
    }
    draft = Draft(points={each: given_points[each] for each in shown})
    found = settled(draft, asked("points", points=scale), FOUR, tuple(shown))
    assert found.points == given_points
    assert list(found.points or ()) == list(FOUR)
    flat = [(given_points[each], group) for group, ids in enumerate(found.ranking or ()) for each in ids]
    assert sorted(flat, key=lambda each: (-each[0], each[1])) == flat
    assert len({points for points, _ in flat}) == len(found.ranking or ())
    best = [each for each in FOUR if given_points[each] == max(given_points.values())]
    assert found.choice == (best[0] if len(best) == 1 else TIE)
    again = settled(
        Draft(points=found.points, ranking=found.ranking, choice=found.choice),
        asked("points", points=scale), FOUR,
    )  # fmt: skip
    assert answers_hash([again]) == answers_hash([found])


@given(order=st.permutations([("left", "incorrect"), ("right", "incorrect"), ("left", "too_formal")]))
def test_reasons_touched_in_any_order_are_the_same_answer(order: list[tuple[str, str]]) -> None:
    reasons = [Reason(completion=completion, reason=reason) for completion, reason in order]
    found = settled(Draft(choice="left", reasons=reasons), CHIPS)
    assert [(each.completion, each.reason) for each in found.reasons] == [
        ("left", "incorrect"),
        ("left", "too_formal"),
        ("right", "incorrect"),
    ]


def test_a_required_reason_is_given_with_one_touch_or_in_words() -> None:
    touched = Draft(choice="left", reasons=[Reason(completion="right", reason="incorrect")])
    assert settled(touched, CHIPS).rationale is None
    assert settled(Draft(choice="left", rationale="So."), CHIPS).rationale == "So."


def test_an_untouched_order_is_kept_as_asked_about_only_where_there_is_an_order() -> None:
    order = [["left"], ["right"]]
    assert settled(Draft(ranking=order, order_asked=True), RANKING).order_asked is True
    assert settled(Draft(ranking=order), RANKING).order_asked is False
    assert settled(Draft(choice="left", strength=1), asked()).order_asked is None
    assert settled(Draft(ranking=order), None).order_asked is None


def test_all_are_bad_stands_alone_in_a_ranking() -> None:
    found = settled(Draft(choice=BOTH_BAD), RANKING, FOUR)
    assert (found.choice, found.ranking, found.label, found.order_asked) == (BOTH_BAD, None, 5, None)
    beside = settled(Draft(choice=BOTH_BAD, ranking=[["d"], ["a", "b", "c"]]), RANKING, FOUR)
    assert beside.ranking == (("d",), ("a", "b", "c"))
    assert answers_hash([found]) != answers_hash([beside])


def test_a_judgement_made_elsewhere_may_bring_its_degree_points_reasons_and_asking() -> None:
    degree = settled(Draft(choice="left", degree=2), None)
    assert (degree.degree, degree.strength) == (2, 1)
    assert settled(Draft(choice="left", degree=4, strength=3), None).degree == 4
    points = settled(Draft(points={"left": 0, "right": 100}), None)
    assert (points.choice, points.ranking) == ("right", (("right",), ("left",)))
    own = settled(Draft(choice="left", reasons=[Reason(completion="left", reason="of_their_own")]), None)
    assert own.reasons[0].reason == "of_their_own"
    assert settled(Draft(ranking=[["left"], ["right"]], order_asked=True), None).order_asked is True


def test_an_answer_stored_before_there_were_other_ways_keeps_its_hash() -> None:
    old = settled(Draft(choice="left", strength=2, rationale="So."), asked())
    assert set(old.content()) == {"criterion", "choice", "strength", "ranking", "rationale"}
    assert answers_hash([old]) == "16a6c64a244db09abb698dd67dd124b6ad90369173f73f52278bb907f834ef1b"


def test_whatever_was_said_beside_the_answer_makes_another_submission() -> None:
    answer = [settled(Draft(choice="left", strength=2), asked())]
    flags = [Flag(target="prompt", flag="harmful")]
    edited = Edited(completion="left", content="Better.")
    hashes = [
        answers_hash(answer),
        answers_hash(answer, flags),
        answers_hash(answer, (), edited),
        answers_hash(answer, flags, edited),
    ]
    assert len(set(hashes)) == 4
    degrees = [settled(Draft(choice="left", strength=each), DEGREES) for each in (1, 2)]
    assert degrees[0].strength == degrees[1].strength
    assert answers_hash(degrees[:1]) != answers_hash(degrees[1:])


def by_reason(*pairs: tuple[str, str]) -> Draft:
    reasons = [Reason(completion=completion, reason=reason) for completion, reason in pairs]
    return Draft(choice="left", reasons=reasons)


@pytest.mark.parametrize(
    ("draft", "criterion", "field", "word"),
    [
        (Draft(choice="left", strength=5), DEGREES, "strength", "1 to 4"),
        (Draft(choice="left"), DEGREES, "strength", "1 to 4"),
        (Draft(choice=TIE), DEGREES, "choice", "not possible here"),
        (Draft(choice="left", strength=1, degree=1), DEGREES, "degree", "follows from strength"),
        (Draft(choice="left", degree=2, strength=2), None, "degree", "means strength 1"),
        (Draft(choice="left", degree=5), None, "degree", "1 to 4"),
        (Draft(choice=TIE, degree=1), None, "degree", "beside 'tie'"),
        (Draft(choice="left"), RANKING, "ranking", "is missing"),
        (Draft(choice=BOTH_BAD), asked("ranking", both_bad=False), "ranking", "is missing"),
        (Draft(ranking=[["left"], ["right"]], strength=1), RANKING, "strength", "direction only"),
        (Draft(ranking=[["left", "right"]]), asked("ranking", tie=False), "ranking", "no two may share"),
        (
            Draft(choice=BOTH_BAD, ranking=[["left"], ["right"]]),
            asked("ranking", both_bad=False),
            "choice",
            "not",
        ),
        (Draft(ranking=[["left"]]), RANKING, "ranking", "exactly one group"),
        (Draft(), POINTS, "points", "are missing"),
        (Draft(points={"left": 3}), POINTS, "points", "left, right"),
        (Draft(points={"left": 3, "right": 8}), POINTS, "points", "1 to 7"),
        (Draft(points={"left": 0, "right": 7}), POINTS, "points", "1 to 7"),
        (Draft(points={"left": True, "right": 7}), POINTS, "points", "whole numbers"),
        (Draft(points={"left": 101, "right": 7}), None, "points", "0 to 100"),
        (Draft(points={"left": 3, "right": 2}), asked(), "points", "asks for none"),
        (Draft(points={"left": 3, "right": 2}, choice="right"), POINTS, "choice", "contradicts"),
        (Draft(points={"left": 3, "right": 2}, ranking=[["left", "right"]]), POINTS, "ranking", "the points"),
        (by_reason(("middle", "incorrect")), CHIPS, "reasons", "left, right"),
        (by_reason(("left", "useful")), CHIPS, "reasons", "Offered are incorrect, too_formal."),
        (by_reason(("left", "useful")), asked(strengths=0), "reasons", "leave them out"),
        (by_reason(("left", "incorrect"), ("left", "incorrect")), CHIPS, "reasons", "twice"),
        (Draft(choice="left"), CHIPS, "rationale", "Choose one of the reasons"),
        (Draft(choice="left", strength=1, order_asked=True), asked(), "order_asked", "no order"),
        (Draft(points={"left": 3, "right": 2}, order_asked=True), POINTS, "order_asked", "no order"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field_and_what_is_allowed(
    draft: Draft, criterion: Criterion | None, field: str, word: str
) -> None:
    with pytest.raises(BadAnswer) as refused:
        settled(draft, criterion)
    assert refused.value.message.startswith(f"{field}: ")
    assert word in refused.value.message


LONG = ["assistant", "user", "assistant"]


def test_a_criterion_unfolds_into_every_turn_where_all_replies_have_equally_many() -> None:
    rubric = (asked(turns=True), Criterion(name="safe", question="Safe?"))
    found = expanded(rubric, [LONG, [*LONG, "user"]])
    assert [(each.name, each.turn) for each in found] == [("overall@1", 1), ("overall@2", 2), ("safe", None)]
    assert found[0].as_json()["turn"] == 1


@given(turns=st.lists(st.integers(1, 4), min_size=2, max_size=8))
def test_the_whole_is_judged_unless_all_have_the_same_two_turns_or_more(turns: list[int]) -> None:
    roles = [["assistant", "user"] * count for count in turns]
    found = expanded((asked(turns=True),), roles)
    several = len(set(turns)) == 1 and turns[0] > 1
    assert len(found) == (turns[0] if several else 1)
    assert found[0].name == ("overall@1" if several else "overall")


def test_every_way_to_answer_is_told_in_words() -> None:
    ways = [asked(), asked(strengths=0), DEGREES, RANKING, POINTS, asked(turns=True)]
    assert {each.answer for each in ways} == set(ANSWERS)
    assert len({each.way() for each in ways}) == len(ways)
