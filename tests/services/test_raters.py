"""People: how they come in and go, what they agreed to, and what is theirs to take away."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor, Role
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.errors import BadCall, NotAllowed, NotFound, NotSignedIn
from rlhf_collect.services.context import Context
from rlhf_collect.services.imports import import_judgements as bring_judgements
from rlhf_collect.services.judgements import revise_judgement, skip_assignment
from rlhf_collect.services.people import list_people, remove_person
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import (
    INVITATION_HOLDS,
    SESSION_HOLDS,
    about_me,
    add_rater,
    consents_of,
    end_session,
    export_me,
    set_consents,
    start_session,
    who_is,
)
from rlhf_collect.services.serving import next_assignment
from tests.making import HeldClock, ask_and_judge, bring, invite, judge, make_project, raters, said
from tests.services.looking import column, count, query

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def project(ctx: Context) -> Project:
    """Five comparisons, three judgements each."""
    project = make_project(ctx)
    bring(ctx, project, 5)
    return project


def is_in(ctx: Context, session: str) -> bool:
    try:
        who_is(ctx, session=session)
    except NotSignedIn:
        return False
    return True


def test_an_invitation_opens_sessions_until_it_runs_out(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    person = invite(ctx, project, "ada")
    first, second = (start_session(ctx, person.invitation) for _ in range(2))
    assert first.secret != second.secret
    assert first.role == Role.RATER
    assert who_is(ctx, session=first.secret) == who_is(ctx, key=person.key) == person.actor
    clock.move(seconds=(INVITATION_HOLDS - MOMENT).total_seconds())
    start_session(ctx, person.invitation)
    clock.now += MOMENT
    with pytest.raises(NotSignedIn):
        start_session(ctx, person.invitation)


def test_a_session_ends_by_the_clock_to_the_moment_even_if_it_was_just_used(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    session = start_session(ctx, invite(ctx, project, "ada").invitation)
    assert session.ends == clock.now + SESSION_HOLDS
    clock.now = session.ends - MOMENT
    assert is_in(ctx, session.secret)
    clock.now = session.ends
    assert not is_in(ctx, session.secret)


def test_who_signs_out_is_out_at_once_and_twice_is_once(ctx: Context, project: Project) -> None:
    person = invite(ctx, project, "ada")
    here, elsewhere = (start_session(ctx, person.invitation).secret for _ in range(2))
    assert is_in(ctx, here)
    for _ in range(2):
        end_session(ctx, here)
    end_session(ctx, "never heard of")
    assert not is_in(ctx, here)
    assert is_in(ctx, elsewhere)
    assert count(ctx, "credential_end") == 1


def test_an_api_key_holds_without_end(ctx: Context, clock: HeldClock, project: Project) -> None:
    person = invite(ctx, project, "ada")
    clock.move(days=4000)
    assert who_is(ctx, key=person.key) == person.actor


def test_each_secret_opens_only_its_own_door(ctx: Context, project: Project) -> None:
    person = invite(ctx, project, "ada")
    session = start_session(ctx, person.invitation).secret
    for wrong in (person.key, person.invitation, "", "x" * 10_000, "\u00e9 \x00 '"):
        assert not is_in(ctx, wrong)
    for wrong in (session, person.invitation, "x"):
        with pytest.raises(NotSignedIn):
            who_is(ctx, key=wrong)
    for wrong in (session, person.key, "", "x"):
        with pytest.raises(NotSignedIn):
            start_session(ctx, wrong)
    with pytest.raises(NotSignedIn):
        who_is(ctx)


def test_no_secret_is_stored(ctx: Context, project: Project) -> None:
    person = invite(ctx, project, "ada")
    secrets = {person.key, person.invitation, start_session(ctx, person.invitation).secret}
    stored = json.dumps(query(ctx, "SELECT * FROM credential"), default=str) + json.dumps(
        query(ctx, "SELECT * FROM audit"), default=str
    )
    assert not any(secret in stored for secret in secrets)


def test_inviting_again_replaces_what_was_lost_and_ends_every_older_way_in(
    ctx: Context, project: Project
) -> None:
    first = invite(ctx, project, "ada")
    session = start_session(ctx, first.invitation).secret
    assert is_in(ctx, session)
    again = add_rater(ctx, OPERATOR, project.name, " ada ")
    assert again.ended == 3
    assert who_is(ctx, key=again.api_key) == first.actor
    assert not is_in(ctx, session)
    with pytest.raises(NotSignedIn):
        who_is(ctx, key=first.key)
    with pytest.raises(NotSignedIn):
        start_session(ctx, first.invitation)
    assert count(ctx, "rater") == 1


def test_older_ways_in_go_on_where_that_is_asked_for(ctx: Context, project: Project) -> None:
    first = invite(ctx, project, "ada")
    again = add_rater(ctx, OPERATOR, project.name, "ada", keep_older=True)
    assert again.ended == 0
    for invitation in (first.invitation, again.invitation):
        assert who_is(ctx, session=start_session(ctx, invitation).secret) == first.actor


def test_whoever_is_removed_has_no_way_in_and_their_judgements_stay(ctx: Context, project: Project) -> None:
    person = invite(ctx, project, "ada")
    session = start_session(ctx, person.invitation).secret
    ask_and_judge(ctx, person.actor, project)
    assert remove_person(ctx, OPERATOR, project.name, "ada") == {"name": "ada", "ended": 3}
    assert not is_in(ctx, session)
    with pytest.raises(NotSignedIn):
        who_is(ctx, key=person.key)
    assert count(ctx, "judgement") == 1
    assert remove_person(ctx, OPERATOR, project.name, "ada")["ended"] == 0
    assert who_is(ctx, key=invite(ctx, project, "ada").key) == person.actor


def test_who_is_not_there_cannot_be_removed_and_those_there_are_named(ctx: Context, project: Project) -> None:
    bring_judgements(ctx, OPERATOR, project.name, [said("c000", "elsewhere", "tie")], source="judged.jsonl")
    invite(ctx, project, "ada")
    for name in ("bea", "elsewhere"):
        with pytest.raises(NotFound, match="Invited: ada"):
            remove_person(ctx, OPERATOR, project.name, name)
    lead = invite(ctx, project, "lea", "lead").actor
    invite(ctx, project, "adm", "admin")
    with pytest.raises(NotAllowed):
        remove_person(ctx, lead, project.name, "adm")


def test_the_list_of_people_says_who_can_come_in_and_nothing_about_their_work(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    bring_judgements(ctx, OPERATOR, project.name, [said("c000", "elsewhere", "tie")], source="judged.jsonl")
    ada, bea = invite(ctx, project, "ada"), invite(ctx, project, "bea", "lead")
    start_session(ctx, ada.invitation)
    ask_and_judge(ctx, ada.actor, project)
    began = clock.now
    clock.move(days=20)
    start_session(ctx, bea.invitation)
    clock.move(days=11)
    assert list_people(ctx, OPERATOR, project.name) == [
        {
            "name": "ada",
            "role": "rater",
            "created_at": began,
            "invitation": False,
            "key": True,
            "session": False,
            "languages": [],
            "tags": [],
            "decides": False,
        },
        {
            "name": "bea",
            "role": "lead",
            "created_at": began,
            "invitation": False,
            "key": True,
            "session": True,
            "languages": [],
            "tags": [],
            "decides": False,
        },
    ]
    with pytest.raises(NotAllowed):
        list_people(ctx, ada.actor, project.name)


def test_what_cannot_be_a_name_is_refused_and_names_as_people_have_them_are_kept(
    ctx: Context, project: Project
) -> None:
    for name in ("", "   ", "x" * 101, "a\nb", "a\x00b", "a\u202eb", "half \ud83d", "import:x/1"):
        with pytest.raises(BadCall, match="name"):
            add_rater(ctx, OPERATOR, project.name, name)
    assert count(ctx, "rater") == 0
    for name in ("O'Hara", 'say "hi"', "Zoë", "王芳", "a|b", "x" * 100, "{curly}", "--", "NULL"):
        assert invite(ctx, project, name).actor.name == name


def test_a_name_has_one_role_in_a_project(ctx: Context, project: Project) -> None:
    invite(ctx, project, "ada", "lead")
    with pytest.raises(BadCall, match="already a lead"):
        add_rater(ctx, OPERATOR, project.name, "ada", "rater")
    with pytest.raises(BadCall, match="not a role"):
        add_rater(ctx, OPERATOR, project.name, "bea", "owner")
    assert invite(ctx, make_project(ctx, "other"), "ada").actor.role == Role.RATER


def test_leads_invite_raters_and_leads_and_only_admins_invite_admins(ctx: Context, project: Project) -> None:
    people: dict[str, Actor] = {
        role: invite(ctx, project, role, role).actor for role in ("rater", "lead", "admin")
    }
    for role in ("rater", "lead", "admin"):
        with pytest.raises(NotAllowed):
            add_rater(ctx, people["rater"], project.name, f"by rater {role}", role)
        add_rater(ctx, people["admin"], project.name, f"by admin {role}", role)
    for role in ("rater", "lead"):
        add_rater(ctx, people["lead"], project.name, f"by lead {role}", role)
    with pytest.raises(NotAllowed):
        add_rater(ctx, people["lead"], project.name, "by lead admin", "admin")
    assert column(ctx, "SELECT count(*) FROM audit WHERE deed = 'invite' AND actor = 'lead'") == [2]


def test_another_project_is_refused_in_the_words_of_one_that_is_not_there(
    ctx: Context, project: Project
) -> None:
    make_project(ctx, "secret-plans")
    lead = invite(ctx, project, "ada", "lead").actor
    words = []
    for name in ("secret-plans", "nothing-at-all"):
        with pytest.raises(NotFound) as refused:
            add_rater(ctx, lead, name, "bea")
        words.append(refused.value.message.replace(name, "X"))
    assert words[0] == words[1]


def test_consents_are_off_until_given_and_the_last_word_holds(
    ctx: Context, clock: HeldClock, project: Project
) -> None:
    one, other = raters(ctx, project, 2)
    assert about_me(ctx, one)["consents"] == {"publish_rationale": False}
    for word in (True, False, True):  # three words within one moment
        assert set_consents(ctx, one, {"publish_rationale": word}) == {"publish_rationale": word}
    assert set_consents(ctx, one, {}) == {"publish_rationale": True}
    with pytest.raises(BadCall, match="no consent 'everything'"):
        set_consents(ctx, one, {"publish_rationale": False, "everything": True})
    assert one.rater_key is not None
    assert consents_of(ctx, one.rater_key) == {"publish_rationale": True}
    assert about_me(ctx, other)["consents"] == {"publish_rationale": False}
    assert count(ctx, "consent") == 3


def test_what_is_about_me_says_who_asks_why_and_how_far_i_am(ctx: Context, project: Project) -> None:
    (actor,) = raters(ctx, project, 1)
    ask_and_judge(ctx, actor, project)
    skip_assignment(ctx, actor, next_assignment(ctx, actor, project.name).assignment_id)
    me = about_me(ctx, actor)
    assert (me["name"], me["role"], me["project"]) == ("rater 0", "rater", "helpfulness")
    assert me["progress"] == {"judged": 1, "left": 3}
    assert me["purpose"] == project.settings.purpose
    assert me["responsible"]["contact"] == project.settings.responsible.contact
    assert about_me(ctx, invite(ctx, project, "lea", "lead").actor)["progress"] == {"judged": 0, "left": 0}
    with pytest.raises(NotAllowed):
        about_me(ctx, OPERATOR)


def test_my_export_has_all_that_is_mine(ctx: Context, clock: HeldClock, project: Project) -> None:
    person = invite(ctx, project, "ada")
    session = start_session(ctx, person.invitation).secret
    held = next_assignment(ctx, person.actor, project.name)
    judge(ctx, person.actor, held, rationale="First thought.")
    clock.move(minutes=1)
    revise_judgement(ctx, person.actor, held.judgement_id, [Draft(choice="tie", rationale="Second thought.")])
    skipped = next_assignment(ctx, person.actor, project.name)
    skip_assignment(ctx, person.actor, skipped.assignment_id, "Not my field.")
    set_consents(ctx, person.actor, {"publish_rationale": True})
    end_session(ctx, session)
    mine = export_me(ctx, person.actor)
    assert [(each["choice"], each["rationale"]) for each in mine["judgements"]] == [
        (held.presentation[0], "First thought."),
        ("tie", "Second thought."),
    ]
    assert mine["judgements"][0]["presentation"] == list(held.presentation)
    assert [each["assignment_id"] for each in mine["handed_out"]][:2] == [
        held.assignment_id,
        skipped.assignment_id,
    ]
    assert len(mine["leases"]) == len(mine["handed_out"]) == 3
    assert [each["reason"] for each in mine["skips"]] == ["Not my field."]
    assert [each["granted"] for each in mine["consents"]] == [True]
    assert sorted(each["kind"] for each in mine["credentials"]) == ["invitation", "key", "session"]
    assert [each["ended_at"] for each in mine["credentials"] if each["kind"] == "session"] == [clock.now]
    assert mine["exported_at"] == clock.now


def test_my_export_has_nothing_of_anybody_else(ctx: Context, project: Project) -> None:
    people = {name: invite(ctx, project, name) for name in ("ada-marker", "bea-marker", "cyd-marker")}
    for name, person in people.items():
        held = next_assignment(ctx, person.actor, project.name)
        judge(ctx, person.actor, held, rationale=f"{name} thinks so.")
        following = next_assignment(ctx, person.actor, project.name)
        skip_assignment(ctx, person.actor, following.assignment_id, f"{name} is tired.")
        set_consents(ctx, person.actor, {"publish_rationale": True})
        start_session(ctx, person.invitation)
    for name, person in people.items():
        mine = json.dumps(export_me(ctx, person.actor), default=str)
        assert mine.count(name) == 3
        for other, another in people.items():
            if other != name:
                assert other not in mine
                assert str(another.actor.rater_key) not in mine
        assert "secret_sha256" not in mine
        assert not any(model in mine for model in ("secret-model-alpha", "secret-model-beta"))
