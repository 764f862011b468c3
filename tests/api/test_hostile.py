"""Whatever is sent, the service answers with words and goes on: never a fault of its own, nothing stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rlhf_collect.domain.actor import Role
from tests.api.calling import API, Lab, Service, judgement, problem
from tests.api.routes import own_routes
from tests.depth import further

JSON = {"Content-Type": "application/json"}
LONE = "\ud800"
"""Half of a surrogate pair."""
STRANGE = {
    "empty": "",
    "zero": "%00",
    "new line": "%0A",
    "half a character": "%ED%A0%80",
    "not UTF-8": "%FF%FE",
    "slashes": "..%2F..%2Fetc%2Fpasswd",
    "dots": "%2E%2E",
    "percent": "%25",
    "very long": "x" * 20_000,  # three of them are as long as the client sends an address
    "very large": "9" * 5_000,
    "quotes": "%27%3B%20DROP%20TABLE%20judgement%3B--",
    "another script": "%D9%A1",
    "invisible": "%E2%80%AE%E2%80%8B",
}
"""What may stand in an address, escaped."""
SOME_STRANGE = ("zero", "half a character", "slashes", "very long", "quotes")
"""Those that every route is asked with in every run."""
VALUES: list[Any] = [LONE, "\x00", "\u202e", "x" * 100_000, 10**400, -1, 1e308, True, [], {}, [[[]]], None]


@pytest.fixture(scope="module")
def lab(service: Service) -> Lab:
    """One project for all."""
    return service.lab()


@pytest.fixture
def handed(lab: Lab) -> dict[str, Any]:
    """What Ada holds."""
    return lab.next()


def answered(answer: Any) -> int:
    """The status; a refusal has words in the one form, apart from the page of a wrong invitation."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and not answer.headers["content-type"].startswith("text/html"):
        problem(answer, answer.status_code, answer.json()["code"])
    return int(answer.status_code)


@pytest.mark.parametrize(
    "what", [*SOME_STRANGE, *further(*(what for what in STRANGE if what not in SOME_STRANGE))]
)
def test_strange_addresses_are_refused_in_words(lab: Lab, what: str):
    for method, path in own_routes(lab.service.app):
        parts = path.split("{")
        if len(parts) == 1:
            continue
        strange = parts[0] + "/".join(STRANGE[what] + part.partition("}")[2] for part in parts[1:])
        for caller in (lab.ada, lab.lead, lab.service.nobody):
            status = answered(caller(method, strange, json={} if method != "GET" else None))
            assert status in (307, 401, 403, 404, 405, 422), (method, strange[:80])


@pytest.mark.parametrize("what", STRANGE)
def test_strange_questions_are_refused_in_words_or_passed_over(lab: Lab, what: str):
    for path in ("agreement?criterion=", "progress?criterion=", "judgements?after=", "versions?v="):
        assert answered(lab.lead.get(lab.path(path) + STRANGE[what])) in (200, 404)
    assert answered(lab.ada.post(lab.path("next?render=") + STRANGE[what])) == 200
    assert answered(lab.lead("POST", lab.path("comparisons?skip_bad=") + STRANGE[what], content=b"{}")) == 422


@pytest.mark.parametrize("name", ["criterion", "choice", "strength", "ranking", "rationale", "new"])
def test_strange_values_of_an_answer_are_refused_in_words(lab: Lab, handed: dict[str, Any], name: str):
    for value in VALUES:
        body = judgement(handed)
        body["answers"][0][name] = value
        if name == "rationale" and value in (None, "\u202e"):
            continue  # nothing, and text that is only odd
        if name == "ranking" and value is None:
            continue
        content = json.dumps(body).encode()
        assert answered(lab.ada("POST", f"{API}/judgements", content=content, headers=JSON)) in (400, 422)
    assert lab.stored() == []


@pytest.mark.parametrize("name", ["assignment", "judgement", "answers"])
def test_strange_values_of_a_judgement_are_refused_in_words(lab: Lab, handed: dict[str, Any], name: str):
    for value in VALUES:
        content = json.dumps(judgement(handed) | {name: value}).encode()
        assert answered(lab.ada("POST", f"{API}/judgements", content=content, headers=JSON)) in (400, 422)
    assert lab.stored() == []


def test_strange_values_of_other_bodies_are_refused_in_words(lab: Lab, handed: dict[str, Any]):
    calls = [
        (lab.ada, "POST", f"{API}/assignments/{handed['assignment']}/skip", "reason"),
        (lab.ada, "PUT", f"{API}/me/consents", "publish_rationale"),
        (lab.lead, "POST", lab.path("versions"), "version"),
        (lab.lead, "POST", lab.path("versions/1.0.0/publish"), "to"),
    ]
    for caller, method, path, name in calls:
        for value in VALUES:
            if (name, value) in (("reason", "\u202e"), ("publish_rationale", True)):
                continue
            content = json.dumps({name: value}).encode()
            assert answered(caller(method, path, content=content, headers=JSON)) in (400, 422)
    assert lab.next() == handed


BODIES = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "not JSON": b"{not json",
    "not UTF-8": b"\xff\xfe\xfd",
    "a key that is no text": b'{"\\ud800": 1}',
    "deep": b"[" * 200_000,
    "deep and closed": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep inside": b'{"answers":' + b"[" * 900 + b"]" * 900 + b"}",
    "a number of many digits": b'{"answers": ' + b"9" * 5_000 + b"}",
    "not a number": b'{"answers": NaN}',
    "zeros": b"\x00" * 1000,
}


@pytest.mark.parametrize("what", BODIES)
def test_strange_bodies_are_refused_in_words(lab: Lab, handed: dict[str, Any], what: str):
    paths = [
        ("POST", f"{API}/judgements"),
        ("PUT", f"{API}/judgements/{handed['judgement']}"),
        ("POST", f"{API}/assignments/{handed['assignment']}/skip"),
        ("PUT", f"{API}/me/consents"),
    ]
    for method, path in paths:
        assert answered(lab.ada(method, path, content=BODIES[what], headers=JSON)) in (400, 422)
    assert lab.next() == handed


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", "\xff", ""],
)
def test_a_judgement_that_is_not_called_json_is_refused_in_words(lab: Lab, handed: dict[str, Any], kind: str):
    content = json.dumps(judgement(handed)).encode()
    headers = {"Content-Type": kind.encode("latin-1")}
    assert answered(lab.ada("POST", f"{API}/judgements", content=content, headers=headers)) == 422
    assert lab.stored() == []


def named(service: Service, value: str | bytes) -> bytes:
    """A header's value with the real names of the cookies."""
    whole = value if isinstance(value, bytes) else value.encode()
    for role in (Role.RATER, Role.LEAD):
        whole = whole.replace(role.upper().encode(), service.cookie(role).encode())
    return whole


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic QWRhOg=="},
        {"Authorization": b"Bearer \xff\xfe"},
        {"Authorization": "Bearer " + "x" * 50_000},
        {"Authorization": "Bearer a b c"},
        {"Cookie": "RATER"},
        {"Cookie": "RATER="},
        {"Cookie": b"RATER=\xff\xfe"},
        {"Cookie": 'RATER="\\000"; LEAD=;;;='},
        {"Cookie": "RATER=" + "x" * 50_000},
    ],
    ids=lambda headers: str(headers)[:48],
)
def test_strange_credentials_are_no_credentials(service: Service, headers: dict[str, Any]):
    headers = {name: named(service, value) for name, value in headers.items()}
    for path in (f"{API}/me", f"{API}/me/export"):
        problem(service.nobody.get(path, headers=headers), 401, "not_signed_in")
    assert service.nobody.get("/rate/", headers=headers).status_code == 401
    assert service.nobody.post("/sign-out", headers=headers).status_code == 204


def imported(lab: Lab, content: bytes) -> dict[str, Any]:
    return problem(lab.lead("POST", lab.path("comparisons"), content=content), 422, "bad_source")


def line(**change: Any) -> bytes:
    completions = [{"content": "one"}, {"content": "two"}]
    return json.dumps({"id": "h", "prompt": "Why?", "completions": completions} | change).encode()


@pytest.mark.parametrize("depth", [70, 300, 500, 800, 950, 2_000, 100_000])
def test_a_line_that_is_nested_too_deeply_is_a_bad_line_like_another(lab: Lab, depth: int):
    for deep in (b"[" * depth + b"]" * depth, b'{"a":' * depth + b'"\\u0041"' + b"}" * depth):
        bad = line(metadata={"x": 0}).replace(b"0", deep)
        found = imported(lab, line(id="good") + b"\n" + bad)["problems"]
        assert [each["where"] for each in found] == ["body.jsonl:2"]
        assert found[0]["what"] == "It is nested too deeply."


@pytest.mark.parametrize(
    "change",
    [
        {"id": "\x00"},
        {"id": LONE},
        {"id": "x" * 100_000},
        {"prompt": "\x00"},
        {"prompt": LONE},
        {"prompt": []},
        {"prompt": {"a": 1}},
        {"completions": []},
        {"completions": [{"content": "same"}] * 2},
        {"completions": [{"content": str(number)} for number in range(9)]},
        {"completions": [{"id": "a", "content": "1"}, {"id": "a", "content": "2"}]},
        {"completions": [{"id": "tie", "content": "1"}, {"content": "2"}]},
        {"completions": [[], {}]},
        {"metadata": {"x": float("nan")}},
        {"metadata": {LONE: 1}},
        {"metadata": []},
        {"tags": "science"},
        {"tags": [1]},
        {"labels": [{"category": "x", "severity": 9}]},
        {"language": "no language"},
        {"gold": {"choice": "x"}},
    ],
    ids=lambda change: repr(change)[:48],
)
def test_a_comparison_no_store_can_hold_is_a_bad_line(lab: Lab, change: dict[str, Any]):
    found = imported(lab, line(id="good") + b"\n" + line(**change))["problems"]
    assert [each["where"] for each in found] == ["body.jsonl:2"]


def test_ten_megabytes_of_anything_are_read_and_refused(lab: Lab):
    size = 10 * 2**20
    for content in (b"x" * size, b"\x00" * size, b"\n" * 2**17, b"[" * 2**17, b"{" * 2**17):
        imported(lab, content)
    # Whoever may not import is told so, whatever they send.
    problem(lab.ada("POST", lab.path("comparisons"), content=b"x" * size), 403, "not_allowed")
    problem(lab.service.nobody("POST", lab.path("comparisons"), content=b"x" * size), 401, "not_signed_in")


def test_of_very_many_bad_fields_all_are_counted_and_a_hundred_listed(lab: Lab):
    body = {f"field{number}": 1 for number in range(20_000)}
    document = problem(lab.ada.put(f"{API}/me/consents", body), 422, "bad_call")
    assert document["detail"].endswith(" There are 19,901 more.")
    assert len(document["problems"]) == 100


def test_of_very_many_bad_lines_all_are_counted_and_a_thousand_listed(lab: Lab):
    document = imported(lab, line(id="good") + b"\n1" * 5_000)
    assert "5,000 lines cannot be used" in document["detail"]
    assert len(document["problems"]) == 1000


def test_after_all_that_the_service_goes_on(lab: Lab):
    assert lab.service.nobody.get("/readyz").status_code == 200
    assert lab.lead.get(lab.path("progress")).json()["comparisons"] == 6
    assert lab.stored() == []
