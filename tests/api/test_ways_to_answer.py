"""What programs send and read when they answer in other ways than a choice."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rlhf_collect.api import problems, rater_routes
from rlhf_collect.services.context import Context
from tests.making import bring, invite, make_project
from tests.services.test_ways_to_answer import turned

OWN = {"name": "too_formal", "en": "Too formal", "fr": "Trop soutenu"}
RUBRIC: list[dict[str, Any]] = [
    {"name": "eight", "question": "Which?", "strengths": 4, "reasons": ["incorrect", OWN]},
    {"name": "grades", "question": "How good?", "answer": "points", "points": "0-100"},
    {"name": "helpful", "question": "Helpful?", "answer": "ranking", "turns": True, "rationale": "off"},
]


@pytest.fixture
def client(ctx: Context) -> TestClient:
    """A rater's program, speaking to the real routes of a project with every way to answer."""
    project = make_project(ctx, criteria=RUBRIC, edits="optional")
    bring(ctx, project, [turned("one", 2), turned("two", 1)])
    app = FastAPI()
    app.state.ctx = ctx
    problems.install(app)
    app.include_router(rater_routes.router)
    key = invite(ctx, project, "ada").key
    return TestClient(app, headers={"Authorization": f"Bearer {key}"})


def take(client: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = client.post("/projects/helpfulness/next").json()
    return document


def body(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A whole submission that prefers what is shown first."""
    first, second = (each["id"] for each in document["comparison"]["completions"])
    answers: list[dict[str, Any]] = []
    for criterion in document["criteria"]:
        answer: dict[str, Any] = {"criterion": criterion["name"]}
        if criterion["answer"] == "choice":
            answer |= {
                "choice": first,
                "strength": 4,
                "reasons": [{"completion": second, "reason": "too_formal"}],
            }
        elif criterion["answer"] == "points":
            answer |= {"points": {first: 90, second: 0}}
        else:
            answer |= {"ranking": [[first], [second]], "order_asked": True}
        answers.append(answer)
    sent = {"assignment": document["assignment"], "judgement": document["judgement"], "answers": answers}
    return sent | more


def test_the_criteria_of_an_assignment_are_unfolded_for_its_comparison(client: TestClient) -> None:
    asked = {}
    for _ in range(2):
        document = take(client)
        asked[document["comparison"]["id"]] = document["criteria"]
        assert client.post("/judgements", json=body(document)).status_code == 201
    assert [(each["name"], each["turn"]) for each in asked["one"]] == [
        ("eight", None),
        ("grades", None),
        ("helpful@1", 1),
        ("helpful@2", 2),
    ]
    eight, grades, helpful = asked["two"]
    assert (helpful["name"], helpful["answer"], helpful["rationale"]) == ("helpful", "ranking", "off")
    assert eight == {
        "name": "eight", "question": "Which?", "answer": "choice", "tie": False, "both_bad": False,
        "strengths": 4, "points": None, "reasons": [{"name": "incorrect", "en": None, "fr": None}, OWN],
        "rationale": "optional", "turn": None,
    }  # fmt: skip
    assert (grades["answer"], grades["points"], grades["tie"]) == ("points", "0-100", False)


def test_the_receipt_carries_the_next_assignment_with_its_own_criteria(client: TestClient) -> None:
    document = take(client)
    following = client.post("/judgements", json=body(document)).json()["next"]
    both = {len(document["criteria"]), len(following["criteria"])}
    assert both == {3, 4}


def test_the_same_body_is_the_same_receipt_and_flags_make_another(client: TestClient) -> None:
    document = take(client)
    shown = document["comparison"]["completions"][0]["id"]
    flags = [{"target": "prompt", "flag": "harmful"}, {"target": shown, "flag": "broken"}]
    sent = body(document, flags=flags, edited={"completion": shown, "content": "Better."})
    assert [client.post("/judgements", json=sent).status_code for _ in range(2)] == [201, 200]
    refused = client.post("/judgements", json=sent | {"flags": flags[:1]})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_judged")
    del sent["assignment"], sent["judgement"]
    revised = client.put(f"/judgements/{document['judgement']}", json=sent | {"flags": [], "edited": None})
    assert revised.status_code == 200
    mine = client.get("/me/export").json()
    assert [each["flags"] for each in mine["flags"]] == [flags, []]
    assert [each["content"] for each in mine["edited"]] == ["Better.", None]


def test_a_skip_may_carry_flags(client: TestClient) -> None:
    document = take(client)
    flags = [{"target": "prompt", "flag": "personal_data"}]
    path = f"/assignments/{document['assignment']}/skip"
    assert client.post(path, json={"reason": "", "flags": flags}).status_code == 200
    assert [each["flags"] for each in client.get("/me/export").json()["flags"]] == [flags]


@pytest.mark.parametrize(
    ("answer", "change", "word"),
    [
        (1, {"points": {"a": "ninety"}}, "points"),
        (1, {"points": {"a": True}}, "points"),
        (1, {"points": {"a": 1.5}}, "points"),
        (1, {"points": None}, "points: are missing"),
        (0, {"strength": 5}, "1 to 4"),
        (0, {"degree": 4}, "degree"),
        (0, {"reasons": [{"completion": "a", "because": "b"}]}, "because"),
        (2, {"order_asked": "yes"}, "order_asked"),
        (2, {"ranking": None}, "ranking: is missing"),
    ],
)
def test_what_does_not_fit_is_refused_in_plain_words(
    client: TestClient, answer: int, change: dict[str, Any], word: str
) -> None:
    sent = body(take(client))
    sent["answers"][answer] |= change
    refused = client.post("/judgements", json=sent)
    assert refused.status_code == 422
    assert word in refused.text
    assert client.get("/me/export").json()["judgements"] == []
