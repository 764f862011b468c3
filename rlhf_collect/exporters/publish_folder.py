"""Publishes a sealed version to a folder: a copy that appears whole, and is checked."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from rlhf_collect.errors import AlreadyExists, DamagedVersion, NotFound, writing
from rlhf_collect.exporters.folders import appearing_folder, refuse_taken
from rlhf_collect.exporters.manifest import NAME, file_sha256, read_manifest
from rlhf_collect.exporters.plan import Plan
from rlhf_collect.exporters.verify import VerifyReport, verify_folder


def publish_to_folder(sealed: Path, target: Path) -> VerifyReport:
    """Copy the version in ``sealed`` to ``target``, which becomes the version folder itself.

    Never over an existing version nor into one; if ``target`` is this very version already it is only
    checked. Errors: ``AlreadyExists``, ``DamagedVersion``, ``BadCall`` if it cannot be written.
    """
    seal = verify_folder(sealed).manifest_sha256
    with writing(target):
        if not _is_there(target, seal):
            with appearing_folder(target) as partial:
                # Contents alone: whoever publishes decides who may read, not the folder it was frozen in.
                shutil.copytree(sealed, partial, dirs_exist_ok=True, copy_function=shutil.copyfile)
    return verify_folder(target, manifest_sha256=seal)


def plan_for_folder(sealed: Path, target: Path) -> Plan:
    """What ``publish_to_folder`` would do; nothing is written. Errors: as it."""
    report = verify_folder(sealed)
    if _is_there(target, report.manifest_sha256):
        return Plan(
            repository="there",
            reach="folder",
            commits=0,
            unchanged=report.files + 1,
            warnings=("The version is there already: it would be compared again.",),
        )
    refuse_taken(target)
    files = sorted(each for each in sealed.rglob("*") if each.is_file())
    return Plan(
        repository="new",
        reach="folder",
        commits=0,
        added=tuple(each.relative_to(sealed).as_posix() for each in files),
        bytes=sum(each.stat().st_size for each in files),
    )


def _is_there(target: Path, seal: str) -> bool:
    """Whether ``target`` is the version already. Errors: ``AlreadyExists`` if it is, or lies in, another."""
    if (target / NAME).is_file():
        if file_sha256(target / NAME) != seal:
            raise AlreadyExists(
                f"{target} holds another version already. Nothing was changed. Choose another folder."
            )
        return True
    for parent in target.absolute().parents:
        with suppress(NotFound, DamagedVersion):
            version = read_manifest(parent)["version"]
            raise AlreadyExists(
                f"{target} lies in version {version} ({parent}), which holds nothing but itself. Nothing was "
                "changed. Choose a folder outside."
            )
    return False
