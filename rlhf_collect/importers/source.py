"""A source of comparisons, opened: what it is, and everything in it as a stream."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from rlhf_collect.domain.comparison import comparison_hash
from rlhf_collect.errors import BadSource, Problem
from rlhf_collect.ids import content_hash
from rlhf_collect.importers.faults import Fault
from rlhf_collect.importers.files import DataFile, bare_name, listed, rows, total_bytes
from rlhf_collect.importers.forms import FORMATS, Form, all_signs, form_named, form_of
from rlhf_collect.importers.hub import fetch
from rlhf_collect.importers.imported import Imported, Origin, Row
from rlhf_collect.importers.licences import checked_licence, licence_of
from rlhf_collect.importers.pictures import Pictures
from rlhf_collect.importers.text import Meter

__all__ = ["FORMATS", "Source", "open_source"]

_PEEKED = 20
"""Bad lines at the beginning of a file after which its form is given up."""


class Source:
    """Comparisons of a file, folder or Hub dataset, read as they are asked for."""

    def __init__(
        self,
        files: Sequence[DataFile],
        form: Form,
        origin: Origin,
        *,
        revision: str | None,
        licence: str | None,
        pictures: Pictures | None = None,
    ) -> None:
        self._files = tuple(files)
        self._form = form
        self._origin = origin
        self._pictures = pictures
        self._meter = Meter()
        self._ignored: set[str] = set()
        self.format = form.name
        """The form taken, one of ``FORMATS``."""
        self.name = origin.source
        """What the comparisons name as their source: file or folder name, or ``org/name@commit``."""
        self.revision = revision
        """The 40-hex commit of a Hub dataset, else ``None``."""
        self.licence = licence
        """As said with the import, else as known or as the Hub dataset's card says; ``None`` for unknown."""
        self.total = total_bytes(files)
        """Bytes on disk, for a progress bar beside ``done``."""

    @property
    def done(self) -> int:
        """Bytes read so far, never more than ``total``."""
        return min(self._meter.done, self.total)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns met so far that this form does not use."""
        return tuple(sorted(self._ignored))

    def items(self) -> Iterator[Imported | Problem]:
        """Every comparison in the order of the files, and a problem for every line that gives none.

        A comparison that was already given, with the same content and judgements, is passed over. Memory
        is bounded by the longest line (by the rows of one comparison, where it needs several), the pictures
        of one comparison and about 300 bytes a comparison.
        """
        self._meter.done = 0
        seen: dict[bytes, tuple[bytes, bytes]] = {}
        for file in self._files:
            for read in self._form.read(self._noted(rows(file, self._meter)), self._origin):
                joined = self._with_pictures(read) if isinstance(read, Imported) else read
                item = _once(joined, seen) if isinstance(joined, Imported) else joined
                if item is not None:
                    yield item

    def _noted(self, read: Iterator[Row | Problem]) -> Iterator[Row | Problem]:
        """The same rows; columns that the form does not use are remembered."""
        for row in read:
            if isinstance(row, Row):
                self._ignored.update(row.values.keys() - self._form.columns)
            yield row

    def _with_pictures(self, item: Imported) -> Imported | Problem:
        try:
            return item if self._pictures is None else self._pictures.join(item)
        except Fault as fault:
            return fault.at(item.where)


def _once(item: Imported, seen: dict[bytes, tuple[bytes, bytes]]) -> Imported | Problem | None:
    """The item; ``None`` if it was given before; a problem if its id was given to something else."""
    compared = item.comparison
    key = hashlib.sha256(compared.comparison_id.encode()).digest()[:16]
    content = bytes.fromhex(comparison_hash(compared))[:16]
    said = [
        [each.rater, each.draft.criterion, each.draft.choice, each.draft.strength, each.draft.ranking]
        for each in item.judgements
    ]
    judgements = bytes.fromhex(content_hash(said))[:16]
    before = seen.get(key)
    if before is not None and before[0] != content:
        return Problem(
            where=item.where,
            field="id",
            what=f"'{compared.comparison_id}' stands on an earlier line with other content "
            "(without an id: the same texts with other models, scores or labels).",
            mend="Remove one of the two, or give it an id of its own.",
        )
    if before == (content, judgements):
        return None
    seen[key] = (content, judgements)
    return item


def open_source(
    source: str,
    *,
    name: str | None = None,
    format: str | None = None,
    keep_preferences: bool = False,
    token: str | None = None,
    licence: str | None = None,
) -> Source:
    """Open a file, a folder, or ``hub:org/name[@revision][:config]``, and find out its form.

    ``name`` is what comparisons call a file that has no name of its own. ``format`` is one of ``FORMATS``
    and overrides what the columns say. ``keep_preferences`` turns preferences found in the source into
    judgements of import raters. ``token`` is for the Hub. ``licence`` is that of the source, where no card
    says it, or it is other than the card says.

    Errors: ``BadSource`` when there is nothing to read or the form is not known (with the problems
    of the first lines); ``BadCall`` for a format, licence or Hub name that is none; ``HubRefused``,
    ``HubUnreachable``.
    """
    said = checked_licence(licence)
    form = None if format is None else form_named(format)
    if not source.startswith("hub:"):
        path = Path(source)
        files = listed(path)
        called = name or path.resolve().name
        origin = Origin(
            source=called,
            dataset=bare_name(called),
            keep_preferences=keep_preferences,
        )
        return Source(
            files, _form_of_all(files, form), origin, revision=None, licence=said, pictures=Pictures(path)
        )
    fetched = fetch(source, token)
    origin = Origin(
        source=f"{fetched.dataset}@{fetched.revision}",
        dataset=fetched.dataset,
        keep_preferences=keep_preferences,
    )
    return Source(
        fetched.files,
        _form_of_all(fetched.files, form),
        origin,
        revision=fetched.revision,
        licence=said or licence_of(fetched.dataset, fetched.licence),
    )


def _form_of_all(files: Sequence[DataFile], asked: Form | None) -> Form:
    """The form ``asked`` for, or the one form all files have, each judged by its first good row."""
    found: dict[str, tuple[Form, str]] = {}
    problems: list[Problem] = []
    for file in files:
        row = _first_row(file, problems)
        if row is None:
            continue
        form = asked or form_of(row.values)
        if form is None:
            columns = ", ".join(str(each) for each in row.values)
            raise BadSource(
                f"{row.where}: the columns ({columns[:300]}) are of no known form. "
                f"Rename them to fit one of: {all_signs()}."
            )
        found.setdefault(form.name, (form, file.name))
    if asked is not None and problems:
        return asked  # nothing to find out: the bad lines are listed with all the others
    if len(found) > 1:
        kinds = "; ".join(f"{name} is {form.name}" for form, name in found.values())
        raise BadSource(f"The files have different forms: {kinds}. Import them one by one.")
    if not found:
        what = "no line that can be read" if problems else "no rows"
        raise BadSource(f"'{files[0].name}' holds {what}. Nothing was imported.", problems=problems)
    return next(iter(found.values()))[0]


def _first_row(file: DataFile, problems: list[Problem]) -> Row | None:
    for place, row in enumerate(rows(file, Meter())):
        if isinstance(row, Row):
            return row
        problems.append(row)
        if place + 1 >= _PEEKED:
            break
    return None
