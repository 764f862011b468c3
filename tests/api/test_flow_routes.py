"""The flow around a judgement over HTTP: what the page asks for, and what nobody else gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.server import build_app
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import apply_project
from tests.making import (
    MODELS,
    HeldClock,
    Person,
    bring,
    comparison,
    invite,
    make_project,
    open_services,
    settings,
)

API = "/api/v1"
PRACTICE = {"comparisons": ["p1", "p2"]}


class House:
    """An application around a database, and calls to it with somebody's key."""

    def __init__(self, ctx: Context, client: TestClient) -> None:
        self.ctx = ctx
        self.client = client
        self.newcomers = 0
        self.project = make_project(ctx, practice=PRACTICE, overlap=20)
        bring(
            ctx,
            self.project,
            [
                comparison("p1", gold="p1-b"),
                comparison("p2", gold="tie"),
                *(comparison(f"c{n}") for n in range(20)),
            ],
        )
        self.ada, self.bo = (invite(ctx, self.project, name) for name in ("Ada", "Bo"))
        self.lead = invite(ctx, self.project, "lead", "lead")

    def call(self, who: Person, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {who.key}"}
        return self.client.request(method, API + path, json=body, headers=headers)

    def next(self, who: Person, query: str = "") -> Any:
        return self.call(who, "POST", f"/projects/helpfulness/next{query}").json()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    ctx = open_services(tmp_path_factory.mktemp("flow") / "x.duckdb", clock=HeldClock())
    with TestClient(build_app(ctx)) as client:
        yield House(ctx, client)
    ctx.store.close()


@pytest.fixture
def house(opened: House) -> House:
    """A newcomer for every test, who has judged nothing yet."""
    opened.newcomers += 1
    opened.ada = invite(opened.ctx, opened.project, f"Ada {opened.newcomers}")
    return opened


def tie(given: Any) -> dict[str, Any]:
    return {
        "assignment": given["assignment"],
        "judgement": given["judgement"],
        "answers": [{"criterion": "overall", "choice": "tie"}],
    }


def test_ahead_is_a_key_of_every_reply_to_who_asks_for_it_and_of_no_other(house: House) -> None:
    plain = house.next(house.ada)
    assert "ahead" not in plain and "draft" not in plain
    given = house.next(house.ada, "?ahead=1&render=html")
    assert given["assignment"] == plain["assignment"]
    assert set(given["ahead"]) == set(given) - {"ahead"}
    assert given["draft"] is None and given["ahead"]["draft_saved_at"] is None
    assert "html" in given["ahead"]["comparison"]["prompt"][0]
    stored = house.call(house.ada, "POST", "/judgements?ahead=1", tie(given))
    assert stored.status_code == 201
    assert stored.json()["next"]["assignment"] == given["ahead"]["assignment"]
    assert stored.json()["ahead"]["assignment"] not in (given["assignment"], given["ahead"]["assignment"])
    following = stored.json()["next"]
    revised = house.call(
        house.ada, "PUT", f"/judgements/{given['judgement']}?ahead=1", {"answers": tie(given)["answers"]}
    ).json()
    assert revised["next"]["assignment"] == following["assignment"] and revised["ahead"]
    skipped = house.call(
        house.ada, "POST", f"/assignments/{following['assignment']}/skip?ahead=1", {"reason": ""}
    ).json()
    assert skipped["next"] and skipped["ahead"]
    back = house.call(house.ada, "DELETE", f"/assignments/{following['assignment']}/skip?ahead=1").json()
    assert back["assignment"] == following["assignment"]
    assert back["ahead"]["assignment"] == skipped["next"]["assignment"]
    for body in (given, stored.json(), revised, skipped, back):
        assert not any(model in json.dumps(body) for model in MODELS)


def test_drafts_come_back_with_the_assignment_and_are_refused_once_it_is_judged(house: House) -> None:
    given = house.next(house.ada)
    path = f"/assignments/{given['assignment']}/draft"
    assert house.call(house.ada, "PUT", path, {"draft": {"why": "half"}}).status_code == 204
    assert house.next(house.ada, "?render=html")["draft"] == {"why": "half"}
    assert "draft" not in house.next(house.ada)
    assert house.call(house.bo, "PUT", path, {"draft": {}}).json()["code"] == "not_found"
    assert house.call(house.ada, "PUT", path, {"draft": "text"}).json()["code"] == "bad_call"
    assert house.call(house.ada, "PUT", path, {"draft": {"x": "x" * 200_001}}).json()["code"] == "bad_call"
    house.call(house.ada, "POST", "/judgements", tie(given))
    late = house.call(house.ada, "PUT", path, {"draft": {}})
    assert (late.status_code, late.json()["code"]) == (409, "already_judged")


def test_display_is_kept_and_its_language_is_remembered_by_the_browser(house: House) -> None:
    kept = house.call(house.ada, "PUT", "/me/display", {"display": {"language": "fr", "theme": "dark"}})
    assert kept.status_code == 204
    assert "rlhf_collect_language=fr" in kept.headers["set-cookie"]
    house.client.cookies.clear()
    assert house.call(house.ada, "GET", "/me").json()["display"] == {"language": "fr", "theme": "dark"}
    odd = house.call(house.ada, "PUT", "/me/display", {"display": {"language": ["fr"]}})
    assert odd.status_code == 204 and "set-cookie" not in odd.headers
    assert house.call(house.ada, "PUT", "/me/display", {"display": {"x": "x" * 10_001}}).status_code == 422


def test_one_s_own_judgements_are_listed_searched_and_opened_without_model_names(house: House) -> None:
    given = house.next(house.ada, "?render=html")
    house.call(house.ada, "POST", "/judgements", tie(given))
    listed = house.call(house.ada, "GET", "/me/judgements?search=what+is&limit=1").json()
    assert [each["judgement"] for each in listed["judgements"]] == [given["judgement"]]
    assert house.call(house.ada, "GET", "/me/judgements?search=nowhere").json() == {
        "judgements": [],
        "before": None,
    }
    assert house.call(house.ada, "GET", "/me/judgements?limit=0").json()["code"] == "bad_call"
    opened = house.call(house.ada, "GET", f"/me/judgements/{given['judgement']}?render=html").json()
    order = [each["id"] for each in given["comparison"]["completions"]]
    assert [each["id"] for each in opened["comparison"]["completions"]] == order
    assert opened["answers"][0]["choice"] == "tie"
    assert (opened["flags"], opened["edited"], opened["version"]) == ([], None, None)
    assert not any(model in json.dumps(opened) for model in MODELS)
    assert house.call(house.bo, "GET", f"/me/judgements/{given['judgement']}").status_code == 404
    assert house.call(house.lead, "GET", "/me/judgements").json()["code"] == "not_allowed"


def test_practice_tells_what_was_expected_only_afterwards(house: House) -> None:
    path = "/projects/helpfulness/practice"
    assert house.call(house.ada, "GET", path).json()["answered"] == 0
    given = house.call(house.ada, "POST", f"{path}/next?render=html").json()
    assert set(given) == {"comparison", "criteria", "number", "total"}
    assert "It is so." not in json.dumps(given)
    assert [each["name"] for each in given["criteria"]] == ["overall"]
    body = {"comparison": "p1", "answers": [{"choice": "p1-a", "strength": 1}]}
    told = house.call(house.ada, "POST", path, body).json()
    assert (told["as_expected"], told["expected"]["choice"], told["reason"]) == (False, "p1-b", "It is so.")
    assert told["expected"]["side"] in "AB"
    assert told["expected"]["criterion"] == "overall"
    assert told["practice"]["answered"] == 1
    house.call(house.ada, "POST", path, {"comparison": "p2", "answers": [{"choice": "tie"}]})
    assert house.call(house.ada, "POST", f"{path}/next").status_code == 204
    assert house.call(house.ada, "POST", f"{path}/again").json()["answered"] == 0
    assert house.call(house.ada, "GET", "/me").json()["practice"]["done"] is True


def test_why_there_is_nothing_stands_in_the_header(house: House) -> None:
    strict = settings("helpfulness", overlap=20, practice=PRACTICE | {"required": True, "pass": 2})
    apply_project(house.ctx, OPERATOR, strict)
    answer = house.call(house.ada, "POST", "/projects/helpfulness/next?ahead=1")
    assert (answer.status_code, answer.headers["x-reason"]) == (204, "practice_required")
    current = house.call(house.ada, "GET", "/me").json()["guidelines"]
    assert set(current["texts"]) == {"en", "fr"} and "Comment comparer" in current["texts"]["fr"]
    assert house.call(house.ada, "PUT", "/me/guidelines", {"version": "x"}).json()["code"] == "out_of_date"
    assert house.call(house.ada, "PUT", "/me/guidelines", {"version": current["version"]}).status_code == 204
    changed = settings(
        "helpfulness", overlap=20, practice=PRACTICE, guidelines={"version": "2", "text": "Read all."}
    )
    apply_project(house.ctx, OPERATOR, changed)
    answer = house.call(house.ada, "POST", "/projects/helpfulness/next")
    assert (answer.status_code, answer.headers["x-reason"]) == (204, "guidelines_changed")
    me = house.call(house.ada, "GET", "/me").json()["guidelines"]
    (new,) = (each for each in me["changes"] if each["kind"] == "added")
    assert (new["text"], "<p" in new["html"]) == (
        "Read all.",
        True,
    )  # laid out by the service, as raters read it
    assert {each["kind"] for each in me["changes"]} == {"added", "removed"}
    apply_project(house.ctx, OPERATOR, settings("helpfulness", overlap=20, practice=PRACTICE))


def test_nothing_of_this_answers_to_nobody(house: House) -> None:
    nobody = Person(actor=house.ada.actor, key="wrong", invitation="")
    some = "00000000-0000-0000-0000-000000000000"
    for method, path, body in (
        ("DELETE", f"/assignments/{some}/skip", None),
        ("PUT", f"/assignments/{some}/draft", {"draft": {}}),
        ("PUT", "/me/display", {"display": {}}),
        ("PUT", "/me/guidelines", {"version": "1"}),
        ("GET", "/me/judgements", None),
        ("GET", f"/me/judgements/{some}", None),
        ("GET", "/projects/helpfulness/practice", None),
        ("POST", "/projects/helpfulness/practice/next", None),
        ("POST", "/projects/helpfulness/practice", {"comparison": "p1", "answers": [{"choice": "tie"}]}),
        ("POST", "/projects/helpfulness/practice/again", None),
    ):
        assert house.call(nobody, method, path, body).json()["code"] == "not_signed_in", path
