"""Every word of the rater's page: one file a language, named by its tag, and no other list of them.

A language is added by one file ``TAG.py`` with ``TEXTS`` in it; a test names every text it lacks. All
have the same keys and the same ``{names}`` to fill in. The page carries them all, because the rater
chooses the language on the page and the choice must work while the service cannot be reached.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final


def _catalogues() -> dict[str, dict[str, str]]:
    tags = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    return {tag: import_module(f"{__name__}.{tag}").TEXTS for tag in tags}


TEXTS: Final[dict[str, dict[str, str]]] = _catalogues()
"""Language tag → key → text."""
