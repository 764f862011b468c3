"""The few words this package adds of its own. Doors pass them in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Words that appear in rendered text but are not the model's. Plain text, never HTML."""

    code: str = "Code"
    """Name of a code block for screen readers; the language follows."""
    table: str = "Table"
    """Name of a table's scrolling frame for screen readers."""
    formula: str = "Formula"
    """Name of a displayed formula's scrolling frame for screen readers."""
    image: str = "image"
    """First word of the text that stands where Markdown asked for an image."""
    foreign_address: str = "The address uses letters of other scripts, shown in coded form"
    """Tooltip of the warning sign beside a link whose host is not plain ASCII."""
    numeric_address: str = "The address is a bare number, not a name"
    """Tooltip of the warning sign beside a link whose host is an IP address."""
    marks_left_out: str = "combining marks left out"
    """Tooltip, after a count, where a pile of combining marks was cut."""
    plain: str = "Too long or too deeply nested to lay out; shown as plain text."
    """Sentence over a text that is shown as it was written."""


ENGLISH = Labels()
"""The default labels."""
