"""The door for commands run beside the database, while this server holds the file.

Only a process that can read the note beside the database knows its token, and whoever can read that
could read the database itself.
"""

from __future__ import annotations

import json
import queue
import secrets
import threading
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from rlhf_collect.api.identity import bearer_key, context_of
from rlhf_collect.errors import BadCall, CollectError, NotFound
from rlhf_collect.operations import perform
from rlhf_collect.services.context import Context

router = APIRouter(include_in_schema=False)


@router.post("/operations/{name}")
async def post_operation(request: Request, name: str) -> StreamingResponse:
    """Run one operation, streaming its progress: JSON Lines, the last one the result or the error."""
    token = request.app.state.operator_token
    if not token or not secrets.compare_digest((bearer_key(request) or "").encode(), token.encode()):
        raise NotFound("There is nothing here.")  # before anything of the body is read
    try:
        values = await request.json()
    except ValueError as error:
        raise BadCall(f"The body is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise BadCall("The body must be a JSON object.")
    return StreamingResponse(_messages(context_of(request), name, values), media_type="application/x-ndjson")


def _messages(ctx: Context, name: str, values: dict[str, Any]) -> Iterator[str]:
    waiting: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def progress(done: int, total: int | None, what: str) -> None:
        waiting.put({"progress": [done, total, what]})

    def run() -> None:
        try:
            waiting.put({"result": perform(ctx, progress, name, values)})
        except CollectError as error:
            problems = [vars(each) for each in error.problems]
            waiting.put({"error": {"code": error.code, "message": error.message, "problems": problems}})
        except BaseException as error:
            message = f"The server failed ({type(error).__name__}: {error}). Its log has the details."
            waiting.put({"error": {"code": "error", "message": message, "problems": []}})
            raise
        finally:
            waiting.put(None)

    threading.Thread(target=run, name=f"operation-{name}", daemon=True).start()
    while (message := waiting.get()) is not None:
        yield json.dumps(message, ensure_ascii=False, default=str) + "\n"
