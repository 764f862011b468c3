"""What kind of picture some bytes are, and how large: read from the bytes, never from a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of a JPEG whose segment begins with the size (SOF0 to SOF15)."""
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a segment."""


@dataclass(frozen=True, kw_only=True)
class PictureKind:
    """A picture as its first bytes tell."""

    media_type: str
    """``image/png``, ``image/jpeg``, ``image/gif`` or ``image/webp``."""
    width: int
    """In pixels."""
    height: int
    """In pixels."""


def picture_kind(content: bytes) -> PictureKind | None:
    """Kind and size; ``None`` where the bytes are no picture of the four kinds, or end before their size."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return _kind("image/png", content[16:20], content[20:24], "big")
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _kind("image/gif", content[6:8], content[8:10], "little")
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _webp(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    return None


def _kind(
    media_type: str, width: bytes, height: bytes, order: Literal["big", "little"]
) -> PictureKind | None:
    sides = [int.from_bytes(each, order) for each in (width, height)]
    whole = len(width) == len(height) and all(sides)
    return PictureKind(media_type=media_type, width=sides[0], height=sides[1]) if whole else None


def _webp(content: bytes) -> PictureKind | None:
    chunk, body = content[12:16], content[20:30]
    if len(body) < 10:
        return None
    if chunk == b"VP8X":
        sides = [int.from_bytes(body[place : place + 3], "little") + 1 for place in (4, 7)]
    elif chunk == b"VP8L" and body[0] == 0x2F:
        packed = int.from_bytes(body[1:5], "little")
        sides = [(packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1]
    elif chunk == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        sides = [int.from_bytes(body[place : place + 2], "little") & 0x3FFF for place in (6, 8)]
    else:
        return None
    return PictureKind(media_type="image/webp", width=sides[0], height=sides[1]) if all(sides) else None


def _jpeg(content: bytes) -> PictureKind | None:
    """Walk the segments up to the one with the size."""
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF:  # padding
            place += 1
        elif marker in _JPEG_BARE:
            place += 2
        elif marker in _JPEG_SIZES:
            return _kind("image/jpeg", content[place + 7 : place + 9], content[place + 5 : place + 7], "big")
        else:
            length = int.from_bytes(content[place + 2 : place + 4], "big")
            if length < 2:
                return None
            place += 2 + length
    return None
