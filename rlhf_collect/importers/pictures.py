"""Pictures beside the data: found through the Markdown that names them, checked, and read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rlhf_collect.domain.comparison import Comparison
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.imported import Imported, ImportedImage
from rlhf_collect.importers.picture_kinds import picture_kind
from rlhf_collect.rendering import image_paths

FOLDER = "images"
INDEX = "images.json"
MAX_BYTES = 5 * 1024 * 1024
"""Bytes of one picture."""
MAX_PICTURES = 20
"""Pictures of one comparison."""
MAX_PIXELS = 50_000_000
"""Pixels of one picture: a few kilobytes can unfold to gigabytes in a rater's browser."""


class Pictures:
    """The ``images`` folder of a source, if it has one; without it every reference stays words."""

    def __init__(self, source: Path) -> None:
        """``source``: the file or folder that is imported; the pictures lie in it, or beside it."""
        base = source if source.is_dir() else source.parent
        self._base = base.resolve() if (base / FOLDER).is_dir() else None
        self._index = {} if self._base is None else _index(self._base / INDEX)

    def join(self, item: Imported) -> Imported:
        """The comparison with the pictures its texts name. Errors: ``Fault`` for one that cannot be used."""
        if self._base is None:
            return item
        fields: dict[str, str] = {}
        for field, text in _texts(item.comparison):
            for path in image_paths(text):
                fields.setdefault(path, field)
                if len(fields) > MAX_PICTURES:
                    raise Fault(
                        field,
                        f"The comparison names over {MAX_PICTURES} pictures.",
                        "Leave some of them out.",
                    )
        files = self._index.get(item.comparison.comparison_id, {})
        images = tuple(
            _read(self._base, path, files.get(path, path), field) for path, field in fields.items()
        )
        if not images:
            return item
        named = {each.path: each.sha256 for each in images}
        return replace(item, comparison=replace(item.comparison, images=named), images=images)


def _texts(comparison: Comparison) -> Iterator[tuple[str, str]]:
    for message in comparison.prompt:
        yield "prompt", message.content
    for place, completion in enumerate(comparison.completions):
        for message in completion.content:
            yield f"completions[{place}]", message.content


def _index(path: Path) -> dict[str, dict[str, str]]:
    """Which file a path of a comparison means, where a published version is imported again; mostly empty."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        {key: files for key, files in found.items() if isinstance(files, dict)}
        if isinstance(found, dict)
        else {}
    )


def _read(base: Path, path: str, name: str, field: str) -> ImportedImage:
    """One picture from the file called ``name``. Errors: ``Fault`` naming it, and what would help."""
    file = base / str(name)
    if ".." in PurePosixPath(name).parts or not file.resolve().is_relative_to(base):
        raise Fault(
            field,
            f"The picture '{path}' lies outside the folder of the source.",
            f"Put it into {FOLDER}/ itself.",
        )
    if not file.is_file():
        raise Fault(
            field,
            f"There is no picture '{path}' beside the data.",
            "Put the file there, or change the text so that it does not ask for it.",
        )
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Fault(
            field, f"The picture '{path}' cannot be read: {error.strerror or error}.", "Check its rights."
        ) from error
    kind = picture_kind(content)
    if len(content) > MAX_BYTES:
        raise Fault(field, f"The picture '{path}' has over {MAX_BYTES:,} bytes.", "Make it smaller.")
    if kind is None:
        raise Fault(
            field,
            f"'{path}' is no PNG, JPEG, GIF or WebP by its bytes, whatever it is called.",
            "Convert it.",
        )
    if kind.width * kind.height > MAX_PIXELS:
        raise Fault(
            field,
            f"The picture '{path}' has {kind.width:,} × {kind.height:,} pixels.",
            f"Make it smaller: at most {MAX_PIXELS:,} pixels.",
        )
    return ImportedImage(
        path=path, sha256=hashlib.sha256(content).hexdigest(), media_type=kind.media_type, content=content
    )
