"""Alerts of a project: raised once, sent once, tried again by a clock that stands still, and about nobody."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.domain.judgement import Draft
from rlhf_collect.domain.remarks import Flag
from rlhf_collect.domain.sending import CUT_SHORT, WAITS
from rlhf_collect.errors import BadCall, NotAllowed, NotFound, NoWork
from rlhf_collect.services.adjudications import adjudicate
from rlhf_collect.services.alert_sending import send_alerts, send_every_alert
from rlhf_collect.services.alerts import look_at_flags, project_alerts, settle_alerts
from rlhf_collect.services.context import Context
from rlhf_collect.services.eligibility import set_limits
from rlhf_collect.services.guidelines import confirm_guidelines
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.judgements import revise_judgement, skip_assignment, submit_judgement
from rlhf_collect.services.people import remove_person
from rlhf_collect.services.projects import Project
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.stats.guideline_change import FEW_COMPARISONS
from tests.making import (
    HeldClock,
    ask_and_judge,
    bring,
    comparison,
    invite,
    judge,
    make_project,
    open_services,
    raters,
    said,
)
from tests.senders.receiving import Web, web_server

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    with web_server() as started:
        yield started


def hooked(ctx: Context, web: Web, **more: Any) -> Project:
    """A project with a webhook, and nothing left for anybody."""
    webhook = {"url": web.url, "secret_env": "HOOK_SECRET"}
    return make_project(ctx, overlap=1, alerts={"webhook": webhook}, **more)


def finish(ctx: Context, project: Project, name: str = "Ada", comparisons: int = 2) -> None:
    bring(ctx, project, comparisons)
    person = invite(ctx, project, name).actor
    for _ in range(comparisons):
        ask_and_judge(ctx, person, project)


def kinds(ctx: Context, project: Project) -> list[str]:
    return [each["kind"] for each in project_alerts(ctx, OPERATOR, project.name)["alerts"]]


def flagged(ctx: Context, project: Project, name: str = "Ada", *, choice: int = 0) -> Assignment:
    actor = invite(ctx, project, name).actor
    held = next_assignment(ctx, actor, project.name)
    draft = Draft(choice=sorted(held.presentation)[choice], strength=1)
    flags = [Flag(target="prompt", flag="broken")]
    submit_judgement(ctx, actor, held.assignment_id, held.judgement_id, [draft], flags=flags)
    return held


def test_a_project_without_anything_to_look_at_has_no_alert(ctx: Context):
    project = make_project(ctx)
    assert project_alerts(ctx, OPERATOR, project.name) == {
        "project": project.name,
        "alerts": [],
        "channels": [],
    }
    bring(ctx, project, 3)
    raters(ctx, project, 2)
    assert kinds(ctx, project) == []


def test_a_flag_waits_some_days_and_until_a_lead_looks(ctx: Context, clock: HeldClock):
    project = make_project(ctx)
    bring(ctx, project, 3)
    held = flagged(ctx, project)
    clock.move(days=1, hours=23)
    assert kinds(ctx, project) == []
    clock.move(hours=1)
    (found,) = project_alerts(ctx, OPERATOR, project.name)["alerts"]
    assert found["figures"]["flags"] == [
        {"comparison": held.presentation[0][:-2], "target": "prompt", "flag": "broken"}
    ]
    flagged(ctx, project, "Bo")
    lead = invite(ctx, project, "Lena", "lead").actor
    looked = look_at_flags(ctx, lead, project.name, found["figures"]["before"])
    assert looked["comparisons"] == 1
    assert kinds(ctx, project) == []
    clock.move(days=2)
    (later,) = project_alerts(ctx, OPERATOR, project.name)["alerts"]
    assert later["figures"]["comparisons"] == 1, "what came after the look waits for the next"


def test_a_flag_that_was_taken_back_or_decided_about_waits_no_more(ctx: Context, clock: HeldClock):
    project = make_project(ctx, overlap=2)
    bring(ctx, project, 1)
    ada = flagged(ctx, project)
    flagged(ctx, project, "Bo", choice=1)
    clock.move(days=3)
    assert "flags_wait" in kinds(ctx, project)
    actor = invite(ctx, project, "Cy", "lead").actor
    adjudicate(ctx, actor, project.name, ada.presentation[0][:-2], choice="tie", reason="Both are cut off.")
    assert "flags_wait" not in kinds(ctx, project)

    other = make_project(ctx, "other")
    bring(ctx, other, 1)
    person = invite(ctx, other, "Ada").actor
    held = next_assignment(ctx, person, other.name)
    draft = Draft(choice=held.presentation[0], strength=1)
    flags = [Flag(target="prompt", flag="broken")]
    submit_judgement(ctx, person, held.assignment_id, held.judgement_id, [draft], flags=flags)
    clock.move(days=3)
    assert "flags_wait" in kinds(ctx, other)
    revise_judgement(ctx, person, held.judgement_id, [draft], flags=[])
    assert "flags_wait" not in kinds(ctx, other)


def test_what_is_no_moment_behind_us_is_not_looked_at(ctx: Context):
    project = make_project(ctx)
    for before in ("", "yesterday", "2026-03-01T00:00:00", "2999-01-01T00:00:00+00:00"):
        with pytest.raises(BadCall, match=r"figures\.before"):
            look_at_flags(ctx, OPERATOR, project.name, before)


def test_raters_who_judged_everything_they_are_asked_about_have_nothing_to_do(ctx: Context):
    project = make_project(ctx, overlap=2)
    bring(
        ctx, project, [comparison(f"c{n}", language="fr" if n else "en-GB", tags=("law",)) for n in range(3)]
    )
    ada, bo = (invite(ctx, project, name).actor for name in ("Ada", "Bo"))
    for _ in range(3):
        ask_and_judge(ctx, ada, project)
    assert kinds(ctx, project) == [], "Bo has all three"
    set_limits(ctx, OPERATOR, project.name, "Bo", languages=["EN"], tags=["law", "medicine"])
    ask_and_judge(ctx, bo, project)
    with pytest.raises(NoWork):
        next_assignment(ctx, bo, project.name)
    assert kinds(ctx, project) == ["nothing_to_do"]
    set_limits(ctx, OPERATOR, project.name, "Bo", languages=["en", "fr"])
    assert kinds(ctx, project) == []
    remove_person(ctx, OPERATOR, project.name, "Bo")
    assert kinds(ctx, project) == ["nothing_to_do"]


def test_what_somebody_skipped_is_not_told_by_an_alert(ctx: Context):
    project = make_project(ctx, overlap=2)
    bring(ctx, project, 1)
    ada = invite(ctx, project, "Ada").actor
    held = next_assignment(ctx, ada, project.name)
    skip_assignment(ctx, ada, held.assignment_id)
    with pytest.raises(NoWork):
        next_assignment(ctx, ada, project.name)
    assert kinds(ctx, project) == []


def test_agreement_that_fell_with_new_guidelines_is_told(ctx: Context):
    """Two raters agree on everything, and on nothing once the guidelines have changed."""
    for version in ("1", "2"):
        project = make_project(ctx, overlap=2, guidelines={"version": version, "text": f"Be kind {version}."})
        bring(ctx, project, [comparison(f"v{version}-{number}") for number in range(FEW_COMPARISONS)])
        for index, name in enumerate(("Ada", "Bo")):
            actor = invite(ctx, project, name).actor
            confirm_guidelines(ctx, actor, version)
            for _ in range(FEW_COMPARISONS):
                held = next_assignment(ctx, actor, project.name)
                place = int(held.presentation[0][3:-2]) + index * (version == "2")
                judge(ctx, actor, held, sorted(held.presentation)[place % 2])
    found = project_alerts(ctx, OPERATOR, project.name)["alerts"]
    (fell,) = (each for each in found if each["kind"] == "agreement_fell")
    assert fell["key"] == "agreement_fell:overall:2"
    assert fell["figures"]["before"]["value"] == 1
    assert fell["figures"]["difference"]["high"] < 0


def test_a_side_that_wins_is_told(ctx: Context):
    project = make_project(ctx, overlap=3)
    bring(ctx, project, 40)
    sides = ["c{:03}-a", "c{:03}-b"]
    rows = []
    for index, rater in enumerate(("ada", "bo", "cy")):
        for number in range(40):
            shown = tuple(each.format(number) for each in sides[:: 1 if (number + index) % 2 else -1])
            choice = shown[number % (8 + index) == 0]
            rows.append(said(f"c{number:03}", rater, choice, 1, presentation=shown))
    import_judgements(ctx, OPERATOR, project.name, rows, source="elsewhere")
    found = project_alerts(ctx, OPERATOR, project.name)["alerts"]
    (side,) = (each for each in found if each["kind"] == "one_side_wins")
    assert (side["figures"]["side"], side["figures"]["n"]) == ("first", 120)


def test_an_alert_is_sent_once_while_it_holds_and_again_once_it_came_back(
    ctx: Context, clock: HeldClock, web: Web
):
    project = hooked(ctx, web)
    finish(ctx, project)
    done = send_alerts(ctx, OPERATOR, project.name)
    assert done["tried"] == [{"key": "running_dry", "channel": "webhook", "outcome": "delivered", "said": ""}]
    (alert,) = done["alerts"]
    assert [(each["outcome"], each["tries"]) for each in alert["sent"]] == [("delivered", 1)]
    clock.move(hours=1)
    assert send_alerts(ctx, OPERATOR, project.name)["tried"] == []
    bring(ctx, project, [comparison("more")])
    assert send_alerts(ctx, OPERATOR, project.name)["alerts"] == []
    ask_and_judge(ctx, invite(ctx, project, "Bo").actor, project)
    again = send_alerts(ctx, OPERATOR, project.name)
    assert len(again["tried"]) == 1
    first, second = (json.loads(each.body)["data"] for each in web.received)
    assert first["key"] == second["key"] == "running_dry"
    assert datetime.fromisoformat(second["since"]) == clock.now
    ids = {each.headers["webhook-id"] for each in web.received}
    assert len(ids) == 2, "another time is another alert"


def test_after_a_restart_nothing_is_sent_again(tmp_path: Path, clock: HeldClock, web: Web):
    for _ in range(2):
        ctx = open_services(tmp_path / "again.duckdb", clock=clock)
        if not web.received:
            finish(ctx, hooked(ctx, web))
        send_alerts(ctx, OPERATOR, "helpfulness")
        ctx.store.close()
    assert len(web.received) == 1


def test_what_fails_is_tried_again_after_its_waits_with_the_same_id_and_given_up_in_the_end(
    ctx: Context, clock: HeldClock, web: Web
):
    project = hooked(ctx, web)
    finish(ctx, project)
    web.replies = [(500, {})] * (len(WAITS) + 1)
    for number, wait in enumerate(WAITS):
        done = send_alerts(ctx, OPERATOR, project.name)
        assert done["tried"][0]["outcome"] == "failed"
        (alert,) = done["alerts"]
        assert alert["sent"][0]["tries"] == number + 1
        assert datetime.fromisoformat(alert["sent"][0]["retry_at"]) == clock.now + wait
        if not number:  # one moment before any of them is like the others
            clock.now += wait - timedelta(seconds=1)
            assert send_alerts(ctx, OPERATOR, project.name)["tried"] == []
            clock.move(seconds=1)
        else:
            clock.now += wait
    assert send_alerts(ctx, OPERATOR, project.name)["tried"][0]["outcome"] == "given_up"
    clock.move(days=2)
    last = send_alerts(ctx, OPERATOR, project.name)
    assert last["tried"] == []
    assert last["alerts"][0]["sent"][0] | {"tried_at": None} == {
        "channel": "webhook",
        "outcome": "given_up",
        "tries": len(WAITS) + 1,
        "said": "It answered 500.",
        "tried_at": None,
        "retry_at": None,
    }
    assert len({each.headers["webhook-id"] for each in web.received}) == 1
    assert len({each.body for each in web.received}) == 1


def test_a_retry_after_is_waited_for(ctx: Context, clock: HeldClock, web: Web):
    project = hooked(ctx, web)
    finish(ctx, project)
    web.replies = [(429, {"retry-after": "7200"})]
    send_alerts(ctx, OPERATOR, project.name)
    clock.move(hours=1, minutes=59)
    assert send_alerts(ctx, OPERATOR, project.name)["tried"] == []
    clock.move(minutes=1)
    assert send_alerts(ctx, OPERATOR, project.name)["tried"][0]["outcome"] == "delivered"


def test_what_was_given_up_is_sent_to_another_address(ctx: Context, web: Web):
    project = hooked(ctx, web)
    finish(ctx, project)
    web.replies = [(404, {})]
    assert send_alerts(ctx, OPERATOR, project.name)["tried"][0]["outcome"] == "given_up"
    assert send_alerts(ctx, OPERATOR, project.name)["tried"] == []
    webhook = {"url": f"{web.url}/mended", "secret_env": "HOOK_SECRET"}
    make_project(ctx, overlap=1, alerts={"webhook": webhook})
    assert send_alerts(ctx, OPERATOR, project.name)["tried"][0]["outcome"] == "delivered"


def test_two_at_once_send_once(ctx: Context, web: Web):
    project = hooked(ctx, web)
    finish(ctx, project)
    web.hold.clear()
    senders = [threading.Thread(target=send_alerts, args=(ctx, OPERATOR, project.name)) for _ in range(4)]
    for each in senders:
        each.start()
    web.hold.set()
    for each in senders:
        each.join(20)
    assert len(web.received) == 1


def test_a_try_that_was_cut_short_is_made_again_with_the_same_id(ctx: Context, clock: HeldClock, web: Web):
    project = hooked(ctx, web)
    finish(ctx, project)
    settle_alerts(ctx, OPERATOR, project.name)
    (row,) = ctx.store.read("alerts_of_project", project_id=project.project_id)
    begun = {"alert_id": row["alert_id"], "channel": "webhook", "try_no": 0, "target": web.url}
    ctx.store.write(lambda tx: tx.insert("alert_try", [begun | {"began_at": clock.now}]))
    assert send_alerts(ctx, OPERATOR, project.name)["tried"] == []
    clock.move(seconds=CUT_SHORT / timedelta(seconds=1))
    assert send_alerts(ctx, OPERATOR, project.name)["tried"][0]["outcome"] == "delivered"
    assert web.received[0].headers["webhook-id"] == f"alert_{row['alert_id'].hex}"


def test_without_its_secret_nothing_is_tried_and_the_lead_is_told_why(
    ctx: Context, web: Web, monkeypatch: pytest.MonkeyPatch
):
    project = hooked(ctx, web)
    finish(ctx, project)
    monkeypatch.delenv("HOOK_SECRET")
    found = send_alerts(ctx, OPERATOR, project.name)
    assert found["tried"] == []
    assert "Not set where this runs: HOOK_SECRET" in found["channels"][0]["problem"]
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    assert len(send_alerts(ctx, OPERATOR, project.name)["tried"]) == 1


def test_the_server_looks_at_every_project(ctx: Context, web: Web):
    project = hooked(ctx, web)
    finish(ctx, project)
    make_project(ctx, "other")
    send_every_alert(ctx)
    assert len(web.received) == 1


def test_what_is_sent_and_kept_names_no_rater(ctx: Context, clock: HeldClock, web: Web):
    project = hooked(ctx, web)
    bring(ctx, project, 2)
    flagged(ctx, project, "Adalgisa")
    flagged(ctx, project, "Adalgisa")
    clock.move(days=3)
    done = send_alerts(ctx, OPERATOR, project.name)
    assert {each["kind"] for each in done["alerts"]} == {"flags_wait", "running_dry"}
    rows = ctx.store.read("alerts_of_project", project_id=project.project_id)
    keys = [
        str(row["rater_key"]) for row in ctx.store.read("raters_of_project", project_id=project.project_id)
    ]
    told = json.dumps([done, rows], default=str) + "".join(each.body.decode() for each in web.received)
    assert not [each for each in ("Adalgisa", *keys) if each in told]


def test_alerts_are_for_leads_of_the_project(ctx: Context):
    project, other = make_project(ctx), make_project(ctx, "other")
    rater, stranger = invite(ctx, project, "Ada").actor, invite(ctx, other, "Leo", "lead").actor
    for ask in (project_alerts, settle_alerts, send_alerts):
        with pytest.raises(NotAllowed):
            ask(ctx, rater, project.name)
        with pytest.raises(NotFound):
            ask(ctx, stranger, project.name)
