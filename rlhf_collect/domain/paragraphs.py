"""What changed between two versions of a text, paragraph by paragraph and item by item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_ITEMS = re.compile(r"\n(?=(?:[-*+]|\d{1,9}[.)])[ \t])")
_ITEMS_WITHIN = re.compile(r"\n(?=[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]")
_FENCE = "```"
"""In code nothing is a list."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One paragraph of the old or the new text."""

    kind: Literal["same", "added", "removed"]
    """Whether it stands in both, in the new one only, or in the old one only."""
    text: str
    """The paragraph, as it was written."""

    def as_json(self) -> dict[str, str]:
        """``{"kind", "text"}``."""
        return {"kind": self.kind, "text": self.text}


def paragraphs(text: str) -> list[str]:
    """A text's paragraphs: what stands between blank lines, and each item of a list by itself, those within it too."""
    return [item for each in _BLANK_LINES.split(text.strip()) if each for item in _items(each)]


def _items(paragraph: str) -> list[str]:
    """The items of a list; those within an item begin where the line does, or alone they would be code."""
    if _FENCE in paragraph:
        return [paragraph]
    if not _ITEM.match(paragraph):
        return _ITEMS.split(paragraph)
    return [_begun_at_the_edge(each) for each in _ITEMS_WITHIN.split(paragraph)]


def _begun_at_the_edge(item: str) -> str:
    indent = len(item) - len(item.lstrip(" \t"))
    return "\n".join(line[min(indent, len(line) - len(line.lstrip(" \t"))) :] for line in item.split("\n"))


def changed_paragraphs(old: str, new: str) -> list[Change]:
    """Every paragraph of both texts, in the order of reading; what a paragraph was comes before what it became."""
    before, after = paragraphs(old), paragraphs(new)
    changes: list[Change] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind == "equal":
            changes += [Change(kind="same", text=each) for each in after[j1:j2]]
        else:
            changes += [Change(kind="removed", text=each) for each in before[i1:i2]]
            changes += [Change(kind="added", text=each) for each in after[j1:j2]]
    return changes
