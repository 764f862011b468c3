"""What raters write to the leads: read by them alone, answered by a person, kept once, and erased with their writer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.messages import MOST_A_DAY, MOST_IN_THREAD, MOST_TEXT, MOST_WAITING
from rlhf_collect.errors import (
    BadAnswer,
    BadCall,
    CollectError,
    Conflict,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
)
from rlhf_collect.ids import new_id
from rlhf_collect.services.alerts import project_alerts
from rlhf_collect.services.context import Context
from rlhf_collect.services.deciders import name_decider
from rlhf_collect.services.deciding import ToDecide, next_to_decide
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.messages import Written, reply, settle_thread, write_message
from rlhf_collect.services.names import A_RATER
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import export_me
from rlhf_collect.services.referrals import refer
from rlhf_collect.services.serving import next_assignment
from rlhf_collect.services.threads import list_threads, messages_standing, messages_waiting, my_threads
from rlhf_collect.services.work import work_facts
from rlhf_collect.stats.alerts import MESSAGES_WAIT
from tests.making import HeldClock, bring, invite, make_project
from tests.making import said as told
from tests.services.looking import count, name_of

ASKED = "Is a joke 'better'?"


@pytest.fixture
def project(ctx: Context) -> Project:
    made = make_project(ctx, overlap=3)
    bring(ctx, made, 3)
    return made


@pytest.fixture
def ada(ctx: Context, project: Project) -> Actor:
    return invite(ctx, project, "Ada").actor


@pytest.fixture
def lea(ctx: Context, project: Project) -> Actor:
    return invite(ctx, project, "Lea", "lead").actor


def ask(ctx: Context, actor: Actor, text: str = ASKED, **more: Any) -> Written:
    return write_message(ctx, actor, new_id(), text, **more)


def answer(ctx: Context, lead: Actor, thread: UUID, text: str = "Yes, if it is asked for.") -> Written:
    return reply(ctx, lead, "helpfulness", thread, new_id(), text)


def test_a_question_is_answered_and_each_side_reads_what_it_may(
    ctx: Context, clock: HeldClock, project: Project, ada: Actor, lea: Actor
) -> None:
    held = next_assignment(ctx, ada, project.name)
    asked = ask(ctx, ada, f"  {ASKED}\n", judgement=held.judgement_id)
    (waiting,) = list_threads(ctx, lea, project.name)
    assert (waiting["state"], waiting["since"]) == ("waiting", clock.now.date().isoformat())
    assert waiting["messages"] == [
        {"from": "rater", "by": "", "text": ASKED, "written_on": clock.now.date().isoformat()}
    ]
    assert "Ada" not in str(waiting)
    about = waiting["about"]
    assert about["comparison"] == name_of(ctx, held)
    assert [each["id"] for each in about["responses"]] == list(held.presentation)
    assert [each["side"] for each in about["responses"]] == ["A", "B"]
    clock.now += timedelta(hours=3)
    answer(ctx, lea, asked.thread_id)
    (mine,) = my_threads(ctx, ada)
    assert (mine["state"], mine["nameless"]) == ("answered", False)
    assert mine["about"]["judgement"] == str(held.judgement_id)
    assert [(each["from"], each["by"]) for each in mine["messages"]] == [("rater", ""), ("lead", "Lea")]
    assert messages_standing(ctx, ada) == {
        "alert_days": 2,
        "waiting": 0,
        "last_reply": mine["messages"][-1]["message"],
    }
    ask(ctx, ada, "And a bad one?", thread=asked.thread_id)
    (again,) = list_threads(ctx, lea, project.name)
    assert [each["text"] for each in again["messages"]] == [
        ASKED,
        "Yes, if it is asked for.",
        "And a bad one?",
    ]
    assert again["state"] == "waiting"
    assert messages_waiting(ctx, lea, project.name) == 1


def test_who_decides_asks_about_what_is_shown_to_be_decided_and_nobody_else_may_name_it(
    ctx: Context, project: Project, ada: Actor, lea: Actor
) -> None:
    items = [told(name, f"import:{letter}", f"{name}-{letter}") for name in ("c000",) for letter in "ab"]
    import_judgements(ctx, OPERATOR, project.name, items, source="elsewhere")
    name_decider(ctx, lea, project.name, "Ada")
    refer(ctx, lea, project.name)
    shown = next_to_decide(ctx, ada, project.name)
    assert isinstance(shown, ToDecide)
    ask(ctx, ada, judgement=shown.decision_id)
    (thread,) = list_threads(ctx, lea, project.name)
    assert [each["id"] for each in thread["about"]["responses"]] == list(shown.presentation)
    with pytest.raises(NotFound):
        ask(ctx, invite(ctx, project, "Bo").actor, judgement=shown.decision_id)


def test_what_waits_longest_comes_first_and_what_is_answered_or_settled_after_it(
    ctx: Context, clock: HeldClock, project: Project, ada: Actor, lea: Actor
) -> None:
    threads = []
    for text in ("first", "second", "third", "fourth"):
        threads.append(ask(ctx, ada, text).thread_id)
        clock.now += timedelta(hours=1)
    answer(ctx, lea, threads[0])
    settle_thread(ctx, ada, threads[1])
    settle_thread(ctx, ada, threads[1])
    told = list_threads(ctx, lea, project.name)
    assert [each["messages"][0]["text"] for each in told] == ["third", "fourth", "second", "first"]
    assert [each["state"] for each in told] == ["waiting", "waiting", "settled", "answered"]
    assert count(ctx, "thread_end") == 1


def test_without_a_pseudonym_leads_read_a_rater_and_the_answer_arrives_all_the_same(
    ctx: Context, project: Project, ada: Actor, lea: Actor
) -> None:
    named, nameless = ask(ctx, ada, "named"), ask(ctx, ada, "nameless", nameless=True)
    told = {each["messages"][0]["text"]: each for each in list_threads(ctx, lea, project.name)}
    assert told["nameless"]["rater"] == A_RATER
    assert told["named"]["rater"] not in ("Ada", A_RATER)
    pseudonym = told["named"]["rater"]
    assert pseudonym not in str(told["nameless"])
    answer(ctx, lea, nameless.thread_id)
    assert {each["thread"]: each["state"] for each in my_threads(ctx, ada)} == {
        str(named.thread_id): "waiting",
        str(nameless.thread_id): "answered",
    }


def test_the_order_somebody_without_a_name_was_shown_is_not_told_since_it_would_name_them(
    ctx: Context, project: Project, ada: Actor, lea: Actor
) -> None:
    bo = invite(ctx, project, "Bo").actor
    held = [next_assignment(ctx, who, project.name) for who in (ada, bo)]
    for who, each in zip((ada, bo), held, strict=True):
        ask(ctx, who, judgement=each.judgement_id, nameless=True)
    about = [each["about"] for each in list_threads(ctx, lea, project.name)]
    assert [[one["side"] for one in each["responses"]] for each in about] == [[None, None]] * 2
    for each in about:
        assert [one["id"] for one in each["responses"]] == [
            f"{each['comparison']}-{letter}" for letter in "ab"
        ]


def test_where_raters_were_told_that_leads_see_no_pseudonym_nobody_has_one_here(ctx: Context) -> None:
    hidden = make_project(ctx, "hidden", quality={"visibility": "anonymous"})
    ask(ctx, invite(ctx, hidden, "Ada").actor)
    lead = invite(ctx, hidden, "Lea", "lead").actor
    assert [each["rater"] for each in list_threads(ctx, lead, "hidden")] == [A_RATER]


def test_a_message_sent_twice_is_one_and_its_id_is_nobody_elses(
    ctx: Context, project: Project, ada: Actor, lea: Actor
) -> None:
    name = new_id()
    assert write_message(ctx, ada, name, ASKED).fresh
    assert not write_message(ctx, ada, name, ASKED).fresh
    assert len(my_threads(ctx, ada)) == 1
    bo = invite(ctx, project, "Bo").actor
    for who, text in ((ada, "Something else."), (bo, ASKED)):
        with pytest.raises(Conflict, match="Another message has this id"):
            write_message(ctx, who, name, text)
    answered = new_id()
    assert reply(ctx, lea, project.name, name, answered, "Yes.").fresh
    assert not reply(ctx, lea, project.name, name, answered, "Yes.").fresh
    assert count(ctx, "message") == 2


def test_who_may_not_see_a_thread_learns_of_no_message_by_its_id(
    ctx: Context, project: Project, ada: Actor, lea: Actor
) -> None:
    known = ask(ctx, ada).message_id
    other = make_project(ctx, "other")
    lou = invite(ctx, other, "Lou", "lead").actor
    for message in (known, new_id()):
        with pytest.raises(NotFound):
            reply(ctx, lou, "other", new_id(), message, "x")


def test_pages_of_threads_follow_each_other(ctx: Context, project: Project, ada: Actor, lea: Actor) -> None:
    for number in range(5):
        ask(ctx, ada, f"Question {number}")
    pages = [list_threads(ctx, lea, project.name, limit=2, after=after) for after in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [each for page in pages for each in page] == list_threads(ctx, lea, project.name)


def test_two_leads_answering_at_once_both_stand_in_an_order(
    ctx: Context, project: Project, ada: Actor, lea: Actor
) -> None:
    thread = ask(ctx, ada).thread_id
    others = [lea, invite(ctx, project, "Max", "lead").actor]
    both = [threading.Thread(target=answer, args=(ctx, who, thread, who.name)) for who in others]
    for each in both:
        each.start()
    for each in both:
        each.join()
    (told,) = my_threads(ctx, ada)
    assert sorted(each["text"] for each in told["messages"][1:]) == ["Lea", "Max"]


Deed = Callable[[Context, Actor, UUID], object]
REFUSED: dict[str, tuple[Deed, type[CollectError], str]] = {
    "an empty text": (lambda ctx, ada, _: ask(ctx, ada, " \n "), BadCall, "text: is empty"),
    "nothing that shows": (lambda ctx, ada, _: ask(ctx, ada, "\u200b\u200b"), BadCall, "text: is empty"),
    "too long a text": (lambda ctx, ada, _: ask(ctx, ada, "x" * (MOST_TEXT + 1)), BadAnswer, "too many"),
    "half a character": (lambda ctx, ada, _: ask(ctx, ada, "\ud800"), BadAnswer, "not text"),
    "a thread of nobody": (lambda ctx, ada, _: ask(ctx, ada, thread=new_id()), NotFound, "no such message"),
    "a comparison of nobody": (
        lambda ctx, ada, _: ask(ctx, ada, judgement=new_id()),
        NotFound,
        "not handed to you",
    ),
    "another subject in a thread": (
        lambda ctx, ada, thread: ask(ctx, ada, thread=thread, nameless=True),
        BadCall,
        "said when it begins",
    ),
    "a reply by the command line": (
        lambda ctx, _, thread: answer(ctx, OPERATOR, thread),
        NotAllowed,
        "answers nobody",
    ),
    "a reply by a rater": (
        answer,
        NotAllowed,
        "may not read and answer",
    ),
    "a look by a rater": (lambda ctx, ada, _: list_threads(ctx, ada, "helpfulness"), NotAllowed, "may not"),
    "a thread settled by the command line": (
        lambda ctx, _, thread: settle_thread(ctx, OPERATOR, thread),
        NotAllowed,
        "does not rate",
    ),
}


@pytest.mark.parametrize("deed", REFUSED)
def test_what_cannot_be_sent_is_refused_and_changes_nothing(
    deed: str, ctx: Context, ada: Actor, lea: Actor
) -> None:
    thread = ask(ctx, ada).thread_id
    act, error, said = REFUSED[deed]
    with pytest.raises(error, match=said):
        act(ctx, ada, thread)
    assert (count(ctx, "thread"), count(ctx, "message"), count(ctx, "thread_end")) == (1, 1, 0)


def test_nobody_writes_into_settles_or_answers_what_is_not_theirs(
    ctx: Context, project: Project, ada: Actor, lea: Actor
) -> None:
    thread = ask(ctx, ada).thread_id
    bo = invite(ctx, project, "Bo").actor
    other = make_project(ctx, "other")
    outside = invite(ctx, other, "Lou", "lead").actor
    held = next_assignment(ctx, ada, project.name)
    for deed in (
        lambda: ask(ctx, bo, thread=thread),
        lambda: ask(ctx, bo, judgement=held.judgement_id),
        lambda: settle_thread(ctx, bo, thread),
        lambda: reply(ctx, outside, "other", thread, new_id(), "Yes."),
        lambda: list_threads(ctx, outside, "helpfulness"),
    ):
        with pytest.raises(NotFound):
            deed()
    assert my_threads(ctx, bo) == []
    assert list_threads(ctx, outside, "other") == []


def test_who_became_a_lead_does_not_answer_themselves(ctx: Context, project: Project, ada: Actor) -> None:
    thread = ask(ctx, ada).thread_id
    promoted = replace(ada, role=invite(ctx, project, "Lea", "lead").actor.role)
    with pytest.raises(NotAllowed, match="somebody else answers"):
        answer(ctx, promoted, thread)


def test_a_settled_thread_takes_nothing_more_and_as_many_wait_as_one_can_look_after(
    ctx: Context, ada: Actor, lea: Actor
) -> None:
    threads = [ask(ctx, ada, f"Question {number}").thread_id for number in range(MOST_WAITING)]
    with pytest.raises(Refused, match=f"{MOST_WAITING} of your messages wait"):
        ask(ctx, ada)
    settle_thread(ctx, ada, threads[0])
    ask(ctx, ada)
    with pytest.raises(Refused, match="it is settled"):
        ask(ctx, ada, thread=threads[0])
    with pytest.raises(Refused, match="it is settled"):
        answer(ctx, lea, threads[0])


def test_nobody_writes_more_in_a_day_than_anybody_reads(
    ctx: Context, clock: HeldClock, ada: Actor, lea: Actor
) -> None:
    thread = ask(ctx, ada).thread_id
    for number in range(1, MOST_A_DAY):
        ask(ctx, ada, f"And {number}", thread=thread)
    for more in ({"thread": thread}, {}):
        with pytest.raises(Refused, match=f"{MOST_A_DAY} messages in a day"):
            ask(ctx, ada, **more)
    answer(ctx, lea, thread)
    clock.move(hours=24)
    ask(ctx, ada, thread=thread)


def test_a_thread_ends_somewhere(ctx: Context, clock: HeldClock, ada: Actor) -> None:
    thread = ask(ctx, ada).thread_id
    for number in range(1, MOST_IN_THREAD):
        clock.move(minutes=40)
        ask(ctx, ada, f"And {number}", thread=thread)
    with pytest.raises(Refused, match="as long as it can be"):
        ask(ctx, ada, "And", thread=thread)


def test_leads_are_alerted_after_two_days_and_until_nothing_waits_any_more_and_nobody_is_named(
    ctx: Context, clock: HeldClock, project: Project, ada: Actor, lea: Actor
) -> None:
    def told() -> list[dict[str, Any]]:
        found = project_alerts(ctx, lea, project.name)["alerts"]
        return [each for each in found if each["kind"] == MESSAGES_WAIT]

    asked = clock.now
    threads = [ask(ctx, ada).thread_id]
    clock.now += timedelta(days=1)
    threads.append(ask(ctx, ada, "Another.").thread_id)
    clock.now = asked + timedelta(days=2) - timedelta(seconds=1)
    assert told() == []
    clock.now += timedelta(seconds=1)
    (alert,) = told()
    assert alert["figures"] == {"messages": 1, "days": 2, "oldest": asked.date().isoformat()}
    assert alert["since"] == clock.now.replace(hour=0, minute=0, second=0).isoformat()  # no time of day
    assert "1 message of a rater has waited for an answer for 2 days or more" in alert["sentence"]
    clock.now += timedelta(days=1)
    assert told()[0]["figures"]["messages"] == 2
    assert ASKED not in str(told())
    answer(ctx, lea, threads[0])
    assert told()[0]["figures"]["messages"] == 1
    settle_thread(ctx, ada, threads[1])
    assert told() == []
    ask(ctx, ada, "And then?", thread=threads[0])
    clock.now += timedelta(days=2)
    assert told()[0]["figures"]["messages"] == 1


def test_a_version_says_how_many_were_written_and_how_many_waited_over_seven_days(
    ctx: Context, clock: HeldClock, project: Project, ada: Actor, lea: Actor
) -> None:
    def written() -> Any:
        return work_facts(ctx.store, project, None, clock.now).since_beginning.written

    late, soon = ask(ctx, ada, "late").thread_id, ask(ctx, ada, "soon").thread_id
    never = ask(ctx, ada, "never mind")
    settle_thread(ctx, ada, never.thread_id)
    clock.now += timedelta(hours=6)
    answer(ctx, lea, soon)
    told = written()
    assert (told.messages, told.unanswered, told.answered, told.reply_hours) == (3, 0, 1, 6.0)
    clock.now += timedelta(days=7)
    assert written().unanswered == 1
    answer(ctx, lea, late)
    ask(ctx, ada, "more", thread=late)
    told = written()
    assert (told.messages, told.unanswered, told.answered) == (4, 1, 1)


def test_a_persons_messages_are_in_their_export_and_go_with_them(
    ctx: Context, project: Project, ada: Actor, lea: Actor
) -> None:
    thread = ask(ctx, ada).thread_id
    answer(ctx, lea, thread)
    settle_thread(ctx, ada, thread)
    mine = export_me(ctx, ada)
    assert [each["said"] for each in mine["messages"]] == [ASKED, "Yes, if it is asked for."]
    assert [each["thread_id"] for each in mine["threads"]] == [
        each["thread_id"] for each in mine["thread_ends"]
    ]
    erase_me(ctx, ada, judgements="kept")
    assert list_threads(ctx, lea, project.name) == []
    assert (count(ctx, "thread"), count(ctx, "message"), count(ctx, "thread_end")) == (0, 0, 0)
    with pytest.raises(NotSignedIn):
        ask(ctx, ada)


def test_an_answer_stays_without_a_name_when_the_lead_who_wrote_it_had_their_data_erased(
    ctx: Context, ada: Actor, lea: Actor
) -> None:
    thread = ask(ctx, ada).thread_id
    answer(ctx, lea, thread)
    erase_me(ctx, lea)
    (mine,) = my_threads(ctx, ada)
    assert [each["by"] for each in mine["messages"]] == ["", ""]
