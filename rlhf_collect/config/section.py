"""A part of the project file, and what every list in it must keep."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from rlhf_collect.config.fields import plain

T = TypeVar("T")


class Section(BaseModel):
    """A part of the project file: frozen, without room for unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, serialize_by_alias=True)


def settings_of(section: type[BaseModel] | None) -> dict[str, FieldInfo]:
    """Every setting of a section by its key in the file, which is not its name where Python owns the word."""
    return {field.alias or name: field for name, field in section.model_fields.items()} if section else {}


def no_repeats(words: tuple[T, ...]) -> tuple[T, ...]:
    """The list, if it names nothing twice."""
    if len(set(words)) < len(words):
        raise plain("holds the same word twice.", "Write each once.")
    return words
