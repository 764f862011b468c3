"""What the service says about itself: OpenAPI, health, and the one form of every refusal."""

from __future__ import annotations

import pytest

from rlhf_collect.api.identity import cookies_of
from rlhf_collect.ids import new_id
from tests.api.calling import API, Lab, Service, problem

CONTRACT = {
    "/projects/{project}/next": {"post"},
    "/judgements": {"post"},
    "/judgements/{judgement}": {"put", "delete"},
    "/assignments/{assignment}/skip": {"post", "delete"},
    "/assignments/{assignment}/draft": {"put"},
    "/projects/{project}/agreement": {"get"},
    "/projects/{project}/leaderboard": {"get"},
    "/projects/{project}/raters": {"get"},
    "/projects/{project}/contested": {"get"},
    "/projects/{project}/guidelines": {"get", "put"},
    "/projects/{project}/alerts": {"get"},
    "/projects/{project}/flags/looked": {"put"},
    "/projects/{project}/decisions": {"put", "delete"},
    "/projects/{project}/decisions/next": {"post"},
    "/projects/{project}/deciders": {"get", "put"},
    "/projects/{project}/referrals": {"put", "delete"},
    "/decisions/{decision}": {"put"},
    "/decisions/{decision}/decline": {"post"},
    "/decisions/{decision}/draft": {"put"},
    "/me/decided": {"get"},
    "/me/decided/{decision}": {"get", "delete"},
    "/projects/{project}/progress": {"get"},
    "/projects/{project}/comparisons": {"post"},
    "/projects/{project}/judgements": {"get"},
    "/projects/{project}/versions": {"get", "post"},
    "/projects/{project}/versions/{version}/diff": {"get"},
    "/projects/{project}/versions/{version}/files/{name}": {"get"},
    "/projects/{project}/versions/{version}/publish": {"post"},
    "/images/{sha256}": {"get"},
    "/projects/{project}/exclusions": {"get", "post"},
    "/projects/{project}/exclusions/{decision}": {"delete"},
    "/projects/{project}/gold": {"get"},
    "/projects/{project}/gold/removed": {"post"},
    "/projects/{project}/appeals": {"get"},
    "/projects/{project}/appeals/{appeal}": {"post"},
    "/me/controls": {"get"},
    "/projects/{project}/messages": {"get"},
    "/projects/{project}/messages/{thread}": {"post"},
    "/me/messages": {"get", "post"},
    "/me/messages/{thread}/settled": {"post"},
    "/me/appeals": {"post"},
    "/me/appeals/{appeal}": {"delete"},
    "/me": {"delete", "get"},
    "/me/export": {"get"},
    "/me/figures": {"get"},
    "/me/skips": {"get"},
    "/me/consents": {"put"},
    "/me/display": {"put"},
    "/me/guidelines": {"put"},
    "/me/judgements": {"get"},
    "/me/judgements/{judgement}": {"get"},
    "/projects/{project}/practice": {"get", "post"},
    "/projects/{project}/practice/next": {"post"},
    "/projects/{project}/practice/again": {"post"},
}
OUTSIDE = {"/healthz": {"get"}, "/readyz": {"get"}}


@pytest.fixture(scope="module")
def described(service: Service) -> dict:
    answer = service.nobody.get(f"{API}/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def test_every_call_is_described_and_no_other(described: dict):
    paths = {path: set(calls) for path, calls in described["paths"].items()}
    assert paths == {f"{API}{path}": calls for path, calls in CONTRACT.items()} | OUTSIDE


def test_every_call_has_a_summary_and_a_sentence(described: dict):
    for path, calls in described["paths"].items():
        for call in calls.values():
            assert call["summary"], path
            assert call["description"].rstrip().endswith("."), path


def test_refusals_are_described_in_the_form_they_have(described: dict):
    assert "HTTPValidationError" not in described["components"]["schemas"]
    for path in CONTRACT:
        for call in described["paths"][f"{API}{path}"].values():
            assert call["responses"]["4XX"]["content"].keys() == {"application/problem+json"}


def test_how_a_call_is_signed_is_described_for_every_call(service: Service, described: dict):
    schemes = described["components"]["securitySchemes"]
    assert schemes["key"] | {"description": ""} == {"type": "http", "scheme": "bearer", "description": ""}
    cookies = {
        each["name"] for each in schemes.values() if each["type"] == "apiKey" and each["in"] == "cookie"
    }
    assert cookies == set(cookies_of(service.ctx).values())
    for path in CONTRACT:
        for call in described["paths"][f"{API}{path}"].values():
            assert [next(iter(each)) for each in call["security"]] == list(schemes)
            assert {"401", "403", "404", "409"} <= call["responses"].keys()


def test_the_body_of_an_import_is_described(described: dict):
    body = described["paths"][f"{API}/projects/{{project}}/comparisons"]["post"]["requestBody"]
    (form,) = body["content"].values()
    assert (body["required"], list(body["content"])) == (True, ["application/x-ndjson"])
    assert form["schema"]["required"] == ["prompt", "completions"]


def test_the_service_names_its_version(service: Service, described: dict):
    assert described["info"]["version"] == service.ctx.program_version


def test_the_service_lives_and_its_store_answers(service: Service):
    live, ready = service.nobody.get("/healthz"), service.nobody.get("/readyz")
    assert (live.status_code, live.json()) == (200, {"status": "live"})
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert ready.json()["schema"] >= 1


def test_every_refusal_is_a_problem_document(lab: Lab):
    nobody, bad_key = lab.service.nobody, lab.service.by_key("no-such-key")
    for answer in (nobody.get(f"{API}/me"), bad_key.get(f"{API}/me")):
        problem(answer, 401, "not_signed_in")
        assert answer.headers["www-authenticate"] == "Bearer"
    problem(lab.ada.get(lab.path("progress")), 403, "not_allowed")
    problem(lab.ada.post(f"{API}/assignments/{new_id()}/skip", {}), 404, "not_found")
    problem(nobody.get(f"{API}/nothing-here"), 404, "not_found")
    problem(nobody.get("/nothing-here"), 404, "not_found")
    problem(lab.lead.post(lab.path("versions"), {"version": "1.0.0"}), 409, "refused")
    problem(lab.lead.post(lab.path("versions"), {"version": "one"}), 422, "bad_call")
    problem(lab.lead("POST", lab.path("comparisons"), content=b"{"), 422, "bad_source")
    deep, kind = b"[" * 100_000, {"Content-Type": "application/json"}
    problem(lab.ada("POST", f"{API}/judgements", content=deep, headers=kind), 400, "bad_call")


def test_a_method_that_is_not_there_is_refused_with_those_that_are(service: Service):
    for method, path, allowed in (
        ("DELETE", f"{API}/me/export", "GET"),
        ("GET", f"{API}/judgements", "POST"),
    ):
        answer = service.nobody(method, path)
        problem(answer, 405, "bad_call")
        assert answer.headers["allow"] == allowed


def test_a_title_is_one_sentence_and_the_detail_says_what_to_do(lab: Lab):
    document = problem(lab.service.nobody.get(f"{API}/me"), 401, "not_signed_in")
    assert document["title"] == "You are not signed in, or the session has ended."
    assert "ask the project lead" in document["detail"]
