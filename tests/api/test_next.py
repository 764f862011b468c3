"""``POST /projects/{project}/next``."""

from __future__ import annotations

from rlhf_collect.domain.comparison import Comparison, Completion, Message
from tests.api.calling import API, Lab, Service, judgement, names_no_model
from tests.making import MODELS, bring, invite, make_project


def test_an_assignment_has_exactly_the_fields_of_the_contract(lab: Lab):
    handed = lab.next()
    assert handed.keys() == {"assignment", "judgement", "comparison", "criteria", "lease_ends"}
    assert handed["comparison"].keys() == {"id", "language", "prompt", "completions"}
    assert [each.keys() for each in handed["comparison"]["completions"]] == [{"id", "content"}] * 2
    (criterion,) = handed["criteria"]
    assert criterion == {
        "name": "overall", "question": "Which response is better overall?", "answer": "choice", "tie": True,
        "both_bad": True, "strengths": 3, "points": None, "reasons": [], "rationale": "optional", "turn": None,
    }  # fmt: skip


def test_for_the_page_an_assignment_brings_its_draft_too_and_for_who_asked_the_one_after_it(lab: Lab):
    fields = {"assignment", "judgement", "comparison", "criteria", "lease_ends"}
    ahead = lab.ada.post(lab.path("next?ahead=1")).json()
    assert ahead.keys() == fields | {"ahead"}
    assert ahead["ahead"].keys() == fields
    page = lab.ada.post(lab.path("next?ahead=1&render=html")).json()
    assert page.keys() == fields | {"ahead", "draft", "draft_saved_at"}
    assert page["ahead"].keys() == fields | {"draft", "draft_saved_at"}
    assert (page["draft"], page["draft_saved_at"]) == (None, None)


def test_completions_come_in_the_order_that_is_stored_each_with_its_own_text(lab: Lab):
    orders = set()
    for _ in range(6):
        compared = lab.next()["comparison"]
        shown = [each["id"] for each in compared["completions"]]
        (handed_out,) = [
            each["presentation"]
            for each in lab.ada.get(f"{API}/me/export").json()["handed_out"]
            if each["comparison_id"] == compared["id"]
        ]
        assert shown == handed_out
        for each in compared["completions"]:
            place = "ab".index(each["id"][-1])
            assert each["content"] == f"Reply {place} about {compared['id']}."
        orders.add(tuple(name[-1] for name in shown))
        lab.judge()
    assert orders == {("a", "b"), ("b", "a")}


def test_asking_again_gives_the_same_assignment(lab: Lab):
    assert lab.next() == lab.next() == lab.next()


def test_two_raters_are_handed_assignments_of_their_own(lab: Lab):
    ada, bo = lab.next(lab.ada), lab.next(lab.bo)
    assert ada["assignment"] != bo["assignment"]
    assert ada["judgement"] != bo["judgement"]


def test_no_answer_a_rater_gets_names_a_model(lab: Lab):
    handed = lab.next()
    answers = [
        lab.ada.post(lab.path("next")),
        lab.ada.post(lab.path("next?render=html")),
        lab.ada.post(f"{API}/judgements", judgement(handed)),
        lab.ada.post(f"{API}/judgements", judgement(handed)),
        lab.ada.post(f"{API}/judgements", judgement(handed, choice="tie", strength=0)),
        lab.ada.post(f"{API}/judgements", judgement(handed, choice=MODELS[0][:3])),
        lab.ada.put(
            f"{API}/judgements/{handed['judgement']}",
            {"answers": judgement(handed, choice="tie", strength=0)["answers"]},
        ),
        lab.ada.post(f"{API}/assignments/{lab.next()['assignment']}/skip", {}),
        lab.ada.get(f"{API}/me"),
        lab.ada.get(f"{API}/me/export"),
    ]
    assert [each.status_code for each in answers] == [200, 200, 201, 200, 409, 422, 200, 200, 200, 200]
    assert all(names_no_model(each.text) for each in answers)


def test_an_empty_project_has_nothing_and_says_why(service: Service):
    project = make_project(service.ctx, "empty-project")
    ada = service.by_key(invite(service.ctx, project, "Ada"))
    answer = ada.post(f"{API}/projects/empty-project/next")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["x-reason"] == "no_comparisons"


def test_who_has_judged_everything_is_told_so_with_the_last_receipt_and_when_asking(lab: Lab):
    for _ in range(5):
        lab.judge()
    last = lab.ada.post(f"{API}/judgements", judgement(lab.next()))
    assert last.status_code == 201
    assert last.json()["next"] is None
    assert last.json()["reason"] == "no_eligible"
    answer = lab.ada.post(lab.path("next"))
    assert (answer.status_code, answer.headers["x-reason"]) == (204, "no_eligible")


def test_rendered_text_comes_as_safe_html_beside_the_markdown(service: Service):
    project = make_project(service.ctx, "rendered-project")
    hostile = "**bold** <script>alert(1)</script>"
    turns = (
        Message(role="user", content="One?"),
        Message(role="assistant", content=hostile),
    )
    compared = Comparison(
        comparison_id="r",
        prompt=(Message(role="user", content=hostile),),
        completions=(
            Completion(completion_id="r-a", model="m", content=(Message(role="assistant", content=hostile),)),
            Completion(completion_id="r-b", model="n", content=turns),
        ),
    )
    bring(service.ctx, project, [compared])
    ada = service.by_key(invite(service.ctx, project, "Ada"))
    plain = ada.post(f"{API}/projects/rendered-project/next").json()["comparison"]
    content = {each["id"]: each["content"] for each in plain["completions"]}
    assert content == {
        "r-a": hostile,
        "r-b": [{"role": each.role, "content": each.content} for each in turns],
    }
    html = ada.post(f"{API}/projects/rendered-project/next?render=html").json()["comparison"]
    messages = [*html["prompt"], *(each for one in html["completions"] for each in one["content"])]
    assert len(messages) == 4
    for message in messages:
        assert message.keys() == {"role", "content", "html", "raw"}
        assert "<script" not in message["html"] + message["raw"]
    assert "<strong>bold</strong>" in html["prompt"][0]["html"]
    assert html["prompt"][0]["content"] == hostile
