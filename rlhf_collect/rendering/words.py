"""The words of a text as they are laid out, on one line: for lists, where its source would be marks-up."""

from __future__ import annotations

from html.parser import HTMLParser

from rlhf_collect.rendering.markdown import render_markdown
from rlhf_collect.rendering.sheet import Allowance

_IN_LINE = frozenset(["a", "code", "em", "s", "span", "strong"])


def plain_words(text: str, most: int, allowance: Allowance | None = None) -> str:
    """The first ``most`` characters of what a reader of ``text`` (Markdown) sees; a formula in one line."""
    reader = _Reader()
    reader.feed(render_markdown(text, allowance=allowance))
    reader.close()
    return " ".join(reader.said().split())[:most]


class _Reader(HTMLParser):
    """Goes through our own safe HTML and joins the words of each element once it ends."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str, list[str]]] = [("", "", [])]

    def said(self) -> str:
        """Everything so far."""
        return "".join("".join(parts) for _, _, parts in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element; one without an end says what it has to say at once."""
        own = dict(attrs)
        if tag in ("br", "hr", "img"):
            self.handle_data(f" {own.get('alt') or ''} ")
        else:
            self._open.append((tag, own.get("class") or "", []))

    def handle_endtag(self, tag: str) -> None:
        """Say the element in the one around it."""
        if tag == self._open[-1][0]:
            name, kind, parts = self._open.pop()
            if kind == "rc-target":
                parts.clear()
                self._open[-1][2][-1:] = [each.rstrip() for each in self._open[-1][2][-1:]]
            self.handle_data(_joined(name, kind, parts))

    def handle_data(self, data: str) -> None:
        """Words of the element that is open."""
        self._open[-1][2].append(data)


def _joined(tag: str, kind: str, parts: list[str]) -> str:
    whole = "".join(parts)
    if kind == "rc-code-bar":
        return ""
    if kind == "rc-image":
        said = whole.strip("[]").split(" · ")
        return said[1] if len(said) > 2 else said[0]
    if tag.startswith("m"):
        return _formula(tag, parts, whole)
    return whole if tag in _IN_LINE else f" {whole} "


def _formula(tag: str, parts: list[str], whole: str) -> str:
    """A part of a formula as it is typed in one line; the children of these elements are counted, not spaced."""
    match tag, parts:
        case "mfrac", [above, below]:
            return f"{_held(above)}/{_held(below)}"
        case "msup", [base, above]:
            return f"{base}^{_held(above)}"
        case "msub", [base, below]:
            return f"{base}_{_held(below)}"
        case (("msubsup" | "munderover"), [base, below, above]):
            return f"{base}_{_held(below)}^{_held(above)}"
        case "msqrt", _:
            return f"√{_held(whole)}"
    return whole


def _held(part: str) -> str:
    """In brackets where it would fall apart without them."""
    return part if part.isalnum() or len(part) == 1 else f"({part})"
