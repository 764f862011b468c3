"""Reads rendered HTML as a stranger would and says what in it is not allowed.

The lists are written out here on purpose, not imported: a slip in the package's own lists shows.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"br", "hr", "img"}
TEXT_TAGS = {
    "div",
    "p",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "hr",
    "br",
    "em",
    "strong",
    "s",
    "span",
    "a",
    "img",
}
MATH_TAGS = {
    "math",
    "mrow",
    "mi",
    "mn",
    "mo",
    "mtext",
    "mspace",
    "msub",
    "msup",
    "msubsup",
    "mfrac",
    "msqrt",
    "mroot",
    "mover",
    "munder",
    "munderover",
    "mtable",
    "mtr",
    "mtd",
    "mstyle",
    "mpadded",
    "mphantom",
}
ATTRIBUTES = {
    "class": re.compile(r"rc-[a-z0-9-]+( rc-[a-z0-9-]+)?"),
    "dir": re.compile(r"auto|ltr|rtl"),
    "role": re.compile(r"region|link"),
    "tabindex": re.compile(r"0"),
    "aria-label": re.compile(r"(Code|Table|Formula|Too long)[^\x00-\x1f\u202a-\u202e\u2066-\u2069]*"),
    "title": re.compile(r"(U\+[0-9A-F]{4,6} |[0-9]+ combining|The address)[^\x00-\x1f\u202a-\u202e]*"),
    "rel": re.compile(r"noopener noreferrer nofollow"),
    "data-href": re.compile(r"(https?://|mailto:)[!#-;=?-~]{1,2000}"),
    "start": re.compile(r"[0-9]{1,9}"),
    "src": re.compile(r"\.\./api/v1/images/[0-9a-f]{64}"),
    "alt": re.compile(r"[^\x00-\x1f\u202a-\u202e\u2066-\u2069]*"),
    "loading": re.compile(r"lazy"),
    "decoding": re.compile(r"async"),
    "alttext": re.compile(r"[^\u202a-\u202e\u2066-\u2069]*"),
    "display": re.compile(r"block"),
    "mathvariant": re.compile(r"normal"),
    "form": re.compile(r"prefix|postfix|infix"),
    "scriptlevel": re.compile(r"[012]"),
    **dict.fromkeys(
        ("stretchy", "fence", "separator", "accent", "movablelimits", "largeop", "displaystyle"),
        re.compile(r"true|false"),
    ),
    **dict.fromkeys(
        ("width", "linethickness", "minsize", "maxsize", "lspace", "rspace"),
        re.compile(r"0|-?0\.[0-9]+em|[0-4](\.[0-9]+)?em"),
    ),
}
INTERACTIVE = {"a", "div", "pre"}


class Reading(HTMLParser):
    """What one piece of HTML holds: its words, its tags, and everything wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.depth = 0
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if self._open:
            self.problems.append(f"left open: {self._open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TEXT_TAGS | MATH_TAGS:
            self.problems.append(f"tag {tag}")
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"twice the same attribute on {tag}")
        for name, value in attrs:
            if name not in ATTRIBUTES or not ATTRIBUTES[name].fullmatch(value or ""):
                self.problems.append(f"attribute {name}={value!r} on {tag}")
            if name == "tabindex" and tag not in INTERACTIVE:
                self.problems.append(f"tabindex on {tag}")
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
            self.depth = max(self.depth, len(self._open))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.problems.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.problems.append("a declaration")

    def unknown_decl(self, data: str) -> None:
        self.problems.append("an unknown declaration")

    def handle_pi(self, data: str) -> None:
        self.problems.append("a processing instruction")

    def attributes(self, name: str) -> list[str]:
        """All values of one attribute, in order."""
        return [attributes[name] for _, attributes in self.tags if name in attributes]

    def count(self, tag: str) -> int:
        """How many elements of one kind there are."""
        return sum(name == tag for name, _ in self.tags)
