"""Coming in and going out: invitation links become sessions."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from rlhf_collect.domain.actor import Role
from rlhf_collect.errors import NotSignedIn
from rlhf_collect.services.context import Context
from rlhf_collect.services.raters import end_session, start_session, who_is

RATER_PAGE, LEAD_PAGE = "/rate/", "/lead/"
_AUDIENCES = {RATER_PAGE: frozenset({Role.RATER}), LEAD_PAGE: frozenset({Role.LEAD, Role.ADMIN})}

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#235b8c"/>'
    '<rect x="6" y="8" width="9" height="16" rx="2" fill="#fff"/>'
    '<rect x="17" y="8" width="9" height="16" rx="2" fill="#fff" opacity=".55"/></svg>'
)
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
:root {{ color-scheme: light dark }}
body {{ font: 1.0625rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 16vh auto 0; padding: 0 1.5rem }}
h1 {{ font-size: 1.5rem; line-height: 1.25 }}
p {{ opacity: .85 }}
</style></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"""


def note_page(title: str, text: str, status: int = 200) -> HTMLResponse:
    """A quiet page with one thing to say."""
    page = HTMLResponse(_PAGE.format(title=escape(title), text=escape(text)), status)
    page.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return page


def sign_in_routes(ctx: Context, cookies: dict[Role, str]) -> APIRouter:
    """Routes that turn an invitation into a session cookie of its role, and end sessions."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def get_start() -> Response:
        return note_page(
            "rlhf_collect",
            "Raters and project leads come in by their own invitation link. If you have one, open it; "
            "if it has run out, ask the project lead for a new one.",
        )

    @router.get("/favicon.ico")
    def get_icon() -> Response:
        return Response(_ICON, media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})

    @router.get("/i/{invitation}")
    def get_invitation(request: Request, invitation: str) -> Response:
        try:
            session = start_session(ctx, invitation)
        except NotSignedIn as refused:
            return note_page("This invitation does not work any more", refused.message, 401)
        page = RATER_PAGE if session.role == Role.RATER else LEAD_PAGE
        answer = RedirectResponse(page, 303)
        answer.set_cookie(
            cookies[session.role],
            session.secret,
            max_age=int((session.ends - ctx.clock()).total_seconds()),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    @router.post("/sign-out")
    def post_sign_out(request: Request) -> Response:
        answer = Response(status_code=204)
        for name in set(cookies.values()):
            if name in request.cookies:
                end_session(ctx, request.cookies[name])
                answer.delete_cookie(name)
        return answer

    return router


class Doorstep:
    """Lets only people of a page's audience to the page and to what Gradio answers behind it.

    Who comes to a page without being signed in gets words instead of a bare refusal. A session counts
    by its role, not by the cookie it came in, which its holder can rename.
    """

    def __init__(self, app: ASGIApp, *, ctx: Context, pages: dict[str, str]) -> None:
        self._app = app
        self._ctx = ctx
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but what is asked for without a session of the page's audience."""
        path = scope.get("path", "") if scope["type"] == "http" else ""
        page = next((each for each in self._pages if (path.rstrip("/") + "/").startswith(each)), None)
        rest = "" if page is None else path[len(page) :].strip("/")
        if page is None or not _is_guarded(rest) or await run_in_threadpool(self._may, Request(scope), page):
            await self._app(scope, receive, send)
        elif rest:
            await JSONResponse({"detail": "You are not signed in."}, 401)(scope, receive, send)
        else:
            await _not_signed_in()(scope, receive, send)

    def _may(self, request: Request, page: str) -> bool:
        try:
            actor = who_is(self._ctx, session=request.cookies.get(self._pages[page]))
        except NotSignedIn:
            return False
        return actor.role in _AUDIENCES[page]


def _is_guarded(rest: str) -> bool:
    """Whether what stands behind a page's address is the page or answers for it; style and scripts are free."""
    return rest in ("", "config") or rest.startswith("gradio_api/")


def _not_signed_in() -> HTMLResponse:
    return note_page(
        "You are not signed in",
        "Open your own invitation link to come in. If it has run out, ask the project lead for a new "
        "one. Nothing you judged is lost, and what you typed waits in this browser.",
        401,
    )
