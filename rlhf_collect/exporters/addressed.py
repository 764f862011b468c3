"""A version on its way to a repository that its files do not name yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rlhf_collect.exporters import card, croissant
from rlhf_collect.exporters.gate import gated_card
from rlhf_collect.exporters.labour import statement
from rlhf_collect.exporters.manifest import NAME, Manifest, file_sha256, manifest_text, read_manifest


@contextmanager
def addressed(folder: Path, repo: str, *, gated: bool = False) -> Iterator[Path]:
    """The version with a card that tells how to load it from ``repo`` and, where ``gated``, asks who comes.

    The folder itself where its files do; else a copy, the same every time, whose card, statement, Croissant file and
    manifest say it and whose rows are links to the frozen ones. The frozen version stays as it is.
    """
    manifest = read_manifest(folder)
    changed = {
        name: text
        for name, text in _naming(folder, manifest, repo, gated=gated).items()
        if text != (folder / name).read_text(encoding="utf-8")
    }
    if not changed:
        yield folder
        return
    with TemporaryDirectory(prefix="rlhf-collect-version-") as place:
        copy = Path(place)
        for name in manifest["files"].keys() - changed.keys():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).symlink_to((folder / name).absolute())
        for name, text in changed.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_text(text, encoding="utf-8")
            manifest["files"][name] = {
                "sha256": file_sha256(copy / name),
                "bytes": (copy / name).stat().st_size,
            }
        (copy / NAME).write_text(manifest_text(manifest), encoding="utf-8")
        yield copy


def _naming(folder: Path, manifest: Manifest, repo: str, *, gated: bool) -> dict[str, str]:
    """The files that name the repository, as they have to be; a version of an earlier release may lack some."""
    named_card = card.naming_repository(_read(folder, card.CARD), manifest, repo)
    texts = {card.CARD: gated_card(named_card) if gated else named_card}
    # Those of earlier versions too: the same bytes as where they came to this repository first.
    for name in manifest["files"]:
        if name == statement.STATEMENT or name.startswith(f"{statement.SHELF}/"):
            named = statement.naming_repository(json.loads(_read(folder, name)), repo)
            texts[name] = statement.statement_text(named)
    if croissant.CROISSANT in manifest["files"]:
        texts[croissant.CROISSANT] = croissant.naming_repository(_read(folder, croissant.CROISSANT), repo)
    return texts


def _read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
