"""Code in colour: which blocks are, and the classes that carry the colours. ``colouring`` reads the code."""

from __future__ import annotations

from rlhf_collect.rendering.colourist import COLOURIST
from rlhf_collect.rendering.sheet import Sheet

MAX_BLOCK = 60_000
"""Longest code block coloured, in characters; a longer one stays plain."""

CLASSES = ("rc-c", "rc-k", "rc-t", "rc-f", "rc-s", "rc-m", "rc-a", "rc-o", "rc-i", "rc-d")
"""Comment, keyword, type, function, string, number, tag or attribute, operator, inserted, deleted."""

_NAMES = (
    "ada asm awk bash bat c c# c++ clojure clj cmake cpp cs csharp css dart diff docker dockerfile elixir "
    "elm erlang f# fortran fsharp go golang graphql groovy haskell hs html ini java javascript js json "
    "jsx julia kotlin latex tex less lisp common-lisp lua make makefile matlab nasm nginx nim nix "
    "objective-c objectivec ocaml octave pascal perl php pl postgresql powershell prolog protobuf "
    "proto ps1 pwsh py python python3 pycon r racket rb rs ruby rust sass scala scheme scss sh shell "
    "console sql solidity swift tcl terraform hcl toml ts tsx typescript vbnet verilog vhdl "
    "vim vue xml yaml yml zig zsh"
)
LANGUAGES = frozenset(_NAMES.split())
"""Names after the fence that are coloured. A short list: each lexer is a program run on hostile text."""


MAX_INDENT = 24
"""Deepest indent kept when a line wraps, in characters; deeper ones wrap there."""
ROW_CLASSES = ("rc-row", *(f"rc-in{indent}" for indent in range(2, MAX_INDENT + 1, 2)))
"""A line long enough to wrap in a narrow pane, and how far it is indented."""
_MAY_WRAP = 24
"""Characters from which on a line is a row of its own: shorter ones fit a pane at any size of text."""


def colour(code: str, language: str, sheet: Sheet) -> str:
    """The code as safe HTML, in colour where the language is known and the code is of readable size.

    Long lines are rows: what wraps of them stays to the right of where they begin, so that indented
    code reads as such on a phone too.
    """
    return _in_rows(code, _pieces(code, language.lower(), sheet), sheet)


def _pieces(code: str, language: str, sheet: Sheet) -> list[tuple[str, int]]:
    """Class (empty for none) and length of each piece; a rest may be missing at the end."""
    if language not in LANGUAGES or len(code) > MAX_BLOCK or not sheet.take_colour(len(code)):
        return []
    spans = COLOURIST.spans(language, code)
    if spans is None:  # who takes too long once is not asked again for the same reader
        sheet.end_colour()
    return spans or []


def _in_rows(code: str, pieces: list[tuple[str, int]], sheet: Sheet) -> str:
    rest = len(code) - sum(length for _, length in pieces)
    done: list[str] = []
    row: list[str] = []
    start = row_start = 0
    for css_class, length in [*pieces, ("", rest)]:
        for number, line in enumerate(code[start : start + length].split("\n")):
            if number:
                done += [_row(code[row_start:start], "".join(row)), "\n"]
                row, row_start = [], start + 1
                start += 1
            if line:
                row.append(_span(css_class, sheet.letters.escape(line)))
            start += len(line)
    done.append(_row(code[row_start:], "".join(row)))
    return "".join(done)


def _row(line: str, content: str) -> str:
    if len(line) < _MAY_WRAP:
        return content
    lead = line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4)
    indent = min(-(-len(lead) // 2) * 2, MAX_INDENT)
    return f'<span class="{f"rc-row rc-in{indent}" if indent else "rc-row"}">{content}</span>'


def _span(css_class: str, content: str) -> str:
    return f'<span class="{css_class}">{content}</span>' if css_class else content
