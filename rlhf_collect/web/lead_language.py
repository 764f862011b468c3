"""In which language a lead reads their page, and keeping what they chose."""

from __future__ import annotations

from typing import Any, Protocol

from rlhf_collect.config import LANGUAGE_COOKIE
from rlhf_collect.domain.actor import Actor
from rlhf_collect.services.context import Context
from rlhf_collect.services.my_data import display_of
from rlhf_collect.services.page_objects import save_display
from rlhf_collect.web.sign_in import preferred_language
from rlhf_collect.web.texts import LEAD_TEXTS


class Asking(Protocol):
    """A request as FastAPI and Gradio have it."""

    @property
    def headers(self) -> Any:
        """Header by name."""
        ...

    @property
    def cookies(self) -> Any:
        """Cookie by name."""
        ...


def language_of_lead(ctx: Context, actor: Actor, request: Asking) -> str:
    """The language a lead chose on the page, else in this browser before, else what the browser prefers."""
    chosen = display_of(ctx, actor.rater_key).get("language") if actor.rater_key else None
    for each in (chosen, request.cookies.get(LANGUAGE_COOKIE)):
        if isinstance(each, str) and each in LEAD_TEXTS:
            return each
    return preferred_language(request.headers.get("accept-language", ""))


def keep_language(ctx: Context, actor: Actor, language: str) -> None:
    """Keep the language a lead chose; one there is not is left alone."""
    if actor.rater_key and language in LEAD_TEXTS:
        save_display(ctx, actor, {**display_of(ctx, actor.rater_key), "language": language})
