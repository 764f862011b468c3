"""Who asks: from the request's key or session cookie, and from nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from rlhf_collect.domain.actor import Actor, Role
from rlhf_collect.services.context import Context
from rlhf_collect.services.raters import who_is


def cookies_of(ctx: Context) -> dict[Role, str]:
    """The name of each role's session cookie.

    Raters and leads have one each, so that one browser can hold both pages open. Browsers share cookies
    between the ports of a host: the service's own mark keeps two services there apart.
    """
    rater, lead = (f"rlhf_collect_{audience}_{ctx.keys.mark}" for audience in ("rater", "lead"))
    return {Role.RATER: rater, Role.LEAD: lead, Role.ADMIN: lead}


def signed_in(ctx: Context) -> list[Any]:
    """Says in OpenAPI how calls are signed, any one of these; who is asking is decided below."""
    key = Security(HTTPBearer(scheme_name="key", description="A person's API key.", auto_error=False))
    names = cookies_of(ctx)
    sessions = {
        f"{audience} session": names[role] for audience, role in (("rater", Role.RATER), ("lead", Role.LEAD))
    }
    return [
        key,
        *(
            Security(APIKeyCookie(name=cookie, scheme_name=scheme, auto_error=False))
            for scheme, cookie in sessions.items()
        ),
    ]


def bearer_key(request: Request) -> str | None:
    """The key of an ``Authorization: Bearer`` header."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


def context_of(request: Request) -> Context:
    """The services' context of this application."""
    ctx: Context = request.app.state.ctx
    return ctx


def caller(*roles: Role) -> Callable[[Request], Actor]:
    """A dependency: the person behind the bearer key, else behind the first of these roles' cookies.

    Errors: ``NotSignedIn``.
    """

    def who(request: Request) -> Actor:
        ctx = context_of(request)
        names = [cookies_of(ctx)[role] for role in roles]
        session = next((request.cookies[name] for name in names if name in request.cookies), None)
        return who_is(ctx, key=bearer_key(request), session=session)

    return who


as_rater = caller(Role.RATER)
as_lead = caller(Role.LEAD)
as_anyone = caller(Role.RATER, Role.LEAD)


def as_page(request: Request, render: str) -> bool:
    """Whether the answer is for a person to read: HTML, in names that tell nothing of models.

    Whoever comes by a session is at a page, also when the address is typed by hand; programs have a key.
    """
    return render == "html" or bearer_key(request) is None
