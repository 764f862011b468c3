"""A part of the project file, and what every list in it must keep."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic.fields import FieldInfo

from rlhf_collect.config.fields import plain
from rlhf_collect.wording import invisible_control

T = TypeVar("T")


class Section(BaseModel):
    """A part of the project file: frozen, without room for unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, serialize_by_alias=True)

    @field_validator("*", mode="before")
    @classmethod
    def _nothing_invisible(cls, value: Any) -> Any:
        found = invisible_control(value) if isinstance(value, str) else None
        if found:
            raise plain(f"holds the invisible character {found}.", "Remove it: it changes what people read.")
        return value


def settings_of(section: type[BaseModel] | None) -> dict[str, FieldInfo]:
    """Every setting of a section by its key in the file, which is not its name where Python owns the word."""
    return {field.alias or name: field for name, field in section.model_fields.items()} if section else {}


def no_repeats(words: tuple[T, ...]) -> tuple[T, ...]:
    """The list, if it names nothing twice."""
    if len(set(words)) < len(words):
        raise plain("holds the same word twice.", "Write each once.")
    return words
