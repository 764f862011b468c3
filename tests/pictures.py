"""Small real pictures."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image


def picture(kind: str = "PNG", *, colour: str = "teal", size: tuple[int, int] = (60, 40)) -> bytes:
    """The bytes of a picture in one colour. ``kind``: PNG, JPEG, GIF, WEBP, BMP."""
    out = BytesIO()
    # One byte for each pixel where that is all the kind holds anyway.
    made = Image.new("P" if kind == "GIF" else "RGB", size, colour)
    made.save(out, kind, **({"lossless": True} if kind == "WEBP" else {}))
    return out.getvalue()


def put(folder: Path, path: str, content: bytes) -> Path:
    """A file in the folder, with the folders it needs."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target
