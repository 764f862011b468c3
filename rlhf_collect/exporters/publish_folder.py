"""Publishes a sealed version to a folder: a copy that appears whole, and is checked."""

from __future__ import annotations

import shutil
from pathlib import Path

from rlhf_collect.errors import AlreadyExists
from rlhf_collect.exporters.folders import appearing_folder
from rlhf_collect.exporters.manifest import NAME, file_sha256
from rlhf_collect.exporters.verify import VerifyReport, verify_folder


def publish_to_folder(sealed: Path, target: Path) -> VerifyReport:
    """Copy the version in ``sealed`` to ``target``, which becomes the version folder itself.

    Never over an existing version; if ``target`` is this very version already it is only checked.
    Errors: ``AlreadyExists``, ``DamagedVersion``.
    """
    seal = verify_folder(sealed).manifest_sha256
    there = target / NAME
    if there.is_file():
        if file_sha256(there) != seal:
            raise AlreadyExists(
                f"{target} holds another version already. Nothing was changed. Choose another folder."
            )
        return verify_folder(target, manifest_sha256=seal)
    with appearing_folder(target) as partial:
        shutil.copytree(sealed, partial, dirs_exist_ok=True)
    return verify_folder(target, manifest_sha256=seal)
