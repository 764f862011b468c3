"""Orders, slots and ids: drawn so that nothing depends on the place something was listed at."""

from __future__ import annotations

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare

from rlhf_collect.domain.actor import OPERATOR, RIGHTS, Actor, Right, Role
from rlhf_collect.domain.comparison import canonical_slots
from rlhf_collect.domain.presentation import draw_presentation
from rlhf_collect.errors import CollectError, NotAllowed, NotFound
from rlhf_collect.ids import content_hash, new_id, pseudonym

IDS = st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=8, unique=True)


@given(seed=st.text(max_size=8), comparison=st.text(max_size=8), rater=st.text(max_size=8), ids=IDS)
def test_a_reload_shows_the_same_order(seed: str, comparison: str, rater: str, ids: list[str]) -> None:
    def draw() -> tuple[str, ...]:
        return draw_presentation(seed=seed, comparison_id=comparison, rater=rater, completion_ids=ids)

    assert draw() == draw()
    assert sorted(draw()) == sorted(ids)


@given(rater=st.text(max_size=10), count=st.integers(1, 60))
def test_no_side_leads_by_more_than_two_for_any_rater_at_any_time(rater: str, count: int) -> None:
    first = [0, 0]
    for number in range(count):
        shown = draw_presentation(
            seed="s", comparison_id=f"c{number}", rater=rater, completion_ids=("a", "b"), times_first=first
        )
        first["ab".index(shown[0])] += 1
        assert abs(first[0] - first[1]) <= 2


def test_the_next_side_cannot_be_told_from_the_last_one() -> None:
    """Strict alternation would be balanced too, and would be seen through."""
    changes = total = 0
    for rater in range(200):
        first, last = [0, 0], ""
        for number in range(20):
            shown = draw_presentation(
                seed="s", comparison_id=f"c{number}", rater=str(rater), completion_ids="ab", times_first=first
            )[0]
            changes, total = changes + (shown != last), total + 1
            first["ab".index(shown)] += 1
            last = shown
    assert 0.4 < changes / total < 0.85


def test_over_raters_each_completion_stands_first_equally_often() -> None:
    draws = [
        draw_presentation(seed="s", comparison_id="c", rater=str(rater), completion_ids="ab")[0]
        for rater in range(2000)
    ]
    assert binomtest(draws.count("a"), len(draws)).pvalue > 0.001


def test_over_raters_every_order_of_three_is_equally_likely() -> None:
    counts = Counter(
        draw_presentation(seed="s", comparison_id="c", rater=str(rater), completion_ids="abc")
        for rater in range(3000)
    )
    assert len(counts) == 6
    assert chisquare(list(counts.values())).pvalue > 0.001


def test_another_project_draws_other_orders() -> None:
    orders = [
        [
            draw_presentation(seed=seed, comparison_id=f"c{number}", rater="r", completion_ids="ab")
            for number in range(40)
        ]
        for seed in ("one", "two")
    ]
    assert orders[0] != orders[1]


@given(comparison=st.text(max_size=12), ids=IDS, order=st.randoms(use_true_random=False))
def test_slots_do_not_depend_on_the_order_of_the_import(
    comparison: str, ids: list[str], order: object
) -> None:
    before = canonical_slots(comparison, ids)
    order.shuffle(ids)  # type: ignore[attr-defined]
    assert canonical_slots(comparison, ids) == before
    assert sorted(before.values()) == list(range(len(ids)))


def test_over_comparisons_a_model_listed_first_takes_either_slot_equally_often() -> None:
    first = sum(canonical_slots(f"c{number}", ("first", "second"))["first"] for number in range(2000))
    assert binomtest(first, 2000).pvalue > 0.001


def test_ids_rise_strictly_and_across_threads_as_they_are_made() -> None:
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: [new_id() for _ in range(3000)], range(8)))
    for run in runs:
        assert all(earlier < later for earlier, later in itertools.pairwise(run))
    every = [each for run in runs for each in run]
    assert len(set(every)) == len(every)


def test_an_id_is_a_uuid_of_version_seven_that_holds_its_moment() -> None:
    before = datetime.now(UTC).timestamp()
    made = new_id()
    after = datetime.now(UTC).timestamp()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    # Ids made in a burst may run ahead of the clock by as many ticks of a quarter microsecond.
    assert before - 0.001 <= (made.int >> 80) / 1000 <= after + 0.1


def test_a_hash_does_not_depend_on_the_order_of_the_keys() -> None:
    assert content_hash({"a": 1, "b": [1, 2]}) == content_hash({"b": [1, 2], "a": 1})
    assert content_hash({"a": 1, "b": [2, 1]}) != content_hash({"a": 1, "b": [1, 2]})


def test_a_pseudonym_holds_under_one_key_and_tells_nothing_under_another() -> None:
    assert pseudonym(b"k" * 32, "ada", 12) == pseudonym(b"k" * 32, "ada", 12)
    assert pseudonym(b"k" * 32, "ada", 12) != pseudonym(b"l" * 32, "ada", 12)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("right", list(Right))
def test_a_role_has_the_rights_of_its_table_in_its_own_project_and_none_elsewhere(
    role: Role, right: Right
) -> None:
    own, other = new_id(), new_id()
    actor = Actor(name="ada", role=role, project_id=own, rater_key=new_id())
    assert _refusal(actor, right, own) == (None if right in RIGHTS[role] else NotAllowed)
    assert _refusal(actor, right, other) == NotFound


def test_the_operator_may_do_everything_but_rate() -> None:
    refused = {right for right in Right if _refusal(OPERATOR, right, new_id())}
    assert refused == {Right.RATE}


def _refusal(actor: Actor, right: Right, project: object) -> type[CollectError] | None:
    try:
        actor.require(right, project)  # type: ignore[arg-type]
    except CollectError as error:
        return type(error)
    return None
