"""A small service with the routes of the rater's page, for browser tests and for work on the page.

It keeps its rows in memory (``desk.py``) and answers as the service does: same receipt for the same
answer, 409 for another. By hand::

    python -m tests.web.stub    # then open http://127.0.0.1:8765/rate
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from playwright.sync_api import BrowserContext
from starlette.types import Receive, Scope, Send

from rlhf_collect.rendering import plain_words
from rlhf_collect.web import maths_font
from rlhf_collect.web.guard import Guard
from rlhf_collect.web.quiet_gradio import gr
from rlhf_collect.web.rater_page import mount_options, rater_blocks
from tests.web import desk as rows
from tests.web.desk import Desk, about, following, next_item

PLACE = "place"
"""The cookie."""


def problem(status: int, code: str, detail: str) -> Response:
    body = {"type": "about:blank", "title": code, "status": status, "detail": detail, "code": code}
    return JSONResponse(body, status, media_type="application/problem+json")


def page_app() -> FastAPI:
    """The page, which knows no desk."""
    app = FastAPI()
    app.include_router(maths_font.router)
    return gr.mount_gradio_app(app, rater_blocks(), path="/rate", **mount_options())


def desk_app(desk: Desk) -> FastAPI:
    """What the page asks."""
    app = FastAPI()

    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        if not desk.signed_in:
            return problem(401, "not_signed_in", "You are not signed in.")
        if request.method != "GET" and request.headers.get("x-requested-with") != "rlhf-collect":
            desk.missing_header.append(request.url.path)
        return await call_next(request)

    app.include_router(_me(desk), prefix="/api/v1/me")
    app.include_router(_judging(desk), prefix="/api/v1")
    app.include_router(_practice(desk), prefix="/api/v1/projects/{project}/practice")
    return app


class Hall:
    """One page before many desks; who comes has a cookie that says at which they sit.

    Gradio takes as long to make a page as a browser to show it, and the page is the same for all.
    """

    def __init__(self) -> None:
        self._page = Guard(page_app())
        self._desks: dict[str, FastAPI] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/v1"):
            await self._page(scope, receive, send)
            return
        place = Request(scope).cookies.get(PLACE, "")
        nobody = problem(404, "not_found", "There is no such desk.")
        await self._desks.get(place, nobody)(scope, receive, send)

    def take(self, desk: Desk, place: str | None = None) -> str:
        """The place at which a desk is found from now on; the empty one is for who comes without a cookie."""
        place = str(len(self._desks)) if place is None else place
        self._desks[place] = desk_app(desk)
        return place


def _me(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get("")
    def me() -> dict[str, Any]:
        return about(desk)

    @router.delete("")
    def erase(judgements: str, removal: bool) -> dict[str, Any]:
        desk.erased = (judgements, removal)
        desk.signed_in = False
        left_out = len(desk.saved) if judgements == "left_out" else 0
        return {"judgements": judgements, "left_out": left_out, "versions": ["1.0.0"],
                "published": ["hub:org/data"], "bytes_gone": True}  # fmt: skip

    @router.put("/consents")
    async def consents(request: Request) -> dict[str, Any]:
        desk.consent = (await request.json())["publish_rationale"]
        return {"publish_rationale": desk.consent}

    @router.put("/display")
    async def display(request: Request) -> Response:
        desk.display = (await request.json())["display"]
        return Response(status_code=204)

    @router.get("/decided")
    def decided() -> dict[str, Any]:
        return {"decided": []}

    @router.put("/guidelines")
    async def guidelines(request: Request) -> dict[str, Any]:
        desk.confirmed = (await request.json())["version"]
        return {"version": desk.confirmed}

    @router.get("/judgements")
    def judgements(search: str = "", before: str = "") -> dict[str, Any]:
        listed = [_row(desk, each) for each in _judged(desk, search)]
        names = [each["judgement"] for each in listed]
        return {"judgements": listed[names.index(before) + 1 if before else 0 :], "before": None}

    @router.get("/skips")
    def skips() -> dict[str, Any]:
        held = {each["id"]: each for each in desk.comparisons}
        return {
            "skips": [
                {
                    "assignment": desk.assignments[name]["assignment"],
                    "comparison": name,
                    "prompt": held[name]["prompt"][-1]["content"][:200],
                    "skipped_at": _moment(desk, name),
                }
                for name in reversed(desk.skipped)
            ]
        }

    @router.get("/controls")
    def controls() -> list[Any]:
        return desk.controls

    @router.get("/figures")
    def figures(criterion: str = "") -> dict[str, Any]:
        names = [each["name"] for each in desk.criteria]
        return rows.figures(desk, names, criterion or names[0])

    @router.get("/judgements/{judgement}")
    def judgement(judgement: str) -> Any:
        for comparison in _judged(desk, ""):
            item = rows.assignment(desk, comparison)
            if item["judgement"] == judgement:
                return {**item, "draft": None, **_standing(desk, judgement), **desk.bodies[judgement]}
        return problem(404, "not_found", "There is no such judgement of yours.")

    return router


def _judged(desk: Desk, search: str) -> list[dict[str, Any]]:
    judged = [
        each
        for each in desk.comparisons
        if desk.assignments.get(each["id"], {}).get("judgement") in desk.saved
    ]
    return [each for each in reversed(judged) if search.casefold() in str(each).casefold()]


def _moment(desk: Desk, act: str) -> str:
    """A second of the same minute for each act, the last time it was done."""
    last = max((place for place, each in enumerate(desk.acts) if each == act), default=0)
    return f"2026-11-26T12:00:{last:02}Z"


def _row(desk: Desk, comparison: dict[str, Any]) -> dict[str, Any]:
    judgement = desk.assignments[comparison["id"]]["judgement"]
    ids = [each["id"] for each in comparison["completions"]]
    answers = [_in_short(desk, ids, each) for each in desk.saved[judgement]]
    return {
        "judgement": judgement,
        "comparison": comparison["id"],
        "prompt": plain_words(comparison["prompt"][-1]["content"], 200),
        "answers": answers,
        "submitted_at": _moment(desk, judgement),
        "revisions": desk.revisions.count(judgement),
        "reason": any(each.get("rationale") or each.get("reasons") for each in desk.saved[judgement]),
        "flagged": bool(desk.bodies[judgement].get("flags")),
        "improved": bool(desk.bodies[judgement].get("edited")),
        **_standing(desk, judgement),
    }


def _in_short(desk: Desk, ids: list[str], said: dict[str, Any]) -> dict[str, Any]:
    asked = next(each for each in desk.criteria if each["name"] == said["criterion"])
    points, groups = said.get("points"), said.get("ranking")
    of_four = asked["strengths"] == 4
    return {
        "criterion": said["criterion"],
        "question": asked["question"],
        "turn": asked["turn"],
        "strengths": asked["strengths"],
        "choice": said.get("choice"),
        "side": "ABCDEFGH"[ids.index(said["choice"])] if said.get("choice") in ids else None,
        "among": len(ids),
        "strength": {1: 1, 2: 1, 3: 2, 4: 3}[said["strength"]] if of_four else said.get("strength"),
        "degree": said["strength"] if of_four else None,
        "side_points": points and {"ABCDEFGH"[place]: points[each] for place, each in enumerate(ids)},
        "side_places": groups
        and {
            "ABCDEFGH"[ids.index(each)]: 1 + sum(map(len, groups[:place]))
            for place, group in enumerate(groups)
            for each in group
        },
    }


def _standing(desk: Desk, judgement: str) -> dict[str, Any]:
    return {"withdrawn": judgement in desk.withdrawn, "version": next(iter(desk.versions), None)}


def _judging(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.post("/projects/{project}/next")
    def hand_out(project: str) -> Response:
        if desk.broken:
            return problem(500, "error", "The store did not answer.")
        item = next_item(desk)
        return JSONResponse(item) if item else Response(status_code=204, headers={"X-Reason": desk.reason})

    @router.post("/judgements")
    async def submit(request: Request) -> Response:
        body = await request.json()
        desk.submissions.append(body)
        return await _submit(desk, body)

    @router.put("/judgements/{judgement}")
    async def revise(judgement: str, request: Request) -> Response:
        body = await request.json()
        desk.saved[judgement], desk.bodies[judgement] = body["answers"], body
        desk.revisions.append(judgement)
        desk.withdrawn = [each for each in desk.withdrawn if each != judgement]
        return JSONResponse({"judgement": judgement, **following(desk)})

    @router.delete("/judgements/{judgement}")
    def withdraw(judgement: str) -> dict[str, Any]:
        desk.withdrawn.append(judgement)
        return {"judgement": judgement, "versions": desk.versions}

    @router.put("/assignments/{assignment}/draft")
    async def draft(assignment: str, request: Request) -> Response:
        desk.drafts[assignment] = (await request.json())["draft"]
        return Response(status_code=204)

    @router.post("/assignments/{assignment}/skip")
    def skip(assignment: str) -> Response:
        if desk.foreign:
            return problem(404, "not_found", "There is no such assignment.")
        for comparison, held in desk.assignments.items():
            if held["assignment"] == assignment and comparison not in desk.skipped:
                desk.skipped.append(comparison)
                desk.acts.append(comparison)
        return JSONResponse(following(desk))

    @router.delete("/assignments/{assignment}/skip")
    def take_back(assignment: str) -> Response:
        for comparison, held in desk.assignments.items():
            if held["assignment"] == assignment and comparison in desk.skipped:
                desk.skipped.remove(comparison)
        return JSONResponse(next_item(desk))

    return router


def _practice(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.post("/next")
    def practice_next(project: str) -> Response:
        number = len(desk.practised)
        if number == len(desk.practice):
            return Response(status_code=204)
        shown = rows.shown(desk.practice[number])
        body = {
            "comparison": shown,
            "criteria": desk.criteria,
            "number": number + 1,
            "total": len(desk.practice),
        }
        return JSONResponse(body)

    @router.post("")
    async def practice(project: str, request: Request) -> dict[str, Any]:
        body = await request.json()
        known = next(each for each in desk.practice if each["id"] == body["comparison"])
        desk.practised.append(body["answers"][0]["choice"] == known["expected"])
        ids = [each["id"] for each in known["completions"]]
        side = "AB"[ids.index(known["expected"])] if known["expected"] in ids else None
        return {
            "as_expected": desk.practised[-1],
            "expected": {
                "criterion": desk.criteria[0]["name"],
                "choice": known["expected"],
                "side": side,
            },
            "reason": known["reason"],
            "practice": rows.practice_state(desk),
        }

    @router.post("/again")
    def again(project: str) -> Any:
        desk.practised.clear()
        return rows.practice_state(desk)

    return router


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
    desk.saved[judgement], desk.bodies[judgement] = answers, body
    desk.acts.append(judgement)
    if desk.lose_replies:
        desk.lose_replies -= 1
        return problem(502, "", "")
    return JSONResponse({"judgement": judgement, **following(desk)}, 200 if earlier is not None else 201)


@dataclass(frozen=True, kw_only=True)
class Service:
    """A running stub."""

    address: str
    """``http://127.0.0.1:PORT/rate``."""
    desk: Desk
    """Its rows and faults."""
    place: str = ""
    """Where in the hall it stands."""

    def sit_down(self, context: BrowserContext) -> None:
        """From now on who comes from there comes to this desk."""
        context.add_cookies(
            [{"name": PLACE, "value": self.place, "url": self.address, "httpOnly": True, "sameSite": "Lax"}]
        )


@contextmanager
def running(desk: Desk, port: int = 0) -> Iterator[Service]:
    """A stub of its own on a free port, stopped at the end."""
    hall = Hall()
    hall.take(desk, "")
    with listening(hall, port) as taken:
        yield Service(address=f"http://127.0.0.1:{taken}/rate", desk=desk)


@contextmanager
def listening(hall: Hall, port: int = 0) -> Iterator[int]:
    """A port of this machine on which a hall answers."""
    config = uvicorn.Config(
        hall, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    taken = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield taken
    finally:
        server.should_exit = True
        thread.join(timeout=10)


if __name__ == "__main__":
    by_hand = Hall()
    by_hand.take(Desk(), "")
    uvicorn.run(by_hand, host="127.0.0.1", port=8765)
