"""The rater's colours for the pages before the page, read from its own style sheet: there is one list of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_SHEET: Final = (Path(__file__).parent / "assets" / "page.css").read_text(encoding="utf-8")
_SYSTEMS: Final = {
    "light": "",
    "dark": "(prefers-color-scheme: dark)",
    "contrast": "(prefers-contrast: more)",
    "contrast-dark": "(prefers-contrast: more) and (prefers-color-scheme: dark)",
}
"""Theme → what a system asks for, the more particular later."""


def colours_by_system() -> str:
    """The variables ``--rp-*`` on the root, as the reader's system asks for them."""
    rules = []
    for theme, asked in _SYSTEMS.items():
        selector = ":root" if theme == "light" else f':root[data-theme="{theme}"]'
        found = re.search(rf"^{re.escape(selector)} \{{(.*?)\}}", _SHEET, re.DOTALL | re.MULTILINE)
        assert found is not None, theme
        rule = f":root {{{found[1]}}}"
        rules.append(f"@media {asked} {{ {rule} }}" if asked else rule)
    return "\n".join(rules)
