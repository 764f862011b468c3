"""Errors as RFC 9457 problem documents: one table from error to status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rlhf_collect.errors import CollectError, Problem

STATUS: dict[str, int] = {
    "error": 500,
    "refused": 409,
    "not_signed_in": 401,
    "not_allowed": 403,
    "not_found": 404,
    "already_judged": 409,
    "already_exists": 409,
    "conflict": 409,
    "already_skipped": 409,
    "no_place": 409,
    "out_of_date": 409,
    "no_work": 404,
    "damaged_version": 409,
    "hub_refused": 409,
    "hub_unreachable": 503,
    "busy": 503,
    "unusable": 422,
    "bad_answer": 422,
    "bad_source": 422,
    "bad_config": 422,
    "bad_call": 422,
    "store_unusable": 500,
    "file_held": 500,
}

MOST_LISTED = 100
"""Problems of one request that are told; a body has room for a hundred thousand."""
_TEXT = {"type": "string"}
_CONTENT = {
    "application/problem+json": {
        "schema": {
            "type": "object",
            "required": ["type", "title", "status", "detail", "code"],
            "properties": {
                **dict.fromkeys(("type", "title", "detail"), _TEXT),
                "status": {"type": "integer"},
                "code": {"type": "string", "enum": sorted(STATUS)},
                "problems": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": dict.fromkeys(("where", "field", "what", "mend"), _TEXT),
                    },
                },
            },
        }
    }
}
_WORDS: dict[int | str, str] = {
    401: "Not signed in: the key or session is missing, unknown or ended.",
    403: "The caller's role does not allow this.",
    404: "There is no such thing, or the caller may not see it.",
    409: "A rule said no.",
    "4XX": "Refused, or not usable: `code` is stable, `detail` says what to do.",
}
DESCRIBED: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": _CONTENT} for status, words in _WORDS.items()
}
"""The same for OpenAPI."""


class _ProblemResponse(JSONResponse):
    """In ASCII, since it may tell what was sent, half characters and all."""

    media_type = "application/problem+json"

    def render(self, content: object) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


def problem_document(
    status: int,
    code: str,
    title: str,
    detail: str,
    problems: list[Problem],
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A response of type ``application/problem+json`` with our stable ``code``."""
    body: dict[str, object] = {
        "type": f"https://rlhf-collect.dev/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if problems:
        body["problems"] = [vars(each) for each in problems]
    challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return _ProblemResponse(body, status, {**challenge, **(headers or {})})


def _collect_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CollectError)
    title = (type(error).__doc__ or error.code).strip().split(". ")[0].rstrip(".") + "."
    detail = request.app.state.ctx.without_folders(error.message)
    return problem_document(STATUS[error.code], error.code, title, detail, list(error.problems))


def _bad_form(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    problems = [
        Problem(
            where="request",
            field=".".join(str(part) for part in each["loc"]),
            what=f"{each['msg']}.",
            mend="See /api/v1/openapi.json for the form.",
        )
        for each in found[:MOST_LISTED]
    ]
    detail = "; ".join(f"{each.field}: {each.what}" for each in problems)
    if len(found) > MOST_LISTED:
        detail += f" There are {len(found) - MOST_LISTED:,} more."
    return problem_document(
        422, "bad_call", "The request does not have the form asked for.", detail, problems
    )


def _http(_: Request, error: Exception) -> JSONResponse:
    """What the framework refuses by itself: no such address or method, a body it cannot parse."""
    assert isinstance(error, HTTPException)
    code = "not_found" if error.status_code == 404 else "bad_call"
    said = str(error.detail)
    return problem_document(error.status_code, code, said, said, [], error.headers)


def install(app: FastAPI) -> None:
    """Make the application answer every error of ours as a problem document."""
    app.add_exception_handler(CollectError, _collect_error)
    app.add_exception_handler(RequestValidationError, _bad_form)
    app.add_exception_handler(HTTPException, _http)
