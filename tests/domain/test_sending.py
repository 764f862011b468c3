"""What is sent is sent once, tried again after longer and longer waits, and given up in the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rlhf_collect.domain.sending import CUT_SHORT, LONGEST_WAIT, WAITS, Fate, Reply, Try, is_due, settled

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def tried(fate: Fate | None, *, target: str = "a", retry_at: datetime | None = None) -> Try:
    return Try(target=target, began_at=NOW, fate=fate, retry_at=retry_at)


def test_what_was_delivered_is_not_sent_again_to_another_target_either():
    assert is_due([], "a", NOW)
    done = [tried(Fate.DELIVERED)]
    assert not is_due(done, "a", NOW + timedelta(days=9))
    assert not is_due(done, "b", NOW + timedelta(days=9))


def test_what_failed_is_due_when_its_wait_is_over_and_what_was_given_up_only_to_another_target():
    failed = [tried(Fate.FAILED, retry_at=NOW + MINUTE)]
    assert not is_due(failed, "a", NOW)
    assert is_due(failed, "a", NOW + MINUTE)
    given_up = [tried(Fate.GIVEN_UP)]
    assert not is_due(given_up, "a", NOW + timedelta(days=9))
    assert is_due(given_up, "b", NOW)


def test_a_try_under_way_is_left_alone_and_one_that_was_cut_short_is_made_again_a_bounded_number_of_times():
    under_way = [tried(None)]
    assert not is_due(under_way, "a", NOW + CUT_SHORT - MINUTE)
    assert is_due(under_way, "a", NOW + CUT_SHORT)
    assert not is_due(under_way * (len(WAITS) + 1), "a", NOW + CUT_SHORT)


def test_waits_grow_hold_to_what_is_asked_within_a_day_and_end():
    failed = Reply(fate=Fate.FAILED, said="It answered 500.")
    waits = [settled(failed, before, NOW) for before in range(len(WAITS) + 1)]
    assert waits[:-1] == [(Fate.FAILED, NOW + each) for each in WAITS]
    assert waits[-1] == (Fate.GIVEN_UP, None)
    assert list(WAITS) == sorted(WAITS)
    for asked, waited in ((timedelta(hours=2), timedelta(hours=2)), (timedelta(days=400), LONGEST_WAIT)):
        asking = Reply(fate=Fate.FAILED, said="", wait=asked)
        assert settled(asking, 0, NOW) == (Fate.FAILED, NOW + waited)
    soon = Reply(fate=Fate.FAILED, said="", wait=timedelta(seconds=1))
    assert settled(soon, 0, NOW) == (Fate.FAILED, NOW + WAITS[0])
    assert settled(Reply(fate=Fate.DELIVERED, said=""), 0, NOW) == (Fate.DELIVERED, None)
