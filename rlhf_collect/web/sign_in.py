"""Coming in and going out: invitation links become sessions."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from rlhf_collect.config import LANGUAGE_COOKIE
from rlhf_collect.domain.actor import Actor, Role
from rlhf_collect.errors import NotSignedIn
from rlhf_collect.services.context import Context
from rlhf_collect.services.invitations import invited_person
from rlhf_collect.services.my_data import display_of
from rlhf_collect.services.raters import end_session, start_session, who_is
from rlhf_collect.web.colours import colours_by_system
from rlhf_collect.web.texts import TEXTS

A_YEAR = 365 * 24 * 60 * 60
RATER_PAGE, LEAD_PAGE = "/rate/", "/lead/"
_AUDIENCES = {RATER_PAGE: frozenset({Role.RATER}), LEAD_PAGE: frozenset({Role.LEAD, Role.ADMIN})}

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#235b8c"/>'
    '<rect x="6" y="8" width="9" height="16" rx="2" fill="#fff"/>'
    '<rect x="17" y="8" width="9" height="16" rx="2" fill="#fff" opacity=".55"/></svg>'
)
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
{colours}
body {{ background: var(--rp-paper); color: var(--rp-ink); max-width: 34rem; margin: 16vh auto 0; padding: 0 1.5rem;
font: 1.03rem/1.62 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif }}
h1 {{ font-size: 1.6rem; font-weight: 500; line-height: 1.3 }}
a {{ color: var(--rp-accent) }}
button {{ min-height: 44px; padding: .3rem 1.1rem; border: 0; border-radius: 6px; background: var(--rp-accent);
color: var(--rp-on-accent); font: inherit; font-weight: 600; cursor: pointer }}
:focus-visible {{ outline: 3px solid var(--rp-accent); outline-offset: 2px }}
</style></head><body><main><h1>{title}</h1><p>{text}</p>{button}
<p><a href="?language={other}" lang="{other}" hreflang="{other}">{other_name}</a></p></main></body></html>"""


_BUTTON = '<form method="post"><button>{label}</button></form>'


def note_page(
    request: Request, what: str, status: int = 200, names: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A quiet page with one thing to say, in the reader's language, with a link to the other one.

    Where the texts have a label for it there is a button, which sends to the same address. ``names`` fill
    in the texts' places.
    """
    language = language_of(request)
    other = next(each for each in TEXTS if each != language)
    texts = {
        key: escape(text.format(**(names or {})))
        for key, text in TEXTS[language].items()
        if key.startswith(f"sign_in_{what}")
    }
    label = texts.get(f"sign_in_{what}_button")
    page = HTMLResponse(
        _PAGE.format(
            language=language,
            colours=colours_by_system(),
            title=texts[f"sign_in_{what}_title"],
            text=texts[f"sign_in_{what}"],
            button=_BUTTON.format(label=label) if label else "",
            other=other,
            other_name=escape(TEXTS[other]["language"]),
        ),
        status,
        {"Content-Language": language, "Vary": "Accept-Language, Cookie"},
    )
    if request.query_params.get("language") == language:
        page.set_cookie(LANGUAGE_COOKIE, language, max_age=A_YEAR, samesite="lax")
    page.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'self'"
    )
    return page


def language_of(request: Request) -> str:
    """The language of these pages: asked for just now, else chosen before, else what the browser prefers."""
    for chosen in (request.query_params.get("language"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in TEXTS:
            return chosen
    return preferred_language(request.headers.get("accept-language", ""))


def preferred_language(accepted: str) -> str:
    """The language an ``Accept-Language`` header prefers among ours, English if it names none."""
    best, weight = "en", 0.0
    for part in accepted.split(","):
        tag, _, rest = part.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        try:
            wish = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            wish = 0.0
        if language in TEXTS and wish > weight:
            best, weight = language, wish
    return best


def sign_in_routes(ctx: Context, cookies: dict[Role, str]) -> APIRouter:
    """Routes that turn an invitation into a session cookie of its role, and end sessions."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def get_start(request: Request) -> Response:
        return note_page(request, "start")

    @router.get("/signed-out")
    def get_signed_out(request: Request) -> Response:
        return note_page(request, "out")

    @router.get("/favicon.ico")
    def get_icon() -> Response:
        return Response(_ICON, media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})

    @router.get("/i/{invitation}")
    def get_invitation(request: Request, invitation: str) -> Response:
        return _before_coming_in(ctx, cookies, request, invitation) or post_invitation(request, invitation)

    @router.post("/i/{invitation}")
    def post_invitation(request: Request, invitation: str) -> Response:
        return _come_in(ctx, cookies, request, invitation)

    @router.post("/sign-out")
    def post_sign_out(request: Request) -> Response:
        answer = Response(status_code=204)
        for name in set(cookies.values()):
            if name in request.cookies:
                end_session(ctx, request.cookies[name])
                answer.delete_cookie(name)
        return answer

    return router


def _before_coming_in(
    ctx: Context, cookies: dict[Role, str], request: Request, invitation: str
) -> Response | None:
    """What an invitation's address answers instead of signing somebody in; ``None`` where nothing speaks against it."""
    if not _is_visit(request):
        return note_page(request, "start", 403)
    try:
        invited = invited_person(ctx, invitation)
    except NotSignedIn:
        return note_page(request, "run_out", 401)
    cookie = cookies[invited.role]
    here = _person(ctx, request.cookies.get(cookie))
    if here is not None and cookies[here.role] == cookie and here.rater_key != invited.rater_key:
        return note_page(request, "other", names={"here": here.name, "invited": invited.name})
    return None


def _come_in(ctx: Context, cookies: dict[Role, str], request: Request, invitation: str) -> Response:
    """A session for the invited person, in place of whose session it was."""
    try:
        session = start_session(ctx, invitation)
    except NotSignedIn:
        return note_page(request, "run_out", 401)
    answer = RedirectResponse(RATER_PAGE if session.role == Role.RATER else LEAD_PAGE, 303)
    answer.set_cookie(
        cookies[session.role],
        session.secret,
        max_age=int((session.ends - ctx.clock()).total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    if (chosen := _chosen_on_the_page(ctx, session.secret)) is not None:
        answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=A_YEAR, samesite="lax")
    return answer


_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""Headers of whoever fetches a page before, or without, somebody asking for it."""


def _is_visit(request: Request) -> bool:
    """Whether somebody opens the address: not a picture, frame or script that names it, not a browser ahead of them."""
    asked = request.headers
    return (
        asked.get("sec-fetch-dest", "document") == "document"
        and asked.get("sec-fetch-mode", "navigate") == "navigate"
        and not any(each in asked for each in _AHEAD)
    )


def _person(ctx: Context, session: str | None) -> Actor | None:
    """Who is behind a session, if anybody is."""
    try:
        return who_is(ctx, session=session)
    except NotSignedIn:
        return None


def _chosen_on_the_page(ctx: Context, session: str) -> str | None:
    """The language somebody chose on their page, on whatever device, for this browser to know."""
    actor = who_is(ctx, session=session)
    language = display_of(ctx, actor.rater_key).get("language") if actor.rater_key else None
    return language if isinstance(language, str) and language in TEXTS else None


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
            body = {"detail": "You are not signed in.", "code": NotSignedIn.code}
            await JSONResponse(body, 401)(scope, receive, send)
        else:
            await note_page(Request(scope), "signed_out", 401)(scope, receive, send)

    def _may(self, request: Request, page: str) -> bool:
        actor = _person(self._ctx, request.cookies.get(self._pages[page]))
        return actor is not None and actor.role in _AUDIENCES[page]


def _is_guarded(rest: str) -> bool:
    """Whether what stands behind a page's address is the page or answers for it; style and scripts are free."""
    return rest in ("", "config") or rest.startswith(("gradio_api/", "files/"))
