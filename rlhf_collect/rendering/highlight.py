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


def colour(code: str, language: str, sheet: Sheet) -> str:
    """The code as safe HTML, in colour where the language is known and the code is of readable size."""
    language = language.lower()
    if language not in LANGUAGES or len(code) > MAX_BLOCK or not sheet.take_colour(len(code)):
        return sheet.letters.escape(code)
    spans = COLOURIST.spans(language, code)
    if spans is None:  # who takes too long once is not asked again for the same reader
        sheet.end_colour()
    pieces: list[str] = []
    start = 0
    for css_class, length in spans or ():
        pieces.append(_span(css_class, sheet.letters.escape(code[start : start + length])))
        start += length
    return "".join(pieces) + sheet.letters.escape(code[start:])


def _span(css_class: str, content: str) -> str:
    return f'<span class="{css_class}">{content}</span>' if css_class else content
