"""``POST /judgements``, ``PUT`` and ``DELETE /judgements/{judgement}``: receipts, revisions, withdrawals."""

from __future__ import annotations

from typing import Any

from rlhf_collect.ids import new_id
from tests.api.calling import API, Lab, Service, judgement, problem
from tests.making import bring, comparison, invite, make_project

RUBRIC = [
    {"name": "overall", "question": "Which is better?"},
    {"name": "clarity", "question": "Which is clearer?", "strengths": 0, "rationale": "required"},
]


def revise(lab: Lab, sent: dict[str, Any], **change: Any) -> Any:
    answers = [sent["answers"][0] | change]
    return lab.ada.put(f"{API}/judgements/{sent['judgement']}", {"answers": answers})


def test_a_judgement_is_stored_as_given_and_the_next_comparison_follows(lab: Lab):
    handed = lab.next()
    body = judgement(handed, strength=3, rationale="  It is right. ✓ ")
    answer = lab.ada.post(f"{API}/judgements", body)
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt.keys() == {"judgement", "next"}
    assert receipt["judgement"] == handed["judgement"]
    assert receipt["next"] == lab.next()
    (row,) = lab.stored()
    assert row["comparison"] == handed["comparison"]["id"]
    assert row["presentation"] == [each["id"] for each in handed["comparison"]["completions"]]
    assert (row["choice"], row["strength"]) == (body["answers"][0]["choice"], 3)
    assert row["rationale"] == "It is right. ✓"


def test_the_same_judgement_again_gives_the_same_receipt_and_stores_nothing(lab: Lab):
    body = judgement(lab.next())
    first, *again = [lab.ada.post(f"{API}/judgements", body) for _ in range(4)]
    assert first.status_code == 201
    assert [each.status_code for each in again] == [200, 200, 200]
    assert [each.json() for each in again] == [first.json()] * 3
    assert len(lab.stored()) == 1


def test_another_answer_under_the_same_id_is_refused_and_the_first_is_kept(lab: Lab):
    body = lab.judge()
    other = lab.ada.post(f"{API}/judgements", body | {"answers": [{"criterion": "overall", "choice": "tie"}]})
    problem(other, 409, "already_judged")
    assert [row["choice"] for row in lab.stored()] == [body["answers"][0]["choice"]]


def test_ties_and_both_bad_are_stored_as_such(lab: Lab):
    lab.judge(choice="tie", strength=0)
    lab.judge(choice="both_bad", strength=...)
    assert [(row["choice"], row["strength"]) for row in lab.stored()] == [("tie", 0), ("both_bad", 0)]


def test_a_ranking_of_three_is_stored_as_given_with_shared_places_in_import_order(service: Service):
    project = make_project(service.ctx, "rankings")
    bring(service.ctx, project, [comparison("t", 3)])
    ada = service.by_key(invite(service.ctx, project, "Ada"))
    lead = service.by_key(invite(service.ctx, project, "Lena", "lead"))
    handed = ada.post(f"{API}/projects/rankings/next").json()
    sent = judgement(handed, choice=..., ranking=[["t-b"], ["t-c", "t-a"]], strength=1)
    assert ada.post(f"{API}/judgements", sent).status_code == 201
    sent["answers"][0]["ranking"][1].reverse()
    assert ada.post(f"{API}/judgements", sent).status_code == 200
    row = lead.get(f"{API}/projects/rankings/judgements").json()
    assert (row["choice"], row["ranking"]) == ("t-b", [["t-b"], ["t-a", "t-c"]])


def test_every_criterion_is_answered_in_one_judgement_whatever_their_order(service: Service):
    lab = service.lab(criteria=RUBRIC)
    handed = lab.next()
    first = handed["comparison"]["completions"][0]["id"]
    overall = {"criterion": "overall", "choice": first, "strength": 1}
    clarity = {"criterion": "clarity", "choice": "tie", "rationale": "Both are."}
    body = {"assignment": handed["assignment"], "judgement": handed["judgement"]}
    assert lab.ada.post(f"{API}/judgements", {**body, "answers": [overall, clarity]}).status_code == 201
    assert lab.ada.post(f"{API}/judgements", {**body, "answers": [clarity, overall]}).status_code == 200
    assert {row["criterion"]: row["choice"] for row in lab.stored()} == {"overall": first, "clarity": "tie"}


def test_an_assignment_of_somebody_else_is_as_unknown_as_none(lab: Lab):
    body = judgement(lab.next(lab.ada))
    theirs = problem(lab.bo.post(f"{API}/judgements", body), 404, "not_found")
    none = problem(lab.bo.post(f"{API}/judgements", body | {"assignment": str(new_id())}), 404, "not_found")
    assert theirs == none
    assert lab.stored() == []


def test_an_assignment_goes_with_its_own_judgement_id_only(lab: Lab):
    ada, bo = judgement(lab.next(lab.ada)), judgement(lab.next(lab.bo))
    for other in (str(new_id()), bo["judgement"], ada["assignment"]):
        problem(lab.ada.post(f"{API}/judgements", ada | {"judgement": other}), 404, "not_found")
    assert lab.stored() == []


def test_a_revision_replaces_the_answer_and_keeps_the_earlier_one(lab: Lab):
    sent = lab.judge()
    answer = revise(lab, sent, choice="tie", strength=0)
    assert answer.status_code == 200
    assert answer.json() == {"judgement": sent["judgement"], "next": lab.next()}
    assert [row["choice"] for row in lab.stored()] == ["tie"]
    mine = lab.ada.get(f"{API}/me/export").json()["judgements"]
    assert [(row["revision_no"], row["choice"]) for row in mine] == [
        (0, sent["answers"][0]["choice"]),
        (1, "tie"),
    ]
    assert lab.lead.get(lab.path("progress")).json()["judgements"] == 1


def test_a_revision_that_changes_nothing_is_no_revision(lab: Lab):
    sent = lab.judge()
    assert revise(lab, sent).status_code == 200
    assert len(lab.ada.get(f"{API}/me/export").json()["judgements"]) == 1


def test_what_is_not_judged_or_not_ones_own_cannot_be_revised(lab: Lab):
    open_one, judged = judgement(lab.next(lab.bo)), lab.judge(lab.ada)

    def refused(judgement_id: object, sent: dict[str, Any]) -> dict[str, Any]:
        answer = lab.bo.put(f"{API}/judgements/{judgement_id}", {"answers": sent["answers"]})
        return problem(answer, 404, "not_found")

    assert "not judged yet" in refused(open_one["judgement"], open_one)["detail"]
    assert refused(judged["judgement"], judged) == refused(new_id(), judged)


def test_a_bad_revision_leaves_the_judgement_as_it_was(lab: Lab):
    sent = lab.judge()
    before = lab.stored()
    problem(revise(lab, sent, choice="c999-a"), 422, "bad_answer")
    problem(revise(lab, sent, colour="red"), 422, "bad_call")
    assert lab.stored() == before


def test_a_judgement_taken_back_is_no_line_of_the_leads_and_is_one_again_once_it_is_given_again(lab: Lab):
    sent = lab.judge()
    path = f"{API}/judgements/{sent['judgement']}"
    done = [lab.ada("DELETE", path) for _ in range(2)]
    assert [(each.status_code, each.json()) for each in done] == [
        (200, {"judgement": sent["judgement"], "versions": []})
    ] * 2
    assert lab.stored() == []
    (mine,) = lab.ada.get(f"{API}/me/judgements").json()["judgements"]
    assert (mine["judgement"], mine["withdrawn"]) == (sent["judgement"], True)
    assert lab.ada.get(f"{API}/me/judgements/{sent['judgement']}").json()["withdrawn"] is True
    assert len(lab.ada.get(f"{API}/me/export").json()["withdrawals"]) == 1
    assert revise(lab, sent).status_code == 200
    assert [row["choice"] for row in lab.stored()] == [sent["answers"][0]["choice"]]


def test_nobody_takes_back_what_is_not_theirs_or_not_judged(lab: Lab):
    sent = lab.judge()
    problem(lab.bo("DELETE", f"{API}/judgements/{sent['judgement']}"), 404, "not_found")
    problem(lab.ada("DELETE", f"{API}/judgements/{new_id()}"), 404, "not_found")
    problem(lab.ada("DELETE", f"{API}/judgements/{lab.next()['judgement']}"), 404, "not_found")
    assert len(lab.stored()) == 1
