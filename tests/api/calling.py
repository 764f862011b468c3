"""The whole application around a DuckDB file, and people who call it with a key, a cookie or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from rlhf_collect.api.identity import cookies_of
from rlhf_collect.domain.actor import Role
from rlhf_collect.server import build_app
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project
from rlhf_collect.services.raters import start_session
from tests.making import MODELS, Person, bring, invite, make_project, open_services

OPERATOR_TOKEN = "token-in-the-note-beside-the-database"
API = "/api/v1"
_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody who calls the service; what they bring goes along with every call."""

    client: TestClient
    """The service."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Who they are."""

    def __call__(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Any:
        """One call; nothing the service sets is kept for the next."""
        answer = self.client.request(method, path, headers={**self.headers, **(headers or {})}, **more)
        self.client.cookies.clear()
        return answer

    def get(self, path: str, **more: Any) -> Any:
        """Read."""
        return self("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        """Send a JSON body."""
        return self("POST", path, **({"json": body} | more))

    def put(self, path: str, body: Any = None, **more: Any) -> Any:
        """Replace with a JSON body."""
        return self("PUT", path, **({"json": body} | more))


@dataclass(frozen=True, kw_only=True)
class Service:
    """The running application."""

    ctx: Context
    """Its services, for what tests prepare."""
    app: FastAPI
    """The application."""
    client: TestClient
    """The way to it."""

    @property
    def nobody(self) -> Caller:
        """Who brings nothing."""
        return Caller(client=self.client)

    def by_key(self, who: Person | str) -> Caller:
        """Who brings an API key, as programs do."""
        key = who if isinstance(who, str) else who.key
        return Caller(client=self.client, headers={"Authorization": f"Bearer {key}"})

    def by_cookie(self, secret: str, *roles: Role) -> Caller:
        """Who brings a session in the cookies of these roles; in those of both audiences when none is named."""
        cookies = "; ".join(f"{self.cookie(role)}={secret}" for role in roles or (Role.RATER, Role.LEAD))
        return Caller(client=self.client, headers={"Cookie": cookies})

    def cookie(self, role: Role) -> str:
        """The name of a role's session cookie."""
        return cookies_of(self.ctx)[role]

    def session(self, who: Person) -> str:
        """The secret of a fresh session."""
        return start_session(self.ctx, who.invitation).secret

    def lab(self, **settings: Any) -> Lab:
        """A project of its own with six comparisons, two raters and a lead."""
        project = make_project(self.ctx, f"lab-{next(_numbers)}", **settings)
        bring(self.ctx, project, 6)
        people = {name: invite(self.ctx, project, name, role) for name, role in _PEOPLE}
        return Lab(service=self, project=project, people=people)


_PEOPLE = (("Ada", "rater"), ("Bo", "rater"), ("Lena", "lead"), ("Adam", "admin"))


@dataclass(frozen=True, kw_only=True)
class Lab:
    """A project and its people."""

    service: Service
    project: Project
    people: Mapping[str, Person]

    def path(self, rest: str) -> str:
        """An address of this project."""
        return f"{API}/projects/{self.project.name}/{rest}"

    @property
    def ada(self) -> Caller:
        """A rater."""
        return self.service.by_key(self.people["Ada"])

    @property
    def bo(self) -> Caller:
        """Another."""
        return self.service.by_key(self.people["Bo"])

    @property
    def lead(self) -> Caller:
        """Their lead."""
        return self.service.by_key(self.people["Lena"])

    def next(self, who: Caller | None = None) -> dict[str, Any]:
        """What somebody is handed out; Ada unless said otherwise."""
        answer = (who or self.ada).post(self.path("next"))
        assert answer.status_code == 200, answer.text
        handed: dict[str, Any] = answer.json()
        return handed

    def judge(self, who: Caller | None = None, **change: Any) -> dict[str, Any]:
        """Take the next comparison and judge it; what was sent comes back."""
        body = judgement(self.next(who), **change)
        answer = (who or self.ada).post(f"{API}/judgements", body)
        assert answer.status_code == 201, answer.text
        return body

    def stored(self) -> list[dict[str, Any]]:
        """Every judgement of the project, as the lead reads them."""
        return lines(self.lead.get(self.path("judgements")))


def judgement(handed: Mapping[str, Any], **change: Any) -> dict[str, Any]:
    """A judgement of what was handed out: the completion shown first is better by two degrees."""
    first = handed["comparison"]["completions"][0]["id"]
    answer = {"criterion": "overall", "choice": first, "strength": 2} | change
    return {
        "assignment": handed["assignment"],
        "judgement": handed["judgement"],
        "answers": [{name: value for name, value in answer.items() if value is not ...}],
    }


def lines(answer: Any) -> list[dict[str, Any]]:
    """The rows of a JSON Lines answer."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of RFC 9457 that an answer must be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document.keys() - {"problems"} == {"type", "title", "status", "detail", "code"}
    assert (document["status"], document["code"]) == (status, code)
    assert document["type"].endswith(f"/problems/{code}")
    assert document["title"]
    assert document["detail"]
    return document


def names_no_model(text: str) -> bool:
    """Whether a text is free of the names raters may never see."""
    return not any(model in text for model in MODELS)


@contextmanager
def running_service(path: Path) -> Iterator[Service]:
    """The application as the server runs it, but for the socket."""
    ctx = open_services(path)
    app = build_app(ctx, operator_token=OPERATOR_TOKEN)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield Service(ctx=ctx, app=app, client=client)
    ctx.store.close()
