"""Reaching the database: here when the file is free, else through the server that holds it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from rlhf_collect.bootstrap import Location, open_context
from rlhf_collect.errors import CollectError, FileHeld, Problem, StoreUnusable
from rlhf_collect.services.context import Progress

CREATING = {"apply"}
"""Operations that make the database where there is none; every other one would only hide a wrong name."""


def ask(location: Location, name: str, values: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Run one operation on the database at ``location``, wherever it is open.

    Errors: those of the operation, whichever process raised them; ``FileHeld`` when a process holds
    the file that is not our server; ``StoreUnusable`` when there is no database.
    """
    try:
        ctx = open_context(location, create=name in CREATING)
    except FileHeld as held:
        return _ask_server(location, name, values, progress, held)
    from rlhf_collect.operations import perform  # noqa: PLC0415 - half the start; a server has it already

    try:
        return perform(ctx, progress, name, values)
    finally:
        ctx.store.close()


def _ask_server(
    location: Location, name: str, values: dict[str, Any], progress: Progress, held: FileHeld
) -> dict[str, Any]:
    try:
        note = json.loads(location.server.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise held from None
    try:
        with _stream(note, name, values) as lines:
            for line in lines:
                message = json.loads(line)
                if "progress" in message:
                    progress(*message["progress"])
                elif "error" in message:
                    raise _rebuilt(message["error"])
                else:
                    result: dict[str, Any] = message["result"]
                    return result
    except (httpx.HTTPError, ValueError) as error:
        # Not our server any more: the port is closed, or somebody else's server has it now.
        why = str(error).partition("\n")[0]
        raise StoreUnusable(
            f"{location.database} is held by a server at {note['url']}, which does not answer ({why}). "
            "Nothing was changed. Restart that server, or stop it and run the command again."
        ) from error
    raise StoreUnusable(
        f"The server at {note['url']} stopped before it answered. Look whether the work was done."
    )


@contextmanager
def _stream(note: dict[str, str], name: str, values: dict[str, Any]) -> Iterator[Iterator[str]]:
    headers = {"Authorization": f"Bearer {note['token']}"}
    timeout = httpx.Timeout(10, read=None)
    with (
        httpx.Client(timeout=timeout, trust_env=False) as client,
        client.stream("POST", f"{note['url']}/operations/{name}", json=values, headers=headers) as response,
    ):
        response.raise_for_status()
        yield _lines(response.iter_text())


def _lines(parts: Iterator[str]) -> Iterator[str]:
    """What stands before each line feed, and before it alone: other ends of lines may be in what somebody wrote."""
    begun = ""
    for part in parts:
        *whole, begun = (begun + part).split("\n")
        yield from whole


def _family(kind: type[CollectError]) -> Iterator[type[CollectError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)


def _rebuilt(error: dict[str, Any]) -> CollectError:
    kinds = {kind.code: kind for kind in _family(CollectError)}
    kind = kinds.get(error["code"], CollectError)
    made = kind.__new__(kind)
    CollectError.__init__(made, error["message"], problems=[Problem(**each) for each in error["problems"]])
    return made
