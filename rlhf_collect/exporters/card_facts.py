"""What the card is written from, and how it writes shares and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlhf_collect.exporters.inputs import ProjectFacts
from rlhf_collect.exporters.manifest import Manifest, row_counts
from rlhf_collect.wording import plural

_PLAIN = re.compile(r"[\w .,+()/-]*")
_LINES = re.compile(r"[\r\n]+")


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """Everything a section of the card may read."""

    manifest: Manifest
    """The manifest, without its list of files."""
    before: Manifest | None
    """The manifest of the version before, if there is one at hand."""
    project: ProjectFacts
    """What was disclosed to raters."""
    agreement: Mapping[str, Mapping[str, Any]]
    """The agreement report per criterion."""
    statement: Mapping[str, Any]
    """The labour statement."""
    memory_bytes: Mapping[str, Mapping[str, int]]
    """Size of the rows in memory, per config and split."""

    @property
    def rows(self) -> dict[str, dict[str, int]]:
        """Rows per config and split."""
        return row_counts(self.manifest)

    @property
    def counts(self) -> dict[str, Any]:
        """The manifest's counts."""
        counts: dict[str, Any] = self.manifest["counts"]
        return counts

    @property
    def few_raters(self) -> bool:
        """Whether no group of raters, of this service or of imported judgements, is large enough for pseudonyms."""
        return all(self.counts[name] is None for name in ("raters", "own_raters", "imported_raters"))

    @property
    def raters(self) -> str:
        """How many raters, in words; those of this service and those of imported judgements apart where one are few."""
        counts = self.counts
        if counts["raters"] is not None:
            return plural(counts["raters"], "rater")
        if counts["raters_band"] == "fewer_than_5":
            return "fewer than 5 raters"
        own, imported = (
            "fewer than 5 raters" if counts[name] is None else plural(counts[name], "rater")
            for name in ("own_raters", "imported_raters")
        )
        return f"{own} of this service and {imported} whose judgements were imported"


def percent(part: int, whole: int) -> str:
    """A share in percent."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; bars in cells are escaped, and no cell begins a new line."""
    lines = [head, tuple("---" for _ in head), *rows]
    cells = [" | ".join(_LINES.sub(" ", str(cell)).replace("|", "\\|") for cell in line) for line in lines]
    return "\n".join(f"| {line} |" for line in cells)


def quiet(name: str) -> str:
    """A name somebody else gave, such as a licence: as it is if it is plain, as code if Markdown might read it."""
    return name if _PLAIN.fullmatch(name) else code(name)


def code(name: str) -> str:
    """A name of a source as code: nothing in it is Markdown."""
    return "`" + _LINES.sub(" ", name).replace("`", "'") + "`"
