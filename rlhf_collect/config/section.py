"""What every part of a project file has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from rlhf_collect.config.fields import plain


def no_repeats(words: tuple[str, ...]) -> tuple[str, ...]:
    """A list in which each stands once. Errors: ours."""
    if len(set(words)) < len(words):
        raise plain("holds the same word twice.", "Write each once.")
    return words


class Section(BaseModel):
    """A part of the project file: frozen, without room for unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
