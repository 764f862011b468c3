"""Who may do what: every route and every kind of caller, by key and by cookie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from rlhf_collect.domain.actor import OPERATOR, Role
from rlhf_collect.services.deciders import name_decider
from rlhf_collect.services.imports import import_judgements
from rlhf_collect.services.raters import end_session
from rlhf_collect.services.referrals import refer
from rlhf_collect.web.maths_font import ADDRESS
from tests.api.calling import API, OPERATOR_TOKEN, Caller, Lab, Service, judgement, problem
from tests.api.routes import own_routes
from tests.depth import further
from tests.making import bring, comparison, said

WHO = ("nobody", "rater", "lead", "admin", "outside rater", "outside lead", "ended session", "bad key")
LEADING = ("lead", "admin", "outside lead")
EVERYBODY = dict.fromkeys(WHO, 200)
STRANGERS = dict.fromkeys(("nobody", "ended session", "bad key"), 401)
OUTSIDE = dict.fromkeys(("outside rater", "outside lead"), 404)
PEOPLE = EVERYBODY | STRANGERS
FOR_RATERS = STRANGERS | OUTSIDE | {"rater": 200, "lead": 403, "admin": 403}
FOR_LEADS = STRANGERS | OUTSIDE | {"rater": 403, "lead": 200, "admin": 200}
OWN_AS_RATER = STRANGERS | dict.fromkeys(("rater", "outside rater"), 200) | dict.fromkeys(LEADING, 403)
"""Each rater gets what is theirs; leads judge nothing."""
ONES_OWN = STRANGERS | OUTSIDE | {"rater": 200, "lead": 404, "admin": 404}
"""What was handed to the rater: to everybody else it is as if there were no such thing."""


def made(statuses: dict[str, int]) -> dict[str, int]:
    return {who: 201 if status == 200 else status for who, status in statuses.items()}


def quiet(statuses: dict[str, int]) -> dict[str, int]:
    """Where success has nothing to say."""
    return {who: 204 if status == 200 else status for who, status in statuses.items()}


@dataclass(frozen=True)
class Row:
    """One route: how it is called and what each kind of caller gets."""

    statuses: dict[str, int]
    call: Callable[[Lab], tuple[str, dict[str, Any]]]
    """The address and the body for a project: a fresh one, unless the route only gives."""


def project(rest: str, **body: Any) -> Callable[[Lab], tuple[str, dict[str, Any]]]:
    return lambda lab: (lab.path(rest), body)


def plain(path: str, **body: Any) -> Callable[[Lab], tuple[str, dict[str, Any]]]:
    return lambda lab: (path, body)


def skipped(lab: Lab) -> str:
    assignment: str = lab.next()["assignment"]
    lab.ada.post(f"{API}/assignments/{assignment}/skip", {})
    return assignment


def revision(lab: Lab) -> tuple[str, dict[str, Any]]:
    sent = lab.judge()
    return f"{API}/judgements/{sent['judgement']}", {"answers": [{"choice": "tie"}]}


def decided(lab: Lab) -> tuple[str, dict[str, Any]]:
    judged = lab.judge()["answers"][0]["choice"]
    return lab.path("decisions"), {
        "comparison": judged[:-2],
        "choice": judged,
        "reason": "It is so, plainly.",
    }


def undecided(lab: Lab) -> tuple[str, dict[str, Any]]:
    judged = lab.judge()["answers"][0]["choice"]
    return lab.path(f"decisions?comparison={judged[:-2]}"), {}


def referred(lab: Lab) -> tuple[str, dict[str, Any]]:
    """What is not contested, left to Ada, who decides: without anybody it would be refused before it is looked for."""
    name_decider(lab.service.ctx, lab.people["Lena"].actor, lab.project.name, "Ada")
    return lab.path("referrals"), {"comparisons": ["none"]}


def shown_to_decide(lab: Lab) -> str:
    """The decision of a comparison that is before Ada, whom Lena named; Bo and an imported rater differ on it."""
    ctx, name = lab.service.ctx, f"contested-{next(_numbers)}"
    bring(ctx, lab.project, [comparison(name)])
    lead = lab.people["Lena"].actor
    items = [said(name, f"import:{letter}", f"{name}-{letter}") for letter in "ab"]
    import_judgements(ctx, OPERATOR, lab.project.name, items, source="elsewhere")
    name_decider(ctx, lead, lab.project.name, "Ada")
    refer(ctx, lead, lab.project.name)
    found: str = lab.ada.post(lab.path("decisions/next")).json()["decision"]
    return found


def to_decide(rest: str = "", **body: Any) -> Callable[[Lab], tuple[str, dict[str, Any]]]:
    return lambda lab: (f"{API}/decisions/{shown_to_decide(lab)}{rest}", body)


def own_decision(lab: Lab) -> tuple[str, dict[str, Any]]:
    decision = shown_to_decide(lab)
    lab.ada.put(f"{API}/decisions/{decision}", DECISION)
    return f"{API}/me/decided/{decision}", {}


DECISION = {"choice": "tie", "reason": "Both say the same."}
_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Calling:
    """Everybody who calls about a project, by key or by cookie."""

    way: str
    lab: Lab
    callers: dict[str, Caller]


ERASING = ("DELETE", f"{API}/me")
IMPORTED = {"content": b'{"prompt": "Why?", "completions": ["one", "two"]}'}
ROWS: dict[tuple[str, str], Row] = {
    ("POST", f"{API}/projects/{{project}}/next"): Row(FOR_RATERS, project("next")),
    ("POST", f"{API}/judgements"): Row(
        made(ONES_OWN), lambda lab: (f"{API}/judgements", judgement(lab.next()))
    ),
    ("PUT", f"{API}/judgements/{{judgement}}"): Row(ONES_OWN, revision),
    ("DELETE", f"{API}/judgements/{{judgement}}"): Row(
        ONES_OWN, lambda lab: (f"{API}/judgements/{lab.judge()['judgement']}", {})
    ),
    ("POST", f"{API}/assignments/{{assignment}}/skip"): Row(
        ONES_OWN, lambda lab: (f"{API}/assignments/{lab.next()['assignment']}/skip", {})
    ),
    ("DELETE", f"{API}/assignments/{{assignment}}/skip"): Row(
        ONES_OWN, lambda lab: (f"{API}/assignments/{skipped(lab)}/skip", {})
    ),
    ("PUT", f"{API}/assignments/{{assignment}}/draft"): Row(
        quiet(ONES_OWN),
        lambda lab: (f"{API}/assignments/{lab.next()['assignment']}/draft", {"draft": {"note": "half"}}),
    ),
    ("PUT", f"{API}/me/display"): Row(quiet(PEOPLE), plain(f"{API}/me/display", display={"language": "fr"})),
    ("PUT", f"{API}/me/guidelines"): Row(quiet(PEOPLE), plain(f"{API}/me/guidelines", version="general-1")),
    ("GET", f"{API}/me/figures"): Row(OWN_AS_RATER, plain(f"{API}/me/figures")),
    ("GET", f"{API}/me/skips"): Row(OWN_AS_RATER, plain(f"{API}/me/skips")),
    ("GET", f"{API}/me/judgements"): Row(OWN_AS_RATER, plain(f"{API}/me/judgements")),
    ("GET", f"{API}/me/judgements/{{judgement}}"): Row(
        ONES_OWN, lambda lab: (f"{API}/me/judgements/{lab.judge()['judgement']}", {})
    ),
    ("GET", f"{API}/projects/{{project}}/practice"): Row(FOR_RATERS, project("practice")),
    ("POST", f"{API}/projects/{{project}}/practice/next"): Row(quiet(FOR_RATERS), project("practice/next")),
    ("POST", f"{API}/projects/{{project}}/practice/again"): Row(FOR_RATERS, project("practice/again")),
    # This project has nothing to practise on: raters are told so, others are not.
    ("POST", f"{API}/projects/{{project}}/practice"): Row(
        FOR_RATERS | {"rater": 404}, project("practice", comparison="p", answers=[{"choice": "tie"}])
    ),
    # There is no such picture, whoever asks: who may see one is a matter of tests/services/test_images.py.
    ("GET", f"{API}/images/{{sha256}}"): Row(dict.fromkeys(WHO, 404) | STRANGERS, plain(f"{API}/images/{'0' * 64}")),
    ("GET", f"{API}/me"): Row(PEOPLE, plain(f"{API}/me")),
    ERASING: Row(PEOPLE, plain(f"{API}/me")),
    ("GET", f"{API}/me/export"): Row(PEOPLE, plain(f"{API}/me/export")),
    ("PUT", f"{API}/me/consents"): Row(PEOPLE, plain(f"{API}/me/consents", publish_rationale=True)),
    ("GET", f"{API}/projects/{{project}}/agreement"): Row(FOR_LEADS, project("agreement")),
    ("GET", f"{API}/projects/{{project}}/leaderboard"): Row(FOR_LEADS, project("leaderboard")),
    ("GET", f"{API}/projects/{{project}}/raters"): Row(FOR_LEADS, project("raters")),
    ("GET", f"{API}/projects/{{project}}/contested"): Row(FOR_LEADS, project("contested")),
    ("GET", f"{API}/projects/{{project}}/alerts"): Row(FOR_LEADS, project("alerts")),
    ("PUT", f"{API}/projects/{{project}}/flags/looked"): Row(
        FOR_LEADS, project("flags/looked", before="2026-01-01T00:00:00+00:00")
    ),
    ("PUT", f"{API}/projects/{{project}}/decisions"): Row(FOR_LEADS, decided),
    # Leads come as far as being told that they decided nothing.
    ("DELETE", f"{API}/projects/{{project}}/decisions"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404}, undecided
    ),
    # Who is named may; that a rater whom nobody named may not is a matter of tests/services/test_deciding.py.
    ("POST", f"{API}/projects/{{project}}/decisions/next"): Row(
        FOR_RATERS, lambda lab: (lab.path("decisions/next"), {"decision": shown_to_decide(lab)})
    ),
    ("GET", f"{API}/projects/{{project}}/deciders"): Row(FOR_LEADS, project("deciders")),
    ("PUT", f"{API}/projects/{{project}}/deciders"): Row(FOR_LEADS, project("deciders", name="Bo")),
    # Leads come as far as being told that this is not contested.
    ("PUT", f"{API}/projects/{{project}}/referrals"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404}, referred
    ),
    ("DELETE", f"{API}/projects/{{project}}/referrals"): Row(FOR_LEADS, project("referrals")),
    ("PUT", f"{API}/decisions/{{decision}}"): Row(ONES_OWN, to_decide(**DECISION)),
    ("POST", f"{API}/decisions/{{decision}}/decline"): Row(ONES_OWN, to_decide("/decline")),
    ("PUT", f"{API}/decisions/{{decision}}/draft"): Row(
        quiet(ONES_OWN), to_decide("/draft", draft={"note": "half"})
    ),
    ("GET", f"{API}/me/decided"): Row(OWN_AS_RATER, plain(f"{API}/me/decided")),
    ("GET", f"{API}/me/decided/{{decision}}"): Row(ONES_OWN, own_decision),
    ("DELETE", f"{API}/me/decided/{{decision}}"): Row(ONES_OWN, own_decision),
    ("GET", f"{API}/projects/{{project}}/guidelines"): Row(FOR_LEADS, project("guidelines")),
    # Leads come as far as being told that another version is in force.
    ("PUT", f"{API}/projects/{{project}}/guidelines"): Row(
        FOR_LEADS | {"lead": 409, "admin": 409},
        project("guidelines", version="9", text="Read both.", replaces="none"),
    ),
    ("GET", f"{API}/projects/{{project}}/exclusions"): Row(FOR_LEADS, project("exclusions")),
    # Leads come as far as being told that nobody is called so, and that there is no such decision and appeal.
    ("POST", f"{API}/projects/{{project}}/exclusions"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404},
        project("exclusions", rater="nobody", reasons="x" * 40, evidence=["drift"]),
    ),
    ("DELETE", f"{API}/projects/{{project}}/exclusions/{{decision}}"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404}, project(f"exclusions/{UUID(int=0)}")
    ),
    ("GET", f"{API}/projects/{{project}}/gold"): Row(FOR_LEADS, project("gold")),
    ("POST", f"{API}/projects/{{project}}/gold/removed"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404},
        project("gold/removed", comparison="c1", reason="It is wrong."),
    ),
    ("GET", f"{API}/projects/{{project}}/appeals"): Row(FOR_LEADS, project("appeals")),
    ("POST", f"{API}/projects/{{project}}/appeals/{{appeal}}"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404},
        project(f"appeals/{UUID(int=0)}", step="upheld", reasons="Yes."),
    ),
    ("GET", f"{API}/projects/{{project}}/messages"): Row(FOR_LEADS, project("messages")),
    # Leads come as far as being told that there is none, raters likewise.
    ("POST", f"{API}/projects/{{project}}/messages/{{thread}}"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404}, project(f"messages/{UUID(int=0)}", text="Yes.")
    ),
    ("GET", f"{API}/me/messages"): Row(OWN_AS_RATER, plain(f"{API}/me/messages")),
    ("POST", f"{API}/me/messages"): Row(made(OWN_AS_RATER), plain(f"{API}/me/messages", text="What is meant?")),
    ("POST", f"{API}/me/messages/{{thread}}/settled"): Row(
        OWN_AS_RATER | {"rater": 404, "outside rater": 404}, plain(f"{API}/me/messages/{UUID(int=0)}/settled")
    ),
    ("GET", f"{API}/me/controls"): Row(OWN_AS_RATER, plain(f"{API}/me/controls")),
    # Raters come as far as being told that it is not theirs.
    ("POST", f"{API}/me/appeals"): Row(
        OWN_AS_RATER | {"rater": 404, "outside rater": 404},
        plain(f"{API}/me/appeals", decision=str(UUID(int=0))),
    ),
    ("DELETE", f"{API}/me/appeals/{{appeal}}"): Row(
        OWN_AS_RATER | {"rater": 404, "outside rater": 404}, plain(f"{API}/me/appeals/{UUID(int=0)}")
    ),
    ("GET", f"{API}/projects/{{project}}/progress"): Row(FOR_LEADS, project("progress")),
    ("POST", f"{API}/projects/{{project}}/comparisons"): Row(made(FOR_LEADS), project("comparisons", **IMPORTED)),
    ("GET", f"{API}/projects/{{project}}/judgements"): Row(FOR_LEADS, project("judgements")),
    ("GET", f"{API}/projects/{{project}}/versions"): Row(FOR_LEADS, project("versions")),
    # Leads come as far as being told that this is no version, and that there is none to publish.
    ("GET", f"{API}/projects/{{project}}/versions/{{version}}/files/{{name:path}}"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404}, project("versions/9.9.9/files/manifest.json")
    ),
    ("POST", f"{API}/projects/{{project}}/versions"): Row(
        FOR_LEADS | {"lead": 422, "admin": 422}, project("versions", version="one")
    ),
    ("GET", f"{API}/projects/{{project}}/versions/{{version}}/diff"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404}, project("versions/9.9.9/diff?from=9.9.8")
    ),
    ("POST", f"{API}/projects/{{project}}/versions/{{version}}/publish"): Row(
        FOR_LEADS | {"lead": 404, "admin": 404}, project("versions/9.9.9/publish", to="hub:org/name")
    ),
    ("GET", f"{API}/openapi.json"): Row(EVERYBODY, plain(f"{API}/openapi.json")),
    ("GET", "/healthz"): Row(EVERYBODY, plain("/healthz")),
    ("GET", "/readyz"): Row(EVERYBODY, plain("/readyz")),
    ("POST", "/operations/{name}"): Row(
        dict.fromkeys(WHO, 404), lambda lab: ("/operations/progress", {"project": lab.project.name})
    ),
    ("GET", "/"): Row(EVERYBODY, plain("/")),
    ("GET", "/favicon.ico"): Row(EVERYBODY, plain("/favicon.ico")),
    ("GET", ADDRESS): Row(EVERYBODY, plain(ADDRESS)),
    ("GET", "/signed-out"): Row(EVERYBODY, plain("/signed-out")),
    ("POST", "/i/{invitation}"): Row(
        dict.fromkeys(WHO, 303), lambda lab: (f"/i/{lab.people['Ada'].invitation}", {})
    ),
    ("GET", "/i/{invitation}"): Row(dict.fromkeys(PEOPLE, 401), plain("/i/nonsense")),
    ("POST", "/sign-out"): Row(dict.fromkeys(WHO, 204), plain("/sign-out")),
}  # fmt: skip


@pytest.fixture(scope="module")
def outside(service: Service) -> Lab:
    """Another project."""
    return service.lab()


@pytest.fixture(scope="module")
def asked(service: Service) -> Lab:
    """The project of all routes that leave everybody their keys and comparisons to judge: one does for them."""
    lab = service.lab()
    bring(service.ctx, lab.project, [comparison(f"more-{number}") for number in range(60)])
    return lab


SPENDING = {ERASING, ("POST", "/sign-out"), ("POST", f"{API}/projects/{{project}}/comparisons")}
"""Routes that take something from whoever is asked about next: their key, their session, how completions are called."""


def ended(service: Service, lab: Lab) -> str:
    session = service.session(lab.people["Ada"])
    end_session(service.ctx, session)
    return session


def callers(way: str, service: Service, lab: Lab, outside: Lab) -> dict[str, Caller]:
    """Each kind of caller; with cookies, each holds their session in whatever cookie a route may read."""
    people = {
        "rater": lab.people["Ada"],
        "lead": lab.people["Lena"],
        "admin": lab.people["Adam"],
        "outside rater": outside.people["Ada"],
        "outside lead": outside.people["Lena"],
    }
    signed_in = {
        who: service.by_key(person) if way == "key" else service.by_cookie(service.session(person))
        for who, person in people.items()
    }
    return signed_in | {
        "nobody": service.nobody,
        "ended session": service.by_cookie(ended(service, lab)),
        "bad key": service.by_key("0" * 43),
    }


@pytest.fixture(scope="module", params=["key", *further("cookie")])
def calling(request: pytest.FixtureRequest, service: Service, asked: Lab, outside: Lab) -> Calling:
    """Everybody around the project of most routes, one way."""
    return Calling(way=request.param, lab=asked, callers=callers(request.param, service, asked, outside))


def test_every_route_has_its_row(service: Service):
    assert own_routes(service.app) == set(ROWS)
    assert all(set(row.statuses) == set(WHO) for row in ROWS.values())


@pytest.mark.parametrize("route", ROWS, ids=" ".join)
def test_each_kind_of_caller_gets_what_the_row_says(
    service: Service, calling: Calling, route: tuple[str, str]
):
    method, _ = route
    if route in SPENDING:
        lab = service.lab()
        calling = replace(calling, lab=lab, callers=callers(calling.way, service, lab, service.lab()))
    path, body = ROWS[route].call(calling.lab)
    more = {} if method == "GET" else body if "content" in body else {"json": body}
    # Whoever is refused comes first, so that nobody is refused only because it was done already.
    order = sorted(ROWS[route].statuses.items(), key=lambda each: -each[1])
    got = {who: calling.callers[who](method, path, **more).status_code for who, _ in order}
    assert got == ROWS[route].statuses


def test_another_project_is_answered_in_the_same_words_as_none(service: Service, lab: Lab, outside: Lab):
    for (method, path), row in ROWS.items():
        if "{project}" not in path:
            continue
        called, body = row.call(lab)
        more = {} if method == "GET" else body if "content" in body else {"json": body}
        for name in ("Ada", "Lena"):
            caller = service.by_key(outside.people[name])
            theirs = caller(method, called, **more)
            none = caller(method, called.replace(lab.project.name, "no-such-project"), **more)
            problem(theirs, 404, "not_found")
            assert theirs.text.replace(lab.project.name, "no-such-project") == none.text, path


def test_a_cookie_opens_the_doors_of_its_own_audience_only(service: Service, lab: Lab):
    rater, lead = (service.session(lab.people[name]) for name in ("Ada", "Lena"))
    assert service.by_cookie(rater, Role.RATER).post(lab.path("next")).status_code == 200
    assert service.by_cookie(lead, Role.LEAD).get(lab.path("progress")).status_code == 200
    problem(service.by_cookie(lead, Role.LEAD).post(lab.path("next")), 401, "not_signed_in")
    problem(service.by_cookie(rater, Role.RATER).get(lab.path("progress")), 401, "not_signed_in")
    # A session in the other audience's cookie is still the session of who it is.
    problem(service.by_cookie(rater, Role.LEAD).get(lab.path("progress")), 403, "not_allowed")
    problem(service.by_cookie(lead, Role.RATER).post(lab.path("next")), 403, "not_allowed")


def test_a_secret_counts_only_as_what_it_was_made_for(service: Service, lab: Lab):
    ada = lab.people["Ada"]
    session = service.session(ada)
    for caller in (
        service.by_cookie(ada.key),
        service.by_cookie(ada.invitation),
        service.by_key(session),
        service.by_key(ada.invitation),
    ):
        problem(caller.get(f"{API}/me"), 401, "not_signed_in")


def test_a_key_that_is_not_known_is_not_helped_by_a_good_cookie(service: Service, lab: Lab):
    signed_in = service.by_cookie(service.session(lab.people["Ada"]))
    answer = signed_in.get(f"{API}/me", headers={"Authorization": "Bearer nonsense"})
    problem(answer, 401, "not_signed_in")


def test_only_the_token_of_the_note_reaches_the_operations(service: Service, lab: Lab):
    path, body = "/operations/progress", {"project": lab.project.name}
    admin = service.by_key(lab.people["Adam"])
    for caller in (admin, service.by_key(OPERATOR_TOKEN[:-1]), service.by_key(OPERATOR_TOKEN + "x")):
        problem(caller.post(path, body), 404, "not_found")
    answer = service.by_key(OPERATOR_TOKEN).post(path, body)
    assert answer.status_code == 200
    assert answer.json()["result"]["project"] == lab.project.name


def test_who_somebody_is_never_comes_from_what_they_send(lab: Lab):
    bo = lab.people["Bo"].actor
    claims = {
        "rater": "Bo",
        "rater_key": str(bo.rater_key),
        "name": "Bo",
        "role": "admin",
        "actor": "operator",
    }
    for judged, (field, value) in enumerate(claims.items(), 1):
        claim = {field: value}
        handed = lab.next(lab.ada)
        asked = lab.ada.post(lab.path("next"), claim, params=claim, headers={f"X-{field}": value})
        assert asked.json() == handed
        for path in ("me", "me/export"):
            body = lab.ada.get(f"{API}/{path}", params=claim).json()
            assert body.get("me", body)["name"] == "Ada"
        body = judgement(handed)
        problem(lab.ada.post(f"{API}/judgements", body | claim), 422, "bad_call")
        assert lab.ada.post(f"{API}/judgements", body, params=claim).status_code == 201
        assert lab.ada.get(f"{API}/me").json()["progress"]["judged"] == judged
        problem(lab.ada.get(lab.path("progress"), params=claim), 403, "not_allowed")
    assert lab.bo.get(f"{API}/me").json()["progress"]["judged"] == 0
