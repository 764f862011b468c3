"""Characters that hide, reorder or pile up, made visible.

What real languages need stays: LRM, RLM, ALM, ZWJ, ZWNJ, variation selectors, emoji flags made of
tags, and as many combining marks on one letter as any living orthography uses. What only deceives
is shown by its number: bidi embeddings, overrides and isolates (CVE-2021-42574), control
characters, tag characters outside a flag, interlinear annotation, lone surrogates.
"""

from __future__ import annotations

import functools
import html
import re
import sys
import unicodedata
from collections.abc import Iterator

MAX_ACCENTS = 4
"""Marks of the general accent blocks on one letter: polytonic Greek and phonetic script need 4."""
MAX_MARKS = 10
"""Marks of any kind on one letter: Tibetan stacks reach 9, Hebrew with cantillation 5."""
MAX_SPANS = 2000
"""Hidden characters that get their own element; further ones are written as bare text."""

_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and newline
    "\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides, isolates
    "\u206a-\u206f\ufff9-\ufffb"  # deprecated format controls, interlinear annotation
    "\ud800-\udfff\ufffe\uffff"  # lone surrogates, noncharacters
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f"  # invisible musical controls, tag characters
)
_FLAG = "(?P<flag>\U0001f3f4[\U000e0020-\U000e007e]{1,16}\U000e007f)"
_ACCENT_BLOCKS = (
    range(0x0300, 0x0370),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE20, 0xFE30),
    range(0x0483, 0x048A),
)
_LAST_MARK = 0x1FFFF
"""Beyond this plane only the variation selectors supplement holds marks."""
_HIDDEN_ONLY = re.compile(f"[{_HIDDEN}]")
_REORDERS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def is_hidden(text: str) -> bool:
    """Whether the text holds a character this module would show by its number (flags count too)."""
    return _HIDDEN_ONLY.search(text) is not None


def show_plainly(text: str) -> str:
    """The text with hidden characters as ``⟨U+202E⟩``, for places that hold no elements."""
    return _HIDDEN_ONLY.sub(lambda match: _number(match.group()), text)


def show_reordering(markup: str) -> str:
    """HTML of any kind with what reorders text (bidi embeddings, overrides, isolates) as ``⟨U+202E⟩``."""
    return _REORDERS.sub(lambda match: _number(match.group()), markup)


class Letters:
    """Escapes running text for HTML. One instance per rendering: piles of marks are counted across calls."""

    def __init__(self, marks_left_out: str) -> None:
        self._marks_left_out = marks_left_out
        self._spans_left = MAX_SPANS
        self._accents = 0
        self._marks = 0

    def start_block(self) -> None:
        """Forget the marks so far: the next text starts a new line of its own."""
        self._accents = self._marks = 0

    def escape(self, text: str) -> str:
        """The text as safe HTML with hidden characters shown and piles of marks cut."""
        if not text:
            return ""
        return "".join(self._pieces(text))

    def _pieces(self, text: str) -> Iterator[str]:
        done = 0
        for match in _special().finditer(text):
            start, end = match.span()
            if start > done:
                yield html.escape(text[done:start])
            if start > 0:
                self.start_block()
            done = end
            kind = match.lastgroup
            if kind == "flag":
                yield match.group()
            elif kind == "marks":
                yield self._cut(match.group())
            else:
                yield self._show(match.group())
        if done < len(text):
            self.start_block()
            yield html.escape(text[done:])

    def _cut(self, run: str) -> str:
        """A run of marks, with those left out that no orthography asks for."""
        kept: list[str] = []
        left_out = 0
        for char in run:
            if char in "\u200c\u200d":
                if not left_out:
                    kept.append(char)
                continue
            accent = any(ord(char) in block for block in _ACCENT_BLOCKS)
            if self._marks >= MAX_MARKS or (accent and self._accents >= MAX_ACCENTS):
                left_out += 1
                continue
            self._marks += 1
            self._accents += accent
            kept.append(char)
        if left_out:
            kept.append(self._span("rc-marks", f"{left_out} {self._marks_left_out}", f"⟨+{left_out}⟩"))
        return "".join(kept)

    def _show(self, run: str) -> str:
        """One hidden character, or several of the same, by number and name."""
        times = f"×{len(run)}" if len(run) > 1 else ""
        name = unicodedata.name(run[0], "control character")
        number = f"U+{ord(run[0]):04X}"
        return self._span("rc-bidi", f"{number} {name}{times}", f"⟨{number}{times}⟩")

    def _span(self, css_class: str, title: str, text: str) -> str:
        if self._spans_left <= 0:
            return text
        self._spans_left -= 1
        return f'<span class="{css_class}" title="{html.escape(title)}">{text}</span>'


def _number(char: str) -> str:
    return f"⟨U+{ord(char):04X}⟩"


@functools.cache
def _special() -> re.Pattern[str]:
    """Everything ``Letters`` treats by itself. Built at first use: it reads the Unicode tables once."""
    marks = _mark_ranges()
    return re.compile(
        f"{_FLAG}|(?P<hidden>[{_HIDDEN}])(?P=hidden)*|(?P<marks>[{marks}][{marks}\u200c\u200d]*)"
    )


def _mark_ranges() -> str:
    """All combining marks (Mn, Mc, Me) as ranges of a regular expression's character class."""
    ranges: list[str] = []
    first = -1
    for point in range(0x0300, _LAST_MARK + 2):
        is_mark = point <= min(_LAST_MARK, sys.maxunicode) and unicodedata.category(chr(point))[0] == "M"
        if is_mark and first < 0:
            first = point
        elif not is_mark and first >= 0:
            ranges.append(f"{chr(first)}-{chr(point - 1)}")
            first = -1
    return "".join(ranges) + "\U000e0100-\U000e01ef"
