"""Every route of the application, however deep it was included or mounted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount

MOUNTED = ("/rate", "/lead")
"""Gradio's own applications."""


def _walk(routes: list[Any], before: str = "") -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Mount):
            yield from _walk(route.routes, before + route.path)
        elif hasattr(route, "effective_candidates"):  # what FastAPI keeps of an included router
            yield from _walk([*route.effective_candidates(), *route.effective_low_priority_routes()], before)
        else:
            for method in set(route.methods) - {"HEAD"}:
                yield method, before + route.path


def all_routes(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route."""
    return set(_walk(app.routes))


def own_routes(app: FastAPI) -> set[tuple[str, str]]:
    """Those this project wrote."""
    return {(method, path) for method, path in all_routes(app) if not path.startswith(MOUNTED)}


def gradio_routes(app: FastAPI) -> set[tuple[str, str]]:
    """Those Gradio brings along."""
    return all_routes(app) - own_routes(app)
