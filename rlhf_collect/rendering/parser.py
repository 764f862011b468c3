"""The Markdown parser: CommonMark with tables, strikethrough and formulas, raw HTML as text."""

from __future__ import annotations

import functools

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from rlhf_collect.rendering.links import read_target
from rlhf_collect.rendering.math_rules import add_math
from rlhf_collect.rendering.pictures import picture_path
from rlhf_collect.rendering.sheet import MAX_DEPTH, Sheet


class _Parser(MarkdownIt):
    """Accepts only the targets of ``links`` and ``pictures`` and keeps them as they were written."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  the library's name
        """Whether a written target makes a link; otherwise its Markdown stays text."""
        return read_target(url) is not None or picture_path(url) is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802  the library's name
        """The target as written: ``links`` does the encoding, once, where it is written out."""
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802  the library's name
        """The text of ``<https://...>`` as written."""
        return link


@functools.cache
def parser() -> MarkdownIt:
    """The one parser of the process. It keeps no state between texts; each passes a ``Sheet`` in ``env``."""
    # The parser drops blocks beyond ``maxNesting`` without a word: the guard stops well before.
    options = {"html": False, "linkify": False, "typographer": False, "maxNesting": MAX_DEPTH + 40}
    md = _Parser("commonmark", options).enable(["table", "strikethrough"])
    add_math(md)
    md.block.ruler.before("table", "guard", _guard_block)
    md.inline.ruler.before("text", "guard", _guard_inline)
    return md


def _guard_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    sheet: Sheet = state.env["sheet"]
    sheet.check_depth(state.level)
    sheet.check_time()
    return False


def _guard_inline(state: StateInline, silent: bool) -> bool:
    sheet: Sheet = state.env["sheet"]
    sheet.check_time()
    return False
