"""Takes versions from a folder they were published to. Doing it again is how it resumes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from rlhf_collect.errors import DamagedVersion, NotFound, writing
from rlhf_collect.exporters.going import COPIES, Going, Withdrawal, WithdrawalPlan
from rlhf_collect.exporters.manifest import NAME, read_manifest
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.exporters.version_names import version_order
from rlhf_collect.exporters.withdrawn import WITHDRAWN, all_withdrawn, read_withdrawn, withdrawn_text


def plan_withdrawal_from_folder(root: Path, project: str, going: Sequence[Going]) -> WithdrawalPlan:
    """What ``withdraw_from_folder`` would do; nothing is written. Errors: ``NotFound``."""
    found, known = {}, read_withdrawn(root)
    for each in going:
        place = _place_of(root, project, each.version)
        if place is not None:
            found[each.version] = place
        elif each.version not in known and not each.begun:
            raise NotFound(f"{root} has no version {each.version} of '{project}'. Nothing was changed.")
    names = sorted((each.version for each in going), key=version_order)
    return WithdrawalPlan(
        versions=tuple(names),
        done=not found and all_withdrawn(known, names),
        kept={version: "" for version, _ in _standing(root, project) if version not in names},
        folders=tuple(str(found[name]) for name in names if name in found),
        beyond=(COPIES,),
    )


def withdraw_from_folder(root: Path, project: str, going: Sequence[Going]) -> Withdrawal:
    """Remove the versions from ``root``, which holds them side by side or is the one version itself.

    A version is gone at once: it is renamed before it is removed. Errors: ``NotFound``, ``BadCall`` if it cannot be
    written, ``DamagedVersion`` for a version that stays and does not verify.
    """
    plan = plan_withdrawal_from_folder(root, project, going)
    with writing(root):
        for each in going:
            place = _place_of(root, project, each.version)
            if place is not None:
                place.rename(_aside(place))
            for left in (_aside(root / each.version), _aside(root)):
                if left.is_dir():
                    shutil.rmtree(left)
        root.mkdir(parents=True, exist_ok=True)
        if not plan.done:
            _leave_word(root, going)
    for _, folder in _standing(root, project):
        verify_folder(folder)
    return Withdrawal(url=root.absolute().as_uri(), kept=plan.kept, beyond=plan.beyond)


def _place_of(root: Path, project: str, version: str) -> Path | None:
    """The folder of a version of ours: below ``root``, or ``root`` itself."""
    for folder in (root / version, root):
        if _version_in(folder, project) == version:
            return folder
    return None


def _standing(root: Path, project: str) -> Iterator[tuple[str, Path]]:
    """Versions of ours side by side in ``root``, in their order, with their folders."""
    found = {_version_in(path.parent, project): path.parent for path in root.glob(f"*/{NAME}")}
    ours = {version: folder for version, folder in found.items() if version and folder.name == version}
    yield from sorted(ours.items(), key=lambda each: version_order(each[0]))


def _version_in(folder: Path, project: str) -> str | None:
    with suppress(NotFound, DamagedVersion):
        manifest = read_manifest(folder)
        return str(manifest["version"]) if manifest["project"] == project else None
    return None


def _aside(place: Path) -> Path:
    """Where a version waits to be removed: the same each time, so that who comes after a crash finds it."""
    return place.with_name(f".{place.name}.partial-withdrawn")


def _leave_word(root: Path, going: Sequence[Going]) -> None:
    """Large files are not told apart in a folder: all of a version goes."""
    entries = {each.version: each.entry(0) for each in going}
    partial = root / f".{WITHDRAWN}.partial"
    partial.write_text(withdrawn_text({**entries, **read_withdrawn(root)}.values()), encoding="utf-8")
    partial.replace(root / WITHDRAWN)
