"""Who asks: from the request's key or session cookie, and from nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from rlhf_collect.domain.actor import Actor, Role
from rlhf_collect.services.context import Context
from rlhf_collect.services.raters import who_is

RATER_COOKIE = "rlhf_collect_rater"
LEAD_COOKIE = "rlhf_collect_lead"
"""Raters and leads have a cookie each, so that one browser can hold both pages open."""

COOKIES: dict[Role, str] = {Role.RATER: RATER_COOKIE, Role.LEAD: LEAD_COOKIE, Role.ADMIN: LEAD_COOKIE}


SIGNED_IN = [
    Security(HTTPBearer(scheme_name="key", description="A person's API key.", auto_error=False)),
    *(
        Security(APIKeyCookie(name=cookie, scheme_name=f"{cookie}_session", auto_error=False))
        for cookie in (RATER_COOKIE, LEAD_COOKIE)
    ),
]
"""Says in OpenAPI how calls are signed, any one of these; who is asking is decided below."""


def bearer_key(request: Request) -> str | None:
    """The key of an ``Authorization: Bearer`` header."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


def context_of(request: Request) -> Context:
    """The services' context of this application."""
    ctx: Context = request.app.state.ctx
    return ctx


def caller(*cookies: str) -> Callable[[Request], Actor]:
    """A dependency: the person behind the bearer key, else behind the first of these cookies there is.

    Errors: ``NotSignedIn``.
    """

    def who(request: Request) -> Actor:
        key = bearer_key(request)
        session = next((request.cookies[name] for name in cookies if name in request.cookies), None)
        return who_is(context_of(request), key=key, session=session)

    return who


as_rater = caller(RATER_COOKIE)
as_lead = caller(LEAD_COOKIE)
as_anyone = caller(RATER_COOKIE, LEAD_COOKIE)
