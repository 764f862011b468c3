"""The text of a file in bounded pieces: compression, encodings, line ends, characters no store holds."""

from __future__ import annotations

import codecs
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from rlhf_collect.importers.faults import Broken, Fault

MAX_BYTES = 64 * 2**20
"""The longest line, array item or cell that is read, in bytes (characters for array items): 64 MiB."""
CHUNK = 2**18
_PACKED = 2**12
"""Packed bytes unpacked at a time: what stands before damage is lost in pieces of this size."""
STOPPED = (EOFError, zlib.error)
"""What a damaged or cut compressed file raises while it is read."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Meter:
    """How many bytes were read from disk so far, for a progress bar."""

    def __init__(self) -> None:
        self.done = 0


class _Counted(io.RawIOBase):
    """A file that tells a meter what was read from it."""

    def __init__(self, path: Path, meter: Meter) -> None:
        self._file = path.open("rb", buffering=0)
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer) or 0
        self._meter.done += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _Unpacked(io.RawIOBase):
    """A gzip stream, member by member, that gives all that can be unpacked before it says what is wrong.

    Errors, once everything before is given: those of ``STOPPED``.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while True:
            packed = self._member.unconsumed_tail or self._member.unused_data or self._stream.read1(_PACKED)
            if self._member.eof:
                packed = self._after_a_member(packed)
                if not packed:
                    return 0
            elif not packed:
                raise EOFError
            piece = self._member.decompress(packed, len(buffer))
            if piece:
                buffer[: len(piece)] = piece
                return len(piece)

    def _after_a_member(self, packed: bytes) -> bytes:
        """The beginning of the next member, past zero bytes between them; nothing at the end."""
        while not (rest := packed.lstrip(b"\0")) and (packed := self._stream.read1(_PACKED)):
            pass
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16) if rest else self._member
        return rest

    def close(self) -> None:
        self._stream.close()
        super().close()


class _AsUtf8(io.RawIOBase):
    """A UTF-16 or UTF-32 stream read as UTF-8. Errors: ``Broken`` at bytes of no character."""

    def __init__(self, stream: io.BufferedReader, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._ready = b""
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            piece = self._stream.read1(CHUNK)
            try:
                self._ready = self._decoder.decode(piece, final=not piece).encode("utf-8")
            except UnicodeError as error:
                at = self._read + getattr(error, "start", 0) + 1
                raise Broken(
                    "",
                    f"Near byte {at:,} the file is not valid {self._encoding.upper()}.",
                    "Save it as UTF-8. The rest of the file was not read.",
                ) from error
            self._read += len(piece)
            if not piece:
                break
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


def open_bytes(path: Path, meter: Meter) -> io.BufferedReader:
    """The file's bytes, decompressed when they are gzip (by content, not by name)."""
    stream: io.BufferedReader = io.BufferedReader(_Counted(path, meter), CHUNK)
    if stream.peek(2)[:2] == b"\x1f\x8b":
        return io.BufferedReader(_Unpacked(stream), CHUNK)
    return stream


def open_text(path: Path, meter: Meter) -> io.BufferedReader:
    """The file as a stream of UTF-8 bytes without byte order mark, whatever its Unicode encoding was.

    Bytes that are not UTF-8 in a file without a mark are passed on: each line is checked by itself.
    """
    stream = open_bytes(path, meter)
    start = stream.peek(4)[:4]
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            stream.read(len(mark))
            return stream if encoding == "utf-8" else _recoded(stream, encoding)
    # JSON and CSV begin with an ASCII character, so a zero byte gives UTF-16 without a mark away.
    if len(start) >= 2 and start[0] and not start[1]:
        return _recoded(stream, "utf-16-le")
    if len(start) >= 2 and not start[0] and start[1]:
        return _recoded(stream, "utf-16-be")
    return stream


def _recoded(stream: io.BufferedReader, encoding: str) -> io.BufferedReader:
    return io.BufferedReader(_AsUtf8(stream, encoding), CHUNK)


class Lines(Iterator[str]):
    r"""The lines of a stream with their ends, never more than ``MAX_BYTES`` of one in memory.

    Only ``\n`` ends a line: U+2028 and the like are text. Bytes that are not UTF-8 come as lone
    surrogates, which ``check_text`` turns into a fault. ``number`` is the line last given.
    Errors: ``Fault`` for a line that is too long; the next call gives the line after it.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.number = 0

    def __next__(self) -> str:
        line = self._stream.readline(MAX_BYTES + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > MAX_BYTES and not line.endswith(b"\n"):
            del line
            while (more := self._stream.readline(CHUNK)) and not more.endswith(b"\n"):
                pass
            raise too_long()
        return line.decode("utf-8", "surrogateescape")


def chunks(stream: io.BufferedReader) -> Iterator[str]:
    """The text of a stream in pieces of ``CHUNK`` bytes, wrong bytes as lone surrogates."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    while piece := stream.read1(CHUNK):  # one piece at a time: what stands before a break is given
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def too_long() -> Fault:
    """The fault of a line, item or cell over the limit."""
    return Fault(
        "",
        f"The line is longer than {MAX_BYTES // 2**20} MiB.",
        "Put one object on each line, or split it; a rater could not read it either.",
    )


def check_text(text: str) -> None:
    """Raise ``Fault`` when raw text of a file holds bytes that were not UTF-8, or a zero byte."""
    if "\0" in text:
        raise Fault("", "It holds a zero byte (NUL), which no database text can hold.", "Remove it.")
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        before = text[: error.start].encode("utf-8", "surrogateescape")
        byte = ord(text[error.start]) & 0xFF
        raise Fault(
            "",
            f"Byte {len(before) + 1} of the line (0x{byte:02X}) is not UTF-8.",
            "Save the file as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8.",
        ) from error


def check_values(value: object, field: str = "") -> None:
    """Raise ``Fault`` when a parsed value holds text no store can keep: NUL or half a character."""
    if isinstance(value, str):
        if "\0" in value:
            raise Fault(
                field, "It holds a NUL character (\\u0000), which no database text can hold.", "Remove it."
            )
        if not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
            raise Fault(
                field,
                "It holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.",
                "Write the whole pair, or the character itself in UTF-8.",
            )
    elif isinstance(value, dict):
        for key, each in value.items():
            check_values(key, field)
            check_values(each, field or str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            check_values(each, field)
