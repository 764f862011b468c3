"""latex2mathml's element tree as MathML text: a closed set of elements and attributes, repaired.

Browsers follow MathML Core, so what Core does not know (alphabets, enclosures, column alignment) is
written with characters and classes; sizes and colours, which could hide or cover text, are left out.
"""

from __future__ import annotations

import html
import re
import unicodedata
from xml.etree.ElementTree import Element

from rlhf_collect.rendering.alphabets import in_alphabet
from rlhf_collect.rendering.visible import is_hidden

_MAX_DEPTH = 120
_TOKENS = frozenset({"mi", "mn", "mo", "mtext"})
_ARITY = {
    "mfrac": 2,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "mover": 2,
    "munder": 2,
    "msubsup": 3,
    "munderover": 3,
}
_ROWS = frozenset({"math", "mrow", "msqrt", "mtable", "mtr", "mtd", "mstyle", "mphantom"})
_TRUTHS = frozenset({"true", "false"})
_WORDS: dict[str, frozenset[str]] = {
    "stretchy": _TRUTHS,
    "fence": _TRUTHS,
    "separator": _TRUTHS,
    "accent": _TRUTHS,
    "movablelimits": _TRUTHS,
    "largeop": _TRUTHS,
    "displaystyle": _TRUTHS,
    "form": frozenset({"prefix", "postfix", "infix"}),
    "scriptlevel": frozenset({"0", "1", "2"}),
}
"""Attributes with their possible values."""
_LENGTHS = frozenset({"linethickness", "minsize", "maxsize", "lspace", "rspace", "width"})
_LENGTH = re.compile(r"(-?[0-9]{0,3}(?:\.[0-9]{1,4})?)(em|ex|pt|px|mu)?")
_IN_EM = {"em": 1.0, "ex": 0.45, "pt": 0.1, "px": 0.06, "mu": 1 / 18, None: 1.0}
_MOST = {"linethickness": 0.2}
"""Em of a line between two halves; a thicker one is a bar over text. Everything else: 4."""
_NAMED_LENGTHS = {
    "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em",
    "negativethickmathspace": "-0.278em",
    "thinmathspace": "0.167em",
    "thickmathspace": "0.278em",
}
_REFERENCE = re.compile(r"&#x([0-9A-Fa-f]{1,6});")
_TEXT_ESCAPE = re.compile(r"\\([%$#&_{}])")
_CLASSES = {
    "box": "rc-boxed",
    "updiagonalstrike": "rc-cancel",
    "downdiagonalstrike": "rc-cancel",
    "updiagonalstrike downdiagonalstrike": "rc-cancel",
    "horizontalstrike": "rc-cancel",
    "left": "rc-left",
    "right": "rc-right",
    "center": "rc-center",
}
_SLASH = "&#x029F8;"
_COMMAND = re.compile(r"\\[A-Za-z]+")
PILE = re.compile("[\u0300-\u036f\u20d0-\u20ff]{5}")
"""A pile of combining marks; no formula needs five on one letter."""
_BESIDE = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_BARS = frozenset({"|", "‖"})
"""Browsers take the second of two for a relation, with room on both sides."""
_LIMITS = frozenset({"lim", "sup", "inf", "max", "min"})
"""Operators whose scripts stand below and above in a displayed formula."""


class NotSet(Exception):
    """A formula that is to be shown as source."""


def write(element: Element, depth: int = 0) -> str:
    """One element of the tree as text; anything outside the closed set becomes a plain row.

    Raises ``NotSet`` where the tree is too deep or holds what the library did not understand.
    """
    if depth > _MAX_DEPTH:
        raise NotSet
    tag = element.tag
    if tag in _TOKENS and not len(element):
        return _write_token(element)
    children = [write(child, depth + 1) for child in element]
    if element.text:
        children.insert(0, f"<mtext>{html.escape(_read_text(element))}</mtext>")
    if tag == "mspace":
        return f"<mspace{_attributes(element)}></mspace>"
    if tag == "mpadded" and _takes_no_room(element):
        return f'<mpadded width="0">{"".join(children)}</mpadded>'
    if tag in _ARITY:
        return _write_script(element, children)
    name = tag if tag in _ROWS else "mrow"
    return f"<{name}{_attributes(element)}>{''.join(children)}</{name}>"


def _write_script(element: Element, children: list[str]) -> str:
    """A fraction, root, script or limit. A matrix with its brackets comes as several: they are one base."""
    tag = element.tag
    extra = len(children) - _ARITY[tag]
    if extra < 0:  # half a fraction: the library lets it pass
        raise NotSet
    base = "".join(children[: extra + 1])
    if extra:
        base = f"<mrow>{base}</mrow>"
    first = element[0]
    if tag in _BESIDE and first.tag == "mo":
        if first.text in _LIMITS:
            base = base.replace("<mo", '<mo movablelimits="true"', 1)
        if first.text in _LIMITS or first.get("movablelimits") == "true":
            tag = _BESIDE[tag]
    return f"<{tag}{_attributes(element)}>{base}{''.join(children[extra + 1 :])}</{tag}>"


def _takes_no_room(element: Element) -> bool:
    """Whether a padded box of width 0 is harmless: the slash of a negation, or invisible."""
    if element.get("width") != "0":
        return False
    return "".join(element.itertext()) == _SLASH or [child.tag for child in element] == ["mphantom"]


def _write_token(element: Element) -> str:
    text = _read_text(element)
    tag, attributes = element.tag, _attributes(element)
    if tag == "mi":
        if text == "&" or _COMMAND.fullmatch(text):  # a column sign outside a table, an unknown command
            raise NotSet
        if len(text) == 1 and unicodedata.category(text) == "Sm" and text not in "∞∇∂":
            tag, attributes = "mo", ""
        elif len(text) > 1 and text.isascii() and text.isalpha():  # log, sin: an operator has room beside it
            tag, attributes = "mo", ' lspace="0.167em" rspace="0.167em"'
        elif _REFERENCE.fullmatch(element.text or "") and text.isascii() and text.isalpha():
            attributes = ' mathvariant="normal"'  # the library's way to say \\mathrm{d}
    elif tag == "mo" and text in _BARS and "space" not in attributes:
        attributes += ' lspace="0em" rspace="0em"'
    text = in_alphabet(text, element.get("mathvariant", ""))
    return f"<{tag}{attributes}>{html.escape(text)}</{tag}>"


def _read_text(element: Element) -> str:
    """An element's text with the library's own references read. Not escaped."""
    text = _REFERENCE.sub(lambda match: chr(int(match.group(1), 16)), element.text or "")
    if is_hidden(text) or PILE.search(text):
        raise NotSet
    return _TEXT_ESCAPE.sub(r"\1", text) if element.tag == "mtext" else text


def _attributes(element: Element) -> str:
    parts: list[str] = []
    for name, value in element.attrib.items():
        if value in _WORDS.get(name, ()):
            parts.append(f' {name}="{value}"')
        elif name in _LENGTHS and element.tag != "mpadded" and (length := _length(value, _MOST.get(name, 4))):
            parts.append(f' {name}="{length}"')
        elif name in ("notation", "columnalign") and value in _CLASSES:
            parts.append(f' class="{_CLASSES[value]}"')
        elif name == "mathvariant" and value == "normal" and element.tag == "mi":
            parts.append(' mathvariant="normal"')
    return "".join(parts)


def _length(value: str, most: float) -> str:
    """A length no larger than a formula needs, or nothing: a huge or negative one would cover the page."""
    value = _NAMED_LENGTHS.get(value, value.replace(" ", ""))
    match = _LENGTH.fullmatch(value)
    if match is None or not match.group(1).strip("-"):
        return ""
    size = float(match.group(1)) * _IN_EM[match.group(2)]
    return f"{size:g}em" if -0.3 <= size <= most else ""
