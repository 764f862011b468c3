"""Two versions beside each other: sealed ones of a project, folders, or versions on the Hub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import BadCall, DamagedVersion, NotFound
from rlhf_collect.exporters.difference import difference
from rlhf_collect.exporters.hub.read import fetched_version
from rlhf_collect.exporters.manifest import NAME, file_sha256, read_manifest
from rlhf_collect.services.context import Context
from rlhf_collect.services.publishing import place_of
from rlhf_collect.services.versions import sealed_version


def compare_sealed(ctx: Context, actor: Actor, project_name: str, old: str, new: str) -> dict[str, Any]:
    """What changed between two sealed versions of a project. Errors: ``NotFound``, ``DamagedVersion``."""
    sealed = [sealed_version(ctx, actor, project_name, each) for each in (old, new)]
    return difference(*(sealed_folder(each) for each in sealed))


@contextmanager
def opened_target(target: str, *, token: str | None = None) -> Iterator[Path]:
    """A folder, or a version of the Hub for as long as it is looked at.

    Errors: ``BadCall``, ``NotFound``, ``DamagedVersion``, ``HubRefused``, ``HubUnreachable``.
    """
    place = place_of(target)
    if isinstance(place, Path):
        if not place.is_dir():
            raise NotFound(
                f"'{target}' is neither a sealed version nor a folder. Write a version such as 1.0.0, a folder, or "
                "hub:org/name@1.0.0."
            )
        yield place
    else:
        with fetched_version(*place, token=token) as (folder, _):
            yield folder


def compare_folders(project_name: str, old: Path, new: Path) -> dict[str, Any]:
    """What changed between the versions in two folders. Errors: also ``BadCall`` for another project's."""
    for folder in (old, new):
        project = read_manifest(folder)["project"]
        if project != project_name:
            raise BadCall(f"{folder} holds a version of '{project}', not of '{project_name}'.")
    return difference(old, new)


def sealed_folder(sealed: dict[str, Any]) -> Path:
    """The folder of a version of ``sealed_version``, as it was sealed. Errors: ``NotFound``, ``DamagedVersion``."""
    folder, gone = Path(sealed["path"]), sealed["withdrawn"]
    if not (folder / NAME).is_file():
        why = (
            f"Version {sealed['version']} was withdrawn on {gone['on']}, and {folder}"
            if gone
            else str(folder)
        )
        mend = "" if gone else " Restore the folder, or rebuild the version."
        raise NotFound(f"{why} holds no version any more.{mend}")
    if file_sha256(folder / NAME) != sealed["manifest_sha256"]:
        raise DamagedVersion(
            f"manifest.json in {sealed['path']} is not the one version {sealed['version']} was sealed with "
            f"({sealed['manifest_sha256']}). Restore the folder, or rebuild the version."
        )
    return folder
