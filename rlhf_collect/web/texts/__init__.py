"""Every word a rater reads: one file a language, named by its tag, and no other list of them.

A language is added by one file ``TAG.toml``; a test names every text it lacks. All have the same keys
and the same ``{names}`` to fill in; the sections are for who reads and translates them. The page
carries them all, because the rater chooses the language on the page and the choice must work while the
service cannot be reached.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final


def _catalogue(path: Path) -> dict[str, str]:
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: text for section in sections.values() for key, text in section.items()}


TEXTS: Final[dict[str, dict[str, str]]] = {
    path.stem: _catalogue(path) for path in sorted(Path(__file__).parent.glob("*.toml"))
}
"""Language tag → key → text."""
