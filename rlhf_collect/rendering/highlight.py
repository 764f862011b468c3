"""Code in colour: Pygments reads the tokens, a dozen classes of ours carry them."""

from __future__ import annotations

import functools

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType

from rlhf_collect.rendering.sheet import Sheet

MAX_BLOCK = 60_000
"""Longest code block coloured, in characters; a longer one stays plain."""
_CHECK_EVERY = 256

CLASSES = ("rc-c", "rc-k", "rc-t", "rc-f", "rc-s", "rc-m", "rc-a", "rc-o", "rc-i", "rc-d")
"""Comment, keyword, type, function, string, number, tag or attribute, operator, inserted, deleted."""

_KINDS: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "rc-c"),
    (Keyword.Type, "rc-t"),
    (Keyword.Constant, "rc-m"),
    (Keyword, "rc-k"),
    (Name.Builtin, "rc-t"),
    (Name.Class, "rc-t"),
    (Name.Exception, "rc-t"),
    (Name.Function, "rc-f"),
    (Name.Decorator, "rc-f"),
    (Name.Constant, "rc-m"),
    (Name.Tag, "rc-a"),
    (Name.Attribute, "rc-a"),
    (Name.Variable, "rc-a"),
    (Number, "rc-m"),
    (String, "rc-s"),
    (Operator.Word, "rc-k"),
    (Operator, "rc-o"),
    (Generic.Inserted, "rc-i"),
    (Generic.Deleted, "rc-d"),
    (Generic.Heading, "rc-k"),
    (Generic.Subheading, "rc-k"),
    (Generic.Prompt, "rc-c"),
)
"""The first kind that holds a token decides; the order goes from narrow to wide."""

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
    lexer = _lexer(language.lower())
    if lexer is None or len(code) > MAX_BLOCK or not sheet.take_colour(len(code)):
        return sheet.letters.escape(code)
    pieces: list[tuple[str, str]] = []
    for count, (kind, text) in enumerate(lexer.get_tokens(code)):
        if count % _CHECK_EVERY == 0:
            sheet.check_time()
        css_class = _css_class(kind)
        if pieces and pieces[-1][0] == css_class:
            pieces[-1] = (css_class, pieces[-1][1] + text)
        else:
            pieces.append((css_class, text))
    if "".join(text for _, text in pieces) != code:  # some lexers tidy their input: show what was written
        return sheet.letters.escape(code)
    return "".join(_span(css_class, sheet.letters.escape(text)) for css_class, text in pieces)


def _lexer(language: str) -> Lexer | None:
    """A lexer of its own for each block: some keep state while they read, and threads share the process."""
    if language not in LANGUAGES:
        return None
    lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    return lexer


@functools.cache
def _css_class(kind: _TokenType) -> str:
    return next((css_class for wide, css_class in _KINDS if kind[: len(wide)] == wide), "")


def _span(css_class: str, content: str) -> str:
    return f'<span class="{css_class}">{content}</span>' if css_class else content
