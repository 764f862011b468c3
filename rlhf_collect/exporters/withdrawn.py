"""``WITHDRAWN.md``: which versions were taken from a place, and when. Read by people and by ``load_version``.

It holds names, days and counts and nothing else, for it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rlhf_collect.errors import NotFound
from rlhf_collect.exporters.manifest import NAME
from rlhf_collect.exporters.version_names import is_version_name, version_order
from rlhf_collect.wording import number

WITHDRAWN = "WITHDRAWN.md"
_ROW = re.compile(
    r"^\| (\d+\.\d+\.\d+) \| (\d{4}-\d{2}-\d{2}) \| ([\d,]+) \| ([\d,]+) \|$", re.MULTILINE | re.ASCII
)
_HEAD = """# Withdrawn versions

These versions were removed from here and do not come back: they held what somebody withdrew. If you keep a copy of one,
please delete it and use a version that still stands.

| version | withdrawn on | rows | large files removed |
|---|---|---:|---:|
"""


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """One version that is not there any more."""

    version: str
    """Its name, which is never used again."""
    on: str
    """The day (UTC) its withdrawal began, ``YYYY-MM-DD``."""
    rows: int
    """Rows it had, over all configs and splits."""
    files: int
    """Large files that were deleted for good; those that other versions share stay."""


def withdrawn_text(entries: Iterable[Withdrawn]) -> str:
    """The file, versions in their order."""
    rows = (
        f"| {each.version} | {each.on} | {number(each.rows)} | {number(each.files)} |\n"
        for each in sorted(entries, key=lambda each: version_order(each.version))
    )
    return _HEAD + "".join(rows)


def parse_withdrawn(text: str) -> dict[str, Withdrawn]:
    """Version to entry; lines that are no entry are passed over, since anybody may write beside ours."""
    return {
        version: Withdrawn(
            version=version, on=on, rows=int(rows.replace(",", "")), files=int(files.replace(",", ""))
        )
        for version, on, rows, files in _ROW.findall(text)
    }


def read_withdrawn(folder: Path) -> dict[str, Withdrawn]:
    """The entries of the file in a folder; none where there is no such file."""
    path = folder / WITHDRAWN
    return parse_withdrawn(path.read_text(encoding="utf-8")) if path.is_file() else {}


def nearest(version: str, standing: Iterable[str]) -> str | None:
    """Of the versions that stand the first one above, else the last one below."""
    known = sorted(standing, key=version_order)
    above = [each for each in known if version_order(each) > version_order(version)]
    return above[0] if above else known[-1] if known else None


def withdrawn_words(version: str, on: str, standing: Iterable[str]) -> str:
    """What whoever asks for a withdrawn version reads."""
    found = nearest(version, standing)
    rest = f"the nearest version is {found}" if found else "no version is left"
    return f"Version {version} was withdrawn on {on}; {rest}."


def refuse_withdrawn_from(folder: Path, version: str) -> None:
    """Errors: ``NotFound`` for a version that was withdrawn from a folder, or whose own folder this was."""
    places = [folder, folder.absolute().parent] if folder.name == version else [folder]
    for place in places:
        found = read_withdrawn(place).get(version)
        if found is not None:
            standing = [
                each.parent.name for each in place.glob(f"*/{NAME}") if is_version_name(each.parent.name)
            ]
            raise NotFound(withdrawn_words(version, found.on, standing))


def all_withdrawn(entries: Mapping[str, Withdrawn], versions: Iterable[str]) -> bool:
    """Whether every one of the versions has its entry."""
    return all(version in entries for version in versions)
