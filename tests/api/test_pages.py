"""The pages: who gets in, what Gradio answers behind them, and what the pages give away."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gradio.utils import get_upload_folder

from rlhf_collect.api.identity import cookies_of
from rlhf_collect.domain.actor import Role
from rlhf_collect.services.context import KeyRing
from tests.api.calling import API, Caller, Lab, Service, names_no_model, problem
from tests.api.routes import gradio_routes
from tests.making import invite

FREE = {"static/{path:path}", "assets/{path:path}", "svelte/{path:path}", "theme.css", "manifest.json", "favicon.ico",
        "robots.txt", "pwa_icon", "pwa_icon/{size}"}  # fmt: skip
"""Style, script and icons: the same for everybody, and nothing of a project in them."""
SIGNED_IN = {"", "config", "config/", "gradio_api/info", "gradio_api/app_id", "gradio_api/startup-events",
             "gradio_api/heartbeat/{session_hash}"}  # fmt: skip
OF_THE_LEAD = {"gradio_api/queue/join", "gradio_api/queue/data", "files/{name}.csv", "files/{name}.svg"}
"""The events of the lead's page, and its tables and plots; the rater's page has none."""
STREAMS = {"gradio_api/heartbeat/{session_hash}", "gradio_api/queue/data"}
"""These answer whoever may ask for as long as the page is open."""
IN_USE = {f"/{page}/{each}" for page in ("rate", "lead") for each in FREE | SIGNED_IN} | {
    f"/lead/{each}" for each in OF_THE_LEAD
}


@pytest.fixture(scope="module")
def lab(service: Service) -> Lab:
    """One project for all: nothing is judged here."""
    return service.lab()


@pytest.fixture(scope="module")
def people(service: Service, lab: Lab) -> dict[str, Caller]:
    """Who stands before a page; the rater holds their session in both cookies."""
    return {
        "nobody": service.nobody,
        "rater": service.by_cookie(service.session(lab.people["Ada"])),
        "lead": service.by_cookie(service.session(lab.people["Lena"]), Role.LEAD),
    }


def address(path: str) -> str:
    """A route's path with something in its places."""
    return re.sub(r"\{[^}]*\}", "x", path)


def ask(caller: Caller, method: str, path: str) -> int:
    status: int = caller(method, address(path), json={} if method == "POST" else None).status_code
    return status


@pytest.mark.parametrize("name", ["Ada", "Lena"])
def test_an_invitation_becomes_a_cookie_no_script_can_read(service: Service, lab: Lab, name: str):
    answer = service.nobody.get(f"/i/{lab.people[name].invitation}")
    role, page = {"Ada": (Role.RATER, "/rate/"), "Lena": (Role.LEAD, "/lead/")}[name]
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    (held,) = answer.headers.get_list("set-cookie")
    secret = re.match(rf"{service.cookie(role)}=([\w-]{{43}});", held)
    assert secret
    attributes = {each.strip().lower() for each in held.split(";")[1:]}
    assert attributes == {"httponly", "samesite=lax", "path=/", f"max-age={14 * 24 * 3600}"}
    assert service.by_cookie(secret[1], role).get(f"{API}/me").json()["name"] == name
    assert service.by_cookie(secret[1], role).get(page).status_code == 200


def test_a_wrong_invitation_is_answered_with_words_and_no_cookie(service: Service):
    answer = service.nobody.get("/i/nonsense")
    assert answer.status_code == 401
    assert "Ask whoever sent it to you for a new link" in answer.text
    assert "set-cookie" not in answer.headers


def cookie_of(service: Service, lab: Lab, name: str) -> str:
    return f"{service.cookie(Role.RATER)}={service.session(lab.people[name])}"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Purpose": "prefetch"},
    ],
    ids=lambda headers: ", ".join(headers.values()),
)
def test_an_invitation_that_nobody_opens_signs_nobody_in(service: Service, lab: Lab, headers: dict[str, str]):
    answer = service.nobody.get(f"/i/{lab.people['Ada'].invitation}", headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_an_invitation_asks_before_it_takes_the_place_of_somebody_else(service: Service, lab: Lab):
    path = f"/i/{lab.people['Bo'].invitation}"
    visit = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
    as_ada = visit | {"Cookie": cookie_of(service, lab, "Ada")}
    asked = service.nobody.get(path, headers=as_ada)
    assert asked.status_code == 200
    assert "set-cookie" not in asked.headers
    assert "You are signed in as Ada" in asked.text
    assert '<form method="post"><button>Go in as Bo</button></form>' in asked.text
    french = service.nobody.get(path, headers=as_ada | {"Accept-Language": "fr"})
    assert "<button>Entrer au nom de Bo</button>" in french.text
    elsewhere = as_ada | {"Sec-Fetch-Site": "cross-site"}
    assert service.nobody.post(path, headers=elsewhere).status_code == 403
    gone_in = service.nobody.post(path, headers=as_ada)
    assert (gone_in.status_code, gone_in.headers["location"]) == (303, "/rate/")
    assert service.cookie(Role.RATER) in gone_in.headers["set-cookie"]


@pytest.mark.parametrize("name", ["Bo", "Lena", None], ids=["the same", "another audience", "ended"])
def test_an_invitation_asks_nobody_else(service: Service, lab: Lab, name: str | None):
    cookie = cookie_of(service, lab, name) if name else f"{service.cookie(Role.RATER)}=ended"
    if name == "Lena":
        cookie = f"{service.cookie(Role.LEAD)}={service.session(lab.people['Lena'])}"
    answer = service.nobody.get(f"/i/{lab.people['Bo'].invitation}", headers={"Cookie": cookie})
    assert answer.status_code == 303


def test_names_on_the_question_are_letters_and_no_markup(service: Service, lab: Lab):
    marked = invite(service.ctx, lab.project, "<b>Bo</b> {x}")
    cookie = {"Cookie": cookie_of(service, lab, "Ada")}
    asked = service.nobody.get(f"/i/{marked.invitation}", headers=cookie)
    assert "&lt;b&gt;Bo&lt;/b&gt; {x}" in asked.text
    assert "<b>" not in asked.text


def test_two_services_on_one_host_keep_their_sessions_apart(service: Service):
    other = replace(service.ctx, keys=KeyRing.in_memory())
    assert set(cookies_of(other).values()) & set(cookies_of(service.ctx).values()) == set()


def test_signing_out_ends_the_session_at_once_and_takes_the_cookie_away(service: Service, lab: Lab):
    ada = service.by_cookie(service.session(lab.people["Ada"]), Role.RATER)
    other = service.by_cookie(service.session(lab.people["Ada"]), Role.RATER)
    assert ada.get("/rate/").status_code == 200
    answer = ada.post("/sign-out")
    assert answer.status_code == 204
    assert f'{service.cookie(Role.RATER)}="";' in answer.headers["set-cookie"]
    problem(ada.get(f"{API}/me"), 401, "not_signed_in")
    assert ada.get("/rate/").status_code == 401
    assert other.get("/rate/").status_code == 200


@pytest.mark.parametrize(("page", "who"), [("rate", "rater"), ("lead", "lead")])
def test_a_page_opens_to_its_own_audience_and_tells_others_what_to_do(
    people: dict[str, Caller], page: str, who: str
):
    for path in (f"/{page}/", f"/{page}/config"):
        assert {name: caller.get(path).status_code for name, caller in people.items()} == {
            name: 200 if name == who else 401 for name in people
        }
    for path in (f"/{page}", f"/{page}/"):
        refused = people["nobody"].get(path)
        assert refused.status_code == 401
        assert "Open your own invitation link" in refused.text


def test_what_a_page_is_made_of_holds_nothing_of_any_project(lab: Lab, people: dict[str, Caller]):
    settings = lab.project.settings
    for who, page in (("rater", "rate"), ("lead", "lead")):
        for path in ("", "config", "gradio_api/info"):
            text = people[who].get(f"/{page}/{path}").text
            assert names_no_model(text)
            for private in (
                lab.project.name,
                settings.purpose,
                *('"c000', "What is c000", "about c000"),  # bare, it may be part of a hash
                {"rate": "Lena", "lead": "Ada"}[page],
            ):
                assert private not in text


def test_every_route_of_gradio_that_no_page_uses_is_not_there(service: Service, people: dict[str, Caller]):
    unused = {(method, path) for method, path in gradio_routes(service.app) if path not in IN_USE}
    assert len(unused) > 60
    for path in (
        "upload",
        "file={path_or_url:path}",
        "proxy={url_path:path}",
        "run/{api_name}",
        "call/{api_name}",
    ):
        assert any(each == f"/lead/gradio_api/{path}" for _, each in unused)
    for method, path in unused:
        for name, caller in people.items():
            assert ask(caller, method, path) == 404, (name, method, path)


def test_routes_of_gradio_that_a_page_uses_are_for_its_audience_but_for_style_and_script(
    service: Service, people: dict[str, Caller]
):
    used = {(method, path) for method, path in gradio_routes(service.app) if path in IN_USE}
    assert {path for _, path in used} == IN_USE
    for method, path in used:
        page, rest = path.strip("/").partition("/")[::2]
        free, who = rest in FREE, {"rate": "rater", "lead": "lead"}[page]
        for name, caller in people.items():
            if name == who and rest in STREAMS:
                continue
            status = ask(caller, method, path)
            assert status < 500
            assert free or (status == 401) == (name != who), (name, method, path, status)


@pytest.mark.parametrize(
    "path",
    [
        "/rate/static/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/rate/static/%2fetc%2fpasswd",
        "/rate/assets/..%2f..%2fpackage.json",
        "/rate/svelte/..%2f..%2fcli.py",
        "/rate//config",
        "//rate/config",
        "/rate;/config",
        "/Rate/config",
        "/rate/%67radio_api/upload",
        "/rate/config/../gradio_api/upload",
        "/rate/gradio_api/file%3d/etc/passwd",
        "/lead/gradio_api/queue/join/",
        "/lead/gradio_api/queue/join%00",
        "/lead%2fgradio_api/queue/join",
    ],
)
def test_no_spelling_of_an_address_leads_around_the_guard(people: dict[str, Caller], path: str):
    for caller in people.values():
        assert caller.get(path).status_code in (401, 403, 404, 405)


def events(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]


def test_the_leads_events_answer_a_lead_with_their_own_project_and_nobody_else(
    service: Service, lab: Lab, people: dict[str, Caller]
):
    first = people["lead"].get("/lead/config").json()["dependencies"][0]
    event = {
        "data": [None] * len(first["inputs"]),
        "fn_index": first["id"],
        "session_hash": "page-of-lena",
        "trigger_id": 1,
    }
    for name in ("nobody", "rater"):
        assert people[name].post("/lead/gradio_api/queue/join", event).status_code == 401
    assert people["lead"].post("/lead/gradio_api/queue/join", event).status_code == 200
    shown = people["lead"].get("/lead/gradio_api/queue/data?session_hash=page-of-lena")
    (done,) = [each for each in events(shown) if each["msg"] == "process_completed"]
    assert done["success"]
    page = json.dumps(done["output"]["data"])
    assert "Signed in as Lena" in page
    assert f"<h1>{lab.project.settings.shown_title}</h1>" in page


def test_the_name_of_a_page_gives_nothing_to_who_has_another_cookie(
    service: Service, lab: Lab, people: dict[str, Caller]
):
    first = people["lead"].get("/lead/config").json()["dependencies"][0]
    event = {
        "data": [None] * len(first["inputs"]), "fn_index": first["id"], "session_hash": "page-known", "trigger_id": 1,
    }  # fmt: skip
    assert people["lead"].post("/lead/gradio_api/queue/join", event).status_code == 200
    elsewhere = service.by_cookie(service.session(lab.people["Lena"]), Role.LEAD)
    other = elsewhere.get("/lead/gradio_api/queue/data?session_hash=page-known")
    assert "Lena" not in other.text
    assert not any(each["msg"] == "process_completed" for each in events(other))
    own = people["lead"].get("/lead/gradio_api/queue/data?session_hash=page-known")
    assert any(each["msg"] == "process_completed" for each in events(own))


def test_an_event_of_a_lead_that_names_a_file_is_none_and_nothing_is_copied(
    people: dict[str, Caller], tmp_path: Path
):
    named = tmp_path / "only-here-7c1f.txt"
    named.write_text("not for Gradio", encoding="utf-8")
    for path in (str(named), "http://127.0.0.1:9/only-here-7c1f.txt", str(tmp_path)):
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        for data in ([file], [[file]], {"a": file}):
            event = {"data": data, "fn_index": 0, "session_hash": "page-of-lena"}
            assert people["lead"].post("/lead/gradio_api/queue/join", event).status_code == 422
    assert list(Path(get_upload_folder()).rglob(named.name)) == []
