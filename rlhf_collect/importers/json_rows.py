"""JSON Lines, JSON arrays and JSON objects one after another, read object by object."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from io import BufferedReader
from typing import Any, NoReturn

from rlhf_collect.errors import Problem
from rlhf_collect.importers.faults import Broken, Fault
from rlhf_collect.importers.imported import Row
from rlhf_collect.importers.text import MAX_BYTES, Lines, check_text, check_values, chunks, too_long

_STRUCTURE = re.compile(r'["{}\[\],]')
_IN_STRING = re.compile(r'["\\\n]')
_MAX_DEPTH = 10_000
_BLANK = " \t\r\n"


def json_lines(stream: BufferedReader, name: str) -> Iterator[Row | Problem]:
    """One row per line; empty lines are passed over; a bad line becomes a problem."""
    lines = Lines(stream)
    while True:
        try:
            line = next(lines)
            text = line.strip(_BLANK)
            if text:
                yield Row(where=f"{name}:{lines.number}", values=parse_object(text))
        except StopIteration:
            return
        except Broken:
            raise
        except Fault as fault:
            yield fault.at(f"{name}:{max(lines.number, 1)}")


def json_items(stream: BufferedReader, name: str) -> Iterator[Row | Problem]:
    """One row per item of a JSON array, or per object where objects follow each other.

    An item that is no JSON becomes a problem; reading goes on after its closing bracket.
    """
    for line, item in split_items(chunks(stream)):
        where = f"{name}:{line}"
        try:
            if isinstance(item, Fault):
                raise item
            yield Row(where=where, values=parse_object(item, first_line=line))
        except Fault as fault:
            yield fault.at(where)


def parse_object(text: str, first_line: int | None = None) -> dict[str, Any]:
    """A JSON object, strictly: no NaN, no key twice, no half characters. Errors: ``Fault``.

    ``first_line`` is given for text of several lines, so that the fault can name the line.
    """
    check_text(text)
    value = _parsed(text, first_line)
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a text", type(None): "null"}.get(type(value), "a single value")
        raise Fault("", f"It holds {kind} where an object belongs.", 'Write {"prompt": ..., ...}.')
    return value


def _parsed(text: str, first_line: int | None) -> object:
    try:
        value = _DECODER.decode(text)
        if "\\u" in text:
            check_values(value)
        return value
    except json.JSONDecodeError as error:
        place = f"column {error.colno}"
        if first_line is not None:
            place = f"line {first_line + error.lineno - 1}, {place}"
        raise Fault("", f"It is not JSON: {error.msg} ({place}).", "Write one JSON object.") from error
    except RecursionError as error:
        raise Fault("", "It is nested too deeply.", "Write a flatter object.") from error
    except ValueError as error:  # integers of thousands of digits
        raise Fault("", f"It holds a number that cannot be read: {error}.", "Write it as text.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        # What adds nothing to the set stands there twice.
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Fault(twice, "It stands twice in the same object.", "Keep one of the two.")
    return value


def _constant(name: str) -> NoReturn:
    raise Fault("", f"{name} is not JSON.", "Write null where there is no number.")


def _number(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise Fault("", f"The number {digits[:40]} is too large.", "Write a smaller one, or text.")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_number)


def split_items(pieces: Iterable[str]) -> Iterator[tuple[int, str | Fault]]:
    """Line number and text of each item, found by brackets and quotes alone, not yet parsed.

    Linear in the text, with one item (at most ``MAX_BYTES`` characters) in memory.
    """
    splitter = _Splitter()
    for piece in pieces:
        yield from splitter.feed(piece)
    yield from splitter.end()


class _Splitter:
    """Finds where items begin and end, across the borders of pieces."""

    def __init__(self) -> None:
        self._line = 1
        self._in_array: bool | None = None
        """Whether items stand in a list or follow each other; not known before the first bracket."""
        self._open: list[str] = []
        """The brackets of the item that are not closed yet."""
        self._in_string = False
        self._escaped = False
        self._closed = False
        self._parts: list[str] = []
        self._size = 0
        self._start = 1

    def feed(self, piece: str) -> Iterator[tuple[int, str | Fault]]:
        """The items that end in this piece."""
        kept, at = 0, int(self._escaped)
        self._escaped = self._escaped and not piece
        while found := (_IN_STRING if self._in_string else _STRUCTURE).search(piece, at):
            sign, at = found.group(), found.end()
            if self._in_string:
                # No string of JSON goes over a line end: one without its quote ends there.
                self._in_string = sign == "\\"
                if self._in_string:
                    self._escaped = at == len(piece)  # what it escapes is in the next piece
                    at += 1
            elif self._in_array is None and sign == "[" and not self._begun(piece[kept : at - 1]):
                self._keep(piece[kept : at - 1])  # blank: it only counts lines
                self._in_array, kept = True, at  # the bracket of the list belongs to no item
            elif not self._open and sign in ",]" and self._in_array and not self._closed:
                self._keep(piece[kept : at - 1])
                yield from self._flush()
                self._closed, kept = sign == "]", at
            elif self._inside(sign):
                self._keep(piece[kept:at])
                yield from self._flush()
                kept = at
        self._keep(piece[kept:])

    def _begun(self, text: str) -> bool:
        """Whether there is anything before ``text`` or in it."""
        return bool(self._parts) or bool(text.strip(_BLANK))

    def _inside(self, sign: str) -> bool:
        """Take note of a bracket or quote of an item; whether the item ends with it."""
        self._in_array = bool(self._in_array)
        if sign == '"':
            self._in_string = True
        elif sign in "{[" and len(self._open) < _MAX_DEPTH:
            self._open.append(sign)
        elif sign in "}]":
            opened = "{" if sign == "}" else "["
            if opened in self._open:  # with it those inside are closed that were forgotten
                while self._open.pop() != opened:
                    pass
            return not self._open
        return False

    def end(self) -> Iterator[tuple[int, str | Fault]]:
        """What is left: nothing in a whole file, a fault in one that was cut off."""
        cut = "Copy or download the file again."
        if self._in_string or self._open:
            yield self._start, Fault("", "What begins here is not finished: the file is cut off.", cut)
        elif self._in_array and not self._closed:
            yield from self._flush()
            yield self._line, Fault("", "The list is not closed with ]: the file is cut off.", cut)
        else:
            yield from self._flush()

    def _keep(self, text: str) -> None:
        """Add text to the item; beyond the limit only its length is kept."""
        if not self._parts:
            bare = text.lstrip(_BLANK)
            self._line += text.count("\n", 0, len(text) - len(bare))
            self._start, text = self._line, bare
        self._line += text.count("\n")
        self._size += len(text)
        if text and self._size <= MAX_BYTES:
            self._parts.append(text)

    def _flush(self) -> Iterator[tuple[int, str | Fault]]:
        text = "".join(self._parts).strip(_BLANK)
        size, self._parts, self._size = self._size, [], 0
        if size > MAX_BYTES:
            yield self._start, too_long()
        elif text and self._closed:
            yield self._start, Fault("", "There is text after the end of the list.", "Remove it.")
        elif text:
            yield self._start, text
