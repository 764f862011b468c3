"""``POST /assignments/{assignment}/skip``: without a reason and without consequence."""

from __future__ import annotations

from tests.api.calling import API, Lab, judgement, problem


def skip(lab: Lab, assignment: str, reason: str | None = None):
    body = {} if reason is None else {"reason": reason}
    return lab.ada.post(f"{API}/assignments/{assignment}/skip", body)


def test_a_skip_needs_no_reason_and_gives_the_next_comparison(lab: Lab):
    handed = lab.next()
    answer = skip(lab, handed["assignment"])
    assert answer.status_code == 200
    assert answer.json() == {"judgement": handed["judgement"], "next": lab.next()}
    assert answer.json()["next"]["comparison"]["id"] != handed["comparison"]["id"]


def test_skipping_twice_is_the_same_skip(lab: Lab):
    assignment = lab.next()["assignment"]
    first, second = skip(lab, assignment, "unsure"), skip(lab, assignment, "another reason")
    assert first.json() == second.json()
    (stored,) = lab.ada.get(f"{API}/me/export").json()["skips"]
    assert stored["reason"] == "unsure"


def test_what_is_skipped_is_not_offered_again(lab: Lab):
    seen = []
    for _ in range(6):
        handed = lab.next()
        seen.append(handed["comparison"]["id"])
        skip(lab, handed["assignment"])
    assert len(set(seen)) == 6
    assert lab.ada.post(lab.path("next")).headers["x-reason"] == "no_eligible"


def test_only_the_rater_learns_of_a_skip(lab: Lab):
    skip(lab, lab.next()["assignment"], "too-private-to-tell")
    assert "too-private-to-tell" in lab.ada.get(f"{API}/me/export").text
    for path in ("progress", "agreement", "judgements"):
        assert "too-private-to-tell" not in lab.lead.get(lab.path(path)).text
    assert lab.stored() == []


def test_a_judged_comparison_cannot_be_skipped(lab: Lab):
    sent = lab.judge()
    problem(skip(lab, sent["assignment"]), 409, "already_judged")
    assert len(lab.stored()) == 1


def test_a_skipped_comparison_can_still_be_judged(lab: Lab):
    handed = lab.next()
    skip(lab, handed["assignment"])
    assert lab.ada.post(f"{API}/judgements", judgement(handed)).status_code == 201


def test_an_assignment_of_somebody_else_cannot_be_skipped(lab: Lab):
    handed = lab.next(lab.bo)
    problem(skip(lab, handed["assignment"]), 404, "not_found")
    assert lab.next(lab.bo) == handed


def test_a_reason_that_no_store_can_hold_is_refused(lab: Lab):
    handed = lab.next()
    for reason in ("x" * 2001, "\x00"):
        document = problem(skip(lab, handed["assignment"], reason), 422, "bad_answer")
        assert document["detail"].startswith("reason: ")
    assert lab.next() == handed
