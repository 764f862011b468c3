"""``/me``: who the caller is, everything stored about them, and what they agree to."""

from __future__ import annotations

from rlhf_collect.domain.appeals import LIMIT, WINDOW
from tests.api.calling import API, Lab, problem


def test_who_asks_and_why_is_told_before_anything_is_judged(lab: Lab):
    me = lab.ada.get(f"{API}/me").json()
    settings = lab.project.settings
    assert (me["name"], me["role"], me["project"]) == ("Ada", "rater", lab.project.name)
    assert (me["title"], me["language"], me["purpose"], me["use"]) == (
        settings.shown_title,
        "en",
        settings.purpose,
        list(settings.use),
    )
    assert me["responsible"] == {"name": settings.responsible.name, "contact": settings.responsible.contact}
    assert me["publication"] == settings.publication.model_dump(mode="json")
    assert me["engagement"] == settings.engagement
    assert me["guidelines"]["text"] == settings.guidelines.text
    assert "How to compare two responses</h4>" in me["guidelines"]["html"]
    assert me["progress"] == {"judged": 0, "left": 6}
    assert me["consents"] == {"publish_rationale": False}
    assert me["appeals"] == {
        "notice_days": settings.appeals.notice_days,
        "contest_days": WINDOW.days,
        "answer_days": LIMIT.days,
    }


def test_progress_counts_the_callers_own_judgements(lab: Lab):
    lab.judge(lab.ada)
    lab.judge(lab.ada)
    lab.judge(lab.bo)
    assert lab.ada.get(f"{API}/me").json()["progress"] == {"judged": 2, "left": 4}


def test_a_lead_has_data_of_their_own_too(lab: Lab):
    me = lab.lead.get(f"{API}/me").json()
    assert (me["name"], me["role"], me["progress"]) == ("Lena", "lead", {"judged": 0, "left": 0})
    assert lab.lead.get(f"{API}/me/export").json()["judgements"] == []


def test_the_export_holds_everything_of_the_caller_and_nothing_of_others(lab: Lab):
    mine = lab.judge(lab.ada, rationale="words of Ada")
    theirs = lab.judge(lab.bo, rationale="words of Bo")
    skipped = lab.next(lab.bo)
    lab.bo.post(f"{API}/assignments/{skipped['assignment']}/skip", {"reason": "skipped by Bo"})
    lab.ada.put(f"{API}/me/consents", {"publish_rationale": True})
    answer = lab.ada.get(f"{API}/me/export")
    export = answer.json()
    assert export.keys() == {
        "me", "judgements", "flags", "edited", "handed_out", "leases", "skips", "withdrawals",
        "adjudications", "consents", "decisions", "decision_judgements", "decision_steps", "appeals", "appeal_events",
        "threads", "messages", "thread_ends",
        "eligibility", "credentials", "drafts", "display", "guidelines_confirmed", "practice_rounds",
        "practice_answers", "named_to_decide", "shown_to_decide", "exported_at",
    }  # fmt: skip
    (judged,) = export["judgements"]
    assert (judged["judgement_id"], judged["rationale"]) == (mine["judgement"], "words of Ada")
    assert judged["presentation"] in [each["presentation"] for each in export["handed_out"]]
    assert {each["assignment_id"] for each in export["handed_out"]} == {
        each["assignment_id"] for each in export["leases"]
    }
    assert [each["granted"] for each in export["consents"]] == [True]
    assert {each["kind"] for each in export["credentials"]} >= {"invitation", "key"}
    for other in ("words of Bo", "skipped by Bo", theirs["judgement"], theirs["assignment"], '"Bo"'):
        assert other not in answer.text
    for secret in (lab.people["Ada"].key, lab.people["Ada"].invitation, "sha256"):
        assert secret not in answer.text


def test_a_consent_is_given_and_taken_back_and_both_are_remembered(lab: Lab):
    for granted in (True, False):
        answer = lab.ada.put(f"{API}/me/consents", {"publish_rationale": granted})
        assert (answer.status_code, answer.json()) == (200, {"publish_rationale": granted})
        assert lab.ada.get(f"{API}/me").json()["consents"] == {"publish_rationale": granted}
    history = lab.ada.get(f"{API}/me/export").json()["consents"]
    assert [(each["kind"], each["granted"]) for each in history] == [
        ("publish_rationale", True),
        ("publish_rationale", False),
    ]
    assert lab.bo.get(f"{API}/me/export").json()["consents"] == []


def test_a_consent_is_plainly_yes_or_no(lab: Lab):
    for body in (
        {},
        {"publish_rationale": "yes"},
        {"publish_rationale": 1},
        {"publish_rationale": None},
        {"publish_rationale": True, "rater": "Bo"},
        {"publish_name": True},
    ):
        problem(lab.ada.put(f"{API}/me/consents", body), 422, "bad_call")
    assert lab.ada.get(f"{API}/me").json()["consents"] == {"publish_rationale": False}


def test_who_is_erased_is_told_what_was_done_and_comes_in_no_more(lab: Lab):
    lab.judge(lab.ada, rationale="words of Ada")
    lab.judge(lab.bo)
    done = lab.ada("DELETE", f"{API}/me").json()
    assert done == {
        "judgements": "left_out", "left_out": 1, "versions": [], "published": [], "standing": {},
        "bytes_gone": True,
    }  # fmt: skip
    assert lab.ada.get(f"{API}/me").status_code == 401
    assert len(lab.stored()) == 1


def test_an_unknown_wish_for_the_judgements_erases_nothing(lab: Lab):
    problem(lab.ada("DELETE", f"{API}/me?judgements=everything"), 422, "bad_call")
    assert lab.ada.get(f"{API}/me").status_code == 200
