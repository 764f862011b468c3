r"""TeX to MathML: a closed set of elements and attributes, bounded in length, depth and work.

latex2mathml reads the TeX and gives an element tree. The tree, not the library's own text, is
written out here: that text has its escapes undone and would turn ``\text{&lt;script>}`` into a tag.
Commands that define, load, link or style are not carried out: their formula shows its source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from latex2mathml.converter import Converter
from latex2mathml.walker import Node

from rlhf_collect.rendering.mathml_tree import PILE, NotSet, write
from rlhf_collect.rendering.visible import is_hidden

MAX_FORMULA = 4000
"""Longest formula set as MathML, in characters of TeX."""
_MAX_NESTING = 40
_MAX_STEPS = 20_000

_INERT = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|[gex]?def|let|futurelet|newenvironment|DeclareMathOperator"
    r"|href|url|includegraphics|html\w*|class|style|cssId|require|input|include|write|csname|expandafter"
    r"|catcode|loop|sideset|mathchoice|unicode|rule|verb)(?![A-Za-z])"
)
"""Commands that define, load, link, style or double their argument."""
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+\*?)\}")
_KNOWN_AS = {
    "aligned": "align*",
    "align": "align*",
    "flalign": "align*",
    "flalign*": "align*",
    "eqnarray": "align*",
    "eqnarray*": "align*",
    "gathered": "matrix",
    "gather": "matrix",
    "gather*": "matrix",
    "multline": "matrix",
    "multline*": "matrix",
    "dcases": "cases",
    "equation": "",
    "equation*": "",
    "displaymath": "",
}
"""Environments the library does not know, under a name it knows; empty: the frame is left out."""


class _BoundedConverter(Converter):
    """The library's converter with a bound on its steps."""

    steps = 0

    def _convert_group(
        self, nodes: Iterable[Node], parent: Element, font: dict[str, str | None] | None = None
    ) -> None:
        self.steps += 1
        if self.steps > _MAX_STEPS:
            raise NotSet
        super()._convert_group(nodes, parent, font)


def to_mathml(tex: str, *, display: bool) -> str | None:
    """The formula as a ``<math>`` element, or None where its source should be shown instead."""
    source = tex.strip()
    if not source or len(source) > MAX_FORMULA or not _is_plain(source):
        return None
    try:
        root = _BoundedConverter(display="block" if display else "inline").convert_to_element(_adapt(source))
    except Exception:
        # Half-written TeX makes the library raise whatever its tables raise (KeyError, IndexError,
        # StopIteration, RecursionError, its own kinds). The reader gets the source in every case.
        return None
    try:
        body = "".join(write(child) for child in root)
    except (NotSet, RecursionError):
        return None
    kind = ' display="block"' if display else ""
    return f'<math{kind} alttext="{html.escape(source)}">{body}</math>'


def _is_plain(source: str) -> bool:
    """No inert command, no hidden character, no comment, and brackets nested to a readable depth."""
    if (
        _INERT.search(source)
        or is_hidden(source)
        or PILE.search(source)
        or re.search(r"(?<!\\)(?:\\\\)*%", source)
    ):
        return False
    depth = deepest = 0
    for match in re.finditer(r"\\[{}]|\\left\b|\\right\b|[{}]", source):
        opens = match.group() in ("{", r"\left")
        depth += opens - (match.group() in ("}", r"\right"))
        deepest = max(deepest, depth)
    return depth == 0 and deepest <= _MAX_NESTING


def _adapt(source: str) -> str:
    """The source with environments under names the library knows."""

    def rename(match: re.Match[str]) -> str:
        known = _KNOWN_AS.get(match.group(2), match.group(2))
        return rf"\{match.group(1)}{{{known}}}" if known else ""

    return _ENVIRONMENT.sub(rename, source)
