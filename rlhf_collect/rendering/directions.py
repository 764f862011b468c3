"""Reading direction of containers.

``dir="auto"`` on a paragraph looks at the paragraph's own text. On a list or a quotation it would look
past the paragraphs inside, because elements with a ``dir`` of their own do not count (HTML, 3.2.6.4),
and fall back to left-to-right. So containers get the direction of the first strong letter they hold.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from markdown_it.token import Token

CONTAINERS = ("blockquote", "bullet_list", "ordered_list", "list_item", "table")
"""Blocks whose text stands in blocks inside them."""
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def container_directions(tokens: Sequence[Token]) -> dict[int, str]:
    """Direction (``ltr``, ``rtl``) by index of the opening token; a container without letters is left out."""
    directions: dict[int, str] = {}
    undecided: list[int] = []
    for index, token in enumerate(tokens):
        name, _, part = token.type.rpartition("_")
        if name in CONTAINERS and part == "open":
            undecided.append(index)
        elif name in CONTAINERS and part == "close" and undecided:
            undecided.pop()
        elif token.type == "inline" and undecided and (direction := first_strong(token.content)):
            directions.update(dict.fromkeys(undecided, direction))
            undecided = []
    return directions


def first_strong(text: str) -> str:
    """``ltr`` or ``rtl`` by the first letter with a direction of its own; empty when there is none."""
    for char in text:
        if char.isascii():
            if char.isalpha():
                return "ltr"
        elif direction := _STRONG.get(unicodedata.bidirectional(char)):
            return direction
    return ""
