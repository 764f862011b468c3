"""Which files a source has, and which reader fits each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rlhf_collect.errors import BadSource, Problem
from rlhf_collect.importers.csv_rows import csv_rows
from rlhf_collect.importers.faults import Broken, Fault
from rlhf_collect.importers.imported import Row
from rlhf_collect.importers.json_rows import json_items, json_lines, parse_object
from rlhf_collect.importers.parquet_rows import parquet_rows
from rlhf_collect.importers.text import STOPPED, Lines, Meter, open_bytes, open_text

ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")
KINDS = "JSON Lines (.jsonl), a JSON array (.json), CSV (.csv) or Parquet (.parquet), also with .gz"
_ABOUT = frozenset(
    {"manifest.json", "labour_statement.json", "croissant.json", "dataset_infos.json", "dataset_info.json"}
    | {"state.json", "dataset_dict.json", "images.json"}
)
"""Files beside the data that describe it."""
_STATEMENTS = re.compile(r"(.*/)?labour/v\d+\.\d+\.\d+\.json")
"""Labour statements of a published version, and of those before it."""


@dataclass(frozen=True, kw_only=True)
class DataFile:
    """One file of a source."""

    path: Path
    """Where it lies."""
    name: str
    """What problems call it: the path inside the folder, or the file's name."""


def bare_name(name: str) -> str:
    """A file's name without ``.gz`` and without its data ending."""
    name = name.removesuffix(".gz")
    return next((name.removesuffix(each) for each in ENDINGS if name.lower().endswith(each)), name)


def is_data(name: str) -> bool:
    """Whether a file of a folder holds rows, by its name alone."""
    last = name.rsplit("/", 1)[-1].lower()
    hidden = any(part.startswith((".", "_")) for part in name.split("/"))
    about = last in _ABOUT or _STATEMENTS.fullmatch(name) is not None
    return last.removesuffix(".gz").endswith(ENDINGS) and not about and not hidden


def wanted(names: Iterable[str]) -> list[str]:
    """The data files among ``names``, sorted.

    Of a version published by this service only its comparisons, which hold everything that was judged;
    of UltraFeedback's splits only those with pairs.
    """
    names = list(names)
    data = sorted(name for name in names if is_data(name))
    if "manifest.json" in names and (compared := [name for name in data if name.startswith("comparisons/")]):
        return compared
    return [name for name in data if "_prefs" in name.rsplit("/", 1)[-1]] or data


def listed(path: Path) -> list[DataFile]:
    """The files of a file or folder. Errors: ``BadSource`` for none, only empty ones, or one that is misnamed."""
    if path.is_dir():
        names = wanted(each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file())
        if not names:
            raise BadSource(f"The folder '{path}' holds no data file. Put {KINDS} into it.")
        files = [DataFile(path=path / name, name=name) for name in names]
    elif path.is_file():
        files = [DataFile(path=path, name=path.name)]
    elif path.exists():
        raise BadSource(f"'{path}' is neither a file nor a folder.")
    else:
        raise BadSource(f"There is no file or folder '{path}'. Check the path.")
    for name in (path.resolve().name, *(each.name for each in files)):
        check_name(name)
    if not any(each.path.stat().st_size for each in files):
        raise BadSource(f"'{path}' is empty: there is nothing to import.")
    return files


def check_name(name: str) -> None:
    """Raise ``BadSource`` for a file's name that is no text: it is stored with what the file holds."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise BadSource(f"The name {name!r} is not UTF-8 text. Nothing was imported; rename it.") from error


def rows(file: DataFile, meter: Meter) -> Iterator[Row | Problem]:
    """Every object of the file in order; what cannot be read becomes problems."""
    try:
        if not file.path.stat().st_size:
            raise Broken("", "The file is empty.", "Fill it or leave it out.")
        yield from _reader(file, meter)
    except Broken as fault:
        yield fault.at(file.name)
    except STOPPED as error:
        cut = isinstance(error, EOFError)
        what = (
            "The file ends in the middle (it is truncated?)"
            if cut
            else f"The compressed file is damaged ({error})"
        )
        mend = "Copy or download it again. What stands behind that place was not read."
        yield Broken("", f"{what}.", mend).at(file.name)
    except OSError as error:
        yield Broken(
            "", f"The file cannot be read: {error.strerror or error}.", "Check the file and its rights."
        ).at(file.name)


def _reader(file: DataFile, meter: Meter) -> Iterator[Row | Problem]:
    kind = _kind(file)
    if kind == "parquet":
        yield from parquet_rows(file.path, file.name, meter)
        return
    with open_text(file.path, meter) as stream:
        if kind == "csv":
            yield from csv_rows(stream, file.name)
        elif kind == "lines":
            yield from json_lines(stream, file.name)
        else:
            yield from json_items(stream, file.name)


def _kind(file: DataFile) -> str:
    """``parquet``, ``csv``, ``lines`` or ``items``: by the ending, and for JSON by how the text begins."""
    ending = Path(file.name.lower().removesuffix(".gz")).suffix
    with open_bytes(file.path, Meter()) as stream:
        start = stream.read(4)
    if start == b"PAR1" or ending in (".parquet", ".pq"):
        return "parquet"
    if ending in (".csv", ".tsv"):
        return "csv"
    return _json_kind(file, ending)


def _json_kind(file: DataFile, ending: str) -> str:
    with open_text(file.path, Meter()) as stream:
        try:
            line = next((each for each in Lines(stream) if each.strip()), "").strip()
        except (Fault, *STOPPED):
            return "lines" if ending in (".jsonl", ".ndjson") else "items"
    if line.startswith("["):
        return "items"
    if ending in (".jsonl", ".ndjson") or not line:
        return "lines"
    if not line.startswith("{"):
        raise Broken("", "This kind of file is not known.", f"Use {KINDS}.")
    try:
        parse_object(line)
    except Fault:
        return "items"  # an object over several lines
    return "lines"


def refuse(message: str, problems: Iterable[Problem]) -> BadSource:
    """``BadSource`` with its problems."""
    return BadSource(message, problems=tuple(problems))


def total_bytes(files: Iterable[DataFile]) -> int:
    """Size on disk of all files, in bytes."""
    return sum(each.path.stat().st_size for each in files)
