"""A small service with the routes of the rater's page, for browser tests and for work on the page.

It keeps its rows in memory and answers as the service does (same receipt for the same answer, 409 for
another, leases by judgement id). ``Desk`` lets a test say what goes wrong. By hand::

    python -m tests.web.stub    # then open http://127.0.0.1:8765/rate
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from rlhf_collect.ids import new_id
from rlhf_collect.rendering import render_markdown
from rlhf_collect.web.rater_page import interface_version, mount_options, rater_blocks
from tests.web.comparisons import COMPARISONS, GUIDELINES

OVERALL = {
    "name": "overall",
    "question": "Which response is better overall?",
    "tie": True,
    "both_bad": True,
    "strengths": 3,
    "rationale": "optional",
}


@dataclass
class Desk:
    """What the stub holds and how it misbehaves."""

    comparisons: list[dict[str, Any]] = field(default_factory=lambda: list(COMPARISONS))
    """What is handed out, in order."""
    criteria: list[dict[str, Any]] = field(default_factory=lambda: [OVERALL])
    """The rubric."""
    faults: list[int] = field(default_factory=list)
    """Statuses of the next answers to ``POST /judgements``, instead of doing anything."""
    lose_replies: int = 0
    """How many submissions are stored while their reply turns into a 502."""
    signed_in: bool = True
    """Whether the session is valid."""
    foreign: bool = False
    """Whether assignments belong to somebody else."""
    broken: bool = False
    """Whether handing out fails with a 500."""
    delay: float = 0.0
    """Seconds each submission takes."""
    consent: bool = False
    """``publish_rationale``."""
    name: str = "mila"
    """Who is signed in."""
    saved: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Judgement id → answers."""
    skipped: list[str] = field(default_factory=list)
    """Comparison ids."""
    submissions: list[dict[str, Any]] = field(default_factory=list)
    """Every body that came to ``POST /judgements``, refused ones too."""
    revisions: list[str] = field(default_factory=list)
    """Judgement ids that were revised."""
    missing_header: list[str] = field(default_factory=list)
    """Writes that came without ``X-Requested-With``."""
    assignments: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Comparison id → the assignment handed out."""


def problem(status: int, code: str, detail: str) -> Response:
    body = {"type": "about:blank", "title": code, "status": status, "detail": detail, "code": code}
    return JSONResponse(body, status, media_type="application/problem+json")


def _messages(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{**each, "html": render_markdown(each["content"])} for each in messages]


def next_item(desk: Desk) -> dict[str, Any] | None:
    """The first comparison neither judged nor skipped; the same assignment until it is."""
    for comparison in desk.comparisons:
        held = desk.assignments.get(comparison["id"])
        if comparison["id"] in desk.skipped or (held and held["judgement"] in desk.saved):
            continue
        if held is None:
            held = {"assignment": str(new_id()), "judgement": str(new_id())}
            desk.assignments[comparison["id"]] = held
        shown = {
            "id": comparison["id"],
            "prompt": _messages(comparison["prompt"]),
            "completions": [
                {"id": each["id"], "content": _messages(each["content"])}
                for each in comparison["completions"]
            ],
        }
        return {**held, "comparison": shown, "criteria": desk.criteria, "lease_ends": "2099-01-01T00:00:00Z"}
    return None


def stub_app(desk: Desk) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        if request.url.path.startswith("/api/v1"):
            if not desk.signed_in:
                return problem(401, "not_signed_in", "You are not signed in.")
            if request.method != "GET" and request.headers.get("x-requested-with") != "rlhf-collect":
                desk.missing_header.append(request.url.path)
        return await call_next(request)

    @app.get("/api/v1/me")
    def me() -> dict[str, Any]:
        done = len(desk.saved)
        return {
            "name": desk.name,
            "role": "rater",
            "project": "demo",
            "title": "Helpful answers",
            "purpose": "We compare the answers of language models to everyday questions, "
            "to learn what people find helpful.",
            "responsible": {"name": "Ada Example, Example Lab", "contact": "ada@example.org"},
            "use": ["reward_model", "research"],
            "engagement": "staff",
            "publication": {"repository": "example-lab/helpful", "access": "public", "licence": "CC-BY-4.0"},
            "guidelines": {"version": "2", "html": render_markdown(GUIDELINES)},
            "progress": {"judged": done, "left": len(desk.comparisons) - done - len(desk.skipped)},
            "consents": {"publish_rationale": desk.consent},
            "interface_version": interface_version(),
        }

    @app.put("/api/v1/me/consents")
    async def consents(request: Request) -> dict[str, Any]:
        desk.consent = (await request.json())["publish_rationale"]
        return {"publish_rationale": desk.consent}

    @app.post("/api/v1/projects/{project}/next")
    def hand_out(project: str) -> Response:
        if desk.broken:
            return problem(500, "error", "The store did not answer.")
        item = next_item(desk)
        return JSONResponse(item) if item else Response(status_code=204, headers={"X-Reason": "no_eligible"})

    @app.post("/api/v1/judgements")
    async def submit(request: Request) -> Response:
        body = await request.json()
        desk.submissions.append(body)
        return await _submit(desk, body)

    @app.put("/api/v1/judgements/{judgement}")
    async def revise(judgement: str, request: Request) -> Response:
        desk.saved[judgement] = (await request.json())["answers"]
        desk.revisions.append(judgement)
        return JSONResponse({"judgement": judgement})

    @app.post("/api/v1/assignments/{assignment}/skip")
    def skip(assignment: str) -> Response:
        if desk.foreign:
            return problem(404, "not_found", "There is no such assignment.")
        for comparison, held in desk.assignments.items():
            if held["assignment"] == assignment and comparison not in desk.skipped:
                desk.skipped.append(comparison)
        return JSONResponse({"next": next_item(desk)})

    return gr.mount_gradio_app(app, rater_blocks(), path="/rate", **mount_options())


async def _submit(desk: Desk, body: dict[str, Any]) -> Response:
    await asyncio.sleep(desk.delay)
    if desk.faults:
        status = desk.faults.pop(0)
        return problem(status, "busy" if status >= 500 else "bad_answer", "The answer was not taken.")
    if desk.foreign:
        return problem(404, "not_found", "There is no such assignment.")
    judgement, answers = body["judgement"], body["answers"]
    earlier = desk.saved.get(judgement)
    if earlier is not None and earlier != answers:
        return problem(409, "already_judged", "This comparison is already judged, with another answer.")
    desk.saved[judgement] = answers
    if desk.lose_replies:
        desk.lose_replies -= 1
        return problem(502, "", "")
    following = next_item(desk)
    reply = {"judgement": judgement, "next": following}
    if following is None:
        reply["reason"] = "no_eligible"
    return JSONResponse(reply, 200 if earlier is not None else 201)


@dataclass(frozen=True, kw_only=True)
class Service:
    """A running stub."""

    address: str
    """``http://127.0.0.1:PORT/rate``."""
    desk: Desk
    """Its rows and faults."""


@contextmanager
def running(desk: Desk, port: int = 0) -> Iterator[Service]:
    """The stub on a free port, stopped at the end."""
    config = uvicorn.Config(
        stub_app(desk), host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    taken = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Service(address=f"http://127.0.0.1:{taken}/rate", desk=desk)
    finally:
        server.should_exit = True
        thread.join(timeout=10)


if __name__ == "__main__":
    uvicorn.run(stub_app(Desk()), host="127.0.0.1", port=8765)
