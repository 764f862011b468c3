"""The process that colours code: Pygments reads the tokens, a dozen classes of ours carry them.

A lexer is a set of regular expressions run on hostile text. Some need days for a line of forty dots, and
while one runs no other thread of its process does. So it runs here, in a process that can be killed.
Run as a file, not as a module: it needs Pygments and nothing of ours. It ends when its input does.
"""

from __future__ import annotations

import functools
import json
import signal
import struct
import sys
from typing import BinaryIO

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType

MAX_SECONDS = 0.4
"""Processor time for one block. The longest ordinary ones take about a quarter of a second."""

LENGTH = struct.Struct(">I")
"""Before each message: the bytes of the JSON that follows."""

KINDS: tuple[tuple[_TokenType, str], ...] = (
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


def spans(code: str, lexer: Lexer) -> list[tuple[str, int]] | None:
    """Class and length of each piece of the code; ``None`` where the lexer tidied what it read."""
    pieces: list[tuple[str, int]] = []
    read: list[str] = []
    for kind, text in lexer.get_tokens(code):
        css_class = _css_class(kind)
        read.append(text)
        if pieces and pieces[-1][0] == css_class:
            pieces[-1] = (css_class, pieces[-1][1] + len(text))
        else:
            pieces.append((css_class, len(text)))
    return pieces if "".join(read) == code else None


@functools.cache
def _css_class(kind: _TokenType) -> str:
    return next((css_class for wide, css_class in KINDS if kind[: len(wide)] == wide), "")


def _serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer ``{"language", "code"}`` with ``spans`` until nobody asks any more."""
    while head := asked.read(LENGTH.size):
        wanted = json.loads(asked.read(LENGTH.unpack(head)[0]))
        lexer = get_lexer_by_name(wanted["language"], stripnl=False, ensurenl=False)
        _allow(MAX_SECONDS)
        found = json.dumps(spans(wanted["code"], lexer)).encode()
        _allow(0)
        answers.write(LENGTH.pack(len(found)) + found)
        answers.flush()


def _allow(seconds: float) -> None:
    """Let the system end this process once it has used so much processor time; 0 takes it back.

    No handler of ours could: it would wait for the regular expression. And the server may be gone.
    """
    if hasattr(signal, "setitimer"):  # elsewhere only the server's patience counts
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
