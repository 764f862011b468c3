"""A version on its way to a repository that its card does not name yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rlhf_collect.exporters.card import CARD, naming_repository
from rlhf_collect.exporters.gate import gated_card
from rlhf_collect.exporters.manifest import NAME, file_sha256, manifest_text, read_manifest


@contextmanager
def addressed(folder: Path, repo: str, *, gated: bool = False) -> Iterator[Path]:
    """The version with a card that tells how to load it from ``repo`` and, where ``gated``, asks who comes.

    The folder itself where its card does; else a copy, the same every time, whose card and manifest say
    it and whose rows are links to the frozen ones. The frozen version stays as it is.
    """
    manifest = read_manifest(folder)
    card = (folder / CARD).read_text(encoding="utf-8")
    named = naming_repository(card, manifest, repo)
    if gated:
        named = gated_card(named)
    if named == card:
        yield folder
        return
    with TemporaryDirectory(prefix="rlhf-collect-version-") as place:
        copy = Path(place)
        for name in manifest["files"].keys() - {CARD}:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).symlink_to((folder / name).absolute())
        (copy / CARD).write_text(named, encoding="utf-8")
        size = (copy / CARD).stat().st_size
        manifest["files"][CARD] = {"sha256": file_sha256(copy / CARD), "bytes": size}
        (copy / NAME).write_text(manifest_text(manifest), encoding="utf-8")
        yield copy
