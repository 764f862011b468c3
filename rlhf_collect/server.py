"""The application: FastAPI with the API, the sign-in routes and the Gradio pages mounted in it."""

from __future__ import annotations

import gc
import json
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

from rlhf_collect.api import (
    appeal_routes,
    deciding_routes,
    guideline_routes,
    health_routes,
    image_routes,
    lead_routes,
    message_routes,
    my_routes,
    operator_routes,
    practice_routes,
    problems,
    rater_routes,
)
from rlhf_collect.api.identity import cookies_of, signed_in
from rlhf_collect.bootstrap import Location, open_context
from rlhf_collect.domain.actor import Role
from rlhf_collect.errors import BadCall, NotSignedIn
from rlhf_collect.services.context import Context
from rlhf_collect.services.raters import who_is
from rlhf_collect.services.schedule import schedule_kept
from rlhf_collect.web import maths_font
from rlhf_collect.web.guard import Guard
from rlhf_collect.web.lead_files import lead_files
from rlhf_collect.web.lead_page import lead_blocks
from rlhf_collect.web.lead_page import mount_options as lead_options
from rlhf_collect.web.own_session import OwnSession
from rlhf_collect.web.quiet_gradio import gr
from rlhf_collect.web.rater_page import interface_version, rater_blocks
from rlhf_collect.web.rater_page import mount_options as rater_options
from rlhf_collect.web.sign_in import LEAD_PAGE, RATER_PAGE, Doorstep, sign_in_routes

API = "/api/v1"


def build_app(ctx: Context, *, operator_token: str = "") -> FastAPI:
    """Everything the service answers, around one context; without a token commands cannot reach it."""
    app = FastAPI(
        title="rlhf_collect",
        version=ctx.program_version,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=problems.DESCRIBED,
    )
    app.state.ctx = ctx
    app.state.operator_token = operator_token
    problems.install(app)
    for module in (
        rater_routes,
        my_routes,
        practice_routes,
        image_routes,
        lead_routes,
        guideline_routes,
        appeal_routes,
        message_routes,
        deciding_routes,
    ):
        app.include_router(module.router, prefix=API, dependencies=signed_in(ctx))
    app.include_router(health_routes.router)
    app.include_router(operator_routes.router)
    app.include_router(maths_font.router)
    cookies = cookies_of(ctx)
    rater, lead = cookies[Role.RATER], cookies[Role.LEAD]
    app.include_router(sign_in_routes(ctx, cookies))
    app.include_router(lead_files(ctx, lead))
    _mount(app, rater_blocks(), RATER_PAGE, rater, rater_options())
    _mount(app, lead_blocks(ctx, lead), LEAD_PAGE, lead, lead_options())
    app.add_middleware(Doorstep, ctx=ctx, pages={RATER_PAGE: rater, LEAD_PAGE: lead})
    app.add_middleware(OwnSession, cookie=lead)
    app.add_middleware(Guard)
    return app


def _mount(app: FastAPI, blocks: gr.Blocks, page: str, cookie: str, options: dict[str, Any]) -> None:
    """One mount per audience, so that neither can reach the other's components or events."""
    ctx: Context = app.state.ctx

    def signed_in(request: Request) -> str | None:
        try:
            return who_is(ctx, session=request.cookies.get(cookie)).name
        except NotSignedIn:
            return None

    gr.mount_gradio_app(app, blocks, path=page.rstrip("/"), auth_dependency=signed_in, **options)


@contextmanager
def note_beside(location: Location, url: str, token: str) -> Iterator[None]:
    """While this holds, commands find the server by a note beside the database only its owner can read."""
    partial = location.server.with_name(location.server.name + ".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_text(json.dumps({"url": url, "token": token, "pid": os.getpid()}), encoding="utf-8")
    partial.replace(location.server)
    try:
        yield
    finally:
        location.server.unlink(missing_ok=True)


class _Server(uvicorn.Server):
    """Uvicorn that says when it really listens."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        # What is there now stays until the end. Looking through all of it for garbage, again and again, would
        # hold up whoever asks meanwhile.
        gc.collect()
        gc.freeze()
        if self.started:
            self._listening()


def serve(
    location: Location, *, host: str, port: int, prepare: Callable[[Context, str], Callable[[], None]]
) -> None:
    """Open the database, let ``prepare`` ready it, and serve until stopped.

    ``prepare`` gets the context and the public address, and returns what to do once the port listens.
    Errors: ``BadCall`` when the port is taken; ``StoreUnusable``.
    """
    shown_host = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not bound
    url = f"http://{shown_host}:{port}"
    ctx = open_context(location, create=True, interface=interface_version())
    try:
        ready = prepare(ctx, url)
        token = secrets.token_urlsafe(32)
        app = build_app(ctx, operator_token=token)
        config = uvicorn.Config(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=10)
        server = _Server(config, ready)
        # Uvicorn raises a signal again once it has stopped. SIGTERM would end the process there and leave
        # the note behind, Ctrl-C would look like a failure; handled like this both only ask the server to
        # stop, which it has.
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, server.handle_exit)
        with note_beside(location, url, token), schedule_kept(ctx):
            try:
                server.run()
            except SystemExit as stopped:
                raise BadCall(
                    f"{host}:{port} cannot be used, perhaps because something else listens there. "
                    "Choose another with --port (make demo PORT=...)."
                ) from stopped
    finally:
        ctx.store.close()
