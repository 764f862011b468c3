"""The guard around everything: writes from other sites, the headers of every answer, bodies, our own faults."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive

from rlhf_collect.domain.actor import Role
from rlhf_collect.web.guard import MOST_BODY, Guard
from rlhf_collect.web.policy import SEALED_POLICY
from tests.api.calling import API, Caller, Lab, Service, judgement, problem
from tests.api.routes import own_routes

HOST = "testserver"
FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": f"http://{HOST}.elsewhere.example"},
    {"Origin": f"http://{HOST}:8000"},
    {"Origin": "null"},
    {"Origin": ""},
]
FROM_HERE = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": f"http://{HOST}"},
    {"Origin": f"https://{HOST}"},
]


@pytest.fixture(scope="module")
def lab(service: Service) -> Lab:
    """One project for all."""
    return service.lab()


@pytest.fixture(scope="module")
def ada(service: Service, lab: Lab) -> Caller:
    """A rater in a browser."""
    return service.by_cookie(service.session(lab.people["Ada"]), Role.RATER)


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_a_write_from_another_site_is_refused_whatever_it_is(
    service: Service, ada: Caller, headers: dict[str, str]
):
    writes = {(method, path) for method, path in own_routes(service.app) if method not in ("GET", "HEAD")}
    assert len(writes) > 8
    for method, path in writes | {("POST", "/lead/gradio_api/queue/join"), ("DELETE", "/anything")}:
        document = problem(ada(method, path, json={}, headers=headers), 403, "refused")
        assert "another site" in document["detail"]


def test_a_refused_write_has_changed_nothing(lab: Lab, ada: Caller):
    handed = lab.next()
    for headers in FROM_ELSEWHERE:
        ada.post(f"{API}/judgements", judgement(handed), headers=headers)
        ada.post("/sign-out", headers=headers)
        ada.put(f"{API}/me/consents", {"publish_rationale": True}, headers=headers)
    me = ada.get(f"{API}/me").json()
    assert me["progress"]["judged"] == 0
    assert me["consents"] == {"publish_rationale": False}


@pytest.mark.parametrize("headers", FROM_HERE, ids=str)
def test_a_write_from_the_page_itself_or_a_program_passes(ada: Caller, headers: dict[str, str]):
    assert ada.put(f"{API}/me/consents", {"publish_rationale": False}, headers=headers).status_code == 200


def test_reading_from_a_link_on_another_site_is_fine_and_shared_with_no_script_there(lab: Lab, ada: Caller):
    from_link = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    for path in (f"/i/{lab.people['Ada'].invitation}", "/rate/", "/rate/config", f"{API}/me", "/healthz"):
        answer = ada.get(path, headers=from_link)
        assert answer.status_code in (200, 303)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    asked = {"Access-Control-Request-Method": "PUT", **from_link}
    assert ada("OPTIONS", f"{API}/me/consents", headers=asked).status_code == 405


def test_every_answer_has_the_security_headers(service: Service, lab: Lab, ada: Caller):
    lead = service.by_cookie(service.session(lab.people["Lena"]), Role.LEAD)
    answers = [
        *(
            caller(method, path)
            # By path, so that signing out, which ends her session, comes after what she is answered with one.
            for method, path in sorted(own_routes(service.app), key=itemgetter(1, 0))
            for caller in (service.nobody, ada)
        ),
        *(ada.get(path) for path in ("/rate/", "/rate/config", "/rate/theme.css", "/lead/", "/nothing-here")),
        *(lead.get(path) for path in ("/lead/", "/lead/config", "/lead/gradio_api/upload")),
        ada.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"}),
        ada("POST", f"{API}/judgements", content=b" " * (MOST_BODY + 1)),
    ]
    assert {200, 204, 401, 403, 404, 413, 422} <= {each.status_code for each in answers}
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors" in policy
        assert "http" not in policy
        assert "*" not in policy
        if answer.request.url.path.startswith("/api/"):
            assert policy == SEALED_POLICY
            assert answer.headers["cache-control"] == "no-store"


def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so(lab: Lab, service: Service):
    for caller in (lab.ada, service.nobody):
        said = caller("POST", f"{API}/judgements", content=b" " * (MOST_BODY + 1))
        streamed = caller("POST", f"{API}/judgements", content=(b" " * 2**16 for _ in range(40)))
        for answer in (said, streamed):
            assert "Nothing was stored" in problem(answer, 413, "bad_call")["detail"]


def test_a_body_of_just_the_size_allowed_is_read(lab: Lab):
    body = b" " * MOST_BODY
    answer = lab.ada("POST", f"{API}/judgements", content=body, headers={"Content-Type": "application/json"})
    problem(answer, 422, "bad_call")


def test_a_fault_of_our_own_is_a_problem_document_with_the_headers_and_without_the_details():
    app = FastAPI()
    app.add_middleware(Guard)

    @app.get("/api/v1/broken")
    def get_broken() -> None:
        raise ZeroDivisionError("secret detail")

    answer = TestClient(app, raise_server_exceptions=False).get("/api/v1/broken")
    document = problem(answer, 500, "error")
    assert "our side" in document["title"]
    assert "secret detail" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    with pytest.raises(ZeroDivisionError):  # and the log has the traceback
        TestClient(app).get("/api/v1/broken")


LEAD_PAGES = ("/lead/", "/lead/config")
RATER_PAGES = ("/rate/", "/rate/config")


def test_pages_are_kept_by_no_cache_and_files_named_after_their_content_for_good(service: Service, lab: Lab):
    people = {
        RATER_PAGES: service.by_cookie(service.session(lab.people["Bo"]), Role.RATER),
        LEAD_PAGES: service.by_cookie(service.session(lab.people["Lena"]), Role.LEAD),
    }
    for paths, caller in people.items():
        for path in paths:
            for who in (caller, service.nobody):
                assert who.get(path).headers["cache-control"] == "private, no-store"
    page = people[RATER_PAGES].get("/rate/").text
    file = re.search(r"\./(assets/[\w-]+-[\w-]{8}\.(?:js|css))", page)
    assert file
    kept = service.nobody.get(f"/rate/{file[1]}")
    assert (kept.status_code, kept.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert "immutable" not in service.nobody.get("/rate/assets/x-12345678.js").headers.get(
        "cache-control", ""
    )


def test_documents_go_out_compressed_and_streams_and_pictures_do_not(service: Service, lab: Lab):
    ada = service.by_cookie(service.session(lab.people["Bo"]), Role.RATER)
    for path in (*RATER_PAGES, f"{API}/me", f"{API}/openapi.json"):
        packed = ada.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip", path
        assert "Accept-Encoding" in packed.headers["vary"]
        assert int(packed.headers["content-length"]) < len(packed.content) / 2
        whole = ada.get(path, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in whole.headers
        assert whole.status_code == packed.status_code == 200
    stream = lab.lead.get(lab.path("judgements"), headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in stream.headers
    assert "content-security-policy" in ada.get("/rate/", headers={"Accept-Encoding": "gzip"}).headers


def test_nobody_tells_the_page_its_address_but_the_host(service: Service, lab: Lab):
    ada = service.by_cookie(service.session(lab.people["Bo"]), Role.RATER)
    for name in ("X-Forwarded-Host", "X-Gradio-Server"):
        for path in RATER_PAGES:
            assert "evil.example" not in ada.get(path, headers={name: "http://evil.example"}).text


def test_a_command_with_a_wrong_token_is_refused_before_its_body_is_read(service: Service):
    unread = service.nobody("POST", "/operations/progress", content=b"not JSON")
    problem(unread, 404, "not_found")
    asked: list[str] = []

    async def receive() -> Message:
        asked.append("body")
        return {"type": "http.disconnect"}

    answered = status_of(service.app, "/operations/progress", receive)
    assert (answered, asked) == (404, [])


def test_a_body_that_does_not_arrive_in_time_is_refused():
    async def receive() -> Message:
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    app = Guard(FastAPI(), body_seconds=0.01)
    assert status_of(app, f"{API}/judgements", receive) == 408


def status_of(app: ASGIApp, path: str, receive: Receive) -> int:
    """The status of a POST whose body comes from ``receive``."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    with ThreadPoolExecutor() as own:  # a browser of another test may hold this thread's loop
        own.submit(asyncio.run, app(scope, receive, send)).result()  # type: ignore[arg-type]
    return int(next(each["status"] for each in sent if each["type"] == "http.response.start"))
