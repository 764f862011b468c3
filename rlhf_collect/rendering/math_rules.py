r"""Where Markdown holds formulas: ``$..$``, ``$$..$$``, ``\(..\)`` and ``\[..\]``.

Each opening looks at one closing candidate within ``MAX_FORMULA`` characters and no further, so that
any number of openings costs time in proportion to the text.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from rlhf_collect.rendering.mathml import MAX_FORMULA
from rlhf_collect.rendering.sheet import Sheet

_DOLLAR = re.compile(r"(?:[^\\$`]|\\[\s\S])*")
_PROSE_AFTER_NUMBER = re.compile(r"[0-9][0-9.,]*[^0-9A-Za-z\\].*?(?<![\\A-Za-z])[A-Za-z]{2,}", re.DOTALL)
_TEX_SIGNS = re.compile(r"[\\^_={}<>]")
_CLOSINGS = {"$$": "$$", r"\[": r"\]"}
_MAX_LINES = 100
_AFTER_BLOCK = re.compile(r"[ \t]*([.,;:]?)[ \t]*")


def add_math(md: MarkdownIt) -> None:
    """Teach the parser the four delimiters. Tokens: ``math_inline``, ``math_display``, ``math_block``."""
    md.block.ruler.before(
        "fence", "math_block", _read_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.inline.ruler.before("escape", "math_inline", _read_inline)


def _read_inline(state: StateInline, silent: bool) -> bool:
    found = _find_inline(state)
    if found is None:
        return False
    kind, tex, markup, end = found
    if not silent:
        token = state.push(kind, "math", 0)
        token.content = tex
        token.markup = markup
    state.pos = end
    return True


def _find_inline(state: StateInline) -> tuple[str, str, str, int] | None:
    """Token type, TeX, opening sign and end position of the formula that starts here, if one does."""
    source, start = state.src, state.pos
    sign = source[start : start + 2]
    stop = min(state.posMax, start + MAX_FORMULA)
    if sign in (r"\(", r"\[", "$$"):
        closing = {r"\(": r"\)", r"\[": r"\]", "$$": "$$"}[sign]
        end = source.find(closing, start + 2, stop)
        if end < 0 or not source[start + 2 : end].strip():
            return None
        return "math_inline" if sign == r"\(" else "math_display", source[start + 2 : end], sign, end + 2
    if not sign.startswith("$"):
        return None
    match = _DOLLAR.match(source, start + 1, stop)
    end = match.end() if match else stop
    if end >= stop or source[end] != "$" or not _is_formula(source, start, end):
        return None
    return "math_inline", source[start + 1 : end], "$", end + 1


def _is_formula(source: str, start: int, end: int) -> bool:
    """Whether the text between two dollar signs is a formula and not two prices or shell variables."""
    inside = source[start + 1 : end]
    if not inside or inside[0].isspace() or inside[-1].isspace():
        return False
    if start > 0 and source[start - 1].isalnum():
        return False
    if source[end + 1 : end + 2].isalnum():
        return False
    return bool(_TEX_SIGNS.search(inside)) or not _PROSE_AFTER_NUMBER.match(inside)


def _read_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    closing = _CLOSINGS.get(state.src[start : start + 2])
    if closing is None or state.src.find(closing, start + 2, start + MAX_FORMULA) < 0:
        return False
    sheet: Sheet = state.env["sheet"]
    sheet.check_time()
    found = _find_block_end(state, start_line, end_line, start + 2, closing)
    if found is None:
        return False
    tex, tail, next_line = found
    if not silent:
        token = state.push("math_block", "math", 0)
        token.content = tex
        token.markup = state.src[start : start + 2]
        token.info = tail
        token.map = [start_line, next_line]
    state.line = next_line
    return True


def _find_block_end(
    state: StateBlock, start_line: int, end_line: int, begin: int, closing: str
) -> tuple[str, str, int] | None:
    """TeX, punctuation after the closing sign and the line after it. A blank line ends the search."""
    lines: list[str] = []
    length = 0
    for line in range(start_line, min(end_line, start_line + _MAX_LINES)):
        if line > start_line and (state.isEmpty(line) or state.sCount[line] < state.blkIndent):
            return None
        first = begin if line == start_line else state.bMarks[line] + state.tShift[line]
        text = state.src[first : state.eMarks[line]]
        length += len(text)
        if length > MAX_FORMULA:
            return None
        at = text.find(closing)
        if at >= 0:
            tail = _AFTER_BLOCK.fullmatch(text, at + 2)
            lines.append(text[:at])
            tex = "\n".join(lines)
            return (tex, tail.group(1), line + 1) if tail and tex.strip() else None
        lines.append(text)
    return None
