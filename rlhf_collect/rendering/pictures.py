"""Pictures that ship with an import: how Markdown names them, and the address they are served from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from markdown_it.token import Token

FOLDER = "images"
"""The folder beside the data that holds them; a reference to anything else is no picture of ours."""
_PATH = re.compile(r"(?:\./)?(images/[^\x00-\x1f\x7f\\\\]{1,300})")


def picture_path(address: str) -> str | None:
    """The path a reference names, without ``./`` and percent signs; None where it names no shipped picture."""
    found = _PATH.fullmatch(unquote(address)) if "images/" in address[:9] else None
    return None if found is None else found[1]


def picture_address(sha256: str) -> str:
    """Where a page finds a picture: relative, because the service may stand behind a path of a proxy."""
    return f"../api/v1/images/{sha256}"


def named_pictures(tokens: Sequence[Token]) -> Iterator[str]:
    """The paths of shipped pictures that a parsed text names, in order, again for each time."""
    for token in tokens:
        if token.type == "image" and (path := picture_path(str(token.attrs.get("src", "")))):
            yield path
        if token.children:
            yield from named_pictures(token.children)
