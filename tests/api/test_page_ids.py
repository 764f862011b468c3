"""The rater's page learns nothing from ids: it has its own, and programs keep those of the import."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rlhf_collect.api import my_routes, practice_routes, problems, rater_routes
from rlhf_collect.api.identity import cookies_of
from rlhf_collect.domain.actor import Role
from rlhf_collect.domain.comparison import Comparison, Completion, Gold, Message
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import find_project
from rlhf_collect.services.raters import start_session
from tests.making import bring, invite, make_project
from tests.services.looking import query

TELLING = ("gpt-4o", "baseline")
NAMES = ("suite-easy-1", "suite-easy-2", "warm-up")
RUBRIC: list[dict[str, Any]] = [
    {"name": "overall", "question": "Which?", "reasons": ["incorrect"]},
    {"name": "order", "question": "Order?", "answer": "ranking"},
    {"name": "grades", "question": "How good?", "answer": "points", "points": "1-7"},
]
PROJECT = "/projects/helpfulness"
PAGE = "?render=html"


def telling(name: str, gold: str | None = None) -> Comparison:
    replies = zip(TELLING, ("Yes.", "No."), strict=True)
    return Comparison(
        comparison_id=name,
        prompt=(Message(role="user", content="*Is* it $\\frac{1}{2}$?"),),
        completions=tuple(
            Completion(completion_id=each, model="", content=(Message(role="assistant", content=reply),))
            for each, reply in replies
        ),
        gold=None if gold is None else Gold(criterion="overall", choice=gold, reason="It is so."),
    )


@pytest.fixture
def client(ctx: Context) -> TestClient:
    """A rater's browser or program before a project whose ids say where its texts come from."""
    project = make_project(
        ctx, criteria=RUBRIC, edits="optional", flags=["broken"], practice={"comparisons": ["warm-up"]}
    )
    bring(ctx, project, [telling(NAMES[0]), telling(NAMES[1]), telling(NAMES[2], gold="baseline")])
    app = FastAPI()
    app.state.ctx = ctx
    problems.install(app)
    for module in (rater_routes, my_routes, practice_routes):
        app.include_router(module.router)
    return TestClient(app, headers={"Authorization": f"Bearer {invite(ctx, project, 'ada').key}"})


def take(client: TestClient, page: str = PAGE) -> Any:
    return client.post(f"{PROJECT}/next{page}").json()


def ids_of(document: Any) -> list[str]:
    return [each["id"] for each in document["comparison"]["completions"]]


def everything(first: str, second: str) -> dict[str, Any]:
    """A submission that names completions wherever one can."""
    return {
        "answers": [
            {
                "criterion": "overall",
                "choice": first,
                "strength": 1,
                "reasons": [{"completion": second, "reason": "incorrect"}],
            },
            {"criterion": "order", "ranking": [[first], [second]]},
            {"criterion": "grades", "points": {first: 7, second: 1}},
        ],
        "flags": [{"target": second, "flag": "broken"}, {"target": "prompt", "flag": "broken"}],
        "edited": {"completion": second, "content": "A better reply."},
    }


def submit(client: TestClient, given: Any, body: dict[str, Any], page: str = PAGE) -> Any:
    held = {"assignment": given["assignment"], "judgement": given["judgement"]}
    return client.post(f"/judgements{page}", json=held | body)


def tells(*answers: Any) -> list[str]:
    """The ids of the import that stand in some answers."""
    return [name for name in (*TELLING, *NAMES) if any(name in json.dumps(each) for each in answers)]


def test_no_answer_to_the_page_holds_an_id_of_the_import(client: TestClient) -> None:
    given = take(client)
    stored = submit(client, given, everything(*ids_of(given))).json()
    revised = client.put(f"/judgements/{given['judgement']}{PAGE}", json=everything(*ids_of(given)[::-1]))
    listed = client.get(f"/me/judgements{PAGE}").json()
    opened = client.get(f"/me/judgements/{given['judgement']}{PAGE}").json()
    skipped = client.post(f"/assignments/{stored['next']['assignment']}/skip{PAGE}", json={}).json()
    back = client.delete(f"/assignments/{stored['next']['assignment']}/skip{PAGE}").json()
    assert listed["judgements"] and opened["answers"] and skipped["judgement"] and back["comparison"]
    assert tells(given, stored, revised.json(), listed, opened, skipped, back) == []


def test_a_session_reads_no_id_of_the_import_whatever_it_asks_for(ctx: Context, client: TestClient) -> None:
    given = take(client)
    submit(client, given, everything(*ids_of(given)))
    client.post(
        f"{PROJECT}/practice",
        json={"comparison": "warm-up", "answers": [{"choice": "baseline", "strength": 1}]},
    )
    programs = client.get("/me/export").json()
    assert set(tells(programs)) == {*TELLING, *NAMES}
    invitation = invite(ctx, find_project(ctx, "helpfulness"), "ada").invitation
    session = start_session(ctx, invitation).secret
    browser = TestClient(client.app, cookies={cookies_of(ctx)[Role.RATER]: session})
    skipped = browser.post(f"{PROJECT}/next").json()
    browser.post(f"/assignments/{skipped['assignment']}/skip", json={})
    exported = browser.get("/me/export").json()
    listed = [browser.get(f"/me/{name}").json() for name in ("judgements", "skips", "figures")]
    assert tells(skipped, exported, *listed) == []
    assert exported["judgements"][0]["choice"] in ids_of(given)
    assert exported["judgements"][0]["comparison_id"] == given["comparison"]["id"]
    assert exported["handed_out"][0]["presentation"] == ids_of(given)
    assert exported["edited"][0]["completion_id"] == ids_of(given)[1]
    assert {each["target"] for each in exported["flags"][0]["flags"]} == {ids_of(given)[1], "prompt"}
    assert len(exported["practice_answers"]) == len(exported["skips"]) == 1


def test_the_page_lists_the_words_of_a_prompt_and_programs_get_its_source(client: TestClient) -> None:
    given = take(client)
    submit(client, given, everything(*ids_of(given)))
    for page, prompt in ((PAGE, "Is it 1/2?"), ("", "*Is* it $\\frac{1}{2}$?")):
        assert client.get(f"/me/judgements{page}").json()["judgements"][0]["prompt"] == prompt


def test_programs_still_read_the_ids_of_the_import(client: TestClient) -> None:
    given = take(client, "")
    assert given["comparison"]["id"] in NAMES
    assert sorted(ids_of(given)) == sorted(TELLING)
    assert submit(client, given, everything(*ids_of(given)), "").status_code == 201
    listed = client.get("/me/judgements").json()["judgements"]
    assert (listed[0]["comparison"], listed[0]["answers"][0]["choice"]) == (
        given["comparison"]["id"],
        ids_of(given)[0],
    )


def test_the_pages_ids_are_the_same_at_every_reload_and_others_for_every_comparison_and_rater(
    ctx: Context, client: TestClient
) -> None:
    given = take(client)
    assert ids_of(take(client)) == ids_of(given)
    following = submit(client, given, everything(*ids_of(given))).json()["next"]
    bo = invite(ctx, make_project(ctx, criteria=RUBRIC), "bo")
    other = client.post(f"{PROJECT}/next{PAGE}", headers={"Authorization": f"Bearer {bo.key}"}).json()
    seen = [*ids_of(given), *ids_of(following), *ids_of(other)]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("page", [PAGE, ""], ids=["page", "program"])
def test_what_the_page_names_is_stored_as_imported_and_is_the_same_submission_in_either_form(
    ctx: Context, client: TestClient, page: str
) -> None:
    imported, shown = ids_of(take(client, "")), ids_of(take(client))
    given = take(client)
    assert submit(client, given, everything(*shown), page).status_code == 201
    assert submit(client, given, everything(*imported), page).status_code == 200
    first, second = imported
    rows = query(ctx, "SELECT choice, ranking, points, reasons FROM judgement ORDER BY sequence_no")
    assert [row[0] for row in rows] == [first] * 3
    assert json.loads(rows[0][3]) == [{"completion": second, "reason": "incorrect"}]
    assert json.loads(rows[1][1]) == [[first], [second]]
    assert json.loads(rows[2][2]) == {first: 7, second: 1}
    flags = json.loads(query(ctx, "SELECT flags FROM flag")[0][0])
    assert {"target": second, "flag": "broken"} in flags
    assert query(ctx, "SELECT completion_id FROM edited") == [(second,)]


def test_an_earlier_judgement_comes_back_in_the_names_it_was_given_in(client: TestClient) -> None:
    given = take(client)
    body = everything(*ids_of(given))
    submit(client, given, body)
    opened = client.get(f"/me/judgements/{given['judgement']}{PAGE}").json()
    assert opened["comparison"]["id"] == given["comparison"]["id"]
    assert [opened["answers"][0]["choice"], opened["answers"][0]["reasons"]] == [
        body["answers"][0]["choice"],
        body["answers"][0]["reasons"],
    ]
    assert opened["answers"][1]["ranking"] == body["answers"][1]["ranking"]
    assert opened["answers"][2]["points"] == body["answers"][2]["points"]
    assert opened["edited"] == body["edited"]
    assert sorted(each["target"] for each in opened["flags"]) == sorted(
        each["target"] for each in body["flags"]
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"answers": [{"criterion": "overall", "choice": "other", "strength": 1}]},
        {"answers": [{"criterion": "order", "ranking": [["other"]]}]},
        {"answers": [{"criterion": "grades", "points": {"other": 1}}]},
        {"answers": [{"criterion": "grades", "points": dict.fromkeys(TELLING, 99)}]},
        {"answers": [{"criterion": "order", "ranking": [["gpt-4o"], ["baseline"]], "choice": "baseline"}]},
        {"answers": [{"criterion": "overall", "reasons": [{"completion": "other", "reason": "incorrect"}]}]},
        {"flags": [{"target": "other", "flag": "broken"}]},
        {"edited": {"completion": "other", "content": "Better."}},
    ],
    ids=["choice", "ranking", "points", "range", "contradiction", "reason", "flag", "edited"],
)
def test_refusals_name_to_the_page_what_it_knows_and_to_programs_what_they_know(
    client: TestClient, wrong: dict[str, Any]
) -> None:
    given = take(client)
    body = everything(*ids_of(given))
    replaced = {each["criterion"]: each for each in wrong.get("answers", ())}
    body |= wrong | {
        "answers": [each | replaced.get(each["criterion"], {}) for each in body["answers"]],
    }
    for page, names in ((PAGE, ids_of(given)), ("", TELLING)):
        refused = submit(client, given, body, page)
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_answer")
        assert any(name in refused.json()["detail"] for name in names)
        assert bool(tells(refused.json())) is (page == "")


@pytest.mark.parametrize("page", [PAGE, ""], ids=["page", "program"])
def test_practice_is_answered_in_either_form(client: TestClient, page: str) -> None:
    path = f"{PROJECT}/practice"
    given = client.post(f"{path}/next{page}").json()
    first, _ = ids_of(given)
    refused = client.post(
        f"{path}{page}", json={"comparison": given["comparison"]["id"], "answers": [{"choice": "x"}]}
    )
    assert (refused.json()["code"], first in refused.json()["detail"]) == ("bad_answer", True)
    body = {"comparison": given["comparison"]["id"], "answers": [{"choice": first, "strength": 1}]}
    told = client.post(f"{path}{page}", json=body).json()
    assert told["expected"]["choice"] in ids_of(given)
    assert told["as_expected"] is (told["expected"]["choice"] == first)
    assert bool(tells(given, refused.json(), told)) is (page == "")
